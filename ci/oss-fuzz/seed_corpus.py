#!/usr/bin/env python3
"""Packs committed inputs as a fuzzing service wants its seeds: one flat zip, the same bytes for the same inputs.

  seed_corpus.py CORPUS ZIP FOLDER...

A folder that does not exist below CORPUS is left out; a target without any input gets a zip with one
input of zeros, so that every engine has something to begin with.
"""
import sys
import zipfile
from pathlib import Path


def inputs_of(corpus, folders):
    """(name in the zip, content) of every input. A folder's name is ahead of its inputs', so that none is lost."""
    for folder in folders:
        for path in sorted((corpus / folder).rglob("*")) if (corpus / folder).is_dir() else []:
            if path.is_file():
                yield "-".join([folder, *path.relative_to(corpus / folder).parts]), path.read_bytes()


def main():
    if len(sys.argv) < 4:
        print(__doc__)
        return 2
    inputs = list(inputs_of(Path(sys.argv[1]), sys.argv[3:])) or [("zeros", bytes(64))]
    with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inputs:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    print(f"{Path(sys.argv[2]).name}: {len(inputs)} inputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
