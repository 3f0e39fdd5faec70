#!/usr/bin/env python3
"""cost.py - what floating point costs those who do not use it: nothing.

    cost.py WITH_DIR WITHOUT_DIR --plugins DIR

Two systems of the bench (test/bench) with one process more. In the first it uses
floating point, so the kernel keeps registers, and its registers are in the unit; in
the second it does not, and the kernel knows nothing of it. Every path of all the
others takes the same instructions in both: calls, switches, wakes, interrupts. MORE
are those that do not, because whether a thread has registers to forget is asked when it
begins, and whose they are when one has faulted. PHASE are those that end by polling.
"""

import argparse
import os
import sys
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "..", "tool"))

from cmrxlib import bench, oracle, systemjson  # noqa: E402
from cmrxlib.elf import Elf  # noqa: E402

LEAST = 40  # fewer paths are not the bench
MORE = {"boot": 200, "thread_start": 10, "fault_to_supervisor": 10}
PHASE = {"mutex_in_a_row": 2}  # it ends in a loop that polls: so many, either way
OF_FLOAT = ("float_fault", "float_vectors", "float_areas")


def knows_floats(folder):
    elf = Elf.load(oracle.the_elf(folder))
    return [name for name in OF_FLOAT
            if any(s.name == name for s in elf.symbols)]


def users(folder):
    system = systemjson.load(os.path.join(folder, "system.json"))
    return [p["name"] for p in system["processes"] if p.get("floating_point")]


def paths(folder, plugins):
    host = os.path.dirname(os.path.dirname(os.path.abspath(plugins)))
    args = SimpleNamespace(build=host)
    return {name: bench.summary(samples) for name, samples
            in bench.counts(*bench.run_system(args, folder)).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("with_user")
    parser.add_argument("without")
    parser.add_argument("--plugins", required=True)
    args = parser.parse_args()
    bad = 0
    for folder, wanted in ((args.with_user, ["bystander"]), (args.without, [])):
        found = knows_floats(folder)
        good = users(folder) == wanted and \
            found == (list(OF_FLOAT) if wanted else [])
        bad += not good
        print(f"{'ok' if good else 'not ok'} {os.path.basename(folder)}: users "
              f"{wanted}, of floating point in the kernel: {found}")
    using, without = (paths(folder, args.plugins)
                      for folder in (args.with_user, args.without))
    if len(without) < LEAST or using.keys() != without.keys():
        print(f"not ok {len(without)} paths, {len(using)} with a user")
        bad += 1
    for name in sorted(without):
        more = [a - b for a, b in zip(using.get(name, ()), without[name])]
        phase = PHASE.get(name, 0)
        if not more or min(more) < -phase or \
                max(more) > MORE.get(name, phase):
            print(f"not ok {name}: minimum, median, maximum {without[name]}; "
                  f"with a user of floating point {using.get(name)}")
            bad += 1
    print(f"{len(without)} paths, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
