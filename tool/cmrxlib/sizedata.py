"""sizedata.py - what systems cost, by owner: measured, recorded, compared.

Measured on the product's kernel, from system.json and the ELF of each example
in two builds: BUILD/bench, which is what is shipped (-O2), and BUILD/size, of
which only the kernel counts (-Os); each has another folder for RISC-V.
doc/budgets.json is what was recorded last.
"""

import glob
import json
import os

from . import benchdata, benchgoals, oracle, report, source, systemjson
from .elf import Elf
from .model import Refused

BUDGETS = "doc/budgets.json"
SHIPPED, SMALL = "bench", "size"  # folders of a build
# All that is measured: none may be forgotten.
PORTS = {"armv6m", "armv7m", "armv8m", "armv8m_base", "riscv32"}
COMPILERS = ("", "_riscv32")  # behind these
SYSTEMS = ("story_", "two_kb_", "four_kb_")
COLUMNS = ("flash", "RAM", "stacks", "lost")  # the last is a part of the others
KERNEL, KERNEL_SMALL, GAPS = "kernel", "kernel -Os", "(gaps)"
# Parts of the kernel's RAM: what every system has, and each thread.
ALWAYS, THREAD = "kernel RAM", "thread"
NO_OWNERS = (KERNEL_SMALL, ALWAYS, THREAD)  # not a part of the sum


# ---- Measured


def folders(build, kind):
    """Name of an example -> its folder in one of the builds."""
    found = {}
    for compiler in COMPILERS:
        for path in sorted(glob.glob(os.path.join(
                source.ROOT, build, kind + compiler, "*", "system.json"))):
            folder = os.path.dirname(path)
            if os.path.basename(folder).startswith(SYSTEMS):
                found[os.path.basename(folder)] = folder
    return found


def describe(folder):
    return systemjson.load(os.path.join(folder, "system.json"))


def tables_size(folder):
    section = Elf.load(oracle.the_elf(folder)).section(".kernel.tables")
    return section.size if section else 0


def owners(described, tables):
    """Owner -> bytes of each of COLUMNS."""
    rows = {owner: sizes for owner, *sizes in report.size_rows(described)}
    flash, ram = (described["totals"][area]["gaps"] for area in ("flash", "ram"))
    return {**rows, "(tables)": [tables, 0, 0, 0],
            GAPS: [flash, ram, 0, flash + ram]}


def kernel_parts(described, small):
    """Rows that are held against the goals."""
    return {KERNEL_SMALL: owners(small, 0)[KERNEL],
            ALWAYS: [0, beside_threads(described), 0, 0],
            THREAD: [0, thread_bytes(described), 0, 0]}


def measured(build):
    """System -> owner -> bytes; Refused if the two builds do not fit."""
    shipped, small = folders(build, SHIPPED), folders(build, SMALL)
    if set(shipped) != set(small) or set(map(port_of, shipped)) != PORTS:
        raise Refused("the examples are not built " + ", ".join(
            f"in {build}/{kind}{compiler}" for kind in (SHIPPED, SMALL)
            for compiler in COMPILERS) + ", or not for each port: make size")
    return {name: {**owners(describe(folder), tables_size(folder)),
                   **kernel_parts(describe(folder), describe(small[name]))}
            for name, folder in shipped.items()}


def total(rows):
    """Of a system as it is shipped."""
    kept = [sizes for owner, sizes in rows.items() if owner not in NO_OWNERS]
    return [sum(column) for column in zip(*kept)]


# ---- Where the kernel's RAM goes


def count_of(described, what):
    return sum(len(process[what]) for process in described["processes"])


def object_sizes(described, prefix):
    return [o["size"] for o in described["kernel"]["objects"]
            if o["symbol"].startswith(prefix)]


TIMER = ("timer_due", "timer_slot", "timer_heap")


