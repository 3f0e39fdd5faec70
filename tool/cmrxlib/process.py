"""process.py - reads what a program says of itself out of its sealed object.

The object is what seal.py makes: one relocatable file per process, with the
records of process.h in .cmrx.meta, numbers as absolute symbols, and nothing
undefined but its devices. load_process() is the way in for everybody else.
"""

import json
import os
import re
import struct

from . import declared, dwarf, lines, model, stack, words
from .dies import Dwarf
from .elf import (DAMAGE, SHN_ABS, SHN_UNDEF, STT_FUNC, Elf, damaged,
                  text_at)
from .model import RECOVERS, Refused
from .record import asdict, replace
from .sha import sha256

META = ".cmrx.meta"
IMAGE = [".text", ".rodata", ".public", ".shared_data", ".shared_bss", ".data",
         ".bss"]
WRITABLE = IMAGE[3:]
IDLE = "idle"  # the program that may have priority 0
PRIORITY_MAX = 31  # CMRX_PRIORITY_MAX
AUTO = 0xFFFFFFFF  # CMRX_AUTO
RECORD = re.compile(r"cmrx_record_([a-z]+)_(\w+)")
KINDS = {"thread": 24, "provide": 60, "use": 48, "post": 48, "event": 4,
         "interrupt": 8, "quiesce": 32, "stack": 4, "grace": 4, "rows": 4,
         "optional": 4, "drives": 40, "clock": 4, "needs": 4}
CACHE_VERSION = 8


class Records:
    """The records of an object, by kind and name."""

    def __init__(self, elf):
        self.elf = elf
        self.data = elf.contents(META)
        self.found = {kind: [] for kind in KINDS}
        for symbol in elf.symbols:
            match = RECORD.fullmatch(symbol.name)
            if match and elf.section_name(symbol) == META:
                self._add(match[1], match[2], symbol)

    def _add(self, kind, name, symbol):
        if symbol.size != KINDS.get(kind):
            raise Refused(f"record {symbol.name} is of another version of "
                          "CMRX: build all of it again")
        self.found[kind].append((name, symbol.value))

    def of(self, kind):
        """(name, offset) of all records of a kind, in name order."""
        return sorted(self.found[kind])

    def unique(self, kind, macro):
        """The same, for a kind whose names must differ."""
        records = self.of(kind)
        for (name, _), (following, _) in zip(records, records[1:]):
            if name == following:
                raise Refused(f"{macro}({name}) is there twice: rename one")
        return records

    def words(self, offset, count):
        return struct.unpack_from(f"<{count}I", self.data, offset)

    def text(self, offset):
        return text_at(self.data + b"\0", offset)

    def pointer(self, offset, what):
        """Where an address in a record points to."""
        target = self.elf.target(META, offset)
        if target is None or not target.section:
            raise Refused(f"{what} has to be an object of the program")
        return target


def numbers(elf, prefix):
    """Names that the build has numbered, in the order of their numbers."""
    found = [(s.value, s.name[len(prefix) :]) for s in elf.symbols
             if s.section == SHN_ABS and s.name.startswith(prefix)]
    return [name for _, name in sorted(found)]


# ---- One function per kind of record


def read_thread(records, program, name, offset):
    entry = records.pointer(offset, f"the body of thread {name}")
    start = entry.offset & ~1
    if entry.section != ".text" or start >= records.elf.section(".text").size:
        raise Refused(f"the body of thread {name} has to be a function of the program")
    _, size, priority, dormant, monitor, bound = records.words(offset, 6)
    least = 0 if program == IDLE else 1
    if not least <= priority <= PRIORITY_MAX:
        raise Refused(f"thread {name}: .priority is {priority}, "
                      f"not one of {least}..{PRIORITY_MAX}"
                      + ("" if priority else " (0 is what it is when not given)"))
    if not size:
        raise Refused(f"thread {name} has no stack: write .stack = BYTES, or "
                      ".stack = CMRX_AUTO")
    if dormant > RECOVERS:
        raise Refused(f"thread {name}: .dormant is {dormant}, not 0 or 1")
    if dormant == RECOVERS and not monitor:
        raise Refused(f"thread {name} puts its process in order, and is not in "
                      f"its monitor: write CMRX_RECOVER({name}, ...)")
    is_auto = size == AUTO
    return model.Thread(name, function_name(records.elf, start), start,
                        0 if is_auto else size, priority, dormant,
                        bool(monitor), bound, is_auto)


def function_name(elf, offset):
    for symbol in elf.symbols:
        if symbol.type == STT_FUNC and symbol.value & ~1 == offset:
            if elf.section_name(symbol) == ".text":
                return symbol.name
    return f"code at .text+{offset:#x}"


