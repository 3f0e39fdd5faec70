"""test_size.py - what systems cost is compared with what is recorded, and one
that loses a tenth of its RAM does not pass."""

import contextlib
import io
import json
import os
import re
import tempfile
import unittest
from unittest import mock

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import (benchdata, benchdoc, lostram, size, sizedata, source,
                     style)
from cmrxlib.model import Refused

NOW = {"story_mps2_an385": {"kernel": [900, 80, 40, 0], "app": [100, 32, 64, 8],
                   "kernel -Os": [700, 80, 40, 0],
                   "kernel RAM": [0, 150, 0, 0], "thread": [0, 60, 0, 0]}}


def changed(owner, column, by):
    """NOW, but for one number."""
    copy = json.loads(json.dumps(NOW))
    copy["story_mps2_an385"][owner][column] += by
    return copy


def stack(size, used):
    return {"stack": {"size": size, "used": used}}


def a_system(gaps, padding, port="armv7m", top_of_range=True, used=1200, more=(),
             entries=("code", "memory", "port", "-"), tail=0):
    """2000 bytes of RAM, of which one process has 1200 or so."""
    memory = {"size": 2048 if port == "riscv32" else 1216, "used": used,
              "base": "0x20000800"}
    if tail:
        memory["tail"] = {"size": tail}
    return {"schema": 1, "totals": {"ram": {
                "span": 2000, "gaps": gaps, "padding": padding}},
            "board": {"port": port, "pmp_top_of_range": top_of_range},
            "kernel": {"sections": [{"name": ".noinit", "size": 120},
                                    {"name": ".bss", "size": 480}]},
            "processes": [{"memory": memory, "threads": list(more), "shared": None,
                           "sections": [{"name": ".bss", "size": used,
                                         "base": "0x20000800"}],
                           "regions": [{"what": what} for what in entries]}]}


FULL = ("code", "memory", "port", "timer")


class Lost(unittest.TestCase):
    def said(self, text, folder="arm"):
        with tempfile.TemporaryDirectory() as build:
            folder = os.path.join(build, folder, "station")
            os.makedirs(folder)
            with open(os.path.join(folder, "system.json"), "w") as file:
                file.write(text)
            return "\n".join(size.check(build))

    def judged(self, *args, **kwargs):
        return "\n".join(lostram.problems(a_system(*args, **kwargs)))

    def test_less_than_a_tenth_may_be_lost(self):
        self.assertEqual(self.said(json.dumps(a_system(100, 99))), "")

    def test_gaps_and_padding_count_together(self):
        for folder in ("arm", "riscv32"):
            said = self.said(json.dumps(a_system(100, 100)), folder)
            self.assertIn("200 of 2000 bytes of RAM are lost", said)
            self.assertIn("station/system.json:1:", said)

    def test_a_description_that_cannot_be_read_is_a_problem(self):
        self.assertIn("not of this version", self.said("{}"))

    def test_what_an_entry_that_is_a_power_of_two_takes_is_not_held_against_it(self):
        forced = 2048 - 1200
        self.assertEqual(self.judged(150, forced, "riscv32", entries=FULL), "")
        self.assertIn("200 of them to no entry", self.judged(
            200, forced, "riscv32", entries=FULL))

    def test_but_for_a_process_that_has_an_entry_to_spare(self):
        self.assertIn("848 of 2000 bytes", self.judged(0, 848, "riscv32"))

    def test_nor_for_what_is_more_than_the_power_of_two(self):
        self.assertIn("lost", self.judged(0, 848, "riscv32", entries=FULL, used=1000))

    def test_what_is_shared_is_a_power_of_two_within(self):
        system = a_system(0, 0, "riscv32", entries=FULL)
        process = system["processes"][0]
        self.assertEqual(lostram.needed(process), 1200)
        process["shared"] = {"size": 2048}
        self.assertEqual(lostram.needed(process), 2048)

    def test_nor_for_what_two_entries_show(self):
        self.assertIn("lost", self.judged(0, 848, "riscv32", entries=FULL, tail=32))

    def test_nor_elsewhere(self):
        self.assertIn("lost", self.judged(0, 848, entries=FULL))

    def test_a_stack_is_a_power_of_two_where_none_can_be_cut_exactly(self):
        more = [stack(512, 260)]
        self.assertEqual(self.judged(0, 252, "riscv32", False, more=more), "")
        self.assertIn("lost", self.judged(0, 252, "riscv32", True, more=more))

    def test_none_may_be_larger_than_with_powers_of_two(self):
        self.assertEqual(self.judged(0, 0, used=1024, more=[stack(352, 256)]), "")
        said = self.judged(0, 0, used=400)
        self.assertEqual(said, "2000 bytes of RAM, and 1504 if each piece were a power "
                         "of two, the largest first")


