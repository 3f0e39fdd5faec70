"""bench.py - `cmrx bench`: what every path costs, against what is recorded.

Runs the systems of test/bench, which differ in how many processes and threads
there are, and the tests of systems, all with the product's kernel
(CMRX_CHECKED=OFF), and prints the counts beside the goals and what others need.
A count above test/bench/recorded.json is a problem, and so is one that differs
with the size of the system where paths.csv does not say with what it grows.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

from . import (benchdata, benchdoc, benchgoals, loops, source, stretch,
               stretchbound)
from . import why as whys
from .model import Refused

LEAST_SAMPLES = 8  # undisturbed, of a row
ONCE = ("boot", "call_first")  # in a run: one sample stands for all
LEAST_RUNS = 20  # of tests of systems
TIMEOUT = 200
TESTS = "(port|behaviour|reset|crashloop|attack[a-z_]*|fuzz|sweep|01_story)"
ROW = re.compile(r"^row (\d+) (\w+) (\w+)$", re.M)
SAMPLE = re.compile(r"^SAMPLE (\d+) (-?\d+) (-?\d+) (-?\d+) (-?\d+)$", re.M)
FIELDS = ("mark", "interrupt", "alarm", "fault")
DISTURBS = ("interrupt", "alarm")  # when it came in between
PARTS = {"mark_and_alarms": ("mark", "alarm")}  # from there, and what belongs to it
WAYS = "ways out"  # recorded, where a line waits


# ---- Paths


def count_of(row_from, fields):
    """The count of a sample; None when it is none of this row, or when
    something else came in between."""
    since = dict(zip(FIELDS, map(int, fields)))
    begin, part = PARTS.get(row_from, (row_from, row_from))
    count = since[begin]
    disturbed = any(0 <= since[what] <= count for what in DISTURBS
                    if what != part)
    return None if count < 0 or disturbed else count


def counts(said, seen):
    """Row -> sorted counts of its samples."""
    rows = {int(n): (name, begin) for n, name, begin in ROW.findall(said)}
    found = {name: [] for name, _ in rows.values()}
    for number, *fields in SAMPLE.findall(seen):
        name, begin = rows[int(number)]
        count = count_of(begin, fields)
        if count is not None:
            found[name].append(count)
    found["boot"] = [int(n) for n in stretch.BOOT.findall(seen)]
    for name in ONCE:
        if name in found:
            found[name] *= LEAST_SAMPLES
    return {name: sorted(all_of) for name, all_of in found.items()}


def summary(sorted_counts):
    """Minimum, median, maximum."""
    return [sorted_counts[0], sorted_counts[(len(sorted_counts) - 1) // 2],
            sorted_counts[-1]]


def build_folder(args):
    """Of the board's compiler."""
    riscv = benchdata.port_of(args.board).startswith("riscv")
    return os.path.join(args.build, "bench_riscv32" if riscv else "bench")


def system_folder(args, size):
    folder = os.path.join(build_folder(args), f"bench_{size}_{args.board}")
    if not os.path.isdir(folder):
        raise Refused(f"{folder} is missing; make bench builds it")
    return folder


def run_system(args, folder):
    """What a system of the bench has said, and what the plugin has seen."""
    with tempfile.TemporaryDirectory(prefix="cmrx-bench-") as where:
        report = os.path.join(where, "bench.txt")
        done = subprocess.run(
            [sys.executable, os.path.join(source.ROOT, "tool", "cmrx"), "run",
             folder, "--batch", "--deterministic", "--oracle", "--last", "",
             "--timeout", str(TIMEOUT), "--bench", report, "--plugins",
             os.path.join(args.build, "host", "plugin")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        if done.returncode:
            raise Refused(f"{folder} ended with {done.returncode}:\n"
                          + (done.stdout + done.stderr).strip())
        with open(report, encoding="utf-8") as file:
            return done.stdout, file.read()


def measure(args):
    """(path -> size -> [minimum, median, maximum], reports of the plugin:
    (where, what))"""
    paths, reports = {}, []
    folders = [system_folder(args, size) for size in benchdata.SIZES]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda folder: run_system(args, folder), folders))
    for size, (said, seen) in zip(benchdata.SIZES, runs):
        for name, samples in counts(said, seen).items():
            if len(samples) < LEAST_SAMPLES:
                raise Refused(f"{name}: only {len(samples)} samples with "
                              f"{size} processes")
            paths.setdefault(name, {})[size] = summary(samples)
        reports.append((f"bench_{size}", seen))
    return paths, reports


# ---- Stretches


