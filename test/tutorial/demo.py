#!/usr/bin/env python3
"""demo.py - `make demo` as README.md tells it, with the commands that it names.

    demo.py --build DIR

DIR is the demo's own build folder, and kept for the next time.
"""

import argparse
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SHOWN = [
    "break    <process> <how>",  # help
    "! sensor faulted: it touched memory that is not its own",
    "byte 0 of data of actuator",
    "!   called by shell in ",
    "!   sensor runs again, generation 2",
    "\nactuator    running        1       0",  # ps
    "channel 0: ",
    "actuator at 0, going to 0; ",
    "0 missed, ",
    "cmrx> quit",  # typed by itself
    "run: ended with result 0",
]


def commands():
    """What the page has the reader type before he leaves."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = re.search(r"^In the demo type .*?Leave with", file.read(), re.M)[0]
    return re.findall(r"`([^`]+)`", text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    args = parser.parse_args()
    typed = commands()
    assert len(typed) == 5, typed
    done = subprocess.run(
        ["make", "-s", "-C", ROOT, "demo", f"BUILD={os.path.abspath(args.build)}"],
        input="".join(f"{line}\n" for line in typed), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace")
    said = done.stdout.replace("\r", "")
    missing = [text for text in SHOWN if text not in said]
    if done.returncode or missing:
        print(said)
        sys.exit(f"demo: result {done.returncode}; not shown: {missing}")
    print(f"demo: {len(typed)} commands, all shown")


if __name__ == "__main__":
    main()
