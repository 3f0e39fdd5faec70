"""test_elf.py - reading objects."""

import unittest

import arm
from cmrxlib.elf import SHN_ABS, Elf, Target
from cmrxlib.model import Refused

SOURCE = """
int variable = 7;
static int hidden[3];
int *pointers[2] = { &hidden[1], &variable };
int outside(int);
int function(int x) { return outside(x) + hidden[0]; }
"""


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Objects(unittest.TestCase):
    def setUp(self):
        self.shop = arm.Workshop()
        self.elf = self.shop.elf(SOURCE)

    def symbol(self, name):
        return next(s for s in self.elf.symbols if s.name == name)

    def test_contents_of_a_section(self):
        self.assertEqual(self.elf.contents(".data.variable"), b"\7\0\0\0")
        self.assertEqual(self.elf.word(".data.variable", 0), 7)

    def test_a_section_without_contents_is_empty(self):
        self.assertEqual(self.elf.section(".bss.hidden").size, 12)
        self.assertEqual(self.elf.contents(".bss.hidden"), b"")
        self.assertEqual(self.elf.contents(".nowhere"), b"")

    def test_function_symbol_has_the_thumb_bit(self):
        self.assertEqual(self.symbol("function").value, 1)
        self.assertEqual(self.elf.section_name(self.symbol("function")), ".text.function")

    def test_target_by_section_symbol_has_its_addend_in_place(self):
        self.assertEqual(self.elf.target(".data.pointers", 0), Target(".bss.hidden", 4))

    def test_target_by_symbol(self):
        self.assertEqual(self.elf.target(".data.pointers", 4), Target(".data.variable", 0))

    def test_no_relocation_is_no_target(self):
        self.assertIsNone(self.elf.target(".data.variable", 0))

    def test_undefined_symbol_gets_a_number(self):
        self.elf.patch_absolute(self.symbol("outside"), 5)
        again = Elf(self.elf.data)
        symbol = next(s for s in again.symbols if s.name == "outside")
        self.assertEqual((symbol.section, symbol.value), (SHN_ABS, 5))


class Others(unittest.TestCase):
    def test_what_is_not_elf_is_refused(self):
        with self.assertRaisesRegex(Refused, "not a 32-bit"):
            Elf(b"hello", "x.o")

    def test_missing_file_is_refused(self):
        with self.assertRaisesRegex(Refused, "cannot read /nowhere"):
            Elf.load("/nowhere")

    def test_another_processor_is_refused(self):
        with self.assertRaisesRegex(Refused, "not for Arm"):
            Elf(b"\x7fELF\x01\x01" + bytes(60), "x.o")


if __name__ == "__main__":
    unittest.main()
