#!/usr/bin/env python3
"""late.py - a store that was refused, told of at an entry to the kernel.

    late.py --system SYSTEM_DIR --plugins DIR

No emulator tells late. So where the entries wait for it (port/armv7m/late.S) they
look at the address in r12 instead, in a copy of the image: that is refused there,
too, if nothing answers at it, and anything may be read otherwise.
"""

import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib import oracle  # noqa: E402

DSB, LDR_R3_R12 = 0x8F4FF3BF, 0x3000F8DC  # as words in memory
ENTRIES = ("entry_svc", "entry_irq", "entry_alarm")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--system", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    with checked.checked(args.system, 0) as copy:
        system, elf = checked.load(copy)
        for name in ENTRIES:
            at = oracle.kernel_symbol(elf, system, name).value & ~1
            if oracle.words_at(elf, at, 1) != (DSB,):
                sys.exit(f"{name} does not wait")
            checked.write_words(elf, at, LDR_R3_R12)
        with open(oracle.the_elf(copy), "wb") as file:
            file.write(elf.data)
        done = subprocess.run(
            [sys.executable, os.path.join(checked.TOOL, "cmrx"), "run", copy,
             "--batch", "--deterministic", "--last", "", "--timeout", "60",
             "--plugins", args.plugins], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
