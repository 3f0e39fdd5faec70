#!/usr/bin/env python3
"""story.py - plays the story on a system and checks that it ends well.

    story.py SYSTEM_DIR [--plugins DIR] [--show]

A frame with a good checksum and an evil index reaches the sensor driver, whose
planted bug would write it over the actuator's position. It must be stopped, the
driver must come back, everybody concerned must say what happened, and nobody
else may notice. Then the same from the keyboard, and noise.

QEMU is run by tool/cmrx; this is the person at the console (UART0) and the
sensor (UART1). One line per check, and one that counts them.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import threading

import frames

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tool"))

from cmrxlib import elf as elfs  # noqa: E402
from cmrxlib import oracle, systemjson  # noqa: E402

# Seconds; of the machine's, not the system's. Where a UART of QEMU hands over byte by
# byte, a long line takes 20 on a slow machine.
PATIENCE = 60.0
EVIL_VALUE = 0x0BADF00D
NOISE_BYTES = 3000
LONG_LINE = 2000
# Ports of processors on which a division by zero has a result.
DIVIDES = ("riscv32", "armv8m_base")


def plain(data):
    """What the console takes away and shows again is a line, too."""
    text = data.decode("latin-1").replace("\x1b[K", "\n")
    return text.replace("\r", "")


class Machine:
    """The system under QEMU, its console and its sensor's line."""

    def __init__(self, args):
        self.folder = tempfile.mkdtemp(prefix="cmrx-story-")
        self.fifo = os.path.join(self.folder, "uart1")
        os.mkfifo(self.fifo)
        command = [sys.executable, os.path.join(ROOT, "tool", "cmrx"), "run",
                   args.system, "--batch", "--deterministic", "--last", "",
                   "--timeout", "300", "--uart1", f"cat {self.fifo}"]
        if args.plugins:
            command += ["--oracle", "--plugins", args.plugins]
        self.show = args.show
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        # For both directions: opening does not wait for who reads.
        self.sensor = open(self.fifo, "r+b", buffering=0)
        self.text = ""
        self.seen = self.begin = 0
        self.more = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        raw = b""
        while True:
            data = self.process.stdout.read1(4096)
            if self.show:
                sys.stderr.buffer.write(data)
                sys.stderr.flush()
            with self.more:
                raw += data
                # Only whole escape sequences are looked at.
                whole = len(raw) - len(raw.rpartition(b"\x1b")[2]) - 1 \
                    if b"\x1b" in raw[-3:] else len(raw)
                self.text += plain(raw[:whole])
                raw = raw[whole:]
                self.more.notify()
                if not data:
                    self.text += "\n[end]\n"
                    return

    def type(self, line):
        self.write(line.encode() + b"\n")

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages):
        self.sensor.write(b"".join(messages))

    def expect(self, pattern, patience=PATIENCE):
        """The next match in what the console says; None if none comes."""
        wanted = re.compile(pattern, re.M)

        def look():
            # Whole lines only: of half a line, `$` would match anywhere.
            return wanted.search(self.text, self.seen,
                                 self.text.rfind("\n") + 1)

        with self.more:
            self.more.wait_for(
                lambda: look() or self.text.endswith("[end]\n"), patience)
            found = look()
            if found:
                self.seen = found.end()
            return found

    def forget(self):
        """What was said so far does not count any more."""
        with self.more:
            self.seen = self.begin = len(self.text)

    def rewind(self):
        """What was said since forget() counts again: several speak, and who
        is first does not matter."""
        self.seen = self.begin

    def end(self):
        """Exit code of the run."""
        self.sensor.close()
        self.process.stdin.close()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            code = -1
        self.reader.join(PATIENCE)
        os.remove(self.fifo)
        os.rmdir(self.folder)
        return code


