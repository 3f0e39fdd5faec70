"""benchdoc.py - the tables of the bench: on a terminal, and doc/budgets.md.

doc/budgets.md is made of what is recorded (counts, sizes) and of the tables
beside it (see benchdata.py) alone; `cmrx style` says when it is out of date.
"""

import os

from . import benchdata, benchgoals, sizedata, source
from .model import Refused

DOCUMENT = "doc/budgets.md"
HEAD = """# What every path costs

Instructions, counted exactly under QEMU between a marker in one unprivileged process and a marker in the other, with the product's
kernel: every check of an argument and every feature compiled in. Measured by `make bench` ([test/bench](../test/bench/README.md)), which
fails when one of these becomes more, and when a goal is not reached and [misses.csv](../test/bench/misses.csv) does not say why. Three counts are minimum / median / maximum over
all alignments of the stack, all states of the path, and what the other threads do (wait, sleep, are ready). Library and stubs are in the counts: they are what a program sees.
"""
GLANCE = """
## All ports

The most of all systems, of the goal; in bold what is more. Why is below, with each port.
"""
MEANING = """
## What the paths are
"""
STRETCHES = """
Longest stretches without an interrupt:
"""
BOUNDS = """
## What bounds a stretch

From the entry of an exception to its return: all exceptions of the kernel have one priority, so this is how long an interrupt can be
kept waiting by it. `longest` was found by measurement over the bench and, where it says so, the tests of systems that do the same in every run, and may not become
more; `by chance` over fuzz, sweep and the story. In the bench 64 threads wait for one word, which no sound system does.

`bound` is worked out from the machine code ([longest.py](../tool/cmrxlib/longest.py)): the longest way through the branches from the entry to the next place that takes an
interrupt, with as many turns of each loop as [below](#loops-of-the-kernel), which may be less in one function, or below one that calls it. Nothing is known of values there, so ways are in it that no
state of the system can go: it is never too small, and often far too large. `make bench` fails when a stretch is longer than its bound, when a loop that one can reach has
no number of turns, when a bound becomes more, and when it is above the goal and [misses.csv](../test/bench/misses.csv) does not say why. Sizes in it:
"""
GROWTH = """
What one more of a size adds to a bound:
"""
LOOPS = """
## Loops of the kernel

All there are, found in the machine code; `make bench` fails when one has no line here. Everything else runs at most once per entry, and
there is no recursion.
"""
SIZES = """
## Flash and RAM

Bytes of each example, with the product's kernel; `make size` shows every process of them and where the kernel's RAM goes, and fails when one becomes
more. `kernel` is code, constants and vectors, without the tables of the system. `lost` is what alignment takes of `flash`, `RAM` and `stacks`, gaps and
padding. `kernel RAM` is what every system has, `thread` each thread, without stacks and levels of calls.
"""
SIZE_PEERS = """
The smallest image of others that has protection (in italics: without), at -Os; [where from](../test/bench/README.md#others).
"""
STRETCH = ", a stretch"  # behind a name that may be a path's too
BOUND = ", a bound"
TAIL = "\n<!-- Made by `cmrx bench --record`. -->\n"


def triple(counts):
    """One number where all three are the same."""
    return str(counts[0]) if counts[0] == counts[2] else "/".join(
        map(str, counts))


def changed(counts, before):
    """The same, and by how much it is another than is recorded."""
    more = [now - was for now, was in zip(counts, before)]
    signs = "/".join(f"{n:+d}" for n in (more[1:] if more[1] != more[2]
                                         else more[1:2]))
    return triple(counts) + (f" ({signs})" if any(more[1:]) else "")


# ---- Rows of the tables: lists of cells, the first is the head


def path_rows(board, paths, recorded=None):
    known, port = benchdata.table("paths"), benchdata.port_of(board)
    is_bound_for = port == "armv7m"  # hand-written for that
    yield (["path"] + [f"{size} processes" for size in benchdata.SIZES]
           + ["flat", "goal", "bound"])
    order = list(known) + sorted(set(paths) - set(known))
    for name in order:
        if name not in paths:
            continue
        sizes, row = paths[name], known.get(name, {})
        before = (recorded or {}).get(name, {})
        yield ([name] + [changed(sizes[s], before.get(s, sizes[s]))
                         if s in sizes else "" for s in benchdata.SIZES]
               + ["yes" if benchdata.is_flat(sizes) else "no",
                  benchdata.goal_of(row, port),
                  row.get("bound", "") if is_bound_for else ""])


def meaning_rows():
    yield ["path", "what it is", "grows with"]
    for name, row in benchdata.table("paths").items():
        yield [name, row["what"], row["grows with"] or "nothing"]


