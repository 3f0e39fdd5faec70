"""test_partners.py - what a test on the host names, and its process has not."""

import os
import shutil
import subprocess
import tempfile
import unittest

import arm
from cmrxlib import partners
from cmrxlib.model import Refused

PROCESS = """#include <cmrx/cmrx.h>
struct timer { uint32_t control, value; };
struct probe { int32_t (*read)(CMRX_SELF); };
struct bus { int32_t (*get)(CMRX_SELF); };
CMRX_DEVICE(struct timer, timer);
CMRX_USE(struct bus, bus);
extern const char info[] __asm__("cmrx_device_info");
const char *where = info;
static int32_t read(CMRX_SELF) { return (int32_t)timer.value; }
CMRX_PROVIDE(struct probe, probe, .read = read);
"""
TEST = """#include <cmrx/test.h>
struct timer { uint32_t control, value; };
struct probe { int32_t (*read)(CMRX_SELF); };
struct bus { int32_t (*get)(CMRX_SELF); };
"""
GOOD = ("CMRX_DEVICE(struct timer, timer); CMRX_USE(struct probe, probe);"
        "CMRX_USE(struct bus, bus); char info[9] __asm__(\"cmrx_device_info\");")


@unittest.skipUnless(shutil.which("gcc") and shutil.which("nm"), "no gcc of the host")
class Partners(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="cmrx")
        self.addCleanup(self.folder.cleanup)

    def compile(self, text, side):
        path = os.path.join(self.folder.name, side)
        with open(path + ".c", "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(["gcc", "-std=gnu11", f"-I{arm.ROOT}/port/host/include",
                        f"-I{arm.ROOT}/include", f'-DCMRX_HOST_SHARED="cmrx_{side}"',
                        "-c", path + ".c", "-o", path + ".o"], check=True)
        return path + ".o"

    def command(self, text, nm="nm"):
        return [os.path.join(arm.ROOT, "tool", "cmrx"), "partners", "--name", "t",
                "--process", "gauge", "--nm", nm, "--of-process",
                self.compile(PROCESS, "process"), "--of-test",
                self.compile(TEST + text, "test")]

    def said(self, text, **options):
        done = subprocess.run(self.command(text, **options), capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1 if done.stderr else 0)
        return done.stderr

    def test_all_have_their_partners(self):
        self.assertEqual(self.said(GOOD), "")

    def test_a_device_that_the_process_has_not(self):
        self.assertEqual(
            self.said(GOOD + "CMRX_DEVICE(struct timer, tmier);"),
            "cmrx: error: t: CMRX_DEVICE(..., tmier) in the test: the process gauge has "
            "no such device. It has: info, timer\n")

    def test_a_device_of_another_size(self):
        self.assertIn(
            "CMRX_DEVICE(..., timer) is of 12 bytes in the test, and of 8 in the "
            "process gauge: the types have to be the same",
            self.said("struct t { uint32_t a, b, c; }; CMRX_DEVICE(struct t, timer);"))

    def test_a_service_that_it_neither_provides_nor_uses(self):
        self.assertIn(
            "CMRX_USE(..., buss) in the test: the process gauge neither provides nor "
            "uses buss. It provides: probe; it uses: bus\n",
            self.said(GOOD + "CMRX_USE(struct bus, buss);"))

    def test_one_source_declares_it_and_another_only_uses_it(self):
        side = partners.side_of([("cmrx_device_a", 8), ("cmrx_device_a", None)])
        self.assertEqual(side.devices, {"a": 8})

    def test_no_nm(self):
        self.assertIn("cannot run no-such-nm", self.said(GOOD, nm="no-such-nm"))

    def test_files_that_are_none(self):
        with self.assertRaisesRegex(Refused, "nm failed:"):
            list(partners.symbols("nm", [os.path.join(self.folder.name, "none.o")]))


if __name__ == "__main__":
    unittest.main()
