"""dies.py - reads the entries of debug information (DWARF 4 and 5).

Of relocatable objects, as gcc and clang write them. Entries are read when they
are asked for; types are followed by dwarf.py, the line table by lines.py.
"""

from collections import namedtuple

from .elf import text_at
from .model import Refused

TAG_ARRAY, TAG_ENUM, TAG_PARAMETER, TAG_MEMBER = 0x01, 0x04, 0x05, 0x0D
TAG_POINTER, TAG_STRUCT, TAG_SUBROUTINE, TAG_TYPEDEF = 0x0F, 0x13, 0x15, 0x16
TAG_UNION, TAG_VARIADIC, TAG_SUBRANGE, TAG_BASE = 0x17, 0x18, 0x21, 0x24
TAG_CONST, TAG_ENUMERATOR, TAG_VARIABLE = 0x26, 0x28, 0x34
TAG_VOLATILE, TAG_RESTRICT = 0x35, 0x37
QUALIFIERS = {TAG_CONST: "const ", TAG_VOLATILE: "volatile ", TAG_RESTRICT: ""}
NAMED = {TAG_STRUCT: "struct", TAG_UNION: "union", TAG_ENUM: "enum"}

AT_SIBLING, AT_NAME, AT_SIZE = 0x01, 0x03, 0x0B
AT_STMT_LIST, AT_COMP_DIR, AT_CONST_VALUE, AT_UPPER = 0x10, 0x1B, 0x1C, 0x2F
AT_COUNT, AT_OFFSET, AT_DECLARATION, AT_ENCODING = 0x37, 0x38, 0x3C, 0x3E
AT_TYPE, AT_STR_BASE = 0x49, 0x72
AT_BIT_SIZE, AT_BIT_OFFSET = 0x0D, 0x6B
AT_LOW_PC, TAG_SUBPROGRAM, FORM_ADDR = 0x11, 0x2E, 0x01

FIXED = {0x01: 4, 0x05: 2, 0x06: 4, 0x07: 8, 0x0B: 1, 0x0C: 1, 0x10: 4,
         0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8, 0x17: 4, 0x0E: 4, 0x1F: 4,
         0x1C: 4, 0x1D: 4, 0x1E: 16, 0x20: 8, 0x25: 1, 0x26: 2, 0x27: 3,
         0x28: 4, 0x29: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4, 0x19: 0}
LEB = {0x0F, 0x15, 0x1A, 0x1B, 0x22, 0x23}
REFERENCES = {0x11, 0x12, 0x13, 0x14, 0x15}
STRX = {0x1A, 0x25, 0x26, 0x27, 0x28}
FORM_STRING, FORM_STRP, FORM_LINE_STRP, FORM_SDATA = 0x08, 0x0E, 0x1F, 0x0D
FORM_BLOCK, FORM_EXPRLOC, FORM_BLOCK1, FORM_BLOCK2 = 0x09, 0x18, 0x0A, 0x03
FORM_BLOCK4, FORM_IMPLICIT, FORM_INDIRECT = 0x04, 0x21, 0x16
FORM_REF_ADDR = 0x10

Unit = namedtuple("Unit", "offset end version address_size abbreviations first")


def uleb(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def sleb(data, at):
    start = at
    value, at = uleb(data, at)
    bits = 7 * (at - start)
    return (value - (1 << bits) if value >> (bits - 1) else value), at


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "little")


def read_block(data, at, form):
    if form in (FORM_BLOCK, FORM_EXPRLOC):
        size, at = uleb(data, at)
    else:
        width = {FORM_BLOCK1: 1, FORM_BLOCK2: 2, FORM_BLOCK4: 4}[form]
        size, at = number(data, at, width), at + width
    return data[at : at + size], at + size


def read_form(data, at, form):
    """Raw value of an attribute, and where the next one begins."""
    if form in FIXED:
        size = FIXED[form]
        return (number(data, at, size) if size else 1), at + size
    if form in LEB:
        return uleb(data, at)
    if form == FORM_SDATA:
        return sleb(data, at)
    if form == FORM_STRING:
        end = data.index(b"\0", at)
        return data[at:end], end + 1
    if form == FORM_INDIRECT:
        form, at = uleb(data, at)
        return read_form(data, at, form)
    try:
        return read_block(data, at, form)
    except KeyError:
        raise Refused(f"debug information of an unknown form {form:#x}: "
                      "use -gdwarf-5 or -gdwarf-4") from None


class Die:
    """An entry of .debug_info. Values are raw until they are asked for."""

    __slots__ = ("dwarf", "unit", "offset", "tag", "raw", "has_children",
                 "next")

    def get(self, attribute):
        form, value = self.raw.get(attribute, (0, None))
        if form in REFERENCES:
            return self.dwarf.die(self.unit, self.unit.offset + value)
        if form == FORM_REF_ADDR:
            return self.dwarf.die(self.dwarf.unit_of(value), value)
        if form == FORM_STRING:
            return value.decode("utf-8", "replace")
        if form == FORM_STRP:
            return text_at(self.dwarf.strings, value)
        if form == FORM_LINE_STRP:
            return text_at(self.dwarf.line_strings, value)
        if form in STRX:
            return self.dwarf.indexed_string(self.unit, value)
        return value

    @property
    def name(self):
        return self.get(AT_NAME) or ""

    @property
    def type(self):
        return self.get(AT_TYPE)

    def children(self):
        return self.dwarf.children_of(self)


