#!/usr/bin/env python3
"""soak.py - runs the soak: see README.md.

    soak.py SYSTEM_DIR --plugins DIR [--events N] [--seed S]

A run is the same whenever it is repeated. The kernel looks at all its objects
after the system calls of CHECKS; the oracle looks at every store.
"""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib.systemjson import number  # noqa: E402

MAGIC = 0x50A4B00C  # ledger.c
# The kernel looks at itself after PROCESS_CONTROL and THREAD_PRIORITY: at instants
# that have nothing to do with what the others are at.
CHECKS = 1 << 13 | 1 << 12
# enum wrong in soak.h
WRONG = {0: "it was reset: the ledger has failed, or the kernel",
         10: "there are no parameters", 11: "a message is not what was sent",
         12: "a message was received that nobody has sent",
         13: "a message was received twice",
         14: "a message was received that was refused",
         15: "a message was lost, and nobody was told",
         16: "a sender does not know what became of a message",
         17: "an interrupt was lost", 18: "somebody does not come to rest",
         19: "a process was started more or less often than is known",
         20: "there are not as many records as faults",
         21: "a thread is not as it was at the start",
         22: "something did not happen at all", 23: "the sums do not match",
         24: "the box was restarted, and the kernel did not say so",
         99: "the kernel found itself wrong", 124: "it hung"}
COUNT = re.compile(r"^(\w+) (\d+)$", re.M)


def run(args):
    """(result, what the system says, what the tools say)"""
    with checked.checked(args.system, CHECKS) as folder, \
            tempfile.NamedTemporaryFile(suffix=".bin") as window:
        system, _ = checked.load(folder)
        window.write(struct.pack("<4I", MAGIC, args.seed, args.events, 0))
        window.flush()
        base = number(system["board"]["devices"]["scratch"]["base"])
        done = subprocess.run(
            [sys.executable, os.path.join(checked.TOOL, "cmrx"), "run", folder,
             "--batch", "--deterministic", "--plugins", args.plugins,
             "--oracle", "--timeout", "280", "--qemu=-no-reboot",
             "--qemu=-device",
             f"--qemu=loader,file={window.name},addr={base:#x},force-raw=on"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace")
    return done.returncode, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--events", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    code, output, errors = run(args)
    counts = dict(COUNT.findall(output))
    print(f"seed {args.seed}: " + ", ".join(
        f"{what} {n}" for what, n in counts.items() if what != "wrong"))
    if code == 0 and counts.get("wrong") == "0":
        return 0
    print(WRONG.get(code, f"ended with {code}"))
    print("\n".join(output.splitlines()[-8:]) + "\n" + errors)
    return 1


if __name__ == "__main__":
    sys.exit(main())
