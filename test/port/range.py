#!/usr/bin/env python3
"""range.py - top of range is found at boot, or it is not.

    range.py --needs SYSTEM_DIR --either SYSTEM_DIR --plugins DIR

`needs` is laid out for it, `either` is not. Both run on QEMU's processor, which
has it. Then the image is changed to read 0 from pmpcfg1 where it looks whether
what it has written is there, as a processor that has none would answer: `needs`
has to refuse, `either` to run by the long way into the kernel.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib import oracle  # noqa: E402

REFUSED = 98
PROOF = "range_can_be_shown"
CSRR_PMPCFG1, LI_0, REGISTER = 0x3A102073, 0x13, 0xF80
SHORT, LONG = "entry", "entry_without_cut"


def without_range(system, elf):
    """What is read back is 0, into whatever register."""
    proof = oracle.kernel_symbol(elf, system, PROOF)
    words = range(proof.value, proof.value + proof.size - 3, 2)
    found = [(at, word) for at in words
             for word in oracle.words_at(elf, at, 1)
             if word & ~REGISTER == CSRR_PMPCFG1]
    assert len(found) == 1, f"{PROOF}: {len(found)} instructions read pmpcfg1"
    at, word = found[0]
    checked.write_words(elf, at, LI_0 | word & REGISTER)


def play(folder, plugins, change=None):
    """(result, what it said, functions that ran)"""
    with checked.checked(folder, 0) as copy, \
            tempfile.TemporaryDirectory() as where:
        if change:
            system, elf = checked.load(copy)
            change(system, elf)
            with open(oracle.the_elf(copy), "wb") as file:
                file.write(elf.data)
        count = os.path.join(where, "count.txt")
        done = subprocess.run(
            [sys.executable, os.path.join(checked.TOOL, "cmrx"), "run", copy,
             "--batch", "--deterministic", "--last", "", "--count", count,
             "--plugins", plugins], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False)
        with open(count, encoding="utf-8") as file:
            ran = set(re.findall(r"^FUNCTION (\w+) ", file.read(), re.M))
    return done.returncode, done.stdout + done.stderr, ran


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--needs", "--either", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    bad = 0
    for what, folder, change, result, way in (
            ("it is needed, and there", args.needs, None, 0, SHORT),
            ("it is needed, and not there", args.needs, without_range, REFUSED,
             None),
            ("it is found", args.either, None, 0, SHORT),
            ("it is not found", args.either, without_range, 0, LONG)):
        code, said, ran = play(folder, args.plugins, change)
        good = code == result and {SHORT, LONG} & ran == ({way} if way
                                                          else set())
        if result == REFUSED:
            good = good and "no top of range" in said
        print(f"{'ok' if good else 'not ok'} {what}")
        if not good:
            print(f"result {code}, by {sorted({SHORT, LONG} & ran)}\n{said}")
        bad += not good
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
