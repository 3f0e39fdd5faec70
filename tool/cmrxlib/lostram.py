"""lostram.py - RAM that a built system loses to alignment, and how much it may.

Less than a tenth. On RISC-V an entry of the protection shows a power of two: what
that takes of a process whose entries are all in use, and of a stack where none can be
cut by top of range, nobody can give back. It does not count; but no system may be
larger than if each piece of RAM were rounded to a power of two and the largest came
first. What system.json says is proved by `cmrx check` when a system is linked.
"""

import glob
import os

from . import source, systemjson
from .systemjson import number

LOST = 0.1  # of the RAM of a system
FOLDERS = ("arm", "riscv32")  # of a build
SMALLEST = 32
FREE = "-"  # what an entry shows that is not used
KERNEL_RAM = (".noinit", ".data", ".bss", ".stack")
WRITABLE = (".shared_data", ".shared_bss", ".data", ".bss")
RECORD = ".noinit"  # where RAM begins, always


def power(size):
    return max(SMALLEST, 1 << (size - 1).bit_length())


# ---- What the entries force


def needed(process):
    """Bytes of its memory, with what is SHARED, a power of two, and each section on
    its alignment."""
    base = number(process["memory"]["base"])
    inside = [number(s["base"]) + s["size"] - base for s in process["sections"]
              if s["name"] in WRITABLE]
    return max(inside + [process["shared"]["size"] if process["shared"] else 0])


def is_forced(piece, need):
    return not piece.get("tail") and piece["size"] == power(need)


def has_spare(process):
    return any(entry["what"] == FREE for entry in process["regions"])


def forced(system):
    """Bytes."""
    board = system["board"]
    if board["port"] != "riscv32":
        return 0
    pieces = [(p["memory"], needed(p)) for p in system["processes"]
              if p["memory"] and not has_spare(p)]
    if not board["pmp_top_of_range"]:
        pieces += [(stack, stack["used"]) for stack in stacks(system)]
    return sum(p["size"] - p["used"] for p, need in pieces if is_forced(p, need))


def stacks(system):
    return [t["stack"] for p in system["processes"] for t in p["threads"]]


# ---- The simple layout


def kernel_ram(system, names=KERNEL_RAM):
    return sum(s["size"] for s in system["kernel"]["sections"] if s["name"] in names)


def simple(system):
    """Bytes of RAM; the kernel before all, or only its fault record before and the
    rest of it behind: what is less."""
    is_pmp = system["board"]["port"] == "riscv32"
    used = [p["used"] for p in stacks(system)] + [
        needed(p) if is_pmp else p["memory"]["used"]
        for p in system["processes"] if p["memory"]]
    ends = []
    for before in (kernel_ram(system), kernel_ram(system, (RECORD,))):
        end = before
        for size in sorted(map(power, used), reverse=True):
            end = -(-end // size) * size + size
        ends.append(end + kernel_ram(system) - before)
    return min(ends)


# ---- Judged


def problems(system):
    ram = system["totals"]["ram"]
    lost, used = ram["gaps"] + ram["padding"], ram["span"]
    counts = lost - forced(system)
    if counts >= LOST * used:
        yield (f"{lost} of {used} bytes of RAM are lost to alignment"
               + (f", {counts} of them to no entry that is a power of two"
                  if counts < lost else "")
               + f" ({100 * counts / used:.1f} %); less than {100 * LOST:.0f} % may "
               "be: see tool/cmrx map")
    least = simple(system)
    if used > least:
        yield (f"{used} bytes of RAM, and {least} if each piece were a power of two, "
               "the largest first")


def systems(build):
    """Paths of all that are built for a board."""
    return sorted(path for folder in FOLDERS for path in glob.glob(os.path.join(
        source.ROOT, build, folder, "*", "system.json")))


def check(build):
    """Lines for `cmrx style`."""
    for path in systems(build):
        for problem in problems(systemjson.load(path)):
            yield f"{path}:1: {problem}"
