"""size.py - `cmrx size`: what each example costs in flash and RAM, by owner,
beside what is recorded and what is aimed at.

More than recorded is a failure until it is recorded on purpose: --record. No
system may lose a tenth of its RAM to alignment (lostram.py); that is looked at in
every build, also by `cmrx style`.
"""

import os

from . import (benchdata, benchdoc, benchgoals, everybyte, kernelsize, lostram,
               sizedata)
from .model import Refused
from .sizedata import ALWAYS, COLUMNS, KERNEL_SMALL, NO_OWNERS, THREAD

BUILD = "build"


# ---- RAM lost to alignment


def check(build=None):
    build = build or BUILD
    try:
        yield from lostram.check(build)
    except (Refused, KeyError) as error:
        yield f"{build}:1: a system.json is not of this version: {error}"


# ---- A screen for each system


def cell(size, before):
    """A size, and by how much it is another than was recorded."""
    return f"{size} ({size - before:+d})" if size != before else str(size)


def line(head, cells):
    return f"{head:20}" + "".join(f"{cell:>15}" for cell in cells)


def row(owner, sizes, before):
    return line(owner, map(cell, sizes, before))


def table(name, rows, before):
    yield line(name, COLUMNS)
    for owner, sizes in rows.items():
        if owner not in NO_OWNERS:
            yield row(owner, sizes, before.get(owner, sizes))
    yield row("all", sizedata.total(rows), sizedata.total(before or rows))


def goal(what, size, limit, before=None):
    shown = cell(size, size if before is None else before)
    return (f"{what:34}{shown:>15}"
            + (f"  goal {limit}" if limit else "")
            + (f", {size - limit} too many" if limit and size > limit else ""))


def goals(name, rows, before, described):
    """The kernel against its goals, and where its RAM goes."""
    limit = benchgoals.size_goals(sizedata.port_of(name))
    for what, owner, column, head in (
            ("kernel text", KERNEL_SMALL, 0, "kernel, flash at -Os"),
            (ALWAYS, ALWAYS, 1, "kernel, RAM of every system"),
            (THREAD, THREAD, 1, "a thread")):
        yield goal(head, rows[owner][column], limit.get(("sizes", what)),
                   before.get(owner, rows[owner])[column])
    for part, (count, size) in sizedata.kernel_ram(described).items():
        many = f" = {count} x {size / count:.4g}" if count > 1 else ""
        yield f"    {part:30}{size:>15}{many}"


def screens(now, before, build):
    shipped = sizedata.folders(build, sizedata.SHIPPED)
    for name, rows in now.items():
        known = before.get(name, {})
        yield from table(name, rows, known)
        yield from goals(name, rows, known, sizedata.describe(shipped[name]))
        yield ""


# ---- The command


def record(now, build):
    sizedata.write(now)
    everybyte.write(build)
    benchdoc.write(benchdata.recorded())
    print(f"size: recorded in {sizedata.BUDGETS}, {benchdoc.DOCUMENT} and "
          f"{everybyte.PAGE}")
    return 0


def judge(now, before, missed=()):
    """Exit code; `missed` are problems with the goals."""
    problems = list(sizedata.rises(now, before))
    lower = sizedata.falls(now, before)
    if lower:
        print(f"size: {lower} sizes are lower than recorded; "
              "tool/cmrx size --record keeps them so")
    if problems:
        print("\n".join(problems))
        print("size: make it smaller, or run tool/cmrx size --record and say "
              "why in the commit")
    print("\n".join([*missed, f"size: {len(problems) + len(missed)} problems"]))
    return 1 if problems or missed else 0


def kernels(args):
    """Where the bytes are of which the goals speak."""
    for name, folder in sizedata.folders(args.build, sizedata.SMALL).items():
        if not args.system or name in args.system:
            elf = kernelsize.kernel_of(folder)
            print("\n".join(kernelsize.screen(name, elf)) + "\n")
    return 0


def refuse_others(names):
    """For who asks what his own system costs."""
    for name in names:
        if os.path.exists(os.path.join(name, "system.json")):
            raise Refused("size is for the examples of CMRX. What this system costs: "
                          f"cmrx map {name}")


def run(args):
    refuse_others(args.system)
    if args.kernel:
        return kernels(args)
    now = sizedata.measured(args.build)
    if args.record:
        return record(now, args.build)
    before = sizedata.recorded()
    shown = {name: rows for name, rows in now.items()
             if not args.system or name in args.system}
    print("\n".join(screens(shown, before, args.build)))
    return judge(now, before, [*sizedata.goal_problems(now),
                               *everybyte.problems(args.build)])


def register(subparsers):
    parser = subparsers.add_parser("size", help="what the examples cost")
    parser.add_argument("system", nargs="*", help="show these only")
    parser.add_argument("--build", default=BUILD, help="folder of the builds")
    parser.add_argument("--kernel", action="store_true",
                        help="show where the kernel's flash at -Os is instead")
    parser.add_argument("--record", action="store_true",
                        help="make this the limit from now on, and write "
                        f"{benchdoc.DOCUMENT}")
    parser.set_defaults(run=run)
