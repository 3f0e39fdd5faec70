"""oracle.py - `cmrx oracle SYSTEM_DIR`: the map for the isolation oracle.

Writes what each process may touch (system.json) and where the kernel keeps who
runs (the ELF's symbols) as the text that tool/plugin/map.c reads, and judges
what the plugin has reported.
"""

import glob
import os
import re
import struct
import sys

from . import armv7m, riscv, systemjson
from .elf import SHT_PROGBITS, Elf
from .model import Refused
from .systemjson import number

# The order of kernel_offsets in kernel/layout.c.
OFFSETS = ("thread.inside", "thread.slice", "thread.depth", "image.calls",
           "sizeof image", "call.caller", "sizeof call")
STACK = re.compile(r"^STACK (?:thread (\d+)|kernel) (\d+)$", re.M)
VERDICT = re.compile(r"^ORACLE stores (\d+) violations (\d+)$", re.M)


# ---- The kernel


def kernel_symbol(elf, system, name):
    """The kernel's symbol of that name; a process may have one, too."""
    areas = [(number(s["base"]), s["size"])
             for s in system["kernel"]["sections"]]
    found = [s for s in elf.symbols if s.name == name and any(
        base <= s.value < base + size for base, size in areas)]
    if len(found) != 1:
        raise Refused(f"{elf.path}: the kernel has {len(found)} symbols "
                      f"{name}; the oracle needs one (kernel/layout.c)")
    return found[0]


def words_at(elf, address, count):
    for s in elf.sections:
        if s.type == SHT_PROGBITS and s.address <= address < s.address + s.size:
            return struct.unpack_from(f"<{count}I", elf.data,
                                      s.offset + address - s.address)
    raise Refused(f"{elf.path}: no contents at {address:#x}")


def told(elf, name, count):
    """Words of what the kernel tells its tools (kernel/layout.c)."""
    section = elf.section(".told")
    found = [s for s in elf.symbols if s.name == name and section
             and s.section == section.index]
    if len(found) != 1 or found[0].size != 4 * count:
        raise Refused(f"{elf.path}: {name} is not {count} words in .told")
    return struct.unpack_from(f"<{count}I", elf.data, section.offset
                              + found[0].value - section.address)


