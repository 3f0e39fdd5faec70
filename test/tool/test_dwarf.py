"""test_dwarf.py - shapes of interfaces, and lines."""

import unittest

import arm
from cmrxlib import dwarf, lines
from cmrxlib.dies import Dwarf
from cmrxlib.model import Refused

SHAPE = """struct probe
  read: i32 (const void *, u32)
  set: void (const void *, struct reading *, enum unit, const char *)
  when: u64 (const void *)
  where enum unit: 4 bytes: CELSIUS=0, KELVIN=100000
  where struct reading: 8 bytes: i32 value@0, u32 when@4"""


def compilers():
    names = ["gcc", "gcc dwarf 4"]
    return names + ["clang"] if arm.HAVE_CLANG else names


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Shapes(unittest.TestCase):
    def setUp(self):
        self.shop = arm.Workshop()

    def provided(self, text, compiler="gcc"):
        return dwarf.provided(Dwarf(self.shop.elf(text, compiler)), "probe")

    def interface(self, members, before=""):
        """Type of an interface with these members."""
        return self.provided(
            f"{arm.HEAD}{before}\nstruct probe {{ {members} }};\n"
            "const struct probe cmrx_methods_probe __attribute__((used)) = { 0 };")

    def refused(self, members, why, before=""):
        with self.assertRaisesRegex(Refused, why):
            dwarf.check_interface(self.interface(members, before))

    def test_all_compilers_say_the_same(self):
        for compiler in compilers():
            with self.subTest(compiler):
                self.assertEqual(
                    dwarf.shape_of(self.provided(arm.SERVER, compiler)), SHAPE)

    def test_use_and_provide_are_the_same(self):
        user = arm.PROBE + """
            CMRX_USE(struct probe, probe);
            int f(void) { return cmrx_call(NULL, probe, when); }"""
        (used,) = dwarf.used(Dwarf(self.shop.elf(user)), "probe")
        self.assertEqual(dwarf.shape_of(used), SHAPE)

    def test_typedefs_do_not_count(self):
        one = self.interface("void (*f)(CMRX_SELF, uint32_t);")
        other = self.interface("void (*f)(CMRX_SELF, word);", "typedef unsigned word;")
        self.assertEqual(dwarf.shape_of(one), dwarf.shape_of(other))

    def test_layout_of_a_pointee_counts(self):
        member = "void (*f)(CMRX_SELF, struct r *);"
        one = dwarf.shape_of(self.interface(member, "struct r { int a; };"))
        other = dwarf.shape_of(self.interface(member, "struct r { int a, b; };"))
        self.assertFalse(dwarf.same_shape(one, other))

    def test_incomplete_pointee_agrees_with_any(self):
        member = "void (*f)(CMRX_SELF, struct r *);"
        one = dwarf.shape_of(self.interface(member, "struct r;"))
        other = dwarf.shape_of(self.interface(member, "struct r { int a, b; };"))
        self.assertTrue(dwarf.same_shape(one, other))
        self.assertTrue(dwarf.same_shape(other, one))

    def test_order_of_methods_counts(self):
        one = self.interface("void (*f)(CMRX_SELF); void (*g)(CMRX_SELF);")
        other = self.interface("void (*g)(CMRX_SELF); void (*f)(CMRX_SELF);")
        self.assertFalse(dwarf.same_shape(dwarf.shape_of(one), dwarf.shape_of(other)))

    def test_a_list_that_points_to_itself_ends(self):
        shape = dwarf.shape_of(self.interface(
            "void (*f)(CMRX_SELF, struct r *);",
            "struct r { struct r *next; struct s { int a[4]; } s; };"))
        self.assertIn("struct r: 20 bytes: struct r * next@0, struct s s@4", shape)
        self.assertIn("struct s: 16 bytes: i32[4] a@0", shape)

    def test_good_methods_are_accepted(self):
        dwarf.check_interface(self.interface(
            "char (*a)(CMRX_SELF, int, void *, long, unsigned);"
            "void *(*b)(CMRX_SELF); int64_t (*c)(CMRX_SELF); void (*d)(CMRX_SELF);"))

    def test_narrow_parameter_is_refused(self):
        self.refused("void (*f)(CMRX_SELF, int, uint8_t);", "parameter 2 .* u8 .1 byte.")
        self.refused("void (*f)(CMRX_SELF, _Bool);", "bool .1 byte.")

    def test_short_enum_as_parameter_is_refused(self):
        self.refused("void (*f)(CMRX_SELF, enum e);", "enum e .1 byte.", "enum e { A };")

    def test_wide_parameter_is_refused(self):
        self.refused("void (*f)(CMRX_SELF, uint64_t);", "u64 .8 bytes")

    def test_struct_and_float_parameters_are_refused(self):
        self.refused("void (*f)(CMRX_SELF, struct w);", "struct w",
                     "struct w { int a; };")
        self.refused("void (*f)(CMRX_SELF, float);", "f32")

    def test_five_parameters_are_refused(self):
        self.refused("void (*f)(CMRX_SELF, int, int, int, int, int);", "at most four")
        self.refused("void (*f)(CMRX_SELF, ...);", "at most four")

    def test_large_result_is_refused(self):
        self.refused("struct r (*f)(CMRX_SELF);", "result is struct r",
                     "struct r { int a[3]; };")
        self.refused("double (*f)(CMRX_SELF);", "result is f64")

    def test_missing_self_is_refused(self):
        self.refused("void (*f)(void);", "CMRX_SELF")
        self.refused("void (*f)(int);", "CMRX_SELF")

    def test_member_that_is_no_method_is_refused(self):
        self.refused("int a;", "member a is not a pointer")
        self.refused("int *a;", "member a is not a pointer")


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Lines(unittest.TestCase):
    SOURCE = arm.HEAD + """





CMRX_THREAD(main, .stack = 256, .priority = 1)
{
    __asm__ volatile("nop");
    __asm__ volatile("nop");
}

int dropped(int x)
{
    return x + 1;
}
"""

    def process(self, compiler):
        self.shop = arm.Workshop()
        return self.shop.process(self.SOURCE, compiler=compiler)

    def test_lines_of_a_function(self):
        for compiler in compilers():
            with self.subTest(compiler):
                process = self.process(compiler)
                start = process.threads[0].offset
                at = dict(process.lines)
                body = [f for f in process.functions if f.offset == start][0]
                self.assertEqual((body.name, body.file), ("cmrx_body_main", "s1.c"))
                self.assertEqual((at[start], at[start + 2]), (10, 11))

    def test_code_that_is_gone_has_no_lines(self):
        for compiler in compilers():
            with self.subTest(compiler):
                process = self.process(compiler)
                self.assertNotIn("dropped", [f.name for f in process.functions])
                self.assertNotIn(16, [line for _, line in process.lines])

    def test_of_several_lines_at_a_place_the_last_counts(self):
        self.assertEqual(lines.compact([(2, 5), (2, 6), (4, 6), (6, 7)]),
                         [(2, 6), (6, 7)])


if __name__ == "__main__":
    unittest.main()