def glance_rows(everything):
    """A line for each goal, a column for each board."""
    ports = {board: benchdata.port_of(board) for board in sorted(everything)}
    goals = {board: benchgoals.goals(port) for board, port in ports.items()}
    yield ["path", *(f"{port} ({board})" for board, port in ports.items())]
    for part, name in dict.fromkeys(key for of_board in goals.values()
                                    for key in of_board):
        cells = [of_goal(part, name, everything[board],
                         goals[board].get((part, name))) for board in ports]
        if any(cells) and part != benchgoals.EQUAL:
            yield [f"{name}{STRETCH if part == 'stretches' else ''}", *cells]


def of_goal(part, name, found, goal):
    whole = benchdata.longest_of(benchdata.stretches_of(found))
    if part == "paths" and name in found["paths"]:
        count = benchdata.worst(found["paths"][name])
    elif part == "stretches" and name in whole:
        count = whole[name][0]
    else:
        return ""
    if not goal:
        return str(count)
    return f"**{count}** of {goal}" if count > goal else f"{count} of {goal}"


def miss_rows(port, over, *parts):
    """A line for all that misses the same goal for the same reason."""
    yield ["goal", "found", "what the rest does"]
    known, lines = benchgoals.listed(port, *parts), {}
    for (part, name), (found, goal) in over.items():
        goal = "equal" if part == benchgoals.EQUAL else str(goal)
        line = lines.setdefault((part, goal, known.get((part, name), "?")), {})
        line.setdefault(found, []).append(
            name + {"stretches": STRETCH, benchgoals.BOUNDS: BOUND}.get(part, ""))
    for (_, goal, why), found in lines.items():
        yield [goal, "; ".join(f"{', '.join(names)}: {count}"
                               for count, names in found.items()), why]


def stretch_rows(board, longest, bounds):
    known, port = benchdata.table("stretches"), benchdata.port_of(board)
    yield ["entry", "longest", "in", "by chance", "in", "bound", "goal"]
    sure = benchdata.longest_of(longest, (benchdata.BENCH, benchdata.TESTS))
    chance = longest[benchdata.BY_CHANCE]
    found = set(sure) | set(chance)
    for kind in list(known) + sorted(found - set(known)):
        if kind in found:
            cells = [str(cell) for part in (sure, chance)
                     for cell in part.get(kind, ("", ""))]
            yield [kind, *cells, str(bounds.get(kind, {}).get("bound", "")),
                   benchdata.goal_of(known.get(kind, {}), port)]


def growth_rows(bounds):
    """Of those in which there is a size."""
    sizes = [size for size in benchdata.table("bounds")
             if any(size in row["more"] for row in bounds.values())]
    yield ["entry", *sizes]
    for kind, row in bounds.items():
        if row["more"]:
            yield [kind, *(str(row["more"].get(size, "")) for size in sizes)]


def size_of_bound_rows():
    yield ["size", "is", "of"]
    for name, row in benchdata.table("bounds").items():
        yield [name, row["is"], row["of"]]


def bound_rows(everything):
    """loops: of all ports."""
    reached = {}
    for found in everything.values():
        for kind, row in found.get("bounds", {}).items():
            reached.setdefault(kind, set()).update(row["loops"])
    yield ["entry", "what varies", "loops in its bound"]
    for kind, row in benchdata.table("stretches").items():
        yield [kind, row["bounded by"], ", ".join(sorted(reached.get(kind, ())))]


def peer_rows(paths):
    """Others in the rows, so that the page is not too wide."""
    peers = benchdata.table("peers")
    columns = [c for c in next(iter(peers.values())) if c != "system"]
    yield ["system"] + columns
    ours = [triple(paths[c][benchdata.SIZES[0]]) if c in paths else ""
            for c in columns]
    yield ["**this kernel**"] + ours
    for name, row in peers.items():
        yield [name] + [row[c] for c in columns]


# ---- As text


