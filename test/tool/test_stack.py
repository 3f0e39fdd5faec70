"""test_stack.py - bounds of stacks, from disassembly written by hand."""

import unittest

import arm
from cmrxlib import armv7m, stack
from cmrxlib.elf import EM_ARM, STT_FUNC, Section, Symbol

EXCEPTION, TRAP = armv7m.EXCEPTION_BYTES, armv7m.TRAP_BYTES


class Listing:
    """Functions as text, an instruction per line. `@name` is an address."""

    machine = EM_ARM

    def __init__(self, **functions):
        self.functions, self.symbols, lines = functions, [], []
        self.addresses, at = {}, 0
        for name, body in functions.items():
            self.addresses[name] = at
            at += 2 * len(body)
        at = 0
        for name, body in functions.items():
            self.symbols.append(Symbol(0, name, at | 1, 2 * len(body), 1, STT_FUNC, 1))
            lines.append(f"{at:08x} <{name}>:")
            for text in body:
                lines.append(self.line(at, text))
                at += 2
        self.text, self.size = "\n".join(lines), at

    def line(self, at, text):
        mnemonic, _, operands = text.partition(" ")
        for name, address in self.addresses.items():
            operands = operands.replace(f"@{name}", f"{address:x} <{name}>")
        if operands.startswith("+") or operands.startswith("-"):
            operands = f"{at + 2 * int(operands):x} <here>"
        if ", +" in operands:
            register, _, step = operands.partition(", +")
            operands = f"{register}, {at + 2 * int(step):x} <here>"
        return f"   {at:x}:\tb508      \t{mnemonic}\t{operands}"

    def section(self, _name):
        return Section(1, ".text", 1, 6, 0, 0, self.size, 0, 0, 4, 0)

    def relocations(self, _name):
        return {}


def code(bounds=None, **functions):
    listing = Listing(**functions)
    return stack.Code(listing, listing.text, bounds)


def needs(body, **others):
    return code(main=body, **others).need(0)


class Frames(unittest.TestCase):
    def frames(self, *body):
        return needs(list(body)).frames

    def test_leaf_needs_nothing(self):
        self.assertEqual(self.frames("movs r0, #1", "bx lr"), 0)

    def test_push_and_locals_add_up(self):
        self.assertEqual(self.frames("push {r4, r5, lr}", "sub sp, #20",
                                     "add sp, #20", "pop {r4, r5, pc}"), 32)

    def test_ranges_of_registers(self):
        self.assertEqual(self.frames("stmdb sp!, {r4-r11, lr}", "bx lr"), 36)
        self.assertEqual(self.frames("vpush {d8-d9}", "bx lr"), 16)

    def test_store_with_write_back(self):
        self.assertEqual(self.frames("str.w lr, [sp, #-4]!", "sub.w sp, sp, #1024",
                                     "add.w sp, sp, #1024", "ldr.w pc, [sp], #4"), 1028)
        self.assertEqual(self.frames("strd r4, r5, [sp, #-16]!", "bx lr"), 16)

    def test_deepest_of_several_ways_counts(self):
        self.assertEqual(self.frames("cbz r0, +3", "push {r4}", "pop {r4}",
                                     "push {r4, r5}", "pop {r4, pc}"), 8)

    def test_condition_does_not_release(self):
        self.assertEqual(self.frames("push {r4, lr}", "it eq", "popeq {r4, pc}",
                                     "sub sp, #8", "add sp, #8", "pop {r4, pc}"), 16)

    def test_pushing_in_a_loop_is_unknown(self):
        with self.assertRaisesRegex(stack.Unknown, r"takes stack in a loop \(CMRX_LENT, alloca\)"):
            self.frames("nop", "push {r4}", "b.n -1")

    def test_loop_that_does_not_push(self):
        self.assertEqual(self.frames("push {r4}", "nop", "b.n -1"), 4)

    def test_jump_table_reaches_all_of_the_function(self):
        self.assertEqual(self.frames("push {r4, lr}", "tbb [pc, r0]", "push {r5}",
                                     "pop {r5}", "pop {r4, pc}"), 12)

    def test_release_through_a_frame_pointer(self):
        self.assertEqual(self.frames("push {r7, lr}", "sub sp, #16", "mov sp, r7",
                                     "pop {r7, pc}"), 24)


