"""The patches of the folder faults, and programs with one of them in: what ci/faults, ci/executions and ci/reducing
share.

The sources are not touched: patched copies of single files are compiled and linked ahead of the libraries of an
unpatched build.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from faults_table import Fault

ROOT = Path(__file__).resolve().parent.parent
KEYS = ["id", "section", "title", "breaks", "target", "verdict"]
OPTIMIZED = "-DCMAKE_CXX_FLAGS_DEBUG=-O2 -D_GLIBCXX_ASSERTIONS"
ENGINE = ["-DCMAKE_CXX_COMPILER=clang++", "-DREGPROOF_ENGINE=libfuzzer"]
# By name: the preset, the folder of the build, what is set otherwise.
MODES = {"checked": ("checked", "faults", [OPTIMIZED]),
         "bare": ("checked", "faults_bare", [OPTIMIZED, "-DREGPROOF_CHECKED=OFF"]),
         "quick": ("checked", "checked", []),
         "libfuzzer": ("checked", "faults_libfuzzer", [OPTIMIZED, *ENGINE]),
         "afl": ("afl", "faults_afl", [])}


class BuildFailed(Exception):
    pass


# --- faults ------------------------------------------------------------------------------------------

def read_fault(path):
    head, _, diff = path.read_text(encoding="utf-8").partition("\n--- a/")
    keys = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    missing = [key for key in KEYS if key not in keys]
    if missing or not diff:
        raise ValueError(f"{path.name}: {'no ' + ', '.join(missing) if missing else 'no diff'}")
    files = re.findall(r"^\+\+\+ b/(\S+)$", diff, re.MULTILINE)
    return Fault(path.stem, keys, files, path)


def read_faults(names):
    faults = [read_fault(path) for path in sorted((ROOT / "faults").glob("*.patch"))]
    unknown = set(names) - {fault.name for fault in faults}
    if unknown:
        raise ValueError(f"there is no fault {', '.join(sorted(unknown))}")
    return [fault for fault in faults if not names or fault.name in names]


def apply_to_copies(fault, folder):
    """Patched copies of the files that the patch names; what git says if it does not apply."""
    for name in fault.files:
        if not (ROOT / name).exists():
            return f"there is no {name}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    # The copies are no part of any repository, or git would take paths from its root.
    env = dict(os.environ, GIT_CEILING_DIRECTORIES=str(folder.parent))
    done = subprocess.run(["git", "apply", "-C1", "--whitespace=nowarn", str(fault.patch)], cwd=folder,
                          env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    changed = any((ROOT / name).read_bytes() != (folder / name).read_bytes() for name in fault.files)
    return "" if done.returncode == 0 and changed else done.stdout or "the patch changes nothing"


# --- building ----------------------------------------------------------------------------------------

def say(command, **more):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          **more)
    if done.returncode != 0:
        raise BuildFailed(done.stdout)
    return done.stdout


class Build:
    """A build folder of the unpatched sources, and programs of it with patched objects."""

    def __init__(self, mode):
        preset, name, flags = MODES[mode]
        self.folder = ROOT / "build" / name
        self.work = ROOT / "build" / "fault_bench" / mode
        self.work.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "build.ninja").exists():
            wrapped = preset != "afl" and shutil.which("ccache")
            launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if wrapped else []
            say(["cmake", "--preset", preset, "-B", str(self.folder), *flags, *launcher], cwd=ROOT)

    def make(self, targets):
        say(["cmake", "--build", str(self.folder), "--target", *targets])
        text = (self.folder / "compile_commands.json").read_text(encoding="utf-8")
        self.commands = {row["file"]: row for row in json.loads(text)}

    def sources_with(self, headers):
        """Sources whose objects were compiled with one of the headers."""
        sources = set()
        for entry in say(["ninja", "-C", str(self.folder), "-t", "deps"]).split("\n\n"):
            paths = {str((self.folder / line.strip()).resolve()) for line in entry.splitlines()[1:]}
            if paths & headers:
                sources |= paths & set(self.commands)
        return sources

    def compile(self, source, overlay, output):
        row = self.commands[source]
        patched = overlay / Path(source).relative_to(ROOT)
        words = shlex.split(row["command"])
        first = next(i for i, word in enumerate(words) if word.startswith("-I"))
        words.insert(first, f"-I{overlay}")
        words.append("-Wno-error")
        words[words.index("-o") + 1] = str(output)
        words[words.index(source)] = str(patched if patched.exists() else source)
        say(words, cwd=row["directory"])

    def link(self, target, objects, output):
        """The target's own link line: patched objects stand for its objects, or ahead of its libraries."""
        line = say(["ninja", "-C", str(self.folder), "-t", "commands", "-s", f"bin/{target}"])
        words = shlex.split(line.split(" && ")[1])
        at = words.index("-o")
        words[at + 1] = str(output)
        for original, patched in objects.items():
            if original in words:
                words[words.index(original)] = str(patched)
            else:
                words.insert(words.index("-o"), str(patched))
        say(words, cwd=self.folder)

    def program(self, fault, target=""):
        """The path of the target's program with the fault in it; that of the patch where none is named."""
        overlay = self.work / fault.name
        shutil.rmtree(overlay, ignore_errors=True)
        overlay.mkdir(parents=True)
        if trouble := apply_to_copies(fault, overlay):
            raise BuildFailed(trouble)
        paths = {str(ROOT / name) for name in fault.files}
        sources = (paths & set(self.commands)) | self.sources_with({p for p in paths if p.endswith(".h")})
        target = target or fault.keys["target"]
        needed = say(["ninja", "-C", str(self.folder), "-t", "commands", target])
        objects = {}
        for number, source in enumerate(sorted(sources)):
            words = shlex.split(self.commands[source]["command"])
            original = words[words.index("-o") + 1]
            if f" -o {original} " in needed:
                objects[original] = overlay / f"{number}.o"
                self.compile(source, overlay, objects[original])
        self.link(target, objects, overlay / target)
        return overlay / target
