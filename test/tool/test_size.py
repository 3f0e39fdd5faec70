"""test_size.py - a system that loses a tenth of its RAM does not pass."""

import json
import os
import tempfile
import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import size


class Lost(unittest.TestCase):
    def said(self, text):
        with tempfile.TemporaryDirectory() as build:
            folder = os.path.join(build, "arm", "station")
            os.makedirs(folder)
            with open(os.path.join(folder, "system.json"), "w") as file:
                file.write(text)
            return "\n".join(size.check(build))

    def system(self, gaps, padding):
        ram = {"span": 2000, "gaps": gaps, "padding": padding}
        return json.dumps({"schema": 1, "totals": {"ram": ram}})

    def test_less_than_a_tenth_may_be_lost(self):
        self.assertEqual(self.said(self.system(100, 99)), "")

    def test_gaps_and_padding_count_together(self):
        said = self.said(self.system(100, 100))
        self.assertIn("200 of 2000 bytes of RAM are lost", said)
        self.assertIn("station/system.json:1:", said)

    def test_a_description_that_cannot_be_read_is_a_problem(self):
        self.assertIn("not of this version", self.said("{}"))


if __name__ == "__main__":
    unittest.main()
