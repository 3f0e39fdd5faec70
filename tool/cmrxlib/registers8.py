"""registers8.py - what a pair of protection registers allows (PMSAv8).

For whoever has to believe nothing: written apart from the encoder, armv8m.py.
"""

# Numbers of regions, as in registers.py. They are places in the tables.
PUBLIC, CODE, STACK, CALLER = 7, 0, 4, 5
WORDS = ("rbar", "rlar")
RELOCATED = {}  # bytes that kinds of relocations change, if not 4
ADDRESS = 2  # kind of relocation of a word that is an address
CALL_BYTES = 40  # PORT_CALL_BYTES
VECTORS_AT = 0  # bytes of .vectors before its table
ENTRY_BIT = 1  # of addresses of functions: Thumb

# What AP, bits 2:1 of RBAR, allows without privilege (Armv8-M ARM, MPU_RBAR).
PERMISSIONS = ("", "rw", "", "r")
# Of RBAR, without its address: shareability, permission, never executed. And the
# attribute of RLAR: 0 memory, 1 flash, 2 devices (port/armv8m/registers.h).
WAYS = {"device": (0b00011, 2), "memory": (0b00011, 0)}
RUNS, READS = (0b00110, 1), (0b00111, 1)


def decode(rbar, rlar):
    """(None, [(low, high, access)]): the number is not in the words. ValueError."""
    if not rlar & 1:
        if rlar or rbar:
            raise ValueError("a region that is off has an address or limit")
        return None, []
    low, high = rbar & 0xFFFFFFE0, (rlar | 0x1F) + 1
    if high <= low:
        raise ValueError(f"the limit {rlar:#010x} lies below the base")
    access = PERMISSIONS[rbar >> 1 & 3]
    if access and not rbar & 1:
        access += "x"
    return None, [(low, high, access)] if access else []


def apart(words):
    """The words of a map of the image, each region for itself."""
    return words


def is_kind(kind, rbar, rlar, cpu):
    """Attributes of a "device", of "memory", or of a "constant"."""
    if not rlar & 1:
        return True
    found = rbar & 0x1F, rlar >> 1 & 7
    never = rlar >> 4 & 1  # PXN: executed by the kernel
    if kind == "constant" and found == RUNS:
        return never == (cpu.startswith(("cortex-m52", "cortex-m55",
                                         "cortex-m85")))
    wanted = READS if kind == "constant" else WAYS[kind]
    return found == wanted and not never


def granule(_rbar, _rlar):
    return 32


def window_is(_base, _rbar, _rlar, shift, below):
    """struct port_stack: it can be cut at every 32 bytes."""
    return (shift, below) == (5, 0)
