"""imagetables.py - compares the kernel's tables in an image with system.json.

Every register image must allow exactly what is declared; threads, imports,
posts, interrupts, quiesce writes and rights must be those that are described.
Called by check.py; `check` is its Checker.
"""

import struct

from .model import Refused
from . import kernelram, registers
from .registers import merged, span
from .systemjson import number

# struct process_image, thread_image, service of kernel.h, for 32-bit Arm.
PROCESS = struct.Struct("<12I 6I 6I 6I 2I I 8B")
WIDE_PROCESS = struct.Struct("<28I 6I 6I 6I 2I I 8B")  # 12 regions, not 4
THREAD = struct.Struct("<2I 2I 4I I 4B")
SERVICE = struct.Struct("<7I")
RIGHTS = {"inspect": 1, "control": 2, "power": 4}
POLICIES = ("restart", "stop", "reset", "supervise")
NONE = 0xFF
SUPERVISOR_EVENT = "fault"  # how a supervisor has to call it

FAULT_CHAIN = 8  # CMRX_FAULT_CHAIN


def unit(check):
    return registers.of(check.described["board"])


def decoded(check, who, wanted_number, first, second):
    try:
        region, pieces = unit(check).decode(first, second)
    except ValueError as error:
        check.wrong(f"{who}, region {wanted_number}: {error}")
        return []
    if region is not None:
        check.same(f"{who}: number of a region", region,
                   wanted_number % unit(check).PLACES)
    return pieces


def process_struct(board):
    return WIDE_PROCESS if registers.is_wide(board) else PROCESS


def apart_from_map(board, image):
    """([the words of a region of the map], an image as if its map had four)."""
    end = 24 if registers.is_wide(board) else 8
    return list(zip(image[0:end:2], image[1:end:2])), image[end - 8 :]


def records(check, symbol, layout, count):
    """`count` unpacked structs of an array of the image."""
    found = check.elf.symbol(symbol)
    if found.size != layout.size * count:
        raise Refused(f"{check.elf.path}: {symbol} has {found.size} bytes, "
                      f"{layout.size * count} were expected; it was built "
                      "with another kernel.h, or another number of them")
    data = check.elf.at(found.value, found.size)
    return list(layout.iter_unpack(data))


def check_tables(check):
    everyone = [(p, t) for p in check.processes for t in p["threads"]]
    check_counts(check, len(everyone))
    check_floats(check)
    board = check.described["board"]
    for process, image in zip(check.processes, records(
            check, "process_images", process_struct(board),
            len(check.processes))):
        check_process(check, process, *apart_from_map(board, image))
    home = {p["name"]: n for n, p in enumerate(check.processes)}
    base, size = array_of(check, "processes", len(check.processes))
    for (process, thread), image in zip(everyone, records(
            check, "thread_images", THREAD, len(everyone))):
        who = f"thread {process['name']}.{thread['name']}"
        check.same(f"{who}: home", image[0],
                   base + home[process["name"]] * size)
        check_thread(check, who, thread, image)
    check_stacks(check, [t for _, t in everyone])
    check_public(check)
    check_supervisor(check)


def check_counts(check, threads):
    """How long the tables are, and how long a second is."""
    board = check.described["board"]
    every = [t for p in check.processes for t in p["threads"]]
    for symbol, size, stated in (
            ("process_count", 1, len(check.processes)),
            ("thread_count", 1, threads),
            ("priority_count", 1, 1 + max(t["priority"] for t in every)),
            ("fault_levels", 1, min(FAULT_CHAIN,
                                    max(t["depth"] for t in every))),
            ("interrupt_lines", 2, board["irq_lines"])):
        found = check.elf.at(check.elf.symbol(symbol).value, size)
        check.same(symbol, int.from_bytes(found, "little"), stated)
    ticks, us, reach = words(check, check.elf.symbol("clock_rate").value, 3)
    if not us or ticks * 1000000 != board["clock_hz"] * us:
        check.wrong(f"the clock has {ticks} ticks in {us} us in the image, "
                    f"{board['clock_hz']} Hz in the description")
    elif reach != 0x7FFFFF // ticks * us:
        check.wrong(f"the clock reaches for {reach} us in the image")
    elif board["port"] == "armv6m":
        check_reciprocals(check, ticks, us)


