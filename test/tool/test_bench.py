"""test_bench.py - the bench finds what has become worse."""

import argparse
import unittest
from unittest import mock

from cmrxlib import bench, benchdata, benchdoc, benchgoals, loops, stretch
from cmrxlib.benchdata import BENCH, BY_CHANCE, TESTS

RECORDED = {"paths": {"yield": {"4": [10, 10, 12], "64": [10, 10, 12]}},
            BENCH: {"YIELD": [20, "bench_4"]}, TESTS: {"TIME": [9, "port"]}}
NOTHING = benchdata.no_stretches()


def stretches(**parts):
    """Of the bench, of the tests, by chance."""
    return {BENCH: parts.get("bench", {}), TESTS: parts.get("tests", {}),
            BY_CHANCE: parts.get("chance", {})}


def paths(*counts):
    return {"yield": {"4": list(counts), "64": list(counts)}}


class Samples(unittest.TestCase):
    def test_a_sample_between_marks_counts(self):
        self.assertEqual(bench.count_of("mark", ("7", "-1", "-1", "-1")), 7)

    def test_a_sample_without_begin_is_none(self):
        self.assertIsNone(bench.count_of("mark", ("-1", "-1", "9", "-1")))

    def test_an_alarm_in_between_disturbs(self):
        self.assertIsNone(bench.count_of("mark", ("70", "-1", "30", "-1")))
        self.assertIsNone(bench.count_of("mark", ("70", "70", "-1", "-1")))
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
        return list(bench.rises(now, stretches(bench=longest), RECORDED))

    def test_what_is_as_recorded_is_well(self):
        self.assertEqual(self.rises(paths(10, 10, 12),
                                    {"YIELD": (20, "bench_4")}), [])

    def test_the_bench_and_the_tests_have_limits_of_their_own(self):
        for part, kind in ((BENCH, "YIELD"), (TESTS, "TIME")):
            for count, problems in ((9, 0), (21, 1)):
                now = dict(NOTHING, **{part: {kind: (count, "x")}})
                self.assertEqual(len(list(bench.rises({}, now, RECORDED))),
                                 problems)

    def test_what_is_met_by_chance_has_no_limit(self):
        now = stretches(chance={"YIELD": (9999, "fuzz")})
        self.assertEqual(list(bench.rises({}, now, RECORDED)), [])

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
        self.assertEqual(len(list(benchdata.unexplained(grown, NOTHING))), 1)

    def test_a_counter_that_is_wrong_is_a_problem(self):
        for wrong in ({}, {"three_instructions": {"4": [3, 3, 4]}}):
            self.assertEqual(len(list(benchdata.miscounted(wrong))), 1)

    def test_depths_that_differ_are_not_equal(self):
        at = {"call_at_depth_2": {"64": [5, 5, 5]},
              "call_at_depth_3": {"64": [5, 6, 6]}}
        self.assertEqual([u[1:] for u in benchdata.unequal(at)], [(5, 6)])

    def test_the_first_depth_and_the_least_and_the_most_count_too(self):
        for one, other in (([5, 5, 5], [5, 5, 6]), ([5, 5, 5], [4, 5, 5]),
                           ([5, 5, 6], [5, 5, 6])):
            at = {"call_at_depth_1": {"64": one}, "call_at_depth_2": {"64": other}}
            self.assertEqual(len(list(benchdata.unequal(at))), 1)
        same = {"call_at_depth_1": {"64": [5, 5, 5]}}
        self.assertEqual(list(benchdata.unequal(same)), [])


MISSES = """port,part,goals,what the rest does
armv7m,paths,null_call;yield,counts sheep
armv7m,stretches,WAKE,sleeps
armv6m,paths,mutex_free,another port
armv7m,sizes,thread,has a name
"""


