"""budget.py - `cmrx budget FILE`: instructions of the kernel against limits.

FILE is what `cmrx run --deterministic --count FILE` has written. A visit lasts
from the first instruction in the kernel to the first outside of it; tail-chained
exceptions are one visit. doc/budgets.json holds the longest of each kind.
"""

import os
import re

from . import size, source
from .model import Refused

VISIT = re.compile(r"^VISIT (\S+) (\d+) (\d+) (\d+) (\d+)$", re.M)
SYSTEM_CALL = "svc"  # part of the name of the handler of system calls


def call_names():
    """Number of a system call -> its name."""
    text = "\n".join(source.read("include/cmrx/syscalls.def"))
    found = re.findall(r"^CMRX_SYSCALL\((\d+), (\w+),", text, re.M)
    return {int(number): name for number, name in found}


def visits(text):
    """Kind of visit -> (how many, longest, all instructions)."""
    names = call_names()
    found = {}
    for entry, word, count, longest, total in VISIT.findall(text):
        kind = entry
        if SYSTEM_CALL in entry.lower():
            kind = names.get(int(word), "no such system call")
        before = found.get(kind, (0, 0, 0))
        found[kind] = (before[0] + int(count), max(before[1], int(longest)),
                       before[2] + int(total))
    return found


def over(found, limits):
    for kind, (_, longest, _) in sorted(found.items()):
        limit = limits.get(kind)
        if limit is None:
            yield f"{size.BUDGETS}:1: {kind}: no budget is recorded"
        elif longest > limit:
            yield (f"{size.BUDGETS}:1: {kind}: {longest} instructions, "
                   f"{limit} is the budget")


def run(args):
    try:
        with open(args.file, encoding="utf-8") as file:
            found = visits(file.read())
    except OSError as error:
        raise Refused(f"{args.file}: {error.strerror}") from None
    if not found:
        raise Refused(f"{args.file}: no visits of the kernel in it")
    print(f"{'kernel visit':24} {'count':>8} {'mean':>8} {'longest':>8}")
    for kind, (count, longest, total) in sorted(found.items()):
        print(f"{kind:24} {count:8} {total / count:8.1f} {longest:8}")
    limits = size.recorded().get("instructions", {})
    if args.record:
        longest = {k: max(v[1], limits.get(k, 0) if args.merge else 0)
                   for k, v in found.items()}
        size.record("instructions", longest)
        print(f"budget: recorded in {os.path.basename(size.BUDGETS)}")
        return 0
    problems = list(over(found, limits))
    print("\n".join(problems + [f"budget: {len(problems)} problems"]))
    return 1 if problems else 0


def register(subparsers):
    parser = subparsers.add_parser(
        "budget", help="instructions of the kernel against limits")
    parser.add_argument("file", help="written by cmrx run --count")
    parser.add_argument("--record", action="store_true",
                        help="make these the limits")
    parser.add_argument("--merge", action="store_true",
                        help="with --record: where they are higher")
    parser.set_defaults(run=run)
