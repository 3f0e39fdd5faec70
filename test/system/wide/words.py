#!/usr/bin/env python3
"""words.py - every bit of the maps and loans of an image is looked at.

    words.py SYSTEM_DIR

The tables of the image are as described; with any bit of any word of a region the
other way `cmrx check` says that they are not. (test_proof.py does the same with a
usual system.)
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tool"))

from cmrxlib import check, imagetables, kernelobj, oracle, systemjson  # noqa: E402

REGIONS = 12 + 2  # of a wide map, and what is lent


def is_refused(folder, described, elf):
    found = check.Checker(described, elf, folder)
    imagetables.check_tables(found)
    return bool(found.problems)


def main():
    folder = sys.argv[1]
    described = systemjson.load(os.path.join(folder, "system.json"))
    elf = kernelobj.read_elf(oracle.the_elf(folder))
    table = elf.symbol("process_images")
    section = elf.sections[table.section]
    section.data = bytearray(section.data)
    assert not is_refused(folder, described, elf)
    size = imagetables.process_struct(described["board"]).size
    flipped = bad = 0
    for process, told in enumerate(described["processes"]):
        start = table.value - section.address + process * size
        for bit in range(REGIONS * 64):
            at, mask = start + bit // 8, 1 << bit % 8
            section.data[at] ^= mask
            flipped += 1
            if not is_refused(folder, described, elf):
                bad += 1
                print(f"not ok {told['name']}: word {bit // 32}, bit {bit % 32}")
            section.data[at] ^= mask
    print(f"{flipped} bits, {bad} not looked at")
    return 1 if bad or not flipped else 0


if __name__ == "__main__":
    sys.exit(main())
