"""test_guarantees.py - the table of guarantees: what makes a cell, what is told."""

import os
import re
import tempfile
import unittest
from types import SimpleNamespace
from unittest import mock

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import armv7m, armv8m, guarantees, pmp, protection, source
from cmrxlib.model import Refused

KNOWN = {name: samples.board(name=name, port=port, **more)
         for name, port, more in (
             ("bench", "armv7m", {}), ("bench_boot", "armv7m", {}), ("boot", "armv7m", {}),
             ("small", "armv6m", {}), ("secure", "armv8m", {}),
             ("rv", "riscv32", {"pmp_top_of_range": True}),
             ("rv_napot", "riscv32", {"pmp_top_of_range": False}))}


def test_of(name, said, how="Passed"):
    return (f"1/9 Testing: {name}\n1/9 Test: {name}\nOutput:\n----\n{said}"
            f"<end of output>\nTest time = 1\n----\nTest {how}.\n----\n\n")


PORT = test_of("port_bench", "ok calls_work\nnot ok words_work\n   ok uart\n")
LOG = (PORT + test_of("matrix_bench", "9 probes, 0 wrong\n")
       + test_of("fuzz_bench", "", "Failed") + test_of("refuse", ""))


def results(*logs, folder="/nowhere"):
    return guarantees.results([(log, folder) for log in logs], KNOWN)


class Results(unittest.TestCase):
    def test_a_suite_has_passed_or_not(self):
        found = results(LOG)["bench"]
        self.assertTrue(found["matrix"])
        self.assertFalse(found["fuzz"])
        self.assertNotIn("refuse", found)  # of no board

    def test_cases_of_conformance_are_told_apart(self):
        found = results(LOG)["bench"]
        self.assertTrue(found["port:calls_work"])
        self.assertFalse(found["port:words_work"])
        self.assertTrue(found["port:uart"])

    def test_the_longest_name_of_a_board_counts(self):
        self.assertEqual(guarantees.suite_and_board("reset_bench_boot", KNOWN),
                         ("reset", "bench_boot"))
        self.assertEqual(guarantees.suite_and_board("attack_boot_bench", KNOWN),
                         ("attack_boot", "bench"))

    def test_a_test_that_did_not_end_has_not_passed(self):
        cut = PORT[:PORT.index("Test Passed")]
        self.assertFalse(results(cut)["bench"]["port"])
        self.assertFalse(results(cut + test_of("fuzz_bench", ""))["bench"]
                         ["port"])

    def test_what_a_test_says_is_no_judgement(self):
        found = results(test_of("fuzz_bench", "Test Passed.\n", "Failed"))
        self.assertFalse(found["bench"]["fuzz"])

    def test_logs_are_joined(self):
        found = results(PORT, test_of("sweep_bench", ""))["bench"]
        self.assertTrue(found["sweep"] and found["port:calls_work"])

    def attack(self, *lines):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "attack-bench.csv"), "w",
                      encoding="utf-8") as file:
                file.write("id,case,required,outcome,ok\n"
                           + "".join(f"{line}\n" for line in lines))
            return results(test_of("attack_bench", ""), folder=folder)["bench"]

    def test_an_id_needs_all_of_its_cases(self):
        found = self.attack("A1,x,r,o,yes", "A1,y,r,o,NO", "A2,x,r,o,yes")
        self.assertFalse(found["attack:A1"])
        self.assertTrue(found["attack:A2"])
        self.assertFalse(found["attack:A3"])  # it did not run

    def test_an_id_that_others_cover_needs_them(self):
        """coverage.csv: C2 is csv-E16 and csv-E25."""
        self.assertFalse(self.attack("csv-E16,x,r,o,yes")["attack:C2"])
        self.assertTrue(self.attack("csv-E16,x,r,o,yes",
                                    "csv-E25,x,r,o,yes")["attack:C2"])

    def test_an_id_that_nothing_covers_is_never_shown(self):
        self.assertFalse(self.attack("E6,x,r,o,yes")["attack:E6"])


class Summary(unittest.TestCase):
    def summary(self, found):
        return guarantees.summary(found, KNOWN, {"matrix", "fuzz"})

    def test_a_failure_on_one_board_of_a_port_is_one_of_the_port(self):
        made = self.summary({"bench": {"matrix": True, "fuzz": True},
                             "bench_boot": {"matrix": False}})
        self.assertEqual(made["armv7m"], {"boards": ["bench", "bench_boot"],
                                          "passed": ["fuzz"]})

    def test_what_ran_nowhere_is_not_shown(self):
        made = self.summary({"bench": {"matrix": True}})
        self.assertEqual(made["armv7m"]["passed"], ["matrix"])
        self.assertEqual(made["armv6m"], {"boards": [], "passed": []})

    def test_riscv_without_top_of_range_is_a_column_of_its_own(self):
        made = self.summary({"rv": {"matrix": True}, "rv_napot": {"fuzz": True}})
        self.assertEqual(made["riscv32"]["passed"], ["matrix"])
        self.assertEqual(made["riscv32, eighths"]["passed"], ["fuzz"])

    def test_what_is_otherwise_than_recorded_is_told(self):
        before = self.summary({b: {"matrix": True} for b in
                               ("bench", "small", "secure", "rv", "rv_napot")})
        with mock.patch.object(guarantees, "witnesses", lambda: {"matrix"}):
            self.assertEqual(list(guarantees.differences(before, before)), [])
            now = self.summary({"bench": {"matrix": False},
                                "small": {"matrix": True, "fuzz": True},
                                "rv": {"matrix": True}})
            told = "\n".join(guarantees.differences(before, now))
        self.assertIn("armv7m: matrix is recorded, and has not passed", told)
        self.assertNotIn("not recorded", told)  # more than is promised
        more = list(guarantees.unrecorded(before, now))
        self.assertIn("armv6m: fuzz has passed, and is not recorded", more)
        self.assertIn("riscv32, eighths: no test of it has run", told)

    def test_a_witness_that_there_is_not_is_told(self):
        made = self.summary({"bench": {"matrix": True}})
        with mock.patch.object(guarantees, "witnesses", lambda: {"port:typo"}):
            told = "\n".join(guarantees.differences(made, made))
        self.assertIn("port:typo", told)

    def test_without_results_it_says_what_to_run(self):
        with self.assertRaisesRegex(Refused, "run the tests first"):
            list(guarantees.logs_of(SimpleNamespace(log=None,
                                                    build="/nowhere")))


