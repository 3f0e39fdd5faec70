#!/usr/bin/env python3
"""tutorial.py - does what a tutorial page tells its reader to do.

    tutorial.py PAGE.md ... [--keep DIR]

In an empty folder, with CMRX pointing to this repository, page by page (one that
goes on with another comes behind it) and fence by fence:
`file=NAME` is written, `run` is typed into a shell (which ends at the first
command that fails), and `output` is what the fence before it has to print among
other things, line for line. A fence without any of these is only read.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


class Wrong(Exception):
    """The page says what is not so."""


def steps(text):
    """(kind, name, content) of the fences that are for us."""
    for info, content in FENCE.findall(text):
        for word in info.split()[1:]:
            kind, _, name = word.partition("=")
            if kind not in ("file", "run", "output"):
                raise Wrong(f"a fence with {word}: known are file=NAME, run, "
                            "output")
            yield kind, name, content


def write(folder, name, content):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def type_in(folder, commands):
    """What the commands print, errors too."""
    done = subprocess.run(
        ["sh", "-e", "-c", commands], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", env=dict(os.environ, CMRX=ROOT))
    print(f"$ {commands.strip()}\n{done.stdout}", end="", flush=True)
    if done.returncode:
        raise Wrong(f"a command has failed ({done.returncode}):\n{commands}")
    return done.stdout


def compare(wanted, printed):
    """Is `wanted` there, as lines that follow each other?"""
    if "\n" + wanted not in "\n" + printed:
        raise Wrong(f"the page promises:\n{wanted}")


def follow(page, folder):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    printed, outputs = None, 0
    for kind, name, content in steps(text):
        if kind == "file":
            write(folder, name, content)
        elif kind == "run":
            printed = type_in(folder, content)
        elif printed is None:
            raise Wrong("there is an output before anything was run")
        else:
            compare(content, printed)
            outputs += 1
    if not outputs:
        raise Wrong("nothing on the page was compared")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", metavar="PAGE.md", nargs="+")
    parser.add_argument("--keep", metavar="DIR", help="work there, and keep it")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        if args.keep:
            os.makedirs(args.keep)
        folder = args.keep or stack.enter_context(
            tempfile.TemporaryDirectory())
        for page in args.pages:
            try:
                follow(page, folder)
            except Wrong as wrong:
                print(f"{page}: {wrong}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
