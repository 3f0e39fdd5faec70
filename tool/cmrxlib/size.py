"""size.py - `cmrx size`: what the kernel costs, against recorded budgets, and
how much RAM of each system is lost to alignment.

doc/budgets.json holds per system and processor what was recorded last. More is
a problem until it is recorded on purpose: `cmrx size --record`. No system may
lose a tenth of its RAM.
"""

import glob
import json
import os
import subprocess

from . import source, systemjson
from .model import Refused

BUDGETS = "doc/budgets.json"
BUILD = "build"
SYSTEMS = ("story_",)  # whose kernel is recorded
LOST = 0.1  # of the RAM of a system


def kernels(build):
    """Name of system -> path of its kernel.o."""
    found = {}
    for path in sorted(glob.glob(os.path.join(build, "arm", "*",
                                              "kernel.o"))):
        name = os.path.basename(os.path.dirname(path))
        if name.startswith(SYSTEMS):
            found[name] = path
    return found


def measure(path):
    """Bytes of text (constants too) and RAM of an object."""
    out = subprocess.run(["arm-none-eabi-size", path], capture_output=True,
                         text=True, check=True).stdout.splitlines()[1].split()
    text, data, bss = (int(n) for n in out[:3])
    return {"text": text + data, "ram": data + bss}


def recorded():
    path = os.path.join(source.ROOT, BUDGETS)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def measured(build):
    return {name: measure(path)
            for name, path in kernels(root_of(build)).items()}


def root_of(build):
    return build if os.path.isabs(build) else os.path.join(source.ROOT, build)


def lost_ram(build):
    """(system.json, bytes lost, bytes used) of all systems of a build. What it
    says is proved by `cmrx check` when a system is linked."""
    for path in sorted(glob.glob(os.path.join(root_of(build), "arm", "*",
                                              "system.json"))):
        ram = systemjson.load(path)["totals"]["ram"]
        yield path, ram["gaps"] + ram["padding"], ram["span"]


def check_lost(build):
    try:
        for path, lost, used in lost_ram(build):
            if lost >= LOST * used:
                yield (f"{path}:1: {lost} of {used} bytes of RAM are lost to "
                       f"alignment ({100 * lost / used:.1f} %); less than "
                       f"{100 * LOST:.0f} % may be: see tool/cmrx map")
    except (Refused, KeyError) as error:
        yield f"{build}:1: a system.json is not of this version: {error}"


def check(build=None):
    yield from check_lost(build or BUILD)
    limits = recorded().get("kernel", {})
    for name, now in measured(build or BUILD).items():
        for what, bytes_now in now.items():
            limit = limits.get(name, {}).get(what)
            if limit is None:
                yield f"{BUDGETS}:1: {name}: {what} is not recorded"
            elif bytes_now > limit:
                yield (f"{BUDGETS}:1: {name}: kernel {what} {bytes_now} bytes,"
                       f" {bytes_now - limit} more than recorded; make it "
                       "smaller, or run tool/cmrx size --record and say why")


def record(part, now):
    budgets = recorded()
    budgets[part] = dict(budgets.get(part, {}), **now)
    with open(os.path.join(source.ROOT, BUDGETS), "w",
              encoding="utf-8") as file:
        json.dump(budgets, file, indent=2, sort_keys=True)
        file.write("\n")


def run(args):
    now = measured(args.build)
    limits = recorded().get("kernel", {})
    print(f"{'system':28} {'kernel text':>12} {'kernel RAM':>12}")
    for name, sizes in now.items():
        cells = [f"{n} ({n - limits.get(name, {}).get(k, n):+d})"
                 for k, n in sizes.items()]
        print(f"{name:28} {cells[0]:>12} {cells[1]:>12}")
    print(f"\n{'system':28} {'RAM':>12} {'lost':>12}")
    for path, lost, used in lost_ram(args.build):
        name = os.path.basename(os.path.dirname(path))
        print(f"{name:28} {used:12} {lost:6} {100 * lost / used:3.1f} %")
    if not now:
        print(f"size: no kernel in {args.build}/arm; build first")
        return 1
    if args.record:
        record("kernel", now)
        print(f"size: recorded in {BUDGETS}")
    return 0


def register(subparsers):
    parser = subparsers.add_parser("size", help="what the kernel costs")
    parser.add_argument("--build", default=BUILD, help="folder of the build")
    parser.add_argument("--record", action="store_true",
                        help="make this the limit from now on")
    parser.set_defaults(run=run)
