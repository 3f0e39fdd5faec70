"""test_longest.py - the longest way through code, and what bounds a stretch."""

import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import benchdata, benchdoc, benchgoals, longest, stretchbound
from cmrxlib.thumb import Instruction

# A program: label -> lines; each instruction has two bytes.
STRAIGHT = {"main": "nop; nop; bx lr"}
FORK = {"main": "beq 6; nop; nop; bx lr"}
LOOP = {"main": "nop; nop; bne 2; bx lr"}
NESTED = {"main": "nop; nop; bne 2; nop; bne 0; bx lr"}
TWO_CALLS = {"main": "bl 6; bl 10; bx lr", "few": "bl 10; bx lr",
             "loop": "nop; bne 10; bx lr"}
CALLS = {"main": "nop; bl 8; nop; bx lr", "other": "nop; bx lr"}


def read(program):
    code, names, address = {}, {}, 0
    for label, lines in program.items():
        for line in lines.split("; "):
            mnemonic, _, operands = line.partition(" ")
            if operands.isdigit():
                operands = f"{int(operands):x} <x>"
            code[address] = Instruction(address, 2, mnemonic, operands)
            names[address] = label
            address += 2
    return code, names


def made(program, turns=0, **more):
    code, names = read(program)
    return longest.Longest(code, names.get, lambda closing, below: turns, **more)


def length(program, turns=0, **more):
    return made(program, turns, **more).length(0)


class Ways(unittest.TestCase):
    def test_each_instruction_counts(self):
        self.assertEqual(length(STRAIGHT), 3)

    def test_the_longer_branch_counts(self):
        self.assertEqual(length(FORK), 4)

    def test_a_loop_has_its_turns(self):
        self.assertEqual(length(LOOP, 0), 4)
        self.assertEqual(length(LOOP, 5), 4 + 5 * 2)

    def test_a_loop_within_another_turns_in_each(self):
        inner, outer = 2, 5  # instructions of a turn without the other
        self.assertEqual(length(NESTED, 3),
                         6 + 3 * (outer + 3 * inner) + 3 * inner)

    def test_a_loop_knows_below_what_it_is(self):
        """The same function has a way of its own below one of the scopes."""
        code, names = read(TWO_CALLS)
        found = longest.Longest(code, names.get,
                                lambda closing, below: 1 if below else 5,
                                scopes=["few"])
        calls_and_returns, once, turn = 3 + 2, 3, 2  # instructions
        self.assertEqual(found.length(0), calls_and_returns + (once + turn) +
                         (once + 5 * turn))

    def test_a_way_with_more_turns_than_that_is_no_longer(self):
        """Counted by going it: each loop as often as it may."""
        for turns in range(4):
            count = gone(NESTED, turns)
            self.assertLessEqual(count, length(NESTED, turns))
            self.assertEqual(count, length(NESTED, turns))

    def test_what_is_called_counts(self):
        self.assertEqual(length(CALLS), 4 + 2)

    def test_what_never_returns_is_on_no_way(self):
        self.assertIsNone(length(CALLS, never=[8]))
        self.assertEqual(length({"main": "beq 6; bl 8; nop; bx lr",
                                 "panic": "nop"}, never=[8]), 2)

    def test_at_a_cut_one_ends_and_the_next_begins(self):
        way = made(CALLS, cuts={8: 7}).way(0)
        self.assertEqual(way, longest.Way(None, 1 + 1 + 7, 2 + 2, None))

    def test_a_cut_that_is_jumped_to_returns_for_the_function(self):
        way = made({"main": "nop; b 4", "other": "nop; bx lr"}, cuts={4: 7}).way(0)
        self.assertEqual(way, longest.Way(None, 2 + 7, 2, None))

    def test_two_cuts_have_a_stretch_between_them(self):
        way = made({"main": "bl 10; nop; nop; bl 10; bx lr", "cut": "bx lr"},
                   cuts={10: 0}).way(0)
        self.assertEqual(way.inside, 1 + 2 + 1)

    def test_at_an_end_it_ends(self):
        self.assertEqual(length({"main": "nop; b 4", "line": "nop; nop; nop; bx lr"},
                                ends=[4]), 2)

    def test_what_was_gone_is_a_way(self):
        known = made(CALLS, never=[10])
        for here, there, is_way in ((0, 2, True), (2, 8, True), (2, 4, True),
                                    (0, 4, False), (4, 8, False), (6, 0, True),
                                    (8, 10, False)):
            self.assertEqual(known.allows(here, there), is_way, (here, there))

    def test_a_jump_into_what_follows_counts_all_of_it(self):
        program = {"main": "bx -8(r3); nop; nop; bx lr", "other": "bx lr"}
        known = made(program)
        self.assertEqual(known.length(0), 4)
        self.assertTrue(known.allows(0, 4))
        self.assertFalse(known.allows(0, 8))

    def test_recursion_is_refused(self):
        with self.assertRaises(longest.Endless):
            length({"main": "bl 0; bx lr"})

    def test_a_pointer_has_to_be_known(self):
        program = {"main": "blx r3; bx lr", "one": "nop; bx lr", "two": "bx lr"}
        with self.assertRaises(longest.Endless):
            length(program)
        self.assertEqual(length(program, pointers={"main": [4, 8]}), 2 + 2)

    def test_a_jump_through_a_table_goes_anywhere_behind_it(self):
        self.assertEqual(length({"main": "tbb [pc, r3]; bx lr; nop; nop; bx lr"}), 4)


