#!/usr/bin/env python3
"""notes.py - what the layout of a built system notes when some grants are missing.

    notes.py SYSTEM_DIR [--without GRANT ...] [--says TEXT ...]

The system is laid out once more, to nowhere, by its own statement without the
grants ("supervisor RIGHT power"); a note for each TEXT has to be said, and no other.
"""

import argparse
import os
import subprocess
import sys
import tempfile

CMRX = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "..", "..", "tool", "cmrx")


def statement(system, without, out):
    """Arguments of `cmrx layout`."""
    with open(os.path.join(system, "statement.txt"), encoding="utf-8") as file:
        words = file.read().splitlines()
    words[words.index("--out") + 1] = out
    for grant in without:
        at = words.index(grant)  # or there is no such grant
        assert words[at - 1] == "--grant", words[at - 1]
        del words[at - 1 : at + 1]
    return words


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--without", action="append", default=[], metavar="GRANT")
    parser.add_argument("--says", action="append", default=[], metavar="TEXT")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, CMRX, "layout", *statement(args.system, args.without, out)],
            stderr=subprocess.PIPE, text=True)
    notes = done.stderr.splitlines()
    good = done.returncode == 0 and len(notes) == len(args.says) and all(
        any(text in note for note in notes) for text in args.says)
    print(done.stderr + ("ok" if good else f"not ok: expected {args.says}"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
