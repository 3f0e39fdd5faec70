"""armv7m.py - what the protection unit of v6-M and v7-M can express, and how it
is written.

A region is a power of two of bytes, aligned to its size, and has eight
sub-regions that can be switched off one by one. What we place takes consecutive
eighths; the other eighths are off and belong to others. PMSAv7 has regions of
32 to 128 bytes too, without eighths, and PMSAv6 has not: they are not used, for
an eighth of a larger region shows the same. Encodings, the same for both:
ARMv7-M ARM, B3.5.8 (RBAR) and B3.5.9 (RASR); ARMv6-M ARM, B3.5.8, B3.5.9.
"""


from . import pack
from .record import record
from .thumb import parse  # noqa: F401, instructions of this processor

# Region numbers. Where regions overlap the highest number wins.
PUBLIC, CODE, MEMORY, STACK, CALLER, ORIGIN = 0, 1, 2, 5, 6, 7
WINDOWS = (3, 4)

# What the processor and the kernel put on the stack of a thread, and where. The
# test of bounds compares these with the sources that are named.
EXCEPTION_BYTES = 32  # r0-r3, r12, lr, pc, psr: PORT_FRAME_BYTES, port_types.h
SAVED_BYTES = 32  # r4-r11, below the frame of a call: KEPT_BYTES, port.c
TRAP_BYTES = EXCEPTION_BYTES + SAVED_BYTES  # CMRX_TRAP_BYTES, trap.h
PLAIN_BYTES = TRAP_BYTES  # the same for any trap, though not all is used
CALL_BYTES = 40  # asked for below a callee's top: PORT_CALL_BYTES, port_types.h
FOURTH_BYTES = 8  # of these, what a method begins below: port_call_push, port.c
ALIGN_BYTES = 4  # before a frame, when the stack pointer is not a multiple of 8
CONTEXT_SP = 32  # of the stack pointer in struct thread: entry.S
ENTRY_BIT = 1  # of addresses of functions: Thumb
VECTORS_AT = 0  # bytes of .vectors before its table

SMALLEST = 32  # bytes of an eighth
CUT_FROM = 256  # bytes of the smallest region
ALL = 0xFF

VALID = 1 << 4  # RBAR: the low four bits name the region
ENABLE = 1
XN = 1 << 28
READ_ONLY = 0b110 << 24  # for everyone: the kernel does not write code either
READ_WRITE = 0b011 << 24
SHAREABLE, CACHEABLE, BUFFERABLE = 1 << 18, 1 << 17, 1 << 16

KINDS = {
    "code": READ_ONLY,
    "constants": READ_ONLY | XN,
    "memory": READ_WRITE | XN,
    # Strongly-ordered (DDI 0403E B3.5.9): a store that fails does so at once,
    # while its process runs, and never as an imprecise fault in the kernel.
    "device": READ_WRITE | XN | SHAREABLE,
}
# How the kernel looks at memory: by the default map (DDI 0403E B3.1), which has
# these halves of a gigabyte write-through, others write-back, all not shareable.
# A process has to look at it in the same way, or one would not see in its cache
# what the other has written (A3.5.7). Shareable, a Cortex-M7 would not cache it.
WRITE_THROUGH = (0x00000000 >> 29, 0x80000000 >> 29)


WORDS = ("rbar", "rasr")  # of a region, as system.json calls them
RULE = ("a window is a power of two of bytes (32 or more) and aligned to its "
        "size, or consecutive eighths of such a region")


@record(frozen=True)
class Shape:
    """A region of the hardware: all of it, and the eighths that are on."""

    base: int
    size: int
    eighths: int = ALL  # bit n: eighth n can be touched


def eighths(base, size, granule):
    """[base, base + size) as whole eighths of `granule` bytes."""
    start = base & ~(8 * granule - 1)
    first, count = (base - start) // granule, size // granule
    assert base % granule == 0 and size % granule == 0
    assert 0 < count and first + count <= 8 and granule >= SMALLEST
    return Shape(start, 8 * granule, ((1 << count) - 1) << first)


def express(base, size):
    """The Shape that is exactly [base, base + size), or None."""
    if is_power(size) and size >= CUT_FROM and base % size == 0:
        return Shape(base, size)
    granule = SMALLEST
    while granule <= size:
        if fits_eighths(base, size, granule):
            return eighths(base, size, granule)
        granule *= 2
    return None


def around(base, size):
    """(base, size) of the least that express() can show and that holds all of
    [base, base + size)."""
    found = []
    for granule in granules(1 << 28):
        low = base // granule * granule
        high = -(-(base + size) // granule) * granule
        if express(low, high - low):
            found.append((high - low, low))
    length, low = min(found)
    return low, length


def fits_eighths(base, size, granule):
    if base % granule or size % granule:
        return False
    return base // (8 * granule) == (base + size - 1) // (8 * granule)


def cache_policy(base, kind):
    """Bits C and B. TEX stays 0, for PMSAv6 has none: so write-back does not say
    "allocate", which is a hint only."""
    if kind == "device":
        return 0
    if base >> 29 in WRITE_THROUGH:
        return CACHEABLE
    return CACHEABLE | BUFFERABLE


def encode(number, shape, kind):
    """(RBAR, RASR) of a region."""
    log2 = shape.size.bit_length() - 1
    assert is_power(shape.size) and shape.base % shape.size == 0
    assert shape.size >= CUT_FROM
    rasr = KINDS[kind] | cache_policy(shape.base, kind)
    rasr |= (~shape.eighths & ALL) << 8 | (log2 - 1) << 1
    return shape.base | VALID | number, rasr | ENABLE


def map_words(registers):
    """As the kernel has them in a map."""
    return registers


def off(number):
    """(RBAR, RASR) of a region that is not used; the slot is written anyway."""
    return VALID | number, 0


def granules(limit=1 << 29):
    """What an eighth can measure, ascending."""
    granule = SMALLEST
    while granule <= limit:
        yield granule
        granule *= 2


def choices(need, align, coarser=True, tail=False):
    """pack.Choices of a thing to be placed that takes need(granule) bytes."""
    steps = list(granules())
    found = pack.in_eighths(need, align, steps, coarser)
    return pack.best_of(found, pack.with_tail(need, align, steps)
                        if tail else [])


def shared_granule(size, granule):
    """The smallest that shows SHARED of that size wherever a multiple of
    `granule` begins: its region's boundaries are such multiples, or beyond its
    end."""
    fine = next(g for g in granules() if 8 * g >= size)
    return fine if pack.round_up(size, fine) <= granule else granule


def window(block):
    """struct port_stack of a stack."""
    rbar, rasr = encode(STACK, block.shape(), "memory")
    return (rbar, rasr, block.granule.bit_length() - 1,
            block.base - block.shape().base)


def meaning(rbar, rasr):
    """For the description."""
    if not rasr & ENABLE:
        return {"access": "", "ranges": []}
    size = 1 << ((rasr >> 1 & 31) + 1)
    base, eighth = rbar & ~31, size // 8
    on = [n for n in range(8) if not rasr >> 8 >> n & 1]
    if len(on) < 8:
        base, size = base + on[0] * eighth, len(on) * eighth
    write = "w" if rasr >> 24 & 7 == 3 else ""
    run = "" if rasr & XN else "x"
    return {"access": "r" + write + run,
            "ranges": [{"base": f"{base:#010x}", "size": size}]}


def is_power(number):
    return number > 0 and number & (number - 1) == 0
