"""stretchbound.py - what bounds each stretch, worked out from the machine code.

The longest way (longest.py) from where an exception enters the kernel to where that is
left, or to where it takes or looks for a line. How often a loop turns is in loops.csv:
a number, or one of the sizes in bounds.csv, which are those of a system as large as
the largest that is measured. A loop without a number is a problem, and so is a
stretch that is found to be longer than its bound.
"""

import bisect
import os
import re

from . import benchdata, loops, oracle, riscv, stretch, systemjson, thumb
from .elf import Elf
from .longest import Endless, Longest
from .model import Refused

RECORDED = "bounds"  # in recorded.json, by board
HEAD = re.compile(r"^([0-9a-f]+) <(\S+)>:$", re.M)
# What does not return to the system: a defect, the end.
DEAD = ("panic", "entry_wrong", "entry_inside", "entry_reset", "cmrx_reset", "port_halt",
        "port_reset", "board_halt", "board_reset", "semihosting_exit")
ENTRIES = {"fault": ("entry_fault",), "alarm": ("entry_alarm",),
           "interrupt": ("entry_irq",), "start": ("entry_start", "entry_pended")}
SYSTEM_CALL, RISCV_ENTRY = ("entry_svc",), "entry"
# On RISC-V there is one entry: where the ways of other kinds go on.
RISCV_OTHERS = {
    "fault": ("entry_ecall", "entry_irq"),
    "alarm": ("entry_ecall", "entry_fault", "kernel_irq"),
    "interrupt": ("entry_ecall", "entry_fault", "kernel_alarm")}
RISCV_NOT_A_CALL = ("other_trap",)
LONG = ", a process ends or begins"
OTHER_CALL = "other call"
HANDLERS, ANSWERS = "kernel_handlers", "kernel_answers"
# Parts of the short ways in assembly that only these calls go by (call.S, wake.S).
ONLY = {"kernel_call_later": ("CALL", "CALL_UNTIL"), "kernel_return_later": ("RETURN",),
        "entry_post": ("POST",), "entry_wake": ("WAKE",), "slow_post_leaf": ("POST",),
        "slow_wake_leaf": ("WAKE",), "slow_irq_leaf": ("interrupt",)}
BELOW = "below"  # in loops.csv
# The library's division by a number that the build does not know: the kernel has none
# (imagetables.py: check_reciprocals), and a way by it that is gone is told (untrodden).
NEVER = ("reciprocal_of",)
FORCED = ("gate_leave", "process_forced")  # of call_forced(), by what it leaves


