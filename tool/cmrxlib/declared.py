"""declared.py - what a program declares of its stack, and of rights.

    CMRX_STACK_BOUND(f, BYTES)   what f needs, with all that it calls
    CMRX_CALLS_ROWS(f)           where the calls through pointers of f lead
    CMRX_OPTIONAL_RIGHT(power)   that it does without, if it has to
    CMRX_NEEDS_RIGHT(inspect)    that it asks for by system calls of its own

A row (CMRX_ROW) is a constant of the program, in .rodata between cmrx_rows and
cmrx_rows_end. Each address word of it that leads to the begin of a function may be
called.
"""

from collections import namedtuple

from . import stack
from .elf import STT_FUNC
from .model import Refused

FIRST, END = "cmrx_rows", "cmrx_rows_end"
ROWS, CODE = ".rodata", ".text"
RIGHTS = ("inspect", "control", "power")

# bounds: {function: bytes}; reach: {function: [offset of what it may call]}
Declared = namedtuple("Declared", "bounds reach")


def read(records):
    """Declared of a program, from its records (process.Records)."""
    return Declared({n: records.words(at, 1)[0] for n, at in records.of("stack")},
                    reach_of(records.elf, [n for n, _ in records.of("rows")]))


def reach_of(elf, names):
    known = {s.name for s in elf.symbols}
    if names and not {FIRST, END} <= known:
        raise Refused(f"CMRX_CALLS_ROWS({names[0]}): the program has no rows "
                      "(CMRX_ROW), or does not look for them from cmrx_rows to "
                      "cmrx_rows_end")
    targets = functions_of_rows(elf) if names else []
    return {name: targets for name in names}


def functions_of_rows(elf):
    """Offsets in .text of the functions that the rows point to."""
    ends = {s.name: s.value for s in elf.symbols if s.name in (FIRST, END)}
    starts = {s.value & ~1 for s in elf.symbols
              if s.type == STT_FUNC and elf.section_name(s) == CODE}
    found = set()
    for offset in range(ends.get(FIRST, 0), ends.get(END, 0), 4):
        target = elf.target(ROWS, offset)
        if target and target.section == CODE and target.offset & ~1 in starts:
            found.add(target.offset & ~1)
    return sorted(found)


def strangers(declared, process):
    """What is declared of a name that is mistyped is of no use, and nothing else
    says so."""
    known = {stack.plain_name(f.name) for f in process.functions}
    for macro, names in (("STACK_BOUND", declared.bounds),
                         ("CALLS_ROWS", declared.reach)):
        for name in sorted(set(names) - known):
            return f". There is CMRX_{macro}({name}), and no such function"
    return ""


def rights(records, kind, macro):
    """The rights that records of one kind name."""
    names = sorted({name for name, _ in records.of(kind)})
    for name in names:
        if name not in RIGHTS:
            raise Refused(f"{macro}({name}): there are " + ", ".join(RIGHTS))
    return names
