"""test_bench.py - the bench finds what has become worse."""

import unittest

from cmrxlib import bench, benchdata, benchdoc, loops, stretch

RECORDED = {"paths": {"yield": {"4": [10, 10, 12], "64": [10, 10, 12]}},
            "stretches": {"YIELD": [20, "port"]}}


def paths(*counts):
    return {"yield": {"4": list(counts), "64": list(counts)}}


class Samples(unittest.TestCase):
    def test_a_sample_between_marks_counts(self):
        self.assertEqual(bench.count_of("mark", ("7", "-1", "-1", "-1")), 7)

    def test_a_sample_without_begin_is_none(self):
        self.assertIsNone(bench.count_of("mark", ("-1", "-1", "9", "-1")))

    def test_an_alarm_in_between_disturbs(self):
        self.assertIsNone(bench.count_of("mark", ("70", "-1", "30", "-1")))
        self.assertIsNone(bench.count_of("interrupt", ("9", "70", "30", "-1")))

    def test_an_alarm_before_disturbs_no_interrupt(self):
        self.assertEqual(
            bench.count_of("interrupt", ("90", "30", "70", "-1")), 30)

    def test_counts_are_by_row_and_sorted(self):
        said = "row 0 first mark\nrow 1 second alarm\n"
        seen = ("SAMPLE 0 5 -1 -1 -1\nSAMPLE 1 5 -1 3 -1\n"
                "SAMPLE 0 4 -1 -1 -1\nBOOT 77\n")
        found = bench.counts(said, seen)
        self.assertEqual(found["first"], [4, 5])
        self.assertEqual(found["second"], [3])
        self.assertEqual(set(found["boot"]), {77})

    def test_the_median_is_one_of_the_counts(self):
        self.assertEqual(bench.summary([1, 2, 8, 9]), [1, 2, 9])


class Gate(unittest.TestCase):
    def rises(self, now, longest):
        return list(bench.rises(now, (longest, {}), RECORDED))

    def test_what_is_as_recorded_is_well(self):
        self.assertEqual(self.rises(paths(10, 10, 12), {"YIELD": (20, "port")}),
                         [])

    def test_one_instruction_more_is_a_problem(self):
        self.assertEqual(len(self.rises(paths(10, 10, 13), {})), 2)
        self.assertEqual(len(self.rises(paths(10, 11, 12), {})), 2)
        self.assertEqual(len(self.rises({}, {"YIELD": (21, "x")})), 1)

    def test_what_is_not_recorded_is_a_problem(self):
        self.assertEqual(len(self.rises({"new": {"4": [1, 1, 1]}}, {})), 1)
        self.assertEqual(len(self.rises({}, {"NEW": (1, "x")})), 1)

    def test_what_is_measured_no_more_is_a_problem(self):
        self.assertEqual(len(list(bench.missing({}, RECORDED))), 1)

    def test_fewer_are_counted_and_no_problem(self):
        now = paths(9, 9, 9)
        self.assertEqual(self.rises(now, {}), [])
        self.assertEqual(bench.falls(now, RECORDED), 2)


class Judgement(unittest.TestCase):
    def test_growth_that_nobody_explains_is_a_problem(self):
        grown = {"yield": {"4": [1, 1, 1], "64": [1, 1, 2]},
                 "three_instructions": {"4": [3, 3, 3]}}
        self.assertEqual(len(list(benchdata.unexplained(grown, ({}, {})))), 1)

    def test_a_counter_that_is_wrong_is_a_problem(self):
        for wrong in ({}, {"three_instructions": {"4": [3, 3, 4]}}):
            self.assertEqual(len(list(benchdata.miscounted(wrong))), 1)

    def test_depths_that_differ_are_not_equal(self):
        at = {"call_at_depth_2": {"64": [5, 5, 5]},
              "call_at_depth_3": {"64": [5, 6, 6]}}
        self.assertEqual([u[1:] for u in benchdata.unequal(at)], [(5, 6)])

    def test_a_goal_that_is_missed_is_told(self):
        over = list(benchdata.over_goals(
            "mps2_an385", {"null_call": {"4": [1, 1, 31]}},
            ({"YIELD": (251, "x")}, {"WAKE": (251, "fuzz")})))
        self.assertEqual(len(over), 3)


