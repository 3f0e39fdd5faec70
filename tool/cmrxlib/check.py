"""check.py - `cmrx check system.json S.elf`: does the image obey its description?

Reads the protection registers as they stand in the image's tables, with a
decoder of its own, and compares what they allow with what the description says
each process may touch. Nothing here uses the code that placed and encoded.

    the description is as it was written, and of this image
    every section lies where it says, and nothing else is in the image
    every byte that is loaded is of such a section, and each of these is loaded
    each block is as large as its contents need; SHARED holds nothing private
    nothing that belongs to two owners overlaps
    every register image allows exactly what is declared
    the tables name those threads, services and interrupts, and no others
    what the description says twice agrees
    the bytes of kernel and processes are those of their objects (if at hand)
"""

import os
from collections import Counter

from . import kernelobj, oracle, registers, systemjson
from .kernelobj import ALLOCATED, NO_BITS
from .checkbytes import check_bytes
from .imagetables import check_tables
from .model import Refused
from .registers import merged, span
from .systemjson import number
from .twice import check_twice


class Checker:
    """One description and one image; collects what is wrong."""

    def __init__(self, described, elf, folder, needs_objects=False):
        self.described, self.elf, self.folder = described, elf, folder
        self.needs_objects = needs_objects
        self.processes = described["processes"]
        self.problems = []

    def wrong(self, what):
        self.problems.append(what)

    def same(self, what, found, wanted):
        if found != wanted:
            self.wrong(f"{what}: {shown(found)} in the image, "
                       f"{shown(wanted)} in the description")


def shown(value):
    if isinstance(value, int):
        return f"{value:#x}"
    if isinstance(value, list):
        return ", ".join(f"{low:#x}..{high:#x} {access}"
                         for low, high, access in value) or "nothing"
    return str(value)


# ---- The description itself


def check_identity(check):
    described = check.described
    if systemjson.identity(described) != described["build_id"]:
        check.wrong("system.json was changed after the layout wrote it")
    symbol = check.elf.symbol("cmrx_build_id")
    found = check.elf.at(symbol.value, systemjson.ID_DIGITS + 1)
    check.same("build id", found.decode("ascii", "replace"),
               described["build_id"] + "\0")


def check_reasons(check):
    """What a process may touch follows from what it is and was granted."""
    devices = check.described["board"]["devices"]
    for process in check.processes:
        wanted = [span(process["code"], "rx")]
        if process["memory"]:
            wanted.append(span(process["memory"], "rw"))
        for window in process["windows"]:
            wanted.append(reason(check, process, window, devices))
        if check.described["public_constants"]:
            wanted.append(span(check.described["public_constants"], "r"))
        stated = [span(m, m["access"]) for m in process["may"]]
        check.same(f"process {process['name']} may touch", merged(stated),
                   merged(wanted))


def check_grants(check):
    """Rights and interrupts, too, are granted; a line is the board's."""
    devices = check.described["board"]["devices"].values()
    for process in check.processes:
        who, granted = f"process {process['name']}", {"IRQ": [], "RIGHT": []}
        for grant in process["grants"]:
            granted.setdefault(grant["kind"], []).append(grant["what"])
        mine = [i for i in check.described["interrupts"]
                if i["process"] == process["name"]]
        check.same(f"{who}: rights", str(sorted(process["rights"])),
                   str(sorted(set(granted["RIGHT"]))))
        check.same(f"{who}: interrupts", str(sorted(i["irq"] for i in mine)),
                   str(sorted(granted["IRQ"])))
        for interrupt in mine:
            name = interrupt["irq"].rpartition(".")[2]
            if interrupt["line"] not in [d["irqs"].get(name) for d in devices]:
                check.wrong(f"{who}: {name} is not line {interrupt['line']} "
                            "of the board")


def reason(check, process, window, devices):
    """The device, or the description, that a window was granted for."""
    kind, what = "MMIO", window["device"]
    source = devices.get(what)
    if what == "info":
        kind, what, source = "INFO", "", check.described["info"]
    granted = [g for g in process["grants"]
               if g["kind"] == kind and g["what"] == what]
    if not granted or not source:
        check.wrong(f"process {process['name']}: window {window['name']} was "
                    "never granted")
        return 0, 0, ""
    return span(source, "r" if kind == "INFO" else "rw")


# ---- Sections

OURS = (".vectors", ".kernel.", ".process.", ".cmrx.", ".left_over")


