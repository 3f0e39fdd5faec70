"""test_kernelsize.py - where the bytes of a kernel are: all of them, each once."""

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import kernelsize, size, sizedata, systemjson
from cmrxlib.elf import Elf

KERNEL = """
#include "part.h"
static const unsigned char table[6] = { 1, 2, 3, 4, 5, 6 };
__attribute__((section(".vectors"), used)) const void *const vectors[4];
__attribute__((noinline)) int first(int x) { return table[x % 6]; }
int second(int x)
{
    return in_line(x) + first(x);
}
"""
PART = """static inline int in_line(int x)
{
    volatile int y = x;
    return y * 77777 + y / 11;
}
"""
SCRIPT = """SECTIONS {
    .vectors : { *(.vectors) }
    .text : { *(.text .text.*) }
    .rodata : { *(.rodata .rodata.*) }
}
"""
GCC = "arm-none-eabi-gcc"


@unittest.skipUnless(shutil.which(GCC), "no compiler for Arm")
class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for name, text in (("kernel.c", KERNEL), ("part.h", PART),
                           ("kernel.ld", SCRIPT)):
            with open(os.path.join(cls.folder.name, name), "w",
                      encoding="utf-8") as file:
                file.write(text)
        subprocess.run([GCC, "-mcpu=cortex-m3", "-mthumb", "-g", "-Os",
                        "-ffunction-sections", "-r", "-nostdlib",
                        "-T", "kernel.ld", "kernel.c", "-o", "kernel.o"],
                       cwd=cls.folder.name, check=True)
        cls.elf = Elf.load(os.path.join(cls.folder.name, "kernel.o"))
        cls.code = kernelsize.code_of(cls.elf)

    def test_every_byte_of_the_code_is_counted_once(self):
        self.assertEqual(sum(sum(counts.values())
                             for counts in self.code.values()),
                         len(self.elf.contents(".text")))

    def test_what_is_in_line_counts_where_it_is_written(self):
        files = {os.path.basename(file): set(counts)
                 for file, counts in self.code.items()}
        self.assertEqual(files["part.h"], {"second"})
        self.assertEqual(files["kernel.c"], {"first", "second"})

    def test_a_function_has_its_size(self):
        size = next(s.size for s in self.elf.symbols if s.name == "first")
        counted = sum(counts["first"] for counts in self.code.values())
        self.assertEqual((counted + 3) // 4, (size + 3) // 4)  # and alignment

    def test_constants_have_their_names(self):
        self.assertEqual(kernelsize.constants_of(self.elf)["table"], 6)

    def test_the_sum_is_that_of_the_sections(self):
        said = list(kernelsize.screen("x", self.elf))
        size = sum(len(self.elf.contents(name))
                   for name in (".vectors", ".text", ".rodata"))
        self.assertEqual(said[-1].split(), ["all", str(size)])
        self.assertEqual(said[-2].split(), ["vectors", "16"])

    def test_the_command_finds_it_by_the_description_of_the_system(self):
        """Kernels are sealed once for each board, in a folder of their own."""
        folder = os.path.join(self.folder.name, sizedata.SMALL, "two_kb_x")
        os.makedirs(folder)
        with open(os.path.join(folder, "system.json"), "w",
                  encoding="utf-8") as file:
            json.dump({"schema": systemjson.SCHEMA,
                       "kernel": {"object": "../../kernel.o"}}, file)
        args = argparse.Namespace(build=self.folder.name, system=[], kernel=True)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(size.run(args), 0)
        self.assertIn("two_kb_x: the kernel's flash", out.getvalue())


class Split(unittest.TestCase):
    def test_a_piece_is_cut_where_a_function_begins(self):
        found = list(kernelsize.split([(0, 10, "a.c")], [(2, "f"), (6, "g")]))
        self.assertEqual(found, [("", 2, "a.c"), ("f", 4, "a.c"),
                                 ("g", 4, "a.c")])

    def test_two_lines_of_a_function_stay_two_pieces(self):
        found = list(kernelsize.split([(0, 4, "a.c"), (4, 4, "b.h")],
                                      [(0, "f")]))
        self.assertEqual(found, [("f", 4, "a.c"), ("f", 4, "b.h")])


if __name__ == "__main__":
    unittest.main()