def kernel_line(elf, system):
    offset = dict(zip(OFFSETS, told(elf, "kernel_offsets", len(OFFSETS))))
    arrays = {o["symbol"]: o for o in system["kernel"]["objects"]}
    words = [kernel_symbol(elf, system, "running").value]
    for name, count in (("threads", len(list(threads(system)))),
                        ("processes", len(system["processes"]))):
        array = arrays[name]
        words += [number(array["base"]), array["size"] // count]
    words += [offset[name] for name in (
        "thread.inside", "thread.slice", "thread.depth", "call.caller",
        "sizeof call")]
    return "kernel " + " ".join(f"{w:x}" for w in words)


def stack_line(system):
    for section in system["kernel"]["sections"]:
        if section["name"] == ".stack":
            port = riscv if system["board"]["port"] == "riscv32" else armv7m
            return f"stack {bounds(section)} {port.CONTEXT_SP:x}"
    raise Refused("system.json: the kernel has no .stack")


def entry_lines(elf, system):
    """Of RISC-V, where the kernel has them: its short ways in assembly, which
    store at the stack pointer of a thread."""
    if system["board"]["port"] == "riscv32" \
            and any(s.name == "entry_irq" for s in elf.symbols):
        low, high = (kernel_symbol(elf, system, name).value
                     for name in ("entry", "entry_irq"))
        yield f"entry {low:x} {high:x}"


def kernel_code(system):
    """Begin and end of the kernel's code, for counting."""
    for section in system["kernel"]["sections"]:
        if section["name"] == ".text":
            base = number(section["base"])
            return base, base + section["size"]
    raise Refused("system.json: the kernel has no .text")


# ---- The processes


def threads(system):
    """(number of its home, thread) in the order of the kernel's threads[]."""
    for home, process in enumerate(system["processes"]):
        for thread in process["threads"]:
            yield home, thread


def bounds(piece):
    base = number(piece["base"])
    return f"{base:x} {base + piece['size']:x}"


def process_lines(index, process):
    """What a process may touch besides the stacks of threads."""
    for right in process["may"]:
        how = "rw" if "w" in right["access"] else "ro"
        yield f"range {index} {bounds(right)} {how}"
    if process["shared"]:
        yield f"range {index} {bounds(process['shared'])} shared"


def map_lines(system, elf, forget=()):
    """The map; memory of the processes in `forget` is left out, so that a test
    can see that the oracle finds what it should."""
    processes = system["processes"]
    names = [p["name"] for p in processes]
    for name in forget:
        if name not in names:
            raise Refused(f"no process {name}; there are: {' '.join(names)}")
    yield f"# {system['name']} {system['build_id']}, by cmrx oracle"
    yield kernel_line(elf, system)
    yield stack_line(system)
    yield from entry_lines(elf, system)
    for name in names:
        yield f"process {name}"
    for home, t in threads(system):
        yield (f"thread {t['name']} {home} {bounds(t['stack'])} "
               f"{number(t['calls']):x}")
    for i, process in enumerate(processes):
        if process["name"] not in forget:
            yield from process_lines(i, process)


def the_elf(folder):
    found = glob.glob(os.path.join(folder, "*.elf"))
    if not found:
        raise Refused(f"{folder} holds no system; " + where_systems_are(folder))
    if len(found) > 1:
        raise Refused(f"{folder} holds {len(found)} systems, not one")
    return found[0]


def where_systems_are(folder):
    """For who has given the build folder, the image, or what was not built."""
    inside = sorted(os.path.dirname(path) for path in
                    glob.glob(os.path.join(folder, "*", "system.json")))
    if inside:
        return f"there is one in each of: {', '.join(inside)}"
    if folder.endswith(".elf"):
        return "give the folder that the image is in"
    return "build it first: cmake --build BUILD --target SYSTEM, then BUILD/SYSTEM"


def write_map(folder, where=None, forget=()):
    """Writes oracle.map for the system in a folder; its path."""
    system = systemjson.load(os.path.join(folder, "system.json"))
    elf = Elf.load(the_elf(folder))
    path = os.path.join(where or folder, "oracle.map")
    with systemjson.followed(folder):
        lines = list(map_lines(system, elf, forget))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


# ---- What the plugin says


def judge(report, out=sys.stderr, planted=False, limits=None,
          planted_bound=False):
    """0 when every store was allowed and there were some, and no stack was used
    deeper than its bound (limits, see stack_limits()); when a violation or a
    bound was planted, 0 when that was found."""
    try:
        with open(report, encoding="utf-8") as file:
            text = file.read()
    except OSError:
        text = ""
    verdict = VERDICT.search(text)
    if not verdict:
        print("oracle: no verdict; it did not run to the end", file=out)
        return 1
    stores, violations = int(verdict[1]), int(verdict[2])
    deep = list(too_deep(text, limits or {}))
    good = stores > 0 and bool(violations) == planted \
        and bool(deep) == planted_bound
    if not good:
        print(text, end="", file=out)
    for line in deep:
        print(f"oracle: {line}", file=out)
    print(f"oracle: {stores} stores checked, {violations} violations"
          + (" of what was planted" if planted else "")
          + f", {len(limits or {})} stacks, {len(deep)} deeper than their bound",
          file=out)
    return 0 if good else 1


# ---- Stacks


def stack_limits(system, planted=()):
    """{number of a thread, or None for the kernel: (name, bound)}. Each of
    `planted`, "process.thread=BYTES" or "kernel=BYTES", is believed instead."""
    limits = {None: ("kernel", system["kernel"]["stack"]["bound"])}
    for home, thread in threads(system):
        name = f"{system['processes'][home]['name']}.{thread['name']}"
        limits[thread["number"]] = name, thread["stack"]["bound"]
    for text in planted:
        name, _, size = text.partition("=")
        found = [n for n, (known, _) in limits.items() if known == name]
        if not found or not size.isdigit():
            raise Refused(f"--bound {text}: write PROCESS.THREAD=BYTES or "
                          "kernel=BYTES")
        limits[found[0]] = name, int(size)
    return limits


def measured(text):
    """{number of a thread, or None: bytes} of a report."""
    return {int(number) if number else None: int(deepest)
            for number, deepest in STACK.findall(text)}


def write_stacks(report, system, path):
    """Adds `system stack size bound used` for each stack to a file."""
    with open(report, encoding="utf-8") as file:
        found = measured(file.read())
    sizes = {None: next(s["size"] for s in system["kernel"]["sections"]
                        if s["name"] == ".stack")}
    sizes.update((t["number"], t["stack"]["size"]) for _, t in threads(system))
    with open(path, "a", encoding="utf-8") as file:
        for number, (name, bound) in stack_limits(system).items():
            file.write(f"{system['name']} {name} {sizes[number]} {bound} "
                       f"{found.get(number, 0)}\n")


def too_deep(text, limits):
    found = measured(text)
    for number, (name, bound) in limits.items():
        if number not in found:
            yield f"the stack of {name} was not measured"
        elif found[number] > bound:
            yield (f"the stack of {name} was used {found[number]} bytes deep; "
                   f"its bound is {bound}")


def run(args):
    print(write_map(args.system, forget=args.forget))
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "oracle", help="write the map for the isolation oracle")
    parser.add_argument("system", help="folder of a built system")
    parser.add_argument("--forget", action="append", default=[],
                        metavar="PROCESS",
                        help="leave its memory out: then it must be reported")
    parser.set_defaults(run=run)