def read_service(records, debug, name, offset):
    table = records.pointer(offset, f"service {name}")
    _, size, own, reentrant = records.words(offset, 4)
    interface = records.text(offset + 16)
    type_ = dwarf.provided(debug, name)
    if type_ is None:
        raise Refused(f"service {name}: no debug information of {interface}: "
                      "compile with -g")
    dwarf.check_interface(type_)
    names = [method for method, _ in dwarf.method_dies(type_)]
    if 4 * len(names) != size or not names:
        raise Refused(f"service {name}: {interface} has no methods")
    service = model.Service(name, interface, dwarf.shape_of(type_),
                            table.section, table.offset, [],
                            reentrant=bool(reentrant))
    service.methods = read_methods(records.elf, service, names)
    if records.elf.target(META, offset + 8) or own:
        target = records.pointer(offset + 8, f"service {name}: its object")
        service.self_section, service.self_offset = target
    return service


def read_methods(elf, service, names):
    methods = []
    for index, name in enumerate(names):
        target = elf.target(service.section, service.offset + 4 * index)
        if target is None or target.section != ".text":
            raise Refused(f"service {service.name}: method {name} is NULL: "
                          f"write .{name} = FUNCTION")
        start = target.offset & ~1
        method = model.Method(name, function_name(elf, start))
        method.offset = start
        methods.append(method)
    return methods


def read_use(records, debug, name):
    interfaces = {records.text(at) for n, at in records.of("use") if n == name}
    types = dwarf.used(debug, name)
    if not interfaces or not types:
        raise Refused(f"service {name} is used without CMRX_USE, "
                      "or without debug information (-g)")
    for type_ in types:
        dwarf.check_interface(type_)
    shapes = [dwarf.shape_of(type_) for type_ in types]
    for shape in shapes[1:]:
        if not dwarf.same_shape(shapes[0], shape):
            raise Refused(f"CMRX_USE({name}) means two interfaces:\n"
                          f"{shapes[0]}\nand\n{shape}")
    return model.Use(name, sorted(interfaces)[0], max(shapes, key=len))


def read_event(records, what, offset):
    word = records.pointer(offset, what)
    size = records.elf.section(word.section).size
    if word.section not in WRITABLE or word.offset % 4 or word.offset > size - 4:
        raise Refused(f"{what} has to be a variable of the program")
    return word


def read_interrupt(records, name, offset):
    word = read_event(records, f"the event of interrupt {name}", offset)
    bits = records.words(offset, 2)[1]
    if not bits:
        raise Refused(f"interrupt {name} sets no bits: "
                      f"CMRX_INTERRUPT({name}, event, 1)")
    return model.Interrupt(name, word.section, word.offset, bits)


def read_quiesce(records, name, offset):
    register, value = records.words(offset, 2)
    if register % 4:
        raise Refused(f"CMRX_QUIESCE({name}): offset {register:#x} is not of "
                      "a word")
    return model.Quiesce(name, records.text(offset + 8), register, value)


def read_devices(elf, name, quiesces):
    prefix = f"cmrx_device.{name}."
    found = {s.name[len(prefix) :] for s in elf.symbols
             if s.section == SHN_UNDEF and s.name.startswith(prefix)}
    return sorted(found | {q.device for q in quiesces})


def read_names(elf):
    """Processes that it knows by name: CMRX_PROCESS_NUMBER."""
    prefix = "cmrx_id_process_"
    return sorted(s.name[len(prefix) :] for s in elf.symbols
                  if s.section == SHN_UNDEF and s.name.startswith(prefix))


def read_functions(elf):
    """Functions of .text, ascending, one per place."""
    text = elf.section(".text")
    symbols = [s for s in elf.symbols
               if s.type == STT_FUNC and s.section == text.index]
    symbols.sort(key=lambda s: (s.value & ~1, not s.size, s.index))
    functions = []
    for symbol in symbols:
        start = symbol.value & ~1
        if not functions or functions[-1].offset != start:
            functions.append(model.Function(symbol.name, start, symbol.size))
    for function, following in zip(functions, functions[1:] + [None]):
        end = following.offset if following else text.size
        function.size = function.size or end - function.offset
    return functions


def gate(functions, name):
    for function in functions:
        if function.name == name:
            return function.offset
    raise Refused(f"{name} is missing: libcmrx.a is not the one for this port")


# ---- Stack


def measure_stack(process, code):
    """Fill in what methods and threads need."""
    for service in process.services:
        for method in service.methods:
            measure_method(service, method, code)
            del method.offset
    for thread in process.threads:
        measure_thread(thread, code)
    for root in roots_of(process):
        root.reach = [reach_of(process, need) for need in root.reach]


