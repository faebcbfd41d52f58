"""Prints what `llvm-cov export -summary-only` says, read from standard input, as a table: a row for each file, the
worst first, one for each folder, and the sum as the last.

  ci/coverage_table.py FOLDER...    of the files in these folders alone

The folders are not left to llvm-cov: where a compiler cache has made the paths relative to the build folder, it knows
none of them and shows all files.
"""
import json
import os
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent


def cells(name, counts):
    row = [name]
    for kind in ["lines", "branches"]:
        count, covered = counts[kind], counts[f"{kind} covered"]
        row += [str(count), str(count - covered), f"{100 * covered / count:.1f} %" if count else ""]
    return row


def main(wanted):
    files, folders, total = [], {}, Counter()
    for file in json.load(sys.stdin)["data"][0]["files"]:
        name = Path(os.path.normpath(file["filename"]))
        name = str(name.relative_to(ROOT)) if name.is_relative_to(ROOT) else str(name)
        if name.split("/")[0] not in wanted:
            continue
        counts = Counter()
        for kind in ["lines", "branches"]:
            counts[kind] = file["summary"][kind]["count"]
            counts[f"{kind} covered"] = file["summary"][kind]["covered"]
        files.append((counts["lines covered"] - counts["lines"], name, counts))
        folders.setdefault(name.split("/")[0], Counter()).update(counts)
        total.update(counts)
    rows = [["file", "lines", "missed", "", "branches", "missed", ""]]
    rows += [cells(name, counts) for _, name, counts in sorted(files)]
    rows += [cells(name, counts) for name, counts in sorted(folders.items())] + [cells("total", total)]
    for row in rows:
        print(f"{row[0]:<36}" + "".join(f"{cell:>9}" for cell in row[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
