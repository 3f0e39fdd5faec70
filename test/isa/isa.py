#!/usr/bin/env python3
"""isa.py - a system for v6-M has nothing that only v7-M has; one for v8-M Baseline
nothing of the Main Extension.

    isa.py check SYSTEM_DIR [--planted] [--base]
                                            instructions and system registers;
                                            planted: it must be found wanting;
                                            base: as v8-M Baseline has them
    isa.py refuse SYSTEM_DIR --plugins DIR [--says WHY] [--qemu WORD]...
                                            the processor has no protection, or WHY:
                                            the system says so, and does not start

The stand-in for a Cortex-M0+ is a Cortex-M3, that for a Cortex-M23 a Cortex-M33:
they would execute anything. So
each instruction of the image is looked at, and each access of the kernel to a
system register whose address can be followed from where it was loaded.
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.join(HERE, "..", "..", "tool")
sys.dont_write_bytecode = True
sys.path.insert(0, TOOL)

from cmrxlib import oracle, systemjson  # noqa: E402

REFUSED = 98  # what a system that does not start ends with
SAYS = "refused to start: "
NO_PROTECTION = "no memory protection unit with 8 regions"
SYSTEM = range(0xE0000000, 0xE0100000)

# DDI 0419, B3.2.2, B3.3.2, B3.4.2, B3.5.3.
REGISTERS = {0xE000E008, 0xE000E010, 0xE000E014, 0xE000E018, 0xE000E01C,
             0xE000E100, 0xE000E180, 0xE000E200, 0xE000E280, 0xE000ED00,
             0xE000ED04, 0xE000ED08, 0xE000ED0C, 0xE000ED10, 0xE000ED14,
             0xE000ED1C, 0xE000ED20, 0xE000ED90, 0xE000ED94, 0xE000ED98,
             0xE000ED9C, 0xE000EDA0} | set(range(0xE000E400, 0xE000E420, 4))
# DDI 0553, D1.1: those of v6-M, and these (RLAR where RASR is). There are up to 240 lines.
BASE_REGISTERS = (REGISTERS | {
    0xE000ED24, 0xE000EDC0, 0xE000EDC4, 0xE000EDD0, 0xE000EDD4,
    0xE000EDD8, 0xE000EDDC, 0xE000EDE0}
    | {first + 4 * n for n in range(8) for first in (
        0xE000E100, 0xE000E180, 0xE000E200, 0xE000E280, 0xE000E300)}
    | set(range(0xE000E400, 0xE000E4F0, 4)))
EXPECTED = {0xE000E010, 0xE000ED04, 0xE000ED1C, 0xE000ED94, 0xE000ED9C}

LINE = re.compile(r"^ *([0-9a-f]+):\t([0-9a-f]{4})(?: ([0-9a-f]{4}))? *\t"
                  r"(\S+)(?:\t([^;@]*))?(?:[;@] \(([0-9a-f]+))?")
WORD = re.compile(r"^ *([0-9a-f]+):\t([0-9a-f]{8}) +\t\.word")
ACCESS = re.compile(r"^(?:ldr|str)[bh]?(?:\.[nw])?$")
PLACE = re.compile(r"^r\d+, \[(r\d+)(?:, #(\d+))?\] *$")


def disassembly(folder):
    done = subprocess.run(["arm-none-eabi-objdump", "-d",
                           oracle.the_elf(folder)],
                          check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def is_of_v6m(first, second):
    """DDI 0419, A5.2 and A5.3."""
    if second is not None:
        return (first & 0xF800 == 0xF000 and second & 0xD000 == 0xD000  # BL
                or first == 0xF3BF and second & 0xFF80 == 0x8F00
                or first & 0xFFF0 == 0xF380 or first == 0xF3EF)  # MSR, MRS
    is_compare_branch = first & 0xF500 == 0xB100
    is_if_then = first & 0xFF00 == 0xBF00 and first & 15
    return not is_compare_branch and not is_if_then


def is_of_base(first, second):
    """DDI 0553, C1.3: what needs no Main Extension."""
    if second is None:
        return not (first & 0xFF00 == 0xBF00 and first & 15)  # IT
    if is_of_v6m(first, second):
        return True
    if first & 0xF800 == 0xF000 and second & 0xD000 == 0x9000:  # B, far
        return True
    if first & 0xFB70 == 0xF240 and not second & 0x8000:  # MOVW, MOVT
        return True
    if first & 0xFFD0 == 0xFB90 and second & 0xF0F0 == 0xF0F0:  # SDIV, UDIV
        return True
    if first & 0xFFE0 == 0xE840:  # LDREX, STREX, SG, TT
        return True
    return (first & 0xFFE0 == 0xE8C0  # of bytes and halves; acquire, release
            and second >> 4 & 15 in (4, 5, 8, 9, 10, 12, 13, 14)
            or first == 0xF3BF and second & 0xFFF0 == 0x8F20)  # CLREX


def instructions(lines):
    for line in lines:
        match = LINE.match(line)
        if match and not match[4].startswith("."):
            second = int(match[3], 16) if match[3] else None
            yield (int(match[1], 16), int(match[2], 16), second, match[4],
                   (match[5] or "").strip(), match[6])


def wrong_instructions(lines, is_known):
    for address, first, second, name, operands, _ in instructions(lines):
        if not is_known(first, second):
            yield f"{address:#x}: {name} {operands}"


def forget(known, name, operands):
    """What an instruction writes that is none of those followed below."""
    if name == "bl":
        written = ["r0", "r1", "r2", "r3"]
    elif name in ("b.n", "b", "bx") or "pc" in operands:
        written = list(known)
    elif name.startswith(("ldm", "stm", "pop")):
        written = re.findall(r"r\d+", re.sub(r"r(\d)-r(\d)", lambda m: " ".join(
            f"r{n}" for n in range(int(m[1]), int(m[2]) + 1)), operands))
    elif name.startswith(("str", "cmp", "tst", "b", "push")):
        written = []
    else:
        written = [operands.split(",")[0]]
    for register in written:
        known.pop(register, None)


def accesses(lines, words):
    """(address of the instruction, address of the register)."""
    known = {}
    for address, _, _, name, operands, literal in instructions(lines):
        target = operands.split(",")[0]
        place = PLACE.match(operands)
        if ACCESS.match(name) and place and place[1] in known:
            yield address, known[place[1]] + int(place[2] or 0)
        if name.startswith("ldr") and "[pc" in operands and literal:
            known[target] = words.get(int(literal, 16), 0)
        elif name == "movw" and re.match(r"r\d+, #\d+", operands):
            known[target] = int(operands.split("#")[1])
        elif name == "movt" and target in known:
            known[target] += int(operands.split("#")[1]) << 16
        elif (name == "adds" and target in known
              and re.match(r"r\d+, #\d+$", operands)):
            known[target] += int(operands.split("#")[1])
        else:
            forget(known, name, operands)


def registers(lines):
    words = {int(m[1], 16): int(m[2], 16)
             for m in map(WORD.match, lines) if m}
    return [(at, register) for at, register in accesses(lines, words)
            if register in SYSTEM]


def check(args):
    lines = disassembly(args.system)
    known = BASE_REGISTERS if args.base else REGISTERS
    wrong = list(wrong_instructions(
        lines, is_of_base if args.base else is_of_v6m))
    found = registers(lines)
    wrong += [f"{at:#x}: register {register:#x}" for at, register in found
              if register not in known]
    missing = EXPECTED - {register for _, register in found}
    if args.planted:
        kinds = {"register" in text for text in wrong}
        print(f"{len(wrong)} findings, of {len(kinds)} kinds")
        return 0 if len(kinds) == 2 else 1
    wrong += [f"no access to {register:#x} was found" for register in missing]
    print("".join(f"{text}\n" for text in wrong)
          + f"{sum(1 for _ in instructions(lines))} instructions, "
          f"{len(found)} accesses to system registers, {len(wrong)} wrong")
    return 1 if wrong else 0


def refuse(args):
    system = systemjson.load(os.path.join(args.system, "system.json"))
    done = subprocess.run(
        [sys.executable, os.path.join(TOOL, "cmrx"), "run", args.system,
         "--batch", "--deterministic", "--last", "", "--plugins",
         args.plugins, "--timeout", "20",
         *(f"--qemu={word}" for word in args.qemu)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        errors="replace", check=False)
    good = done.returncode == REFUSED and SAYS + args.says in done.stdout + done.stderr
    print(f"{system['board']['name']}: {done.returncode}\n"
          + done.stdout + done.stderr)
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["check", "refuse"])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--base", action="store_true")
    parser.add_argument("--says", default=NO_PROTECTION)
    parser.add_argument("--plugins", default="")
    parser.add_argument("--qemu", action="append", default=[])
    args = parser.parse_args()
    return {"check": check, "refuse": refuse}[args.what](args)


if __name__ == "__main__":
    sys.exit(main())
