"""registers.py - what a pair of protection registers allows (PMSAv6, PMSAv7).

For whoever has to believe nothing: written apart from the encoder, armv7m.py.
"""

import sys

from . import registers8, registers_pmp
from .model import Refused
from .systemjson import number

# What access permission 0..7 allows without privilege (ARMv7-M ARM, B3.5.9).
PERMISSIONS = ("", "", "r", "rw", "", "", "r", "r")


RESERVED = 0xE8C000C0  # of RASR

# AP of RASR (ARMv7-M ARM, B3.5.9): what processes may not write the kernel may not
# either. And TEX, S, C, B: devices are strongly-ordered; memory is as the default
# map has it (B3.1), by the three highest bits of its address.
PERMISSION = {"device": 3, "memory": 3, "constant": 6}
STRONGLY_ORDERED, THROUGH, BACK = 0b000100, 0b000010, 0b000011
DEFAULT_MAP = {0: THROUGH, 1: BACK, 3: BACK, 4: THROUGH}

# Numbers of regions: of code, where the constant ones of a process begin, ...
PUBLIC, CODE, STACK, CALLER = 0, 1, 5, 6
WORDS = ("rbar", "rasr")  # of a region, as the description calls them
RELOCATED = {}  # bytes that kinds of relocations change, if not 4
ADDRESS = 2  # kind of relocation of a word that is an address
PLACES = 16  # that a number in the words can tell apart
CALL_BYTES = 40  # PORT_CALL_BYTES
VECTORS_AT = 0  # bytes of .vectors before its table
ENTRY_BIT = 1  # of addresses of functions: Thumb


def decode(rbar, rasr):
    """(number, [(low, high, access)]) of a region; raises ValueError."""
    if not rbar & 0x10:
        raise ValueError("RBAR without VALID writes another region")
    region, base = rbar & 0xF, rbar & 0xFFFFFFE0
    if not rasr & 1:
        if rasr or base:
            raise ValueError("a region that is off has an address or size")
        return region, []
    bits = (rasr >> 1 & 0x1F) + 1
    if bits < 8:
        raise ValueError(f"a region of {1 << bits} bytes: v6-M has none")
    if base & (1 << bits) - 1:
        raise ValueError(f"base {base:#x} is not aligned to its size")
    if rasr & RESERVED:
        raise ValueError(f"reserved bits of RASR {rasr:#010x} are set")
    access = PERMISSIONS[rasr >> 24 & 7]
    if access and not rasr >> 28 & 1:
        access += "x"
    disabled = rasr >> 8 & 0xFF
    part = (1 << bits) // 8
    pieces = [(base + n * part, base + (n + 1) * part, access)
              for n in range(8) if not disabled >> n & 1]
    return region, merged(pieces)


def apart(words):
    """The words of a map of the image, each region for itself."""
    return words


def is_kind(kind, rbar, rasr, _cpu):
    """Attributes of a "device", of "memory", or of a "constant"."""
    wanted = (STRONGLY_ORDERED if kind == "device"
              else DEFAULT_MAP.get(rbar >> 29))
    return not rasr & 1 or (rasr >> 24 & 7 == PERMISSION[kind] and
                            rasr >> 16 & 0x3F == wanted)


def granule(_rbar, rasr):
    """Bytes of an eighth of what the register shows."""
    return (2 << (rasr >> 1 & 31)) // 8


def window_is(base, rbar, rasr, shift, below):
    """struct port_stack: its granule, and what of its region lies below it."""
    return 1 << shift == granule(rbar, rasr) and below == base - (rbar & ~0x1F)


def of(board):
    """Who can read the registers of a board, as it is described."""
    here = sys.modules[__name__]
    found = {"armv6m": here, "armv7m": here,
             "armv8m": registers8, "armv8m_base": registers8,
             "riscv32": registers_pmp}.get(board["port"])
    if found is None:
        raise Refused(f"nobody can check port {board['port']}")
    return found


def is_wide(board):
    """Has a map 12 regions, not 4?"""
    return board.get("wide_maps", False)


def place_in_map(board, index):
    """The number of a region of a map: 4 to 7 are of others."""
    return of(board).CODE + index + (4 if index >= 4 else 0)


def public_in_map(board):
    """Which region of each map the public constants are; None: they have one of
    their own."""
    if board["port"] != "riscv32":
        return None
    if is_wide(board):
        return 4
    return 3 if board["pmp_entries"] <= 8 else None


def merged(pieces):
    """Ascending, neighbours of equal access joined, nothing without access."""
    result = []
    for low, high, access in sorted(pieces):
        if not access or low == high:
            continue
        if result and result[-1][1] >= low and result[-1][2] == access:
            low, high = result[-1][0], max(high, result.pop()[1])
        result.append((low, high, access))
    return result


def span(piece, access):
    base = number(piece["base"])
    return base, base + piece["size"], access
