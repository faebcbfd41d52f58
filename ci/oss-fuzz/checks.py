"""What a fuzzing service demands of a build and of the files that describe it, each demand a function that
yields what is wrong, one sentence per fault. ci/oss-fuzz/check calls them; its self-test breaks each.
"""
import configparser
import os
import re
import shlex
import shutil
import struct
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

# What the services' own checks ask for at least, or allow at most.
MIN_EDGES = 100
CALLS = {  # per sanitizer of the build: (lowest, highest) number of calls into each runtime
    "address": {"asan": (1000, None), "msan": (0, 3), "ubsan": (0, 200)},
    "undefined": {"asan": (0, 0), "msan": (0, 3), "ubsan": (168, None)},
    "memory": {"asan": (0, 0), "msan": (1000, None), "ubsan": (0, 200)},
    "coverage": {"asan": (0, 0), "msan": (0, 3)},
}
NAME = re.compile(r"[A-Za-z0-9_-]+")
ENTRY = b"LLVMFuzzerTestOneInput"
# What stands in every image that runs targets. libstdc++ stands for the libc++ that the services link statically.
BASE_LIBRARIES = re.compile(r"(libc|libm|libpthread|libdl|librt|libresolv|libgcc_s|libstdc\+\+|ld-linux[\w-]*)\.so\.\d+")
RUN_SECONDS = 120
AFL_SECONDS = 4


@dataclass
class Build:
    """A build of the targets, wherever it stands now."""
    out: Path
    targets: list  # names that the project says it has
    sanitizer: str
    engine: str
    scratch: Path  # a folder that is not part of it; runs start there


def run(command, cwd, seconds=RUN_SECONDS, **env):
    """(exit status or a word, everything that was said)"""
    try:
        done = subprocess.run([str(word) for word in command], cwd=cwd, env=dict(os.environ, **env), timeout=seconds,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as error:
        return "timeout", (error.stdout or b"").decode(errors="replace")
    except OSError as error:
        return str(error), ""


def last_lines(text, count=4):
    return " | ".join(text.strip().splitlines()[-count:])[-600:]


# --- the folder of the build ---------------------------------------------------------------------------

def programs(build):
    """Executables that the service would take for targets."""
    found = []
    for path in sorted(build.out.iterdir()):
        if path.is_file() and os.access(path, os.X_OK) and not path.name.startswith("afl-"):
            if ENTRY in path.read_bytes():
                found.append(path)
    return found


def contents(build):
    """The targets of the project, no more and no fewer, with names that are allowed and a seed corpus each."""
    found = {path.name for path in programs(build)}
    for name in build.targets:
        if name not in found:
            yield f"there is no target {name}"
        if not (build.out / f"{name}_seed_corpus.zip").is_file():
            yield f"{name}: no seed corpus"
        if not (build.out / f"{name}.options").is_file():
            yield f"{name}: no options"
    for name in sorted(found - set(build.targets)):
        yield f"{name} looks like a target and is none of the project's"
    for name in sorted(found):
        if not NAME.fullmatch(name):
            yield f"{name}: a name of letters, digits, _ and - is expected"
    if not found:
        yield "there are no targets at all"


# --- binaries --------------------------------------------------------------------------------------------

def dynamic_section(path):
    status, text = run(["readelf", "-d", "-W", path], "/")
    return text if status == 0 else ""


def binary(build, path):
    """Made for this machine, movable, instrumented by the one sanitizer."""
    head = path.read_bytes()[:20]
    if head[:4] != b"\x7fELF" or struct.unpack_from("<H", head, 18)[0] != 62:
        yield "not an x86-64 program"
        return
    dynamic = dynamic_section(path)
    for library in re.findall(r"\(NEEDED\).*\[(.*?)\]", dynamic):
        if not BASE_LIBRARIES.fullmatch(library):
            yield f"needs {library}, which the image that runs targets does not have"
    for folder in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*?)\]", dynamic):
        if not folder.startswith("$ORIGIN"):
            yield f"looks for libraries in {folder}"
    yield from sanitizer_calls(build, path)


