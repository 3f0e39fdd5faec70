#!/usr/bin/env python3
"""regions.py - with too little protection a system refuses to start.

    regions.py SYSTEM_DIR --plugins DIR --core CORE

QEMU's processor has none, or fewer regions than are needed. Where QEMU can only
take all away, the image is changed as well: where the kernel looks how many
there are, it finds fewer. That this changes nothing else is what the last run
is for: it finds as many as it needs, and starts.
"""

import argparse
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib import oracle  # noqa: E402
from cmrxlib.registers import is_wide  # noqa: E402
from cmrxlib.systemjson import number  # noqa: E402

REFUSED = 98  # what a system that does not start ends with
REASON = re.compile(r"^refused to start: no (memory protection unit with 8"
                    r"|physical memory protection with 8|ninth entry"
                    r"|16 regions|16 entries)", re.M)
AFTER_EIGHT = ("ninth entry", "16 regions", "16 entries")
NINTH = 8  # so many entries of RISC-V, and only the one for all is not there

# v8-M reads how many from bits 15 to 8 of a register: LSRS d, m, #8 comes first.
COUNTS = "protection_init"
LSRS_8, REGISTERS, MOVS, RESULT = 0x0A00, 0x3F, 0x2000, 7
# RISC-V has an entry if what is written to its address is there: CSRR of it.
CSRR_PMPADDR0, LI_0, REGISTER = 0x3B002073, 0x13, 0xF80
ENTRIES = 16


def code_of(elf, system, name):
    """(address, half word) of a function of the kernel."""
    function = oracle.kernel_symbol(elf, system, name)
    start = function.value & ~1
    for at in range(start, start + function.size - 3, 2):
        yield at, oracle.words_at(elf, at, 1)[0] & 0xFFFF


def counts_regions(system, elf, count):
    """v8-M: `count` regions are seen in the register, wherever it is read."""
    found = [(at, half) for at, half in code_of(elf, system, COUNTS)
             if half & ~REGISTERS == LSRS_8]
    assert found
    for at, half in found:
        above = oracle.words_at(elf, at, 1)[0] & 0xFFFF0000
        checked.write_words(elf, at,
                            above | MOVS | (half & RESULT) << 8 | count)


def counts_entries(system, elf, count):
    """RISC-V: entries from `count` on read 0."""
    gone = {CSRR_PMPADDR0 + (n << 20) for n in range(count, ENTRIES)}
    for section in system["kernel"]["sections"]:
        if section["name"] != ".text":
            continue
        base = number(section["base"])
        for at in range(base, base + section["size"] - 3, 2):
            word, = oracle.words_at(elf, at, 1)
            if word & ~REGISTER in gone:
                checked.write_words(elf, at, LI_0 | word & REGISTER)


def wide_attempts(port):
    """The same, of a system whose maps are wide: it needs all 16."""
    change = counts_entries if port == "riscv32" else counts_regions
    for count in (7, 8, 9, 12, 15, 16):
        yield count, None, change, count == 16


def attempts(port, core):
    """(how many there are, options of QEMU, change of the image, does it start)"""
    if port == "riscv32":
        yield 0, f"{core}-riscv-cpu.pmp=off", None, False
        for count in (0, 4, 7, 8, 9):
            yield count, None, counts_entries, count == 9
    elif port.startswith("armv8m"):
        yield 0, f"{core}-arm-cpu.has-mpu=off", None, False
        for count in (0, 1, 4, 7, 8):
            yield count, None, counts_regions, count == 8
    else:
        for count in (0, 1, 4, 7, 8):
            yield count, f"{core}-arm-cpu.pmsav7-dregion={count}", None, count == 8


def play(args, count, how, change):
    with checked.checked(args.system, 0) as copy:
        if change:
            system, elf = checked.load(copy)
            change(system, elf, count)
            with open(oracle.the_elf(copy), "wb") as file:
                file.write(elf.data)
        return checked.play(copy, args.plugins,
                            ["--qemu=-global", f"--qemu={how}"] if how else [])


def is_as_wanted(count, starts, code, said):
    if starts:
        return code == 0
    why = REASON.search(said)
    return (code == REFUSED and why and " passed" not in said
            and (why[1] in AFTER_EIGHT) == (count >= NINTH))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--core", required=True,
                        help="of the board, as QEMU calls it")
    args = parser.parse_args()
    board = checked.load(args.system)[0]["board"]
    port, bad = board["port"], 0
    for count, how, change, starts in (
            wide_attempts(port) if is_wide(board)
            else attempts(port, args.core)):
        code, said = play(args, count, how, change)
        good = is_as_wanted(count, starts, code, said)
        bad += not good
        print(f"{'ok' if good else 'not ok'} F7 csv-G16 "
              f"{'starts with' if starts else 'refuses'} {count} regions"
              f"{', as the kernel counts them' if change else ''}")
        if not good:
            print(f"result {code}\n{said}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
