"""tables.py - writes tables.c: all that kernel.h declares extern.

Constants in flash, and the kernel's variables whose number the build knows.
Addresses are numbers; the linker script puts everything exactly there.
"""

from math import gcd

from . import needs, processor
from .model import Refused
from .kernelram import (all_threads, fault_levels, float_areas,
                        priorities, timers)
from .plan import INITIALIZED, WRITABLE
from .grants import INFO

NONE = 0xFF
LARGEST_STACK = 65504  # bytes: struct call.slice has 16 bits
CLOCK_TICKS_MAX = 0x7FFFFF  # PORT_TICKS_MAX
CLOCK_REACH_MOST = 1 << 29  # kernel/time.c: HORIZON
CLOCK_TICKS_MOST = 0xFFFFFF  # that port_clock_elapsed() gives: times clock_us
                             # it is 32 bits

HEAD = """\
// tables.c - system {system} on board {board}, build {build}.
//
// Written by `cmrx layout`; changes here are lost. What it means: kernel.h.

#include "kernel.h"

#define RAM(symbol) __attribute__((section(".bss." symbol)))
#define KEPT(symbol) __attribute__((section(".noinit." symbol)))
"""


def write(system, wiring, plan, build_id, info=b""):
    """The text of tables.c."""
    numbers = {p.name: n for n, p in enumerate(system.processes)}
    blocks = [HEAD.format(system=system.name, board=system.board.name,
                          build=build_id)]
    blocks += counts(system, wiring)
    blocks += floats(system, wiring)
    blocks += reciprocals(system.board)
    blocks += ram_objects(system, wiring, plan)
    blocks += services(system, wiring, plan, numbers)
    blocks += events(system, wiring, plan, numbers)
    blocks += interrupts(system, wiring, plan, numbers)
    blocks += per_process(system, wiring)
    blocks.append(process_images(system, wiring, plan))
    blocks.append(thread_images(system, plan, numbers))
    blocks.append(stack_order(system, plan))
    blocks += public(plan)
    blocks.append(blob("cmrx_build_id", ".cmrx.build",
                       build_id.encode() + b"\0"))
    if info:
        blocks.append(blob("cmrx_info_blob", ".cmrx.info", info))
    return "\n".join(blocks)


# ---- Small pieces of C


def array(declaration, rows, empty="0"):
    """An array; C has none of length 0, so that gets an entry nobody reads."""
    if not rows:
        rows = [f"{empty}, // none"]
    body = "".join(f"    {row}\n" for row in rows)
    return f"{declaration} = {{\n{body}}};\n"


def region(block):
    return f"{{ {block.base:#010x}, {block.size:#x} }}" if block else "{ 0, 0 }"


def pair(registers):
    return f"{{ {registers[0]:#010x}, {registers[1]:#010x} }}"


def pointer(kind, address):
    return f"({kind} *){address:#010x}"


def entry_of(system, address):
    """What leads to code there."""
    bit = processor.of_board(system.board).ENTRY_BIT
    return f"{address | bit:#010x}"


def blob(symbol, section, data):
    rows = [" ".join(f"{byte:#04x}," for byte in data[at : at + 12])
            for at in range(0, len(data), 12)]
    head = f"extern const unsigned char {symbol}[];\n" \
           f"const unsigned char {symbol}[]\n" \
           f'    __attribute__((used, aligned(4), section("{section}")))'
    return array(head, rows)


# ---- Counts, and variables of the kernel


def counts(system, wiring):
    ticks, us = clock(system.board)
    yield (f"const uint8_t process_count = {len(system.processes)};\n"
           f"const uint8_t thread_count = {len(all_threads(system))};\n"
           f"const uint8_t priority_count = {priorities(system)};\n"
           f"const uint8_t fault_levels = {fault_levels(wiring)};\n"
           f"const uint16_t interrupt_lines = {system.board.irq_lines};\n"
           f"const struct clock_rate clock_rate = {{ {ticks}, {us}, "
           f"{clock_reach(ticks, us)} }}; // {system.board.clock_hz} Hz\n")