class Kernel:
    """The code of the kernel of a system."""

    def __init__(self, folder):
        self.system = systemjson.load(os.path.join(folder, "system.json"))
        self.path = oracle.the_elf(folder)
        self.elf = Elf.load(self.path)
        self.port = self.system["board"]["port"]
        self.is_riscv = self.port == "riscv32"
        self.tools = loops.RISCV if self.is_riscv else loops.ARM
        base, end = oracle.kernel_code(self.system)
        listing = loops.run(self.tools, "objdump", "-d",
                            f"--start-address={base:#x}",
                            f"--stop-address={end:#x}", self.path)
        self.code = (riscv if self.is_riscv else thumb).parse(listing)
        self.heads = sorted((int(a, 16), name) for a, name in HEAD.findall(listing))
        self.starts = [address for address, _ in self.heads]
        self.sources = {}

    def name_of(self, address):
        at = bisect.bisect_right(self.starts, address) - 1
        return stretch.SPLIT.sub("", self.heads[at][1]) if at >= 0 else "?"

    def places(self, *names):
        """Of functions and labels, and of what the compiler has split off."""
        return [a for a, name in self.heads if stretch.SPLIT.sub("", name) in names]

    def place(self, name):
        found = [a for a, head in self.heads if head == name]
        if not found:
            raise Refused(f"{self.path}: the kernel has no {name}: "
                          "tool/cmrxlib/stretchbound.py needs it")
        return found[0]

    def source_of(self, address):
        """The function of the source that an instruction belongs to."""
        if address not in self.sources:
            self.sources[address] = loops.source_function(
                self.tools, self.path, address, self.name_of(address))
        return self.sources[address]

    def table(self, name):
        """Functions in a table, 0: none."""
        symbol = next(s for s in self.elf.symbols if s.name == name)
        return [word & ~1 for word in oracle.words_at(self.elf, symbol.value,
                                                      symbol.size // 4)]


# ---- How often a loop turns


class Turns:
    """Asked by Graph. rows: of loops.csv, `sizes`: of bounds.csv. Remembers the loops
    that it was asked for, and those of which nothing is said."""

    def __init__(self, kernel, rows, with_sizes):
        self.kernel, self.rows, self.sizes = kernel, rows, with_sizes
        self.met, self.unknown = set(), set()

    def __call__(self, addresses, below):
        """Of a loop that goes back from there. Loops of one head: each in each."""
        found, product = {}, 1
        for name in sorted({self.kernel.source_of(a) for a in addresses}):
            name = self.outer(name)
            found[name] = self.turns(name, self.kernel.name_of(addresses[0]), below)
        for number in found.values():
            product *= number
        return product

    def outer(self, name):
        """`of inherit`: a part of that one's loop, which the compiler names so."""
        most = self.rows.get(name, {}).get("most", "")
        return most[3:] if most.startswith("of ") else name

    def turns(self, name, inside, below):
        """`pieces; in pop_to 24; below f 8`: where it is a part of the one, or the
        other is called on the way to it, it is less."""
        most, *parts = self.rows.get(name, {}).get("most", "").split("; ")
        word = most
        for how, where, number in map(str.split, parts):
            if where in below if how == BELOW else where == inside:
                word = number
        self.met.add(name)
        if word.isdigit():
            return int(word)
        if word not in self.sizes:
            self.unknown.add(name)
        return self.sizes.get(word, 0)


def scopes(rows):
    """Functions below which a loop has less turns."""
    return {part.split()[1] for row in rows.values()
            for part in row["most"].split("; ") if part.startswith(BELOW + " ")}


def sizes():
    """Of bounds.csv: name -> number."""
    return {name: int(row["is"]) for name, row in benchdata.table("bounds").items()}


# ---- Kinds of stretches


def cuts(kernel, kind, ways):
    """Function -> the longest way out from there where a line waits, as measured."""
    found = {a: ways.get("alarm" if kind.startswith("alarm") else "call", 0)
             for a in kernel.places(stretch.ASK)}
    if kernel.places(stretch.LINE):
        found[kernel.place(stretch.LOOK)] = ways.get("line", 0)
    return found


def pointers(kernel, numbers):
    """Where system calls of those numbers are led to."""
    handlers, answers = kernel.table(HANDLERS), kernel.table(ANSWERS)
    long_way = {table[n] for table in (handlers, answers) for n in numbers
                if n < len(table) and table[n]}
    in_c = {handlers[n] for n in numbers if n < len(handlers)} - {0}
    at_once = {answers[n] for n in numbers if n < len(answers)} - {0}
    names = {"kernel_syscall": long_way, "handle": long_way, "handler": in_c,
             "in_c": in_c, "entry_handler": in_c, "answers": at_once,
             "not_return": at_once,
             "call_forced": set(kernel.places(*FORCED)),
             "entry_fault": set(kernel.places("entry_inside")),  # v6-M
             "find": {None}, "leaf_raise": {None}}  # back, by registers of their own
    return {name: sorted(where, key=str) for name, where in names.items()}


def calls_of(kind):
    """Numbers of the system calls of a kind."""
    names, known = stretch.call_names(), kind.replace(LONG, "")
    if known == OTHER_CALL:
        return sorted(n for n, name in names.items() if name != stretch.CONTROL)
    return [n for n, name in names.items() if name == known]


def entry_of(kernel, kind):
    """(where it enters, other places at which it is none)"""
    known = kind.replace(LONG, "")
    if kernel.is_riscv:
        return kernel.place(RISCV_ENTRY), kernel.places(*RISCV_OTHERS.get(
            known, RISCV_NOT_A_CALL))
    return kernel.places(*ENTRIES.get(known, SYSTEM_CALL))[0], []


def elsewhere(kernel, kind):
    names = {kind} | {stretch.call_names()[n] for n in calls_of(kind)}
    return kernel.places(*(part for part, calls in ONLY.items()
                           if not names & set(calls)))


def longest_of(kernel, kind, turns, ways):
    """(Longest, where its ways begin)"""
    entry, others = entry_of(kernel, kind)
    never = others + kernel.places(*DEAD + NEVER) + elsewhere(kernel, kind)
    if not kind.endswith(LONG):
        never += stretch.long_ones(kernel.system, kernel.elf)
    ends = kernel.places(stretch.LINE)
    return Longest(kernel.code, kernel.name_of, turns, never,
                   cuts(kernel, kind, ways), ends,
                   pointers(kernel, calls_of(kind)),
                   scopes(turns.rows) if turns else ()), entry


# ---- All of them


def kinds(port):
    """Those that are as long as a process is large have no bound that is a number, and
    those that a port does not have no goal."""
    return [kind for kind, row in benchdata.table("stretches").items()
            if not kind.endswith(LONG) and benchdata.goal_of(row, port)]


def bound_of(kernel, kind, rows, ways, with_sizes):
    """(instructions, Turns)"""
    turns = Turns(kernel, rows, with_sizes)
    try:
        longest, entry = longest_of(kernel, kind, turns, ways)
        return longest.length(entry), turns
    except Endless as why:
        raise Refused(f"the stretch {kind} has no bound: {why}") from None


def bounds(folder, ways):
    """Kind -> {"bound": instructions, "loops": their names}, of the kernel of a
    system; and problems."""
    kernel, rows, problems = Kernel(folder), benchdata.table("loops"), set()
    found = {}
    for kind in kinds(kernel.port):
        length, turns = bound_of(kernel, kind, rows, ways, sizes())
        found[kind] = {"bound": length, "loops": sorted(turns.met)}
        problems |= {f"loop in {name}, which {kind} can reach: {benchdata.FOLDER}/"
                     "loops.csv does not say how many turns are the most"
                     for name in turns.unknown}
    return found, sorted(problems)


def with_growth(folder, ways):
    """The same with "more": size -> instructions that one more of it adds."""
    kernel, rows = Kernel(folder), benchdata.table("loops")
    found, _ = bounds(folder, ways)
    for kind, row in found.items():
        row["more"] = {}
        for size in sorted({rows[name]["most"].split(";")[0] for name in row["loops"]
                            if name in rows} & set(sizes())):
            more = dict(sizes(), **{size: sizes()[size] + 1})
            longer = bound_of(kernel, kind, rows, ways, more)[0] - row["bound"]
            if longer:
                row["more"][size] = longer
    return found


def untrodden(folder, traces):
    """Problems: steps of stretches that were measured, (kind, length, addresses), and
    are on no way that longest.py knows. Then a bound may be too small."""
    kernel, found = Kernel(folder), set()
    for kind, _, addresses in traces:
        if kind in kinds(kernel.port):
            longest, _ = longest_of(kernel, kind, None, {})
            found |= {f"stretch {kind}: from {here:#x} to {there:#x} "
                      f"({kernel.name_of(here)}, {kernel.name_of(there)}) there is no "
                      "way in the code, as longest.py reads it"
                      for here, there in zip(addresses, addresses[1:])
                      if not longest.allows(here, there)}
    return sorted(found)


def rises(found, recorded):
    """Problems: a bound that is more than recorded, or not recorded."""
    before = recorded.get(RECORDED, {})
    for kind, row in found.items():
        was = before.get(kind, {}).get("bound")
        if was is None:
            yield f"bound of the stretch {kind}: not recorded"
        elif row["bound"] > was:
            yield f"bound of the stretch {kind}: {row['bound']}, {was} is recorded"


def exceeded(found, longest):
    """Problems: stretches that are longer than they can be."""
    for kind, (length, where) in sorted(longest.items()):
        if kind in found and length > (found[kind]["bound"] or 0):
            yield (f"stretch {kind} in {where}: {length} instructions, the bound is "
                   f"{found[kind]['bound']}: a loop turns more often than loops.csv and "
                   "bounds.csv say, or stretchbound.py does not know of a way")
