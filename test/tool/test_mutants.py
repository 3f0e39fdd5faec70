"""test_mutants.py - each row of test/mutants/mutants.txt still finds its text, and
no two do the same.

Who changes what a mutant breaks mends the table in the same commit.
"""

import importlib.util
import os
import unittest

import arm

FOLDER = os.path.join(arm.ROOT, "test", "mutants")


def load():
    spec = importlib.util.spec_from_file_location(
        "mutants", os.path.join(FOLDER, "mutants.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutants = load()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def outdated(rows):
    """What is wrong with rows of the table, as the code is now."""
    found, first = [], {}
    for row in rows:
        try:
            text = read(os.path.join(arm.ROOT, row.path))
            broken = row.apply(text)
            if broken == text:
                found.append(f"{row.name} changes nothing")
            elif first.setdefault((row.path, broken), row) is not row:
                found.append(f"{row.name} is "
                             f"{first[row.path, broken].name} once more")
        except OSError:
            found.append(f"{row.name}: there is no {row.path}")
        except mutants.Outdated as error:
            found.append(str(error))
    return found


class Table(unittest.TestCase):
    def row(self, *lines):
        return mutants.parse(["== it kernel/memory.c", *lines])

    def test_each_row_finds_its_text(self):
        rows = mutants.parse(read(mutants.TABLE).splitlines())
        self.assertGreater(len(rows), 1000)
        found = outdated(rows)
        self.assertFalse(found, "\n".join(found))

    def test_a_text_that_has_gone_is_found(self):
        self.assertIn("does not say", outdated(self.row("- gone", "+ x"))[0])

    def test_a_text_in_several_places_is_found(self):
        self.assertIn("times", outdated(self.row("- (", "+ ["))[0])

    def test_a_row_that_changes_nothing_is_found(self):
        same = self.row("- #include \"internal.h\"", "+ #include \"internal.h\"")
        self.assertIn("changes nothing", outdated(same)[0])

    def test_a_file_that_has_gone_is_found(self):
        row = mutants.parse(["== it kernel/gone.c", "- x"])
        self.assertIn("there is no", outdated(row)[0])

    def test_the_same_change_twice_is_found(self):
        lines = ["- #include \"internal.h\"", "+ #include \"other.h\""]
        rows = mutants.parse(["== it kernel/memory.c", *lines,
                              "== this kernel/memory.c", *lines])
        self.assertEqual(["this is it once more"], outdated(rows))

    def test_the_same_name_twice_is_refused(self):
        lines = ["== it kernel/memory.c", "- x"]
        with self.assertRaises(mutants.Outdated):
            mutants.parse(lines + lines)


if __name__ == "__main__":
    unittest.main()
