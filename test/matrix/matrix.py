#!/usr/bin/env python3
"""matrix.py - every process x every region x read, write, execute.

    matrix.py SYSTEM_DIR --plugins DIR            all probes, on the system
    matrix.py SYSTEM_DIR --plugins DIR --plant    does it find what is wrong?

What is expected comes from what system.json declares (`may`, stacks, SHARED),
never from the registers, and for each address anew: the word before a region
may well belong to the same process. The controller (controller.c) reads the
probes from its window `matrix`, where QEMU has loaded them, and names those
that went otherwise.
"""

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.join(HERE, "..", "..", "tool")
sys.dont_write_bytecode = True
sys.path.insert(0, TOOL)

from cmrxlib import oracle, systemjson  # noqa: E402
from cmrxlib.elf import Elf  # noqa: E402
from cmrxlib.imagetables import process_struct  # noqa: E402
from cmrxlib.registers import is_wide  # noqa: E402
from cmrxlib.systemjson import number  # noqa: E402

PROBERS = 5
LEAST = 1000  # fewer probes than that are not the matrix
MAGIC = 0x4D545258
PROBE = struct.Struct("<I4B")  # struct probe in controller.c

# enum how in prober.h
READ, WRITE_BACK, WRITE, EXECUTE = range(4)
BY_VISITOR, BY_THREAD, BY_RELAY = 0, 0x10, 0x20
# enum cmrx_fault_kind
NONE, ACCESS, EXECUTED, BUS = 0, 1, 2, 5

HOWS = {READ: "read", WRITE_BACK: "write", WRITE: "write", EXECUTE: "execute"}
PATHS = {BY_VISITOR: "", BY_THREAD: " by its own thread",
         BY_RELAY: " by a thread that came through the relay"}
KINDS = {NONE: "came through", ACCESS: "access fault",
         EXECUTED: "execution fault", BUS: "bus fault"}

# The private peripheral bus: the processor itself refuses all of it to
# unprivileged code, before the protection unit (ARMv7-M ARM, B3.1).
PPB = (0xE0000000, 0xE0100000)
PAGE = 0x1000  # a device of Arm's: its numbers are at the end
RAM_ALIAS, DEVICE_ALIAS = (0x20000000, 0x22000000), (0x40000000, 0x42000000)
# Nobody's, on every board.
ELSEWHERE = {
    "address 0": (0, 4), "the last word": (0xFFFFFFFC, 4),
    "below RAM": (0x1FFFFFF0, 16), "external RAM": (0x60000000, 64),
    "external device": (0xA0000000, 64), "vendor space": (0xE0100000, 64),
    "MPU": (0xE000ED90, 20), "NVIC enable": (0xE000E100, 4),
    "SysTick": (0xE000E010, 16), "fault status": (0xE000ED28, 4),
    "software interrupt": (0xE000EF00, 4), "DWT": (0xE0001000, 8),
    "unmapped flash": (0x10000000, 64), "unmapped device": (0x5F000000, 64),
}

# The same for RISC-V. There nothing but the protection refuses, and what is the
# kernel's are devices.
ON_RISCV = {
    "address 0": (0, 4), "the last word": (0xFFFFFFFC, 4),
    "the reset code": (0x1000, 64), "below RAM": (0x7FFFFFF0, 16),
    "software interrupt": (0x02000000, 4), "time of the alarm": (0x02004000, 8),
    "time": (0x0200BFF8, 8), "priority of a line": (0x0C000004, 124),
    "pending lines": (0x0C001000, 8), "enabled lines": (0x0C002000, 8),
    "threshold": (0x0C200000, 4), "claim": (0x0C200004, 4),
    "finisher": (0x00100000, 4), "PCI configuration": (0x30008000, 64),
    "second flash": (0x22000000, 64), "unmapped": (0x5F000000, 64),
}

Probe = namedtuple("Probe", "prober address how path expected where")


# ---- Where there is something


def span(piece):
    base = number(piece["base"])
    return base, base + piece["size"]


def regions(system):
    """(name, first byte, end) of all that somebody might want to touch."""
    yield from kernel_regions(system)
    for process in system["processes"]:
        yield from process_regions(process, is_arm(system))
    for part in system["public_constants"]["parts"]:
        yield f"public constants of {part['process']}", *span(part)
    yield "public constants", *span(system["public_constants"])
    for name, device in system["board"]["devices"].items():
        yield f"device {name}", *span(device)
        base = number(device["base"])
        if is_arm(system) and DEVICE_ALIAS[0] <= base < DEVICE_ALIAS[0] + 0x100000:
            yield f"alias of {name}", *alias(base, 1, DEVICE_ALIAS)
    elsewhere = ELSEWHERE if is_arm(system) else ON_RISCV
    for name, (base, size) in elsewhere.items():
        yield name, base, base + size


