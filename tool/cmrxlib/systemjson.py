"""systemjson.py - writes and reads system.json, the one description.

Schema: doc/system-json.md. Two things are said separately: what each process
may touch (`may`), from the declarations, and what the protection registers are
set to (`regions`), from the encoder; `cmrx check` compares them with its own
decoder. The build id is the hash of all the rest, and is in the image as well:
a description that was changed by hand does not match either.
"""

import contextlib
import json
import os
import struct

from . import kernelram, needs, plan as plans
from .bounds import of_steps
from .kernelobj import digest, read_elf
from .model import RECOVERS, Refused
from .sha import sha256
from .tables import lent, process_map, public_registers
from .grants import INFO

SCHEMA = 1
ID_DIGITS = 16


def build(system, wiring, plan, kernel):
    """The description, as plain data, with its build id."""
    described = {
        "schema": SCHEMA,
        "name": system.name,
        "build_id": "",
        "board": board(system.board),
        "linker_script": system.linker_script or None,
        "kernel": kernel_part(system, plan, kernel),
        "public_constants": public_part(system, plan),
        "info": block(plan.info) if plan.info else None,
        "processes": processes(system, wiring, plan),
        "services": services(system, wiring, plan),
        "events": events(system, plan),
        "interrupts": interrupts(system, wiring, plan),
        "supervisor": system.supervisor or None,
        "totals": totals(system, plan),
    }
    described["build_id"] = identity(described)
    return described


def identity(described):
    """Hash of everything but itself."""
    rest = {key: value for key, value in described.items()
            if key != "build_id"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:ID_DIGITS]


def dump(described):
    return json.dumps(described, indent=1) + "\n"


def load(path):
    """The description in a file, or in the folder of a system, or Refused. Its
    build id is not checked."""
    if os.path.isdir(path):
        path = os.path.join(path, "system.json")
    try:
        with open(path, encoding="utf-8") as file:
            described = json.load(file)
        json.dumps(described, ensure_ascii=False).encode()  # it can be printed
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}; a system is the folder BUILD/SYSTEM "
                      "that `cmake --build BUILD --target SYSTEM` makes") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path}: not JSON: {error}") from None
    if not isinstance(described, dict) or described.get("schema") != SCHEMA:
        raise Refused(f"{path}: not a system.json of schema {SCHEMA}; build "
                      "the system again")
    return described


# What goes wrong with a description that is not as the layout has written it.
NONSENSE = (LookupError, TypeError, ValueError, AttributeError, StopIteration,
            ArithmeticError, struct.error)


@contextlib.contextmanager
def followed(path):
    """What is done within relies on the description in `path`."""
    try:
        yield
    except NONSENSE as error:
        raise Refused(f"{path}: the description cannot be followed "
                      f"({type(error).__name__}: {error}); build the system "
                      "again") from None


def address(value):
    return f"{value:#010x}"


def number(text):
    """An address of the description, as a number."""
    return int(text, 0) if isinstance(text, str) else text


# ---- Pieces


def block(found):
    """What belongs to one owner; `size - used` of it is padding."""
    told = {"base": address(found.base), "size": found.size,
            "used": found.used, "granule": found.granule}
    if found.tail:
        told["tail"] = {"size": found.tail, "granule": found.fine}
    return told


def placed(owner, name, where):
    piece = {"name": name, "base": address(where.base), "size": where.size}
    if where.load is not None and where.size:
        piece["load"] = address(where.load)
    return piece


def region(unit, number_of_it, what, registers):
    """The registers, and what they mean."""
    words = dict(zip(unit.WORDS, map(address, registers)))
    return {"what": what, "number": number_of_it, **words,
            **unit.meaning(*registers)}


def right_to(found, access, why):
    return {"base": address(found.base), "size": found.size, "access": access,
            "why": why}


# ---- Parts of the description


def board(b):
    return {
        "name": b.name, "cpu": b.cpu, "port": b.port,
        "flash": {"base": address(b.flash_base), "size": b.flash_size},
        "ram": {"base": address(b.ram_base), "size": b.ram_size},
        "clock_hz": b.clock_hz, "irq_lines": b.irq_lines,
        "kernel_stack": b.kernel_stack,
        "devices": {d.name: {"base": address(d.base), "size": d.size,
                             "irqs": d.irqs} for d in b.devices.values()},
        "kernel_devices": {d.name: {"base": address(d.base), "size": d.size}
                           for d in b.kernel_devices.values()},
        **({"pmp_entries": b.pmp_entries,
            "pmp_top_of_range": b.pmp_top_of_range}
           if b.port == "riscv32" else {}),
        **({"wide_maps": True} if b.wide else {}),
        "qemu": b.qemu, "qemu_uart1": b.qemu_uart1,
    }


