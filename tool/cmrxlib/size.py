"""size.py - `cmrx size`: what the kernel costs, against recorded budgets.

doc/budgets.json holds per system and processor what was recorded last. More is
a problem until it is recorded on purpose: `cmrx size --record`.
"""

import glob
import json
import os
import subprocess

from . import source

BUDGETS = "doc/budgets.json"
BUILD = "build"
SYSTEMS = ("story_",)  # whose kernel is recorded


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
    root = build if os.path.isabs(build) else os.path.join(source.ROOT, build)
    return {name: measure(path) for name, path in kernels(root).items()}


def check(build=None):
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