def sanitizer_calls(build, path):
    bounds = CALLS[build.sanitizer]
    status, text = run(["objdump", "-d", "--no-show-raw-insn", path], "/", seconds=300)
    if status != 0:
        yield f"objdump does not read it: {last_lines(text, 1)}"
        return
    for runtime, (lowest, highest) in bounds.items():
        if runtime == "ubsan" and build.engine != "libfuzzer":
            continue  # not told apart by the services either
        calls = len(re.findall(rf"\bcallq?\s+[0-9a-f]+ <__{runtime}", text))
        if calls < lowest:
            yield f"{calls} calls to {runtime}, at least {lowest} are expected: not built with it"
        if highest is not None and calls > highest:
            yield f"{calls} calls to {runtime}, at most {highest} are allowed: built with it, too"


# --- running -----------------------------------------------------------------------------------------------

def starts(build, path):
    """Runs a few inputs under its engine, and the engine sees edges."""
    if build.engine == "afl":
        yield from starts_under_afl(build, path)
        return
    if build.sanitizer == "coverage":
        return  # `seeds` runs it
    status, text = run([path, "-rss_limit_mb=2560", "-timeout=25", "-seed=1337", "-runs=4"], build.scratch)
    if status != 0 or "Done 4 runs" not in text:
        yield f"does not run ({status}): {last_lines(text)}"
        return
    if "no interesting inputs were found" in text:
        yield "no coverage instrumentation"
        return
    edges = re.search(r"INFO: Loaded \d+ modules?\s+\((\d+) ", text)
    if edges is None or int(edges.group(1)) < MIN_EDGES:
        yield f"{edges.group(1) if edges else 'no'} instrumented edges, at least {MIN_EDGES} are expected"


def starts_under_afl(build, path):
    folder = build.scratch / f"afl-{path.name}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "seed").write_bytes(bytes(64))
    env = {name: "1" for name in ["AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY", "AFL_FAST_CAL",
                                  "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"]}
    options = ["-t", "5000+", "-m", "none"]
    dictionary = dictionary_of(build, path.name)
    if dictionary and dictionary.is_file():
        options += ["-x", dictionary]
    env["AFL_FORKSRV_INIT_TMOUT"] = "30000"
    status, text = run(["afl-fuzz", "-V", AFL_SECONDS, "-i", folder / "in", "-o", folder / "out", *options, "--", path],
                       build.scratch, **env)
    if "All set and ready to roll" not in text or status != 0:
        yield f"AFL++ does not run it ({status}): {last_lines(text)}"
    elif re.search(r"target binary (crashed|terminated)", text):
        yield f"crashes on a plain input: {last_lines(text)}"
    else:
        edges = re.search(r"^total_edges\s*: (\d+)", (folder / "out/default/fuzzer_stats").read_text(), re.MULTILINE)
        if edges is None or int(edges.group(1)) < MIN_EDGES:
            yield f"{edges.group(1) if edges else 'no'} instrumented edges, at least {MIN_EDGES} are expected"


def seeds(build, path):
    """The seed corpus unpacks, is flat, and every input of it runs."""
    archive = build.out / f"{path.name}_seed_corpus.zip"
    if not archive.is_file():
        return  # `contents` says so
    folder = build.scratch / f"seeds-{path.name}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as file:
            names = file.namelist()
            damaged = file.testzip()
            if damaged is not None:
                yield f"seed corpus: {damaged} is damaged"
                return
            file.extractall(folder)
    except (zipfile.BadZipFile, OSError) as error:
        yield f"seed corpus: {error}"
        return
    if not names:
        yield "seed corpus: empty"
        return
    for name in names:
        if "/" in name:
            yield f"seed corpus: {name} is in a folder"
            return
    if len(set(names)) != len(names):
        yield "seed corpus: a name stands twice"
    if build.engine == "afl":
        status, text = run([path, *[folder / name for name in names]], build.scratch, ASAN_OPTIONS="detect_leaks=0")
    elif build.sanitizer == "coverage":
        yield from profile(build, path, folder)
        return
    else:
        status, text = run([path, "-rss_limit_mb=2560", "-timeout=25", "-runs=0", folder], build.scratch, seconds=600)
    if status != 0:
        yield f"seed corpus: an input fails ({status}): {last_lines(text)}"