def kernel_part(system, plan, kernel):
    return {
        "object": from_folder(system, kernel.path),
        "hash": kernel.digest,
        "sections": [placed(owner, name, where) for (owner, name), where
                     in plan.sections.items()
                     if owner == plans.KERNEL and where.size],
        "stack": {"bound": of_steps(kernel.chain), "chain": kernel.chain},
        "tables": address(plan.tables),
        "objects": [{"symbol": o.symbol, "what": o.what, "size": o.size,
                     "base": object_base(plan, o)}
                    for o in plan.ram_objects],
    }


def public_part(system, plan):
    if not plan.public:
        return None
    parts = [{"process": p.name,
              **placed(p.name, ".public", plan.sections[p.name, ".public"])}
             for p in system.processes]
    return {**block(plan.public),
            "region": region(plan.unit, plan.unit.PUBLIC, "public constants",
                             public_registers(plan)),
            "parts": [part for part in parts if part["size"]]}


def processes(system, wiring, plan):
    return [process_part(system, wiring, plan, p) for p in system.processes]


def process_part(system, wiring, plan, process):
    """One process: what it is, what it may, how that is enforced."""
    name = process.name
    return {
        "name": name,
        "program": process.program,
        "object": from_folder(system, process.object),
        "hash": object_hash(process),
        **memory_part(plan, name),
        "windows": [window_part(plan, w) for w in wiring.windows[name]],
        "may": list(may(wiring, plan, name)),
        "regions": [region(plan.unit, *found) for found
                    in sorted(process_map(wiring, plan, name))],
        "lent": [region(plan.unit, plan.unit.CALLER + n, what, registers)
                 for n, (what, registers) in enumerate(
                     zip(("as caller", "as origin"), lent(plan, name)))],
        "grants": grants(system, name),
        "rights": wiring.rights[name],
        "policy": wiring.policies[name],
        **({"floating_point": True} if process.floating_point else {}),
        "threads": threads(system, wiring, plan, process),
        **reach(wiring, process),
        "return_gate": text_address(plan, name, process.return_gate),
        "exit_gate": text_address(plan, name, process.exit_gate),
    }


def from_folder(system, path):
    """As it is found from where the description lies, wherever the build is."""
    if not system.folder:
        return os.path.basename(path)
    return os.path.relpath(path, system.folder).replace(os.sep, "/")


def memory_part(plan, name):
    memory, shared = plan.memory.get(name), plan.shared.get(name)
    return {
        "code": block(plan.code[name]),
        "memory": block(memory) if memory else None,
        "shared": block(shared) if shared else None,
        "sections": [placed(name, s, plan.sections[name, s])
                     for s in plans.PLACED if plan.sections[name, s].size],
    }


def window_part(plan, window):
    is_info = window.device == INFO
    base, size = (plan.info.base, plan.info.size) if is_info else (
        window.base, window.size)
    return {"name": window.name, "device": window.device,
            "base": address(base), "size": size, "read_only": is_info}


def reach(wiring, process):
    """What it can ask of others."""
    name = process.name
    return {
        "imports": [{"name": use.name, "service": f"{owner}.{service.name}"}
                    for use, (owner, service)
                    in zip(process.uses, wiring.imports[name])],
        "calls": sorted({owner for owner, _ in wiring.imports[name]}),
        "posts": [{"name": post, "event": f"{owner}.{event.name}"}
                  for post, (owner, event)
                  in zip(process.posts, wiring.posts[name])],
        "quiesces": [{"name": q.name, "address": address(at),
                      "value": address(q.value)}
                     for q, at in wiring.quiesces[name]],
    }


def text_address(plan, name, offset):
    """Of code; without the Thumb bit."""
    return address(plan.address(name, ".text", offset))


def object_hash(process):
    return digest(read_elf(process.object)) if process.object else ""


def may(wiring, plan, name):
    """The truth that the registers have to express, from the declarations."""
    yield right_to(plan.code[name], "rx", "code")
    if name in plan.memory:
        yield right_to(plan.memory[name], "rw", "memory")
    for window in wiring.windows[name]:
        if window.device == INFO:
            yield right_to(plan.info, "r", "GRANT INFO")
        else:
            yield right_to(window, "rw", f"GRANT MMIO {window.device}")
    if plan.public:
        yield right_to(plan.public, "r", "public constants")


