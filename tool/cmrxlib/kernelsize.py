"""kernelsize.py - `cmrx size --kernel`: where the bytes of a kernel's flash are.

By the file that each instruction comes from, and in it by the function in which
it lies: what is in line counts where it is written. Read from kernel.o, whose
relocations tell which lines are there.
"""

import os
import posixpath
from bisect import bisect_right
from collections import Counter

from . import lines, systemjson
from .dies import Dwarf
from .elf import Elf

FUNCTION, OBJECT = 2, 1  # kinds of symbols
CODE, CONSTANTS, VECTORS = ".text", ".rodata", ".vectors"
UNKNOWN = "(no line)"


def symbols_of(elf, name, kind):
    """(where, name) of the symbols of a section, ascending."""
    return sorted((symbol.value & ~(kind == FUNCTION), symbol.name)
                  for symbol in elf.symbols
                  if symbol.type == kind and elf.section_name(symbol) == name)


def pieces(elf, size):
    """(where, bytes, file) of all code."""
    rows = lines.all_rows(Dwarf(elf), elf)
    at, file = 0, UNKNOWN
    for row in [*rows, lines.Row(size, 0, "", True)]:
        if row.address > at:
            yield at, row.address - at, file
        at = max(at, row.address)
        file = UNKNOWN if row.end else short(row.file)


def short(path):
    """kernel/call.c, armv7m/port.c: the file and its folder."""
    folder, name = posixpath.split(path)
    return posixpath.join(posixpath.basename(folder), name)


def split(pieces_, functions):
    """The same, where a function begins cut in two: (function, bytes, file)."""
    starts = [start for start, _ in functions]
    for at, size, file in pieces_:
        end = at + size
        while at < end:
            index = bisect_right(starts, at)
            until = min([end, *starts[index : index + 1]])
            yield functions[index - 1][1] if index else "", until - at, file
            at = until


def code_of(elf):
    """File -> function -> bytes."""
    found = {}
    size = len(elf.contents(CODE))
    for function, count, file in split(pieces(elf, size),
                                       symbols_of(elf, CODE, FUNCTION)):
        found.setdefault(file, Counter())[function] += count
    return found


def constants_of(elf):
    """Name -> bytes; what has none is text, said when a kernel refuses."""
    size = len(elf.contents(CONSTANTS))
    known = Counter({symbol.name: symbol.size for symbol in elf.symbols
                     if symbol.type == OBJECT
                     and elf.section_name(symbol) == CONSTANTS})
    known["(texts, and the self-test's vectors)"] = size - sum(known.values())
    return known


def block(head, counts):
    yield f"{head:44}{sum(counts.values()):>7}"
    for name, size in counts.most_common():
        yield f"    {name:40}{size:>7}"


def kernel_of(folder):
    """kernel.o, of which its system.json says where it is."""
    described = systemjson.load(folder)
    return Elf.load(os.path.join(folder, described["kernel"]["object"]))


def screen(name, elf):
    code, constants = code_of(elf), constants_of(elf)
    vectors = len(elf.contents(VECTORS))
    yield f"{name}: the kernel's flash, by file and function"
    for file, counts in sorted(code.items(),
                               key=lambda item: -sum(item[1].values())):
        yield from block(file, counts)
    yield from block("constants", constants)
    yield f"{'vectors':44}{vectors:>7}"
    all_code = sum(sum(counts.values()) for counts in code.values())
    yield f"{'all':44}{all_code + sum(constants.values()) + vectors:>7}"
