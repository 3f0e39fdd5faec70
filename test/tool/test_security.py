"""test_security.py - what doc/security.md names as a witness is there."""

import glob
import os
import re
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
# `like_this_one`, or the begin of a name: `like_this_*`, `like_this...`
NAME = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+){2,})(\*|_\*|\.\.\.)?`")
SIZE = re.compile(r"about (\d+) lines without comments, (\d+) of them the port's")
IDS = re.compile(r"attack ((?:csv-)?[A-H]\d*(?:[-, ]+(?:csv-)?[A-H]?\d+)*)")
# Where the portable kernel makes a pointer of a word, and of whose.
CAST = re.compile(r"\((?:const |volatile |struct )*\w+ \*\)[a-z(&]")
POINTERS = {
    "syscall.c": "of user code",
    "mutex.c": "of user code",
    "call.c": "a stack, from the tables",
    "clear.c": "a stack, from the tables",
    "thread.c": "a stack, from the tables",
    "memory.c": "memory of a process, from the tables",
    "fault.c": "the kernel's record",
}


def lines(*folders):
    """Neither blank nor a comment, of those files."""
    count = 0
    for folder in folders:
        for name in os.listdir(os.path.join(ROOT, folder)):
            if name.endswith((".c", ".h", ".S", ".inc")):
                with open(os.path.join(ROOT, folder, name),
                          encoding="utf-8") as file:
                    count += sum(bool(line.strip()) and
                                 not line.strip().startswith("//")
                                 for line in file)
    return count


def sources():
    for top in ("test", "kernel"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith((".c", ".h", ".py", ".S")):
                    with open(os.path.join(folder, name),
                              encoding="utf-8") as file:
                        yield file.read()


class Witnesses(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, "doc", "security.md"),
                  encoding="utf-8") as file:
            cls.page = file.read()
        cls.words = set(re.findall(r"\w+", "\n".join(sources())))

    def test_each_name_is_one_of_the_sources(self):
        found = NAME.findall(self.page)
        self.assertGreater(len(found), 10)
        for name, more in found:
            with self.subTest(name):
                self.assertTrue(name in self.words or more and any(
                    word.startswith(name) for word in self.words))

    def test_what_is_trusted_is_as_large_as_it_says(self):
        port = lines("port/armv7m", "port/armv7m/short", "port/armm")
        said = [int(n) for n in SIZE.search(self.page).groups()]
        for wanted, found in zip(said, (lines("kernel") + port, port)):
            self.assertAlmostEqual(found, wanted, delta=wanted / 20)

    def why(self):
        return self.page.split("## Why it holds")[1].split("\n## ")[0]

    def test_each_name_of_the_reasons_is_in_the_kernel(self):
        words = set(re.findall(r"\w+", self.kernel("*.[ch]")))
        found = re.findall(r"`(\w+_\w+)`", self.why())
        self.assertGreater(len(found), 2)
        for name in found:
            with self.subTest(name):
                self.assertIn(re.sub("^cmrx_fault_read$", "fault_take", name), words)

    def test_pointers_are_followed_where_the_page_says(self):
        """A place more is a sentence more."""
        found = {name for name in os.listdir(os.path.join(ROOT, "kernel"))
                 if name.endswith(".c") and CAST.search(self.kernel(name))}
        self.assertEqual(found, set(POINTERS))
        for name, whose in POINTERS.items():
            if whose == "of user code":
                self.assertIn(f"`kernel/{name}`", self.why())

    def kernel(self, pattern):
        """All that is in those files of the kernel."""
        text = ""
        for path in glob.glob(os.path.join(ROOT, "kernel", pattern)):
            with open(path, encoding="utf-8") as file:
                text += file.read()
        return text

    def test_each_folder_is_there(self):
        for path in set(re.findall(r"\b((?:test|kernel|tool|port)/[\w./]*\w)",
                                   self.page)):
            with self.subTest(path):
                self.assertTrue(os.path.exists(os.path.join(ROOT, path)))

    def test_each_row_of_attacks_has_cases_or_a_reason(self):
        path = os.path.join(ROOT, "test", "attack", "coverage.csv")
        with open(path, encoding="utf-8") as file:
            listed = {line.split(",")[0] for line in file}
        for ids in IDS.findall(self.page):
            for one in re.findall(r"(?:csv-)?[A-H]\d+", ids):
                with self.subTest(one):
                    self.assertIn(one, listed)


if __name__ == "__main__":
    unittest.main()
