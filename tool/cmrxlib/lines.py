"""lines.py - which line an instruction comes from, and which are gone.

Debug information of functions that the link has thrown away is still there. Its
addresses are recognised by having no relocation: ld takes them out with the
code. dead_addresses() lists them, and seal.py makes them 0xffffffff, so that
debuggers see the same.
"""

import posixpath
from bisect import bisect_left
from collections import namedtuple

from .dies import (AT_COMP_DIR, AT_LOW_PC, AT_STMT_LIST, Dwarf, FORM_ADDR,
                   FORM_LINE_STRP, FORM_STRP, TAG_SUBPROGRAM, number, read_form,
                   sleb, uleb)
from .elf import text_at

GONE = 0xFFFFFFFF  # where debug information of code that is gone points to

Row = namedtuple("Row", "address line file end")


class LineProgram:
    """The line table of one unit."""

    def __init__(self, dwarf, elf, at, root):
        self.dwarf, self.data = dwarf, elf.relocated(".debug_line")
        self.live = elf.relocations(".debug_line")
        self.is_linked = elf.is_linked
        self.dead = []  # offsets of addresses of code that is gone
        self.end = at + 4 + number(self.data, at, 4)
        self.version = number(self.data, at + 4, 2)
        at += 6
        if self.version >= 5:
            at += 2
        self.first = at + 4 + number(self.data, at, 4)
        at += 4
        self.step = self.data[at]
        at += 2 if self.version >= 4 else 1
        at += 1
        self.base = (self.data[at] ^ 0x80) - 0x80  # signed
        self.range, self.special = self.data[at + 1], self.data[at + 2]
        at += 3
        self.operands = self.data[at : at + self.special - 1]
        self._read_files(at + self.special - 1, root.get(AT_COMP_DIR) or "")

    def _read_files(self, at, directory):
        if self.version >= 5:
            folders, at = self._entries(at, None)
            self.files, at = self._entries(at, folders)
            return
        folders, at = [directory], at
        while self.data[at]:
            folders.append(text_at(self.data, at))
            at = self.data.index(b"\0", at) + 1
        at += 1
        self.files = [""]
        while self.data[at]:
            name = text_at(self.data, at)
            folder, at = uleb(self.data, self.data.index(b"\0", at) + 1)
            _, at = uleb(self.data, at)
            _, at = uleb(self.data, at)
            self.files.append(path_of(name, folder, folders))

    def _entries(self, at, folders):
        """A table of version 5: of folders, or of files when they are known."""
        formats, at = self._formats(at)
        count, at = uleb(self.data, at)
        names = []
        for _ in range(count):
            name, folder = "", 0
            for content, form in formats:
                value, at = read_form(self.data, at, form)
                if content == 1:
                    name = self._text(form, value)
                elif content == 2:
                    folder = value
            names.append(path_of(name, folder, folders) if folders else name)
        return names, at

    def _formats(self, at):
        count, at = self.data[at], at + 1
        formats = []
        for _ in range(count):
            content, at = uleb(self.data, at)
            form, at = uleb(self.data, at)
            formats.append((content, form))
        return formats, at

    def _text(self, form, value):
        if form == FORM_LINE_STRP:
            return text_at(self.dwarf.line_strings, value)
        if form == FORM_STRP:
            return text_at(self.dwarf.strings, value)
        return value.decode("utf-8", "replace")

    def rows(self):
        """Rows of the sequences that are about live code."""
        at, sequence, found = self.first, [], []
        address, line, file = 0, 1, 1
        data, live = self.data, False
        while at < self.end:
            code, at = data[at], at + 1
            if code >= self.special:
                code -= self.special
                address += code // self.range * self.step
                line += self.base + code % self.range
                sequence.append((address, line, file))
            elif code == 0:
                size, at = uleb(data, at)
                kind = data[at]
                if kind == 1:
                    found += self._finish(sequence, address) if live else []
                    sequence, address, line, file = [], 0, 1, 1
                elif kind == 2:
                    address = number(data, at + 1, 4)
                    live = self._is_live(at + 1)
                at += size
            elif code == 1:
                sequence.append((address, line, file))
            elif code == 2:
                value, at = uleb(data, at)
                address += value * self.step
            elif code == 3:
                value, at = sleb(data, at)
                line += value
            elif code == 4:
                file, at = uleb(data, at)
            elif code == 8:
                address += (255 - self.special) // self.range * self.step
            elif code == 9:
                address, at = address + number(data, at, 2), at + 2
            else:
                for _ in range(self.operands[code - 1]):
                    _, at = uleb(data, at)
        return found

    def _is_live(self, at):
        if self.is_linked:  # and sealed before
            return number(self.data, at, 4) != GONE
        if at in self.live:
            return True
        self.dead.append(at)
        return False

    def _finish(self, sequence, end):
        rows = [Row(address, line, self.files[file], False)
                for address, line, file in sequence
                if address < end and file < len(self.files)]
        return rows + [Row(end, 0, "", True)]


