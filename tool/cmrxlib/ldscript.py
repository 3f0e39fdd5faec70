"""ldscript.py - writes layout.ld: every section exactly where the plan has it.

Nothing is left to the linker: each piece has an address and is checked to have
its size, and a section that nobody placed is an error (CMake links with
--orphan-handling=error). Object files are named by their path's last part;
ld matches it after a slash, so that `a` and `ba` are not confused.

Segments are given, too: RAM that is not initialized belongs to none, or a
loader (QEMU at each reset) would wipe the record of the last fault.

Beside a vendor's script (doc/design/0009-vendor-script.md) the same sections are
inserted into that. It says what happens to what is not ours, and knows no
segments: `cmrx unload` mends those afterwards.
"""

import os

from .plan import INITIALIZED, KERNEL, PLACED, WRITABLE
from .grants import INFO

TABLES = "*/tables.[co]*"  # tables.o, or what CMake calls it: tables.c.o
# Where a debugger begins after it has loaded: where the processor does after a
# reset. On RISC-V that is code that makes a stack for what it jumps to.
ENTRY, ENTRY_RISCV = "cmrx_reset", "cmrx_vectors"
NOLOAD = (".shared_bss", ".bss", ".noinit")

DISCARDED = (".cmrx.meta .cmrx.meta.*", ".comment", ".ARM.exidx .ARM.exidx.*",
             ".ARM.extab .ARM.extab.*", ".note .note.*", ".eh_frame",
             ".stack_sizes", ".gnu.*", ".riscv.attributes")
# What is left over has to be empty: sections of no size, and what the linker may
# invent (veneers, PLTs).
LEFT_OVER = (".text .text.* .rodata .rodata.* .public .shared_data .shared_bss",
             ".data .data.* .bss .bss.* COMMON", ".glue_7 .glue_7t .vfp11_veneer .v4_bx .text.stm32l4xx_veneer",
            ".iplt .plt .got .got.plt .igot.plt .rel.dyn .rel.iplt .rela.*")
# The linker's own among these, that no vendor's script mentions.
INVENTED = ".vfp11_veneer .v4_bx .iplt .igot.plt .rel.dyn .rel.iplt"
DEBUG = ("aranges", "info", "abbrev", "line", "frame", "str", "loc", "ranges",
         "addr", "line_str", "loclists", "macro", "names", "rnglists",
         "str_offsets", "macinfo", "types", "pubnames", "pubtypes")


def write(system, wiring, plan, kernel, has_info):
    """The text of layout.ld."""
    entry = ENTRY_RISCV if system.board.port == "riscv32" else ENTRY
    lines = [f"/* layout.ld - system {system.name} on board "
             f"{system.board.name}.", "   Written by `cmrx layout`; changes "
             "here are lost. */", "", f"ENTRY({entry})", ""]
    lines += symbols(system, wiring, plan)
    if not plan.beside:
        lines += segments(plan)
    lines += ["SECTIONS", "{"]
    for _, text in sorted(placed_sections(system, plan, kernel, has_info)):
        lines += text
    lines += left_over_of_ours(system, kernel) if plan.beside else left_over()
    lines += ["}" + (f" INSERT AFTER {plan.beside};" if plan.beside else ""),
              ""]
    lines += checks(system, plan)
    return "\n".join(lines) + "\n"


def placed_sections(system, plan, kernel, has_info):
    """(address, lines) of all that has a place."""
    for group in (".vectors", ".text", ".rodata", ".noinit", ".data", ".bss"):
        if plan.sections[KERNEL, group].size:
            base = plan.sections[KERNEL, group].base
            yield base, kernel_group(plan, kernel, group)
    stack = plan.sections[KERNEL, ".stack"]
    yield stack.base, [f"    .kernel.stack {stack.base:#x} (NOLOAD) :",
                       f"    {{ . = {stack.size:#x}; }}{to(plan, 'NONE')}"]
    for process in system.processes:
        yield from process_sections(process, plan)
    if has_info:
        segment = to(plan, flash_segment(plan, plan.info.base))
        yield plan.info.base, [f"    .cmrx.info {plan.info.base:#x} : "
                               f"{{ KEEP({TABLES}(.cmrx.info)) }}{segment}"]
    yield plan.tables, kernel_tables(plan)