def roots_of(process):
    return process.threads + [m for s in process.services for m in s.methods]


def measure_method(service, method, code):
    method.reach = stack.measure(code, method.offset)
    if isinstance(method.reach, stack.Unknown):
        raise Refused(
            f"service {service.name}, method {method.name}: its need of stack "
            f"is unknown: {method.reach}. " + bound_advice(method.reach))
    needs = [stack.total(need, code.port) for need in method.reach]
    method.stack = needs[0]
    method.lending = needs if needs[-1] != needs[0] else []


def measure_thread(thread, code):
    """A thread whose bound is declared need not be understood."""
    needs = stack.measure(code, thread.offset)
    thread.need, thread.need_unknown = 0, ""
    if not isinstance(needs, stack.Unknown):
        thread.reach = needs
        check_thread(thread, code.port)
    elif thread.bound:
        thread.need_unknown = str(needs)
    else:
        raise Refused(
            f"thread {thread.name}: the need of its stack is unknown: {needs}. "
            + thread_advice(thread, needs))


def thread_advice(thread, unknown):
    """The body is no name of the program's, and all there is: its bound is that
    of the thread."""
    if stack.plain_name(unknown.function) == f"cmrx_body_{thread.name}":
        return (f"Write CMRX_THREAD({thread.name}, .bound = BYTES, ...): what it "
                "uses at most, with all that it calls; or CMRX_STACK_BOUND() for "
                "a function of its own that makes that call")
    return (bound_advice(unknown) + " or, when all that is called from there is "
            "counted, .bound = BYTES to CMRX_THREAD")


def bound_advice(unknown):
    if stack.plain_name(unknown.function).endswith("vfprintf"):
        return ("Write with cmrx_format() of <cmrx/format.h>, not with snprintf() "
                f"or the like; if you must, {unknown.advice()}")
    return f"Add to the program: {unknown.advice()}"


