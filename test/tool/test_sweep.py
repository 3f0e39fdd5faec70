"""test_sweep.py - what a round of the sweep has not met is looked for in the next."""

import contextlib
import io
import os
import sys
import unittest
from unittest import mock

import samples  # noqa: F401, finds cmrxlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                                "sweep"))

import sweep  # noqa: E402

ALARM, OTHER = 3, 5  # numbers of paths, of which the first has an alarm
ALL = 0xFFFFFFFF


def seen(path, address, hit, ran=sweep.LEAST_RUNS, first=1):
    return f"SEEN {path} {address:#x} {ran} {hit} {first}\n"


class Functions:
    def __init__(self, *_):
        pass

    def at(self, _):
        return "function"


class Rounds(unittest.TestCase):
    """main() with rounds that are played by a method of the test."""

    def setUp(self):
        self.played = []
        names = [f"path{n}" for n in range(sweep.LEAST_PATHS)]
        names[ALARM] = "queued"
        self.said = "".join(f"ok {name} 9\n" for name in names)
        board = {"board": {"port": "armv7m"}}
        for patch in (mock.patch.object(sweep, "play", self.play),
                      mock.patch.object(sweep, "Functions", Functions),
                      mock.patch.object(sweep.checked, "load", lambda _: (board, 0)),
                      mock.patch.dict(os.environ)):
            patch.start()
            self.addCleanup(patch.stop)
        os.environ.pop(sweep.checked.PRODUCT, None)

    def play(self, _folder, _plugins, number, blocks, every):
        self.every = every
        self.played.append((number, blocks))
        first = "".join(seen(ALARM, a, 1) for a in range(0x100, 0x180, 2))
        more = first if number == 0 else ""
        return 0, self.said, more + self.met(number, blocks)

    def sweep(self, met, *more):
        self.met, output = met, io.StringIO()
        argv = ["", "x", "--plugins", "y", *more]
        with contextlib.redirect_stdout(output), \
                mock.patch.object(sys, "argv", argv):
            return sweep.main(), output.getvalue()

    def block(self, blocks, path, instant):
        block = instant // sweep.BLOCK
        words = blocks[path * sweep.BLOCKS_MOST // 32:]
        return words[block // 32] >> block % 32 & 1

    def test_one_round_is_enough_for_what_is_met(self):
        self.assertEqual(self.sweep(lambda *_: seen(ALARM, 0x200, 1))[0], 0)
        self.assertEqual([number for number, _ in self.played], [0])

    def test_the_next_is_near_where_it_ran_first(self):
        def met(number, _):
            return seen(ALARM, 0x200, number, first=1000)
        self.assertEqual(self.sweep(met)[0], 0)
        (_, _), (number, blocks) = self.played
        self.assertEqual(number, 1)
        near = [n for n in range(3000) if self.block(blocks, ALARM, n)]
        self.assertLessEqual(near[0], 1000 + sweep.NEAR[0])
        self.assertGreaterEqual(near[-1], 1000 + sweep.NEAR[1])
        self.assertLess(near[-1] - near[0], 160)
        self.assertFalse(any(self.block(blocks, OTHER, n) for n in range(3000)))

    def test_what_is_met_elsewhere_only_is_met_in_the_end(self):
        def met(number, blocks):
            hit = number == 8 and self.block(blocks, ALARM, 5000)
            return seen(ALARM, 0x200, int(bool(hit)), first=1000)
        self.assertEqual(self.sweep(met)[0], 0)
        self.assertEqual([number for number, _ in self.played],
                         [0, *range(1, 9), *range(1, 9)])
        self.assertEqual(set(self.played[-1][1]), {0, ALL})

    def test_what_is_never_met_is_told(self):
        code, said = self.sweep(lambda *_: seen(ALARM, 0x200, 0))
        self.assertEqual((code, len(self.played)), (1, 17))
        self.assertIn("queued: function: no interrupt came at 0x200", said)

    def test_a_path_without_an_alarm_is_not_gone_through_again(self):
        code, said = self.sweep(lambda *_: seen(OTHER, 0x200, 0))
        self.assertEqual(code, 1)
        self.assertIn("path5: function: no interrupt came at 0x200", said)
        for _, blocks in self.played[1:]:
            self.assertFalse(any(self.block(blocks, OTHER, n) for n in range(3000)))

    def test_by_chance_is_looked_for_where_it_ran(self):
        def met(number, _):
            return seen(ALARM, 0x200, number, ran=1, first=700)
        self.assertEqual(self.sweep(met)[0], 0)
        (_, _), (_, blocks) = self.played
        self.assertTrue(self.block(blocks, ALARM, 700))
        self.assertFalse(self.block(blocks, ALARM, 2000))

    def test_by_chance_on_another_path_is_looked_for_at_all_instants(self):
        def met(number, _):
            return seen(OTHER, 0x200, 0, ran=1) + seen(ALARM, 0x200, number, ran=0)
        self.assertEqual(self.sweep(met)[0], 0)
        (_, _), (_, blocks) = self.played
        self.assertTrue(all(self.block(blocks, ALARM, n) for n in range(3000)))

    def test_of_every_third_instant_one_round_that_meets_half_is_enough(self):
        def met(*_):
            return "".join(seen(ALARM, a, a % 4) for a in range(0x200, 0x280, 2))
        code, said = self.sweep(met, "--every", "3")
        self.assertEqual((code, len(self.played), self.every), (0, 1, 3))
        self.assertIn("at many an instruction", said)

    def test_of_every_third_instant_few_that_are_met_are_too_few(self):
        def met(*_):
            return "".join(seen(ALARM, a, 0) for a in range(0x200, 0x300, 2))
        code, said = self.sweep(met, "--every", "3")
        self.assertEqual((code, len(self.played)), (1, 1))
        self.assertIn("at 64 of 192 instructions", said)

    def test_of_every_instant_all_have_to_be_met(self):
        self.sweep(lambda *_: seen(ALARM, 0x200, 1))
        self.assertEqual(self.every, 1)

    def test_the_numbers_are_those_of_the_program(self):
        with open(os.path.join(sweep.HERE, "sweep.c"), encoding="utf-8") as file:
            text = file.read()
        for name in ("BLOCK", "BLOCKS_MOST", "PATHS_MOST"):
            self.assertRegex(text, rf"#define {name} +{getattr(sweep, name)}u\n")


if __name__ == "__main__":
    unittest.main()
