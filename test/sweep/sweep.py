#!/usr/bin/env python3
"""sweep.py - an interrupt at every instruction, and the proof that it was so.

    sweep.py SYSTEM_DIR --plugins DIR [--table] [--every N]

The system (sweep.c) lets a timer run out at each instant of each path in turn;
whether all is right then it says itself. A plugin (tool/plugin/instants.c)
records which instructions ran before the line rose, and which was next when it
did. Every instruction of the kernel, of the library and of the paths that was
seen to run must also have been the next one, or be among the EXCEPTIONS.
"""

import argparse
import bisect
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib import oracle, stretch  # noqa: E402
from cmrxlib.elf import STT_FUNC  # noqa: E402

CHECK = "CALLER"  # the sweeper asks for the kernel's check with it
LEAST_PATHS = 30
# What belongs to a path runs at least in the last iterations, in which the
# interrupt comes after its end (AFTER in sweep.c). What ran less often came by
# chance, like the alarm that keeps the clock: another path has to show it.
LEAST_RUNS = 12

# Functions of which it need not hold, and why.
EXCEPTIONS = {
    "run_once": "sets the timer and waits for it: before and after the path",
}

# Paths that the kernel's alarm has a part in. Its clock is not in step with the
# timer, so that a few instants of theirs may be met by none of the runs: what
# they run must have been met on some path, and nearly all of it on their own. As long
# as something is missing they are gone through again, at other phases: at first
# NEAR the instants where what is missing ran first, then, if that was not enough,
# at all.
ROUNDS = 9
NEAR = (-8, 72)  # instants: the alarm comes up to a microsecond later
BLOCK, BLOCKS_MOST, PATHS_MOST = 32, 512, 32  # as in sweep.c
WITH_ALARM = {"sleep", "wake_or_deadline", "late", "queued", "mended"}
NEARLY = 0.98

# With --every each run meets one of N instants; the ways that all paths take (entry,
# exit) are met at others on each. So much of what runs must be met on some path.
MET_OF_EVERY = 0.5

# Of this one only how long an interrupt waits is of interest: what it runs is run
# by the others, but for ways through the heap that they do not take.
CROWD = "crowd"

# Instructions that an interrupt may be kept waiting until kernel_irq, but where
# something ends: that is linear in what does.
LONGEST = {"armv7m": 400, "armv8m": 400, "riscv32": 700,
           "armv6m": 1100,  # WAIT (409), and the alarm of a call's deadline (606)
           "armv8m_base": 1000}  # two alarms: port_clock_pause()
# Half as much more where the kernel looks for who has a mutex or is in a monitor,
# and makes him as urgent as those who wait.
OWNERS = {"mutex_taken", "mutex_awaited", "handed", "queued"}
ENDS = {"fault", "fault_deep", "mended", "restart", "stop"}

SEEN = re.compile(r"^SEEN (\d+) (0x[0-9a-f]+) (\d+) (\d+) (\d+)$", re.M)
PATH = re.compile(r"^PATH (\d+) (\d+) (\d+) (\d+) (\d+)$", re.M)
TOLD = re.compile(r"^(?:not )?ok (\w+) (\d+)$", re.M)


class Functions:
    """Which function an address is in. Labels of assembly count, too."""

    def __init__(self, system, elf):
        code = [(int(p["code"]["base"], 0), p["code"]["size"])
                for p in system["processes"]]
        flash = int(system["board"]["flash"]["base"], 0)
        code.append((flash, oracle.kernel_code(system)[1] - flash))
        found = {}
        for s in elf.symbols:
            address = s.value & ~1
            named = s.name and not s.name.startswith("$")
            if named and s.type in (STT_FUNC, 0) and any(
                    base <= address < base + size for base, size in code):
                if s.type == STT_FUNC or address not in found:
                    found[address] = s.name
        self.starts = sorted(found)
        self.names = found

    def at(self, address):
        where = bisect.bisect_right(self.starts, address) - 1
        return self.names[self.starts[where]] if where >= 0 else "?"


def ways_in(board, names):
    """(entry of an interrupt, where RISC-V knows its cause, where the frame is as
    the processor has put it)"""
    # The port for v6-M may move the pc of its frame behind irq_kept
    # (port/armv6m/user/atomic.S).
    first = "irq_kept" if "irq_kept" in names else "kernel_irq"
    if board["port"] != "riscv32":
        return "entry_irq", "", first
    if board["pmp_top_of_range"]:
        return "entry", "entry_cause", first
    return "entry_without_cut", "entry_without_cut_cause", "kernel_irq"


def line_of_timer(board):
    """Where the timer itself must not be asked (SSE-300), its line; else 0."""
    return (board["devices"]["timer0"]["irqs"]["timer0"]
            if board["cpu"] == "cortex-m55" else 0)