class Goals(unittest.TestCase):
    """Broken on purpose: each way to lie about a goal is found."""

    def setUp(self):
        rows = list(benchdata.csv.DictReader(MISSES.splitlines()))
        real = benchdata.rows
        patch = mock.patch.object(benchdata, "rows", lambda name: rows
                                  if name == "misses" else real(name))
        patch.start()
        self.addCleanup(patch.stop)

    def over(self, **parts):
        return benchgoals.missed("armv7m", {
            "null_call": {"4": [1, 1, 31]}, "yield": {"4": [1, 1, 81]}},
            stretches(**parts))

    def judge(self, over, maybe=()):
        known = benchgoals.listed("armv7m", "paths", "stretches", "equal")
        return list(benchgoals.judge("armv7m", over, known, maybe))

    def test_what_is_missed_and_listed_is_well(self):
        over = self.over(chance={"WAKE": (251, "fuzz")})
        self.assertEqual(over["paths", "null_call"], (31, 30))
        self.assertEqual(self.judge(over), [])

    def test_a_goal_that_is_reached_is_not_missed(self):
        self.assertEqual(benchgoals.missed("armv7m", {
            "null_call": {"4": [1, 1, 30]}},
            stretches(bench={"WAKE": (250, "x")})), {})

    def test_a_miss_that_is_not_listed_is_a_problem(self):
        problems = self.judge(self.over(bench={"WAKE": (251, "x"),
                                               "YIELD": (251, "x")}))
        self.assertEqual(len(problems), 1)
        self.assertIn("YIELD: 251, the goal is 250", problems[0])

    def test_a_listed_miss_that_is_reached_is_a_problem(self):
        problems = self.judge(self.over())
        self.assertEqual(len(problems), 1)
        self.assertIn("stretches, WAKE: the goal is reached", problems[0])

    def test_one_name_of_a_line_that_is_reached_is_a_problem(self):
        over = self.over(bench={"WAKE": (251, "x")})
        del over["paths", "yield"]
        self.assertIn("paths, yield:", "".join(self.judge(over)))

    def test_a_line_of_another_part_does_not_count(self):
        over = self.over(bench={"WAKE": (251, "x")})
        over["stretches", "null_call"] = over.pop(("paths", "null_call"))
        self.assertEqual(len(self.judge(over)), 2)

    def test_a_miss_of_chance_may_stay_away(self):
        self.assertEqual(self.judge(self.over(), {("stretches", "WAKE"): 0}),
                         [])

    def test_a_line_without_a_reason_is_none(self):
        over = self.over(bench={"WAKE": (251, "x")})
        known = dict.fromkeys(over, "")
        self.assertEqual(len(list(benchgoals.judge("x", over, known))), 3)

    def test_paths_that_differ_are_a_miss(self):
        over = benchgoals.missed("armv7m", {
            "call_lent_16": {"4": [1, 1, 1]},
            "call_lent_4k": {"4": [1, 2, 2]}}, NOTHING)
        self.assertEqual(over, {("equal", "call_lent_*"): (2, 1)})

    def test_a_size_is_judged_alike(self):
        self.assertEqual(benchgoals.sizes_missed(
            "armv7m", {"thread": 101, "kernel RAM": 200}),
            {("sizes", "thread"): (101, 100)})
        self.assertEqual(set(benchgoals.listed("armv7m", "sizes")),
                         {("sizes", "thread")})

    def test_v6m_has_less_room(self):
        sizes = {"kernel text": 7000}
        self.assertEqual(benchgoals.sizes_missed("armv7m", sizes), {})
        self.assertEqual(len(benchgoals.sizes_missed("armv6m", sizes)), 1)

    def not_reached(self, longest, recorded):
        args = argparse.Namespace(board="mps2_an385")
        over, problems = bench.not_reached(args, {}, longest, recorded)
        return set(over), list(problems)

    def test_what_a_quick_run_does_not_measure_is_as_recorded(self):
        before = {TESTS: {"WAKE": [300, "attack"]}}
        for quick in (NOTHING, stretches(bench={"WAKE": (3, "bench_4")})):
            over, problems = self.not_reached(quick, before)
            self.assertEqual(over, {("stretches", "WAKE")})
            self.assertNotIn("WAKE", "".join(problems))

    def test_a_full_run_is_not_held_against_what_was(self):
        before = {TESTS: {"WAKE": [300, "attack"]}}
        over, problems = self.not_reached(
            stretches(tests={"WAKE": (3, "attack")}), before)
        self.assertEqual(over, set())
        self.assertIn("WAKE", "".join(problems))

    def test_chance_may_be_better_than_last_time(self):
        before = {BY_CHANCE: {"WAKE": [300, "fuzz"]}}
        over, problems = self.not_reached(
            stretches(chance={"WAKE": (3, "fuzz")}), before)
        self.assertEqual(over, set())
        self.assertNotIn("WAKE", "".join(problems))