class Cells(unittest.TestCase):
    """What a guarantee is rounded to comes from the encoders."""

    def cells(self, kind):
        return [guarantees.granularity(kind, unit) for unit in (
            armv7m, armv8m.Unit("cortex-m33"), pmp.Unit(), pmp.Unit(8, False))]

    def test_regions(self):
        self.assertEqual(self.cells("region"), [
            "rounded to 32 / 128 / 512 bytes", "rounded to 32 bytes",
            "rounded to 256 / 1024 / 4096 bytes",
            "rounded to 256 / 1024 / 4096 bytes"])

    def test_stacks(self):
        self.assertEqual(self.cells("stack"), [
            "rounded to 32 / 128 / 512 bytes", "rounded to 32 bytes", "exact",
            "rounded to 32 / 128 / 512 bytes"])

    def test_a_coarser_encoder_makes_a_coarser_cell(self):
        with mock.patch.object(armv8m, "SMALLEST", 64):
            self.assertEqual(self.cells("region")[1], "rounded to 64 bytes")

    def test_a_guarantee_without_all_of_its_witnesses_is_not(self):
        row = {"granularity": "exact", "witnesses": ["matrix", "fuzz"]}
        for passed, cell in ((["matrix", "fuzz"], "exact"),
                             (["matrix"], guarantees.NOT), ([], guarantees.NOT)):
            self.assertEqual(guarantees.cell(
                row, "armv7m", {"armv7m": {"passed": passed}}, armv7m), cell)
        self.assertEqual(guarantees.cell(row, "armv7m", {}, armv7m),
                         guarantees.NOT)

    def test_what_a_port_does_not_have_is_not_missing(self):
        row = {"granularity": guarantees.FLOAT, "witnesses": ["float"]}
        shown = {"armv7m": {"passed": ["float"]}}
        for column, said in (("armv7m", "exact"), ("armv8m", guarantees.NOT),
                             ("armv6m", guarantees.HAS_NONE),
                             ("riscv32, eighths", guarantees.HAS_NONE)):
            self.assertEqual(guarantees.cell(row, column, shown, armv7m), said)


class Document(unittest.TestCase):
    def test_it_is_what_the_record_makes(self):
        self.assertEqual(list(guarantees.check()), [])

    def test_it_is_another_when_a_test_is_lost(self):
        record = guarantees.load_record()
        self.assertTrue(record["armv7m"]["passed"])
        record["armv7m"]["passed"].remove("matrix")
        with mock.patch.object(guarantees, "load_record", lambda: record):
            self.assertTrue(list(guarantees.check()))

    def test_each_guarantee_has_a_witness_that_there_is(self):
        cases = set(re.findall(r"CASE\((\w+)\)", "\n".join(
            "\n".join(source.read(f"test/port/test_{part}.c"))
            for part in ("call", "deadline", "memory", "fault", "time"))))
        listed = {line.split(",")[0] for line in source.read(
            guarantees.COVERAGE)}
        names = {row["id"] for row in guarantees.rows()}
        self.assertEqual(len(names), len(guarantees.rows()))
        for witness in guarantees.witnesses():
            kind, _, name = witness.partition(":")
            with self.subTest(witness):
                if kind == "port":
                    self.assertIn(name, cases)
                elif name:
                    self.assertIn(name, listed)
                else:
                    self.assertTrue(any(kind in "\n".join(source.read(
                        f"test/{suite}/CMakeLists.txt")) for suite in (
                            "attack", "float", "fuzz", "matrix", "soak",
                            "sweep", "system")))

    def test_each_id_of_the_page_on_security_is_one_of_the_table(self):
        page = "\n".join(source.read("doc/security.md"))
        ids = set(re.findall(r"^\| (G\d+) \|", page, re.M))
        of_table = {row["id"].split()[0] for row in guarantees.rows()}
        self.assertEqual(ids - of_table, {"G14"})  # of the build: test/refuse

    def test_each_port_that_the_layout_knows_has_a_column(self):
        heads = {column.partition(",")[0] for column in guarantees.columns()}
        self.assertEqual(heads, set(protection.PORTS))
        for column in guarantees.columns():
            self.assertIn(f" {column} |", guarantees.document({}))


if __name__ == "__main__":
    unittest.main()
