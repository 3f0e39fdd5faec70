"""kernelobj.py - reads 32-bit ELF files, as far as layout and check need it.

Small on purpose, and apart from what reads processes: the checker must not
share a mistake with what it checks.
"""

import struct

from .model import Refused
from .record import field, record
from .sha import sha256

ALLOCATED, WRITABLE, EXECUTABLE = 2, 1, 4
SYMBOLS, NO_BITS, REL, RELA = 2, 8, 9, 4
ABSOLUTE = 0xFFF1

# In the order in which they are placed; a section belongs to the first of
# these that its name begins with.
KERNEL_FLASH = (".vectors", ".text", ".rodata")
KERNEL_RAM = (".noinit", ".data", ".bss")
SIZES = ("process", "thread", "call", "sched", "queue", "fault",
         "level")  # kernel/layout.c


@record
class ElfSection:
    index: int
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    data: bytes = b""


@record
class ElfSymbol:
    name: str
    value: int
    size: int
    section: int
    type: int


@record
class Elf:
    path: str
    sections: list
    symbols: list
    segments: list = field(default_factory=list)  # (address, load, size)
    loaded: list = field(default_factory=list)  # (load, bytes) of them
    entry: int = 0  # where a debugger begins
    by_name: dict = field(default_factory=dict)  # what symbol() finds

    def load_address(self, section):
        """Where the bytes of a section of a linked file lie in flash."""
        for address, load, size in self.segments:
            if address <= section.address < address + size:
                return load + section.address - address
        return section.address

    def symbol(self, name):
        """The kernel's; in an image a process may have one of that name."""
        if not self.by_name:
            linked = any(s.name.startswith(".kernel.") for s in self.sections)
            self.by_name = {s.name: s for s in reversed(self.symbols)
                            if s.section and (not linked
                                              or self.is_of_kernel(s))}
        if name not in self.by_name:
            raise Refused(f"{self.path}: it has no symbol {name}")
        return self.by_name[name]

    def is_of_kernel(self, symbol):
        return 0 < symbol.section < len(self.sections) and self.sections[
            symbol.section].name.startswith((".kernel.", ".vectors"))

    def at(self, address, size):
        """Bytes of a linked file, by address."""
        for section in self.sections:
            start = address - section.address
            if section.flags & ALLOCATED and section.type != NO_BITS and \
                    0 <= start and start + size <= section.size:
                return section.data[start : start + size]
        raise Refused(f"{self.path}: nothing at {address:#x}, {size} bytes")


def read_elf(path):
    try:
        with open(path, "rb") as file:
            raw = file.read()
        if raw[:6] != b"\x7fELF\x01\x01":
            raise Refused(f"{path}: not a 32-bit little-endian ELF file")
        sections = read_sections(raw)
        loaded = [(f[3], raw[f[1] : f[1] + f[4]]) for f in read_heads(raw)]
        return Elf(path, sections, read_symbols(sections), read_segments(raw),
                   loaded, struct.unpack_from("<I", raw, 24)[0])
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
    except (struct.error, IndexError, ValueError):
        raise damaged(path) from None


def damaged(path):
    return Refused(f"{path}: the file is damaged or cut off; build it again")


def read_sections(raw):
    table, = struct.unpack_from("<I", raw, 32)
    size, count, names = struct.unpack_from("<HHH", raw, 46)
    sections = []
    for index in range(count):
        f = struct.unpack_from("<10I", raw, table + index * size)
        data = b"" if f[1] == NO_BITS else raw[f[4] : f[4] + f[5]]
        sections.append(ElfSection(index, f[0], f[1], f[2], f[3], f[4], f[5],
                                   f[6], f[7], max(1, f[8]), data))
    strings = sections[names].data
    for section in sections:
        section.name = text(strings, section.name)
    return sections


def read_segments(raw):
    """Some loaders go by the bytes in memory, some by those in the file."""
    return [(f[2], f[3], max(f[4:6])) for f in read_heads(raw) if max(f[4:6])]


