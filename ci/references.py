#!/usr/bin/env python3
"""Every path that a document or a comment names exists.

  ci/references.py              README.md, docs/*.md, other *.md, and the comments of all sources and
                                scripts; exit status 1 and a line per dead reference
  ci/references.py --self-test  proves on a made-up tree that a dead reference is caught

A path is a word that begins with one of the repository's folders and a slash. `*` and a part in
capitals (corpus/NAME) stand for any name and must match something. What a build makes (build/...) is not looked for.
"""
import re
import sys
import tempfile
from pathlib import Path

FOLDERS = ["base", "ir", "allocator", "ssagen", "checker", "sabotage", "fuzz_targets", "cli", "bench", "tests",
           "corpus", "docs", "ci", "cmake", "faults", r"\.ci", r"\.github"]
# Not behind a letter, a slash or a dot: `build/ci/x` and `v1.ir/x` are no references.
PATH = re.compile(r"(?<![\w/.$}>-])((?:%s)/[\w.*/-]*[\w*/])" % "|".join(FOLDERS))
TOP_FILES = re.compile(r"`((?:CMakeLists|CMakePresets|README|LICENSE)[\w.]*)`")
COMMENT = re.compile(r"//(.*)")
HASH_COMMENT = re.compile(r"(?:^|\s)#(.*)")
SOURCES = {".h", ".cpp"}


def references(path, text):
    """(line number, path) of what a file names."""
    for number, line in enumerate(text.splitlines(), 1):
        if path.suffix in SOURCES:
            match = COMMENT.search(line)
            line = match.group(1) if match else ""
        elif path.suffix != ".md":
            match = HASH_COMMENT.search(line)
            line = match.group(1) if match else ""
        for match in PATH.finditer(line):
            yield number, match.group(1)
        if path.suffix == ".md":
            for match in TOP_FILES.finditer(line):
                yield number, match.group(1)


def exists(root, name):
    name = "/".join("*" if re.fullmatch(r"[A-Z_]+", part) and part not in ("LICENSE", "README") else part
                    for part in name.split("/"))
    if "*" in name:
        return any(root.glob(name.rstrip("/")))
    if (root / name).exists():
        return True
    # `ir/text` and `base/check` stand for a header and its source, `tests/ir/cfg_test` for a test.
    return "." not in Path(name).name and any(root.glob(name.rstrip("/") + ".*"))


def files_of(root):
    for pattern in ["*.md", "*/**/*.md", "*/**/*.h", "*/**/*.cpp", "*/**/CMakeLists.txt", "*/*.cmake",
                    "CMakeLists.txt", "ci/*", ".ci/*", ".github/**/*.yml"]:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path.relative_to(root).parts[0] != "build" and path.suffix != ".py":
                yield path


def dead_references(root):
    dead, count = [], 0
    for path in dict.fromkeys(files_of(root)):
        for number, name in references(path, path.read_text(encoding="utf-8")):
            count += 1
            if not exists(root, name):
                dead.append(f"{path.relative_to(root)}:{number}: there is no {name}")
    return dead, count


def self_test():
    good = {
        "README.md": "Run `ci/test`, see docs/a.md and `corpus/`, `docs/*.md`; build/ci/x; `LICENSE`.",
        "LICENSE": "",
        "docs/a.md": "The header is base/b.h, corpus/NAME, both are base/b. ir/ is below.",
        "base/b.h": "// Tested by tests/base/b_test.cpp.\nint x = 1;  // see docs/a.md\n",
        "base/c.cpp": 'auto path = "docs/not_looked_at.md";\n',
        "ir/CMakeLists.txt": "# base/b.h\n",
        "tests/base/b_test.cpp": "",
        "ci/test": "#!/bin/sh\n# runs ci/test\n",
        "corpus/x.func": "",
    }
    bad = [("README.md", "see `docs/gone.md`"), ("README.md", "`corpus/*.bytes`"), ("README.md", "faults/NAME"),
           ("README.md", "[x](docs/gone.md)"), ("README.md", "`CMakeGone.txt` `CMakePresets.json`"),
           ("docs/a.md", "run ci/gone"), ("base/b.h", "// Tested by tests/base/gone_test.cpp."),
           ("base/b.h", "//\n// and of docs/gone.md\n"), ("ir/CMakeLists.txt", "# base/gone.h"),
           ("ci/test", "# ci/gone")]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in good.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        dead, _ = dead_references(root)
        for line in dead:
            print(f"self-test: false alarm: {line}")
        failed += len(dead)
        for name, text in bad:
            (root / name).write_text(text)
            dead, _ = dead_references(root)
            if len(dead) != 1 or not dead[0].startswith(name):
                print(f"self-test: not caught: {name}: {text}: {dead}")
                failed += 1
            (root / name).write_text(good[name])
    print(f"ci/references.py: self-test: {len(good) + len(bad)} cases, {failed} wrong")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    if sys.argv[1:]:
        print(f"ci/references.py: unknown arguments {' '.join(sys.argv[1:])}\n{__doc__.rstrip()}", file=sys.stderr)
        return 2
    dead, count = dead_references(Path(__file__).resolve().parent.parent)
    for line in dead:
        print(line)
    print(f"ci/references.py: {count} references, {len(dead)} dead")
    return 1 if dead or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