def parted(seen):
    """(kind, way, longest until a line is asked for, longest way from there)"""
    for kind, (before, again) in stretch.asked(seen).items():
        yield kind, "alarm" if kind.startswith("alarm") else "call", before, again
    for kind, (before, led) in stretch.left(seen).items():
        yield kind, "line", before, led


def ways_out(reports, known):
    """The longest ways out where a line waits, of an alarm and of the rest, and
    where the line is taken on the way out."""
    found = dict(known)
    for _, seen in reports:
        for _, way, _, again in parted(seen):
            if again:
                found[way] = max(found.get(way, 0), again)
    return found


def keep_longest(longest, seen, where, ways):
    """Into its part of `longest`. A line that has come before the kernel has asked
    gets in behind the way out."""
    part = longest[benchdata.part_of(where)]
    found = [(kind, count)
             for kind, (_, count, _) in stretch.stretches(seen).items()]
    for kind, way, before, _ in parted(seen):
        if before and way not in ways:
            raise Refused(f"stretch {kind} in {where}: no line has waited, so the "
                          "way out is not known: measure without --quick once")
        if before:
            found.append((kind, before + ways[way]))
    for kind, count in found:
        if count > part.get(kind, (0, ""))[0]:
            part[kind] = (count, where)


def longest_of(reports, ways):
    """Part -> kind -> (instructions, where)"""
    longest = benchdata.no_stretches()
    for where, seen in reports:
        keep_longest(longest, seen, where, ways)
    return longest


def run_tests(args):
    """Reports of the tests of systems, with the plugin in every run of theirs."""
    with tempfile.TemporaryDirectory(prefix="cmrx-stretches-") as where:
        done = subprocess.run(
            ["ctest", "--test-dir", build_folder(args), "-j2",
             "--output-on-failure", "-R", f"{TESTS}[_.]{args.board}$"],
            env=dict(os.environ, CMRX_STRETCHES=where, CMRX_PRODUCT="1"),
            capture_output=True, text=True, check=False)
        reports = glob.glob(os.path.join(where, "*.txt"))
        if done.returncode or len(reports) < LEAST_RUNS:
            raise Refused("tests of systems with the product's kernel:\n"
                          + done.stdout[-4000:] + done.stderr)
        found = []
        for path in sorted(reports):
            with open(path, encoding="utf-8") as file:
                name = os.path.basename(path).split(f"_{args.board}")[0]
                found.append((name, file.read()))
    return found


# ---- Against what is recorded


def rises(paths, longest, recorded):
    """Problems: what is more than recorded, or not recorded."""
    before = recorded.get("paths", {})
    for name, sizes in sorted(paths.items()):
        for size, now in sizes.items():
            was = before.get(name, {}).get(size)
            if was is None:
                yield f"{name}, {size} processes: not recorded"
            elif now[1] > was[1] or now[2] > was[2]:
                yield (f"{name}, {size} processes: {now[1]}, at most {now[2]}; "
                       f"{was[1]}, at most {was[2]} is recorded")
    for part in (benchdata.BENCH, benchdata.TESTS):
        before = recorded.get(part, {})
        for kind, (count, where) in sorted(longest[part].items()):
            was = before.get(kind)
            if was is None:
                yield f"stretch {kind} (in {where}): not recorded"
            elif count > was[0]:
                yield (f"stretch {kind}: {count} instructions in {where}, "
                       f"{was[0]} is recorded")


def unbounded(found, known):
    """Problems: loops without a line, lines without a loop."""
    path = f"{benchdata.FOLDER}/loops.csv"
    for name in sorted(found - set(known)):
        yield f"{path}: {name}: has a loop; what bounds it?"
    for name in sorted(set(known) - found):
        yield f"{path}: {name}: has no loop (any more)"


def missing(paths, recorded):
    for name in sorted(set(recorded.get("paths", {})) - set(paths)):
        yield f"{name}: is recorded, and was not measured"


def falls(paths, recorded):
    before = recorded.get("paths", {})
    return sum(now[1:] < before.get(name, {}).get(size, now)[1:]
               for name, sizes in paths.items() for size, now in sizes.items())


def not_reached(args, paths, longest, recorded):
    """(what misses a goal, problems). What a quick run does not measure is as
    recorded; and a goal that was missed by chance may be reached by chance."""
    port, before = benchdata.port_of(args.board), benchdata.stretches_of(recorded)
    now = dict(before, **{part: found for part, found in longest.items()
                          if found})
    over = benchgoals.missed(port, paths, now)
    maybe = benchgoals.missed(port, {}, dict(benchdata.no_stretches(), **{
        benchdata.BY_CHANCE: before[benchdata.BY_CHANCE]}))
    parts = "paths", "stretches", benchgoals.EQUAL
    return over, benchgoals.judge(port, over, benchgoals.listed(port, *parts),
                                  maybe)


