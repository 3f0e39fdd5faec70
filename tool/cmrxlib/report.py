"""report.py - `cmrx map SYSTEM`: who lies where, and what it costs."""

from . import access, bounds, systemjson
from .model import Refused
from .systemjson import number


def pieces(described):
    """(base, size, owner, what, access without privilege), ascending."""
    found = [(number(s["base"]), s["size"], "kernel", s["name"], "---")
             for s in described["kernel"]["sections"]]
    found.append((number(described["kernel"]["tables"]), 0, "kernel",
                  "tables", "---"))
    for key, what in (("public_constants", "public constants"),
                      ("info", "description")):
        if described[key]:
            found.append(piece(described[key], "-", what, "r--"))
    for process in described["processes"]:
        found += process_pieces(process)
    for process in described["processes"]:
        found += [(number(s["load"]), s["size"], process["name"],
                   f"initial {s['name']}", "---")
                  for s in process["sections"] if "load" in s]
    return sorted(found)


def piece(block, owner, what, access):
    return number(block["base"]), block["size"], owner, what, access


def process_pieces(process):
    name = process["name"]
    yield piece(process["code"], name, "code", "r-x")
    if process["memory"]:
        yield piece(process["memory"], name, "memory", "rw-")
    for thread in process["threads"]:
        yield piece(thread["stack"], name, f"stack of {thread['name']}",
                    "rw-")
    for window in process["windows"]:
        if window["device"] != "info":
            yield piece(window, name, f"device {window['device']}", "rw-")


def map_lines(described):
    yield f"{'address':10}  {'bytes':>7}  acc  owner         what"
    end, area = None, None
    for base, size, owner, what, access in pieces(described):
        if area == base >> 28 and end is not None and base > end:
            yield f"{end:#010x}  {base - end:7}  ---  -             (gap)"
        yield (f"{base:#010x}  {size or '?':>7}  {access}  {owner:12}  "
               f"{what}")
        end, area = base + size, base >> 28


# ---- Sizes


def size_rows(described):
    """(owner, flash, RAM, stacks, padding) in bytes."""
    kernel = {s["name"]: s["size"] for s in described["kernel"]["sections"]}
    flash = sum(kernel.get(n, 0) for n in
                (".vectors", ".text", ".rodata", ".data"))
    ram = sum(kernel.get(n, 0) for n in (".noinit", ".data", ".bss"))
    yield "kernel", flash, ram, kernel.get(".stack", 0), 0
    for process in described["processes"]:
        yield process_row(process)
    for key, what in (("public_constants", "(public)"), ("info", "(info)")):
        block = described[key]
        if block:
            yield what, block["size"], 0, 0, block["size"] - block["used"]


def process_row(process):
    blocks = [process["code"]] + [t["stack"] for t in process["threads"]]
    memory = process["memory"]
    if memory:
        blocks.append(memory)
    images = sum(s["size"] for s in process["sections"] if "load" in s)
    return (process["name"], process["code"]["size"] + images,
            memory["size"] if memory else 0,
            sum(t["stack"]["size"] for t in process["threads"]),
            sum(b["size"] - b["used"] for b in blocks))


def size_lines(described):
    yield f"{'':14}{'flash':>8}{'RAM':>8}{'stacks':>8}{'padding':>9}"
    total = [0, 0, 0, 0]
    for owner, *sizes in size_rows(described):
        yield row(owner, sizes)
        total = [a + b for a, b in zip(total, sizes)]
    yield row("total", total)
    for name, label in (("flash", "flash"), ("ram", "RAM")):
        area = described["totals"][name]
        room = described["board"][name]["size"]
        lost = area["gaps"] + area["padding"]
        yield (f"{label}: {area['span']} of {room} bytes, {lost} lost "
               f"({area['padding']} padding, {area['gaps']} gaps"
               f"{share(lost, area['span'])})")


# ---- Stacks


def stack_lines(described):
    yield f"{'stack':24}{'size':>8}{'bound':>8}{'free':>8}"
    size = next(s["size"] for s in described["kernel"]["sections"]
                if s["name"] == ".stack")
    yield stack_row("kernel", size, described["kernel"]["stack"]["bound"])
    for process in described["processes"]:
        for thread in process["threads"]:
            stack = thread["stack"]
            yield stack_row(f"{process['name']}.{thread['name']}",
                            stack["size"], stack["bound"])


def stack_row(name, size, bound):
    return f"{name:24}{size:8}{bound:8}{size - bound:8}"


def find_chain(described, name):
    """The steps of the bound of `kernel` or of process.thread."""
    if name == "kernel":
        return described["kernel"]["stack"]["chain"]
    for process in described["processes"]:
        for thread in process["threads"]:
            if name == f"{process['name']}.{thread['name']}":
                return thread["stack"]["chain"]
    names = ["kernel", *(f"{process['name']}.{thread['name']}"
                         for process in described["processes"]
                         for thread in process["threads"])]
    raise Refused(f"there is no stack {name}; there are {', '.join(names)}")


def share(part, whole):
    return f"; {100 * part / whole:.1f} %" if whole else ""


def row(owner, sizes):
    flash, ram, stacks, padding = sizes
    return f"{owner:14}{flash:8}{ram:8}{stacks:8}{padding:9}"


def text(described):
    head = (f"{described['name']} on {described['board']['name']}, build "
            f"{described['build_id']}")
    lines = [head, ""] + list(map_lines(described)) + [""]
    lines += list(size_lines(described)) + [""]
    lines += list(stack_lines(described)) + [""]
    lines.append("The kernel's tables lie after the rest of the flash and are "
                 "not counted.")
    return "\n".join(lines)


def wanted(described, args):
    if args.stack:
        return bounds.text(find_chain(described, args.stack))
    if args.access is not None:
        return access.text(described, args.access)
    return text(described)


def run(args):
    described = systemjson.load(args.description)
    with systemjson.followed(args.description):
        shown = wanted(described, args)
    print(shown)
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "map", help="what lies where in a system, its sizes and stacks; who may "
        "touch what")
    parser.add_argument("description", metavar="SYSTEM",
                        help="folder of a built system, or its system.json")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--stack", metavar="NAME",
                      help="only the deepest way through the stack of kernel or "
                      "process.thread, step by step")
    only.add_argument("--access", metavar="PROCESS", nargs="?", const="",
                      help="only what that process, or each, may touch, call "
                      "and ask of the kernel")
    parser.set_defaults(run=run)


if __name__ == "__main__":
    from .command import alone
    raise SystemExit(alone(register))