class Calls(unittest.TestCase):
    def test_callee_adds_to_where_it_is_called(self):
        need = needs(["push {r4, lr}", "sub sp, #8", "bl @f", "add sp, #8",
                      "sub sp, #32", "pop {r4, pc}"], f=["push {r4, r5, r6, lr}", "bx lr"])
        self.assertEqual(need.frames, 40)
        need = needs(["sub sp, #32", "add sp, #32", "bl @f", "bx lr"], f=["push {r4}"])
        self.assertEqual(need.frames, 32)

    def test_tail_call_after_release(self):
        need = needs(["push {r4, lr}", "pop {r4, lr}", "b.w @f"],
                     f=["push {r4, r5, lr}", "pop {r4, r5, pc}"])
        self.assertEqual(need.frames, 12)

    def test_what_does_not_return_does_not_run_on(self):
        need = needs(["push {lr}", "bl @f"], f=["nop", "b.n -1"], g=["sub sp, #400"])
        self.assertEqual(need.frames, 4)

    def test_falling_into_the_next_function(self):
        self.assertEqual(needs(["push {lr}"], f=["sub sp, #8", "bx lr"]).frames, 12)

    def test_pointer_is_unknown(self):
        for how in ("blx r3", "bx r3", "ldr pc, [r0, #4]"):
            with self.subTest(how), self.assertRaisesRegex(
                    stack.Unknown, "main calls through a pointer .at main.0x2"):
                needs(["push {lr}", how])

    def test_recursion_is_unknown(self):
        with self.assertRaisesRegex(stack.Unknown, "main -> f -> main"):
            needs(["push {lr}", "bl @f", "pop {pc}"], f=["push {lr}", "bl @main",
                                                         "pop {pc}"])

    def test_loop_of_jumps_that_leave_nothing_on_the_stack(self):
        need = needs(["sub sp, #8", "bl @g", "add sp, #8", "b.w @f"],
                     f=["push {r4, lr}", "pop {r4, lr}", "b.w @main"], g=["bx lr"])
        self.assertEqual(need.frames, 8)

    def test_loop_of_a_jump_that_takes_off_what_was_put_there(self):
        body, f = ["push {r3, lr}", "b.w @f"], ["pop {r2, r3}", "b.w @g"]
        self.assertEqual(needs(body, f=f, g=["b.w @main"]).frames, 8)
        with self.assertRaisesRegex(stack.Unknown, "calls itself"):
            needs(body, f=f, g=["push {r3}", "b.w @main"])

    def test_loop_of_a_call_and_a_jump_is_recursion(self):
        for body in (["push {lr}", "bl @f", "pop {pc}"], ["sub sp, #8", "b.w @f"]):
            with self.subTest(body), self.assertRaisesRegex(
                    stack.Unknown, "calls itself"):
                needs(body, f=["b.w @main"])

    def test_bound_ends_recursion(self):
        made = code({"f": 100}, main=["push {lr}", "bl @f", "pop {pc}"],
                    f=["push {lr}", "bl @main", "pop {pc}"])
        self.assertEqual(made.need(0)[:2], (104, 104))

    def test_bound_is_found_for_a_clone(self):
        made = code({"f": 40}, **{"f.constprop.0": ["blx r3"]})
        self.assertEqual(made.need(0).frames, 40)

    def test_unknown_says_what_to_write(self):
        made = code(main=["push {lr}", "bl @f", "pop {pc}"], f=["blx r3"])
        unknown = stack.stack_of(made, [0])[0]
        self.assertEqual(unknown.advice(), "CMRX_STACK_BOUND(f, BYTES);")