def grants(system, name):
    return [{"kind": g.kind, "what": g.what, "as": g.alias}
            for g in system.grants if g.process == name]


def threads(system, wiring, plan, process):
    everyone = kernelram.all_threads(system)
    return [thread_part(wiring, plan, process, thread, number)
            for number, (owner, thread) in enumerate(everyone)
            if owner is process]


def thread_part(wiring, plan, process, thread, number):
    stack = plan.stacks[process.name, thread.name]
    return {
        "name": thread.name,
        "number": number,
        "function": thread.function,
        "entry": text_address(plan, process.name, thread.offset),
        "priority": thread.priority,
        "dormant": bool(thread.dormant),
        "recovers": thread.dormant == RECOVERS,
        "monitor": bool(thread.monitor),
        "depth": wiring.depths[process.name],
        "calls": object_named(plan, f"calls_{number}"),
        "stack": {**block(stack), **need(thread),
                  **bound(thread, plan.chains.get((process.name, thread.name), []))},
        "region": region(plan.unit, plan.unit.STACK, "stack",
                         plan.unit.window(stack)[:2]),
    }


def need(thread):
    """Bytes that the body needs, calls to services not included; None when it
    cannot be worked out."""
    why = getattr(thread, "need_unknown", "")
    told = {"need": getattr(thread, "need", 0) or None}
    return {**told, "need_unknown": why} if why else told


def bound(thread, chain):
    """Of all that the thread visits, and how it comes about."""
    return {"declared": "auto" if thread.is_auto else thread.stack,
            "bound": of_steps(chain), "chain": chain}


def object_base(plan, item):
    base = plan.sections[plans.KERNEL, item.group].base
    return address(base + item.offset)


def object_named(plan, symbol):
    return next(object_base(plan, o) for o in plan.ram_objects
                if o.symbol == symbol)


def services(system, wiring, plan):
    coarsest = needs.granules(system, wiring, needs.placed(plan))
    return [service(plan, p, s, coarsest.get((p.name, s.name), 0))
            for p in system.processes for s in p.services]


def service(plan, process, s, granule):
    itself = s.self_section and address(
        plan.address(process.name, s.self_section, s.self_offset))
    return {"table": address(plan.address(process.name, s.section, s.offset)),
            "self": itself or None, "name": s.name, "process": process.name, "interface": s.interface,
            "reentrant": bool(s.reentrant), "grace": s.grace, "granule": granule,
            "stack_need": needs.of_service(s, granule),
            "methods": [{"name": m.name, "function": m.function,
                         "stack": needs.of_method(m, granule)}
                        for m in s.methods]}


def events(system, plan):
    return [{"name": e.name, "process": p.name,
             "word": address(plan.address(p.name, e.section, e.offset))}
            for p in system.processes for e in p.events]


def interrupts(system, wiring, plan):
    return [{"name": line.name, "process": p.name, "irq": line.irq,
             "line": line.line, "bits": address(i.bits),
             "word": address(plan.address(p.name, i.section, i.offset))}
            for p in system.processes
            for i, line in zip(p.interrupts, wiring.lines[p.name])]


# ---- What it costs


def totals(system, plan):
    """Bytes; the kernel's tables are not among them (the ELF knows)."""
    base = system.board.flash_base
    blocks = list(plan.code.values()) + [b for b in (plan.public, plan.info)
                                         if b]
    stacks = list(plan.stacks.values())
    return {
        "flash": area(plan.tables - base, owned(plan, True) + sizes(blocks),
                      blocks),
        "ram": area(plan.ram_end - system.board.ram_base,
                    owned(plan, False) + sizes(plan.memory.values())
                    + sizes(stacks), list(plan.memory.values()) + stacks),
    }


def area(span, taken, blocks):
    """span: up to the last byte used; gaps: nobody's; padding: of blocks."""
    return {"span": span, "gaps": span - taken,
            "padding": sum(b.size - b.used for b in blocks)}


def sizes(blocks):
    return sum(b.size for b in blocks)


def owned(plan, flash):
    """What no region shows: the kernel's, and load images."""
    total = 0
    for (owner, name), where in plan.sections.items():
        is_flash = name in (".vectors", ".text", ".rodata")
        if owner == plans.KERNEL and is_flash == flash:
            total += where.size
        if flash and where.load is not None:
            total += where.size
    return total