class Lists(unittest.TestCase):
    """The tables of the project."""

    def test_each_line_of_the_list_has_a_goal_and_a_reason(self):
        for row in benchdata.rows("misses"):
            port = row["port"]
            goals = {**benchgoals.goals(port), **benchgoals.size_goals(port),
                     **benchgoals.bound_goals(port)}
            for key, why in benchgoals.listed(port, row["part"]).items():
                self.assertIn(key, goals)
                self.assertGreater(len(why), 20, key)

    def test_each_port_that_is_recorded_has_one_board(self):
        ports = [benchdata.port_of(board) for board in benchdata.recorded()]
        self.assertEqual(sorted(ports), sorted(set(ports)))

    def test_what_is_recorded_is_judged_by_the_list(self):
        for board, found in benchdata.recorded().items():
            args = argparse.Namespace(board=board)
            _, problems = bench.not_reached(
                args, found["paths"], benchdata.stretches_of(found), found)
            self.assertEqual(list(problems), [], board)


class Stretches(unittest.TestCase):
    def test_kinds_have_names(self):
        self.assertEqual(stretch.kind(11, 8, False), "YIELD")
        self.assertEqual(stretch.kind(11, 255, False), "no such call")
        self.assertEqual(stretch.kind(40, -1, False), "interrupt")
        self.assertIn("fault", stretch.kind(4, -1, True))

    def test_the_longest_is_kept_with_its_place(self):
        longest = benchdata.no_stretches()
        bench.keep_longest(longest, "STRETCH 11 8 0 2 30 50\n", "a", {})
        bench.keep_longest(longest, "STRETCH 11 8 0 2 20 40\n", "b", {})
        bench.keep_longest(longest, "STRETCH 11 8 0 2 90 99\n", "fuzz", {})
        bench.keep_longest(longest, "STRETCH 11 8 0 2 7 7\n", "bench_4", {})
        self.assertEqual(longest, stretches(bench={"YIELD": (7, "bench_4")},
                                            tests={"YIELD": (30, "a")},
                                            chance={"YIELD": (90, "fuzz")}))

    def test_until_the_kernel_asks_the_way_out_counts_too(self):
        seen = "STRETCH 11 3 0 2 90 120\nASKED 11 3 0 70 0\n"
        longest = bench.longest_of([("a", seen)], {"call": 21, "alarm": 99})
        name = stretch.kind(11, 3, False)
        self.assertEqual(longest[TESTS], {name: (91, "a")})
        longest = bench.longest_of([("a", seen)], {"call": 20})
        self.assertEqual(longest[TESTS], {name: (90, "a")})

    def test_the_way_out_is_the_longest_that_was_met(self):
        reports = [("a", "ASKED 11 3 0 70 31\nASKED 15 -1 0 70 50\n"),
                   ("b", "ASKED 11 4 0 0 40\nASKED 11 5 0 80 0\n")]
        self.assertEqual(bench.ways_out(reports, {}),
                         {"call": 40, "alarm": 50})
        self.assertEqual(bench.ways_out(reports, {"call": 41}),
                         {"call": 41, "alarm": 50})

    def test_so_does_where_it_looks_on_the_way_out(self):
        reports = [("a", "STRETCH 11 3 0 2 60 120\nLEFT 11 3 0 70 0\n"),
                   ("b", "LEFT 15 -1 0 20 12\nLEFT 11 4 0 0 9\n")]
        ways = bench.ways_out(reports, {})
        self.assertEqual(ways, {"line": 12})
        self.assertEqual(bench.longest_of(reports, ways)[TESTS],
                         {stretch.kind(11, 3, False): (82, "a"),
                          "alarm": (32, "b")})

    def test_a_way_out_that_is_not_known_is_told(self):
        for seen, ways in (("ASKED 11 3 0 70 0\n", {"alarm": 9, "line": 9}),
                           ("LEFT 11 3 0 70 0\n", {"alarm": 9, "call": 9})):
            with self.subTest(seen), self.assertRaisesRegex(
                    bench.Refused, "no line has waited"):
                bench.longest_of([("a", seen)], ways)

    def test_only_a_kernel_that_takes_lines_there_says_where(self):
        found = {"sched_leave": 0x101, "line": 0x203}
        for names in (["sched_leave", "line"], ["sched_leave"]):
            elf = mock.Mock(symbols=[mock.Mock(type=2) for _ in names])
            for symbol, name in zip(elf.symbols, names):
                symbol.name = name
            with mock.patch.object(
                    stretch.oracle, "kernel_symbol",
                    lambda _, __, name: mock.Mock(value=found[name])):
                self.assertEqual(stretch.leave({}, elf),
                                 ["leave=100-202"] if len(names) > 1 else [])

    def long_ones(self, *names):
        elf = mock.Mock(path="x", symbols=[
            mock.Mock(value=0x101 + 16 * n, **{"name": name})
            for n, name in enumerate(names)])
        for symbol, name in zip(elf.symbols, names):
            symbol.name = name
        with mock.patch.object(stretch.oracle, "kernel_code",
                               return_value=(0x100, 0x200)):
            return stretch.long_ones({}, elf)

    def test_what_the_compiler_has_split_off_is_seen(self):
        self.assertEqual(self.long_ones("process_start", "process_end.part.0",
                                        "process_ended"), [0x100, 0x110])

    def test_what_the_compiler_has_made_a_part_of_others_is_told(self):
        with self.assertRaisesRegex(stretch.Refused, "process_end"):
            self.long_ones("process_start", "process_faulted")


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
        self.assertIn("| YIELD | 20 | bench_4 | | | | 250 |", page)

    def test_all_ports_are_beside_each_other(self):
        slow = {"paths": {"yield": {"4": [10, 10, 162]}},
                BENCH: {"YIELD": [20, "x"]}}
        rows = list(benchdoc.glance_rows({"mps2_an385": RECORDED,
                                          "virt_rv32": slow}))
        self.assertEqual(rows, [
            ["path", "armv7m (mps2_an385)", "riscv32 (virt_rv32)"],
            ["yield", "12 of 80", "**162** of 160"],
            ["TIME, a stretch", "9 of 250", ""],
            ["YIELD, a stretch", "20 of 250", "20 of 400"]])

    def test_a_miss_stands_with_what_its_rest_does(self):
        rows = [{"port": "riscv32", "part": "paths", "goals": goals,
                 "what the rest does": why} for goals, why in (
                     ("yield;wake;post", "looks twice"), ("wait", "sleeps"))]
        over = {"yield": (162, 160), "wake": (163, 160), "wait": (162, 160),
                "post": (162, 160), "time": (9, 8)}
        with mock.patch.object(benchdata, "rows", return_value=rows):
            said = list(benchdoc.miss_rows("riscv32", {
                ("paths", name): counts for name, counts in over.items()},
                "paths"))
        self.assertEqual(said[1:], [
            ["160", "yield, post: 162; wake: 163", "looks twice"],
            ["160", "wait: 162", "sleeps"], ["8", "time: 9", "?"]])

    def test_a_difference_stands_behind_the_count(self):
        for now, was, shown in (([5, 5, 5], [4, 4, 4], "5 (+1)"),
                                ([4, 4, 6], [4, 4, 4], "4/4/6 (+0/+2)"),
                                ([4, 4, 4], [4, 4, 4], "4"),
                                ([3, 4, 4], [4, 4, 4], "3/4/4")):
            self.assertEqual(benchdoc.changed(now, was), shown)

    def test_a_port_has_its_own_goals(self):
        page = benchdoc.page({"virt_rv32": RECORDED})
        self.assertIn("| YIELD | 20 | bench_4 | | | | 400 |", page)
        self.assertNotIn("Beside others", page)

    def test_a_page_that_is_old_is_found(self):
        self.assertEqual(len(list(benchdoc.check([]))), 1)


if __name__ == "__main__":
    unittest.main()
