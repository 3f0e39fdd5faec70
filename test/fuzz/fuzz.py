#!/usr/bin/env python3
"""fuzz.py - hostile fuzz: many system calls of processes that mean harm.

    fuzz.py SYSTEM_DIR --plugins DIR [--calls N] [--seed S] [--seeds K]

Each seed is one run of at least N system calls, with the kernel checking itself
after each, the isolation oracle, and the judgement of the controller
(controller.c). A run is the same whenever it is repeated. When one fails it is
run again with fewer hands, threads and kinds of deeds for as long as it still
fails, and the last system calls of the smallest are shown.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
from cmrxlib import oracle  # noqa: E402
from cmrxlib.model import Refused  # noqa: E402
from cmrxlib.systemjson import number  # noqa: E402

MAGIC = 0x5A5A1234  # as in controller.c
VERDICTS = {0: "all is well", 10: "the controller found no parameters",
            11: "the sink was harmed", 12: "the bystander was harmed",
            13: "the bystander was late", 99: "the kernel found itself wrong",
            124: "it hung"}
# enum kind in deal.h
KINDS = ["trap", "edge", "stack", "call", "lend", "wait", "thread", "event",
         "interrupt", "fault", "busy", "look"]
PLAYERS = 12
# Where the kernel is entered by a system call; behind the first instruction of it,
# which has 4 bytes, the stack pointer is in a register.
FIRST_BYTES = 4
CALLS_PER_HAND = 20  # fewer than were ever seen
# A kernel that looks at itself after each call needs most of the time; at the speed
# of the real parts the processes would do little but be late for their deadlines,
# and wait anew. So each instruction takes half as long.
CHECKED_SPEED = ("--qemu=-icount", "--qemu=shift=5,sleep=off")
CALLS = re.compile(r"^CALLS (\d+)$", re.M)
LAST = 24  # calls that are shown of a failure


@dataclass(frozen=True)
class Game:
    seed: int
    hands: int
    players: int = (1 << PLAYERS) - 1
    kinds: int = (1 << len(KINDS)) - 1

    def __str__(self):
        kinds = [k for i, k in enumerate(KINDS) if self.kinds >> i & 1]
        return (f"seed {self.seed}, {self.hands} hands, threads "
                f"{self.players:#x}, kinds {self.kinds:#x} "
                f"({' '.join(kinds)})")


@dataclass
class Outcome:
    result: int
    calls: int
    last: list
    said: str

    def why(self):
        return VERDICTS.get(self.result, f"result {self.result}")


class Bench:
    """A built system whose kernel checks itself, ready to be run."""

    def __init__(self, folder, plugins, mask):
        self.copy = checked.checked(folder, mask)
        self.folder = self.copy.__enter__()
        self.plugins = plugins
        self.system, self.elf = checked.load(self.folder)
        self.speed = () if checked.PRODUCT in os.environ else CHECKED_SPEED

    def close(self):
        self.copy.__exit__(None, None, None)

    def symbol(self, name):
        return oracle.kernel_symbol(self.elf, self.system, name).value

    def calls_plugin(self, report):
        array = next(o for o in self.system["kernel"]["objects"]
                     if o["symbol"] == "threads")
        count = len(list(oracle.threads(self.system)))
        at = self.enters()
        return (f"{os.path.join(self.plugins, 'calls.so')},out={report},"
                f"at={at:#x},running={self.symbol('running'):#x},"
                f"threads={array['base']},size={array['size'] // count}")

    def has(self, name):
        try:
            return self.symbol(name) != 0
        except Refused:
            return False

    def enters(self):
        """Where each system call comes, and its stack pointer is in a register. A
        kernel for size (port/*/plain) has other places."""
        board = self.system["board"]
        if board["port"] != "riscv32":
            if self.has("keep") or self.has("keep_running"):
                return self.symbol("kernel_syscall") & ~1
            return (self.symbol("entry_svc") & ~1) + FIRST_BYTES
        if self.has("entry_ecall") and board.get("pmp_top_of_range", True):
            return self.symbol("entry_ecall") + FIRST_BYTES
        return self.symbol("entry_slow")  # and it is not known there

    def parameters(self, game):
        base = number(self.system["board"]["devices"]["scratch"]["base"])
        words = (MAGIC, game.seed, game.hands, game.players, game.kinds)
        for i, word in enumerate(words):
            yield "--qemu=-device"
            yield (f"--qemu=loader,addr={base + 4 * i:#x},data={word:#x},"
                   "data-len=4")

    def play(self, game, timeout):
        with tempfile.TemporaryDirectory(prefix="cmrx-fuzz-") as where:
            report = os.path.join(where, "calls.txt")
            done = subprocess.run(
                [sys.executable, os.path.join(checked.TOOL, "cmrx"), "run",
                 self.folder, "--batch", "--deterministic", "--oracle",
                 "--last", "", "--plugins", self.plugins, "--timeout",
                 str(timeout), "--qemu=-plugin",
                 f"--qemu={self.calls_plugin(report)}",
                 *self.speed, *self.parameters(game)], stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", check=False)
            try:
                with open(report, encoding="utf-8") as file:
                    text = file.read()
            except OSError:
                text = ""
        found = CALLS.search(text)
        last = [line for line in text.splitlines() if line.startswith("CALL ")]
        return Outcome(done.returncode, int(found[1]) if found else 0, last,
                       done.stdout + done.stderr)


# ---- Making a failure small


def shrink(bench, game, timeout):
    """The smallest game found that still fails."""
    def fails(smaller):
        return bench.play(smaller, timeout).result != 0

    low, high = 0, game.hands  # low does not fail, high does
    while high - low > max(1, high // 50):
        middle = (low + high) // 2
        if fails(replace(game, hands=middle)):
            high = middle
        else:
            low = middle
    game = replace(game, hands=high)
    for field, bits in (("kinds", len(KINDS)), ("players", PLAYERS)):
        for bit in range(bits):
            mask = getattr(game, field) & ~(1 << bit)
            smaller = replace(game, **{field: mask})
            if mask and fails(smaller):
                game = smaller
    return game


def show(bench, outcome):
    names = [f"{p['name']}.{t['name']}" for p in bench.system["processes"]
             for t in p["threads"]]
    print("the last system calls (pc word r0-r3 r4 sp):")
    for line in outcome.last[-LAST:]:
        _, thread, rest = line.split(" ", 2)
        print(f"  {names[int(thread)]:14} {rest}")
    print(outcome.said.strip())


def explain(bench, game, outcome, timeout):
    print(f"FAILED: {game}: {outcome.why()}", flush=True)
    small = shrink(bench, game, timeout)
    outcome = bench.play(small, timeout)
    print(f"smallest: {small}: {outcome.why()}")
    print(f"again: --seed {small.seed} --hands {small.hands} "
          f"--threads {small.players:#x} --kinds {small.kinds:#x}")
    show(bench, outcome)


# ---- The command


def play_seed(bench, args, seed):
    hands = args.hands or args.calls // CALLS_PER_HAND
    game = Game(seed, hands, args.threads, args.kinds)
    outcome = bench.play(game, args.timeout)
    if outcome.result:
        if args.shrink:
            explain(bench, game, outcome, args.timeout)
        else:
            print(f"FAILED: {game}: {outcome.why()}")
            show(bench, outcome)
        return False
    if not args.hands and outcome.calls < args.calls:
        print(f"seed {seed}: only {outcome.calls} system calls: "
              "CALLS_PER_HAND is too high")
        return False
    print(f"seed {seed}: {outcome.calls} system calls, all is well",
          flush=True)
    return True


def word(text):
    return int(text, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("system", help="folder of a built system, fuzz_BOARD")
    add("--plugins", required=True)
    add("--calls", type=word, default=100000, help="system calls of a run")
    add("--seed", type=word, default=1, help="of the first run")
    add("--seeds", type=word, default=1, help="how many runs")
    add("--hands", type=word, default=0, help="instead of --calls")
    add("--threads", type=word, default=(1 << PLAYERS) - 1)
    add("--kinds", type=word, default=(1 << len(KINDS)) - 1)
    add("--check", type=word, default=checked.ALWAYS, metavar="MASK",
        help="system calls after which the kernel checks itself")
    add("--timeout", type=float, default=300.0, metavar="S")
    add("--no-shrink", dest="shrink", action="store_false")
    args = parser.parse_args()
    bench = Bench(args.system, args.plugins, args.check)
    try:
        good = [play_seed(bench, args, seed)
                for seed in range(args.seed, args.seed + args.seeds)]
    finally:
        bench.close()
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
