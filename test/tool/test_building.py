"""test_building.py - doc/building.md says what CMake and the tools take."""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def table_of(page, heading):
    """First cells of the table whose heading begins like that."""
    rows = page.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip() for row in rows]


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.page = read("doc", "building.md")
        cls.statement = read("cmake", "CMRXStatement.cmake")
        cls.entry = read("cmake", "CMRX.cmake")

    def test_each_part_of_the_statement_has_a_row(self):
        known = re.search(r"CMRX_KEYWORDS\n([^)]*)\)", self.statement)[1]
        rows = " ".join(table_of(self.page, "part"))
        for word in known.split():
            self.assertIn(f"`{word} ", rows)
        for kind in re.search(r'MATCHES "\^\((MMIO[^)]*)\)', self.statement)[
                1].split("|"):
            self.assertIn(f"GRANT p {kind}", rows)
        for word in re.findall(r"`([A-Z_]{3,})", rows):
            self.assertIn(word, known)

    def test_each_right_and_policy_is_explained(self):
        words = re.findall(r"set\(_cmrx_known ([a-z ]+)\)", self.statement)
        self.assertEqual(len(words), 2)
        for word in " ".join(words).split():
            self.assertIn(f"`{word}`: ", self.page)

    def test_each_word_of_a_program_is_there(self):
        part = self.page.split("cmrx_process(NAME")[1].split("```")[0]
        words = re.search(r"Known: ([A-Z_ ]+)\"", self.entry)[1]
        for word in words.split():
            self.assertIn(word, part)

    def test_each_option_has_a_row(self):
        found = re.findall(r"^(?:option|set)\((CMRX_\w+)", self.entry, re.M)
        self.assertEqual([f"`{name}`" for name in found],
                         table_of(self.page, "option"))

    def test_each_command_and_flag_is_one_of_the_tool(self):
        rows = self.page.split("| command | shows |")[1].split("\n\n")[0]
        for command in ("map", "run"):
            said = subprocess.run(
                [sys.executable, os.path.join(ROOT, "tool", "cmrx"), command,
                 "--help"], stdout=subprocess.PIPE, text=True).stdout
            for row in rows.splitlines():
                if f"cmrx {command} " in row or command == "run" and \
                        row.startswith("| ..."):
                    for flag in re.findall(r"`[^`]*?(--[a-z]+)", row):
                        self.assertIn(flag, said)

    def test_each_message_is_said_by_something(self):
        tools = " ".join(read("tool", "cmrxlib", name) for name in
                         os.listdir(os.path.join(ROOT, "tool", "cmrxlib"))
                         if name.endswith(".py"))
        everything = re.sub(r'"\s*f?"', "", tools)
        for first in ("Processes share no symbols", "calls through a pointer",
                      "calls itself", "takes stack of a size that varies",
                      "there are no thread-local variables", "does not fit into",
                      "no other process provides it",
                      "they mean different interfaces",
                      "it has no thread and no service",
                      "points to a function, and nobody can call one of another "
                      "process", "board.c does not define",
                      "or nothing in it uses what it declares"):
            self.assertIn(first, self.page)
            self.assertIn(first, everything)


class Links(unittest.TestCase):
    """Each link of each page leads to what is there, down to the heading."""

    def pages(self):
        for top, folders, names in os.walk(ROOT):
            folders[:] = [f for f in folders
                          if f not in ("build", ".git", ".ci")]
            for name in names:
                if name.endswith(".md"):
                    yield os.path.join(top, name)

    def test_links(self):
        count = 0
        for path in self.pages():
            text = re.sub(r"^```.*?^```", "", read(path), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"[a-z]+:", target):
                    continue
                count += 1
                with self.subTest(f"{path}: {target}"):
                    self.follow(path, target)
        self.assertGreater(count, 200)

    def follow(self, path, target):
        file, _, part = target.partition("#")
        there = os.path.normpath(os.path.join(os.path.dirname(path), file)) \
            if file else path
        self.assertTrue(os.path.exists(there))
        if part:
            heads = re.findall(r"^#+ (.*)$", read(there), re.M)
            self.assertIn(part, [slug(head) for head in heads])


def slug(heading):
    """As GitHub makes it."""
    return re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-")


if __name__ == "__main__":
    unittest.main()
