"""test_pmp.py - protection of RISC-V: what is placed, written, and read again."""

import random
import unittest

import arm  # noqa: F401, finds cmrxlib
from cmrxlib import pmp, registers_pmp

RANGE, NAPOT = pmp.Unit(), pmp.Unit(16, False)


def need(size):
    return lambda granule: size


class Choices(unittest.TestCase):

    def test_a_block_is_a_power_of_two_on_a_multiple_of_itself(self):
        for size, length in ((1, 32), (32, 32), (33, 64), (1000, 1024)):
            found = RANGE.choices(need(size), 4)
            self.assertEqual([(c.length, c.step) for c in found],
                             [(length, length)])

    def test_a_second_entry_shows_the_rest(self):
        found = RANGE.choices(need(1100), 4, tail=True)
        self.assertEqual([(c.length, c.step, c.tail) for c in found],
                         [(1152, 1024, 128), (2048, 2048, 0)])

    def test_a_rest_of_half_or_more_is_no_gain(self):
        self.assertEqual(len(RANGE.choices(need(1600), 4, tail=True)), 1)

    def test_a_stack_by_range_is_as_long_as_wanted(self):
        choice, = RANGE.choices(need(600), 8, coarser=False)
        self.assertEqual((choice.length, choice.step, choice.granule),
                         (608, 16, 16))

    def test_a_stack_by_eighths_is_a_power_of_two(self):
        for size, length, granule in ((40, 64, 32), (256, 256, 32),
                                      (600, 1024, 128)):
            choice, = NAPOT.choices(need(size), 8, coarser=False)
            self.assertEqual((choice.length, choice.step, choice.granule),
                             (length, length, granule))

    def test_what_an_entry_cannot_show(self):
        self.assertIsNone(RANGE.express(0x1000, 48))
        self.assertIsNone(RANGE.express(0x1010, 32))
        self.assertIsNone(RANGE.express(0x1000, 16))
        self.assertEqual(RANGE.around(0x1010, 32), (0x1000, 64))
        self.assertEqual(RANGE.around(0x1FF0, 0x20), (0, 0x4000))

    def test_eight_entries_have_one_window(self):
        self.assertEqual(len(pmp.Unit(8).WINDOWS), 1)
        self.assertEqual((pmp.Unit(8).PUBLIC, pmp.Unit(9).PUBLIC), (3, 8))


    def test_wide_maps_have_nine_windows(self):
        wide = pmp.Unit(16, wide=True)
        self.assertEqual(wide.WINDOWS, (2, 3, *range(9, 16)))
        self.assertEqual((wide.PUBLIC, wide.PUBLIC_IN_MAP), (8, True))

    def test_the_first_word_of_each_four_is_that_of_all(self):
        words = [(n, 0x1B << 8 * (n % 4)) for n in range(12)]
        made = RANGE.map_words(words)
        for first in (0, 4, 8):
            self.assertEqual(made[first], (first, 0x1B1B1B1B))
            self.assertEqual(made[first + 1 : first + 4],
                             words[first + 1 : first + 4])
        self.assertEqual(registers_pmp.apart(made), words)
        made[8] = 8, 0x1B1B1B
        with self.assertRaises(ValueError):
            registers_pmp.apart(made)


class Words(unittest.TestCase):
    """What the encoder writes, the decoder of the checker reads; they share no
    code."""

    def test_every_power_of_two(self):
        chance = random.Random(1)
        for bits in range(5, 31):
            size = 1 << bits
            base = chance.randrange((1 << 32) // size) * size
            for number, kind, access in ((0, "code", "rx"), (1, "memory", "rw"),
                                         (2, "device", "rw"), (7, "memory", "rw"),
                                         (8, "constants", "r")):
                words = RANGE.encode(number, pmp.Shape(base, size), kind)
                self.assertEqual(registers_pmp.decode(*words),
                                 (number % 4, [(base, base + size, access)]))
                meaning = RANGE.meaning(*words)
                self.assertEqual(meaning["access"], access)
                self.assertEqual(meaning["ranges"], [
                    {"base": f"{base:#010x}", "size": size}])

    def stack(self, unit, base, size, granule):
        class Block:
            end = base + size

            @staticmethod
            def shape():
                return pmp.Shape(base, size)

        Block.base, Block.granule = base, granule
        return unit.window(Block)

    def test_stacks_of_both_kinds(self):
        for unit, base, size, granule in ((RANGE, 0x80400010, 48, 16),
                                          (NAPOT, 0x80400400, 1024, 128)):
            first, second, shift, low = self.stack(unit, base, size, granule)
            self.assertEqual(registers_pmp.decode(first, second),
                             (1, [(base, base + size, "rw")]))
            self.assertTrue(registers_pmp.window_is(base, first, second, shift,
                                                    low))
            self.assertFalse(registers_pmp.window_is(base, first, second,
                                                     shift + 1, low))
            self.assertFalse(registers_pmp.window_is(base, first, second, shift,
                                                     low + 4))

    def test_what_is_no_entry(self):
        for words in ((1, 0), (0x20100007, 0x1F), (0x20100007, 0x9D),
                      (0x20100007, 0x1A), (0x20100007, 0x1D1D),
                      (0x20100000, 0x1B), (0x20100001, 0x1B),
                      (0x60000007, 0x1B)):
            with self.assertRaises(ValueError, msg=str(words)):
                registers_pmp.decode(*words)

    def test_kinds(self):
        code = RANGE.encode(0, pmp.Shape(0, 64), "code")
        memory = RANGE.encode(1, pmp.Shape(0, 64), "memory")
        self.assertTrue(registers_pmp.is_kind("constant", *code, ""))
        self.assertFalse(registers_pmp.is_kind("memory", *code, ""))
        self.assertTrue(registers_pmp.is_kind("device", *memory, ""))
        self.assertFalse(registers_pmp.is_kind("constant", *memory, ""))
        self.assertTrue(registers_pmp.is_kind("memory", 0, 0, ""))


if __name__ == "__main__":
    unittest.main()
