#!/usr/bin/env python3
"""What the documents show is what happens: runs every example of README.md and docs/*.md, and finds
their C++ in a client that compiles.

  ci/examples.py              needs build/release; exit status 1 and a report per example that differs
  ci/examples.py --self-test  proves that a wrong example is caught

An example is a fenced block marked `console`. A line that begins with `$ ` is a command, run by
bash from the root of the repository; the lines up to the next command are what it prints, both
outputs together. `...` in a line stands for any words, a line `...` for any lines.

A fenced block marked `cpp` stands, up to indentation, in a client of tests/embed, which ctest builds
and runs.
"""
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLIENTS = "tests/embed"
SECONDS = 120


def examples(text):
    """(line number, command, expected output) of each command in a document."""
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1)) + 1
        current = None
        for number, row in enumerate(block.group(1).splitlines(), line):
            if row.startswith("$ "):
                if current:
                    yield current
                current = (number, row[2:], [])
            elif current:
                current[2].append(row)
        if current:
            yield current


def pattern_of(expected):
    """The expected lines as one regular expression over the whole output."""
    parts = []
    for row in expected:
        if row.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(r"[^\n]*?".join(re.escape(p) for p in row.rstrip().split("...")) + r"[ \t]*\n")
    return re.compile("".join(parts) + r"\n*")


def run(command, root):
    done = subprocess.run(["bash", "-c", command], cwd=root, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    return done.stdout if done.stdout.endswith("\n") or not done.stdout else done.stdout + "\n"


def differences(name, text, root):
    found, count = [], 0
    for number, command, expected in examples(text):
        count += 1
        output = run(command, root)
        if not pattern_of(expected).fullmatch(output):
            found.append(f"{name}:{number}: $ {command}\n--- shown\n" + "\n".join(expected) +
                         f"\n--- printed\n{output}")
    return found, count


def unindented(text):
    return "\n".join(row.strip() for row in text.splitlines()) + "\n"


def strange_code(name, text, client):
    """A report per C++ block of a document that is not in the client's source."""
    found, count = [], 0
    for block in CODE.finditer(text):
        count += 1
        if "\n" + unindented(block.group(1)) not in "\n" + unindented(client):
            line = text.count("\n", 0, block.start(1)) + 1
            found.append(f"{name}:{line}: this code is not in {CLIENTS}")
    return found, count


def self_test():
    cases = [("$ echo a\na\n", 0), ("$ echo a; echo b >&2\na\nb\n", 0), ("$ seq 5\n1\n...\n5\n", 0),
             ("$ echo took 17 s\ntook ... s\n", 0), ("$ true\n$ echo a\na\n", 0),
             ("$ echo a\nb\n", 1), ("$ echo a\n", 1), ("$ true\na\n", 1), ("$ seq 3\n1\n2\n", 1),
             ("$ echo took s\ntook ... seconds\n", 1), ("$ echo a\na\n$ echo b\nc\n", 1)]
    failed = 0
    for text, wanted in cases:
        found, count = differences("self", f"text\n```console\n{text}```\n", ".")
        if len(found) != wanted or count != text.count("$ "):
            print(f"self-test: {text!r}: {found}")
            failed += 1
    client = "int main() {\n  int a = 1;\n\n  return a;\n}\n"
    for code, wanted in [("int a = 1;\n\nreturn a;\n", 0), ("  return a;\n", 0), ("return b;\n", 1),
                         ("int a = 1;\nreturn a;\n", 1), ("a = 1;\n", 1)]:
        found, count = strange_code("self", f"text\n```cpp\n{code}```\n", client)
        cases.append((code, wanted))
        if len(found) != wanted or count != 1:
            print(f"self-test: {code!r}: {found}")
            failed += 1
    print(f"ci/examples.py: self-test: {len(cases)} cases, {failed} wrong")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    if sys.argv[1:]:
        print(f"ci/examples.py: unknown arguments {' '.join(sys.argv[1:])}\n{__doc__.rstrip()}", file=sys.stderr)
        return 2
    root = Path(__file__).resolve().parent.parent
    client = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / CLIENTS).glob("*.cpp")))
    failed = total = 0
    for path in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        name, text = path.relative_to(root), path.read_text(encoding="utf-8")
        for found, count in [differences(name, text, root), strange_code(name, text, client)]:
            total += count
            failed += len(found)
            for report in found:
                print(report)
    print(f"ci/examples.py: {total} examples, {failed} differ from what happens")
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
