"""lent.py - what CMRX_LENT takes of a stack: its alloca is a constant plus the
granule of the stack that it runs on, which cmrx_stack_granule() gives in r0.
"""

from .thumb import IMMEDIATE


class Lent:
    """Follows what CMRX_LENT computes: registers that hold the granule plus a
    constant, in code without branches."""

    def __init__(self):
        self.registers = {}

    def forget(self):
        self.registers = {}

    def granule(self):
        self.registers = {"r0": 0}

    def step(self, name, operands):
        if name in ("str", "strd", "cmp", "tst", "push", "nop"):
            return
        parts = [p.strip() for p in operands.split(",")]
        short = len(parts) == 2 and parts[1].startswith("#")
        source = parts[0] if short else parts[min(1, len(parts) - 1)]
        known = self.registers.get(source)
        if known is not None:
            known = self._value(name, known, IMMEDIATE.search(operands))
        self.registers[parts[0]] = known

    @staticmethod
    def _value(name, known, amount):
        change = int(amount[1]) if amount else 0
        if name in ("add", "adds", "addw"):
            return known + change if amount else None
        if name in ("sub", "subs", "subw"):
            return known - change if amount else None
        if name in ("mov", "movs", "bic", "lsrs", "lsls", "lsr", "lsl"):
            return known  # bic #7, and lsr #3 with lsl #3, only round down
        return None

    def size_of(self, operands):
        return self.registers.get(operands.split(",")[-1].strip())
