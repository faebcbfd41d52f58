"""Breaks a build and the files that describe it in every way that the checks look for; each must be noticed, and the
unbroken ones must pass. The build is a small target of its own, so that this takes a minute and needs no other.
"""
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import checks

FLAGS = ["-O1", "-gline-tables-only"]
ADDRESS = ["-fsanitize=address", "-fsanitize=fuzzer-no-link"]
FUNCTIONS = 400


def source(entry=""):
    """A target with edges and memory accesses enough; `entry` is code at its beginning."""
    functions = "\n".join(
        f"__attribute__((noinline)) int f{n}(const unsigned char* a, int* b, unsigned long n) {{\n"
        f"  if (n > {n}) b[a[{n} % n] % 8] += a[n - 1] + {n};\n  return b[0] + b[n % 8];\n}}" for n in range(FUNCTIONS))
    calls = "".join(f"  x += f{n}(data, b, size);\n" for n in range(FUNCTIONS))
    return ("#include <stdlib.h>\n#include <stdio.h>\n#include <string.h>\n" + functions +
            '\nextern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, unsigned long size) {\n'
            f"{entry}\n  if (size >= 4 && memcmp(data, \"bug!\", 4) == 0) abort();\n  int b[8] = {{0}}, x = 0;\n"
            f"{calls}  return x == 12345678 ? 0 : 0;\n}}\n")


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.made = {}

    def compile(self, name, compile_flags, link_flags, entry=""):
        """A program, made once per name."""
        if name not in self.made:
            text = self.folder / f"{name}.cpp"
            text.write_text(source(entry))
            program, part = self.folder / name, self.folder / f"{name}.o"
            subprocess.run(["clang++", *FLAGS, *compile_flags, "-c", str(text), "-o", str(part)], check=True)
            subprocess.run(["clang++", *FLAGS, str(part), *link_flags, "-o", str(program)], check=True)
            self.made[name] = program
        return self.made[name]

    def good(self):
        return self.compile("good", ADDRESS, ["-fsanitize=address,fuzzer"])

    def fresh_out(self, out):
        """A build without a fault, of one target `t`."""
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        shutil.copy2(self.good(), out / "t")
        (out / "t.options").write_text("[libfuzzer]\nmax_len = 64\ndict = t.dict\n")
        (out / "t.dict").write_text('# words\na="ab"\n"\\x00\\\\"\n')
        pack(out, {"one": b"12345678", "two": b""})


def pack(out, inputs):
    with zipfile.ZipFile(out / "t_seed_corpus.zip", "w") as archive:
        for name, content in inputs.items():
            archive.writestr(name, content)


def flip_zip(out):
    path = out / "t_seed_corpus.zip"
    path.write_bytes(path.read_bytes().replace(b"12345678", b"1234567x", 1))


def cut_zip(out):
    path = out / "t_seed_corpus.zip"
    path.write_bytes(path.read_bytes()[:20])


def write(name, text):
    def change(out):
        (out / name).write_text(text)
    return change


def replace(bench, name, compile_flags, link_flags, entry=""):
    def change(out):
        shutil.copy2(bench.compile(name, compile_flags, link_flags, entry), out / "t")
    return change


def needs_library(bench):
    def change(out):
        library = bench.folder / "libother.so"
        subprocess.run(["clang++", "-shared", "-fPIC", "-x", "c++", "/dev/null", "-o", str(library)], check=True)
        shutil.copy2(library, out)
        shutil.copy2(bench.compile("library", ADDRESS, ["-fsanitize=address,fuzzer", "-Wl,--no-as-needed", str(library),
                                                        "-Wl,-rpath,$ORIGIN"]), out / "t")
    return change


def build_cases(bench):
    """(how it is broken, what breaks it, what must be said)"""
    engine = ["-fsanitize=address,fuzzer"]
    data = bench.folder / "out" / "t.dict"
    return [
        ("no target", lambda out: (out / "t").unlink(), "there is no target t"),
        ("a script for a target", write("t", "#!/bin/sh\n# LLVMFuzzerTestOneInput\n"), "not an x86-64 program"),
        ("another program beside it", lambda out: shutil.copy2(out / "t", out / "replay_t"), "replay_t looks like a target"),
        ("a name with a space", lambda out: shutil.copy2(out / "t", out / "t t"), "t t: a name of letters"),
        ("built for nothing", replace(bench, "bare", ["-fsanitize=fuzzer-no-link"], ["-fsanitize=fuzzer"]),
         "not built with it"),
        ("two sanitizers", replace(bench, "two", [*ADDRESS, "-fsanitize=undefined"], [*engine, "-fsanitize=undefined"]),
         "built with it, too"),
        ("no edges", replace(bench, "edges", ["-fsanitize=address"], engine), "instrument"),
        ("ends at once", replace(bench, "ends", ADDRESS, engine, "abort();"), "does not run"),
        ("path of the build folder", replace(bench, "path", ADDRESS, engine,
                                             f'FILE* f = fopen("{data}", "r"); if (!f) abort(); fclose(f);'), "does not run"),
        ("rpath into the build folder", replace(bench, "rpath", ADDRESS, [*engine, f"-Wl,-rpath,{bench.folder}"]),
         "looks for libraries in"),
        ("a library of its own", needs_library(bench), "libother.so, which the image"),
        ("no seeds", lambda out: (out / "t_seed_corpus.zip").unlink(), "no seed corpus"),
        ("a cut zip", cut_zip, "seed corpus: File is not a zip"),
        ("a damaged zip", flip_zip, "seed corpus: one is damaged"),
        ("an empty zip", lambda out: pack(out, {}), "seed corpus: empty"),
        ("a folder in the zip", lambda out: pack(out, {"in/one": b"1"}), "is in a folder"),
        ("a seed that fails", lambda out: pack(out, {"one": b"bug!"}), "an input fails"),
        ("no options", lambda out: (out / "t.options").unlink(), "no options"),
        ("options that are none", write("t.options", "max_len = 64\n"), "options: File contains no section"),
        ("a section for nobody", write("t.options", "[libfuzzer]\n[libfuzz]\n"), "[libfuzz] means nothing"),
        ("an unknown flag", write("t.options", "[libfuzzer]\nmaxlen = 64\n"), "maxlen is no flag"),
        ("a value that is no number", write("t.options", "[libfuzzer]\nmax_len = many\n"), "a number is expected"),
        ("no dictionary", lambda out: (out / "t.dict").unlink(), "there is no dictionary"),
        ("a bad dictionary", write("t.dict", 'a="ab\n'), "t.dict:1: not an entry"),
    ]


