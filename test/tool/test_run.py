"""test_run.py - what `cmrx run` makes of what QEMU says."""

import contextlib
import io
import os
import tempfile
import unittest
from types import SimpleNamespace

import arm  # noqa: F401  (where cmrxlib is)
from cmrxlib import run

READ = "Invalid read at addr 0xFFC, size 4, region '(null)', reason: rejected"
WRITE = READ.replace("read", "write")


class Complaints(unittest.TestCase):
    def complaints(self, *lines, gdb=False):
        """The result, and what is shown."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "complaints")
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
            made = object.__new__(run.Run)
            made.args = SimpleNamespace(gdb=gdb)
            made.system = {"board": {"port": "armv7m", "devices": {}}}
            made.report = lambda name: path
            shown = io.StringIO()
            with contextlib.redirect_stderr(shown):
                return made.complaints(), shown.getvalue()

    def test_what_qemu_complains_about_is_a_failure(self):
        result, shown = self.complaints(READ, READ, WRITE)
        self.assertEqual(result, 1)
        self.assertIn(f"2 times: {READ}", shown)
        self.assertEqual(self.complaints(), (0, ""))

    def test_a_debugger_reads_where_it_likes(self):
        self.assertEqual(self.complaints(READ, gdb=True), (0, ""))
        result, shown = self.complaints(READ, WRITE, gdb=True)
        self.assertEqual(result, 1)
        self.assertNotIn(READ, shown)


if __name__ == "__main__":
    unittest.main()
