"""stretch.py - stretches of the kernel in which no interrupt is taken.

A stretch lasts from the entry of an exception to its return: all exceptions of
the kernel have one priority. tool/plugin/bench.c measures them; here is what it
has to be told of a system, and what its report means.
"""

import os
import re

from . import oracle, systemjson
from .elf import STT_FUNC, Elf
from .model import Refused
from .systemjson import number

# Functions in which a process ends or begins: such a stretch is as long as the
# process is large. All must be there, maybe under a name that the compiler gives
# to what it has split off; one that is a part of others would not be seen.
LONG = ("process_start", "process_end")
LONG_TOO = ("process_faulted", "process_adopt")  # where they are seen
SPLIT = re.compile(r"\.(part|constprop|isra|cold)\.\d+$|\.cold$")
STRETCH = re.compile(r"^STRETCH (\d+) (-?\d+) (\d) (\d+) (\d+) (\d+)$", re.M)
ASKED = re.compile(r"^ASKED (\d+) (-?\d+) (\d) (\d+) (\d+)$", re.M)
LEFT = re.compile(r"^LEFT (\d+) (-?\d+) (\d) (\d+) (\d+)$", re.M)
BOOT = re.compile(r"^BOOT (\d+)$", re.M)
CONTROL = "PROCESS_CONTROL"
# Whether a line waits: what takes long begins anew then.
ASK = "port_interrupt_pending"
# The way out by C, which looks for one first, and where it is taken then.
LOOK, LINE = "sched_leave", "line"
RISCV_ENTRIES = {"reset": ("entry_reset",),
                 "vectors": ("entry", "entry_without_cut"),
                 "causes": ("entry_cause", "entry_without_cut_cause")}
FAULTS, SVC, START, ALARM = range(3, 7), 11, 14, 15


# ---- What the plugin is told


def entries(system, elf):
    """List of the plugin -> addresses: what the vector table holds, from the
    reset on; of RISC-V the entries, and where their cause is known."""
    table = next(s for s in system["kernel"]["sections"]
                 if s["name"] == ".vectors")
    base = number(table["base"])
    if system["board"]["port"] != "riscv32":
        words = oracle.words_at(elf, base, table["size"] // 4)
        return {"vectors": sorted({word & ~1 for word in words[1:]})}
    return {name: sorted(oracle.kernel_symbol(elf, system, symbol).value
                         for symbol in symbols)
            for name, symbols in RISCV_ENTRIES.items()}


def long_ones(system, elf):
    found = {name: [] for name in LONG + LONG_TOO}
    base, end = oracle.kernel_code(system)
    for symbol in elf.symbols:
        name = SPLIT.sub("", symbol.name)
        if name in found and base <= symbol.value & ~1 < end:
            found[name].append(symbol.value & ~1)
    for name in LONG:
        if not found[name]:
            raise Refused(f"{elf.path}: the kernel has no {name}, the compiler "
                          "has made it a part of others: stretch.py needs it")
    return sorted({a for addresses in found.values() for a in addresses})


def row_word(elf):
    """Where the bench says what it measures (test/bench/meter.c)."""
    return [s.value for s in elf.symbols if s.name == "bench_row"][:1]


def ask(system, elf):
    """BASE-END of that function."""
    symbol = oracle.kernel_symbol(elf, system, ASK)
    base = symbol.value & ~1
    return f"{base:x}-{base + symbol.size:x}"


def leave(system, elf):
    """LOOK-LINE, of a kernel that takes lines there."""
    if not any(s.name == LINE and s.type == STT_FUNC for s in elf.symbols):
        return []
    return ["leave=" + "-".join(
        f"{oracle.kernel_symbol(elf, system, name).value & ~1:x}"
        for name in (LOOK, LINE))]


def plugin_arguments(folder):
    system = systemjson.load(os.path.join(folder, "system.json"))
    elf = Elf.load(oracle.the_elf(folder))
    base, end = oracle.kernel_code(system)
    lists = {**entries(system, elf), "long": long_ones(system, elf),
             "row": row_word(elf)}
    return ",".join([f"code={base:x}-{end:x}", f"ask={ask(system, elf)}",
                     *leave(system, elf)] + [
        f"{name}=" + "-".join(f"{a:x}" for a in addresses)
        for name, addresses in lists.items() if addresses])


# ---- What it says


def call_names():
    """Number of a system call -> its name."""
    from . import source  # here, as few commands get this far
    text = "\n".join(source.read("include/cmrx/syscalls.def"))
    found = re.findall(r"^CMRX_SYSCALL\((\d+), (\w+),", text, re.M)
    return {int(n): name for n, name in found}


def kind(exception, call, is_long):
    """Name of a kind of stretch."""
    name = {SVC: call_names().get(call, "no such call"), START: "start",
            ALARM: "alarm"}.get(exception, "interrupt")
    if exception in FAULTS:
        name = "fault"
    elif is_long and exception == SVC and name != CONTROL:
        name = "other call"
    return name + (", a process ends or begins" if is_long else "")


def stretches(text):
    """Kind -> (how many, longest, all instructions)."""
    found = {}
    for fields in STRETCH.findall(text):
        exception, call, is_long, count, longest, total = map(int, fields)
        name = kind(exception, call, is_long)
        before = found.get(name, (0, 0, 0))
        found[name] = (before[0] + count, max(before[1], longest),
                       before[2] + total)
    return found


def parted(pattern, text):
    """Kind -> (longest until a place where a line that waits is asked for and none
    did, longest way on from there where one did), 0: not met."""
    found = {}
    for fields in pattern.findall(text):
        exception, call, is_long, before, led = map(int, fields)
        name = kind(exception, call, is_long)
        known = found.get(name, (0, 0))
        found[name] = (max(known[0], before), max(known[1], led))
    return found


def asked(text):
    """Of what asks before it changes anything."""
    return parted(ASKED, text)


def left(text):
    """Of what leaves by C."""
    return parted(LEFT, text)