def columns_of(rows):
    rows = [[cell.replace("**", "") for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield (row[0].ljust(widths[0]) + "".join(
            "  " + cell.rjust(width)
            for cell, width in zip(row[1:], widths[1:]))).rstrip()


def text_tables(board, paths, longest, recorded, bounds):
    before = recorded.get("paths", {})
    yield from columns_of(list(path_rows(board, paths, before)))
    yield ""
    yield from derived(paths)
    yield ""
    if benchdata.port_of(board) == "armv7m":
        yield from columns_of(list(peer_rows(paths)))
        yield ""
    yield from columns_of(list(stretch_rows(board, longest, bounds)))


def derived(paths):
    for what, instructions in benchdata.per_unit(paths):
        yield f"{what}: {instructions:.1f}"
    uneven = {pattern: (least, most)
              for pattern, least, most in benchdata.unequal(paths)}
    for pattern in benchdata.EQUAL:
        least, most = uneven.get(pattern, (0, 0))
        yield f"{pattern}*: " + (f"{least} to {most}" if most else "all equal")


# ---- As a page


def markdown(rows):
    rows = list(rows)
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|---" * len(rows[0]) + "|"
    for row in rows[1:]:
        yield "|" + "".join(f" {cell} |" if cell else " |" for cell in row)


def section(board, found):
    port, paths = benchdata.port_of(board), found["paths"]
    longest = benchdata.stretches_of(found)
    yield f"\n## {port} ({board})\n"
    yield from markdown(path_rows(board, paths))
    yield ""
    yield from (f"- {line}" for line in derived(paths))
    yield "\n`goal` is for the maximum" + (
        "; `bound` is hand-written assembly that does the same and nothing "
        "more.\n" if port == "armv7m" else ".\n")
    if port == "armv7m":  # where others were counted
        yield ("Beside others: medians, counted the same way on the same "
               "processor; [where from](../test/bench/README.md#others).\n")
        yield from markdown(peer_rows(paths))
    yield STRETCHES
    bounds = found.get("bounds", {})
    yield from markdown(stretch_rows(board, longest, bounds))
    yield "" if longest[benchdata.TESTS] else \
        "\nOf this board only the systems of the bench are measured.\n"
    if bounds:
        yield GROWTH
        yield from markdown(growth_rows(bounds))
        yield ""
    yield from misses(port, {**benchgoals.missed(port, paths, longest),
                             **benchgoals.bounds_missed(port, bounds)}, "paths",
                      "stretches", benchgoals.EQUAL, benchgoals.BOUNDS)


def misses(port, over, *parts):
    if over:
        yield "Goals that are not reached:\n"
        yield from markdown(miss_rows(port, over, *parts))


def loop_section():
    yield LOOPS
    rows = [list(row.values()) for row in benchdata.table("loops").values()]
    yield from markdown([["function", "most", "turns", "where", "only on"]] + rows)


def size_rows(systems):
    yield ["system", "kernel", "kernel at -Os", "its RAM", "its stack",
           "kernel RAM", "thread", *(f"all {what}" for what in sizedata.COLUMNS)]
    for name, rows in sorted(systems.items()):
        flash, ram, stack, _ = rows[sizedata.KERNEL]
        small = rows[sizedata.KERNEL_SMALL][0]
        parts = [rows.get(part, ["", ""])[1]
                 for part in (sizedata.ALWAYS, sizedata.THREAD)]
        yield [name, *map(str, [flash, small, ram, stack, *parts,
                                *sizedata.total(rows)])]


def size_misses(systems):
    """Of all ports in one table."""
    rows = [[port, *row] for port, sizes in sorted(sizedata.by_port(systems)
                                                   .items())
            for row in list(miss_rows(port, benchgoals.sizes_missed(
                port, sizes), "sizes"))[1:]]
    if rows:
        yield "\nGoals that are not reached, by the largest system:\n"
        yield from markdown([["port", "goal", "found", "what the rest does"]]
                            + rows)


def size_section(systems):
    yield SIZES
    yield from markdown(size_rows(systems))
    yield from size_misses(systems)
    yield SIZE_PEERS
    peers = [list(row.values()) for row in benchdata.table("sizes").values()]
    yield from markdown([["system", "flash", "RAM"]] + peers)


def page(everything):
    lines = [HEAD.rstrip("\n"), GLANCE]
    lines += markdown(glance_rows(everything))
    for board, found in sorted(everything.items()):
        lines += section(board, found)
    lines += [MEANING, *markdown(meaning_rows())]
    lines += [BOUNDS, *markdown(size_of_bound_rows()), "",
              *markdown(bound_rows(everything))]
    lines += size_section(sizedata.recorded())
    lines += loop_section()
    text = "\n".join(lines) + "\n" + TAIL
    return "\n".join(line.rstrip() for line in text.split("\n"))


def write(everything):
    with open(os.path.join(source.ROOT, DOCUMENT), "w",
              encoding="utf-8") as file:
        file.write(page(everything))


def check(files):
    """The page is what is recorded."""
    text = "\n".join(source.read(DOCUMENT)) + "\n" if DOCUMENT in files else ""
    try:
        wanted = page(benchdata.recorded())
    except Refused as error:
        yield f"{DOCUMENT}:1: {error}"
        return
    if text != wanted:
        yield (f"{DOCUMENT}:1: is not what {benchdata.RECORDED}, "
               f"{sizedata.BUDGETS} and the tables beside them say; run "
               "tool/cmrx bench --page")
