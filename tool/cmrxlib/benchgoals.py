"""benchgoals.py - the goals of the bench are a gate: what misses one is listed.

test/bench/misses.csv   port, part, the goals that are not reached, and what the
                        remaining instructions (or bytes) do

A goal that is not reached and not listed is a problem, and so is one that is
listed and reached, or that does not exist. Goals are in paths.csv, stretches.csv
and size_goals.csv; that some paths cost the same is one, too (benchdata.EQUAL).
"""

from . import benchdata

MISSES = f"{benchdata.FOLDER}/misses.csv"
NAMES = ";"  # between the names of one line: they have commas and blanks
EQUAL = "equal"
BOUNDS = "bounds"  # of stretches, by reading: stretchbound.py


# ---- What there is


def goals(port):
    """(part, name) -> goal, for the maximum."""
    found = {}
    for part in ("paths", "stretches"):
        for name, row in benchdata.table(part).items():
            if benchdata.goal_of(row, port):
                found[part, name] = int(benchdata.goal_of(row, port))
    for pattern in benchdata.EQUAL:
        found[EQUAL, pattern + "*"] = 0
    return found


def bound_goals(port):
    return {(BOUNDS, name): goal for (part, name), goal in goals(port).items()
            if part == "stretches"}


def size_goals(port):
    return {("sizes", name): int(benchdata.goal_of(row, port))
            for name, row in benchdata.table("size_goals").items()
            if benchdata.goal_of(row, port)}


# ---- What is not reached


def missed(port, paths, longest):
    """(part, name) -> (found, goal)"""
    whole, over = benchdata.longest_of(longest), {}
    for (part, name), goal in goals(port).items():
        if part == "paths" and name in paths:
            found = benchdata.worst(paths[name])
        else:
            found = whole.get(name, (0, ""))[0] if part == "stretches" else 0
        if found > goal:
            over[part, name] = (found, goal)
    for pattern, least, most in benchdata.unequal(paths):
        over[EQUAL, pattern + "*"] = (most, least)
    return over


def bounds_missed(port, bounds):
    """The same of bounds; kind -> {"bound": instructions}"""
    return {key: (bounds[key[1]]["bound"], goal)
            for key, goal in bound_goals(port).items()
            if key[1] in bounds and bounds[key[1]]["bound"] > goal}


def sizes_missed(port, sizes):
    """The same of sizes: name -> bytes."""
    return {key: (sizes[key[1]], goal)
            for key, goal in size_goals(port).items()
            if sizes.get(key[1], 0) > goal}


# ---- What is listed


def listed(port, *parts):
    """(part, name) -> what the rest does; None: all parts."""
    found = {}
    for row in benchdata.rows("misses"):
        if row["port"] == port and (not parts or row["part"] in parts):
            for name in row["goals"].split(NAMES):
                found[row["part"], name.strip()] = row["what the rest does"]
    return found


def told(key, found, goal):
    part, name = key
    if part == EQUAL:
        return f"{name}: {goal} to {found}, the goal is that they are equal"
    return f"{name}: {'bound ' * (part == BOUNDS)}{found}, the goal is {goal}"


def judge(port, over, known, maybe=()):
    """Problems. `maybe` are missed by chance, from run to run: they need a line,
    but these are not out of date where it does not happen."""
    for key, (found, goal) in sorted(over.items()):
        if not known.get(key):
            yield (f"{told(key, found, goal)}; {MISSES} does not say for {port} "
                   "what the rest does")
    for part, name in sorted(set(known) - set(over) - set(maybe)):
        yield (f"{MISSES}: {port}, {part}, {name}: the goal is reached, or "
               "there is none: remove it")
