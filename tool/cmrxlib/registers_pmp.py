"""registers_pmp.py - what a pair of protection registers allows (RISC-V PMP).

For whoever has to believe nothing: written apart from the encoder, pmp.py.
"""

# Numbers of entries, as in registers.py; four of them share a pmpcfg register.
CODE, STACK, CALLER, PUBLIC = 0, 5, 6, 8
PLACES = 4
STACK_MARK = 1 << 30
WORDS = ("pmpaddr", "pmpcfg")
RELOCATED = {18: 8, 19: 8}  # R_RISCV_CALL, and _PLT: auipc and jalr
ADDRESS = 1  # kind of relocation of a word that is an address
CALL_BYTES = 16  # PORT_CALL_BYTES
VECTORS_AT = 8  # bytes of .vectors before its table
ENTRY_BIT = 0  # of addresses of functions

# Privileged Architecture, 3.7.1. Writable without readable is reserved.
PERMISSIONS = {0x19: "r", 0x1B: "rw", 0x1D: "rx"}
KINDS = {"device": ("rw",), "memory": ("rw",), "constant": ("r", "rx")}


def decode(address, config):
    """(place in its register, [(low, high, access)]); ValueError."""
    if config == 0:
        if address:
            raise ValueError("an entry that is off has an address")
        return None, []
    if config >> 31:
        return STACK % PLACES, [(address * 4, (config & 0x7FFFFFFF) * 4, "rw")]
    config &= ~STACK_MARK
    place = next((n for n in range(4) if config >> 8 * n & 0xFF), 0)
    byte = config >> 8 * place
    if byte not in PERMISSIONS:
        raise ValueError(f"pmpcfg {config:#x} is not one NAPOT entry that "
                         "something may be done with")
    ones = 0
    while address >> ones & 1:
        ones += 1
    size = 8 << ones
    if ones < 2 or ones > 28 or address >> 30:
        raise ValueError(f"pmpaddr {address:#x} is not 32 bytes or more of "
                         "the address space")
    low = (address >> ones + 1) * size
    return place, [(low, low + size, PERMISSIONS[byte])]


def apart(words):
    """The words of a map of the image, in which the first pmpcfg of each four is that
    of all four entries, each for itself; ValueError."""
    found = []
    for first in range(0, len(words), 4):
        (address, together), *rest = words[first : first + 4]
        if together & ~0xFF != sum(config for _, config in rest):
            raise ValueError(f"pmpcfg {together:#x} of a map is not what its "
                             "entries are")
        found += [(address, together & 0xFF), *rest]
    return found


def is_kind(kind, address, config, _cpu):
    if not config:
        return True
    try:
        return decode(address, config)[1][0][2] in KINDS[kind]
    except ValueError:
        return False


def granule(address, config):
    """Bytes of what has to be shown whole."""
    if config >> 31:
        return 16
    low, high, _ = decode(address, config)[1][0]
    is_stack = config & STACK_MARK
    return max(32, (high - low) // 8) if is_stack else high - low


def window_is(base, address, config, shift, low):
    """struct port_stack: it can be cut at multiples of its granule."""
    return low == base // 4 and 1 << shift == granule(address, config)