def pattern(path):
    return f"*/{os.path.basename(path)}"


# ---- Symbols


def symbols(system, wiring, plan):
    """Devices and processes as programs name them, and what reset needs."""
    for process in system.processes:
        for window in wiring.windows[process.name]:
            base = plan.info.base if window.device == INFO else window.base
            yield f"cmrx_device.{process.name}.{window.name} = {base:#x};"
    known = {name for process in system.processes for name in process.names}
    for number, process in enumerate(system.processes):
        if process.name in known:
            yield f"cmrx_id_process_{process.name} = {number};"
    data = plan.sections[KERNEL, ".data"]
    bss = plan.sections[KERNEL, ".bss"]
    stack = plan.sections[KERNEL, ".stack"]
    for name, value in (("data_from", data.load), ("data_begin", data.base),
                        ("data_end", data.base + data.size),
                        ("bss_begin", bss.base),
                        ("bss_end", bss.base + bss.size),
                        ("stack_bottom", stack.base),
                        ("stack_top", stack.base + stack.size)):
        yield f"cmrx_kernel_{name} = {value:#x};"
    yield ""


def segments(plan):
    """One for each run of flash, one for each piece that is copied to RAM."""
    runs = flash_runs(plan)
    yield "PHDRS"
    yield "{"
    for number in range(max(runs.values()) + 1):
        yield f"    flash_{number} PT_LOAD;"
    for (owner, name), placed in plan.sections.items():
        if name in INITIALIZED and placed.size:
            yield f"    {segment_of(plan, owner, name)} PT_LOAD;"
    yield "}"
    yield ""


def to(plan, segment):
    """Says in which segment a section is."""
    return "" if plan.beside else f" :{segment}"


def flash_runs(plan):
    """{address of a section: run}; load images lie between the runs, and in
    the file too: segments must not overlap."""
    stops = [p.load for p in plan.sections.values()
             if p.load is not None and p.size]
    bases = [p.base for (_, name), p in plan.sections.items()
             if name not in INITIALIZED + NOLOAD + (".stack",) and p.size]
    bases += [plan.tables] + ([plan.info.base] if plan.info else [])
    before = {base: sum(stop < base for stop in stops) for base in bases}
    order = sorted(set(before.values()))
    return {base: order.index(count) for base, count in before.items()}


def segment_of(plan, owner, name):
    if name in INITIALIZED:
        return f"{owner}{name.replace('.', '_')}"
    if name in NOLOAD:
        return "NONE"
    return flash_segment(plan, plan.sections[owner, name].base)


def flash_segment(plan, base):
    return f"flash_{flash_runs(plan)[base]}"


# ---- The kernel


def kernel_name(group):
    return ".vectors" if group == ".vectors" else f".kernel{group}"


def kernel_group(plan, kernel, group):
    """Its sections at their offsets; ld refuses to go back if one is larger."""
    placed = plan.sections[KERNEL, group]
    kind = " (NOLOAD)" if group in NOLOAD else ""
    load = f" AT({placed.load:#x})" if group == ".data" else ""
    lines = [f"    {kernel_name(group)} {placed.base:#x}{kind} :{load}",
             "    {"]
    parts = [(offset, pattern(kernel.path), name)
             for offset, name in plan.kernel_inside[group]]
    parts += [(item.offset, TABLES, f"{group}.{item.symbol}")
              for item in plan.ram_objects if item.group == group]
    for offset, file, name in sorted(parts):
        lines += [f"        . = {offset:#x};", f"        KEEP({file}({name}))"]
    segment = to(plan, segment_of(plan, KERNEL, group))
    return lines + [f"        . = {placed.size:#x};", f"    }}{segment}"]


