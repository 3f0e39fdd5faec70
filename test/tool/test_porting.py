"""test_porting.py - the porting guide is whole, and the template is what it says.

Every function of the seam is in both; every case of the conformance suite belongs
to a step; every path and name in the guide is there; the template compiles for the
processors that we have compilers for.
"""

import glob
import os
import re
import shutil
import subprocess
import unittest

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import source

SEAM, GUIDE, TEMPLATE = "kernel/port.h", "doc/porting.md", "port/template"
FUNCTION = re.compile(r"^[\w ][\w *]*?\b((?:port|kernel)_\w+)\(", re.M)
NAMED = re.compile(r"^// (?:struct )?(port_\w+|PORT_\w+)  ", re.M)
ENTRIES = re.compile(r"\b(kernel_(?:handlers|answers))\b")
CASE = re.compile(r"^    CASE\((\w+)\)", re.M)
COMPILERS = [["arm-none-eabi-gcc", "-mcpu=cortex-m0plus", "-mthumb"],
             ["arm-none-eabi-gcc", "-mcpu=cortex-m33", "-mthumb"],
             ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32"]]
STRICT = ["-std=c11", "-O2", "-ffreestanding", "-Wall", "-Wextra", "-Wpedantic",
          "-Wconversion", "-Wshadow", "-Wstrict-prototypes",
          "-Wmissing-declarations", "-Werror", "-fsyntax-only"]


def text_of(path):
    return "\n".join(source.read(path)) + "\n"


def code_of(text):
    return re.sub(r"//.*", "", text)


def seam():
    """Names that a port has to define, and those that it calls."""
    text = re.sub(r"^typedef .*", "", code_of(text_of(SEAM)), flags=re.M)
    found = set(FUNCTION.findall(text))
    return ({n for n in found if n.startswith("port_")},
            {n for n in found if n.startswith("kernel_")})


def has_word(name, text):
    return re.search(rf"\b{name}\b", text) is not None


def cases():
    return {name for path in glob.glob(os.path.join(source.ROOT, "test/port/*.c"))
            for name in CASE.findall(text_of(os.path.relpath(path, source.ROOT)))}


def template_files(ending):
    return [os.path.relpath(p, source.ROOT) for p in glob.glob(
        os.path.join(source.ROOT, TEMPLATE, "*" + ending))]


class Seam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guide = text_of(GUIDE)
        cls.down, cls.up = seam()
        cls.defined = {f.name for path in template_files(".c")
                       for f in source.functions(path, source.read(path))}

    def test_the_seam_was_understood(self):
        self.assertGreaterEqual(len(self.down), 30)
        self.assertLessEqual({"port_map", "port_frame_valid", "port_zero",
                              "port_call_push", "port_refusal"}, self.down)
        self.assertLessEqual({"kernel_boot", "kernel_syscall", "kernel_fault",
                              "kernel_irq", "kernel_alarm"}, self.up)

    def test_each_function_is_in_the_guide(self):
        for name in self.down | self.up | set(ENTRIES.findall(text_of(SEAM))):
            with self.subTest(name):
                self.assertTrue(has_word(name, self.guide))

    def test_each_function_is_defined_by_the_template(self):
        self.assertEqual(self.down - self.defined, set())

    def test_each_function_says_what_it_has_to_do(self):
        """In a table of the guide, in words of its own."""
        rows = "\n".join(line for line in self.guide.splitlines()
                         if line.startswith("| `"))
        for name in self.down:
            with self.subTest(name):
                self.assertTrue(has_word(name, rows))

    def test_each_type_is_in_the_guide_and_in_the_template(self):
        found = NAMED.findall(text_of(SEAM))
        self.assertGreater(len(found), 8)
        types = text_of(TEMPLATE + "/port_types.h")
        for name in found:
            with self.subTest(name):
                self.assertTrue(has_word(name, self.guide))
                self.assertTrue(has_word(name, types))

    def test_the_template_reaches_each_entry_but_the_first(self):
        code = code_of(text_of(TEMPLATE + "/port.c"))
        # The first is called by reset, the others by short ways in assembly.
        for name in self.up - {"kernel_boot", "kernel_call_later",
                               "kernel_return_later"}:
            with self.subTest(name):
                self.assertTrue(has_word(name, code))

    def test_the_template_is_no_copy_of_the_fake(self):
        fake = {line.strip() for name in ("port.c", "clock.c")
                for line in source.read("port/fake/" + name)
                if len(line.strip()) > 20 and not line.startswith(
                    ("port_", "uint", "void", "//", "const", "struct", "bool"))}
        lines = [line.strip() for line in source.read(TEMPLATE + "/port.c")]
        same = [line for line in lines if line in fake]
        self.assertLess(len(same), len(lines) // 10, same)


class Guide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guide = text_of(GUIDE)

    def test_each_case_of_conformance_belongs_to_a_step(self):
        every = cases()
        self.assertGreater(len(every), 50)
        self.assertEqual({c for c in every if not has_word(c, self.guide)},
                         set())

    def test_each_case_that_it_names_is_one(self):
        named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){3,})`", self.guide))
        functions = set(re.findall(r"\w+", "".join(
            text_of(p) for p in glob_text("port", "kernel"))))
        self.assertEqual(named - cases() - functions, set())

    def test_each_path_is_there(self):
        paths = re.findall(r"`((?:port|test|tool|board|kernel|doc)/[\w./]+)`",
                           self.guide)
        paths += [os.path.normpath(os.path.join("doc", p)) for p in re.findall(
            r"\]\(([\w./-]+)\)", self.guide)]
        self.assertGreater(len(paths), 20)
        for path in paths:
            if "NAME" in path:
                continue
            with self.subTest(path):
                self.assertTrue(os.path.exists(os.path.join(
                    source.ROOT, path)))

    def test_each_file_that_knows_a_port_by_name_is_listed(self):
        """Those that know RISC-V, as the port that is least like the others."""
        begin = self.guide.index("## What knows ports by name")
        listed = self.guide[begin:self.guide.index("\n## ", begin + 1)]
        found = list(who_knows("riscv"))
        self.assertGreater(len(found), 12)
        for path in found:
            with self.subTest(path):
                self.assertTrue(os.path.basename(path) in listed)

    def test_the_steps_come_in_order(self):
        numbers = [int(n) for n in re.findall(r"^### (\d+)\.", self.guide,
                                              re.M)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))


OWN = re.compile(r"riscv|pmp|guarantees|^test/tool/|^test/common/|\.(md|h|txt)$")
MEASURES = re.compile(r"^test/(bench|sweep)/|bench|stretch|loops|size|instants")


def who_knows(word):
    """Files of tools and tests, not those that are a port's own, nor those that
    only measure."""
    for path in source.files():
        if path.startswith(("tool/", "cmake/", "test/")) or path == "Makefile":
            if OWN.search(path) or MEASURES.search(path):
                continue
            if word in text_of(path):
                yield path


def glob_text(*folders):
    for folder in folders:
        for path in glob.glob(os.path.join(source.ROOT, folder, "**", "*.[chS]"),
                              recursive=True):
            yield os.path.relpath(path, source.ROOT)


class Compiles(unittest.TestCase):
    def test_for_each_processor_that_we_have(self):
        done = 0
        for command in COMPILERS:
            if shutil.which(command[0]) is None:
                continue
            for path in template_files(".c"):
                with self.subTest(command=command[1], path=path):
                    result = subprocess.run(
                        [*command, *STRICT, "-DKERNEL_CHECKED=1", "-Iinclude",
                         "-Ikernel", "-I" + TEMPLATE, path], cwd=source.ROOT,
                        capture_output=True, text=True)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    done += 1
        self.assertGreater(done, 0, "there is no compiler")


if __name__ == "__main__":
    unittest.main()
