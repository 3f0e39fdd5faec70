"""test_oracle.py - what is made of the plugin's report."""

import io
import os
import tempfile
import unittest

from cmrxlib import oracle


class Judge(unittest.TestCase):
    def judge(self, text, planted=False):
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "report")
            if text is not None:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return oracle.judge(path, out, planted), out.getvalue()

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
