"""elf.py - reads ELF32 little-endian objects: sections, symbols, relocations.

Relocatable objects (ET_REL) are the main customer: a symbol's value is an
offset in its section, and the addend of a relocation lies in the place that
it is applied to (Arm) or beside it (RISC-V). A few words can be changed in place (patch_*); nothing is
ever moved, so that no other tool has to be told.
"""

import struct
from collections import namedtuple

from .model import Refused

SHT_PROGBITS, SHT_SYMTAB, SHT_NOBITS, SHT_REL = 1, 2, 8, 9
SHT_RELA = 4
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_MERGE = 1, 2, 4, 0x10
SHF_STRINGS, SHF_TLS = 0x20, 0x400
SHN_UNDEF, SHN_ABS = 0, 0xFFF1
STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_FUNC, STT_SECTION, STT_FILE = 2, 3, 4
EM_ARM, EM_RISCV = 40, 243
ET_EXEC = 2
R_ARM_ABS32 = 2
R_ARM_THM_CALL, R_ARM_THM_JUMP24 = 10, 30
R_ARM_THM_MOVW_ABS_NC, R_ARM_THM_MOVT_ABS = 47, 48
R_RISCV_NONE, R_RISCV_32, R_RISCV_HI20, R_RISCV_LO12_I = 0, 1, 26, 27
# RISC-V's for the linker only: how much could be saved, and where.
R_RISCV_ALIGN, R_RISCV_RELAX = 43, 51
# What it does with its place, as (bytes, bits kept, sign); 0: it is put there.
R_RISCV_SUMS = {33: (1, 0, 1), 34: (2, 0, 1), 35: (4, 0, 1),
                37: (1, 0, -1), 38: (2, 0, -1), 39: (4, 0, -1),
                52: (1, 0xC0, -1), 53: (1, 0xC0, 0), 54: (1, 0, 0),
                55: (2, 0, 0), 56: (4, 0, 0), R_RISCV_32: (4, 0, 0)}

HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
SECTION = struct.Struct("<10I")
SYMBOL = struct.Struct("<IIIBBH")
REL = struct.Struct("<II")
RELA = struct.Struct("<IIi")
WORD = struct.Struct("<I")

Section = namedtuple(
    "Section",
    "index name type flags address offset size link info align entsize")
Symbol = namedtuple("Symbol", "index name value size bind type section")
Relocation = namedtuple("Relocation", "offset type symbol addend",
                        defaults=(0,))
Target = namedtuple("Target", "section offset")


# What reading goes wrong with where a file says what cannot be.
DAMAGE = (struct.error, LookupError, ValueError, StopIteration,
          ArithmeticError, TypeError, AttributeError, RecursionError)


def damaged(path):
    return Refused(f"{path} is damaged or cut off: build it again")


def text_at(data, offset):
    """The zero-terminated string at `offset` of `data`."""
    return data[offset : data.index(b"\0", offset)].decode("utf-8", "replace")


