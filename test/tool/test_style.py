"""test_style.py - the checks of style find what they are for."""

import os
import tempfile
import unittest
from unittest import mock

from cmrxlib import source, style


class Style(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        patch = mock.patch.object(source, "read", self.read)
        patch.start()
        self.addCleanup(patch.stop)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read().splitlines()

    def problems(self, check, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        return list(check([path]))

    def test_a_long_function_is_found_where_it_begins(self):
        text = "// a.c - it.\nstatic int\nlong_one(int x)\n{\n" + "    x++;\n" * 60
        found = self.problems(style.check_length, "lib/a.c", text + "}\n")
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("lib/a.c:2: long_one has 64"))

    def test_a_condition_in_portable_code_is_found_and_a_guard_is_not(self):
        guard = "#ifndef A_H\n#define A_H\n#endif\n"
        check = style.check_conditions
        self.assertEqual(self.problems(check, "kernel/a.h", guard), [])
        self.assertEqual(self.problems(check, "port/a.h", "#if X\n#endif\n"), [])
        self.assertEqual(
            len(self.problems(check, "kernel/a.c", "#ifdef X\n#endif\n")), 1)

    def test_tabs_and_blanks_are_found(self):
        found = self.problems(style.check_text, "lib/a.c", "a\tb\nc \n")
        self.assertEqual([f.split(":")[1] for f in found], ["1", "2"])

    def test_the_first_line_says_the_name(self):
        check = style.check_first_line
        self.assertEqual(self.problems(check, "lib/a.c", "// a.c - it.\n"), [])
        self.assertEqual(len(self.problems(check, "lib/a.c", "// it\n")), 1)
        self.assertEqual(self.problems(check, "a.py", '"""a.py - it."""\n'), [])


if __name__ == "__main__":
    unittest.main()