class Totals(unittest.TestCase):
    def total(self, *body):
        return stack.stack_of(code(main=list(body)), [0])[0]

    def test_interrupt_comes_at_the_deepest_place(self):
        self.assertEqual(self.total("bx lr"), EXCEPTION)
        self.assertEqual(self.total("push {r4, r5, lr}", "bx lr"), 16 + EXCEPTION)

    def test_trap_counts_where_it_is(self):
        self.assertEqual(self.total("push {r4, lr}", "svc 0", "pop {r4, pc}"), 8 + TRAP)
        self.assertEqual(self.total("svc 0", "sub sp, #200", "bx lr"), 200 + EXCEPTION)


class Lending(unittest.TestCase):
    LENT = ["push {r7, lr}", "bl @cmrx_stack_granule", "add.w r3, r0, #111",
            "bic.w r3, r3, #7", "sub.w sp, sp, r3", "mov sp, r7", "pop {r7, pc}"]

    def lent(self, body=LENT, **others):
        return code(main=body, cmrx_stack_granule=["bx lr"], **others)

    def test_lent_object_costs_a_granule(self):
        made = self.lent()
        for granule in (32, 256, 1024):
            made.set_granule(granule)
            self.assertEqual(made.need(0).frames, 8 + 112 + granule)

    def test_one_of_each_on_the_deepest_way_costs_one_each(self):
        inner = [t.replace("#111", "#15") for t in self.LENT]
        outer = self.LENT[:5] + ["bl @inner"] + self.LENT[5:]
        needs = stack.by_granule(self.lent(outer, inner=inner), 0)
        self.assertEqual(needs, [8 + 112 + 8 + 16 + 2 * g + EXCEPTION
                                 for g in stack.GRANULES])

    def test_the_deepest_way_depends_on_the_granule(self):
        body = ["push {r4, lr}", "cbz r0, +3", "bl @lends", "pop {r4, pc}",
                "bl @plain", "pop {r4, pc}"]
        made = self.lent(body, lends=self.LENT,
                         plain=["sub sp, #1000", "add sp, #1000", "bx lr"])
        needs = stack.by_granule(made, 0)
        self.assertEqual(needs[0], 8 + 1000 + EXCEPTION)
        self.assertEqual(needs[-1], 8 + 120 + stack.GRANULES[-1] + EXCEPTION)
        self.assertEqual(needs[stack.GRANULES.index(1024)],
                         8 + 120 + 1024 + EXCEPTION)

    def test_who_lends_nothing_needs_the_same_everywhere(self):
        needs = stack.by_granule(code(main=["push {r4, lr}", "pop {r4, pc}"]), 0)
        self.assertEqual(needs, [8 + EXCEPTION] * len(stack.GRANULES))

    def test_many_lent_objects_on_a_coarse_stack_are_no_loop(self):
        body = self.LENT[:5] * 20 + ["bx lr"]
        self.assertGreater(stack.by_granule(self.lent(body), 0)[-1],
                           20 * stack.GRANULES[-1])

    def test_what_is_unknown_stays_unknown(self):
        body = ["push {r7, lr}", "sub.w sp, sp, r3", "pop {r7, pc}"]
        self.assertIsInstance(stack.by_granule(code(main=body), 0), stack.Unknown)

    def test_other_alloca_is_unknown(self):
        with self.assertRaisesRegex(stack.Unknown, "size that varies"):
            needs(["push {r7, lr}", "sub.w sp, sp, r3", "pop {r7, pc}"])
        with self.assertRaisesRegex(stack.Unknown, "size that varies"):
            needs([t.replace("add.w r3, r0", "add.w r3, r1") for t in self.LENT],
                  cmrx_stack_granule=["bx lr"])
        with self.assertRaisesRegex(stack.Unknown, "size that varies"):
            needs([t.replace("add.w r3, r0, #111", "add.w r3, r0, r4")
                   for t in self.LENT], cmrx_stack_granule=["bx lr"])


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Compiled(unittest.TestCase):
    def test_bounds_agree_with_those_of_the_compiler(self):
        source = """
            int use(char *, int);
            int plain(int x) { char c[40]; return use(c, x) + 1; }
            int deep(int x) { char c[500]; return use(c, plain(x)) + x; }
            int use(char *p, int x) { __asm__ volatile("" : : "r"(p)); return x; }
        """
        shop = arm.Workshop()
        path = shop.compile(source, more=["-fno-inline", "-fstack-usage",
                                          "-fno-function-sections"])
        with open(shop.path("a.su"), encoding="utf-8") as file:
            rows = [line.split("\t") for line in file]
        usage = {row[0].split(":")[-1]: int(row[1]) for row in rows}
        made = stack.Code(arm.Elf.load(path), stack.disassemble(path))
        offsets = {name: at for at, name in made.names.items()}
        self.assertEqual(made.need(offsets["plain"]).frames, usage["plain"])
        self.assertEqual(made.need(offsets["deep"]).frames, usage["deep"] + usage["plain"])

    V6M = """
        #include <stdarg.h>
        #define NEAR x += use(c, x ^ 3) * 5; x ^= use(c, x + 1) << 3;
        #define FAR NEAR NEAR NEAR NEAR NEAR NEAR NEAR NEAR NEAR NEAR
        int use(char *, int);
        int large(int x) { char c[2000]; return use(c, x) + 1; }
        int many(int n, ...) {
            char c[24]; va_list l; va_start(l, n);
            int r = use(c, va_arg(l, int)); va_end(l); return r;
        }
        int table(int x) {
            char c[40];
            switch (x) {
            case 0: return use(c, 5); case 1: return use(c, 77);
            case 2: return use(c, 9); case 3: return use(c, 4);
            case 4: return use(c, 21); case 5: return use(c, 3);
            case 6: return use(c, 19); case 7: return use(c, 1); }
            return 0;
        }
        int distant(int x) {
            char c[80];
            while (use(c, x)) { FAR FAR FAR FAR FAR FAR FAR FAR }
            return use(c, 2);
        }
        int use(char *p, int x) { __asm__ volatile("" : : "r"(p)); return x; }
    """

    def frames_are_right(self, source, processor, level):
        shop = arm.Workshop()
        path = shop.compile(source, more=[
            f"-mcpu={processor}", "-fno-inline", "-fstack-usage",
            "-fno-function-sections", "-fno-ipa-cp", level])
        with open(shop.path("a.su"), encoding="utf-8") as file:
            rows = [line.split("\t") for line in file]
        made = stack.Code(arm.Elf.load(path), stack.disassemble(path))
        offsets = {name: at for at, name in made.names.items()}
        for row in rows:
            name, size = row[0].split(":")[-1], int(row[1])
            size += 16 * (name == "many")  # gcc leaves out the arguments
            self.assertEqual(made.need(offsets[name]).frames, size,
                             (name, processor, level))

    def test_v6m_has_idioms_of_its_own(self):
        for level in ("-Os", "-O2"):
            self.frames_are_right(self.V6M, "cortex-m0plus", level)

    # A frame that no instruction takes off by a constant of its own: MOVW on M23.
    LARGE = """
        int use(char *p, int x);
        int large(int x) { char c[708]; return use(c, x) + c[1]; }
        int use(char *p, int x) { __asm__ volatile("" : : "r"(p)); return x; }
    """

    def test_v8m_baseline_takes_off_a_large_frame(self):
        for level in ("-Os", "-O2"):
            for processor in ("cortex-m0plus", "cortex-m23", "cortex-m3"):
                self.frames_are_right(self.LARGE, processor, level)


if __name__ == "__main__":
    unittest.main()