def check_sections(check):
    wanted = dict(expected_sections(check.described))
    allocated = [s for s in check.elf.sections
                 if s.flags & ALLOCATED and s.size]
    found = {s.name: s for s in allocated}
    for name, count in Counter(s.name for s in allocated).items():
        if count > 1 and name.startswith(OURS):
            check.wrong(f"section {name} is in the image {count} times")
    for name in sorted(set(wanted) - set(found)):
        check.wrong(f"section {name} is not in the image")
    for name in sorted(set(found) - set(wanted)):
        check_foreign(check, found[name])
    for name in sorted(set(found) & set(wanted)):
        base, size, load = wanted[name]
        section = found[name]
        check.same(f"section {name}: address", section.address, base)
        if size is not None:
            check.same(f"section {name}: size", section.size, size)
        if section.type != NO_BITS:
            check.same(f"section {name}: load address",
                       check.elf.load_address(section), load or base)


def check_foreign(check, section):
    """Beside a vendor's linker script there may be more, outside of what the
    board says is ours."""
    name = section.name
    if not check.described["linker_script"] or name.startswith(OURS):
        check.wrong(f"section {name} of the image is in no description")
        return
    places = {section.address, check.elf.load_address(section)}
    for memory in ("flash", "ram"):
        low, high, _ = span(check.described["board"][memory], "")
        for base in sorted(places):
            if base < high and low < base + section.size:
                check.wrong(
                    f"section {name} of {check.described['linker_script']} "
                    f"lies at {base:#x}, in the {memory} that board.json says "
                    "is CMRX's: give it another part")


def check_instructions(check):
    """A Cortex-M has Thumb instructions alone. What a vendor's code is compiled with
    is his affair, and the compiler's own choice is Arm: it ends before the first line
    on the console. The assembler marks both ($a, $t)."""
    board = check.described["board"]
    for symbol in check.elf.symbols:
        if board["port"] != "riscv32" and symbol.name.split(".")[0] == "$a":
            check.wrong(
                f"at {symbol.value:#x} there are Arm instructions, which a "
                f"{board['cpu']} has not. What LIBRARIES names has to be compiled "
                f"with -mcpu={board['cpu']} -mthumb")
            return


def check_segments(check):
    """What a loader writes: no byte of flash twice, nothing into RAM."""
    ram = span(check.described["board"]["ram"], "")
    loads = sorted((load, load + size) for _, load, size in check.elf.segments)
    for (low, end), (base, _) in zip(loads, loads[1:]):
        if base < end:
            check.wrong(f"segments overlap at {base:#x}")
    for low, high in loads:
        if low < ram[1] and ram[0] < high:
            check.wrong(f"a segment is loaded into RAM at {low:#x}")


def expected_sections(described):
    """(name, (base, size, load address)) of all there may be."""
    for piece in described["kernel"]["sections"]:
        name = piece["name"]
        yield name if name == ".vectors" else f".kernel{name}", where(piece)
    yield ".kernel.tables", (number(described["kernel"]["tables"]), None, None)
    if described["info"]:
        yield ".cmrx.info", (number(described["info"]["base"]),
                             described["info"]["used"], None)
    for process in described["processes"]:
        for piece in process["sections"]:
            yield f".process.{process['name']}{piece['name']}", where(piece)


def where(piece):
    load = number(piece["load"]) if "load" in piece else None
    return number(piece["base"]), piece["size"], load


def check_symbols(check):
    """What reset goes by: the kernel's stack, and what it copies and clears."""
    pieces = {s["name"]: s for s in check.described["kernel"]["sections"]}
    values = {s.name: s.value for s in check.elf.symbols
              if s.name.startswith("cmrx_kernel_")}
    for name, ends in ((".data", ("data_begin", "data_end")),
                       (".bss", ("bss_begin", "bss_end")),
                       (".stack", ("stack_bottom", "stack_top"))):
        low, high = (values[f"cmrx_kernel_{end}"] for end in ends)
        if name not in pieces:
            check.same(f"kernel {name}: bytes", high - low, 0)
            continue
        check.same(f"kernel {name}", [(low, high, "")],
                   [span(pieces[name], "")])
    if "load" in pieces.get(".data", ()):
        check.same("kernel .data: initial contents",
                   values["cmrx_kernel_data_from"],
                   number(pieces[".data"]["load"]))
    at = registers.of(check.described["board"]).VECTORS_AT
    vectors = check.elf.at(number(pieces[".vectors"]["base"]) + at, 4)
    check.same("stack of the first vector", int.from_bytes(vectors, "little"),
               values["cmrx_kernel_stack_top"])


def check_entry(check):
    """A debugger begins where the processor does after a reset: by the second
    vector, RISC-V at the first. A vendor's code may come before."""
    described = check.described
    wanted = number(next(s["base"] for s in described["kernel"]["sections"]
                         if s["name"] == ".vectors"))
    if described["board"]["port"] != "riscv32":
        wanted = int.from_bytes(check.elf.at(wanted + 4, 4), "little")
    if check.elf.entry != wanted and not described["linker_script"]:
        check.wrong(f"the image begins at {check.elf.entry:#x}, and reset at "
                    f"{wanted:#x}")