def check_reciprocals(check, *divisors):
    """2^32 / divisor, of port/armv6m/divide.h."""
    found = words(check, check.elf.symbol("reciprocals").value, 4)
    check.same("reciprocals of the clock's numbers", tuple(found),
               tuple(word for d in divisors
                     for word in (d, min(2**32 // d, 2**32 - 1))))


def check_stacks(check, threads):
    """In which order they lie: the kernel looks for whose an address is."""
    order = check.elf.at(check.elf.symbol("stack_order").value, len(threads))
    bases = [number(t["stack"]["base"]) for t in threads]
    check.same("threads by their stacks", list(order),
               sorted(range(len(bases)), key=bases.__getitem__))


def check_floats(check):
    """Who uses floating point, and room for its registers: one set for each such
    process in the longest chain of calls (port/armv7m/float.h)."""
    users = {p["name"]: int(p.get("floating_point", False))
             for p in check.processes}
    if not any(users.values()):
        return
    found = check.elf.at(check.elf.symbol("float_users").value, len(users))
    check.same("who uses floating point", tuple(found),
               tuple(users.values()))
    callees = {p["name"]: {i["service"].partition(".")[0]
                           for i in p["imports"]} for p in check.processes}

    def most(name):
        return users[name] + max(map(most, callees[name]), default=0)

    ends = [0]
    for process in check.processes:
        for _ in process["threads"]:
            ends.append(ends[-1] + most(process["name"]))
    table = check.elf.at(check.elf.symbol("float_first").value, 2 * len(ends))
    check.same("sets of floating point registers", tuple(ends),
               struct.unpack(f"<{len(ends)}H", table))
    check.same("bytes of them", check.elf.symbol("float_areas").size,
               kernelram.float_area(check.described["board"]["cpu"]) * ends[-1])


def home_address(check, name):
    """Of the struct process of that name."""
    base, size = array_of(check, "processes", len(check.processes))
    return base + [p["name"] for p in check.processes].index(name) * size


def check_event(check, what, address, name, word):
    """A struct event at `address`: whose process, which word."""
    found = words(check, address, 2)
    check.same(f"{what}: process", found[0], home_address(check, name))
    check.same(f"{what}: word", found[1], word)
    owner = next(p for p in check.processes if p["name"] == name)
    check_owned(check, what, owner, ("memory",), word, 4)


def check_owned(check, what, owner, blocks, address, size):
    homes = [span(owner[b], "") for b in blocks if owner[b]]
    if not any(low <= address and address + size <= high
               for low, high, _ in homes):
        check.wrong(f"{what}: {address:#x} is not {owner['name']}'s")


def check_supervisor(check):
    name = check.described["supervisor"]
    address = check.elf.symbol("supervisor_event").value
    if name:
        known = next(e for e in check.described["events"]
                     if (e["process"], e["name"]) == (name, SUPERVISOR_EVENT))
        check_event(check, "the supervisor's event", address, name,
                    number(known["word"]))
    else:
        check.same("the supervisor's event", list(words(check, address, 2)),
                   [0, 0])


def array_of(check, symbol, count):
    found = check.elf.symbol(symbol)
    return found.value, found.size // count


def map_of(check, who, words):
    try:
        return unit(check).apart(words)
    except ValueError as error:
        check.wrong(f"{who}: {error}")
        return words


def check_process(check, process, words_of, image):
    """`words_of` its map; `image` has the rest of it from word 8 on."""
    who, board = f"process {process['name']}", check.described["board"]
    words_of, lent = map_of(check, who, words_of), list(zip(image[8:12:2],
                                                            image[9:12:2]))
    allowed = []
    for index, pair in enumerate(words_of):
        allowed += decoded(check, who, registers.place_in_map(board, index),
                           *pair)
    apart = (check.described["public_constants"]
             and registers.public_in_map(board) is None)
    wanted = [span(m, m["access"]) for m in process["may"]
              if not (apart and m["why"] == "public constants")]
    check.same(f"{who} can touch", merged(allowed), merged(wanted))
    shared = [span(process["shared"], "rw")] if process["shared"] else []
    for index, pair in enumerate(lent):
        check.same(f"{who} lends", decoded(
            check, who, unit(check).CALLER + index, *pair), shared)
    check_types(check, who, process, words_of, lent)
    check_ranges(check, who, process, image)
    check_reach(check, who, process, image)


def check_types(check, who, process, words_of, lent):
    """Devices are strongly-ordered, all else is normal memory."""
    kinds = ["constant", "memory"]
    kinds += ["constant" if w["device"] == "info" else "device"
              for w in process["windows"]]
    kinds += ["memory"] * (len(words_of) - len(kinds))  # its rest
    public = registers.public_in_map(check.described["board"])
    if public is not None:
        kinds.insert(public, "constant")
    kinds[len(words_of):] = ["memory"] * len(lent)
    words_of = words_of + lent
    for kind, pair in zip(kinds, words_of):
        check_kind(check, who, kind, pair)
    check_stated(check, who, process["regions"] + process["lent"], words_of)


def check_kind(check, who, kind, pair):
    if not unit(check).is_kind(kind, *pair, check.described["board"]["cpu"]):
        check.wrong(f"{who}: a {kind} region has other attributes "
                    f"({pair[0]:#010x}, {pair[1]:#010x})")


def check_stated(check, who, regions, words_of):
    stated = [tuple(number(r[word]) for word in unit(check).WORDS)
              for r in regions]
    if stated != words_of:
        check.wrong(f"{who}: the registers of the image are not those of the "
                    "description")


def check_ranges(check, who, process, image):
    """struct region code, memory, shared; contents; gates."""
    for index, what in enumerate(("code", "memory", "shared")):
        base, size = image[12 + 2 * index : 14 + 2 * index]
        stated = process[what] or {"base": 0, "size": 0}
        check.same(f"{who}: {what}", [(base, base + size, "")],
                   [span(stated, "")])
    pieces = {p["name"]: p for p in process["sections"]}
    for index, name in enumerate((".shared_data", ".data")):
        stated = (0, 0, 0)
        if name in pieces:
            piece = pieces[name]
            stated = number(piece["base"]), number(piece["load"]), \
                piece["size"]
        check.same(f"{who}: contents of {name}",
                   image[18 + 3 * index : 21 + 3 * index], stated)
    for index, gate in ((30, "return_gate"), (31, "exit_gate")):
        check.same(f"{who}: {gate}", image[index], number(process[gate]) | unit(check).ENTRY_BIT)


def check_reach(check, who, process, image):
    """Imports, posts, interrupts, rights: whom it can ask, and what for."""
    counts, rest = image[33:37], image[37:41]
    check.same(f"{who}: services it uses", counts[0], len(process["imports"]))
    check.same(f"{who}: events it posts to", counts[1], len(process["posts"]))
    check.same(f"{who}: first thread and threads", rest[:2],
               (process["threads"][0]["number"] if process["threads"]
                else rest[0], len(process["threads"])))
    check.same(f"{who}: policy", rest[2], POLICIES.index(process["policy"]))
    check.same(f"{who}: rights", rest[3],
               sum(RIGHTS[r] for r in process["rights"]))
    check_imports(check, who, process, image[24], counts[0])
    check_posts(check, who, process, image[25], counts[1])
    check_lines(check, who, process, image[26], counts[2])
    check_quiesces(check, who, process, image[27], counts[3])
    for count, pointer in zip([*counts, image[32]], [*image[24:28], image[29]]):
        if not count:
            check.same(f"{who}: an array of nothing", pointer, 0)
    doors = doors_of(check, check.processes.index(process))
    check.same(f"{who}: doors", image[28], doors)
    leading = [doors_of(check, caller) + 4 * index
               for caller, other in enumerate(check.processes)
               for index, stated in enumerate(other["imports"])
               if stated["service"].partition(".")[0] == process["name"]]
    check.same(f"{who}: doors that lead to it",
               words(check, image[29], image[32]), tuple(leading))


def doors_of(check, index):
    """Where the doors of a process are; 0 if it has none."""
    found = [number(o["base"]) for o in check.described["kernel"]["objects"]
             if o["symbol"] == f"doors_{index}"]
    return found[0] if found else 0


def words(check, address, count):
    return struct.unpack(f"<{count}I", check.elf.at(address, 4 * count)) \
        if count else ()


def room(check, need):
    """struct service.room: with what the port pushes at a call; the kernel zeroes
    pieces of 32 bytes."""
    return (need + unit(check).CALL_BYTES + 31) // 32 * 32


def check_imports(check, who, process, imports, count):
    for stated, pointer in zip(process["imports"],
                               words(check, imports, count)):
        service = SERVICE.unpack(check.elf.at(pointer, SERVICE.size))
        owner, _, name = stated["service"].partition(".")
        known = next(s for s in check.described["services"]
                     if (s["process"], s["name"]) == (owner, name))
        what = f"{who}: service {stated['name']}"
        check.same(f"{what}: process", service[2], home_address(check, owner))
        check_places(check, what, known, service)
        check.same(f"{what}: room, methods, re-entrant, grace", service[3:],
                   (room(check, known["stack_need"]), len(known["methods"]),
                    int(known["reentrant"]), known["grace"]))


def check_places(check, what, known, service):
    """Table and self: as described, and the provider's own."""
    own = number(known["self"]) if known["self"] else 0
    check.same(f"{what}: table", service[1], number(known["table"]))
    check.same(f"{what}: self", service[0], own)
    owner = next(p for p in check.processes if p["name"] == known["process"])
    sections = [span(s, "") for s in owner["sections"]]
    for address in filter(None, service[:2]):
        if not any(low <= address < high for low, high, _ in sections):
            check.wrong(f"{what}: {address:#x} is not {owner['name']}'s")


def check_posts(check, who, process, posts, count):
    for stated, pointer in zip(process["posts"], words(check, posts, count)):
        table = check.elf.symbol("events")
        if not table.value <= pointer < table.value + table.size:
            check.wrong(f"{who}: event {stated['name']} is not in the table "
                        f"of events: {pointer:#x}")
        owner, _, name = stated["event"].partition(".")
        known = next(e for e in check.described["events"]
                     if (e["process"], e["name"]) == (owner, name))
        check_event(check, f"{who}: event {stated['name']}", pointer, owner,
                    number(known["word"]))


def check_lines(check, who, process, interrupts, count):
    stated = [i for i in check.described["interrupts"]
              if i["process"] == process["name"]]
    check.same(f"{who}: interrupts", count, len(stated))
    table = check.elf.symbol("interrupts").value
    owner = check.elf.symbol("interrupt_owner")
    for index, interrupt in enumerate(stated[:count]):
        at = interrupts + 16 * index
        bits, line = struct.unpack("<IH", check.elf.at(at + 8, 6))
        what = f"{who}: interrupt {interrupt['name']}"
        check_event(check, what, at, process["name"],
                    number(interrupt["word"]))
        check.same(f"{what}: line", line, interrupt["line"])
        check.same(f"{what}: bits", bits, number(interrupt["bits"]))
        check.same(f"{what}: entry of its line",
                   check.elf.at(owner.value + line, 1)[0], (at - table) // 16)


def check_quiesces(check, who, process, quiesces, count):
    found = words(check, quiesces, 2 * count)
    stated = [number(q[key]) for q in process["quiesces"]
              for key in ("address", "value")]
    check.same(f"{who}: quiesce writes", list(map(hex, found)),
               list(map(hex, stated)))


def check_thread(check, who, thread, image):
    check.same(f"{who}: entry", image[1], number(thread["entry"]) | unit(check).ENTRY_BIT)
    base, size, first, second, shift, below = image[2:8]
    wanted = [span(thread["stack"], "rw")]
    check.same(f"{who}: stack", [(base, base + size, "rw")], wanted)
    check.same(f"{who} can touch", decoded(
        check, who, unit(check).STACK, first, second), wanted)
    check_kind(check, who, "memory", (first, second))
    check_stated(check, who, [thread["region"]], [(first, second)])
    if not unit(check).window_is(base, first, second, shift, below):
        check.wrong(f"{who}: granule {shift} or bytes below it {below}")
    check.same(f"{who}: calls", image[8], number(thread["calls"]))
    check.same(f"{who}: depth, priority, dormant, monitor", image[9:13],
               (thread["depth"], thread["priority"],
                2 if thread["recovers"] else int(thread["dormant"]),
                int(thread["monitor"])))


def check_public(check):
    public = check.described["public_constants"]
    wanted = [span(public, "r")] if public else []
    pair = words(check, check.elf.symbol("public_map").value, 2)
    apart = registers.public_in_map(check.described["board"]) is None
    check.same("everybody can touch", decoded(
        check, "public constants", unit(check).PUBLIC, *pair),
        wanted if apart else [])
    check_kind(check, "public constants", "constant", pair)
    if public and apart:
        check_stated(check, "public constants", [public["region"]], [pair])
    base, size = words(check, check.elf.symbol("public_constants").value, 2)
    check.same("public constants", [(base, base + size, "r")] if size else [],
               wanted)
    owned = sum(1 for line in check.elf.at(
        check.elf.symbol("interrupt_owner").value,
        check.described["board"]["irq_lines"]) if line != NONE)
    check.same("interrupt lines that belong to somebody", owned,
               len(check.described["interrupts"]))
