#!/usr/bin/env python3
"""secure.py - a process touches Secure memory, and the Secure world tells the kernel.

    secure.py --system SYSTEM_DIR --plugins DIR

QEMU 7.2 does not say where a load or a store was (SFAR), so the Secure world of the
board cannot either. In copies of it what it tells is made of r12, where the process
has the address: this, as silicon would, or what the Secure world sees there.
"""

import argparse
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402

NOP = 0xBF00
STR_R1, MOV_R2_R12, LDR_R2_AT_R12 = (0x6001,), (0x4662,), (0xF8DC, 0x2000)
# secure_fault (board/mps2_an505_ns/secure.S): LDR r2, [r0, #4]; STR r1, [r0];
# TST r1, #SFARVALID; IT EQ; MOVEQ r2, #-2
LOOK = (0x6842, *STR_R1, 0xF011, 0x0F40, 0xBF08, 0xF06F, 0x0201)
# As tester.c counts them.
TELLS = ("nothing", LOOK), ("where", STR_R1 + MOV_R2_R12), (
    "what is there", STR_R1 + LDR_R2_AT_R12)


def code(halfwords):
    words = [*halfwords, *[NOP] * (len(LOOK) - len(halfwords))]
    return struct.pack(f"<{len(words)}H", *words)


def change(path, halfwords):
    """Of the Secure world: how it finds out what to tell."""
    with open(path, "rb") as file:
        data = file.read()
    if data.count(code(LOOK)) != 1:
        sys.exit("the Secure world does not look where it did")
    with open(path, "wb") as file:
        file.write(data.replace(code(LOOK), code(halfwords)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--system", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    bad = 0
    for number, (what, halfwords) in enumerate(TELLS):
        with checked.checked(args.system, 0, secure_tells=number) as copy:
            change(os.path.join(copy, "secure", "secure.elf"), halfwords)
            result, said = checked.play(copy, args.plugins, ["--oracle"])
        print(f"the Secure world tells {what}:\n{said}")
        bad += result != 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