def check_bounds(check):
    """Each stack is as large as its bound, and the bound is its chain."""
    stacks = [("kernel", check.described["kernel"]["stack"], None)]
    stacks += [(f"{p['name']}.{t['name']}", t["stack"], t["stack"]["size"])
               for p in check.processes for t in p["threads"]]
    for who, stack, size in stacks:
        if size is None:
            pieces = check.described["kernel"]["sections"]
            size = next(s["size"] for s in pieces if s["name"] == ".stack")
        if stack["bound"] > size:
            check.wrong(f"stack of {who}: {size} bytes, and it can use "
                        f"{stack['bound']}")
        check.same(f"stack of {who}: bytes of its deepest way",
                   sum(step["bytes"] for step in stack["chain"]),
                   stack["bound"])


def check_loaded(check):
    """Each byte that a loader writes is of a section, or a zero between two."""
    if check.described["linker_script"]:
        return  # his segments are his; his sections are looked at above
    pieces = [(check.elf.load_address(s), s.size) for s in check.elf.sections
              if s.flags & ALLOCATED and s.type != NO_BITS and s.size]
    for load, data in check.elf.loaded:
        rest = bytearray(data)
        for base, size in pieces:
            low, high = max(base - load, 0), base - load + size
            if low < high:
                rest[low:high] = bytes(len(rest[low:high]))
        at = next((n for n, byte in enumerate(rest) if byte), None)
        if at is not None:
            check.wrong(f"a byte at {load + at:#x} is in no section")


def check_contents(check):
    """A loader goes by segments: they hold what is looked at here as sections."""
    for section in check.elf.sections:
        if not section.flags & ALLOCATED or section.type == NO_BITS or \
                not section.size:
            continue
        base = check.elf.load_address(section)
        if not any(data[max(base - load, 0) :][: section.size] == section.data
                   for load, data in check.elf.loaded if load <= base):
            check.wrong(f"section {section.name} is not what would be loaded "
                        f"at {base:#x}")


HOMES = {".text": "code", ".rodata": "code", ".shared_data": "shared",
         ".shared_bss": "shared", ".data": "memory", ".bss": "memory"}


def check_homes(check):
    """Each section lies in what its process owns, or in public constants."""
    for process in check.processes:
        for piece in process["sections"]:
            home = process[HOMES[piece["name"]]] \
                if piece["name"] in HOMES else \
                check.described["public_constants"]
            low, high, _ = span(piece, "")
            if not home or not inside(low, high, span(home, "")):
                check.wrong(f"process {process['name']}: {piece['name']} lies "
                            "outside of what belongs to it")


def check_blocks(check):
    """SHARED is of its process's memory, and holds nothing else of it; no block
    is larger than what is in it needs."""
    for process in check.processes:
        who = f"process {process['name']}"
        placed = {p["name"]: span(p, "") for p in process["sections"]}
        for what in ("code", "memory", "shared"):
            mine = [placed[n] for n, home in HOMES.items() if n in placed
                    and what in (home, {"shared": "memory"}.get(home))]
            if process[what]:
                check_block(check, f"{who}: {what}", process[what], mine)
        if process["shared"]:
            check_shared(check, who, process, placed)
        for thread in process["threads"]:
            stack = thread["stack"]
            declared = stack["declared"]
            if declared != "auto" and not (
                    0 <= stack["size"] - declared < stack["granule"]):
                check.wrong(f"{who}: the stack of {thread['name']} has not "
                            "the size that was declared")
    public = [span(p, "") for process in check.processes
              for p in process["sections"] if p["name"] == ".public"]
    if check.described["public_constants"]:
        check_block(check, "public constants",
                    check.described["public_constants"], public)


def check_block(check, what, block, pieces):
    granule = block.get("tail", block)["granule"]
    end = max((high for _, high, _ in pieces), default=0)
    if not 0 <= number(block["base"]) + block["size"] - end < granule:
        check.wrong(f"{what} is larger or smaller than its contents need")


def check_shared(check, who, process, placed):
    low, high, _ = span(process["shared"], "")
    memory = process["memory"] and span(process["memory"], "")
    if not memory or not inside(low, high, memory):
        check.wrong(f"{who}: SHARED is not in its memory")
    for name in (".data", ".bss"):
        base, end, _ = placed.get(name, (0, 0, ""))
        if base < high and low < end:
            check.wrong(f"{who}: SHARED holds a part of {name}")


def inside(low, high, home):
    return home[0] <= low and high <= home[1]


# ---- Owners