def profile(build, path, folder):
    """A coverage build merges the seeds and leaves a profile that names lines of the project."""
    raw = build.scratch / f"{path.name}.profraw"
    raw.unlink(missing_ok=True)
    empty = build.scratch / f"merged-{path.name}"
    shutil.rmtree(empty, ignore_errors=True)
    empty.mkdir()
    status, text = run([path, "-merge=1", "-timeout=100", empty, folder], build.scratch, seconds=600,
                       LLVM_PROFILE_FILE=str(build.scratch / f"{path.name}.%1m.profraw"))
    pieces = sorted(build.scratch.glob(f"{path.name}.*.profraw"))
    if status != 0 or not pieces:
        yield f"coverage: no profile ({status}): {last_lines(text)}"
        return
    llvm = Path(shutil.which("clang++")).resolve().parent
    data = build.scratch / f"{path.name}.profdata"
    status, text = run([llvm / "llvm-profdata", "merge", "-sparse", *pieces, "-o", data], "/")
    if status == 0:
        status, text = run([llvm / "llvm-cov", "export", "-summary-only", "-format=lcov", "-instr-profile", data, path], "/")
    hit = sum(int(n) for n in re.findall(r"^LH:(\d+)", text, re.MULTILINE))
    if status != 0 or hit < MIN_EDGES:
        yield f"coverage: {hit} lines were run ({status}): {last_lines(text)}"
    for piece in pieces:
        piece.unlink()


# --- options and dictionaries ---------------------------------------------------------------------------------

def dictionary_of(build, target):
    options = configparser.ConfigParser()
    try:
        options.read(build.out / f"{target}.options")
        name = options.get("libfuzzer", "dict", fallback=None)
    except configparser.Error:
        return None
    return build.out / name if name else None


def options(build, path):
    """The options are flags of the engine, and the dictionary is one."""
    file = build.out / f"{path.name}.options"
    if not file.is_file():
        return
    parsed = configparser.ConfigParser()
    try:
        parsed.read_string(file.read_text(encoding="utf-8"))
    except (configparser.Error, UnicodeDecodeError) as error:
        yield f"options: {' '.join(str(error).split())}"
        return
    for section in parsed.sections():
        if section not in ("libfuzzer", "asan", "msan", "ubsan"):
            yield f"options: [{section}] means nothing"
    if not parsed.has_section("libfuzzer"):
        yield "options: no [libfuzzer]"
        return
    known = set(LIBFUZZER_FLAGS)
    for key, value in parsed.items("libfuzzer"):
        if key not in known:
            yield f"options: {key} is no flag of libFuzzer"
        elif key != "dict" and not re.fullmatch(r"-?\d+", value):
            yield f"options: {key} = {value}: a number is expected"
    dictionary = dictionary_of(build, path.name)
    if dictionary is None:
        return
    if not dictionary.is_file():
        yield f"options: there is no dictionary {dictionary.name}"
        return
    yield from dictionary_faults(dictionary)
    if build.engine == "libfuzzer" and build.sanitizer != "coverage":
        status, text = run([path, f"-dict={dictionary}", "-runs=1"], build.scratch)
        if status != 0 or "Dictionary: " not in text:
            yield f"dictionary: libFuzzer does not take {dictionary.name}: {last_lines(text, 2)}"


LIBFUZZER_FLAGS = ["dict", "max_len", "len_control", "timeout", "rss_limit_mb", "malloc_limit_mb", "use_value_profile",
                   "only_ascii", "close_fd_mask", "detect_leaks", "entropic", "cross_over", "mutate_depth"]
ENTRY_LINE = re.compile(r'(?:[A-Za-z0-9_]+(?:@\d+)?=)?"((?:[^"\\]|\\["\\]|\\x[0-9A-Fa-f]{2})+)"')