def kernel_ram(described):
    """Part -> (how many, bytes of all), without the kernel's stack. A process
    and a thread has a timer each; the heap of these has a place for none."""
    threads = count_of(described, "threads")
    processes = len(described["processes"])
    timer = (sum(sum(object_sizes(described, part)) for part in TIMER)
             // (threads + processes))
    sections = {s["name"]: s["size"] for s in described["kernel"]["sections"]}
    parts = {
        "process": (processes, sum(object_sizes(described, "processes"))
                    + processes * timer),
        "thread": (threads, sum(object_sizes(described, "threads"))
                   + threads * timer),
        "call level": (sum(t["depth"] for p in described["processes"]
                           for t in p["threads"]),
                       sum(object_sizes(described, "calls_"))),
        "import": (count_of(described, "imports"),
                   sum(object_sizes(described, "doors_"))),
        "fault record": (1, sections.get(".noinit", 0)),
    }
    everything = sum(sections.get(n, 0) for n in (".noinit", ".data", ".bss"))
    rest = everything - sum(size for _, size in parts.values())
    return {**parts, "the rest": (1, rest)}


def thread_bytes(described):
    """What one thread takes of the kernel's RAM, beside its levels of calls."""
    count, size = kernel_ram(described)["thread"]
    return size // count


def beside_threads(described):
    """What there is once in every system."""
    return sum(size for part, (_, size) in kernel_ram(described).items()
               if part in ("fault record", "the rest"))


# ---- Against the goals of test/bench/size_goals.csv


def port_of(name):
    """Of a system that is called EXAMPLE_BOARD."""
    prefix = next(prefix for prefix in SYSTEMS if name.startswith(prefix))
    return benchdata.port_of(name[len(prefix):])


def by_port(systems):
    """Port -> goal -> the most bytes that a system has."""
    found = {}
    for name, rows in systems.items():
        most = found.setdefault(port_of(name), {})
        for goal, owner, column in (("kernel text", KERNEL_SMALL, 0),
                                    (ALWAYS, ALWAYS, 1), (THREAD, THREAD, 1)):
            most[goal] = max(most.get(goal, 0), rows.get(owner, [0, 0])[column])
    return found


def goal_problems(systems):
    for port, sizes in sorted(by_port(systems).items()):
        yield from benchgoals.judge(port, benchgoals.sizes_missed(port, sizes),
                                    benchgoals.listed(port, "sizes"))


# ---- Recorded


def recorded():
    """As measured() gives it; {} when there is none."""
    path = os.path.join(source.ROOT, BUDGETS)
    if not os.path.exists(path):
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except ValueError as error:
        raise Refused(f"{BUDGETS}: not JSON: {error}; "
                      "tool/cmrx size --record writes it anew") from None
    if not is_sound(found):
        raise Refused(f"{BUDGETS}: not system -> owner -> {len(COLUMNS)} "
                      "numbers; tool/cmrx size --record writes it anew")
    return found


def is_sound(found):
    return isinstance(found, dict) and all(
        isinstance(rows, dict) and all(
            isinstance(sizes, list) and len(sizes) == len(COLUMNS)
            and all(isinstance(size, int) for size in sizes)
            for sizes in rows.values())
        for rows in found.values())


def write(now):
    """JSON, with a line for each owner."""
    systems = [f"  {json.dumps(name)}: {{\n" + ",\n".join(
        f"    {json.dumps(owner)}: {json.dumps(sizes)}"
        for owner, sizes in rows.items()) + "\n  }"
        for name, rows in sorted(now.items())]
    with open(os.path.join(source.ROOT, BUDGETS), "w",
              encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(systems) + "\n}\n")


# ---- Compared


def rises(now, before):
    """Problems: what is more than recorded, not recorded, or gone."""
    for name, rows in now.items():
        if name not in before:
            yield f"{name}: not recorded"
            continue
        for owner, sizes in rows.items():
            was = before[name].get(owner)
            if was is None:
                yield f"{name}: {owner} is not recorded"
                continue
            yield from (f"{name}: {owner}: {what} {size} bytes, {size - old} "
                        "more than recorded"
                        for what, size, old in zip(COLUMNS, sizes, was)
                        if size > old)
    yield from (f"{name}: is recorded, and was not built"
                for name in sorted(set(before) - set(now)))


def falls(now, before):
    """How many sizes are less than recorded; an owner that is gone is one."""
    less = sum(size < old for name, rows in now.items()
               for owner, sizes in rows.items()
               for size, old in zip(sizes, before.get(name, {}).get(owner,
                                                                    sizes)))
    gone = sum(owner not in now[name] for name in now
               for owner in before.get(name, {}))
    return less + gone