def path_of(name, folder, folders):
    """Path of a file, relative to where the compiler ran if it is below it."""
    base = folders[folder] if folder < len(folders) else ""
    path = posixpath.normpath(posixpath.join(folders[0], base, name))
    root = folders[0].rstrip("/") + "/"
    return path[len(root) :] if path.startswith(root) else path


def lines_of(rows, functions):
    """Files and lines of functions (with .offset and .size, ascending).

    Returns a dict offset of function -> file, and a list of (offset, line).
    Lines of another file (inlined from a header) are left out: they count as
    the line in the function's own file that was last before them.
    """
    files, lines = {}, []
    starts = [row.address for row in rows]
    for function in functions:
        first = bisect_left(starts, function.offset)
        last = bisect_left(starts, function.offset + max(function.size, 1))
        inside = [row for row in rows[first:last] if not row.end]
        if not inside or inside[0].address != function.offset:
            lines.append((function.offset, 0))
            continue
        file = files[function.offset] = inside[0].file
        lines.extend((r.address, r.line) for r in inside
                     if r.file == file and r.line)  # 0: made by the compiler
    return files, compact(lines)


def compact(lines):
    """Of several lines at one place the last; of equal neighbours the first."""
    last = sorted(dict(lines).items())
    return [pair for i, pair in enumerate(last)
            if not i or last[i - 1][1] != pair[1]]


def line_programs(debug, elf):
    for unit in debug.units:
        root = debug.die(unit, unit.first)
        at = root.raw.get(AT_STMT_LIST, (0, None))[1]
        if at is not None:
            yield LineProgram(debug, elf, at, root)


def all_rows(debug, elf):
    """All of the line table that is about code that is there, ascending.
    A row with line 0 ends what the debug information knows about."""
    rows = [row for program in line_programs(debug, elf)
            for row in program.rows()]
    return sorted(rows, key=lambda row: (row.address, not row.end))


# ---- Addresses of code that is gone


def dead_addresses(elf):
    """(section, offset) of the words that were addresses of such code."""
    debug = Dwarf(elf)
    found = [(".debug_info", at) for at in dead_functions(debug)]
    for program in line_programs(debug, elf):
        program.rows()
        found += [(".debug_line", at) for at in program.dead]
    found += [(".debug_aranges", at) for at in addresses_of_aranges(elf)]
    found += [(".debug_rnglists", at) for at in addresses_of_ranges(elf)]
    return [(section, at) for section, at in found
            if at not in elf.relocations(section)]


def dead_functions(debug):
    for unit in debug.units:
        for die in debug.die(unit, unit.first).children():
            form = die.raw.get(AT_LOW_PC, (0, 0))[0]
            if die.tag == TAG_SUBPROGRAM and form == FORM_ADDR:
                yield debug.attribute_at(die, AT_LOW_PC)


def contributions(data):
    """(begin, end) of the tables, one per unit, in a section."""
    at = 0
    while at < len(data):
        end = at + 4 + number(data, at, 4)
        if end > len(data):
            raise ValueError("longer than its section")
        yield at, end
        at = end


def addresses_of_aranges(elf):
    data = elf.contents(".debug_aranges")
    for begin, end in contributions(data):
        for at in range(begin + 16, end, 8):
            if number(data, at + 4, 4):
                yield at


def addresses_of_ranges(elf):
    """Of .debug_rnglists: entries are a kind, and what it says follows."""
    data = elf.contents(".debug_rnglists")
    for begin, end in contributions(data):
        at = begin + 12 + 4 * number(data, begin + 8, 4)
        while at < end:
            kind, at = data[at], at + 1
            if kind in (5, 6, 7):
                yield at
                at += 8 if kind == 6 else 4
            for _ in range({1: 1, 2: 2, 3: 2, 4: 2, 7: 1}.get(kind, 0)):
                _, at = uleb(data, at)