def is_arm(system):
    return system["board"]["port"].startswith("arm")


def kernel_regions(system):
    for section in system["kernel"]["sections"]:
        yield f"kernel's {section['name']}", *span(section)
    for thing in system["kernel"]["objects"]:
        yield f"kernel's {thing['what']}", *span(thing)
    tables = number(system["kernel"]["tables"])
    yield "kernel's tables", tables, tables + 64
    if is_arm(system):
        yield "alias of kernel", *alias(
            number(system["board"]["ram"]["base"]), 64)
    for memory in ("flash", "ram"):
        yield memory, *span(system["board"][memory])


def process_regions(process, has_aliases):
    name = process["name"]
    for what in ("code", "memory", "shared"):
        if process[what]:
            yield f"{what} of {name}", *span(process[what])
    for region in process["regions"]:
        for piece in region["ranges"]:
            yield f"region {region['number']} of {name}", *span(piece)
    for section in process["sections"]:
        yield f"{section['name']} of {name}", *span(section)
        if "load" in section:
            load = number(section["load"])
            yield (f"load image of {section['name']} of {name}", load,
                   load + section["size"])
    for thread in process["threads"]:
        base, end = span(thread["stack"])
        yield f"stack of {name}.{thread['name']}", base, end
        yield f"half the stack of {name}.{thread['name']}", base, (
            base + end) // 2
    if process["memory"] and has_aliases:
        yield f"alias of memory of {name}", *alias(
            number(process["memory"]["base"]), process["memory"]["size"])


def alias(base, size, area=RAM_ALIAS):
    """A word for each bit of what is aliased."""
    start = area[1] + (base - area[0]) * 32
    return start, start + size * 32