def read_heads(raw):
    table, = struct.unpack_from("<I", raw, 28)
    size, count = struct.unpack_from("<HH", raw, 42)
    found = [struct.unpack_from("<8I", raw, table + n * size)
             for n in range(count)]
    return [f for f in found if f[0] == 1]


def read_symbols(sections):
    symbols = []
    for table in sections:
        if table.type != SYMBOLS:
            continue
        strings = sections[table.link].data
        for f in struct.iter_unpack("<IIIBBH", table.data):
            symbols.append(ElfSymbol(text(strings, f[0]), f[1], f[2], f[5],
                                     f[3] & 15))
    return symbols


def text(strings, offset):
    return strings[offset : strings.index(b"\0", offset)].decode()


# ---- Relocations: where the final link changes bytes


def relocations(elf, section):
    """[(offset, type, symbol, addend)] of a section of an object file, ascending.
    The addend is 0 where it lies in the place itself (Arm)."""
    found = []
    for table in elf.sections:
        if table.type not in (REL, RELA) or table.info != section.index:
            continue
        step = 8 if table.type == REL else 12
        for at in range(0, len(table.data), step):
            found.append(relocation(elf, table, at))
    return sorted(found, key=lambda r: r[:2])


def relocation(elf, table, at):
    try:
        offset, info = struct.unpack_from("<II", table.data, at)
        addend = struct.unpack_from("<i", table.data, at + 8)[0] \
            if table.type == RELA else 0
        return offset, info & 0xFF, elf.symbols[info >> 8], addend
    except (struct.error, IndexError):
        raise damaged(elf.path) from None


def digest(elf, names=None):
    """Hash of the contents of an object file, wherever it is placed.

    Sections with their bytes, and what their relocations mean. Neither paths
    nor debug information nor the order of the symbol table count.
    """
    total = sha256()
    for section in sorted(elf.sections, key=lambda s: s.name):
        if not section.flags & ALLOCATED or names and section.name not in names:
            continue
        head = f"{section.name} {section.size} {section.align}\n"
        total.update(head.encode() + section.data)
        for offset, kind, symbol, addend in relocations(elf, section):
            total.update(f"{offset} {kind} {meaning(elf, symbol)}{addend:+}\n"
                         .encode())
    return total.hexdigest()


def meaning(elf, symbol):
    if 0 < symbol.section < len(elf.sections):
        return f"{elf.sections[symbol.section].name}+{symbol.value}"
    if symbol.section == ABSOLUTE:
        return f"={symbol.value}"
    return symbol.name


# ---- The kernel


@record
class KernelSection:
    name: str
    size: int
    align: int


@record
class Kernel:
    path: str
    sections: dict = field(default_factory=dict)  # ".text" -> [KernelSection]
    sizes: dict = field(default_factory=dict)  # bytes of its objects
    digest: str = ""
    chain: list = field(default_factory=list)  # of its stack: kernelstack.py


def read_kernel(path):
    elf = read_elf(path)
    kernel = Kernel(path, {group: [] for group in KERNEL_FLASH + KERNEL_RAM})
    for section in elf.sections:
        if section.flags & ALLOCATED and section.size \
                and not section.name.startswith(".ARM."):
            group = group_of(path, section.name)
            kernel.sections[group].append(
                KernelSection(section.name, section.size, section.align))
    if not kernel.sections[".vectors"]:
        raise Refused(f"{path}: the kernel has no section .vectors")
    kernel.sizes = read_sizes(elf)
    kernel.digest = digest(elf)
    return kernel


def group_of(path, name):
    for group in KERNEL_FLASH + KERNEL_RAM:
        if name == group or name.startswith(group + "."):
            return group
    raise Refused(f"{path}: the layout has no place for section {name}")


def read_sizes(elf):
    symbol = elf.symbol("kernel_sizes")
    try:
        data = elf.sections[symbol.section].data
        words = struct.unpack_from(f"<{len(SIZES)}I", data, symbol.value)
    except (struct.error, IndexError):
        raise damaged(elf.path) from None
    return dict(zip(SIZES, words))
