"""riscv.py - RISC-V instructions, said in the words of thumb.py.

stack.py and words.py follow what moves the stack pointer, branches, and carries
the system call word. Here objdump's lines become the Thumb instructions that do
the same, with the registers' names of that convention: a7 is ip, a0-a3 are
r0-r3, ra is lr. What has no such counterpart keeps its name, and is taken for
something that changes its first register.
"""

import re

from .thumb import LINE, Instruction

# What the kernel puts on the stack of a thread. The test of bounds compares these
# with port/riscv32.
EXCEPTION_BYTES = 0  # an interrupt needs no stack of the thread's
SAVED_BYTES = 64  # KEPT_BYTES, port.c
TRAP_BYTES = 64  # of a call: CMRX_TRAP_BYTES, trap.h
PLAIN_BYTES = 0  # of any other trap
CALL_BYTES = 16  # PORT_CALL_BYTES, port_types.h
FOURTH_BYTES = 8  # before a method begins its stack is aligned to 16
ALIGN_BYTES = 0
CONTEXT_SP = 8  # of the stack pointer in struct thread: FRAME_SP, entry.inc
ENTRY_BIT = 0  # of addresses of functions
VECTORS_AT = 8  # bytes of .vectors before its table: entry.S

NAMES = {"a7": "ip", "ra": "lr", "a0": "r0", "a1": "r1", "a2": "r2", "a3": "r3"}
REGISTER = re.compile(r"\b(a[0-37]|ra)\b")
COMPARES = ("beqz", "bnez", "blez", "bgez", "bltz", "bgtz", "beq", "bne", "blt",
            "bge", "bgt", "ble", "bltu", "bgeu", "bgtu", "bleu")
STORES, LOADS = {"sw": "str", "sh": "strh", "sb": "strb"}, {"lw": "ldr"}
COPIES = {"mv": "mov", "li": "mov"}
MIXES = {"sll": "lsl", "slli": "lsl", "or": "orr", "ori": "orr", "add": "add"}
SHIFTS = {"srl": "lsr", "srli": "lsr"}
PLACE = re.compile(r"(-?\d+)\((\w+)\)$")
HEXADECIMAL = re.compile(r"^-?0x[0-9a-f]+$")


def parse(text):
    """Instructions by address. Data among them is left out."""
    lines = [match for match in map(LINE.match, text.splitlines())
             if match and not match[3].startswith(".")]
    code, pair = {}, None
    for match in lines:
        operands = re.split(r"\s*#", match[4] or "")[0].strip()
        found = Instruction(int(match[1], 16), len(match[2].replace(" ", "")) // 2,
                            match[3], operands)
        if pair and is_second(pair, found):
            code[pair.address] = joined(pair, found)
        else:
            code[found.address] = translated(found)
        pair = found if found.mnemonic == "auipc" else None
    return code


def is_second(first, second):
    """`auipc rd, high` and a jump to what is `low` from there."""
    return second.mnemonic in ("jalr", "jr") and \
        re.search(r"\b(\w+)\)?$", second.operands)[1] == \
        first.operands.split(",")[0]


def joined(first, second):
    low = re.search(r"(-?\d+)\(", second.operands)
    high = int(first.operands.split(",")[1], 0)
    target = first.address + (high << 12) + (int(low[1]) if low else 0)
    name = "bl" if second.mnemonic == "jalr" and \
        not second.operands.startswith("zero") else "b"
    return Instruction(first.address, first.size + second.size, name,
                       f"{target & 0xFFFFFFFF:x} <?>")


def number(text):
    return int(text, 0)


def translated(found):
    address, size, name, operands = found
    parts = [p.strip() for p in operands.split(",")] if operands else []
    said = said_in_thumb(name, operands, parts)
    return Instruction(address, size, *(said or (name, in_arm(operands))))


def in_arm(operands):
    return REGISTER.sub(lambda m: NAMES[m[1]], operands)


def said_in_thumb(name, operands, parts):
    """(mnemonic, operands), or None: by its own name."""
    if name in ("ret", "mret"):
        return "bx", "lr"
    if name in ("j", "jal"):
        return ("b" if name == "j" or parts[0] == "zero" else "bl"), parts[-1]
    if name in ("jr", "jalr"):
        return ("bx" if name == "jr" else "blx"), in_arm(parts[-1])
    if name in COMPARES:
        return "cbz", in_arm(operands)
    if name == "ecall":
        return "svc", "0"
    if name in ("unimp", "ebreak", "c.unimp"):
        return "udf", ""
    return said_of_values(name, parts)


def said_of_values(name, parts):
    if name in STORES or name in LOADS:
        return said_of_memory(name, parts)
    if name == "lui":
        value = number(parts[1]) << 12 & 0xFFFFFFFF
        return "movw", f"{in_arm(parts[0])}, #{value}"
    if name in ("addi", "add") and len(parts) == 3:
        return said_of_sum(parts)
    if name in ("and", "andi") and is_number(parts[2]) and number(parts[2]) < 0:
        return "bic", f"{in_arm(parts[0])}, {in_arm(parts[1])}, " \
                      f"#{~number(parts[2])}"
    for known in (COPIES, MIXES, SHIFTS, {"sub": "sub"}):
        if name in known:
            return known[name], ", ".join(
                f"#{number(p)}" if is_number(p) else in_arm(p) for p in parts)
    return None


def is_number(text):
    return bool(re.fullmatch(r"-?\d+", text) or HEXADECIMAL.match(text))


def said_of_sum(parts):
    first, second = in_arm(parts[0]), in_arm(parts[1])
    if not is_number(parts[2]):
        return "add", f"{first}, {second}, {in_arm(parts[2])}"
    amount = number(parts[2])
    name = "sub" if amount < 0 else "add"
    return name, f"{first}, {second}, #{abs(amount)}"


def said_of_memory(name, parts):
    place = PLACE.match(parts[1])
    said = STORES.get(name) or LOADS[name]
    if not place:
        return None
    offset = f", #{place[1]}" if place[1] != "0" else ""
    return said, f"{in_arm(parts[0])}, [{in_arm(place[2])}{offset}]"