class Compared(unittest.TestCase):
    def judged(self, before):
        """(exit code, what was said) of NOW."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = size.judge(NOW, before)
        return code, said.getvalue()

    def test_the_same_is_no_problem(self):
        self.assertEqual(self.judged(NOW), (0, "size: 0 problems\n"))

    def test_growth_is_refused_and_named(self):
        for owner, column, what in (("app", 0, "flash 100"),
                                    ("app", 1, "RAM 32"),
                                    ("app", 2, "stacks 64"),
                                    ("app", 3, "lost 8"),
                                    ("kernel", 0, "flash 900"),
                                    ("kernel -Os", 0, "flash 700")):
            code, said = self.judged(changed(owner, column, -5))
            self.assertEqual(code, 1)
            self.assertIn(f"story_mps2_an385: {owner}: {what} bytes, 5 more", said)
            self.assertIn("--record", said)

    def test_shrinking_is_told_and_no_problem(self):
        code, said = self.judged(changed("app", 0, 4))
        self.assertEqual(code, 0)
        self.assertIn("1 sizes are lower than recorded", said)

    def test_shrinking_does_not_make_up_for_growth(self):
        before = changed("app", 0, 400)
        before["story_mps2_an385"]["app"][1] -= 1
        self.assertEqual(self.judged(before)[0], 1)

    def test_a_new_system_has_to_be_recorded(self):
        code, said = self.judged({})
        self.assertEqual(code, 1)
        self.assertIn("story_mps2_an385: not recorded", said)

    def test_a_new_process_has_to_be_recorded(self):
        before = {"story_mps2_an385": dict(NOW["story_mps2_an385"])}
        del before["story_mps2_an385"]["app"]
        self.assertIn("story_mps2_an385: app is not recorded", self.judged(before)[1])

    def test_a_process_that_is_gone_is_told(self):
        before = {"story_mps2_an385": dict(NOW["story_mps2_an385"], old=[1, 1, 1, 1])}
        code, said = self.judged(before)
        self.assertEqual(code, 0)
        self.assertIn("1 sizes are lower", said)

    def test_a_system_that_was_not_built_is_a_problem(self):
        code, said = self.judged(dict(NOW, gone_x=NOW["story_mps2_an385"]))
        self.assertEqual(code, 1)
        self.assertIn("gone_x: is recorded, and was not built", said)

    def test_the_kernel_at_os_and_its_parts_are_not_in_the_sum(self):
        self.assertEqual(sizedata.total(NOW["story_mps2_an385"]), [1000, 112, 104, 8])

    def test_a_difference_stands_behind_the_number(self):
        rows = NOW["story_mps2_an385"]
        before = changed("app", 0, -12)["story_mps2_an385"]
        lines = list(size.table("story_mps2_an385", rows, before))
        self.assertEqual(lines[2].split(), ["app", "100", "(+12)", "32", "64",
                                            "8"])
        self.assertEqual(lines[-1].split()[:3], ["all", "1000", "(+12)"])

    def test_a_goal_that_is_missed_says_by_how_much(self):
        self.assertIn("goal 100, 3 too many", size.goal("x", 103, 100))
        self.assertTrue(size.goal("x", 100, 100).endswith("goal 100"))


class Goals(unittest.TestCase):
    def problems(self, system, owner, column, size, misses=()):
        rows = json.loads(json.dumps(NOW["story_mps2_an385"]))
        rows[owner][column] = size
        real = benchdata.rows
        with mock.patch.object(benchdata, "rows", lambda name: misses
                               if name == "misses" else real(name)):
            return list(sizedata.goal_problems({system: rows}))

    def test_what_is_reached_is_well(self):
        for owner, column, most in (("kernel -Os", 0, 8192),
                                    ("kernel RAM", 1, 200), ("thread", 1, 100)):
            self.assertEqual(self.problems("two_kb_mps2_an385", owner, column,
                                           most), [])
            self.assertEqual(len(self.problems("two_kb_mps2_an385", owner,
                                               column, most + 1)), 1)

    def test_each_port_has_its_own(self):
        self.assertEqual(len(self.problems("story_mps2_an385_m0plus",
                                           "kernel -Os", 0, 6145)), 1)

    def test_a_listed_miss_is_well_until_it_is_reached(self):
        listed = [{"port": "armv7m", "part": "sizes", "goals": "thread",
                   "what the rest does": "the name of the thread"}]
        for size, count in ((101, 0), (100, 1)):
            self.assertEqual(len(self.problems(
                "story_mps2_an385", "thread", 1, size, listed)), count)

    def test_one_large_system_is_enough(self):
        systems = {"story_mps2_an385": NOW["story_mps2_an385"],
                   "two_kb_mps2_an386": dict(NOW["story_mps2_an385"],
                                             thread=[0, 99, 0, 0])}
        self.assertEqual(sizedata.by_port(systems)["armv7m"]["thread"], 99)

    def test_a_missed_goal_fails_the_command(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = size.judge(NOW, NOW, ["thread: 101, the goal is 100"])
        self.assertEqual((code, said.getvalue()),
                         (1, "thread: 101, the goal is 100\n"
                          "size: 1 problems\n"))


class Recorded(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "doc"))
            path = os.path.join(root, sizedata.BUDGETS)
            with mock.patch.object(sizedata.source, "ROOT", root):
                if isinstance(text, dict):
                    sizedata.write(text)
                elif text is not None:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                return sizedata.recorded()

    def test_what_is_written_is_read(self):
        self.assertEqual(self.read(NOW), NOW)

    def test_nothing_is_recorded_where_there_is_no_file(self):
        self.assertEqual(self.read(None), {})

    def test_broken_json_says_where_and_what_to_do(self):
        with self.assertRaisesRegex(Refused, r"doc/budgets.json: not JSON: .*"
                                    r"line 1.*--record"):
            self.read('{"story_mps2_an385": ')

    def test_json_of_another_shape_is_refused(self):
        for text in ("[]", '{"a": 1}', '{"a": {"kernel": [1, 2]}}',
                     '{"a": {"kernel": [1, 2, 3, "4"]}}',
                     '{"kernel": {"a": {"ram": 1}}}'):
            with self.assertRaisesRegex(Refused, "budgets.json: not system"):
                self.read(text)

    def test_a_page_that_cannot_be_made_is_a_problem_of_style(self):
        with mock.patch.object(sizedata, "recorded",
                               side_effect=Refused("doc/budgets.json: bad")):
            said = list(style.check_budgets([benchdoc.DOCUMENT]))
        self.assertEqual(said, ["doc/budgets.md:1: doc/budgets.json: bad"])

    def test_the_page_has_a_row_for_each_system(self):
        page = "\n".join(benchdoc.size_section(NOW))
        self.assertIn("| story_mps2_an385 | 900 | 700 | 80 | 40 | 150 | 60 | 1000 | "
                      "112 | 104 | 8 |", page)
        self.assertIn("| Hubris (3 tasks) | 12.3 kB |", page)


class Kernel(unittest.TestCase):
    """Two processes with three threads, and what the kernel keeps of them."""

    DESCRIBED = {
        "kernel": {
            "sections": [{"name": ".noinit", "size": 184},
                         {"name": ".bss", "size": 800}],
            "objects": [{"symbol": s, "size": n} for s, n in (
                ("processes", 80), ("threads", 312), ("calls_0", 16),
                ("calls_1", 48), ("calls_2", 16), ("timer_due", 20),
                ("timer_slot", 5), ("timer_heap", 5),
                ("doors_0", 6))]},
        "processes": [
            {"threads": [{"depth": 1}, {"depth": 3}], "imports": [1, 2, 3]},
            {"threads": [{"depth": 1}], "imports": []}]}

    def test_parts_are_all_there_is(self):
        parts = sizedata.kernel_ram(self.DESCRIBED)
        self.assertEqual(sum(size for _, size in parts.values()), 984)
        self.assertEqual(parts["process"], (2, 92))
        self.assertEqual(parts["thread"], (3, 330))
        self.assertEqual(parts["call level"], (5, 80))
        self.assertEqual(parts["import"], (3, 6))
        self.assertEqual(parts["the rest"], (1, 292))

    def test_a_thread_costs_its_timer_too(self):
        self.assertEqual(sizedata.thread_bytes(self.DESCRIBED), 110)

    def test_what_is_there_once(self):
        self.assertEqual(sizedata.beside_threads(self.DESCRIBED), 184 + 292)

    def test_examples_that_are_not_built_are_asked_for(self):
        with tempfile.TemporaryDirectory() as build:
            with self.assertRaisesRegex(Refused, "make size"):
                sizedata.measured(build)


class Pages(unittest.TestCase):
    """What the pages say of RAM, in tenths of a kB, is what is recorded."""

    ROW = re.compile(r"^\| `(\w+)` \|.*\| ([0-9.]+) kB \|$", re.M)

    def ram(self, system):
        """Of all owners: memory and stacks."""
        return sum(sizes[1] + sizes[2] for owner, sizes in
                   self.recorded[system].items()
                   if owner not in sizedata.NO_OWNERS) / 1000

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(source.ROOT, "doc", "budgets.json"),
                  encoding="utf-8") as file:
            cls.recorded = json.load(file)

    def test_the_small_system_with_a_shell(self):
        """The others: to the byte, test_everybyte.py."""
        page = "\n".join(
            source.read("example/02_two_kilobytes/README.md"))
        rows = self.ROW.findall(page)
        self.assertEqual([name for name, _ in rows], ["four_kb_mps2_an385"])
        for system, says in rows:
            with self.subTest(system):
                self.assertAlmostEqual(float(says), self.ram(system),
                                       delta=0.06)

    def test_the_first_page(self):
        says = re.search(r"\[([0-9.]+) kB of RAM\]", "\n".join(
            source.read("README.md")))
        self.assertAlmostEqual(float(says[1]), self.ram("two_kb_mps2_an385"),
                               delta=0.06)


if __name__ == "__main__":
    unittest.main()