class Story:
    """The checks, in their order."""

    def __init__(self, args):
        self.args = args
        self.system = systemjson.load(os.path.join(args.system, "system.json"))
        self.port = self.system["board"]["port"]
        self.elf = elfs.Elf.load(oracle.the_elf(args.system))
        self.machine = Machine(args)
        self.passed = self.failed = 0

    def check(self, fact, good):
        print(f"{'ok    ' if good else 'FAILED'}  {fact}", flush=True)
        self.passed += bool(good)
        self.failed += not good
        return good

    def says(self, fact, pattern):
        found = self.machine.expect(pattern)
        if not self.check(fact, found):
            print(f"        expected: {pattern}\n        said: "
                  + repr(self.machine.text[self.machine.seen:][-400:]))
        return found

    def ask(self, command, fact, pattern):
        self.machine.type(command)
        return self.says(fact, pattern)

    # ---- What is where

    def memory(self, process):
        """(base, end) of the data of a process."""
        block = next(p["memory"] for p in self.system["processes"]
                     if p["name"] == process)
        base = int(block["base"], 16)
        return base, base + block["size"]

    def address(self, process, name):
        """The address of a variable of a process."""
        base, end = self.memory(process)
        found = [s.value for s in self.elf.symbols
                 if s.name == name and base <= s.value < end]
        assert len(found) == 1, f"{process} has {len(found)} {name}"
        return found[0]

    @staticmethod
    def line_of(path, text):
        """The number of the line that contains the text."""
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return next(n for n, line in enumerate(file, 1) if text in line)

    # ---- The parts of the story

    def all_is_well(self):
        self.says("the shell greets", r"Try help\.")
        self.machine.send(frames.measurement(2, 21500),
                          frames.measurement(3, -4250))
        self.says("the logger prints a measurement",
                  r"^logger: channel 2: 21\.500 C$")
        self.says("and one below zero", r"^logger: channel 3: -4\.250 C$")
        self.ask("sensor", "the shell shows it",
                 r"^channel 2: 21\.500 C, number 1,")
        self.machine.send(frames.calibration(1, 250),
                          frames.measurement(1, 10000))
        self.says("a calibration is applied", r"^logger: channel 1: 10\.250 C$")
        self.ask("move 300", "the actuator is told to move", r"going to 300")
        self.wait_for_position(300)

    def wait_for_position(self, position):
        for _ in range(500):
            self.machine.type("actuator")
            found = self.machine.expect(r"actuator at (-?\d+), going")
            if not found or int(found[1]) == position:
                break
        self.check(f"the actuator is at {position}",
                   found and int(found[1]) == position)

    def evil_frame(self):
        table = self.address("sensor", "calibration_table")
        position = self.address("actuator", "actuator_state")
        source = "driver/frame_sensor/frame_sensor.c"
        line = self.line_of(source, "calibration_table[index] = value;")
        index = (position - table) // 4
        self.machine.forget()
        self.machine.send(frames.calibration(index, EVIL_VALUE))
        self.says("which process, and what it did",
                  r"^! sensor faulted: it touched memory that is not its own$")
        self.says("which function, line and thread",
                  rf"^!   in calibrate\(\), {source}:{line}, "
                  r"thread logger\.follow$")
        self.says("which address, and whose",
                  rf"^!   at address {position:#010x}, byte \d+ of data of "
                  "actuator$")
        # The line of a call is that of its end, or the next one.
        source = "server/logger/logger.c"
        line = self.line_of(source, "cmrx_call(&result, sensor, next")
        found = self.says("who had called it",
                          r"^!   called by logger in follow(?:_sensor)?\(\), "
                          rf"{source}:(\d+)$")
        self.check("from which line", found and abs(int(found[1]) - line) <= 2)
        self.says("that it came back", "^!   sensor runs again, generation 2$")

    def life_goes_on(self):
        self.machine.rewind()
        self.says("the logger got its status",
                  "^logger: the sensor's call ended with DEAD$")
        self.machine.send(frames.measurement(0, 1234))
        self.says("the sensor works again", "^logger: the sensor is back$")
        self.says("and measures", r"^logger: channel 0: 1\.234 C$")
        self.unharmed(300)
        self.ask("ps", "one process was started twice",
                 r"^sensor +running +2 +1 ")
        self.ask("ps", "and no other",
                 r"(?s)^uart0 +running +1 +0 .*^uart1 +running +1 +0 .*"
                 r"^actuator +running +1 +0 .*^supervisor +running +1 +0 ")
        self.ask("fault", "the shell tells it again", "^! sensor faulted: it")
        self.ask("load", "who uses the processor",
                 r"(?s)^idle +[-\d][^\n]* \d+\.\d% *$.*^idle\.idle +[-\d][^\n]*%")
        self.says("and what it costs to know it",
                  r"^the meter itself: \d\.\d\d%$")

    def unharmed(self, position):
        found = self.ask(
            "actuator", "the actuator reports",
            r"actuator at (-?\d+), going to (\d+); (\d+) periods, (\d+) "
            r"missed, latest by (\d+) us, (\d+) anomalies")
        numbers = [int(n) for n in found.groups()] if found else [None] * 6
        self.check(f"it is still at {position}",
                   numbers[0] == numbers[1] == position)
        self.check("it has missed no deadline", numbers[3] == 0)
        # 36 us, but for a leap of QEMU's clock: CAVEATS.md, boards under QEMU.
        self.check("it was never late by half a period",
                   found and numbers[4] < 5000)
        self.check("and seen no anomaly", numbers[5] == 0)

    def keyboard(self):
        """The same by hand, and other ways to go wrong."""
        self.machine.forget()
        base, _ = self.memory("actuator")
        self.ask("break sensor actuator", "a store from the keyboard is told",
                 rf"^!   at address {base:#010x}, byte 0 of data of actuator$")
        for process, how, what in (
                ("logger", "null", "NULL"),
                ("logger", "kernel", "of the kernel"),
                ("uart1", "stack", "ran out of stack"),
                ("uart1", "divide", "divided by zero"),
                ("console", "execute", "may not execute"),
                ("uart0", "null", "NULL"),
                ("supervisor", "divide", "divided by zero")):
            self.machine.forget()
            if how == "divide" and self.port in DIVIDES:
                self.ask(f"break {process} {how}",
                         f"{process} can divide by zero here",
                         f"^the call of {process} ended with OK$")
                continue
            self.ask(f"break {process} {how}", f"{process} {how} is told",
                     rf"^! {process} faulted(?s:.)*{what}")
            self.says(f"{process} comes back",
                      rf"^!   {process} (will run|runs) again")
            self.settle()
        self.machine.send(frames.measurement(2, 500))
        self.says("the sensor's line works", r"^logger: channel 2: 0\.500 C$")

    def settle(self):
        """Until the shell answers again: what was typed at a console that
        ended is gone with it."""
        for _ in range(40):
            self.machine.forget()
            self.machine.type("uptime")
            if self.machine.expect(r"^\d+\.\d+ s, ", 0.5):
                return

    def loop(self):
        self.ask("break logger loop", "a process that loops is told",
                 "^logger has not come back")
        self.ask("restart logger", "and can be restarted", "was restarted$")
        self.machine.send(frames.measurement(2, 750))
        self.says("which mends it", r"^logger: channel 2: 0\.750 C$")

    def noise(self):
        """The console and the sensor's line under noise."""
        dice = random.Random(1)
        self.machine.write(bytes(dice.randrange(256)
                                 for _ in range(NOISE_BYTES)) + b"\n")
        self.ask("bla bla", "after noise the shell understands that it does not",
                 '^"bla" is not understood')
        self.machine.write(b"x" * LONG_LINE + b"\n")
        self.says("a line of 2 kB is refused", "^more than 79 characters")
        self.machine.write(b"\x01\x02\x04\x1b[A\x1b[5~\x07\x00\xffps\x08\x08")
        self.machine.write(b"\x03\x15up\x7f\x7fuptime\r\n")
        self.says("control characters change nothing", r"^\d+\.\d+ s, ")
        self.machine.type("move 99999999999")
        self.says("a number that is too large is refused", "^use: move")
        self.ask("move -1", "and a position that does not exist",
                 "no position -1")
        self.machine.send(bytes(dice.randrange(256)
                                for _ in range(NOISE_BYTES)))
        self.machine.send(frames.measurement(1, 2000),
                          frames.measurement(1, 2000))
        self.says("after noise the sensor measures",
                  r"^logger: channel 1: 2\.000 C$")
        self.unharmed(300)

    def end(self):
        self.machine.type("quit")
        self.says("the system halts", "^the system halts$")
        code = self.machine.end()
        self.check("the run ended with 0"
                   + (", no store was out of bounds" if self.args.plugins
                      else ""), code == 0)

    def tell(self):
        for part in (self.all_is_well, self.evil_frame, self.life_goes_on,
                     self.keyboard, self.loop, self.noise, self.end):
            part()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("system", help="folder of a built story")
    parser.add_argument("--plugins", default="",
                        help="folder of the emulator plugins: check each store")
    parser.add_argument("--show", action="store_true",
                        help="show the console, on the error output")
    story = Story(parser.parse_args())
    try:
        story.tell()
    except BrokenPipeError:
        story.check("the system runs to its end", False)
    print(f"story: {story.passed} passed, {story.failed} failed")
    return 1 if story.failed else 0


if __name__ == "__main__":
    sys.exit(main())