def bounded(args, reports, longest, ways, recorded):
    """(bounds of the stretches, problems): with what is found, was found and is
    recorded, with the goals."""
    port, folder = benchdata.port_of(args.board), build_folder(args)
    longest = dict(benchdata.stretches_of(recorded), **{
        part: found for part, found in longest.items() if found})
    found, problems = stretchbound.bounds(
        system_folder(args, benchdata.SIZES[-1]), ways)
    problems += stretchbound.exceeded(found, benchdata.longest_of(longest))
    for where, seen in reports:
        problems += stretchbound.untrodden(
            os.path.join(folder, f"{where}_{args.board}"), whys.traces(seen))
    problems += benchgoals.judge(port, benchgoals.bounds_missed(port, found),
                                 benchgoals.listed(port, benchgoals.BOUNDS))
    if not args.record:
        problems += stretchbound.rises(found, recorded)
    return found, problems


def record(args, paths, longest, ways):
    everything = benchdata.recorded()
    board = everything.setdefault(args.board, {})
    board["paths"], board[WAYS] = paths, ways
    board[stretchbound.RECORDED] = stretchbound.with_growth(
        system_folder(args, benchdata.SIZES[-1]), ways)
    board.update((part, found) for part, found in longest.items() if found)
    benchdata.write(everything)
    benchdoc.write(everything)
    print(f"bench: recorded in {benchdata.RECORDED} and {benchdoc.DOCUMENT}")


def compare(paths, longest, recorded):
    """Problems: what is not as recorded, and more."""
    yield from rises(paths, longest, recorded)
    yield from missing(paths, recorded)
    lower = falls(paths, recorded)
    if lower:
        print(f"bench: {lower} counts are lower than recorded; "
              "tool/cmrx bench --record keeps them so")


def why(args):
    """What the longest stretch of a kind is made of; in the systems of the bench, and
    in the tests but for --quick. The systems by their folders."""
    os.environ[whys.TRACE] = "1"
    _, reports = measure(args)
    if not args.quick:
        reports += run_tests(args)
    print("\n".join(whys.text([(f"{name}_{args.board}", seen)
                               for name, seen in reports], args.why,
                              build_folder(args))))
    return 0


def run(args):
    if args.why:
        return why(args)
    if args.page:
        benchdoc.write(benchdata.recorded())
        return 0
    return run_all(args)


def run_all(args):
    os.environ[whys.TRACE] = "1"  # in the systems of the bench
    paths, reports = measure(args)
    del os.environ[whys.TRACE]
    traced = list(reports)
    if not args.quick:
        tests = run_tests(args)
        print(f"bench: {len(tests)} runs of tests of systems")
        reports += tests
    recorded = benchdata.recorded().get(args.board, {})
    ways = ways_out(reports, recorded.get(WAYS, {}) if args.quick else {})
    longest = longest_of(reports, ways)
    print("bench: the way out where a line waits: " + (", ".join(
        f"{name} {count}" for name, count in sorted(ways.items())) or "none"))
    bounds, problems = bounded(args, traced, longest, ways, recorded)
    print("\n".join(benchdoc.text_tables(args.board, paths, longest, recorded,
                                         bounds)))
    problems += benchdata.unexplained(paths, longest)
    problems += unbounded(loops.find(system_folder(args, "4")),
                          benchdata.loops_of(args.board))
    if args.record:
        record(args, paths, longest, ways)
    elif recorded:
        problems += compare(paths, longest, recorded)
    else:
        problems.append(f"nothing is recorded for {args.board}; "
                        "tool/cmrx bench --record")
    over, unlisted = not_reached(args, paths, longest, recorded)
    problems += unlisted
    print(f"bench: {len(over)} goals not reached" + "".join(
        f"\n    {benchgoals.told(key, *counts)}"
        for key, counts in sorted(over.items())))
    print("\n".join(problems + [f"bench: {len(problems)} problems"]))
    return 1 if problems else 0


def register(subparsers):
    parser = subparsers.add_parser(
        "bench", help="what every path of the kernel costs")
    add = parser.add_argument
    add("--build", default="build", help="folder of the builds")
    add("--board", default="mps2_an385")
    add("--quick", action="store_true",
        help="without the tests of systems, for the longest stretches")
    add("--why", metavar="KIND", help="only: of which functions the longest stretch "
        "of that kind is made (alarm, WAIT, ...), one after the other")
    add("--record", action="store_true", help="make this the limit, and write "
        f"{benchdoc.DOCUMENT}")
    add("--page", action="store_true",
        help="only write that page, from what is recorded")
    parser.set_defaults(run=run)
