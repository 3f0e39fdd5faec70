"""test_readme.py - what README.md says is so: its numbers, and a witness of each claim."""

import os
import re
import unittest

from cmrxlib import source

BUDGETS = re.compile(r"^\| (\w+) \| (\d*) ?\| (\d+) \| (\d+) \| yes \|", re.M)
# A sentence of the page, and the tests that fail when it is not so: files, or names
# that are in a source of a test.
CLAIMS = {
    "stopped at the first wrong access":
        ["test/matrix/matrix.py", "every_fault_is_contained_and_named"],
    "which function, which line, whose memory, who had called it":
        ["server/supervisor/test_explain.c", "test/system/supervision"],
    "and started again": ["test/system/crashloop",
                          "restarted_callee_is_told_once_and_has_no_memory"],
    "no message, no copy, no second thread": ["test/port/test_call.c"],
    "It comes back also when the callee dies":
        ["every_fault_is_contained_at_depth_two"],
    "with a deadline, out of a server that has promised":
        ["test/port/test_deadline.c", "kernel/test/test_force.c"],
    "Nothing a program does can add a right":
        ["test/attack/attack.py", "test_right_added_by_hand"],
    "writes one description": ["test/tool/test_check.py"],
    "refuses a stack that is smaller": ["stack_too_small"],
    "chooses the size if you like": ["test/tool/test_bounds.py"],
    "What it cannot work out (recursion, calls through pointers) you declare":
        ["call_through_pointer", "array_of_any_size"],
    "the overflow is a fault of that process": ["test/port/victim.c"],
    "no system call that trusts an argument or a stack pointer":
        ["test/fuzz/fuzz.py", "test/attack/attack.py"],
    "Every number is measured in CI": ["test/tool/test_size.py",
                                       "test/tool/test_bench.py"],
    "because QEMU has no M0+ with an MPU": ["test/isa/isa.py"],
    "floating point for the processes that ask for it": ["test/float/tester.c"],
    "what each port guarantees": ["test/tool/test_guarantees.py"],
    "with the tests that show it": ["test/tool/test_security.py"],
    "`make demo < file` types the commands": ["test/tutorial/demo.py"],
    "it says the line to type": ["test_who_may_not_install_is_told_the_line"],
    "a whole example is the [first tutorial]": ["test/tutorial/tutorial.py"],
    "every public symbol": ["test/tool/test_man.py"],
    "how to bring it to another processor": ["test/tool/test_porting.py"],
}


def page(*path):
    return "\n".join(source.read("/".join(path)))


def folders(path):
    """Those with something in them that is not made by Python."""
    top = os.path.join(source.ROOT, path)
    return sorted(name for name in os.listdir(top)
                  if os.path.isdir(os.path.join(top, name))
                  and set(os.listdir(os.path.join(top, name))) - {"__pycache__"})


class FirstPage(unittest.TestCase):
    def setUp(self):
        self.page = page("README.md")

    def check_number(self, says, path):
        """That of the sentence is the most of the rows, which are flat."""
        rows = [row for row in BUDGETS.findall(self.budgets())
                if re.fullmatch(path, row[0])]
        self.assertTrue(rows)
        said = re.search(says, self.page)
        self.assertIsNotNone(said, says)
        self.assertEqual(int(said[1]), max(int(n) for _, *counts in rows
                                           for n in counts if n))

    def budgets(self):
        return page("doc", "budgets.md").split("## armv7m (")[1].split("\n## ")[0]

    def test_the_cost_of_a_call(self):
        self.check_number(r"\[(\d+) instructions\]", "call_4_words")

    def test_the_cost_of_a_call_that_lends(self):
        self.check_number(r"(\d+) if memory is lent", r"call_lent_\w+")

    def test_the_cost_of_a_call_inside_of_others(self):
        self.check_number(r"(\d+) at most in a chain of calls", r"call_at_depth_\d")

    def test_the_cost_of_the_first_call(self):
        self.check_number(r"the first call of a service (\d+)", "call_first")

    def test_each_port_of_the_table_is_there(self):
        found = re.findall(r"^\|.*\| `(\w+)` \|.*QEMU.*\|$", self.page, re.M)
        self.assertEqual(len(found), 5)
        self.assertEqual(set(found) - set(folders("port")), set())

    def test_each_claim_has_its_witness(self):
        tests = "\n".join(texts("test", "kernel/test", "port/armv7m"))
        for claim, witnesses in CLAIMS.items():
            self.assertIn(claim, self.page)
            for name in witnesses:
                with self.subTest(f"{claim}: {name}"):
                    self.assertTrue(
                        os.path.exists(os.path.join(source.ROOT, name))
                        or re.search(rf"\b(def )?{name}\b", tests))


def texts(*tops):
    for top in tops:
        for folder, _, names in os.walk(os.path.join(source.ROOT, top)):
            for name in names:
                if name.endswith((".c", ".py")) and name != "test_readme.py":
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        yield file.read()


class Lists(unittest.TestCase):
    """A page that lists folders has a row for each."""

    def rows(self, text):
        return re.findall(r"^\| \[?`?(\w+)`?[\]|, ]", text, re.M)

    def test_tests(self):
        self.assertEqual(sorted(self.rows(page("test", "README.md"))[1:]),
                         folders("test"))

    def test_boards(self):
        rows = self.rows(page("board", "README.md"))
        for name in folders("board"):
            self.assertIn(name, rows)

    def test_servers_have_an_example(self):
        """As server/README.md says of each that has an interface."""
        listed = re.findall(r"^\| \[(\w+)\]\(\w+/README.md\) \|[^|]*\| `",
                            page("server", "README.md"), re.M)
        self.assertGreater(len(listed), 5)
        for name in listed:
            with self.subTest(name):
                self.assertIn("```c\n", page("server", name, "README.md"))


if __name__ == "__main__":
    unittest.main()
