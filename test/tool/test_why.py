"""test_why.py - of which functions a stretch is made (`cmrx bench --why`)."""

import unittest

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import why
from cmrxlib.model import Refused

SEEN = ("STRETCH 15 -1 0 3 9 27\n"
        "WHY 15 -1 0 4 100 102 200 104\n"
        "WHY 11 1 0 2 100 102\n")
MORE = "WHY 15 -1 0 6 100 200 202 200\n"
KNOWN = [(0x100, "first"), (0x200, "second")]


class Traces(unittest.TestCase):
    def test_each_has_its_kind_length_and_addresses(self):
        self.assertEqual(list(why.traces(SEEN)),
                         [("alarm", 4, [0x100, 0x102, 0x200, 0x104]),
                          ("RETURN", 2, [0x100, 0x102])])

    def test_the_longest_of_all_reports(self):
        found = why.longest([("a", SEEN), ("b", MORE)], "alarm")
        self.assertEqual(found, (6, "b", [0x100, 0x200, 0x202, 0x200]))
        self.assertEqual(why.longest([("a", SEEN), ("b", MORE)], "RETURN")[1], "a")

    def test_a_kind_that_was_not_seen_is_refused_with_those_that_were(self):
        with self.assertRaisesRegex(Refused, "no stretch is of kind WIAT; there are "
                                    "RETURN; alarm"):
            why.longest([("a", SEEN)], "WIAT")


class Runs(unittest.TestCase):
    def test_functions_one_after_the_other(self):
        self.assertEqual(why.runs([0x100, 0x102, 0x200, 0x104], KNOWN),
                         [("first", 2), ("second", 1), ("first", 1)])

    def test_before_the_first_counts_as_the_first(self):
        self.assertEqual(why.runs([0x10], KNOWN), [("first", 1)])


if __name__ == "__main__":
    unittest.main()
