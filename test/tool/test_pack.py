"""test_pack.py - placing things: no overlap, exact shapes, little lost."""

import random
import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import armv7m, pack

BASE = 0x20000788


def thing(name, used, align=4, coarser=True):
    choices = pack.in_eighths(lambda g: pack.round_up(used, g), align,
                              armv7m.granules(), coarser)
    return pack.Thing(name, "p", used, choices)


def lost(spots, things, low):
    """Bytes of gaps and padding, and of all."""
    end = pack.end_of(spots, low)
    return end - low - sum(t.used for t in things), end - low


class Choices(unittest.TestCase):
    def test_the_smallest_granule_comes_first(self):
        choices = thing("a", 250).choices
        self.assertEqual([(c.granule, c.length) for c in choices],
                         [(32, 256), (64, 256), (128, 256), (256, 256)])

    def test_a_stack_keeps_the_smallest_granule(self):
        choices = thing("a", 512, coarser=False).choices
        self.assertEqual([(c.granule, c.length) for c in choices],
                         [(64, 512)])

    def test_more_than_eight_granules_need_a_coarser_one(self):
        self.assertEqual(thing("a", 257).choices[0].granule, 64)


class Tails(unittest.TestCase):
    """A second region shows what is left after whole eighths of the first."""

    def choices(self, used, align=4):
        return pack.with_tail(lambda g: used, align, list(armv7m.granules()))

    def test_the_rest_has_a_granule_of_its_own(self):
        found = {c.granule: (c.length, c.tail, c.fine)
                 for c in self.choices(1100)}
        self.assertEqual(found[128], (1120, 96, 32))
        self.assertEqual(found[256], (1120, 96, 32))
        self.assertEqual(found[512], (1120, 96, 32))
        self.assertEqual(found[1024], (1120, 96, 32))

    def test_what_is_whole_eighths_has_no_rest(self):
        self.assertEqual([c.granule for c in self.choices(512)], [])
        self.assertEqual([c.granule for c in self.choices(96)], [64])

    def test_both_parts_can_be_shown_wherever_it_lies(self):
        for used in (33, 257, 300, 1025, 1100, 2305, 5000, 12345):
            for choice in self.choices(used):
                head = choice.length - choice.tail
                for low in range(0, 8 * choice.granule, 32):
                    base = pack.first_base(low, 1 << 30, choice)
                    armv7m.eighths(base, head, choice.granule)
                    armv7m.eighths(base + head, choice.tail, choice.fine)

    def test_the_shortest_comes_first_and_one_region_is_preferred(self):
        granules = list(armv7m.granules())
        found = pack.best_of(pack.in_eighths(lambda g: 500, 4, granules),
                             self.choices(500))
        self.assertEqual((found[0].length, found[0].tail), (512, 0))
        lengths = [c.length for c in found]
        self.assertEqual(lengths, sorted(lengths))


class Orders(unittest.TestCase):
    def test_all_are_tried_once_when_there_is_patience(self):
        orders = [tuple(o) for o in pack.moves(list("abcd"))]
        self.assertEqual(len(orders), 4 * 3)
        self.assertEqual({tuple(sorted(o)) for o in orders},
                         {tuple("abcd")})

    def test_what_would_end_too_high_is_given_up(self):
        things = [thing("a", 1024), thing("b", 512)]
        self.assertIsNone(pack.place(things, 0, 1535))
        self.assertEqual(pack.end_of(pack.place(things, 0, 1536), 0), 1536)


class Placing(unittest.TestCase):
    def test_eighths_do_not_cross_their_block(self):
        choice = pack.Choice(96, 32, 256, 32)
        self.assertEqual(pack.first_base(0xC0, 0x1000, choice), 0x100)
        self.assertEqual(pack.first_base(0xA0, 0x1000, choice), 0xA0)

    def test_a_gap_that_is_too_small_is_left(self):
        choice = pack.Choice(96, 32, 256, 32)
        self.assertIsNone(pack.first_base(0xC0, 0x140, choice))

    def test_gaps_are_filled(self):
        things = [thing("big", 1024), thing("small", 100)]
        spots = pack.place(things, 0x20000388)
        self.assertEqual(spots["big"].base, 0x20000400)
        self.assertEqual(spots["small"].base, 0x20000500 + 0x300)
        spots = pack.place(things, 0x20000370)
        self.assertEqual(spots["small"].base, 0x20000380)

    def test_plain_things_fill_gaps_too(self):
        things = [thing("code", 2048),
                  pack.Thing("image", "p", 12, pack.plain(12, 4))]
        spots = pack.place(things, 0x1009)
        self.assertEqual(spots["image"].base, 0x100C)

    def test_alignment_beyond_the_granule_is_kept(self):
        spots = pack.place([thing("a", 40), thing("b", 40, 128)], 0x20000010)
        self.assertEqual(spots["b"].base % 128, 0)

    def test_random_things_never_overlap_and_are_exact(self):
        source = random.Random(1)
        for _ in range(60):
            things = [thing(str(n), source.randint(1, 3000),
                            source.choice([4, 8, 64]), source.random() < 0.5)
                      for n in range(source.randint(1, 25))]
            spots = pack.pack(things, BASE, 1 << 30)
            self.check(things, spots)

    def check(self, things, spots):
        end = BASE
        for name, spot in sorted(spots.items(), key=lambda s: s[1].base):
            self.assertGreaterEqual(spot.base, end)
            end = spot.end
            wanted = next(t for t in things if t.name == name)
            self.assertGreaterEqual(spot.choice.length, wanted.used)
            armv7m.eighths(spot.base, spot.choice.length, spot.choice.granule)

    def test_less_than_a_tenth_is_lost_on_average(self):
        source = random.Random(2)
        total = waste = 0
        for _ in range(40):
            things = [thing(f"m{n}", source.randint(20, 2000))
                      for n in range(source.randint(3, 12))]
            things += [thing(f"s{n}", source.choice([256, 384, 512, 768]), 8,
                             False) for n in range(source.randint(3, 12))]
            found, span = lost(pack.pack(things, BASE, 1 << 30), things, BASE)
            total, waste = total + span, waste + found
        self.assertLess(waste / total, 0.1)

    def test_the_result_is_always_the_same(self):
        things = [thing(str(n), 37 * n + 5) for n in range(20)]
        self.assertEqual(pack.pack(things, BASE, 1 << 30),
                         pack.pack(list(things), BASE, 1 << 30))


class Limits(unittest.TestCase):
    def test_a_full_memory_can_be_used_to_the_last_byte(self):
        things = [thing("a", 1024), thing("b", 1024)]
        self.assertTrue(pack.pack(things, 0x20000000, 0x20000800))

    def test_what_does_not_fit_says_how_much_is_missing(self):
        with self.assertRaises(pack.DoesNotFit) as caught:
            pack.pack([thing("a", 1024), thing("b", 512)], 0x20000000,
                      0x20000500)
        self.assertEqual(caught.exception.missing, 256)


if __name__ == "__main__":
    unittest.main()