def kernel_tables(plan):
    """Last in flash: nothing depends on their size but the flash itself."""
    return [f"    .kernel.tables {plan.tables:#x} :",
            "    {",
            f"        KEEP({TABLES}(.cmrx.build))",
            f"        {TABLES}(.rodata .rodata.*)",
            f"    }}{to(plan, flash_segment(plan, plan.tables))}"]


# ---- Processes


def section_name(process, name):
    """In the image. ld takes what begins with .rel or .debug for its own, so
    the name of a process cannot come first."""
    return f".process.{process}{name}"


def process_sections(process, plan):
    file = pattern(process.object)
    for name in PLACED:
        placed = plan.sections[process.name, name]
        if placed.size:
            kind = " (NOLOAD)" if name in NOLOAD else ""
            load = f"AT({placed.load:#x}) " if name in INITIALIZED else ""
            yield placed.base, [
                f"    {section_name(process.name, name)} "
                f"{placed.base:#x}{kind} : {load}"
                f"{{ KEEP({file}({name})) }}"
                + to(plan, segment_of(plan, process.name, name))]


def left_over():
    yield "    .left_over :"
    yield "    {"
    for names in LEFT_OVER:
        yield f"        *({names})"
    yield "    } :NONE"
    yield from debug()
    yield "    /DISCARD/ :"
    yield "    {"
    for names in DISCARDED:
        yield f"        *({names})"
    yield "    }"


def debug():
    for name in DEBUG:
        yield f"    .debug_{name} 0 : {{ *(.debug_{name} .debug_{name}.*) }}"
    yield "    .ARM.attributes 0 : { *(.ARM.attributes) }"
    yield "    .told 0 (INFO) : { *(.told) }"  # kernel/layout.c


def left_over_of_ours(system, kernel):
    """The same, of our own files only: the rest is the vendor's. Without this,
    his patterns would take what we have forgotten."""
    files = [pattern(kernel.path), TABLES]
    files += [pattern(p.object) for p in system.processes]
    yield "    .left_over (NOLOAD) :"
    yield "    {"
    for file in files:
        for names in LEFT_OVER[:2]:
            yield f"        {file}({names})"
    yield f"        *({INVENTED})"
    yield "    }"
    yield from debug()
    yield "    .comment 0 : { *(.comment) }"
    yield "    /DISCARD/ :"
    yield "    {"
    for file in files:
        yield f"        {file}({' '.join(DISCARDED)})"
    yield "    }"


# ---- Everything has the size that was planned


def checks(system, plan):
    for process in system.processes:
        for name in PLACED:
            placed = plan.sections[process.name, name]
            if placed.size:
                yield check(section_name(process.name, name), placed.size)
    if plan.info:
        yield check(".cmrx.info", plan.info.used)
    limit = system.board.ram_base + system.board.ram_size
    for name in ram_sections(system, plan):
        yield (f"ASSERT(ADDR({name}) + SIZEOF({name}) <= {limit:#x}, "
               f'"{name} lies beyond the RAM of the system");')
    yield (f"ASSERT(cmrx_kernel_stack_top <= {limit:#x} && "
           f"{plan.ram_end:#x} <= {limit:#x}, "
           '"a stack lies beyond the RAM of the system");')
    yield ('ASSERT(SIZEOF(.left_over) == 0, "something has no place: see '
           '.left_over in the linker map (veneers, or a process was built '
           'again?)");')
    top = system.board.flash_base + system.board.flash_size
    yield (f"ASSERT({plan.tables:#x} + SIZEOF(.kernel.tables) <= {top:#x}, "
           '"the tables of the kernel do not fit into flash: make the code of '
           'a process smaller");')


def ram_sections(system, plan):
    kernel = [(KERNEL, name) for name in (".data", ".bss", ".noinit")]
    owned = [(p.name, name) for p in system.processes for name in WRITABLE]
    for owner, name in kernel + owned:
        placed = plan.sections.get((owner, name))
        if placed and placed.size:
            yield (kernel_name(name) if owner == KERNEL
                   else section_name(owner, name))


def check(section, size):
    return (f"ASSERT(SIZEOF({section}) == {size:#x}, "
            f'"{section} is not as it was measured: build again");')
