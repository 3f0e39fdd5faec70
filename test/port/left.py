#!/usr/bin/env python3
"""left.py - what a loader has left in the hart is gone, or it does not start.

    left.py --system SYSTEM_DIR --plugins DIR

Before the image a few instructions run that leave registers as a loader might:
the conformance suite has to pass nevertheless. What cannot be taken away, an
entry of protection that is locked, has to be refused.
"""

import argparse
import os
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402

REFUSED = 98
LOADER = 0x80300000  # of the board's flash; nobody is there
MEDELEG, BREAKPOINT = 0x302, 1 << 3
MSTATUS, PMPCFG0, PMPADDR0 = 0x300, 0x3A0, 0x3B0
FLOATS = 3 << 13  # mstatus.FS: dirty
ALLOW, LOCK = 0x1F, 0x80  # NAPOT, read, write, execute
FLOATING = ["-cpu", "rv32,s=off,h=off,mmu=off,f=on,d=off"]


def t0_is(value):
    """lui t0, addi t0"""
    low = (value & 0xFFF ^ 0x800) - 0x800
    return [(value - low & 0xFFFFF000) | 0x2B7,
            (low & 0xFFF) << 20 | 0x28293]


def loader(registers, begin):
    """The instructions that leave these, and go on at the image."""
    words = []
    for number, value in registers:
        words += t0_is(value) + [number << 20 | 0x29073]  # csrw number, t0
    return struct.pack(f"<{len(words) + 3}I", *words, *t0_is(begin), 0x28067)


def shows(entry, region, config):
    """The registers with which an entry shows a region."""
    base, size = int(region["base"], 16), region["size"]
    return [(PMPADDR0 + entry, base >> 2 | (size >> 3) - 1),
            (PMPCFG0 + entry // 4, config << entry % 4 * 8)]


def play(folder, plugins, registers, cpu):
    """(result, what it said)"""
    system, _ = checked.load(folder)
    with tempfile.TemporaryDirectory() as where:
        first = os.path.join(where, "first.bin")
        with open(first, "wb") as file:
            file.write(loader(registers, int(system["board"]["flash"]["base"], 16)))
        more = cpu + [
            "-device", f"loader,file={first},addr={LOADER},force-raw=on",
            "-device", f"loader,addr={LOADER},cpu-num=0"]
        return checked.play(folder, plugins,
                            [f"--qemu={word}" for word in more])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--system", "--plugins"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    system, _ = checked.load(args.system)
    memory = next(p["memory"] for p in system["processes"]
                  if p["name"] == "tester")
    locked, s_mode = "locked", ["-cpu", "rv32,h=off,mmu=off,f=off,d=off"]
    bad = 0
    for what, registers, cpu, wanted in (
            ("floating point that is on", [(MSTATUS, FLOATS)], FLOATING, ""),
            ("traps to another mode", [(MEDELEG, BREAKPOINT)], [], ""),
            ("an entry", shows(12, memory, ALLOW), [], ""),
            ("a locked entry", shows(12, memory, ALLOW | LOCK), [], locked),
            ("the first, locked", shows(0, memory, ALLOW | LOCK), [], locked),
            ("one that is off, locked", shows(5, memory, LOCK), [], locked),
            ("S mode", [], s_mode, "S mode")):
        result, said = play(args.system, args.plugins, registers, cpu)
        good = result == (REFUSED if wanted else 0) and wanted in said
        print(f"{'ok' if good else 'not ok'} left is {what}")
        if not good:
            print(f"result {result}\n{said[-2000:]}")
        bad += not good
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
