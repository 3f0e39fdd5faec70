"""benchdoc.py - the tables of the bench: on a terminal, and doc/budgets.md.

doc/budgets.md is made of what is recorded (counts, sizes) and of the tables
beside it (see benchdata.py) alone; `cmrx style` says when it is out of date.
"""

import os

from . import benchdata, sizedata, source
from .model import Refused

DOCUMENT = "doc/budgets.md"
HEAD = """# What every path costs

Instructions, counted exactly under QEMU between a marker in one unprivileged process and a marker in the other, with the product's
kernel: every check of an argument and every feature compiled in. Measured by `make bench` ([test/bench](../test/bench/README.md)), which
fails when one of these becomes more. Three counts are minimum / median / maximum over all alignments of the stack, all states of the
path, and what the other threads do (wait, sleep, are ready). Library and stubs are in the counts: they are what a program sees.
"""
STRETCHES = """
## Longest stretches without an interrupt

From the entry of an exception to its return: all exceptions of the kernel have one priority, so this is how long an interrupt can be
kept waiting by it. `longest` was found by measurement over the bench and the tests of systems that do the same in every run, and may not become
more; `by chance` over fuzz, sweep and the story; `bounded by` by reading the kernel. In the bench 64 threads wait for one word, which no
sound system does.
"""
LOOPS = """
## Loops of the kernel

All there are, found in the machine code; `make bench` fails when one has no line here. Everything else runs at most once per entry, and
there is no recursion.
"""
SIZES = f"""
## Flash and RAM

Bytes of each example, with the product's kernel; `make size` shows every process of them and where the kernel's RAM goes, and fails when one becomes
more. `kernel` is code, constants and vectors, without the tables of the system. `lost` is what alignment takes of `flash`, `RAM` and `stacks`, gaps and
padding. Goals for the kernel: {sizedata.GOAL_TEXT} bytes of flash at -Os; {sizedata.GOAL_RAM} of RAM beside stack and threads, {sizedata.GOAL_THREAD} for a thread.
"""
SIZE_PEERS = """
The smallest image of others that has protection (in italics: without), at -Os; [where from](../test/bench/README.md#others).
"""
TAIL = "\n<!-- Made by `cmrx bench --record`. -->\n"


def triple(counts):
    """One number where all three are the same."""
    return str(counts[0]) if counts[0] == counts[2] else "/".join(
        map(str, counts))


# ---- Rows of the tables: lists of cells, the first is the head


def path_rows(board, paths):
    known, port = benchdata.table("paths"), benchdata.port_of(board)
    is_bound_for = port == "armv7m"  # hand-written for that
    yield (["path"] + [f"{size} processes" for size in benchdata.SIZES]
           + ["flat", "goal", "bound"])
    order = list(known) + sorted(set(paths) - set(known))
    for name in order:
        if name not in paths:
            continue
        sizes, row = paths[name], known.get(name, {})
        yield ([name] + [triple(sizes[s]) if s in sizes else ""
                         for s in benchdata.SIZES]
               + ["yes" if benchdata.is_flat(sizes) else "no",
                  benchdata.goal_of(row, port),
                  row.get("bound", "") if is_bound_for else ""])


def meaning_rows(paths):
    yield ["path", "what it is", "grows with"]
    for name, row in benchdata.table("paths").items():
        if name in paths:
            yield [name, row["what"], row["grows with"] or "nothing"]


def stretch_rows(board, longest):
    known, port = benchdata.table("stretches"), benchdata.port_of(board)
    yield ["entry", "longest", "in", "by chance", "in", "goal", "bounded by"]
    found = set(longest[0]) | set(longest[1])
    for kind in list(known) + sorted(found - set(known)):
        if kind in found:
            row = known.get(kind, {})
            cells = [str(cell) for part in longest
                     for cell in part.get(kind, ("", ""))]
            yield [kind, *cells, benchdata.goal_of(row, port),
                   row.get("bounded by", "?")]


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


def text_tables(board, paths, longest):
    yield from columns_of(list(path_rows(board, paths)))
    yield ""
    yield from derived(paths)
    yield ""
    if benchdata.port_of(board) == "armv7m":
        yield from columns_of(list(peer_rows(paths)))
        yield ""
    yield from columns_of([row[:6] for row in stretch_rows(board, longest)])


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


def section(board, paths, longest):
    yield f"\n## Paths ({board})\n"
    yield from markdown(path_rows(board, paths))
    yield ""
    yield from (f"- {line}" for line in derived(paths))
    yield "\n`goal` is for the maximum; `bound` is hand-written assembly that " \
        "does the same and nothing more.\n"
    yield from markdown(meaning_rows(paths))
    if benchdata.port_of(board) == "armv7m":  # where others were counted
        yield "\n## Beside others\n"
        yield ("Medians, counted the same way on the same processor; "
               "[where from](../test/bench/README.md#others).\n")
        yield from markdown(peer_rows(paths))
    yield STRETCHES
    yield from markdown(stretch_rows(board, longest))


def loop_section():
    yield LOOPS
    rows = [list(row.values()) for row in benchdata.table("loops").values()]
    yield from markdown([["function", "turns", "where", "only on"]] + rows)


def size_rows(systems):
    yield ["system", "kernel", "kernel at -Os", "its RAM", "its stack",
           *(f"all {what}" for what in sizedata.COLUMNS)]
    for name, rows in sorted(systems.items()):
        flash, ram, stack, _ = rows[sizedata.KERNEL]
        small = rows[sizedata.KERNEL_SMALL][0]
        yield [name, *map(str, [flash, small, ram, stack,
                                *sizedata.total(rows)])]


def size_section(systems):
    yield SIZES
    yield from markdown(size_rows(systems))
    yield SIZE_PEERS
    peers = [list(row.values()) for row in benchdata.table("sizes").values()]
    yield from markdown([["system", "flash", "RAM"]] + peers)


def page(everything):
    lines = [HEAD.rstrip("\n")]
    for board, found in sorted(everything.items()):
        longest = found.get("stretches", {}), found.get("by chance", {})
        lines += section(board, found["paths"], longest)
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
