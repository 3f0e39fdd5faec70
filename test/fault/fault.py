#!/usr/bin/env python3
"""fault.py - what the kernel's record says when a system does not end.

    fault.py SYSTEM_DIR --plugins DIR

The system is example/01_story, whose sensor is broken in several ways and never told
to quit. What `cmrx run` then says of the record has to be what the supervisor has said
on the console, in its words (server/supervisor/explain.c): place, address, callers.
"""

import argparse
import os
import re
import subprocess
import sys

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                    "tool", "cmrx")
SECONDS = 2
# How it is broken -> the kind of fault.
HOWS = {"actuator": "ACCESS", "execute": "EXECUTE", "stack": "STACK", None: None}
# The two divide the memory of a process in other ways, but say whose it is.
OWNER = re.compile(r"byte \d+ of .* (\w+)$")


def said(folder, plugins, how):
    """(by the supervisor, by cmrx run), as lists of lines."""
    result = subprocess.run(
        [sys.executable, TOOL, "run", folder, "--batch", "--deterministic",
         "--plugins", plugins, "--timeout", str(SECONDS), "--last", ""],
        input=f"break sensor {how}\n" if how else "", capture_output=True, text=True,
        check=False)
    if result.returncode != 124:
        sys.exit(f"fault: {how}: ended with {result.returncode}\n{result.stderr}")
    told = [line[2:] for line in result.stdout.splitlines() if line.startswith("! ")]
    ours = result.stderr.partition(f"did not end within {SECONDS:.1f} s; ")[2]
    return told, ours.splitlines()


def plain(line):
    """Without the microseconds, and whose memory it is in a way both say."""
    line = re.sub(r"(at \d+\.\d{3})\d* s", r"\1 s", line)
    return OWNER.sub(r"of \1", line)


def differ(how, kind, told, ours):
    """What is wrong, or None."""
    if how is None:
        return None if ours[:1] == ["no fault since power-on"] else "a fault of nobody"
    if len(told) < 3 or not ours[:1] or \
            not ours[0].startswith(f"sensor faulted: {kind} ("):
        return "not the fault that was asked for"
    known = [plain(line) for line in told if line.startswith("  ")]
    found = [plain(line) for line in ours if line.startswith("  ")]
    return None if found == known[: len(found)] and found else "not what was said there"


def refuses(folder):
    """A dump that is cut short is refused, and it says why."""
    result = subprocess.run([sys.executable, TOOL, "fault", folder, "-"],
                            input=bytes(50), capture_output=True, check=False)
    return result.returncode == 1 and b"dump all of fault_store" in result.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("system")
    parser.add_argument("--plugins", required=True)
    args = parser.parse_args()
    wrong = 0
    for how, kind in HOWS.items():
        told, ours = said(args.system, args.plugins, how)
        why = differ(how, kind, told, ours)
        if why:
            wrong += 1
            print(f"fault: {how}: {why}", *told, "---", *ours, sep="\n")
    if not refuses(args.system):
        wrong += 1
        print("fault: a dump of 50 bytes was taken")
    print(f"{len(HOWS) + 1 - wrong} passed, {wrong} failed")
    sys.exit(wrong != 0)


main()
