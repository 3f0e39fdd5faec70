"""benchdata.py - what the bench knows: recorded counts, goals, other systems.

test/bench/paths.csv      what a path is, with what it grows, goals, lower bound
test/bench/stretches.csv  the same for stretches of the kernel
test/bench/loops.csv      how many turns of each loop of the kernel (loops.py) are the
                          most, why, and on which ports it is, if not on all
test/bench/bounds.csv     sizes that bound loops, and what they are in the bounds of
                          stretches (stretchbound.py)
test/bench/misses.csv     goals that are not reached, and why (benchgoals.py)
test/bench/size_goals.csv goals for the kernel's flash and RAM
test/bench/peers.csv      what other systems need for the same
test/bench/sizes.csv      what other systems need of flash and RAM
test/bench/recorded.json  what was measured last, by board
"""

import csv
import json
import os
import re

from . import source

FOLDER = "test/bench"
RECORDED = f"{FOLDER}/recorded.json"
SIZES = ("4", "16", "64")  # processes of a system
# Paths that differ in nothing that may matter: their counts must be the same.
EQUAL = ("call_at_depth_", "call_lent_", "call_shared_")
# Systems that meet other states whenever anything is faster or slower: what
# they find is told, and held against the goals, but not against the last time.
CHANCE = ("fuzz", "sweep", "story")
# Stretches are kept apart by where they were found: in the systems of the bench,
# in the tests of systems, and in those that are never the same.
BENCH, TESTS, BY_CHANCE = "stretches", "stretches, tests", "stretches, by chance"
PARTS = (BENCH, TESTS, BY_CHANCE)
# What the counter must say for sure.
CALIBRATION = ("three_instructions", [3, 3, 3])
# A unit, and two paths that differ by so many of it.
PER_UNIT = (("unwinding, per level", "unwind_7_levels", "unwind_1_level", 6),
            ("restart, per kB of variables", "restart_17k", "restart_1k", 16))


def rows(name):
    """Of a CSV of the bench."""
    path = os.path.join(source.ROOT, FOLDER, name + ".csv")
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name):
    """Rows by their first column."""
    return {row[next(iter(row))]: row for row in rows(name)}


def port_of(board):
    path = os.path.join(source.ROOT, "board", board, "board.json")
    with open(path, encoding="utf-8") as file:
        return json.load(file)["port"]


def loops_of(board):
    """Rows of loops.csv that are of this board's port."""
    port = port_of(board)
    return {name: row for name, row in table("loops").items()
            if not row["only"] or port in row["only"].split()}


# ---- Recorded


def recorded():
    path = os.path.join(source.ROOT, RECORDED)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def dump(value, depth=0):
    """JSON, with a line for each path."""
    if depth == 3 or not isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    pad = "  " * (depth + 1)
    lines = [f"{pad}{json.dumps(key)}: {dump(value[key], depth + 1)}"
             for key in sorted(value)]
    return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"


def write(everything):
    with open(os.path.join(source.ROOT, RECORDED), "w",
              encoding="utf-8") as file:
        file.write(dump(everything) + "\n")


# ---- Judgements


def part_of(system):
    """Of PARTS."""
    if system.startswith(CHANCE):
        return BY_CHANCE
    return BENCH if system.startswith("bench_") else TESTS


def no_stretches():
    return {part: {} for part in PARTS}


def stretches_of(recorded_board):
    return {part: recorded_board.get(part, {}) for part in PARTS}


def longest_of(longest, parts=PARTS):
    """Kind -> (instructions, where), wherever it was."""
    found = {}
    for part in parts:
        for kind, stretch in longest[part].items():
            if stretch[0] > found.get(kind, (0, ""))[0]:
                found[kind] = stretch
    return found


def is_flat(sizes):
    """The same least and most with every number of processes and threads. How
    often each is met, and so the median, differs with the moment."""
    return len({(counts[0], counts[2]) for counts in sizes.values()}) == 1


def worst(sizes):
    return max(counts[2] for counts in sizes.values())


def unequal(paths):
    """(pattern, least, most) of the paths that should cost the same, in each state
    of the others and with each of the stack's alignments."""
    for pattern in EQUAL:
        counts = [c for name, sizes in paths.items() if re.match(pattern, name)
                  for size in sizes.values() for c in size]
        if counts and min(counts) != max(counts):
            yield pattern, min(counts), max(counts)


def miscounted(paths):
    name, right = CALIBRATION
    for size, counts in paths.get(name, {"": "nothing"}).items():
        if counts != right:
            yield f"{name}, {size} processes: {counts}; the count is wrong"


def unexplained(paths, longest):
    """Problems: a counter that is wrong, growth that is not said, and paths
    that nothing is said of."""
    known = table("paths")
    yield from miscounted(paths)
    for name, sizes in sorted(paths.items()):
        if name not in known:
            yield f"{name}: no line in {FOLDER}/paths.csv"
        elif not is_flat(sizes) and not known[name]["grows with"]:
            yield (f"{name}: differs with the size of the system; "
                   f"{FOLDER}/paths.csv does not say why")
    kinds = table("stretches")
    for kind in sorted(longest_of(longest)):
        if kind not in kinds:
            yield f"stretch {kind}: no line in {FOLDER}/stretches.csv"


def goal_of(row, port):
    """As text; the first column is for the ports that have none of their
    own."""
    return row.get(f"goal {port}", row.get("goal", ""))


def per_unit(paths):
    """(what, instructions) with the largest system."""
    for what, more, fewer, units in PER_UNIT:
        if more in paths and fewer in paths:
            size = SIZES[-1]
            yield what, (paths[more][size][1] - paths[fewer][size][1]) / units