def instants(folder, plugins, report):
    system, elf = checked.load(folder)

    def address(name, kernel=True):
        if kernel:
            return oracle.kernel_symbol(elf, system, name).value & ~1
        return next(s.value for s in elf.symbols if s.name == name)

    entry, cause, first = ways_in(system["board"], {s.name for s in elf.symbols})
    # A port may take a line nowhere else (doc/design/0034).
    line = "line" if stretch.leave(system, elf) else first
    cause = f"cause={address(cause):#x}," if cause else ""
    return (f"{os.path.join(plugins, 'instants.so')},out={report},"
            f"device={system['board']['devices']['timer0']['base']},"
            f"path={address('sweep_path', False):#x},"
            f"instant={address('sweep_instant', False):#x},"
            f"entry={address(entry):#x},irq={address(first):#x},{cause}"
            f"line={address(line):#x},"
            f"running={address('running'):#x},"
            f"nvic={line_of_timer(system['board'])},"
            f"code={system['board']['flash']['base']}")


def play(folder, plugins, number, blocks, every):
    """(result, what was said, what the plugin has seen) of a round"""
    check = {name: n for n, name in stretch.call_names().items()}[CHECK]
    with checked.checked(folder, 1 << check, sweep_round=number,
                         sweep_blocks=blocks, sweep_every=every) as copy, \
            tempfile.TemporaryDirectory(prefix="cmrx-sweep-") as where:
        report = os.path.join(where, "instants.txt")
        done = subprocess.run(
            [sys.executable, os.path.join(checked.TOOL, "cmrx"), "run", copy,
             "--batch", "--deterministic", "--oracle", "--last", "",
             "--plugins", plugins, "--timeout", "300", "--qemu=-plugin",
             f"--qemu={instants(copy, plugins, report)}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False)
        seen = ""
        if os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                seen = file.read()
    return done.returncode, done.stdout + done.stderr, seen


class Coverage:
    """What the plugin has seen, by path and function."""

    def __init__(self, folder, said):
        self.functions_of = Functions(*checked.load(folder))
        self.names = [name for name, _ in TOLD.findall(said)]
        self.instants = {}
        self.ran = defaultdict(lambda: defaultdict(set))
        self.hit = defaultdict(lambda: defaultdict(set))
        self.by_chance, self.ever_hit = {}, set()
        self.first = defaultdict(dict)  # path -> {address: instant}

    def add(self, seen, is_first):
        """What was seen in a round. What has to be met is what ran in the first."""
        for path, *found in ((int(n) for n in line)
                             for line in PATH.findall(seen)):
            before = self.instants.get(path, (0, 0, 0))
            self.instants[path] = tuple(map(max, before, found[1:]))
        for path, text, ran, hit, first in SEEN.findall(seen):
            address = int(text, 0)
            self.note_first(int(path), address, int(ran), int(first))
            name = self.functions_of.at(address)
            if not is_first:
                pass
            elif int(ran) >= LEAST_RUNS:
                self.ran[int(path)][name].add(address)
            elif name not in EXCEPTIONS:
                self.by_chance[address] = name
            if int(hit):
                self.hit[int(path)][name].add(address)
                self.ever_hit.add(address)

    def note_first(self, path, address, ran, instant):
        known = self.first[path]
        if ran:
            known[address] = min(known.get(address, instant), instant)

    def missed(self, path):
        """{function: addresses that ran and were never next}"""
        found = {}
        for name, addresses in self.ran[path].items():
            rest = addresses - self.hit[path][name]
            if rest and name not in EXCEPTIONS:
                found[name] = sorted(rest)
        return found

    def missed_by_chance(self):
        return [f"{name}: no interrupt came at {address:#x} on any path"
                for address, name in sorted(self.by_chance.items())
                if address not in self.ever_hit]

    def counts(self, path):
        ran = hit = 0
        for name, addresses in self.ran[path].items():
            if name not in EXCEPTIONS:
                ran += len(addresses)
                hit += len(addresses & self.hit[path][name])
        return ran, hit

    def union(self):
        ran, hit = set(), set()
        for path in self.ran:
            for name, addresses in self.ran[path].items():
                if name not in EXCEPTIONS:
                    ran |= addresses
                    hit |= addresses & self.hit[path][name]
        return len(ran), len(hit)

    def table(self):
        yield (f"{'path':18}{'instructions':>13}{'hit':>6}{'instants':>10}"
               f"{'longest':>9}{'kept':>6}")
        for path, name in enumerate(self.names):
            ran, hit = self.counts(path)
            some, last, kept = self.instants.get(path, (0, 0, 0))
            yield f"{name:18}{ran:13}{hit:6}{some:10}{last:9}{kept:6}"
        yield f"{'all, each once':18}{self.union()[0]:13}{self.union()[1]:6}"

    def functions(self, path):
        for name in sorted(self.ran[path]):
            ran, hit = self.ran[path][name], self.hit[path][name]
            yield f"    {name:30}{len(ran):5}{len(ran & hit):5}"


def unmet(coverage, path, name):
    """{function: addresses} that a path has still to show"""
    if name == CROWD:
        return {}
    ran, hit = coverage.counts(path)
    excused = set()
    if name in WITH_ALARM and hit >= NEARLY * ran:
        excused = coverage.ever_hit
    rest = {function: [a for a in where if a not in excused]
            for function, where in coverage.missed(path).items()}
    return {function: where for function, where in rest.items() if where}


def of_path(coverage, path, name):
    for function, where in unmet(coverage, path, name).items():
        yield (f"{name}: {function}: no interrupt came at "
               + " ".join(f"{a:#x}" for a in where))


def kept_too_long(coverage, port):
    for path, name in enumerate(coverage.names):
        kept = coverage.instants.get(path, (0, 0, 0))[2]
        most = LONGEST[port] * 3 // 2 if name in OWNERS else LONGEST[port]
        if kept > most and name not in ENDS:
            yield (f"{name}: an interrupt was kept waiting for {kept} "
                   f"instructions, {most} are the most")


def missing(coverage):
    """What another round may meet, as text."""
    return [text for path, name in enumerate(coverage.names)
            for text in of_path(coverage, path, name)
            ] + coverage.missed_by_chance()


def to_repeat(coverage):
    """The paths of another round: those that lack something, or all with an alarm if
    none does."""
    alarm = [path for path, name in enumerate(coverage.names)
             if name in WITH_ALARM]
    return [path for path in alarm
            if any(of_path(coverage, path, coverage.names[path]))] or alarm


def wanted(coverage, path):
    """The instants at which what is missing may be met on a path, a bit each block."""
    bits = 0
    name = coverage.names[path]
    lacks = [a for where in unmet(coverage, path, name).values() for a in where]
    lacks += [a for a in coverage.by_chance if a not in coverage.ever_hit]
    for address in lacks:
        first = coverage.first[path].get(address)
        if first is not None:
            for block in range(max(first + NEAR[0], 0) // BLOCK,
                               (first + NEAR[1]) // BLOCK + 1):
                bits |= 1 << block
    return bits


def blocks_of(paths):
    """sweep_blocks: {path: bits}"""
    return tuple(paths.get(path, 0) >> n & 0xFFFFFFFF
                 for path in range(PATHS_MOST)
                 for n in range(0, BLOCKS_MOST, 32))


def rounds():
    """(number of the round, whether at all instants)"""
    yield 0, True
    for everywhere in (False, True):
        for number in range(1, ROUNDS):
            yield number, everywhere


def next_blocks(coverage, everywhere):
    """sweep_blocks of the next round. Where it is not known at which instant, all."""
    if coverage is None:
        return blocks_of({})
    whole = (1 << BLOCKS_MOST) - 1
    repeat = to_repeat(coverage)
    found = {path: whole if everywhere else wanted(coverage, path)
             for path in repeat}
    return blocks_of(found if any(found.values())
                     else {path: whole for path in repeat})


def too_few(coverage):
    """Of a sweep of every N-th instant."""
    ran, hit = coverage.union()
    return [] if hit >= MET_OF_EVERY * ran else [
        f"an interrupt came at {hit} of {ran} instructions, "
        f"{MET_OF_EVERY:.0%} are the least"]


def judge(coverage, port, every):
    """What is wrong, as text."""
    problems = list(kept_too_long(coverage, port))
    problems += missing(coverage) if every == 1 else too_few(coverage)
    if len(coverage.names) < LEAST_PATHS:
        problems.append(f"only {len(coverage.names)} paths")
    return problems


def show(coverage, detail):
    print("\n".join(coverage.table()))
    for path, name in enumerate(coverage.names if detail else ()):
        print("\n".join([name] + list(coverage.functions(path))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built system, sweep_BOARD")
    parser.add_argument("--plugins", required=True)
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="of each path every N-th instant only, and once")
    parser.add_argument("--table", action="store_true",
                        help="also each function of each path")
    args = parser.parse_args()
    coverage = None
    for played, (number, everywhere) in enumerate(rounds()):
        result, said, seen = play(args.system, args.plugins, number,
                                  next_blocks(coverage, everywhere), args.every)
        if result:
            print(said.strip())
            return 1
        if checked.PRODUCT in os.environ:  # the bench wants the stretches alone
            return 0
        coverage = coverage or Coverage(args.system, said)
        coverage.add(seen, number == 0)
        if args.every > 1 or not missing(coverage):
            break
        print(f"round {played}:", "\n".join(missing(coverage)))
    show(coverage, args.table)
    port = checked.load(args.system)[0]["board"]["port"]
    problems = judge(coverage, port, args.every)
    met = "every" if args.every == 1 else "many an"
    print("\n".join(problems or [f"an interrupt came at {met} instruction"]),
          f"({played + 1} rounds)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