def reciprocals(board):
    """What divide.c wants to know, where no instruction divides."""
    if board.port != "armv6m":
        return
    yield '#include "divide.h"\n'
    rows = []
    for divisor in clock(board):
        value = min((1 << 32) // divisor, 0xFFFFFFFF)
        rows.append(f"{{ {divisor}, {value & 0xffff:#06x}, {value >> 16:#06x} }},")
    yield array("const struct reciprocal reciprocals[2]", rows)


def floats(system, wiring):
    """What float.c wants to know, if anybody uses floating point."""
    areas = float_areas(system, wiring)
    if not areas:
        return
    firsts = [sum(areas[:n]) for n in range(len(areas) + 1)]
    yield '#include "float.h"\n'
    yield array("const uint16_t float_first[]",
                [" ".join(f"{first}," for first in firsts)])
    yield array("const uint8_t float_users[]",
                [f"{int(p.floating_point)}, // {p.name}"
                 for p in system.processes])


def clock(board):
    """So many ticks are so many microseconds."""
    divisor = gcd(board.clock_hz, 1000000)
    ticks, us = board.clock_hz // divisor, 1000000 // divisor
    if us * CLOCK_TICKS_MOST + ticks >= 1 << 32:
        raise Refused(f"board {board.name}: clock_hz {board.clock_hz} is "
                      f"{ticks} ticks in {us} us, which the kernel cannot "
                      "count exactly in 32 bits; choose a rounder frequency")
    if clock_reach(ticks, us) > CLOCK_REACH_MOST:
        raise Refused(f"board {board.name}: clock_hz {board.clock_hz} is too "
                      "slow: the kernel's clock needs 15625 or more")
    return ticks, us


def clock_reach(ticks, us):
    """PORT_TICKS_MAX in microseconds: what the alarm can be set to."""
    return CLOCK_TICKS_MAX // ticks * us


def ram_objects(system, wiring, plan):
    """Definitions in the order in which the layout has placed them."""
    sizes = {"processes": ("struct process", len(system.processes)),
             "threads": ("struct thread", len(all_threads(system))),
             "timer_due": ("uint32_t", timers(system)),
             "timer_slot": ("uint8_t", timers(system)),
             "timer_heap": ("uint8_t", timers(system))}
    sizes["float_areas"] = ("struct float_area",
                            sum(float_areas(system, wiring)))
    for number, (process, _) in enumerate(all_threads(system)):
        depth = wiring.depths[process.name]
        sizes[f"calls_{number}"] = "static struct call", depth
    for number, process in enumerate(system.processes):
        sizes[f"doors_{number}"] = "static struct door", len(process.uses)
    lines = []
    for item in plan.ram_objects:
        # Of a type that only the kernel knows: so many words.
        kind, count = sizes.get(item.symbol, ("uint32_t", item.size // 4))
        place = "KEPT" if item.group == ".noinit" else "RAM"
        # Or the compiler aligns it as words.
        close = " __attribute__((aligned(1)))" if kind == "uint8_t" else ""
        lines.append(f"// {item.what}\n{kind} {item.symbol}[{count}] "
                     f'{place}("{item.symbol}"){close};\n')
    yield "".join(lines)


# ---- Services, events, interrupts


def services(system, wiring, plan, numbers):
    """Those that somebody uses."""
    rows, coarsest = [], needs.granules(system, wiring, needs.placed(plan))
    for number, (process, service) in enumerate(used_services(system, wiring)):
        granule = coarsest.get((process.name, service.name), 0)
        rows += [f"[{number}] = {{ // {process.name}.{service.name}: "
                 f"{service.interface}",
                 "    " + service_self(process, service, plan) + ",",
                 "    " + pointer("const uintptr_t", plan.address(
                     process.name, service.section, service.offset)) + ",",
                 f"    &processes[{numbers[process.name]}],",
                 "    " + service_rest(
                     process, service, granule,
                     processor.of_board(system.board)), "},"]
    if rows:
        yield array("static const struct service services[]", rows)


def service_self(process, service, plan):
    if not service.self_section:
        return "0"
    address = plan.address(process.name, service.self_section,
                           service.self_offset)
    return f"{address:#010x}"


def service_rest(process, service, granule, port):
    need = needs.of_service(service, granule)
    room = needs.room(need, port)
    if room > 65535:
        raise Refused(f"process {process.name}, service {service.name}: a "
                      f"method needs {need} bytes of stack; 65440 is the most")
    return (f"{room}, {len(service.methods)}, {int(service.reentrant)}, "
            f"{service.grace},")


def used_services(system, wiring):
    used = {(provider, s.name) for imports in wiring.imports.values()
            for provider, s in imports}
    return [(p, s) for p in system.processes for s in p.services
            if (p.name, s.name) in used]


def event_word(plan, process, thing):
    """The address of an event word; the kernel writes there."""
    address = plan.address(process, thing.section, thing.offset)
    if thing.section not in WRITABLE or address % 4:
        raise Refused(f"process {process}, event {thing.name}: it has to be a word "
                      "that can be written, not in a constant or packed "
                      "object; declare it with CMRX_EVENT")
    return address


def event(plan, numbers, process, thing):
    address = event_word(plan, process, thing)
    return (f"{{ &processes[{numbers[process]}], "
            f"{pointer('uint32_t', address)} }}")


def posted_events(system, wiring):
    posted = {(provider, e.name) for posts in wiring.posts.values()
              for provider, e in posts}
    return [(p, e) for p in system.processes for e in p.events
            if (p.name, e.name) in posted]


def events(system, wiring, plan, numbers):
    """Those that somebody posts to, and the supervisor's."""
    rows = [f"{event(plan, numbers, p.name, e)}, // {p.name}.{e.name}"
            for p, e in posted_events(system, wiring)]
    if rows:
        yield array("static const struct event events[]", rows)
    told = "{ 0, 0 }"
    if wiring.supervisor:
        told = event(plan, numbers, *wiring.supervisor)
    yield f"const struct event supervisor_event = {told};\n"


def interrupts(system, wiring, plan, numbers):
    rows, owner = [], {}
    for process in system.processes:
        lines = wiring.lines[process.name]
        for interrupt, line in zip(process.interrupts, lines):
            owner[line.line] = len(rows) // 2
            rows.append(f"// {process.name}.{interrupt.name}: {line.irq}")
            rows.append(f"{{ {event(plan, numbers, process.name, interrupt)},"
                        f" {interrupt.bits:#x}, {line.line} }},")
    yield array("const struct interrupt interrupts[]", rows,
                "{ { 0, 0 }, 0, 0 }")
    cells = [owner.get(line, NONE) for line in range(system.board.irq_lines)]
    yield array("const uint8_t interrupt_owner[]", [
        " ".join(f"{cell}," for cell in cells[at : at + 16])
        for at in range(0, len(cells), 16)])


# ---- Processes


def per_process(system, wiring):
    """What a process_image points to."""
    services = numbered(used_services(system, wiring))
    posted = numbered(posted_events(system, wiring))
    for number, process in enumerate(system.processes):
        name = process.name
        yield from pointers(f"static const struct service *const "
                            f"imports_{number}[]", "services", services,
                            wiring.imports[name])
        yield from pointers(f"static const struct event *const "
                            f"posts_{number}[]", "events", posted,
                            wiring.posts[name])
        rows = [f"&doors_{caller}[{index}], // {system.processes[caller].name}"
                for caller, index in entrances(system, wiring, name)]
        if rows:
            yield array(f"static struct door *const entrances_{number}[]",
                        rows)
        quiesces = [f"{{ {address:#010x}, {q.value:#x} }}, // {q.name}"
                    for q, address in wiring.quiesces[name]]
        if quiesces:
            yield array(f"static const struct quiesce quiesces_{number}[]",
                        quiesces)


def entrances(system, wiring, name):
    """[(caller, index)] of the imports that lead to the process."""
    return [(caller, index) for caller, process in enumerate(system.processes)
            for index, (provider, _) in
            enumerate(wiring.imports[process.name]) if provider == name]


def numbered(pairs):
    return {(p.name, thing.name): n for n, (p, thing) in enumerate(pairs)}


def pointers(declaration, target, numbers, things):
    rows = [f"&{target}[{numbers[owner, thing.name]}], "
            f"// {owner}.{thing.name}" for owner, thing in things]
    if rows:
        yield array(declaration, rows)


def process_images(system, wiring, plan):
    rows, thread, interrupt = [], 0, 0
    for number, process in enumerate(system.processes):
        rows.append(f"[{number}] = {{ // {process.name}")
        rows += ["    " + line for line in image_lines(
            system, wiring, plan, number, thread, interrupt)]
        rows.append("},")
        thread += len(process.threads)
        interrupt += len(process.interrupts)
    return array("const struct process_image process_images[]", rows)


def image_lines(system, wiring, plan, number, thread, interrupt):
    process = system.processes[number]
    name = process.name
    yield ".map = {"
    _, whats, registers = zip(*sorted(process_map(wiring, plan, name)))
    for what, words in zip(whats, plan.unit.map_words(registers)):
        yield f"    {pair(words)}, // {what}"
    yield "},"
    yield ".lent = { " + ", ".join(map(pair, lent(plan, name))) + " },"
    yield f".code = {region(plan.code[name])},"
    yield f".memory = {region(plan.memory.get(name))},"
    yield f".shared = {region(plan.shared.get(name))},"
    yield ".contents = {"
    for piece in contents(plan, name):
        yield f"    {piece},"
    yield "},"
    yield from references(process, number, interrupt)
    leading = len(entrances(system, wiring, name))
    if leading:
        yield (f".entrances = entrances_{number}, "
               f".entrance_count = {leading},")
    for field in ("return_gate", "exit_gate"):
        where = gate(system, plan, process, getattr(process, field))
        yield f".{field} = {where},"
    yield (f".first_thread = {thread}, "
           f".thread_count = {len(process.threads)},")
    yield f".policy = POLICY_{wiring.policies[name].upper()},"
    yield f".rights = {rights(wiring, name)},"


def process_map(wiring, plan, name):
    """[(number, what, (RBAR, RASR))] of struct process_image.map, which has them in
    the order of their numbers."""
    memory = plan.memory.get(name)
    unit = plan.unit
    yield (unit.CODE, "code",
           unit.encode(unit.CODE, plan.code[name].shape(), "code"))
    yield unit.MEMORY, "memory", block_registers(unit, memory, unit.MEMORY)
    spare = iter(unit.WINDOWS)
    for window, slot in zip(wiring.windows[name], spare):
        yield slot, window.name, window_registers(plan, slot, window)
    if memory and memory.tail:
        slot = next(spare)
        yield slot, "rest of memory", unit.encode(
            slot, memory.tail_shape(), "memory")
    for slot in spare:
        yield slot, "-", unit.off(slot)
    if public_in_map(unit):
        yield unit.PUBLIC, "public constants", public_registers(plan)


def public_in_map(unit):
    """Have the public constants a place in each map, and none of their own?"""
    return getattr(unit, "PUBLIC_IN_MAP", False)


def block_registers(unit, block, number):
    if block is None:
        return unit.off(number)
    return unit.encode(number, block.shape(), "memory")


def window_registers(plan, slot, window):
    unit = plan.unit
    if window.device == INFO:
        return unit.encode(slot, plan.info.shape(), "constants")
    return unit.encode(slot, unit.express(window.base, window.size), "device")


def lent(plan, name):
    """SHARED as what the caller lends, and as what the origin lends."""
    shared = plan.shared.get(name)
    return [block_registers(plan.unit, shared, number)
            for number in (plan.unit.CALLER, plan.unit.ORIGIN)]


def contents(plan, name):
    for section in INITIALIZED:
        placed = plan.sections[name, section]
        if placed.size:
            yield (f"{{ {placed.base:#010x}, "
                   f"{pointer('const void', placed.load)}, "
                   f"{placed.size:#x} }}")
        else:
            yield "{ 0, 0, 0 }"


def references(process, number, interrupt):
    """The arrays of a process and their lengths."""
    arrays = (("imports", "import", process.uses),
              ("posts", "post", process.posts),
              ("quiesces", "quiesce", process.quiesces))
    for field, count, things in arrays:
        if things:
            yield (f".{field} = {field}_{number}, "
                   f".{count}_count = {len(things)},")
    if process.uses:
        yield f".doors = doors_{number},"
    if process.interrupts:
        yield (f".interrupts = &interrupts[{interrupt}], "
               f".interrupt_count = {len(process.interrupts)},")


def gate(system, plan, process, offset):
    return entry_of(system, plan.address(process.name, ".text", offset))


def rights(wiring, name):
    granted = wiring.rights[name]
    return " | ".join(f"RIGHT_{right.upper()}" for right in granted) or "0"


# ---- Threads, public constants


def thread_images(system, plan, numbers):
    rows = []
    for number, (process, thread) in enumerate(all_threads(system)):
        entry = plan.address(process.name, ".text", thread.offset)
        stack = plan.stacks[process.name, thread.name]
        if stack.size > LARGEST_STACK:
            raise Refused(
                f"process {process.name}, thread {thread.name}: a stack of "
                f"{stack.size} bytes; {LARGEST_STACK} is the most")
        first, second, shift, below = plan.unit.window(stack)
        rows += [
            f"[{number}] = {{ // {process.name}.{thread.name}",
            f"    .home = &processes[{numbers[process.name]}],",
            f"    .entry = {entry_of(system, entry)},",
            f"    .stack = {region(stack)},",
            f"    .window = {{ {first:#010x}, {second:#010x}, {shift}, "
            f"{below} }},",
            f"    .calls = calls_{number},",
            f"    .depth = sizeof calls_{number} / sizeof calls_{number}[0],",
            f"    .priority = {thread.priority},",
            f"    .dormant = {int(thread.dormant)},",
            f"    .monitor = {int(thread.monitor)},",
            "},"]
    return array("const struct thread_image thread_images[]", rows)


def stack_order(system, plan):
    """Numbers of threads, the lowest stack first: kernel/mutex.c."""
    bases = [plan.stacks[process.name, thread.name].base
             for process, thread in all_threads(system)]
    order = sorted(range(len(bases)), key=bases.__getitem__)
    return array("const uint8_t stack_order[]",
                 [" ".join(f"{n}," for n in order[at : at + 16])
                  for at in range(0, len(order), 16)])


def public(plan):
    yield f"const struct region public_constants = {region(plan.public)};\n"
    registers = plan.unit.off(plan.unit.PUBLIC) \
        if public_in_map(plan.unit) else public_registers(plan)
    yield f"const struct port_region public_map = {pair(registers)};\n"


def public_registers(plan):
    unit = plan.unit
    if not plan.public:
        return unit.off(unit.PUBLIC)
    return unit.encode(unit.PUBLIC, plan.public.shape(), "constants")
