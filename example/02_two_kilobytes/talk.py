#!/usr/bin/env python3
"""talk.py - types at the shell of the 4 kB system and looks at what it says.

    talk.py SYSTEM_DIR --plugins DIR

The shell starts the driver again while the application counts its beats; the
system ends by itself, with 0 when no beat was late.

All that is typed is there before QEMU starts. QEMU looks at its input each time
before it lets idle time pass, and takes a byte when the UART has room for one: at
least one in a millisecond of the guest, as the driver's timer ticks. So all of it
has been typed long before the driver's own fault, which comes after 256 of them.
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CMRX = os.path.join(HERE, "..", "..", "tool", "cmrx")
TYPED = "ps\nkill 1\nps\nkill 9\nkill 1x\nwhat is this, a line too long to keep\n"
CHECKS = {
    "it lists all processes": r"0 running 1 0 app\n1 running 1 0 sampler\n"
                              r"2 running 1 0 shell\n3 running 1 0 idle\n",
    "it starts one again": r"> kill 1\ndone\n",
    "the list says so": r"1 running 2 0 sampler",
    "a number that nobody has is refused": r"> kill 9\nps, or kill N\n",
    "what is no number is refused": r"> kill 1x\nps, or kill N\n",
    "a long line is cut": r"> what is this, a line too long t\nps, or kill N\n",
}


def typed():
    """A pipe that has all of it."""
    there, here = os.pipe()
    os.write(here, TYPED.encode())
    os.close(here)
    return there


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of the built system")
    parser.add_argument("--plugins", required=True)
    args = parser.parse_args()
    done = subprocess.run(
        [sys.executable, CMRX, "run", args.system, "--batch", "--deterministic",
         "--oracle", "--early", "--plugins", args.plugins],
        stdin=typed(), capture_output=True, text=True, check=False)
    said = done.stdout.replace("\r", "")
    results = {what: bool(re.search(text, said))
               for what, text in CHECKS.items()}
    results["no beat was late"] = done.returncode == 0
    for what, good in results.items():
        print(f"{'ok' if good else 'not ok'} {what}")
    if not all(results.values()):
        print(said + done.stderr)
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