def dictionary_faults(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if line and not line.startswith("#") and not ENTRY_LINE.fullmatch(line):
            yield f"{path.name}:{number}: not an entry: {line}"


# --- the files that describe the project -----------------------------------------------------------------------

LICENCE = "http://www.apache.org/licenses/LICENSE-2.0"
PROJECT_KEYS = {
    "homepage", "main_repo", "language", "primary_contact", "auto_ccs", "vendor_ccs", "sanitizers", "architectures",
    "fuzzing_engines", "help_url", "builds_per_day", "file_github_issue", "coverage_extra_args", "run_tests",
    "view_restrictions", "base_os_version", "disabled", "labels"}
PROJECT_VALUES = {
    "sanitizers": {"address", "undefined", "memory", "none"},
    "fuzzing_engines": {"libfuzzer", "afl", "honggfuzz", "centipede", "none"},
    "architectures": {"x86_64", "i386", "aarch64"},
    "language": {"c++"},
    "base_os_version": {"legacy", "ubuntu-20-04", "ubuntu-24-04"}}


def read_yaml(path):
    import yaml  # not needed to build; ci/setup installs it
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")), None
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        return None, f"{path.name}: {' '.join(str(error).split())}"


def project_yaml(path, required):
    data, trouble = read_yaml(path)
    if trouble:
        yield trouble
        return
    if not isinstance(data, dict):
        yield f"{path.name}: keys and values are expected"
        return
    for key in required:
        if key not in data:
            yield f"{path.name}: no {key}"
    for key, value in data.items():
        if key not in PROJECT_KEYS:
            yield f"{path.name}: {key} is no key of it"
            continue
        values = [entry if isinstance(entry, str) else next(iter(entry), "") for entry in value] \
            if isinstance(value, list) else [value]
        for entry in values:
            if key in PROJECT_VALUES and entry not in PROJECT_VALUES[key]:
                yield f"{path.name}: {key} cannot be {entry}"
    if "fuzzing_engines" in data and "libfuzzer" not in data["fuzzing_engines"]:
        yield f"{path.name}: libfuzzer must be one of the engines"
    if "primary_contact" in required and "@" not in str(data.get("primary_contact", "@")):
        yield f"{path.name}: primary_contact is no address"


def dockerfile(path):
    if not path.is_file():
        yield f"there is no {path.name}"
        return
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines or not re.match(r"FROM gcr\.io/oss-fuzz-base/base-builder(:\S+)?$", lines[0]):
        yield f"{path.name}: begins from another image than base-builder"
    if not any(re.match(r"COPY .*build\.sh \$SRC", line) for line in lines):
        yield f"{path.name}: build.sh is not copied to $SRC"
    if not any("$SRC/regproof" in line or line.endswith(" regproof") for line in lines if not line.startswith("WORKDIR")):
        yield f"{path.name}: the sources do not come to $SRC/regproof"
    for line in lines:
        if "apt-get install" in line and "apt-get update" not in line:
            yield f"{path.name}: apt-get update and install belong on one line"


def shell_script(path):
    if not path.is_file():
        yield f"there is no {path.name}"
        return
    text = path.read_text(encoding="utf-8")
    status, said = run(["bash", "-n", path], "/")
    if status != 0:
        yield f"{path.name}: {last_lines(said, 1)}"
    for word in ["-fsanitize", "-march=native", "-lFuzzingEngine"]:
        if word in text:
            yield f"{path.name}: {word}: flags come from outside"


def project_folder(folder, required):
    """project.yaml, Dockerfile and build.sh of one service."""
    yield from project_yaml(folder / "project.yaml", required)
    yield from dockerfile(folder / "Dockerfile")
    yield from shell_script(folder / "build.sh")
    for name in ["project.yaml", "Dockerfile", "build.sh"]:
        if (folder / name).is_file() and LICENCE not in (folder / name).read_text(encoding="utf-8"):
            yield f"{name}: no licence at its head"


def workflow(path):
    """A workflow of GitHub Actions: a name, when, jobs with steps that use or run something."""
    data, trouble = read_yaml(path)
    if trouble:
        yield trouble
        return
    if not isinstance(data, dict) or not data.get("name") or not isinstance(data.get("jobs"), dict):
        yield f"{path.name}: a name and jobs are expected"
        return
    if "on" not in data and True not in data:  # YAML 1.1 reads `on` as true
        yield f"{path.name}: it does not say when"
    for name, job in data["jobs"].items():
        if not isinstance(job, dict) or "runs-on" not in job or not job.get("steps"):
            yield f"{path.name}: job {name}: runs-on and steps are expected"
            continue
        for step in job["steps"]:
            if ("run" in step) == ("uses" in step):
                yield f"{path.name}: job {name}: a step either runs or uses something"
            for script in scripts_of(step, job):
                if not (path.resolve().parents[2] / script).is_file():
                    yield f"{path.name}: job {name}: there is no {script}"


def scripts_of(step, job):
    """Scripts of ci/ that a step runs, by itself or from the job's matrix."""
    lines = str(step.get("run", "")).splitlines()
    if "matrix.command" in str(step.get("run", "")):
        lines += job.get("strategy", {}).get("matrix", {}).get("command", [])
    for line in lines:
        for word in shlex.split(line, comments=True):
            if word.startswith("ci/"):
                yield word
