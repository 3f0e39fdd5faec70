#!/usr/bin/env python3
"""shell.py - a person at the shell of a system without a supervisor.

    shell.py SYSTEM_DIR --plugins DIR

What is typed, and what has to be seen of it, in this order: texts, or expressions
between slashes. `reset` is not among them: what the driver has read ahead by then is
lost.
"""

import argparse
import os
import re
import subprocess
import sys

CMRX = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "..", "..", "..", "tool", "cmrx")
CLUMSY = r"/clumsy +running +%d +%d  the kernel decides/"
SEEN = (
    ("ps", (CLUMSY % (1, 0), r"/idle +running .*-/")),
    ("faults", ("there was no fault",)),
    ("harm", ("harm gave no answer: DEAD",)),
    ("faults", ("! clumsy faulted: it touched memory that is not its own",
                "/!   in store\\(\\), server/misbehave.c:[0-9]+, thread shell.main/",
                "!   at address 0x00000000, which is NULL or near it")),
    ("faults", ("there was no fault",)),
    ("ps", (CLUMSY % (2, 1),)),
    ("restart clumsy", ("clumsy was restarted",)),
    ("ps", (CLUMSY % (3, 1),)),
    ("restart", ("use: restart <process>",)),
    ("restart nobody", ('there is no process "nobody"; ps shows all',)),
    ("restart shell", ("Try help.",)),
    ("threads", ("/clumsy.idler +waiting +2  clumsy /", "/shell.main +ready +4 /")),
    ("services", ("/clumsy +misbehave +shell\n/",)),
    ("fly", ('"fly" is not understood; try help',)),
    ("help", ("/faults .*\nharm .*\nhelp .*\nps .*\nquit .*\nreset .*\nrestart /",)),
    ("quit 7", ("the system halts",)),
)


def find(what, text, start):
    """Where it ends; -1: it is not there."""
    pattern = what[1:-1] if what[0] == "/" else re.escape(what)
    found = re.compile(pattern).search(text, start)
    return found.end() if found else -1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system")
    parser.add_argument("--plugins", required=True)
    args = parser.parse_args()
    done = subprocess.run(
        [sys.executable, CMRX, "run", args.system, "--batch", "--deterministic",
         "--oracle", "--plugins", args.plugins, "--last", ""],
        input="".join(f"{typed}\n" for typed, _ in SEEN), text=True,
        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout)
    at = 0
    for typed, seen in SEEN:
        for what in (f"cmrx> {typed}\n", *seen):
            at = find(what, done.stdout.replace("\r", ""), at)
            if at < 0:
                print(f"not ok: {typed}: expected {what}")
                return 1
    print("ok")
    return 0 if done.returncode == 7 else 1


if __name__ == "__main__":
    sys.exit(main())
