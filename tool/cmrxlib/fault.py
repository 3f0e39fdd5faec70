"""fault.py - `cmrx fault SYSTEM DUMP`: who did what, from the kernel's record.

The same that server/supervisor says on the system itself (explain.c), for systems
that have no supervisor, or whose memory is all that is left.
"""

import bisect
import functools
import os
import re
import struct
import sys

from . import lines, oracle, report, source, systemjson
from .dies import Dwarf
from .elf import DAMAGE, STT_FUNC, Elf, damaged
from .model import Refused

MAGIC = 0x464C5431  # kernel/fault.c
HEAD = struct.Struct("<2I 4B H2B 2I 5I I 13I 4x Q")
LEVEL = struct.Struct("<2I")
HAS_ADDRESS, HAS_FRAME = 1, 2
NULL_BYTES = 256  # explain.c
KIND = re.compile(r"^    CMRX_FAULT_([A-Z]+)(?:,| )\s*(?:// (.*))?$")


class Record:
    """What struct fault_store holds (kernel/kernel.h, include/cmrx/fault.h)."""

    def __init__(self, data, levels):
        (self.checksum, self.unread, self.kind, self.flags, self.process,
         self.thread, self.generation, self.depth, count, self.sequence, self.lost,
         self.address, self.pc, self.lr, self.sp, self.psr, self.cause, *self.r,
         self.time) = HEAD.unpack_from(data)
        self.chain = [LEVEL.unpack_from(data, HEAD.size + n * LEVEL.size)
                      for n in range(min(count, levels))]
        self.is_whole = self.checksum == checksum(data, levels)


def checksum(data, levels):
    """As kernel/fault.c has it."""
    total = MAGIC + levels
    size = HEAD.size + levels * LEVEL.size
    for (word,) in struct.iter_unpack("<I", data[8:size]):
        total &= 0xFFFFFFFF
        total = (total << 5 | total >> 27) + word
    unread = int.from_bytes(data[4:8], "little")
    return total + unread & 0xFFFFFFFF


def place_of(elf):
    """(address, size, levels) of the record in a system."""
    store = next((s for s in elf.symbols if s.name == "fault_store"), None)
    if store is None or store.size < HEAD.size:
        raise Refused(f"{elf.path} has no fault record: it is not the image of a "
                      "system")
    return store.value, store.size, (store.size - HEAD.size) // LEVEL.size


# ---- Places


class Code:
    """Functions and lines of an image."""

    def __init__(self, elf):
        self.functions = sorted(
            (s.value & ~1, s.size, s.name) for s in elf.symbols
            if s.type == STT_FUNC and s.size)
        self.rows = lines.all_rows(Dwarf(elf), elf)
        self.starts = [row.address for row in self.rows]

    def function_at(self, address):
        at = bisect.bisect_right(self.functions, (address, 1 << 32)) - 1
        if at < 0:
            return None
        begin, size, name = self.functions[at]
        return (begin, name) if address < begin + size else None

    def text(self, address):
        """in NAME(), FILE:LINE"""
        found = self.function_at(address)
        if found is None:
            return f"at {address:#010x}, which is no function"
        begin, name = found
        name = name.removeprefix("cmrx_body_")  # what CMRX_THREAD adds
        row = self.row_at(begin, address)
        if row is None:
            return f"in {name}() + {address - begin}"
        return f"in {name}(), {row.file}:{row.line}"

    def row_at(self, begin, address):
        """The last before that is of the function's own file: what is in line from
        a header counts as where that is."""
        first = bisect.bisect_left(self.starts, begin)
        inside = [row for row in self.rows[first : bisect.bisect_right(self.starts,
                                                                       address)]
                  if not row.end]
        own = [row for row in inside if row.file == inside[0].file and row.line]
        return own[-1] if own else None


def owner_text(system, address):
    """What lies there."""
    if address < NULL_BYTES:
        return "which is NULL or near it"
    found = [piece for piece in report.pieces(system)
             if piece[0] <= address < piece[0] + piece[1]]
    if not found:
        devices = [(systemjson.number(d["base"]), d["size"], "nobody",
                    f"device {name}")
                   for name, d in system["board"]["devices"].items()]
        found = [d for d in devices if d[0] <= address < d[0] + d[1]]
    if not found:
        return "where nothing is"
    base, _, owner, what = found[-1][:4]
    return (f"byte {address - base} of {what}"
            + (f" of {owner}" if owner != "-" else ""))


