"""test_lacks.py - notes on what is asked of the kernel without having the right."""

import contextlib
import io
import os
import re
import unittest

import arm
import samples
from cmrxlib import lacks, layout, model

PROGRAM = arm.HEAD + """static void end(void) { cmrx_system_halt(0); }
static __attribute__((noinline)) void look(void)
{
    static struct cmrx_process_status s;
    cmrx_process_status(0, &s);
    cmrx_process_status(1, &s);
}
CMRX_THREAD(main, .stack = 256, .priority = 1)
{
    look();
    end();
}
"""
KERNEL = arm.HEAD + """
enum cmrx_status cmrx_system_halt(uint32_t result)
{ volatile uint32_t r = result; return (enum cmrx_status)r; }
enum cmrx_status cmrx_process_status(uint32_t id, struct cmrx_process_status *s)
{ s->state = id; return CMRX_OK; }
enum cmrx_status cmrx_process_stop(uint32_t id)
{ volatile uint32_t r = id; return (enum cmrx_status)r; }
"""


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Notes(unittest.TestCase):
    @staticmethod
    def process(more=""):
        shop = arm.Workshop()  # is there as long as its process
        process = shop.process(PROGRAM + more, KERNEL, name="app")
        process.shop = shop
        return process

    def notes(self, process, *rights):
        """What the layout of a system with it says on its error output."""
        grants = [model.Grant("app", "RIGHT", right) for right in rights]
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            layout.make(samples.system([process], grants=grants), samples.kernel())
        return said.getvalue()

    def test_each_right_that_is_missing_is_noted_with_the_place_and_the_line(self):
        said = self.notes(self.process())
        self.assertEqual(
            said,
            "cmrx: note: process app has not the right inspect, and calls "
            "cmrx_process_status() in look(), s1.c:6: the answer is CMRX_DENIED. "
            "Write GRANT app RIGHT inspect, or, if it does without, "
            "CMRX_OPTIONAL_RIGHT(inspect) in the program\n"
            "cmrx: note: process app has not the right power, and calls "
            "cmrx_system_halt() in main(), s1.c:2: the answer is CMRX_DENIED. "
            "Write GRANT app RIGHT power, or, if it does without, "
            "CMRX_OPTIONAL_RIGHT(power) in the program\n")

    def test_what_is_granted_is_not_noted(self):
        process = self.process()
        self.assertNotIn("inspect", self.notes(process, "inspect"))
        self.assertEqual(self.notes(process, "inspect", "power"), "")

    def test_what_the_program_does_without_is_not_noted(self):
        process = self.process("CMRX_OPTIONAL_RIGHT(power);")
        self.assertEqual(process.optional, ["power"])
        self.assertEqual(self.notes(process, "inspect"), "")
        self.assertIn("the right inspect", self.notes(process, "power"))

    def test_a_right_that_is_of_no_use_is_noted(self):
        said = self.notes(self.process(), "control", "inspect", "power")
        self.assertEqual(
            said, "cmrx: note: process app has the right control, and calls nothing "
            "that needs it: leave it out of GRANT app RIGHT. If its system calls are its "
            "own, write CMRX_NEEDS_RIGHT(control) in the program\n")
        self.assertEqual(self.notes(self.process("CMRX_OPTIONAL_RIGHT(control);"),
                                    "control", "inspect", "power"), "")

    def test_what_is_asked_for_by_system_calls_of_its_own_is_declared(self):
        process = self.process("CMRX_NEEDS_RIGHT(control);")
        self.assertEqual(
            self.notes(process, "inspect", "power"),
            "cmrx: note: process app has not the right control, and needs it: the "
            "answer is CMRX_DENIED. Write GRANT app RIGHT control\n")
        self.assertEqual(self.notes(process, "inspect", "control", "power"), "")

    def test_a_right_that_there_is_none(self):
        with self.assertRaisesRegex(model.Refused, r"CMRX_OPTIONAL_RIGHT\(might\): "
                                    "there are inspect, control, power"):
            self.process("CMRX_OPTIONAL_RIGHT(might);")


class Table(unittest.TestCase):
    def test_it_has_what_control_h_has(self):
        path = os.path.join(arm.ROOT, "include", "cmrx", "control.h")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        known, right = {}, None
        for block in re.split(r"\n\n", text):
            name = re.search(r"^enum cmrx_status (\w+)\(", block, re.M)
            if name:
                right = re.search(r"right `(\w+)`", block)
                known[name[1]] = right[1] if right else known["cmrx_process_restart"]
        self.assertEqual(known, lacks.RIGHT_OF)


if __name__ == "__main__":
    unittest.main()