def other_kinds():
    """The good build, taken for a build that it is not: (sanitizer, engine, what must be said)"""
    return [("undefined", "libfuzzer", "asan, at most 0 are allowed"), ("memory", "libfuzzer", "not built with it"),
            ("coverage", "libfuzzer", "coverage: "), ("address", "afl", "AFL++ does not run it")]


def edit(name, old, new):
    def change(root):
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return change


def file_cases():
    yaml, docker, script = "ci/oss-fuzz/project.yaml", "ci/oss-fuzz/Dockerfile", "ci/oss-fuzz/build.sh"
    flow = ".github/workflows/ci.yml"
    return [
        ("yaml that is none", edit(yaml, "sanitizers:", "sanitizers"), "project.yaml: "),
        ("an unknown key", edit(yaml, "homepage:", "home:"), "home is no key"),
        ("a key too few", edit(yaml, "main_repo:", "help_url:"), "no main_repo"),
        ("a sanitizer that is none", edit(yaml, "- undefined", "- undefinde"), "sanitizers cannot be undefinde"),
        ("without libfuzzer", edit(yaml, "- libfuzzer", "- none"), "libfuzzer must be one"),
        ("a contact that is none", edit(yaml, "maintainers@", "maintainers."), "primary_contact is no address"),
        ("another image", edit(docker, "base-builder", "base-runner"), "begins from another image"),
        ("update on its own line", edit(docker, "apt-get update && ", ""), "belong on one line"),
        ("build.sh not copied", edit(docker, "COPY build.sh", "COPY build"), "build.sh is not copied"),
        ("sources elsewhere", edit(docker, "/regproof regproof", "/regproof proof"), "do not come to $SRC/regproof"),
        ("no Dockerfile", lambda root: (root / docker).unlink(), "there is no Dockerfile"),
        ("a sanitizer of its own", edit(script, "-G Ninja", "-G Ninja -DCMAKE_CXX_FLAGS=-fsanitize=address"),
         "flags come from outside"),
        ("a script that does not parse", edit(script, "done <", "don <"), "build.sh: "),
        ("no licence", edit(script, checks.LICENCE, ""), "no licence"),
        ("the other service's, too", edit(".clusterfuzzlite/project.yaml", "c++", "c#"), "language cannot be c#"),
        ("a workflow that is none", edit(flow, "jobs:", "jobs"), "ci.yml: "),
        ("a step without deed", edit(flow, "- uses: actions/checkout@v4", "- name: nothing"), "a step either runs or uses"),
        ("a script that is gone", edit(flow, "- ci/sanitizers", "- ci/sanitisers"), "there is no ci/sanitisers"),
        ("no workflows", lambda root: shutil.rmtree(root / ".github"), "there are no workflows"),
    ]


def notice(what, faults, expected):
    """Whether the breakage was noticed for what it is; None is expected of what is not broken."""
    good = not faults if expected is None else any(expected in fault for fault in faults)
    if not good:
        print(f"  self-test: {what}: {'false alarm' if expected is None else f'not noticed ({expected})'}: {faults}")
    return 0 if good else 1


def main(check):
    failed = cases = 0
    with tempfile.TemporaryDirectory(dir=check.FOLDER, prefix="self-test-") as folder:
        bench = Bench(Path(folder))
        out = bench.folder / "out"

        def faults_of(sanitizer="address", engine="libfuzzer"):
            return check.check_elsewhere(checks.Build(out, ["t"], sanitizer, engine, bench.folder))

        bench.fresh_out(out)
        failed += notice("an unbroken build", faults_of(), None)
        for sanitizer, engine, expected in other_kinds():
            failed += notice(f"taken for {engine} with {sanitizer}", faults_of(sanitizer, engine), expected)
        builds = build_cases(bench)
        for what, change, expected in builds:
            bench.fresh_out(out)
            change(out)
            failed += notice(what, faults_of(), expected)

        root = bench.folder / "root"
        check.copy_sources(root)
        failed += notice("unbroken files", check.check_files(root), None)
        files = file_cases()
        for what, change, expected in files:
            check.copy_sources(root)
            change(root)
            failed += notice(what, check.check_files(root), expected)

        (root / "regproof").mkdir(exist_ok=True)
        stops = bench.folder / "build.sh"
        stops.write_text("exit 3\n")
        env = check.environment("address", "libfuzzer", root, out, bench.folder / "work")
        said = list(check.run_build(stops, env, bench.folder / "log"))
        failed += notice("a build that stops", said, "build.sh fails (3)")
        cases = len(other_kinds()) + len(builds) + len(files) + 3
    print(f"ci/oss-fuzz/check: self-test: {cases} cases, {failed} wrong")
    return 1 if failed else 0