class Stretches(unittest.TestCase):
    def test_kinds_have_names(self):
        self.assertEqual(stretch.kind(11, 8, False), "YIELD")
        self.assertEqual(stretch.kind(11, 255, False), "no such call")
        self.assertEqual(stretch.kind(40, -1, False), "interrupt")
        self.assertIn("fault", stretch.kind(4, -1, True))

    def test_the_longest_is_kept_with_its_place(self):
        longest = ({}, {})
        bench.keep_longest(longest, "STRETCH 11 8 0 2 30 50\n", "a")
        bench.keep_longest(longest, "STRETCH 11 8 0 2 20 40\n", "b")
        bench.keep_longest(longest, "STRETCH 11 8 0 2 90 99\n", "fuzz")
        self.assertEqual(longest, ({"YIELD": (30, "a")},
                                   {"YIELD": (90, "fuzz")}))


LISTING = """00000100 <loops>:
     100:\t2000      \tmovs\tr0, #0
     102:\t3801      \tsubs\tr0, #1
     104:\td1fd      \tbne.n\t102 <loops+0x2>
     106:\t4770      \tbx\tlr

00000108 <jumps_back>:
     108:\te001      \tb.n\t10e <jumps_back+0x6>
     10a:\t2001      \tmovs\tr0, #1
     10c:\t4770      \tbx\tlr
     10e:\t2800      \tcmp\tr0, #0
     110:\td0fb      \tbeq.n\t10a <jumps_back+0x2>
     112:\tbd10      \tpop\t{r4, pc}
     114:\tf7ff bff4 \tb.w\t100 <loops>
"""


RISCV_LISTING = """80000100 <loops>:
80000100:\t4501                \tli\ta0,0
80000102:\t157d                \taddi\ta0,a0,-1
80000104:\tfd7d                \tbnez\ta0,80000102 <loops+0x2>
80000106:\t8082                \tret

80000108 <jumps_back>:
80000108:\ta011                \tj\t8000010c <jumps_back+0x4>
8000010a:\t8082                \tret
8000010c:\tdd7d                \tbeqz\ta0,8000010a <jumps_back+0x2>
8000010e:\tfedff0ef          \tjal\tra,80000100 <loops>
80000112:\t8082                \tret
"""


class Loops(unittest.TestCase):
    def test_the_same_on_riscv(self):
        found = {name: list(loops.loop_branches(code, loops.RISCV))
                 for name, code in loops.functions(RISCV_LISTING) if name}
        self.assertEqual(found, {"loops": [0x80000104], "jumps_back": []})

    def test_a_port_has_its_own_loops(self):
        self.assertIn("slow_post_deeper", benchdata.loops_of("mps2_an385"))
        self.assertNotIn("priorities_init", benchdata.loops_of("virt_rv32"))

    def test_a_loop_is_found_and_a_jump_back_is_none(self):
        found = {name: list(loops.loop_branches(code))
                 for name, code in loops.functions(LISTING) if name}
        self.assertEqual(found, {"loops": [0x104], "jumps_back": []})

    def test_a_loop_without_a_line_and_a_line_without_a_loop(self):
        problems = list(bench.unbounded({"a", "b"}, {"b": {}, "c": {}}))
        self.assertEqual(len(problems), 2)


class Page(unittest.TestCase):
    def test_the_page_has_a_row_for_each_path(self):
        page = benchdoc.page({"mps2_an385": RECORDED})
        self.assertIn("| yield | 10/10/12 |", page)
        self.assertIn("| YIELD | 20 | port | | | 250 |", page)

    def test_a_port_has_its_own_goals(self):
        page = benchdoc.page({"virt_rv32": RECORDED})
        self.assertIn("| YIELD | 20 | port | | | 400 |", page)
        self.assertNotIn("Beside others", page)

    def test_a_page_that_is_old_is_found(self):
        self.assertEqual(len(list(benchdoc.check([]))), 1)


if __name__ == "__main__":
    unittest.main()
