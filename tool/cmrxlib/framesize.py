"""framesize.py - how large a frame is whose size a function loads into a register.

For stack.py: v6-M and RISC-V make large frames so.
"""

import re

from .thumb import BRANCHES


def signed(word):
    return (word ^ 1 << 31) - (1 << 31)


def loaded(code, instruction):
    """The constant in the register that an instruction adds to the stack
    pointer, or None; of one that is shifted (MOVS, LSLS) only that it is
    positive."""
    register = instruction.operands.split(",")[-1].strip()
    added = 0
    if not instruction.mnemonic.startswith("add"):
        return None
    for before in straight_before(code, instruction.address):
        if not before.operands.startswith(register + ","):
            continue
        literal = re.search(r"\[pc, #(\d+)\]$", before.operands)
        if literal:
            place = (before.address + 4 & ~3) + int(literal[1])
            return signed(code.elf.word(".text", place))
        number = re.search(r"#(-?\d+)$", before.operands)
        if before.mnemonic in ("mov", "movs", "movw") and number:
            return signed(int(number[1]) & 0xFFFFFFFF) + added
        more = re.fullmatch(rf"{register}, {register}, #(\d+)",
                            before.operands)
        if before.mnemonic in ("add", "sub") and more:
            added += int(more[1]) * (1 if before.mnemonic == "add" else -1)
        elif before.mnemonic != "lsls":
            return None
    return None


def straight_before(code, address):
    """The instructions that lead to an address, backwards. On the way out a
    compiler loads early what it adds."""
    for _ in range(24):
        address -= 2 if address - 2 in code.code else 4
        before = code.code.get(address)
        if before is None or before.mnemonic in BRANCHES:
            return
        yield before