class Elf:
    """An object file. `path` is only for messages."""

    def __init__(self, data, path="object"):
        self.data = bytearray(data)
        self.path = path
        self._relocations = {}
        header = self._header()
        try:
            self.sections = self._read_sections(header)
            self.by_name = {s.name: s for s in self.sections}
            self.symbols = self._read_symbols()
        except DAMAGE:
            raise damaged(path) from None

    @classmethod
    def load(cls, path):
        try:
            with open(path, "rb") as file:
                return cls(file.read(), str(path))
        except OSError as error:
            raise Refused(f"cannot read {path}: {error.strerror}") from None

    def _header(self):
        data = self.data
        if len(data) < HEADER.size or data[:6] != b"\x7fELF\x01\x01":
            raise Refused(f"{self.path} is not a 32-bit little-endian ELF file")
        header = HEADER.unpack_from(data)
        if header[2] not in (EM_ARM, EM_RISCV):
            raise Refused(f"{self.path} is not for Arm or RISC-V")
        self.machine = header[2]
        self.is_linked = header[1] == ET_EXEC
        return header

    def _read_sections(self, header):
        offset, count, names = header[6], header[12], header[13]
        if not count or offset + count * SECTION.size > len(self.data):
            raise Refused(f"{self.path} is cut short: build it again")
        self._table = offset
        rows = [
            SECTION.unpack_from(self.data, offset + i * SECTION.size)
            for i in range(count)
        ]
        base = rows[names][4]
        return [
            Section(i, text_at(self.data, base + row[0]), *row[1:])
            for i, row in enumerate(rows)
        ]

    def _read_symbols(self):
        table = next((s for s in self.sections if s.type == SHT_SYMTAB), None)
        self._symtab = table
        if table is None:
            return []
        names = self.sections[table.link].offset
        raw = bytes(self.data[table.offset : table.offset + table.size])
        return [
            Symbol(i, text_at(self.data, names + name), value, size,
                   info >> 4, info & 15, section)
            for i, (name, value, size, info, _, section) in enumerate(
                SYMBOL.iter_unpack(raw))
        ]

    def section(self, name):
        """The section of that name, or None."""
        return self.by_name.get(name)

    def contents(self, name):
        """Bytes of a section; empty if there is none or it has no contents."""
        section = self.by_name.get(name)
        if section is None or section.type == SHT_NOBITS:
            return b""
        return bytes(self.data[section.offset : section.offset + section.size])

    def word(self, name, offset):
        section = self.by_name[name]
        return WORD.unpack_from(self.data, section.offset + offset)[0]

    def section_name(self, symbol):
        """Name of the section that a symbol lies in; "" for none."""
        if 0 < symbol.section < len(self.sections):
            return self.sections[symbol.section].name
        return ""

    def relocations(self, name):
        """Relocations of section `name`, by offset in it."""
        if name not in self._relocations:
            self._relocations[name] = {
                r.offset: r for r in self.all_relocations(name)
                if self.machine == EM_ARM
                or r.type not in (R_RISCV_NONE, R_RISCV_ALIGN, R_RISCV_RELAX)}
        return self._relocations[name]

    def all_relocations(self, name):
        """The same in their order, also several of one place."""
        section = self.by_name.get(name)
        found = []
        for table in self.sections:
            if section is None or table.type not in (SHT_REL, SHT_RELA):
                continue
            if table.info != section.index:
                continue
            layout = REL if table.type == SHT_REL else RELA
            end = table.offset + table.size
            for place in range(table.offset, end, layout.size):
                found.append(self._relocation(layout, place))
        return found

    def _relocation(self, layout, place):
        try:
            offset, info, *addend = layout.unpack_from(self.data, place)
            return Relocation(offset, info & 255, self.symbols[info >> 8],
                              *addend)
        except DAMAGE:
            raise damaged(self.path) from None

    def target(self, name, offset):
        """Where the address word at `offset` of a section points, or None.

        For an undefined symbol: a Target without section, and its name.
        """
        relocation = self.relocations(name).get(offset)
        if relocation is None or relocation.type != self.address_type:
            return None
        symbol = relocation.symbol
        if symbol.section == SHN_UNDEF:
            return Target("", symbol.name)
        value = symbol.value + relocation.addend
        if self.machine == EM_ARM:
            value += self.word(name, offset)
        return Target(self.section_name(symbol), value & 0xFFFFFFFF)

    def relocated(self, name):
        """Contents of a section with every address word resolved: addresses
        are offsets in the section that they point into."""
        data = bytearray(self.contents(name))
        if self.machine == EM_RISCV:
            for relocation in self.all_relocations(name):
                apply_riscv(data, relocation)
            return bytes(data)
        for offset, relocation in self.relocations(name).items():
            if relocation.type == R_ARM_ABS32 and relocation.symbol.value:
                (addend,) = WORD.unpack_from(data, offset)
                value = (addend + relocation.symbol.value) & 0xFFFFFFFF
                WORD.pack_into(data, offset, value)
        return bytes(data)

    @property
    def address_type(self):
        """Of a relocation that is the address of something."""
        return R_ARM_ABS32 if self.machine == EM_ARM else R_RISCV_32

    # ---- Changes in place

    def keep_size(self):
        """The linker would make RISC-V code shorter where a relocation says
        that it can, and take out what fills up to an alignment: then nothing is
        as it was measured. Code need only be aligned to 2."""
        tables = [s for s in self.sections if s.type == SHT_RELA]
        for table in tables if self.machine == EM_RISCV else ():
            for place in range(table.offset, table.offset + table.size,
                               RELA.size):
                info = WORD.unpack_from(self.data, place + 4)[0]
                if info & 255 in (R_RISCV_ALIGN, R_RISCV_RELAX):
                    RELA.pack_into(self.data, place,
                                   WORD.unpack_from(self.data, place)[0],
                                   R_RISCV_NONE, 0)

    def patch_word(self, name, offset, value):
        WORD.pack_into(self.data, self.by_name[name].offset + offset, value)

    def patch_absolute(self, symbol, value):
        """Give an undefined symbol a number."""
        place = self._symtab.offset + symbol.index * SYMBOL.size
        WORD.pack_into(self.data, place + 4, value)
        info = symbol.bind if symbol.bind != STB_WEAK else STB_GLOBAL
        struct.pack_into("<BBH", self.data, place + 12, info << 4, 0, SHN_ABS)

    def patch_flags(self, name, flags, entsize):
        place = self._table + self.by_name[name].index * SECTION.size
        WORD.pack_into(self.data, place + 8, flags)
        WORD.pack_into(self.data, place + 36, entsize)


def apply_riscv(data, relocation):
    size, kept, sign = R_RISCV_SUMS.get(relocation.type, (0, 0, 0))
    if not size:
        return
    at, mask = relocation.offset, (1 << 8 * size) - 1
    value = relocation.symbol.value + relocation.addend
    before = int.from_bytes(data[at : at + size], "little")
    if sign:
        value = (before & ~kept) + sign * value
    value = value & mask & ~kept | before & kept
    data[at : at + size] = value.to_bytes(size, "little")
