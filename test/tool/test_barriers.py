"""test_barriers.py - each barrier that port/README.md lists is where it says.

No emulator shows that one is missing. So the table is checked against the
sources, in both directions: what it lists is there, after (or before) what it
names; and no barrier is in the code that it does not list.
"""

import glob
import os
import re
import unittest

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import source

ROW = re.compile(r"^\| `([\w/.]+):(\w+)` \| ([A-Z ]+) \| (.*?) \|", re.M)
ORDER = re.compile(r"(after each|after|before) `([^`]+)`")
BARRIER = re.compile(r"\b(dsb|isb|sc\.w|fence(?:\.i)?|dmb)\b")
NAMES = {"DSB": "dsb", "ISB": "isb", "SC": "sc.w", "FENCE": "fence",
         "DMB": "dmb"}
# One function of each port is a barrier by itself: registers.h.
WRAPPER, MEANS = "barrier();", "dsb isb;"
DEFINED_IN = "registers.h"


def code_of(text):
    """Without comments: they name barriers, too."""
    text = re.sub(r"//.*", "", text).replace(WRAPPER, MEANS)
    return re.sub(r"(?<=\S) {2,}", " ", text)


def read(path):
    return code_of("\n".join(source.read(path)) + "\n")


def scopes(path, text):
    """(name, text) of each function; in assembly of what follows a label,
    `.macro` or `function`, up to the next one."""
    lines = text.splitlines()
    if path.endswith((".c", ".h")):
        for f in source.functions(path, lines):
            yield f.name, "\n".join(lines[f.line - 1:f.line - 1 + f.length])
        return
    name, begin = "", 0
    for at, line in enumerate(lines + ["the_end:"]):
        found = re.match(r"([A-Za-z_]\w*):|\s*(?:\.macro|function) (\w+)",
                         line)
        if found:
            yield name, "\n".join(lines[begin:at])
            name, begin = found[1] or found[2], at


def places():
    """The files in which a barrier may stand: {path: code}."""
    found = {}
    for pattern in ("port/**/*.[chS]", "port/**/*.inc", "board/**/*.[chS]",
                    "lib/**/*.[chS]"):
        for path in glob.glob(os.path.join(source.ROOT, pattern),
                              recursive=True):
            path = os.path.relpath(path, source.ROOT)
            found[path] = read(path)
    return found


def rows():
    return ROW.findall("\n".join(source.read("port/README.md")))


def is_followed(text, at, names):
    """Do these barriers come after that place, before another label?"""
    rest = text[at:]
    return all(re.search(rf"\b{re.escape(n)}\b", rest) for n in names)


def is_next(text, at, names):
    """In the next line that says something."""
    rest = text[at:].split("\n", 1)[-1].strip().splitlines()
    return bool(rest) and is_followed(rest[0], 0, names)


def holds(text, order, names):
    """Is that order kept in the text of a function?"""
    how, what = order
    places_of = [m.start() for m in re.finditer(re.escape(what), text)]
    if not places_of:
        return False
    if how == "after each":
        return all(is_next(text, at, names) for at in places_of)
    if how == "after":
        return is_followed(text, places_of[-1] + len(what), names)
    return is_followed(text[:places_of[-1]], 0, names)


def problem(row, files):
    """What is wrong with a row of the table, or None."""
    path, name, instructions, order = row
    names = [NAMES[i] for i in instructions.split()]
    found = [text for scope, text in scopes(path, files.get(path, ""))
             if scope == name]
    orders = ORDER.findall(order)
    if not orders:
        return f"{path}:{name}: the row says no order"
    if any(all(holds(text, o, names) for o in orders) for text in found):
        return None
    return f"{path}:{name}: no {instructions} {order}"


def unlisted(files, listed):
    """Barriers that stand where the table does not say so."""
    for path, text in files.items():
        if path.endswith(DEFINED_IN):
            continue
        for name, body in scopes(path, text):
            if BARRIER.search(body) and (path, name) not in listed:
                yield f"{path}:{name}: a barrier that port/README.md " \
                      "does not list"


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = places()
        cls.rows = rows()

    def test_there_are_rows_for_each_port(self):
        self.assertGreater(len(self.rows), 30)
        for port in ("armv6m", "armv7m", "armv8m", "riscv32"):
            self.assertTrue(any(r[0].startswith(f"port/{port}/")
                                for r in self.rows), port)

    def test_each_row_is_in_the_code(self):
        for row in self.rows:
            with self.subTest(place=row[:2]):
                self.assertIsNone(problem(row, self.files))

    def test_each_barrier_has_a_row(self):
        listed = {row[:2] for row in self.rows}
        self.assertEqual(list(unlisted(self.files, listed)), [])

    def test_a_function_that_is_a_barrier_is_one(self):
        for path in glob.glob(os.path.join(source.ROOT, "port", "*",
                                           DEFINED_IN)):
            text = "".join(source.read(os.path.relpath(path, source.ROOT)))
            if "void barrier(void)" in text:
                self.assertIn(r'"dsb\n isb" ::: "memory"', text)


class WhatItSees(unittest.TestCase):
    """Take an instruction away, or put one in: it is seen."""

    def setUp(self):
        self.files, self.rows = places(), rows()

    def test_each_barrier_that_is_taken_away(self):
        for row in self.rows:
            path, name, instructions, _ = row
            for word in instructions.split():
                with self.subTest(place=row[:2], word=word):
                    text = re.sub(rf"\b{re.escape(NAMES[word])}\b", "nop",
                                  self.files[path])
                    self.assertIsNotNone(problem(row, {path: text}))

    def test_one_that_comes_too_early(self):
        row = ("a.c", "f", "DSB", "after `MPU_CTRL`")
        text = "void f(void)\n{\n    MPU_CTRL = 0;\n%s\n}\n"
        good = "    MPU_CTRL = 5;\n    dsb();"
        bad = "    dsb();\n    MPU_CTRL = 5;"
        self.assertIsNone(problem(row, {"a.c": text % good}))
        self.assertIsNotNone(problem(row, {"a.c": text % bad}))

    def test_one_that_is_new(self):
        text = self.files["port/armv7m/short/call.S"] + "new:\n    dsb\n"
        found = list(unlisted({"port/armv7m/short/call.S": text},
                              {row[:2] for row in self.rows}))
        self.assertEqual(len(found), 1)

    def test_a_comment_is_none(self):
        self.assertNotIn("dsb", code_of("    nop  // not a dsb\n"))


class ShortWays(unittest.TestCase):
    """In assembly, protection that is turned on is complete before the way out."""

    def test_each_store_that_turns_it_on_is_followed_by_a_barrier(self):
        for path, text in places().items():
            if not path.endswith(".S"):
                continue
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            for at, line in enumerate(lines):
                if re.match(r"movs?\s+\w+, #(5|MPU_CTRL_ON)$", line):
                    with self.subTest(path=path, at=at):
                        self.assertTrue(any("dsb" in after for after in
                                            lines[at + 1:at + 4]))


if __name__ == "__main__":
    unittest.main()
