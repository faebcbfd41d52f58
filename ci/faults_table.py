"""What ci/faults measured: kept from run to run, shown as rows, written as docs/faults.md.

Tested by `ci/faults --self-test`.
"""
import datetime
import json
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path

HEADINGS = ["fault", "id", "section", "target", "found by", "runs", "executions", "seconds", "most",
            "smallest"]


@dataclass
class Fault:
    """A patch. `target` is a replayer or a test; `verdict` the kinds of finding that should name it."""
    name: str
    keys: dict
    files: list
    patch: Path

    @property
    def is_test(self):
        return self.keys["target"].endswith("_test")

    @property
    def essence(self):
        """What a measurement depends on: the target and the lines that change, not the words about them."""
        diff = self.patch.read_text(encoding="utf-8").partition("\n--- a/")[2]
        return "\n".join([self.keys["target"]] + [line for line in diff.splitlines() if line[:1] in ("+", "-")])

    @property
    def kinds(self):
        """How the names of the findings, or of the tests, begin that should name it."""
        return tuple(self.keys["verdict"].split(" or "))


@dataclass
class Run:
    judge: str = ""  # empty: not found
    executions: int = 0
    seconds: float = 0.0
    smallest: int = 0  # instructions of the reduced program; 0: not reduced


@dataclass
class Measured:
    fault: Fault
    commit: str = ""
    runs: list = field(default_factory=list)

    def found(self):
        return [run for run in self.runs if run.judge]

    def judges(self):
        return sorted({run.judge for run in self.found()})

    def expected(self):
        return all(judge.startswith(self.fault.kinds) for judge in self.judges())

    def row(self):
        keys, found = self.fault.keys, self.found()
        executions = [run.executions for run in found if run.executions]
        times = [run.seconds for run in found]
        sizes = [run.smallest for run in found if run.smallest]
        return [self.fault.name, keys["id"], keys["section"], keys["target"].removeprefix("replay_"),
                ", ".join(self.judges()) + ("" if self.expected() else " *") if found else "not found",
                f"{len(found)}/{len(self.runs)}",
                f"{statistics.median(executions):.0f}" if executions else "",
                f"{statistics.median(times):.2f}" if times else "",
                f"{max(times):.2f}" if times else "",
                f"{min(sizes)}" if sizes else ""]


class Store:
    """The last measurement of each fault, with the settings and the diff that it was made with."""

    def __init__(self, path, settings):
        self.path, self.settings = path, settings
        self.entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def put(self, measured):
        self.entries[measured.fault.name] = {
            "settings": self.settings, "essence": measured.fault.essence, "commit": measured.commit,
            "runs": [asdict(run) for run in measured.runs]}
        self.path.write_text(json.dumps(self.entries), encoding="utf-8")

    def get(self, fault):
        """None where it was measured otherwise, or as another patch."""
        entry = self.entries.get(fault.name)
        if entry is None or entry["settings"] != self.settings or entry["essence"] != fault.essence:
            return None
        return Measured(fault, entry["commit"], [Run(**run) for run in entry["runs"]])


def unfound(all_measured):
    return [m for m in all_measured if len(m.found()) < len(m.runs)]


def summary(all_measured):
    runs = [run for measured in all_measured for run in measured.runs]
    everywhere = [m for m in all_measured if len(m.found()) == len(m.runs)]
    times = [statistics.median([r.seconds for r in m.found()]) for m in everywhere]
    return (f"{len(all_measured)} faults, {len(everywhere)} found in every run "
            f"({sum(1 for run in runs if run.judge)} of {len(runs)} runs); of these, processor seconds until the "
            f"find: median {statistics.median(times) if times else 0:.2f}, most {max(times, default=0):.1f}")


INTRODUCTION = """# Faults put back

Each patch of the folder `faults/` puts one real fault of a register allocator, of its move resolver, of a checker, a
validator or a generator back into the sources. `ci/faults` builds each and measures what it takes to find it, from no
corpus at all; `faults/README.md` says how. This table is what it printed last: {date}, commit {commits}, seeds 1 to
{seeds}, at most {seconds:.0f} processor seconds a run, optimized with invariants. `found by` is the kind of the finding,
or the test that fails; a star: the fault was found, but not by whom its patch names. Executions and seconds are
medians of the runs that found it, `most` is the longest; a test runs once, and its seconds are its whole run.
`smallest` is the number of instructions that the first find was reduced to (`replay_TARGET --reduce`).

{summary}.
"""


WITHOUT_INVARIANTS = """
## Without invariants

Where an invariant of the allocator found the fault, the same again with invariants compiled out, so that the judges
are alone:
"""


def table(all_measured):
    lines = ["", "| " + " | ".join(HEADINGS) + " |", "| " + " | ".join("---" for _ in HEADINGS) + " |"]
    return lines + ["| " + " | ".join(measured.row()) + " |" for measured in all_measured]


def document(all_measured, bare, seeds, seconds):
    commits = ", ".join(dict.fromkeys(m.commit for m in all_measured))
    lines = INTRODUCTION.format(date=datetime.date.today(), commits=commits, summary=summary(all_measured),
                                seeds=seeds, seconds=seconds).splitlines()
    lines += table(all_measured)
    if bare:
        lines += WITHOUT_INVARIANTS.splitlines() + [summary(bare) + "."] + table(bare)
    lines += ["", "## Not found in every run", ""]
    lines += [f"- **{m.fault.name}** ({len(m.found())} of {len(m.runs)} runs): {m.fault.keys['title']}. "
              f"{m.fault.keys.get('unfound', 'Not explained yet.')}" for m in unfound(all_measured)] or ["None."]
    lines += ["", "## What each breaks", "", "| fault | fault, and what it breaks |", "| --- | --- |"]
    lines += [f"| {m.fault.name} | {m.fault.keys['title']}: {m.fault.keys['breaks']} |" for m in all_measured]
    return "\n".join(lines) + "\n"
