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

from . import systemjson
from .elf import SHT_PROGBITS, Elf
from .model import Refused
from .systemjson import number

# The order of kernel_offsets in kernel/layout.c.
OFFSETS = ("thread.inside", "thread.slice", "thread.depth", "image.calls",
           "sizeof image", "call.caller", "sizeof call")
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


def kernel_line(elf, system):
    table = kernel_symbol(elf, system, "kernel_offsets")
    if table.size != 4 * len(OFFSETS):
        raise Refused(f"{elf.path}: kernel_offsets is not {OFFSETS}")
    offset = dict(zip(OFFSETS, words_at(elf, table.value, len(OFFSETS))))
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
    if len(found) != 1:
        raise Refused(f"{folder} holds {len(found)} systems, not one")
    return found[0]


def write_map(folder, where=None, forget=()):
    """Writes oracle.map for the system in a folder; its path."""
    system = systemjson.load(os.path.join(folder, "system.json"))
    elf = Elf.load(the_elf(folder))
    path = os.path.join(where or folder, "oracle.map")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(map_lines(system, elf, forget)) + "\n")
    return path


# ---- What the plugin says


def judge(report, out=sys.stderr, planted=False):
    """0 when every store was allowed and there were some; when a violation was
    planted, 0 when it was found."""
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
    good = stores > 0 and bool(violations) == planted
    if not good:
        print(text, end="", file=out)
    print(f"oracle: {stores} stores checked, {violations} violations"
          + (" of what was planted" if planted else ""), file=out)
    return 0 if good else 1


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