def gone(program, turns):
    """The most, of all ways that turn each branch back at most so often in a row."""
    code, _ = read(program)

    def from_here(address, left):
        i, after = code[address], address + 2
        if i.mnemonic == "bx":
            return 1
        if i.mnemonic != "bne":
            return 1 + from_here(after, left)
        target = int(i.operands.split()[0], 16)
        best = from_here(after, left)
        if left[address]:
            inner = {a: turns if target <= a < address else n
                     for a, n in left.items()}
            best = max(best, from_here(target, {**inner,
                                                address: left[address] - 1}))
        return 1 + best

    return from_here(0, {a: turns for a, i in code.items() if i.mnemonic == "bne"})


class FakeKernel:
    """Names of the source by address."""

    def __init__(self, sources, inside="f"):
        self.source_of, self.inside = sources.get, inside

    def name_of(self, _address):
        return self.inside


class Turns(unittest.TestCase):
    ROWS = {"a": {"most": "3"}, "b": {"most": "words"}, "part": {"most": "of a"},
            "c": {"most": ""}, "d": {"most": "words; in f 2; below i 4"}}

    def turns(self, *names, inside="f", below=()):
        kernel = FakeKernel(dict(enumerate(names)), inside)
        made_of = stretchbound.Turns(kernel, self.ROWS, {"words": 6})
        return made_of(range(len(names)), frozenset(below)), made_of

    def test_a_number_or_a_size(self):
        self.assertEqual(self.turns("a")[0], 3)
        self.assertEqual(self.turns("b")[0], 6)

    def test_a_part_is_the_same_loop(self):
        self.assertEqual(self.turns("a", "part")[0], 3)

    def test_two_loops_of_one_head_are_each_in_each(self):
        self.assertEqual(self.turns("a", "b")[0], 18)

    def test_within_another_function_it_may_be_less(self):
        self.assertEqual(self.turns("d")[0], 2)
        self.assertEqual(self.turns("d", inside="g")[0], 6)

    def test_where_another_function_is_called_before_it_may_be_less(self):
        self.assertEqual(self.turns("d", inside="h", below=["i", "j"])[0], 4)
        self.assertEqual(self.turns("d", inside="h", below=["j"])[0], 6)
        self.assertEqual(stretchbound.scopes(self.ROWS), {"i"})

    def test_one_without_a_number_is_told(self):
        for name in ("c", "nobody"):
            self.assertEqual(self.turns(name)[1].unknown, {name})
        self.assertEqual(self.turns("a", "b", "d")[1].unknown, set())


class Judged(unittest.TestCase):
    BOUNDS = {"WAKE": {"bound": 300, "loops": ["words_find"], "more": {"words": 9}},
              "TIME": {"bound": 90, "loops": [], "more": {}}}

    def test_a_stretch_above_its_bound_is_a_problem(self):
        for found, problems in ((300, 0), (301, 1)):
            self.assertEqual(len(list(stretchbound.exceeded(
                self.BOUNDS, {"WAKE": (found, "fuzz"), "new": (9, "x")}))), problems)

    def test_a_bound_that_becomes_more_is_a_problem(self):
        same = {stretchbound.RECORDED: self.BOUNDS}
        less = {stretchbound.RECORDED: {"WAKE": {"bound": 299}}}
        self.assertEqual(list(stretchbound.rises(self.BOUNDS, same)), [])
        self.assertEqual(len(list(stretchbound.rises(self.BOUNDS, less))), 2)

    def test_a_bound_above_the_goal_is_a_miss(self):
        self.assertEqual(benchgoals.bounds_missed("armv7m", self.BOUNDS),
                         {("bounds", "WAKE"): (300, 250)})
        self.assertEqual(benchgoals.bounds_missed("riscv32", self.BOUNDS), {})

    def test_the_page_has_it_beside_what_was_found(self):
        page = benchdoc.page({"mps2_an385": {
            "paths": {}, benchdata.BENCH: {"WAKE": [224, "bench_4"]},
            stretchbound.RECORDED: self.BOUNDS}})
        self.assertIn("| WAKE | 224 | bench_4 | | | 300 | 250 |", page)
        self.assertIn("| entry | words |\n|---|---|\n| WAKE | 9 |\n", page)
        self.assertRegex(page, r"\| WAKE \| [^|]+\| words_find \|")
        self.assertIn("| 250 | WAKE, a bound: 300 |", page)


class Recorded(unittest.TestCase):
    def test_no_stretch_is_longer_than_its_bound(self):
        for board, found in benchdata.recorded().items():
            bounds = found.get(stretchbound.RECORDED, {})
            longest_of = benchdata.longest_of(benchdata.stretches_of(found))
            self.assertEqual(list(stretchbound.exceeded(bounds, longest_of)), [],
                             board)


class Tables(unittest.TestCase):
    """loops.csv and bounds.csv."""

    def test_what_a_loop_turns_is_a_number_or_a_size_or_another_loop(self):
        rows, sizes = benchdata.table("loops"), stretchbound.sizes()
        for name, row in rows.items():
            most, *parts = row["most"].split("; ")
            self.assertTrue(not most or most.isdigit() or most in sizes
                            or most[3:] in rows, name)
            for part in parts:
                self.assertRegex(part, r"^(in|below) \w+ \d+$")

    def test_each_size_is_that_of_a_loop(self):
        used = {row["most"].split(";")[0] for row in benchdata.table("loops").values()}
        self.assertEqual(set(stretchbound.sizes()) - used, set())

    def test_the_loops_of_the_end_of_a_process_are_not_in_a_bound(self):
        self.assertEqual([k for k in stretchbound.kinds("armv6m") if "ends" in k], [])
        self.assertIn("CALL", stretchbound.kinds("armv7m"))
        self.assertIn("start", stretchbound.kinds("armv6m"))
        self.assertNotIn("start", stretchbound.kinds("armv7m"))


if __name__ == "__main__":
    unittest.main()
