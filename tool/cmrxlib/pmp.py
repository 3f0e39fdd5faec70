"""pmp.py - what RISC-V's physical memory protection can express, and how.

An entry shows a power of two of bytes that is aligned to itself (NAPOT): that is
all we ask for. A stack is cut exactly where a pair of entries can show a range
(top of range, TOR); otherwise at eighths of a power of two, by the same pair.
Encodings: Privileged Architecture, 3.7.1; entries: port/riscv32/riscv32.h.
"""


from . import pack
from .record import record

SMALLEST = 32  # bytes that an entry shows: some processors cannot show less
CUT = 16  # bytes; what the ABI aligns the stack pointer to: CUT_SHIFT, riscv32.h
READ, WRITE, EXECUTE = 1, 2, 4
NAPOT = 3 << 3
# In the second word of a stack only: it is the end of a range; it is to be cut.
RANGE, CUT_MARK = 1 << 31, 1 << 30

KINDS = {"code": READ | EXECUTE, "constants": READ, "memory": READ | WRITE,
         "device": READ | WRITE}


@record(frozen=True)
class Shape:
    base: int
    size: int


def is_power(number):
    return number > 0 and number & (number - 1) == 0


def power(size):
    """The least power of two that an entry can show and that is not smaller."""
    return max(SMALLEST, 1 << (size - 1).bit_length())


class Unit:
    """The protection of one board. Names as in armv7m.py."""

    CODE, MEMORY, STACK, CALLER, ORIGIN, PUBLIC = 0, 1, 5, 6, 7, 8
    WINDOWS = (2, 3)
    SMALLEST = SMALLEST
    RULE = ("a window is a power of two of bytes (32 or more) and aligned to "
            "its size")
    WORDS = ("pmpaddr", "pmpcfg")

    def __init__(self, entries=16, top_of_range=True, wide=False):
        self.top_of_range = top_of_range
        self.PUBLIC_IN_MAP = wide or entries <= self.PUBLIC
        if wide:
            self.WINDOWS += tuple(range(9, 16))
        elif self.PUBLIC_IN_MAP:
            self.PUBLIC, self.WINDOWS = 3, (2,)

    def choices(self, need, align, coarser=True, tail=False):
        """pack.Choices of a thing that takes need(granule) bytes. Only stacks
        have to be as fine as can be (coarser): they are cut."""
        if not coarser:
            return [self._stack(need)]
        size = SMALLEST
        while need(size) > size:
            size *= 2
        found = [pack.Choice(size, max(size, align), 0, size)]
        head = size // 2
        if tail and head >= SMALLEST:
            rest = power(max(need(head) - head, 1))
            if rest < head:
                found.append(pack.Choice(head + rest, max(head, align), 0, head,
                                         rest, rest))
        return sorted(found)

    def _stack(self, need):
        if self.top_of_range:
            return pack.Choice(pack.round_up(need(CUT), CUT), CUT, 0, CUT)
        size = power(need(SMALLEST))
        return pack.Choice(size, size, 0, max(SMALLEST, size // 8))

    @staticmethod
    def shared_granule(size, _granule):
        return power(max(size, 1))

    @staticmethod
    def eighths(base, size, granule):
        assert base % granule == 0 and size % granule == 0 and size > 0
        return Shape(base, size)

    @staticmethod
    def express(base, size):
        """The Shape that is exactly [base, base + size), or None."""
        if not is_power(size) or size < SMALLEST or base % size:
            return None
        return Shape(base, size)

    @staticmethod
    def around(base, size):
        """(base, size) of the least that express() can show around it."""
        length = power(size)
        while base // length != (base + size - 1) // length:
            length *= 2
        return base // length * length, length

    @staticmethod
    def encode(number, shape, kind):
        """(pmpaddr, pmpcfg): its byte where the register has it."""
        assert Unit.express(shape.base, shape.size)
        return (shape.base >> 2 | (shape.size >> 3) - 1,
                (NAPOT | KINDS[kind]) << 8 * (number % 4))

    @staticmethod
    def off(_number):
        return 0, 0

    @staticmethod
    def map_words(registers):
        """As the kernel has them in a map: the first pmpcfg of four is theirs."""
        made = list(registers)
        for first in range(0, len(made), 4):
            address, config = made[first]
            for _, byte in made[first + 1 : first + 4]:
                config |= byte
            made[first] = address, config
        return made

    def window(self, block):
        """struct port_stack of a stack."""
        low, high = block.base >> 2, block.end >> 2
        if self.top_of_range:
            first, second = low, RANGE | high
        else:
            first, second = self.encode(self.STACK, block.shape(), "memory")
            second |= CUT_MARK
        return first, second, block.granule.bit_length() - 1, low

    @staticmethod
    def meaning(first, second):
        """For the description."""
        if not second:
            return {"access": "", "ranges": []}
        if second & RANGE:
            base, size = first << 2, ((second & ~RANGE) - first) << 2
            return {"access": "rw",
                    "ranges": [{"base": f"{base:#010x}", "size": size}]}
        while not second & 0xFF:
            second >>= 8
        size = ((first ^ first + 1) + 1) << 2
        access = "".join(letter for letter, bit in zip(
            "rwx", (READ, WRITE, EXECUTE)) if second & bit)
        base = first << 2 & -size & 0xFFFFFFFF
        return {"access": access,
                "ranges": [{"base": f"{base:#010x}", "size": size}]}
