"""checkbytes.py - a part of `cmrx check`: the bytes of kernel and processes.

Compared with the objects that the image was linked from, if these are at hand.
A relocated word that is an address of the same object leads where it should; other
relocated places (branches, halves of addresses) are not looked at.
"""

import os
import struct

from . import kernelobj, registers
from .kernelobj import NO_BITS


def check_bytes(check):
    """Those of kernel and processes are their objects', but for relocated words."""
    kernel = check.described["kernel"]
    check_part(check, "the kernel", ".kernel", kernel)
    for process in check.processes:
        name = process["name"]
        check_part(check, f"process {name}", f".process.{name}", process)


def check_part(check, who, prefix, part):
    elf = object_of(check, who, part)
    names = [p["name"] for p in part["sections"]]
    for section in elf.sections if elf else ():
        if section.name in names and section.type != NO_BITS:
            placed = placed_of(check, prefix, section)
            if placed is None or placed.size != section.size:
                continue  # said already
            check_content(check, who, elf, section, placed)
            check_addresses(check, who, prefix, elf, section, placed)


def placed_of(check, prefix, section):
    """The section of the image that one of an object is in, or None."""
    name = section.name if section.name == ".vectors" else prefix + section.name
    return next((s for s in check.elf.sections if s.name == name), None)


def object_of(check, who, part):
    """The object file, found from the description, or None if it is not there."""
    path = os.path.join(check.folder, part["object"])
    if not part["object"] or not os.path.exists(path):
        if check.needs_objects:
            check.wrong(f"{who}: its object is not there: {path}")
        return None
    elf = kernelobj.read_elf(path)
    check.same(f"{who}: hash of its object", kernelobj.digest(elf),
               part["hash"])
    return elf


def check_content(check, who, elf, section, placed):
    wanted, found = bytearray(section.data), bytearray(placed.data)
    for offset, kind, _, _ in kernelobj.relocations(elf, section):
        size = registers.of(check.described["board"]).RELOCATED.get(kind, 4)
        for data in (wanted, found):
            data[offset : offset + size] = bytes(size)[: len(data) - offset]
    if wanted != found:
        at = next(n for n, pair in enumerate(zip(wanted, found))
                  if pair[0] != pair[1])
        check.wrong(f"{who}: {section.name}+{at:#x} is not what its object says")


def check_addresses(check, who, prefix, elf, section, placed):
    """Relocated words that are addresses within the object, as vectors are."""
    kind_of_words = registers.of(check.described["board"]).ADDRESS
    for offset, kind, symbol, addend in kernelobj.relocations(elf, section):
        if kind != kind_of_words or offset + 4 > placed.size or \
                not 0 < symbol.section < len(elf.sections):
            continue
        target = placed_of(check, prefix, elf.sections[symbol.section])
        if target is None:
            continue
        there, = struct.unpack_from("<I", section.data, offset)
        found, = struct.unpack_from("<I", placed.data, offset)
        wanted = (target.address + symbol.value + (addend or there)) & 0xFFFFFFFF
        check.same(f"{who}: {section.name}+{offset:#x}", found, wanted)
