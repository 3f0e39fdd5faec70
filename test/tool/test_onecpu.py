"""test_onecpu.py - what is started on one processor, and what is not."""

import contextlib
import os
import subprocess
import sys
import unittest
from unittest import mock

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import onecpu

WHERE = "import os; print(sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0))"


def started():
    return subprocess.run([sys.executable, "-S", "-c", WHERE], check=True,
                          capture_output=True, text=True).stdout.strip()


@unittest.skipUnless(hasattr(os, "SCHED_BATCH"), "no Linux")
class OneProcessor(unittest.TestCase):
    def setUp(self):
        """Others run tests, too: these have processors of their own."""
        self.all = sorted(os.sched_getaffinity(0))
        self.addCleanup(os.sched_setaffinity, 0, self.all)  # whatever a test leaves
        patch = mock.patch.object(onecpu, "ADDRESS",
                                  f"\0cmrx.test.{os.getpid()}.{{}}.{{}}")
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_is_started_has_one_and_who_starts_it_all(self):
        before = os.sched_getaffinity(0), os.sched_getscheduler(0)
        with onecpu.started() as holder:
            self.assertEqual(started(), f"[{self.all[0]}] {os.SCHED_BATCH}")
        self.assertEqual((os.sched_getaffinity(0), os.sched_getscheduler(0)), before)
        holder.close()

    def test_the_next_one_for_who_comes_next_all_twice_and_then_none(self):
        with contextlib.ExitStack() as holders:
            for number in 2 * self.all:
                with onecpu.started() as holder:
                    self.assertEqual(started(), f"[{number}] {os.SCHED_BATCH}")
                holders.callback(holder.close)
            with onecpu.started() as holder:
                self.assertIsNone(holder)
                self.assertEqual(started(), f"{self.all} {os.SCHED_OTHER}")

    def test_it_is_free_when_its_holder_is_gone(self):
        for _ in range(2):
            with onecpu.started() as holder:
                self.assertEqual(started(), f"[{self.all[0]}] {os.SCHED_BATCH}")
            holder.close()

    def test_who_fails_gets_all_back(self):
        before = os.sched_getaffinity(0), os.sched_getscheduler(0)
        with self.assertRaises(FileNotFoundError), onecpu.started() as holder:
            self.addCleanup(holder.close)
            subprocess.run(["/no/such/program"], check=False)
        self.assertEqual((os.sched_getaffinity(0), os.sched_getscheduler(0)), before)

    def test_another_policy_stays(self):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        self.addCleanup(os.sched_setscheduler, 0, os.SCHED_OTHER, os.sched_param(0))
        with onecpu.started() as holder:
            self.assertIsNone(holder)
            self.assertEqual(started(), f"{self.all} {os.SCHED_BATCH}")


if __name__ == "__main__":
    unittest.main()
