"""test_everybyte.py - the table of the smallest example adds up to what was measured."""

import unittest
from unittest import mock

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import everybyte, sizedata
from cmrxlib.model import Refused


def described(span=330):
    return {"system": "two_kb_x", "board": {"port": "armv7m"},
            "totals": {"ram": {"span": span, "padding": 20, "gaps": 2}},
            "kernel": {"objects": [{"symbol": "threads", "size": 90},
                                   {"symbol": "calls_0", "size": 24},
                                   {"symbol": "calls_1", "size": 24}],
                       "sections": [{"name": ".bss", "size": 148},
                                    {"name": ".stack", "size": 80}]},
            "processes": [{"name": "app", "memory": {"used": 12}, "threads": [
                {"stack": {"used": 64}}]},
                {"name": "idle", "memory": None, "threads": [
                    {"stack": {"used": 4}}]}]}


class Rows(unittest.TestCase):
    def test_each_byte_has_a_row(self):
        rows = dict(everybyte.rows(described()))
        self.assertEqual(sum(rows.values()), 330)
        self.assertEqual(rows["kernel: calls that a thread can be inside of"], 48)
        self.assertEqual(rows[everybyte.REST], 148 - 90 - 48)
        self.assertEqual((rows["app: variables"], rows["app: stack"]), (12, 64))
        self.assertNotIn("idle: variables", rows)

    def test_a_byte_without_an_owner_is_refused(self):
        for span in (329, 331):
            with self.assertRaises(Refused):
                everybyte.rows(described(span))

    def test_what_is_written_can_be_read(self):
        text = "x\n" + everybyte.BEGIN + "\nold\n" + everybyte.END + "\ny\n"
        made = everybyte.with_table(text, {"a": described(), "b": described()})
        self.assertTrue(made.startswith("x\n") and made.endswith("\ny\n"))
        found = everybyte.read(made)
        self.assertEqual(found["a"], found["b"])
        self.assertEqual(found["a"], {**dict(everybyte.rows(described())),
                                      everybyte.TOTAL: 330})
        self.assertEqual(everybyte.with_table(made, {
            "a": described(), "b": described()}), made)

    def test_a_page_that_is_old_is_a_problem(self):
        with mock.patch.object(everybyte, "built", return_value={"a": described()}):
            self.assertEqual(len(list(everybyte.problems("build"))), 1)


class Page(unittest.TestCase):
    def setUp(self):
        self.table = everybyte.read(everybyte.page())

    def test_each_column_adds_up(self):
        self.assertEqual(set(self.table), set(everybyte.BOARDS))
        for board, column in self.table.items():
            total = column.pop(everybyte.TOTAL)
            self.assertEqual(sum(column.values()), total, board)
            self.assertLessEqual(total, 2048)

    def test_it_is_what_is_recorded(self):
        recorded = sizedata.recorded()
        for board in everybyte.BOARDS:
            if everybyte.EXAMPLE + board in recorded or board != "virt_rv32":
                self.is_as(self.table[board], recorded[everybyte.EXAMPLE + board])

    def is_as(self, column, rows):
        """rows: owner -> flash, RAM, stacks, lost."""
        _, ram, stacks, _ = sizedata.total(rows)
        self.assertEqual(column[everybyte.TOTAL], ram + stacks)
        self.assertEqual(column[everybyte.GAPS], rows[sizedata.GAPS][1])
        self.assertEqual(column[everybyte.STACK], rows[sizedata.KERNEL][2])
        kernel = sum(size for what, size in column.items()
                     if what.startswith("kernel: ")) - column[everybyte.STACK]
        self.assertEqual(kernel, rows[sizedata.KERNEL][1])
        of_processes = sum(size for what, size in column.items()
                           if ": " in what and not what.startswith("kernel: "))
        self.assertEqual(of_processes + column[everybyte.ALIGNMENT], sum(
            rows[name][1] + rows[name][2] for name in ("app", "sampler", "idle")))


if __name__ == "__main__":
    unittest.main()
