"""armv8m.py - what the PMSAv8 protection unit can express, and how it is written.

A region is any number of 32-byte pieces, from a base to a limit: the last piece.
Where two overlap nobody may access, not even the kernel. Encodings: Armv8-M
ARM (DDI 0553), MPU_RBAR and MPU_RLAR; attributes as port/armv8m/registers.h
sets MPU_MAIR0.
"""


from . import pack
from .record import record

SMALLEST = 32  # bytes of a region, and of all its steps

# RBAR: who may do what, and whether it can be executed.
XN = 1
READ_WRITE = 0b01 << 1
READ_ONLY = 0b11 << 1  # for everyone: the kernel does not write code either
# RLAR: on, which attribute of MPU_MAIR0, and that the kernel never executes it.
ENABLE = 1
FLASH, DEVICE = 1 << 1, 2 << 1
PXN = 1 << 4

KINDS = {
    "code": (READ_ONLY, FLASH | PXN),
    "constants": (READ_ONLY | XN, FLASH),
    "memory": (READ_WRITE | XN, 0),
    "device": (READ_WRITE | XN, DEVICE),
}
HAS_PXN = ("cortex-m52", "cortex-m55", "cortex-m85")  # from v8.1-M on


@record(frozen=True)
class Shape:
    base: int
    size: int


class Unit:
    """The protection unit of one processor. Names as in armv7m.py."""

    PUBLIC, CODE, MEMORY, STACK, CALLER, ORIGIN = 7, 0, 1, 4, 5, 6
    WINDOWS = (2, 3)
    SMALLEST = SMALLEST
    RULE = "a window is a multiple of 32 bytes, and begins on one"
    WORDS = ("rbar", "rlar")

    def __init__(self, cpu, wide=False):
        if wide:
            self.WINDOWS += tuple(range(8, 16))
        self.has_pxn = cpu.partition("+")[0] in HAS_PXN

    @staticmethod
    def granules(_limit=0):
        """What a step of a region can measure: one size."""
        return iter((SMALLEST,))

    @staticmethod
    def choices(need, align, coarser=True, tail=False):
        """Of a thing to be placed that takes need(granule) bytes."""
        del coarser, tail  # there is one granule
        length = pack.round_up(need(SMALLEST), SMALLEST)
        return [pack.Choice(length, max(SMALLEST, align), 0, SMALLEST)]

    @staticmethod
    def shared_granule(_size, _granule):
        return SMALLEST

    @staticmethod
    def eighths(base, size, granule):
        assert base % SMALLEST == 0 and size % SMALLEST == 0 and size > 0
        assert granule == SMALLEST
        return Shape(base, size)

    @staticmethod
    def express(base, size):
        """The Shape that is exactly [base, base + size), or None."""
        if base % SMALLEST or size % SMALLEST or size == 0:
            return None
        return Shape(base, size)

    @staticmethod
    def around(base, size):
        """(base, size) of the least that express() can show around it."""
        low = base // SMALLEST * SMALLEST
        return low, pack.round_up(base + size - low, SMALLEST)

    def encode(self, _number, shape, kind):
        """(RBAR, RLAR) of a region; its number is its place."""
        low, high = KINDS[kind]
        if not self.has_pxn:
            high &= ~PXN
        return shape.base | low, shape.base + shape.size - 32 | high | ENABLE

    @staticmethod
    def map_words(registers):
        return registers

    @staticmethod
    def off(_number):
        return 0, 0

    def window(self, block):
        """struct port_stack of a stack."""
        rbar, rlar = self.encode(self.STACK, block.shape(), "memory")
        return rbar, rlar, SMALLEST.bit_length() - 1, 0

    @staticmethod
    def meaning(rbar, rlar):
        """For the description."""
        if not rlar & ENABLE:
            return {"access": "", "ranges": []}
        write = "" if rbar & 0b10 << 1 else "w"
        run = "" if rbar & XN else "x"
        base = rbar & ~31
        return {"access": "r" + write + run,
                "ranges": [{"base": f"{base:#010x}",
                            "size": (rlar & ~31) + 32 - base}]}