class Dwarf:
    """The debug information of an object."""

    def __init__(self, elf):
        self.info = elf.relocated(".debug_info")
        self.strings = elf.relocated(".debug_str")
        self.line_strings = elf.relocated(".debug_line_str")
        self._offsets = elf.relocated(".debug_str_offsets")
        self._abbrev = elf.contents(".debug_abbrev")
        self._tables = {}
        self._dies = {}
        self._bases = {}
        self._index = None
        self.units = list(self._read_units())

    # ---- Entries

    def _read_units(self):
        data, at = self.info, 0
        while at < len(data):
            end = at + 4 + number(data, at, 4)
            version = number(data, at + 4, 2)
            if version == 5:
                kind, size = data[at + 6], data[at + 7]
                table, first = number(data, at + 8, 4), at + 12
            elif version in (2, 3, 4):
                kind, size = 1, data[at + 10]
                table, first = number(data, at + 6, 4), at + 11
            else:
                raise Refused(f"debug information of version {version}: "
                              "use -gdwarf-5 or -gdwarf-4")
            if kind == 1:
                yield Unit(at, end, version, size, self._table(table), first)
            at = end

    def _table(self, at):
        if at not in self._tables:
            self._tables[at] = self._read_table(at)
        return self._tables[at]

    def _read_table(self, at):
        data, table = self._abbrev, {}
        while True:
            code, at = uleb(data, at)
            if not code:
                return table
            tag, at = uleb(data, at)
            has_children, at = data[at], at + 1
            attributes = []
            while True:
                name, at = uleb(data, at)
                form, at = uleb(data, at)
                constant = None
                if form == FORM_IMPLICIT:
                    constant, at = sleb(data, at)
                if not name and not form:
                    break
                attributes.append((name, form, constant))
            table[code] = (tag, has_children, attributes)

    def unit_of(self, offset):
        return next(u for u in self.units if u.offset <= offset < u.end)

    def die(self, unit, offset):
        """The entry at `offset`; None for the end of a list of children."""
        if offset not in self._dies:
            self._dies[offset] = self._read_die(unit, offset)
        return self._dies[offset]

    def _read_die(self, unit, offset):
        data = self.info
        code, at = uleb(data, offset)
        die = Die()
        die.dwarf, die.unit, die.offset, die.raw = self, unit, offset, {}
        die.tag, die.has_children, attributes = unit.abbreviations.get(
            code, (0, 0, ()))
        for name, form, constant in attributes:
            if form == FORM_IMPLICIT:
                die.raw[name] = (FORM_SDATA, constant)
                continue
            value, at = read_form(data, at, form)
            die.raw[name] = (form, value)
        die.next = at
        return die

    def children_of(self, die):
        if not die.has_children:
            return
        at = die.next
        while at < die.unit.end:
            child = self.die(die.unit, at)
            if not child.tag:
                return
            yield child
            at = self._after(child)

    def _after(self, die):
        """Offset of the entry that follows `die` and its children."""
        if not die.has_children:
            return die.next
        if AT_SIBLING in die.raw:
            at = die.unit.offset + die.raw[AT_SIBLING][1]
            if at <= die.offset:
                raise ValueError("an entry that follows itself")
            return at
        at = die.next
        while self.die(die.unit, at).tag:
            at = self._after(self.die(die.unit, at))
        return self.die(die.unit, at).next

    def indexed_string(self, unit, index):
        if unit.offset not in self._bases:
            root = self.die(unit, unit.first)
            self._bases[unit.offset] = root.raw.get(AT_STR_BASE, (0, 8))[1]
        at = self._bases[unit.offset] + 4 * index
        return text_at(self.strings, number(self._offsets, at, 4))

    # ---- What is asked for

    def find(self, tag, name):
        """Global or static things called `name`: a list of entries."""
        if self._index is None:
            self._index = self._read_index()
        return self._index.get((tag, name), [])

    def _read_index(self):
        index = {}
        for unit in self.units:
            for die in self.die(unit, unit.first).children():
                if die.tag in (TAG_VARIABLE, TAG_STRUCT) and AT_NAME in die.raw:
                    index.setdefault((die.tag, die.name), []).append(die)
        return index

    def attribute_at(self, die, wanted):
        """Where the value of an attribute of `die` lies in .debug_info."""
        code, at = uleb(self.info, die.offset)
        for name, form, _ in die.unit.abbreviations[code][2]:
            if name == wanted:
                return at
            if form != FORM_IMPLICIT:
                _, at = read_form(self.info, at, form)
        return None
