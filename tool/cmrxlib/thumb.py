"""thumb.py - Thumb instructions as objdump prints them, as far as stacks need it.

Which instruction moves the stack pointer and by how much, which one ends a
function, which one goes where nobody can tell.
"""

import re
from collections import namedtuple

from .model import Refused

CONDITIONS = "eq ne cs hs cc lo mi pl vs vc hi ls ge lt gt le".split()
BRANCHES = {"b"} | {"b" + c for c in CONDITIONS}
COMPARE_BRANCHES = {"cbz", "cbnz"}
SP_BASES = {"push", "pop", "stmdb", "stmfd", "ldmia", "ldmfd", "ldm", "vpush",
            "vpop", "vstmdb", "vldmia", "sub", "subs", "subw", "add", "adds",
            "addw", "str", "strd", "ldr", "ldrd", "mov", "movs", "bx", "blx",
            "bl", "tbb", "tbh", "bic", "lsrs", "lsls", "lsr", "lsl", "svc"}

Instruction = namedtuple("Instruction", "address size mnemonic operands")

LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{4} ?){1,2})\s*"
                  r"\t(\S+)(?:\t(.*))?$")
IMMEDIATE = re.compile(r"#(-?\d+)")


def disassemble(path, objdump="arm-none-eabi-objdump"):
    import subprocess  # here, as few commands get this far
    command = [objdump, "-d", "-j", ".text", str(path)]
    try:
        done = subprocess.run(command, check=True, capture_output=True,
                              text=True)
    except OSError as error:
        raise Refused(f"cannot run {objdump}: {error.strerror}; tool/setup "
                      "demo installs what is missing") from None
    except subprocess.CalledProcessError as error:
        raise Refused(f"cannot disassemble {path}: {error}") from None
    return done.stdout


def parse(text):
    """Instructions by address. Data among them is left out."""
    code = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match or match[3].startswith("."):
            continue
        operands = re.split(r"\s*[;@]", match[4] or "")[0].strip()
        address, size = int(match[1], 16), len(match[2].replace(" ", "")) // 2
        mnemonic = re.sub(r"\.[nw]$", "", match[3])
        code[address] = Instruction(address, size, mnemonic, operands)
    return code


def split_condition(mnemonic):
    """Mnemonic without its condition, and whether it had one."""
    if mnemonic in SP_BASES or mnemonic in BRANCHES:
        return mnemonic, False
    if mnemonic[-2:] in CONDITIONS and mnemonic[:-2] in SP_BASES:
        return mnemonic[:-2], True
    return mnemonic, False


def register_list(operands):
    """Registers in braces, ranges resolved into how many there are."""
    inside = operands[operands.index("{") + 1 : operands.index("}")]
    names = []
    for part in inside.split(","):
        first, _, last = part.strip().partition("-")
        if last:
            names += [first] * (int(last[1:]) - int(first[1:]) + 1)
        else:
            names.append(first)
    return names


def register_bytes(operands):
    names = register_list(operands)
    return len(names) * (8 if names[0].startswith("d") else 4)


class Dynamic(Exception):
    """The stack pointer moves by what is in a register."""


def stack_effect(name, operands):
    """Bytes by which an instruction moves the stack pointer down."""
    parts = [p.strip() for p in operands.split(",")]
    if name in ("push", "vpush"):
        return register_bytes(operands)
    if name in ("pop", "vpop"):
        return -register_bytes(operands)
    if parts[0] == "sp!" and "{" in operands:
        sign = 1 if name in ("stmdb", "stmfd", "vstmdb") else -1
        return sign * register_bytes(operands)
    if parts[0] == "sp" and name[:3] in ("sub", "add"):
        amount = IMMEDIATE.search(operands)
        if amount is None:
            raise Dynamic
        if len(parts) == 3 and parts[1] != "sp":
            return 0  # back from a frame pointer: it was deeper before
        return int(amount[1]) * (1 if name[:3] == "sub" else -1)
    if "[sp" in operands and name[:3] in ("str", "ldr"):
        return write_back(operands)
    return 0


def write_back(operands):
    before = re.search(r"\[sp, #(-?\d+)\]!", operands)
    after = re.search(r"\[sp\], #(-?\d+)", operands)
    match = before or after
    return -int(match[1]) if match else 0


def returns(name, operands):
    if name == "bx":
        return operands == "lr"
    if name in ("pop", "ldmia", "ldmfd", "ldm"):
        return "{" in operands and "pc" in register_list(operands)
    if name == "mov":
        return operands.replace(" ", "") == "pc,lr"
    return name == "ldr" and operands.startswith("pc, [sp]")


def is_variadic_return(code, address):
    """v6-M: POP {r3}; ADD SP, #n; BX r3, because POP {pc} comes last."""
    texts = [f"{i.mnemonic} {i.operands}"
             for i in (code.get(address - n) for n in (4, 2, 0)) if i]
    return len(texts) == 3 and re.match(
        r"pop \{(r\d)\};add sp, #\d+;bx \1$", ";".join(texts))


def is_table(name, operands):
    if name in ("tbb", "tbh"):
        return True
    if name == "mov":  # v6-M, where a call through a pointer is BLX or BX
        return re.match(r"pc, r[0-7]$", operands)
    return name == "ldr" and re.match(r"pc, \[(pc|r\d+), r\d+, lsl #2\]",
                                      operands)


# Of the compiler's library for v6-M: they jump to where a table behind the call
# says.
TABLE_JUMPS = re.compile(r"__gnu_thumb1_case_(s|u)(qi|hi|i)$")


def is_unknown_jump(name, operands):
    if name in ("bx", "blx"):
        return not re.match(r"[0-9a-f]+ <", operands)
    return name in ("ldr", "mov", "add") and operands.startswith("pc,")


def branch_to(operands):
    """The address that objdump has worked out for a branch, or None."""
    match = re.search(r"([0-9a-f]+) <", operands)
    return int(match[1], 16) if match else None