# ---- In words


@functools.lru_cache(None)
def kinds():
    """Number of a kind -> its name, and what include/cmrx/fault.h says of it."""
    found = [KIND.match(line) for line in source.read("include/cmrx/fault.h")]
    return [(m.group(1), m.group(2) or "") for m in found if m]


def kind_text(record):
    name, why = kinds()[record.kind]
    return name + (f" ({why})" if why else "")


def name_of(system, process):
    every = system["processes"]
    return every[process]["name"] if process < len(every) else "nobody"


def thread_text(system, thread):
    for process in system["processes"]:
        for t in process["threads"]:
            if t["number"] == thread:
                return f", thread {process['name']}.{t['name']}"
    return ""


def where_of(record):
    """(address of the instruction, of what it has touched); None: not known. What
    could not be fetched is not there: what counts is where the jump came from."""
    pc = record.pc if record.flags & HAS_FRAME else None
    touched = record.address if record.flags & HAS_ADDRESS else None
    if pc is not None and kinds()[record.kind][0] == "EXECUTE":
        return record.lr - 2, pc if touched is None else touched
    return pc, touched


def explain_panic(record):
    """Its code is 0xffffffff, or says where (KERNEL_ASSERT, port/*/entry.S)."""
    if record.address == 0xFFFFFFFF:
        return ["the watchdog was not kicked: the system was reset"]
    return [f"the kernel: PANIC, code {record.address:#x}. That is a defect of the "
            "kernel: file and line of an assertion (kernel/internal.h), or the "
            "number of an exception"]


def explain(record, system, code):
    """Lines."""
    if not (record.checksum or record.sequence):
        return ["no fault since power-on"]
    if not record.is_whole or record.kind >= len(kinds()):
        return ["no record: its checksum is wrong. The memory has lost it, or the "
                "image is not the one that ran"]
    if kinds()[record.kind][0] == "PANIC":
        return explain_panic(record)
    pc, touched = where_of(record)
    name = name_of(system, record.process)
    place = "it is not known where" if pc is None else code.text(pc & ~1)
    found = [f"{name} faulted: {kind_text(record)}",
             f"  {place}{thread_text(system, record.thread)}"]
    if touched is not None:
        found.append(f"  at address {touched:#010x}, {owner_text(system, touched)}")
    # A way back is behind the call: in what comes next, if that is its end.
    found += [f"  called by {name_of(system, process)} {code.text((pc - 2) & ~1)}"
              for pc, process in record.chain]
    return found + [
        f"  fault {record.sequence}, at {record.time / 1000000:.6f} s, generation "
        f"{record.generation} of {name}"
        + (f"; {record.lost} after it were not kept" if record.lost else "")]


def code_of(elf):
    try:
        return Code(elf)
    except DAMAGE:
        raise damaged(elf.path) from None


def told(folder, record, code):
    """The record in words, by the description in that folder."""
    path = os.path.join(folder, "system.json")
    system = systemjson.load(path)
    with systemjson.followed(path):
        return "\n".join(explain(record, system, code))


def text_of(folder, data):
    """What a dump of fault_store says of the system in that folder."""
    elf = Elf.load(oracle.the_elf(folder))
    _, size, levels = place_of(elf)
    if len(data) < size:
        raise Refused(f"the record has {size} bytes, and these are {len(data)}: "
                      "dump all of fault_store")
    return told(folder, Record(data, levels), code_of(elf))


def read(path):
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None


def run(args):
    print(text_of(args.system, read(args.dump)))


def register(subparsers):
    parser = subparsers.add_parser(
        "fault", help="who did what: the kernel's record of a fault, in words")
    parser.add_argument("system", metavar="SYSTEM", help="folder of a built system")
    parser.add_argument(
        "dump", metavar="DUMP", help="file with the bytes of fault_store, of this very "
        "image; gdb: `dump binary value DUMP fault_store`. -: standard input")
    parser.set_defaults(run=run)
