#!/usr/bin/env python3
"""Holds #include lines to the picture of the house (docs/design.md).

    base <- ir <- { allocator, ssagen, checker <- sabotage } <- fuzz_targets <- cli, bench, tests

  ci/layers.py              the whole repository; exit status 1 and a line per violation
  ci/layers.py --self-test  proves on a made-up tree that each rule catches its violation

Rules:
  direction   a folder includes itself and what ALLOWED says
  embedded    base, ir and allocator include the standard library alone, and nothing of the library
              `text` in ir (its sources stand in ir/CMakeLists.txt), which itself may
  known       outside libraries of the harness are those of THIRD_PARTY
  exists      a quoted include names a file from the root of the repository
"""
import re
import sys
import tempfile
from pathlib import Path

HARNESS = ["base", "ir", "allocator", "ssagen", "checker", "sabotage"]
ALLOWED = {
    "base": [],
    "ir": ["base"],
    "allocator": ["base", "ir"],
    "ssagen": ["base", "ir"],
    "checker": ["base", "ir"],
    "sabotage": ["base", "ir", "checker"],
    "fuzz_targets": HARNESS,
    "cli": HARNESS + ["fuzz_targets"],
    "bench": HARNESS + ["fuzz_targets"],
    "tests": HARNESS + ["fuzz_targets", "cli"],
}
EMBEDDED = ["base", "ir", "allocator"]
THIRD_PARTY = ["boost", "fmt", "CLI", "nlohmann", "gtest", "gmock", "benchmark"]
# Part of the compilers; found under every sanitizer that needs it.
COMPILER = ["sanitizer/asan_interface.h"]
STANDARD = set(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
    chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable
    coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar
    cwctype deque exception execution filesystem forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ratio regex
    scoped_allocator semaphore set shared_mutex span sstream stack stdexcept stop_token streambuf
    string string_view system_error thread tuple type_traits typeindex typeinfo unordered_map
    unordered_set utility valarray variant vector version""".split()
)
# Not in what clang 14 takes with the distribution's library.
REFUSED = {"ranges", "format", "expected", "source_location"}
SYSTEM = re.compile(r"^(sys/\w+|unistd|fcntl|poll|pthread|dirent|dlfcn)\.h$")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def text_stems(root):
    """Names without suffix of the files in ir/ that make the library `text`, from its CMakeLists."""
    lists = root / "ir" / "CMakeLists.txt"
    calls = re.findall(r"regproof_library\(text([^)]*)\)", lists.read_text() if lists.exists() else "")
    return {"text"} | {Path(word).stem for call in calls for word in call.split()}


def is_text(path, stems):
    return path.parts[0] == "ir" and (path.stem in stems or path.stem.startswith("text_"))


def quoted_violation(root, path, name, stems):
    folder = path.parts[0]
    target = Path(name)
    if not (root / target).is_file():
        return f'"{name}" is no file below the root'
    if target.parts[0] != folder and target.parts[0] not in ALLOWED[folder]:
        return f'{folder} may not include {target.parts[0]} ("{name}")'
    if folder in EMBEDDED and not is_text(path, stems) and is_text(target, stems):
        return f'what is embedded may not include "{name}"'
    return None


def angle_violation(path, name, stems):
    folder = path.parts[0]
    if name in STANDARD or name in COMPILER:
        return None
    if name in REFUSED:
        return f"<{name}> is beyond the compilers that are promised"
    if folder in EMBEDDED and not is_text(path, stems):
        return f"what is embedded uses the standard library alone, not <{name}>"
    if SYSTEM.match(name) or name.split("/")[0] in THIRD_PARTY:
        return None
    return f"<{name}> is neither standard nor a library of the harness"


def violations(root):
    found, count, stems = [], 0, text_stems(root)
    for folder in ALLOWED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            count += 1
            relative = path.relative_to(root)
            if relative.parts[:2] == ("tests", "embed"):
                relative = Path("allocator", *relative.parts[2:])  # sees what a client sees
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quoted, angle = match.groups()
                wrong = (
                    quoted_violation(root, relative, quoted, stems)
                    if quoted
                    else angle_violation(relative, angle, stems)
                )
                if wrong:
                    found.append(f"{path.relative_to(root)}:{number}: {wrong}")
    return found, count


def self_test():
    good = {
        "base/a.h": "#include <vector>\n#include <sanitizer/asan_interface.h>\n",
        "ir/b.h": '#include "base/a.h"\n',
        "ir/CMakeLists.txt": "regproof_library(ir b.cpp)\nregproof_library(text\n  text.cpp lexer.cpp)\n",
        "ir/text_parts.h": '#include "ir/lexer.h"\n',
        "ir/lexer.h": '#include "ir/text.h"\n',
        "ir/text.h": '#include "ir/b.h"\n#include <fmt/format.h>\n',
        "allocator/c.h": '#include "ir/b.h"\n',
        "checker/d.h": '#include "ir/text.h"\n#include <boost/graph/graph_traits.hpp>\n',
        "ssagen/e.h": '#include "base/a.h"\n',
        "sabotage/s.h": '#include "checker/d.h"\n',
        "fuzz_targets/f.cpp": '#include "checker/d.h"\n#include "allocator/c.h"\n',
        "cli/g.cpp": '#include "fuzz_targets/f.cpp"\n#include <sys/stat.h>\n',
        "tests/h.cpp": '#include "cli/g.cpp"\n#include <gtest/gtest.h>\n',
        "tests/embed/main.cpp": '#include "ir/b.h"\n#include <cstdio>\n',
    }
    bad = {
        "base/x.h": ['#include "ir/b.h"', "#include <fmt/format.h>", "#include <unistd.h>"],
        "ir/x.h": ['#include "allocator/c.h"', '#include "ir/lexer.h"', '#include "ir/text.h"', "#include <boost/any.hpp>"],
        "allocator/x.h": ['#include "checker/d.h"', '#include "ssagen/e.h"', '#include "ir/text.h"',
                          "#include <nlohmann/json.hpp>", "#include <ranges>"],
        "ssagen/x.h": ['#include "checker/d.h"', '#include "allocator/c.h"'],
        "checker/x.h": ['#include "allocator/c.h"', '  #  include "ssagen/e.h"', '#include "sabotage/s.h"'],
        "sabotage/x.h": ['#include "allocator/c.h"', '#include "ssagen/e.h"'],
        "fuzz_targets/x.h": ['#include "cli/g.cpp"', '#include "b.h"'],
        "cli/x.h": ['#include "tests/h.cpp"', "#include <format>", "#include <absl/any.h>"],
        "tests/embed/x.cpp": ['#include "checker/d.h"', "#include <gtest/gtest.h>"],
    }
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in good.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found, _ = violations(root)
        for line in found:
            print(f"self-test: false alarm: {line}")
        failed += len(found)
        for name, lines in bad.items():
            for line in lines:
                (root / name).write_text(f"#include <vector>\n{line}\n")
                found, _ = violations(root)
                if not (len(found) == 1 and found[0].startswith(f"{name}:2:")):
                    print(f"self-test: not caught: {name}: {line}: {found}")
                    failed += 1
            (root / name).unlink()
    cases = len(good) + sum(len(lines) for lines in bad.values())
    print(f"ci/layers.py: self-test: {cases} cases, {failed} wrong")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    if sys.argv[1:]:
        print(f"ci/layers.py: unknown arguments {' '.join(sys.argv[1:])}\n{__doc__.rstrip()}", file=sys.stderr)
        return 2
    found, count = violations(Path(__file__).resolve().parent.parent)
    for line in found:
        print(line)
    print(f"ci/layers.py: {count} files, {len(found)} violations")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