def words(begin, end):
    """The words worth a probe: {address: which of the region}."""
    first, last = begin & ~3, (end - 1) & ~3
    found = {first: "first", last: "last", first - 4: "before", last + 4:
             "after", (first + last) // 2 & ~3: "middle of"}
    return {a: what for a, what in found.items() if 0 <= a < 1 << 32}


def places(system):
    """{address: what is there}, each word once."""
    found = {}
    for name, begin, end in regions(system):
        for address, what in words(begin, end).items():
            found.setdefault(address, f"{what} {name}")
    return dict(sorted(found.items()))


# ---- What is allowed


class Truth:
    """What one prober may touch, on one path, as declared."""

    def __init__(self, system, prober, path):
        self.process = system["processes"][prober]
        self.rights = [(*span(m), m["access"]) for m in self.process["may"]]
        self.unknown = []
        for name in lenders(path):
            self._add_shared(named(system, name))
        if path == BY_THREAD:
            self._add_stack(self.process["threads"][0])
        else:
            self._add_visitor(named(system, "controller")["threads"][0])
        self.devices = [span(w) for w in self.process["windows"]]
        self.has_last = is_arm(system)  # Arm's have a register there (PAGE)

    def _add_shared(self, lender):
        self.rights.append((*span(lender["shared"]), "rw"))

    def _add_stack(self, thread):
        self.rights.append((*span(thread["stack"]), "rw"))

    def _add_visitor(self, thread):
        """Half of the stack is certainly below the cut, and the frame at its
        top above. Where the cut is between them the port's own test shows."""
        base, end = span(thread["stack"])
        self.rights.append((base, (base + end) // 2, "rw"))
        self.unknown = [((base + end) // 2, end - 64)]

    def access(self, address):
        """Letters of what is allowed; None: not known."""
        if any(low <= address < high for low, high in self.unknown):
            return None
        return "".join(access for low, high, access in self.rights
                       if low <= address and address + 4 <= high)

    def is_quiet(self, address, how):
        """Devices whose other registers QEMU complains about."""
        for low, high in self.devices:
            if low <= address < high:
                return address == low or (
                    how == READ and address == high - 4 and self.has_last
                    and high - low == PAGE)
        return True


def lenders(path):
    """Who lends its SHARED: the caller, and where the chain has begun."""
    return {BY_VISITOR: ["controller"], BY_THREAD: [],
            BY_RELAY: ["controller", "relay"]}[path]


def named(system, name):
    return next(p for p in system["processes"] if p["name"] == name)


def refusal(address, how):
    if how == EXECUTE:
        return EXECUTED
    return BUS if PPB[0] <= address < PPB[1] else ACCESS


def wanted(truth, address, harmless):
    """(how, expected) of the probes of a word."""
    access = truth.access(address)
    if access is None:
        return
    yield READ, NONE if "r" in access else refusal(address, READ)
    write = WRITE_BACK if "r" in access else WRITE
    yield write, NONE if "w" in access else refusal(address, write)
    if "x" not in access:
        yield EXECUTE, refusal(address, EXECUTE)
    elif address == harmless:
        yield EXECUTE, NONE


def harmless_of(elf, system):
    """Addresses of the function `harmless` of each prober."""
    found = {}
    for symbol in elf.symbols:
        if symbol.name == "harmless":
            for index, process in enumerate(system["processes"]):
                low, high = span(process["code"])
                if low <= symbol.value < high:
                    found[index] = symbol.value & ~1
    return found


def matrix(system, elf):
    """All probes."""
    harmless = harmless_of(elf, system)
    assert sorted(harmless) == list(range(PROBERS)), harmless
    there = places(system)
    for index, address in harmless.items():
        name = system["processes"][index]["name"]
        there[address] = f"function `harmless` of {name}"
    found = []
    for prober in range(PROBERS):
        for path in PATHS:
            truth = Truth(system, prober, path)
            found += [Probe(prober, address, how, path, expected, where)
                      for address, where in there.items()
                      for how, expected in wanted(truth, address,
                                                  harmless[prober])
                      if truth.is_quiet(address, how)]
    return found


# ---- One run


def write_matrix(probes, path):
    with open(path, "wb") as file:
        file.write(struct.pack("<2I", MAGIC, len(probes)))
        for p in probes:
            file.write(PROBE.pack(p.address, p.prober, p.how | p.path,
                                  p.expected, 0))


def play(args, system, folder, probes, options=()):
    """(result, what the system says to the probes, what QEMU says)"""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "matrix.bin")
        write_matrix(probes, path)
        base = named(system, "controller")["windows"][-1]["base"]
        done = subprocess.run(
            [sys.executable, os.path.join(TOOL, "cmrx"), "run", folder,
             "--batch", "--deterministic", "--last", "", "--plugins",
             args.plugins, "--timeout", "300", "--qemu=-device",
             f"--qemu=loader,file={path},addr={base},force-raw=on",
             *options], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace")
    return done.returncode, done.stdout, done.stderr


WRONG = re.compile(r"^wrong (\d+): (.*)$", re.M)


def explain(system, probe, said):
    name = system["processes"][probe.prober]["name"]
    return (f"{name}: {HOWS[probe.how]} {probe.address:#010x} "
            f"({probe.where}){PATHS[probe.path]}: expected: "
            f"{KINDS[probe.expected]}; it was: {said}")


def says(output, probes, wrong):
    return f"\n{probes} probes, {wrong} wrong\n" in "\n" + output


def wrong_ones(probes, output):
    return [(probes[int(index)], said)
            for index, said in WRONG.findall(output)]


def check(args, system, probes):
    """0 when all went as declared."""
    code, output, errors = play(args, system, args.system, probes, ["--oracle"])
    wrong = wrong_ones(probes, output)
    for probe, said in wrong:
        print("WRONG " + explain(system, probe, said))
    if code or wrong or len(probes) < LEAST or not says(
            output, len(probes), 0):
        print(WRONG.sub("", output).strip() + "\n" + errors)
        return 1
    print(f"{len(probes)} probes, 0 wrong")
    return 0


# ---- Holes


def all_eighths(image, at, _other):
    image[at] &= ~0xFF00


def with_other_byte(byte):
    """PMP: the entry with other rights."""
    def change(image, at, _other):
        shift = next(n for n in (0, 8, 16, 24) if image[at] >> n & 0xFF)
        image[at] = byte << shift
    return change


def next_napot(image, at, _other):
    image[at - 1] |= (image[at - 1] + 1) & ~image[at - 1]  # one 1 more below


def memory_of_other_pmp(image, at, other):
    image[at - 1], image[at] = other[2], 0x1B000000


def writable_code(image, at, _other):
    image[at] = image[at] & ~(7 << 24) | 3 << 24


def executable(image, at, _other):
    image[at] &= ~(1 << 28)


def twice_as_large(image, at, _other):
    image[at] += 2  # SIZE is bits 1..5


def memory_of_other(image, at, other):
    image[at - 1], image[at] = other[2] & ~15 | 4, other[3]


def by_a_piece(step):  # of PMSAv8
    def change(image, at, _other):
        image[at] += step
    return change


def memory_of_other_8(image, at, other):
    image[at - 1], image[at] = other[2], other[3]


# name: (prober whose map it is, index of RASR in struct process_image, change)
HOLES = {
    "memory with all its eighths": (0, 3, all_eighths),
    "code with all its eighths": (2, 1, all_eighths),
    "code that can be written": (2, 1, writable_code),
    "memory that can be executed": (4, 3, executable),
    "a window of twice the size": (3, 5, twice_as_large),
    "the memory of another as second window": (4, 7, memory_of_other),
}


CODE_OF_MORE = "code of twice the size"
HOLES_OF_RISCV = {
    "memory of twice the size": (0, 3, next_napot),
    CODE_OF_MORE: (4, 1, next_napot),
    "code that can be written": (2, 1, with_other_byte(0x1F)),
    "memory that can be executed": (4, 3, with_other_byte(0x1F)),
    "a window of twice the size": (3, 5, next_napot),
    "the memory of another as second window": (4, 7, memory_of_other_pmp),
}


# Of wide maps, in the regions that others have not: 8 to 15.
WIDE_HOLES = {
    "a ninth window that is longer": (3, 21, by_a_piece(32)),
    "a third window that begins before": (3, 8, by_a_piece(-32)),
    "the memory of another as last window": (4, 23, memory_of_other_8),
}
WIDE_HOLES_OF_RISCV = {
    "a ninth window of twice the size": (3, 23, next_napot),
    "a third window that can be executed": (3, 11, with_other_byte(0x1F)),
    "the memory of another as last window": (4, 23, memory_of_other_pmp),
}


def holes_of(system):
    if is_wide(system["board"]):
        return WIDE_HOLES if is_arm(system) else WIDE_HOLES_OF_RISCV
    return HOLES if is_arm(system) else HOLES_OF_RISCV


def patch(elf, hole, system):
    """Plants a hole in the tables of an image."""
    prober, at, change = holes_of(system)[hole]
    table = next(s for s in elf.symbols if s.name == "process_images"
                 and elf.section_name(s).startswith(".kernel."))
    section = elf.sections[table.section]
    start = section.offset + table.value - section.address

    layout = process_struct(system["board"])

    def image_of(index):
        return list(layout.unpack_from(elf.data, start + index * layout.size))

    image, first = image_of(prober), at // 8 * 8 + 1
    before = list(image)
    if not is_arm(system):  # where the first pmpcfg of four is all of theirs
        image[first] &= 0xFF
    change(image, at, image_of(0))
    if not is_arm(system):
        image[first] |= image[first + 2] | image[first + 4] | image[first + 6]
    assert image != before, f"{hole}: nothing changes; choose another process"
    layout.pack_into(elf.data, start + prober * layout.size, *image)


def find_hole(args, system, probes, hole):
    """Is the hole reported, for that process and no other?"""
    prober = holes_of(system)[hole][0]
    elf = Elf.load(oracle.the_elf(args.system))
    patch(elf, hole, system)
    few = [p for p in probes if p.prober == prober and p.path == BY_VISITOR]
    if hole == CODE_OF_MORE:  # what is executed there may never come back
        few = [p for p in few if p.how != EXECUTE]
    others = [p for p in probes if p.prober == 1 and p.path == BY_VISITOR][:50]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(args.system, "system.json"), folder)
        with open(os.path.join(folder, "holed.elf"), "wb") as file:
            file.write(elf.data)
        code, output, errors = play(args, system, folder, few + others)
    wrong = wrong_ones(few + others, output)
    found = (code == 1 and wrong and all(p.prober == prober for p, _ in wrong)
             and says(output, len(few + others), len(wrong)))
    print(f"{'found' if found else 'NOT FOUND'}: {hole}: {len(wrong)} wrong")
    if found:
        print("    such as " + explain(system, *wrong[0]))
    else:
        print(output + errors)
    return 0 if found else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--plant", action="store_true")
    args = parser.parse_args()
    system = systemjson.load(os.path.join(args.system, "system.json"))
    probes = matrix(system, Elf.load(oracle.the_elf(args.system)))
    if args.plant:
        return max(find_hole(args, system, probes, h)
                   for h in holes_of(system))
    return check(args, system, probes)


if __name__ == "__main__":
    sys.exit(main())