def processors_own(board):
    """(low, high) of its registers, and of what changes RAM and devices bit by
    bit (DDI 0403E, B3.1; bit-band: Cortex-M3 and M4 manuals)."""
    for device in board["kernel_devices"].values():
        yield span(device, "")[:2]
    if board["port"] == "riscv32":
        return
    yield 0xE0000000, 1 << 32
    if board["cpu"].partition("+")[0] in ("cortex-m3", "cortex-m4"):
        yield 0x22000000, 0x24000000
        yield 0x42000000, 0x44000000


def check_owners(check):
    """Sorted by address, each ends before the next begins."""
    owned = sorted(owners(check), key=lambda o: (o[1], o[2]))
    for (one, _, end, _), (other, base, _, _) in zip(owned, owned[1:]):
        if base < end:
            check.wrong(f"{one} and {other} overlap at {base:#x}")
    board = check.described["board"]
    for who, low, high, is_window in owned:
        if is_window and any(low < end and base < high
                             for base, end in processors_own(board)):
            check.wrong(f"{who} at {low:#x}: that is the processor's own")
        memories = [span(board[m], "") for m in ("flash", "ram")]
        within = any(inside(low, high, m) for m in memories)
        if within == is_window:
            check.wrong(f"{who} at {low:#x} lies "
                        + ("in memory" if within else "outside of memory"))


def owners(check):
    """(who, low, high, is a window) of all that is somebody's alone."""
    described = check.described
    for name, (base, size, load) in expected_sections(described):
        if size is None:
            size = next((s.size for s in check.elf.sections
                         if s.name == name), 0)
        if name.startswith((".kernel", ".vectors")):
            yield f"section {name} of the kernel", base, base + size, False
        if load is not None:
            yield f"load image of {name}", load, load + size, False
    for piece, who in ((described["public_constants"], "public constants"),
                       (described["info"], "the description")):
        if piece:
            yield (who, *span(piece, "")[:2], False)
    for process in check.processes:
        yield from process_owns(process)


def process_owns(process):
    name = process["name"]
    for what in ("code", "memory"):
        if process[what]:
            yield (f"{what} of {name}", *span(process[what], "")[:2], False)
    for thread in process["threads"]:
        yield (f"stack of {name}.{thread['name']}",
               *span(thread["stack"], "")[:2], False)
    for window in process["windows"]:
        if window["device"] != "info":
            yield (f"window {window['name']} of {name}",
                   *span(window, "")[:2], True)


# ---- The command


STEPS = (check_identity, check_reasons, check_grants, check_sections,
         check_instructions, check_segments, check_loaded, check_contents, check_symbols,
         check_entry, check_bounds, check_homes, check_blocks, check_owners, check_tables,
         check_twice, check_bytes)


def problems(described, elf, folder, steps=STEPS, needs_objects=False):
    """What is wrong, as lines; nothing when the image obeys."""
    check = Checker(described, elf, folder, needs_objects)
    for step in steps:
        try:
            step(check)
        except systemjson.NONSENSE as error:
            check.wrong(f"{step.__name__}: the description cannot be followed "
                        f"({type(error).__name__}: {error})")
        except Refused as error:
            check.wrong(str(error))
    return check.problems


def files_of(args):
    """(system.json, image) of what was named: both, or the folder of a system."""
    if args.elf is not None:
        return args.description, args.elf
    folder = args.description
    if not os.path.isdir(folder) and os.path.basename(folder) == "system.json":
        folder = os.path.dirname(folder) or "."
    return os.path.join(folder, "system.json"), oracle.the_elf(folder)


def run(args):
    args.description, args.elf = files_of(args)
    described = systemjson.load(args.description)
    elf = kernelobj.read_elf(args.elf)
    folder = os.path.dirname(os.path.abspath(args.description))
    with systemjson.followed(args.description):
        found = problems(described, elf, folder, needs_objects=args.objects)
    if found:
        raise Refused(f"{args.elf} does not obey {args.description}:\n  "
                      + "\n  ".join(found))
    threads = sum(len(p["threads"]) for p in described["processes"])
    print(f"{described['name']} {described['build_id']}: "
          f"{len(described['processes'])} processes, {threads} threads: "
          "the image allows what is described, and nothing else")
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "check", help="prove that an image obeys its system.json")
    parser.add_argument("description", metavar="SYSTEM",
                        help="folder of a built system, or its system.json")
    parser.add_argument("elf", metavar="S.elf", nargs="?",
                        help="another image than that of the folder")
    parser.add_argument(
        "--objects", action="store_true",
        help="the objects that it was linked from have to be there, too")
    parser.set_defaults(run=run)


if __name__ == "__main__":
    from .command import alone
    raise SystemExit(alone(register))