def check_thread(thread, port):
    """That of its own process only; bounds.py adds what services need."""
    if thread.is_auto:
        return
    granule = max(32, (1 << (thread.stack - 1).bit_length()) // 8)
    thread.need = stack.total(stack.pick(thread.reach, granule), port)
    if thread.need > thread.stack and not thread.bound:
        raise Refused(f"thread {thread.name} has {thread.stack} bytes of "
                      f"stack, its code needs {thread.need}: write .stack = "
                      f"{thread.need}")


def reach_of(process, need):
    """The Need, with the calls of every import that a call can mean."""
    calls = {}
    for (word, how), (depth, way) in need.calls.items():
        for number in words.imports_of(word, len(process.uses)):
            if depth > calls.get((number, how), (-1,))[0]:
                calls[number, how] = depth, way
    return model.Reach(
        need.frames, need.trap, listed(need.way), listed(need.trap_way),
        [[*key, depth, listed(way)] for key, (depth, way) in calls.items()])


def listed(way):
    return [list(step) for step in way]


# ---- The whole


def read_process(elf, name, program, objdump):
    """Everything about a process, out of its object."""
    records, debug = Records(elf), Dwarf(elf)
    process = model.Process(name, program, elf.path)
    for section in IMAGE:
        found = elf.section(section)
        process.sections[section] = model.Section(
            section, found.size if found else 0,
            max(found.align, 1) if found else 1)
    read_records(process, records, debug)
    read_graces(process, records)
    if not roots_of(process):
        raise Refused("it has no thread and no service, so nothing of it would "
                      "ever run (there is no main()): write CMRX_THREAD(main, "
                      ".stack = CMRX_AUTO, .priority = 4) { ... }")
    process.functions = read_functions(elf)
    files, process.lines = lines.lines_of(
        lines.all_rows(debug, elf), process.functions)
    for function in process.functions:
        function.file = files.get(function.offset, "")
    process.return_gate = gate(process.functions, "cmrx_return_gate")
    process.exit_gate = gate(process.functions, "cmrx_exit_gate")
    said = declared.read(records)
    listing = stack.disassemble(elf.path, objdump)
    try:
        measure_stack(process, stack.Code(elf, listing, said.bounds,
                                          reach=said.reach))
    except Refused as error:
        raise Refused(f"{error}{declared.strangers(said, process)}") from None
    return process


def read_graces(process, records):
    services = {s.name: s for s in process.services}
    for name, at in records.unique("grace", "CMRX_GRACE"):
        if name not in services:
            raise Refused(f"CMRX_GRACE({name}): there is no service of this "
                          "name: use that of CMRX_PROVIDE")
        services[name].grace = records.words(at, 1)[0]
        if not services[name].grace:
            raise Refused(f"CMRX_GRACE({name}) is 0: leave it out")


def read_records(process, records, debug):
    elf = records.elf
    process.uses = [read_use(records, debug, name)
                    for name in numbers(elf, "cmrx_use_")]
    process.posts = numbers(elf, "cmrx_post_")
    process.threads = [
        read_thread(records, process.program, name, at)
        for name, at in records.unique("thread", "CMRX_THREAD")]
    recover = [t.name for t in process.threads if t.dormant == RECOVERS]
    if len(recover) > 1:
        raise Refused(f"process {process.name} is put in order by one thread; "
                      f"there is CMRX_RECOVER({') and CMRX_RECOVER('.join(recover)})")
    process.services = [
        read_service(records, debug, name, at)
        for name, at in records.unique("provide", "CMRX_PROVIDE")]
    process.events = [
        model.Event(name, *read_event(records, f"event {name}", at))
        for name, at in records.unique("event", "CMRX_EVENT")]
    process.interrupts = [
        read_interrupt(records, name, at)
        for name, at in records.unique("interrupt", "CMRX_INTERRUPT")]
    process.quiesces = [
        read_quiesce(records, name, at) for name, at in records.of("quiesce")]
    process.devices = read_devices(elf, process.name, process.quiesces)
    process.names = read_names(elf)
    process.drives = {name: records.text(at)
                      for name, at in records.unique("drives", "CMRX_DRIVES")}
    process.clocks = {name: records.words(at, 1)[0]
                      for name, at in records.unique("clock", "CMRX_CLOCK")}
    process.optional = declared.rights(records, "optional", "CMRX_OPTIONAL_RIGHT")
    process.needs = declared.rights(records, "needs", "CMRX_NEEDS_RIGHT")


def load_process(path, name, program="", objdump="arm-none-eabi-objdump"):
    """The process `name` in the object at `path`: a model.Process.

    Beside what the model says, each thread has .need (bytes its body needs, 0:
    not known) and .need_unknown (why not). What `cmrx process` has found is
    kept beside the object and used again as long as that is the same.
    """
    elf = Elf.load(path)
    if elf.section(".text") is None:  # the gates are in each
        raise damaged(path)
    key = cache_key(elf.data, name, program or name, path)
    process = read_cache(str(path), key)
    if process is None:
        try:
            process = read_process(elf, name, program or name, objdump)
        except Refused as error:
            raise Refused(f"process {name}: {error}") from None
        except DAMAGE:
            raise damaged(path) from None
        write_cache(str(path), key, process)
    return process


def copy_process(process, name, path):
    """Another instance of its program, which must have no devices: the object
    and what is known of it are the same but for the name."""
    with open(process.object, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data)
    write_cache(path, cache_key(data, name, process.program, path),
                replace(process, name=name, object=path))


def cache_key(data, name, program, path):
    return [CACHE_VERSION, sha256(data).hexdigest(), name, program,
            str(path)]


def forget_cache(path):
    """What an older version of these tools may have found."""
    if os.path.exists(path + ".json"):
        os.remove(path + ".json")


def write_cache(path, key, process):
    data = asdict(process)
    for thread, kept in zip(process.threads, data["threads"]):
        kept.update(need=thread.need, need_unknown=thread.need_unknown)
    temporary = f"{path}.json.{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump({"key": key, "process": data}, file)
    os.replace(temporary, path + ".json")


def read_cache(path, key):
    try:
        with open(path + ".json", encoding="utf-8") as file:
            kept = json.load(file)
        return revive(kept["process"]) if kept["key"] == key else None
    except (OSError, *DAMAGE):
        return None


def revive(data):
    """A model.Process again, from what asdict() has made of it."""
    plain = {"sections": {name: model.Section(**section)
                          for name, section in data["sections"].items()},
             "lines": [tuple(pair) for pair in data["lines"]]}
    kinds = {"uses": model.Use, "threads": revive_thread,
             "services": revive_service, "events": model.Event,
             "interrupts": model.Interrupt, "quiesces": model.Quiesce,
             "functions": model.Function}
    for key, make in kinds.items():
        plain[key] = [make(**item) for item in data[key]]
    return model.Process(**{**data, **plain})


def revive_service(methods, **rest):
    return model.Service(methods=[
        model.Method(reach=revive_reach(m.pop("reach")), **m)
        for m in methods], **rest)


def revive_reach(kept):
    return [model.Reach(**reach) for reach in kept]


def revive_thread(need, need_unknown, reach, **rest):
    thread = model.Thread(reach=revive_reach(reach), **rest)
    thread.need, thread.need_unknown = need, need_unknown
    return thread
