"""info.py - the description that a system carries of itself.

Builds the bytes that include/cmrx/info.h declares: names, who may call whom,
functions and lines of all processes, whose each piece of memory is. Their
number does not depend on where things lie, so the layout can place the
description before its contents are final.
"""

import struct

from .kernelram import all_threads
from .plan import KERNEL
from .grants import INFO

MAGIC = 0x58524D43
NOBODY = 0xFFFF
HALFWORDS = 0xFFFF  # most that struct cmrx_info_line can say

HEADER = struct.Struct("<5I4H4I")
PROCESS = struct.Struct("<I4H5I")
THREAD = struct.Struct("<IHH")
SERVICE = struct.Struct("<IIHHI")
RANGE = struct.Struct("<IIIHH")
FUNCTION = struct.Struct("<III")
LINE = struct.Struct("<HH")


class Writer:
    """Bytes that grow; strings are kept once."""

    def __init__(self, reserve):
        self.data = bytearray(reserve)
        self.strings = {}

    def put(self, packed):
        """Append, aligned to a word; where it begins, 0 for nothing."""
        self.data += b"\0" * (-len(self.data) % 4)
        if not packed:
            return 0
        offset = len(self.data)
        self.data += packed
        return offset

    def string(self, text):
        if text not in self.strings:
            self.strings[text] = len(self.data)
            self.data += text.encode() + b"\0"
        return self.strings[text]


def build(system, wiring, plan, build_id):
    """The description, as bytes."""
    w = Writer(HEADER.size)
    names = [w.string(text) for text in
             (system.name, system.board.name, build_id)]
    services = put_services(w, system)
    processes = put_processes(w, system, wiring, plan)
    threads = w.put(b"".join([
        THREAD.pack(w.string(t.name), home, t.priority)
        for home, p in enumerate(system.processes) for t in p.threads]))
    found = ranges(system, wiring, plan)
    rows = [RANGE.pack(base, size, w.string(what), whose, 0)
            for base, size, what, whose in found]
    where = w.put(b"".join(rows))
    w.put(b"")
    HEADER.pack_into(
        w.data, 0, MAGIC, len(w.data), *names, len(system.processes),
        len(all_threads(system)), len(all_services(system)), len(found),
        processes, threads, services, where)
    return bytes(w.data)


def all_services(system):
    return [(n, s) for n, p in enumerate(system.processes)
            for s in p.services]


def put_services(w, system):
    rows = []
    for process, service in all_services(system):
        methods = b"".join([struct.pack("<I", w.string(m.name))
                            for m in service.methods])
        rows.append(SERVICE.pack(
            w.string(service.name), w.string(service.interface), process,
            len(service.methods), w.put(methods)))
    return w.put(b"".join(rows))


def put_processes(w, system, wiring, plan):
    numbers = {(system.processes[n].name, s.name): at
               for at, (n, s) in enumerate(all_services(system))}
    rows, thread = [], 0
    for process in system.processes:
        imports = [numbers[owner, service.name]
                   for owner, service in wiring.imports[process.name]]
        lines = put_lines(process)
        functions = [FUNCTION.pack(f.offset, w.string(f.name),
                                   w.string(f.file) if f.file else 0)
                     for f in process.functions]
        rows.append(PROCESS.pack(
            w.string(process.name), thread, len(process.threads),
            len(imports), len(functions),
            w.put(struct.pack(f"<{len(imports)}H", *imports)),
            plan.sections[process.name, ".text"].base,
            w.put(b"".join(functions)), w.put(b"".join(lines)), len(lines)))
        thread += len(process.threads)
    return w.put(b"".join(rows))


def put_lines(process):
    """Past 128 kB of code, or 65535 lines, nothing is said."""
    return [LINE.pack(offset // 2, line) for offset, line in process.lines
            if offset // 2 <= HALFWORDS and line <= 0xFFFF]


# ---- Whose it is


def ranges(system, wiring, plan):
    """[(base, size, what, process)], ascending."""
    found = kernel_ranges(plan) + device_ranges(system, wiring)
    for number, process in enumerate(system.processes):
        found += [(base, size, what, number) for base, size, what in
                  process_ranges(process, plan) if size]
    for block, what in ((plan.public, "public constants"),
                        (plan.info, "description of the system")):
        if block:
            found.append((block.base, block.size, what, NOBODY))
    return sorted(found)


def kernel_ranges(plan):
    names = {".vectors": "vectors of the kernel", ".text": "code of the kernel",
             ".rodata": "constants of the kernel",
             ".noinit": "fault record of the kernel",
             ".data": "data of the kernel", ".bss": "data of the kernel",
             ".stack": "stack of the kernel"}
    return [(placed.base, placed.size, names[name], NOBODY)
            for (owner, name), placed in plan.sections.items()
            if owner == KERNEL and placed.size]


def device_ranges(system, wiring):
    owners = {w.device: n for n, p in enumerate(system.processes)
              for w in wiring.windows[p.name] if w.device != INFO}
    return [(d.base, d.size, f"device {d.name}"
             + (" of" if d.name in owners else ""),
             owners.get(d.name, NOBODY))
            for d in system.board.devices.values()]


def process_ranges(process, plan):
    name = process.name
    for section, what in ((".text", "code of"), (".rodata", "constants of")):
        placed = plan.sections[name, section]
        yield placed.base, placed.size, what
    memory, shared = plan.memory.get(name), plan.shared.get(name)
    low = shared.end if shared else memory.base if memory else 0
    if shared:
        yield shared.base, shared.size, "SHARED of"
    if memory:
        yield low, memory.end - low, "data of"
    for thread in process.threads:
        stack = plan.stacks[name, thread.name]
        yield stack.base, stack.size, f"stack of thread {thread.name} of"
