"""twice.py - what a system.json says twice has to agree.

Whoever reads one of the two must not be told something else than whoever reads
the other: sizes and sums, registers and their meaning, places and symbols.
Called by check.py; `check` is its Checker. Nothing here uses what wrote it.
"""

from . import registers
from .registers import span
from .systemjson import number

CODE, OWN = (".text", ".rodata"), (".data", ".bss")
SHARED = (".shared_data", ".shared_bss")
KERNEL_RAM = (".noinit", ".data", ".bss", ".stack")


def check_twice(check):
    described = check.described
    for process in check.processes:
        check_process(check, process)
    numbers = [t["number"] for p in check.processes for t in p["threads"]]
    check.same("numbers of threads", str(numbers),
               str(list(range(len(numbers)))))
    check_public(check, described["public_constants"])
    for service in described["services"]:
        check.same(f"service {service['process']}.{service['name']}: stack",
                   max([m["stack"] for m in service["methods"]], default=0),
                   service["stack_need"])
    for item in described["kernel"]["objects"]:
        symbol = check.elf.symbol(item["symbol"])
        check.same(f"kernel object {item['symbol']}",
                   [(symbol.value, symbol.value + symbol.size, "")],
                   [span(item, "")])
    stack = next(s["size"] for s in described["kernel"]["sections"]
                 if s["name"] == ".stack")
    check.same("kernel stack", stack, -(-described["board"]["kernel_stack"]
                                        // 8) * 8)
    for name in ("flash", "ram"):
        stated = described["totals"][name]
        for key, value in total(described, name).items():
            check.same(f"totals: {key} of {name}", value, stated[key])


# ---- Blocks and the regions that show them


def check_process(check, process):
    who, unit = f"process {process['name']}", unit_of(check)
    code, memory, *windows = process["regions"]
    sizes = {s["name"]: s["size"] for s in process["sections"]}
    text = [span(s, "")[1] for s in process["sections"] if s["name"] in CODE]
    check_block(check, f"{who}: code", process["code"],
                max(text, default=0) - number(process["code"]["base"]), code)
    for what, names, region in (("memory", SHARED + OWN, memory),
                                ("shared", SHARED, process["lent"][0])):
        check_block(check, f"{who}: {what}", process[what],
                    sum(sizes.get(name, 0) for name in names), region)
    board = check.described["board"]
    public = registers.public_in_map(board)
    if public is not None:
        check_public_in_map(check, who, windows.pop(public - 2))
    for window, region in zip(process["windows"], windows):
        check_window(check, who, window, region)
    rest = windows[len(process["windows"]):]
    check_tail(check, who, process["memory"], rest)
    for thread in process["threads"]:
        stack = thread["stack"]
        declared = stack["declared"]
        check_block(check, f"{who}: stack of {thread['name']}", stack,
                    stack["used"] if declared == "auto" else declared,
                    thread["region"])
        check_meaning(check, thread["region"], unit.STACK)
    for index, region in enumerate(process["regions"]):
        check_meaning(check, region, registers.place_in_map(board, index))
    for index, region in enumerate(process["lent"]):
        check_meaning(check, region, unit.CALLER + index)


def check_block(check, what, block, used, region):
    if block:
        check.same(f"{what}: bytes of contents", used, block["used"])
        check.same(f"{what}: granule", granule(check, region),
                   block["granule"])


def check_public_in_map(check, who, region):
    public = check.described["public_constants"]
    check.same(f"{who}: public constants", pieces(check, region),
               [span(public, "r")] if public else [])


def check_tail(check, who, memory, regions):
    stated = (memory or {}).get("tail")
    found = [r for r in regions if pieces(check, r)]
    check.same(f"{who}: regions of its rest", len(found), int(bool(stated)))
    for region in found if stated else ():
        check.same(f"{who}: granule of its rest", granule(check, region),
                   stated["granule"])
        _, end, _ = span(memory, "rw")
        check.same(f"{who}: its rest", pieces(check, region),
                   [(end - stated["size"], end, "rw")])


def check_window(check, who, window, region):
    is_info = window["device"] == "info"
    source = check.described["info"] if is_info else \
        check.described["board"]["devices"][window["device"]]
    what = f"{who}: window {window['name']}"
    check.same(what, [span(window, "")], [span(source, "")])
    check.same(f"{what}: read only", int(window["read_only"]), int(is_info))
    if is_info:
        check_block(check, what, source, source["used"], region)


def unit_of(check):
    return registers.of(check.described["board"])


def unit_and_words(check, region):
    unit = unit_of(check)
    return unit, [number(region[word]) for word in unit.WORDS]


def granule(check, region):
    unit, pair = unit_and_words(check, region)
    return unit.granule(*pair)


def pieces(check, region):
    unit, pair = unit_and_words(check, region)
    return unit.decode(*pair)[1]


def check_meaning(check, region, number_of_it):
    """The words of a region, and what is said of them."""
    stated = [span(r, region["access"]) for r in region["ranges"]]
    check.same(f"meaning of region {region['what']}", pieces(check, region),
               stated)
    check.same(f"number of region {region['what']}", region["number"],
               number_of_it)


def check_public(check, public):
    if not public:
        return
    placed = [span(s, p["name"]) for p in check.processes
              for s in p["sections"] if s["name"] == ".public"]
    check.same("parts of the public constants",
               [span(p, p["process"]) for p in public["parts"]], placed)
    low = number(public["base"])
    check.same("public constants: bytes of contents",
               max(high for _, high, _ in placed) - low, public["used"])
    check.same("public constants: granule", granule(check, public["region"]),
               public["granule"])
    place = unit_of(check).PUBLIC
    index = registers.public_in_map(check.described["board"])
    if index is not None:
        place = registers.place_in_map(check.described["board"], index)
    check_meaning(check, public["region"], place)


# ---- Sums


def blocks(described):
    """All blocks that lie in memory."""
    yield from filter(None, (described["public_constants"],
                             described["info"]))
    for process in described["processes"]:
        yield process["code"]
        if process["memory"]:
            yield process["memory"]
        for thread in process["threads"]:
            yield thread["stack"]


def total(described, name):
    """span, gaps and padding of flash or RAM."""
    low, high, _ = span(described["board"][name], "")
    mine = [b for b in blocks(described) if low <= number(b["base"]) < high]
    taken = [span(b, "")[:2] for b in mine]
    for piece in described["kernel"]["sections"]:
        if (piece["name"] in KERNEL_RAM) == (name == "ram"):
            taken.append(span(piece, "")[:2])
    owners = [described["kernel"]] + described["processes"]
    for piece in (s for o in owners for s in o["sections"]):
        if "load" in piece and name == "flash":
            taken.append((0, piece["size"]))
    end = number(described["kernel"]["tables"]) if name == "flash" else \
        max(end for _, end in taken)
    return {"span": end - low,
            "gaps": end - low - sum(end - base for base, end in taken),
            "padding": sum(b["size"] - b["used"] for b in mine)}
