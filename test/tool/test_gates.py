"""test_gates.py - where a debugger ends, in a method and in a thread."""

import os
import re
import subprocess
import tempfile
import unittest

import arm
from cmrxlib.elf import Elf

ARM, RISCV = "arm-none-eabi-", "riscv64-unknown-elf-"
PORTS = {
    "armv6m": (ARM, ["-mcpu=cortex-m0plus", "-mthumb"]),
    "armv7m": (ARM, ["-mcpu=cortex-m3", "-mthumb"]),
    "armv8m": (ARM, ["-mcpu=cortex-m33", "-mthumb"]),
    "armv8m_base": (ARM, ["-mcpu=cortex-m23", "-mthumb"]),
    "riscv32": (RISCV, ["-march=rv32imac", "-mabi=ilp32"]),
}
# What the byte before each gate is in, and says in a backtrace.
BEFORE = {"cmrx_return_gate": "called_by_another_process",
          "cmrx_exit_gate": "thread_begins_here"}


def assemble(folder, port):
    """Its symbols by name, and its frames in words."""
    prefix, flags = PORTS[port]
    out = os.path.join(folder, port + ".o")
    subprocess.run([prefix + "gcc", *flags, f"-I{arm.ROOT}/include", "-c",
                    f"{arm.ROOT}/port/{port}/user/gates.S", "-o", out],
                   check=True)
    frames = subprocess.run([prefix + "readelf", "--debug-dump=frames-interp",
                             out], check=True, stdout=subprocess.PIPE, text=True)
    return {symbol.name: symbol
            for symbol in Elf.load(out).symbols}, frames.stdout


def begin(symbol):
    return symbol.value & ~1


def end(symbol):
    return begin(symbol) + symbol.size


class Gates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            cls.ports = {port: assemble(folder, port) for port in PORTS}

    def test_what_is_before_a_gate_says_why_nothing_is_above(self):
        for port, (found, _) in self.ports.items():
            for gate, before in BEFORE.items():
                with self.subTest(port=port, gate=gate):
                    self.assertEqual(found[gate].section, found[before].section)
                    self.assertEqual(begin(found[gate]), end(found[before]))

    def test_nobody_is_looked_for_above(self):
        for port, (found, frames) in self.ports.items():
            with self.subTest(port):
                ranges = re.findall(r"FDE.* pc=0*([0-9a-f]+)\.\.0*([0-9a-f]+)",
                                    frames)
                self.assertEqual([int(n, 16) for n in ranges[0]],
                                 [begin(found["called_by_another_process"]),
                                  end(found["cmrx_exit_gate"])])
                # One row of rules: where the caller is is undefined, from 0 on.
                self.assertRegex(frames, r"LOC +CFA +ra *\n0+ +\S+ +u *\n\s*\n")


if __name__ == "__main__":
    unittest.main()
