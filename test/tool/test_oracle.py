"""test_oracle.py - what is made of the plugin's report."""

import io
import os
import tempfile
import unittest

from cmrxlib import oracle
from cmrxlib.model import Refused


REPORT = """STACK thread 0 %d
STACK thread 1 32
STACK kernel %d
ORACLE stores 7 violations 0
"""


class Judge(unittest.TestCase):
    def judge(self, text, planted=False, **more):
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "report")
            if text is not None:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return oracle.judge(path, out, planted, **more), out.getvalue()

    def test_stores_without_violation_are_good(self):
        result, said = self.judge("ORACLE stores 7 violations 0\n")
        self.assertEqual(result, 0)
        self.assertIn("7 stores checked", said)

    def test_a_violation_is_shown_and_bad(self):
        result, said = self.judge(
            "VIOLATION pc=0x1\nORACLE stores 7 violations 1\n")
        self.assertEqual(result, 1)
        self.assertIn("VIOLATION pc=0x1", said)

    def test_an_oracle_that_saw_nothing_proves_nothing(self):
        self.assertEqual(self.judge("ORACLE stores 0 violations 0\n")[0], 1)

    def test_a_planted_violation_has_to_be_found(self):
        self.assertEqual(self.judge("ORACLE stores 7 violations 2\n", True)[0],
                         0)
        self.assertEqual(self.judge("ORACLE stores 7 violations 0\n", True)[0],
                         1)

    LIMITS = {None: ("kernel", 100), 0: ("a.main", 64), 1: ("b.main", 32)}

    def test_stacks_within_their_bounds_are_good(self):
        result, said = self.judge(REPORT % (64, 100), limits=self.LIMITS)
        self.assertEqual(result, 0)
        self.assertIn("3 stacks, 0 deeper than their bound", said)

    def test_a_stack_deeper_than_its_bound_is_bad(self):
        result, said = self.judge(REPORT % (65, 100), limits=self.LIMITS)
        self.assertEqual(result, 1)
        self.assertIn("the stack of a.main was used 65 bytes deep; its bound is "
                      "64", said)
        result, said = self.judge(REPORT % (64, 104), limits=self.LIMITS)
        self.assertIn("the stack of kernel was used 104 bytes deep", said)
        self.assertEqual(result, 1)

    def test_a_stack_that_was_not_measured_is_bad(self):
        result, said = self.judge("ORACLE stores 7 violations 0\n",
                                  limits=self.LIMITS)
        self.assertEqual(result, 1)
        self.assertIn("the stack of b.main was not measured", said)

    def test_a_planted_bound_has_to_be_found_and_nothing_else(self):
        for deep, planted, violations, result in (
                (65, True, 0, 0), (64, True, 0, 1), (64, True, 3, 1),
                (65, True, 3, 1)):
            text = (REPORT % (deep, 8)).replace("violations 0",
                                                f"violations {violations}")
            self.assertEqual(self.judge(text, limits=self.LIMITS,
                                        planted_bound=planted)[0], result)

    def test_bounds_are_those_of_the_description(self):
        system = {"kernel": {"stack": {"bound": 700}}, "processes": [
            {"name": "a", "threads": [
                {"name": "x", "number": 0, "stack": {"bound": 96}}]},
            {"name": "b", "threads": [
                {"name": "y", "number": 1, "stack": {"bound": 80}}]}]}
        self.assertEqual(oracle.stack_limits(system),
                         {None: ("kernel", 700), 0: ("a.x", 96), 1: ("b.y", 80)})
        self.assertEqual(oracle.stack_limits(system, ["b.y=8", "kernel=9"]),
                         {None: ("kernel", 9), 0: ("a.x", 96), 1: ("b.y", 8)})
        for wrong in ("b.z=8", "b.y", "y=8", "b.y=x"):
            with self.assertRaisesRegex(Refused, "write PROCESS.THREAD=BYTES"):
                oracle.stack_limits(system, [wrong])

    def test_a_missing_or_unfinished_report_is_bad(self):
        self.assertEqual(self.judge(None)[0], 1)
        self.assertEqual(self.judge("VIOLATION pc=0x1\n")[0], 1)


class Lines(unittest.TestCase):
    PROCESS = {
        "name": "a",
        "may": [{"base": "0x100", "size": 16, "access": "rx"},
                {"base": "0x20000000", "size": 64, "access": "rw"},
                {"base": "0x40000000", "size": 4096, "access": "rw"}],
        "shared": {"base": "0x20000000", "size": 32, "used": 9}}

    def test_ranges_of_a_process(self):
        self.assertEqual(list(oracle.process_lines(3, self.PROCESS)), [
            "range 3 100 110 ro",
            "range 3 20000000 20000040 rw",
            "range 3 40000000 40001000 rw",
            "range 3 20000000 20000020 shared"])


if __name__ == "__main__":
    unittest.main()
