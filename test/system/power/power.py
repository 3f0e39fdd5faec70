"""power.py - kills QEMU at any time, starts it again, and looks at the values.

    power.py SYSTEM_DIR [--kills N] [--seed N] [--forget]

The flash is a file, which the next QEMU is given as this one has left it. A value has
to be what was put last and is done, or, if QEMU was killed while it was put, what it
was before. --forget: the file is erased between two kills, which has to be noticed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "..", "..", "tool"))
from cmrxlib import oracle, systemjson  # noqa: E402

FLASH_BYTES = 32 << 20  # as the board has it
NAMES = "abcdefghijklmno"
PATIENCE = 20.0  # seconds for a start, however busy the machine is


class Wrong(Exception):
    """A value that cannot be."""


class Values:
    """What each name may be: what is done, and what was begun since."""

    def __init__(self):
        self.may_be = {name: {0} for name in NAMES}
        self.begun = None
        self.done = 0

    def hear(self, line):
        words = line.split()
        if not words or words[0] == "begin":
            return
        if words[0] == "have":
            self.have(words[1], int(words[2]))
        elif words[0] == "put":
            self.begun = words[1], int(words[2])
            self.may_be[words[1]].add(int(words[2]))
        elif words[0] == "done":
            name, number = self.begun
            self.may_be[name] = {number}
            self.begun = None
            self.done += 1
        else:
            raise Wrong(f"the application says: {line}")

    def have(self, name, number):
        if number not in self.may_be[name]:
            raise Wrong(f"{name} is {number}; it has to be one of "
                        f"{sorted(self.may_be[name])}")
        self.may_be[name] = {number}


def command(folder, image):
    """With a drive in that place `-kernel` is for the drive; a loader is not."""
    board = systemjson.load(os.path.join(folder, "system.json"))["board"]
    return [*board["qemu"], "-device", f"loader,file={oracle.the_elf(folder)}",
            "-display", "none", "-serial", "stdio", "-monitor", "none",
            "-drive", f"if=pflash,unit=1,format=raw,file={image}"]


def read_lines(process, values, count):
    """That many lines; False when there are no more."""
    for _ in range(count):
        line = process.stdout.readline()
        if not line.endswith("\n"):
            return False
        values.hear(line)
    return True


def live(qemu, values, dice):
    """One life, from the start to a kill: in one of four at the start, when the
    store looks at what is there. The time is long enough for any step of the store
    to be met, a change of the halves too."""
    process = subprocess.Popen(qemu, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE)
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        is_early = dice.random() < 0.25
        lines = 1 if is_early else 1 + len(NAMES) + dice.randrange(100)
        if not read_lines(process, values, lines):
            raise Wrong("it has ended by itself")
        time.sleep(dice.random() * 0.04)
        process.send_signal(signal.SIGKILL)
        while read_lines(process, values, 1):
            pass  # what it has said before
    finally:
        watch.cancel()
        process.kill()
        process.wait()
    return is_early


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("system")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forget", action="store_true")
    args = parser.parse_args()
    dice = random.Random(args.seed)
    values = Values()
    early = 0
    with tempfile.TemporaryDirectory() as folder:
        image = os.path.join(folder, "nor1")
        for n in range(args.kills):
            if n == 0 or args.forget:
                with open(image, "wb") as file:
                    file.truncate(FLASH_BYTES)
            try:
                early += live(command(args.system, image), values, dice)
            except Wrong as wrong:
                print(f"power: after kill {n}, seed {args.seed}: {wrong}")
                return 1
    print(f"power: {args.kills} kills, {early} of them at the start; "
          f"{values.done} values put or removed, all as they have to be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
