"""test_words.py - which service is called where, from compiled programs."""

import unittest

import arm
from cmrxlib import stack
from test_stack import Listing

HEAD = arm.HEAD + """
struct box { int32_t (*get)(CMRX_SELF, uint32_t n); void (*put)(CMRX_SELF); };
CMRX_USE(struct box, first);
CMRX_USE(struct box, second);
CMRX_USE(struct box, third);
#define ODD one(n)
/* more */
#define LONELY __attribute__((noinline)) static
volatile uint32_t seen;
LONELY void quiet(void) { seen += (uint32_t)cmrx_trap(5, 0, 0, 0, 0).low; }
LONELY void one(uint32_t n) { volatile char c[64]; c[n] = 1;
    cmrx_call(NULL, second, get, n); c[0] = 2; }
LONELY void kept(uint32_t n) {
    for (; n; n--) { cmrx_call(NULL, third, get, n); cmrx_call(NULL, third, put); } }
LONELY void choose(uint32_t n) {
    if (n == 3) cmrx_call(NULL, first, put);
    else if (n == 9) cmrx_call(NULL, third, put);
    seen = 1; }
LONELY void either(uint32_t n) {
    uint32_t v[4] = { n };
    cmrx_call_words(n ? CMRX_CALL_WORD(first, get) : CMRX_CALL_WORD(third, put),
                    v, NULL, 0); }
LONELY void pass(uint32_t a, uint32_t word) {
    uint32_t v[4] = { a }; seen = a; cmrx_call_words(word, v, NULL, 0); }
LONELY void through(void) { pass(4, CMRX_CALL_WORD(second, put)); }
LONELY void stored(uint32_t n) {
    static uint32_t words[3];
    words[0] = CMRX_CALL_WORD(first, put);
    words[seen] = n;
    pass(4, words[seen]); }
LONELY void odd(uint32_t n) {
    switch (n) {
    case 0: seen = 7; break; case 1: ODD; break; case 2: quiet(); break;
    case 3: pass(1, CMRX_CALL_WORD(first, put)); break;
    case 4: seen = 9; /* fall through */
    case 5: seen += 5; pass(2, CMRX_CALL_WORD(third, put)); break;
    case 6: seen = 1; break; case 7: kept(n); break; case 8: seen = 2; break;
    default: seen = 3; } }
"""
STUB = """
__attribute__((naked)) enum cmrx_status cmrx_call_words(uint32_t word,
    const uint32_t argument[4], void *result, uint32_t size)
{ __asm__("push {r2, r3, r4, lr}\\nmov r12, r0\\nldm r1, {r0, r1, r2, r3}\\n"
          "movs r4, #0\\nsvc #0\\nldrd r3, r12, [sp], #8\\npop {r4, pc}"); }
"""
NAMES = ("first", "second", "third")


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Compiled(unittest.TestCase):
    shop = arm.Workshop() if arm.HAVE_GCC else None

    def reach(self, body, more=""):
        process = self.shop.process(
            HEAD + more + "CMRX_THREAD(main, .stack = 2048, .priority = 1) {"
            + body + "}", arm.HEAD + STUB)
        self.uses = [use.name for use in process.uses]
        return process.threads[0].reach[0]

    def called(self, body, more=""):
        """Names of the services, and how deep the call of each is made."""
        reach = self.reach(body, more)
        return {self.uses[call[0]]: call[2] for call in reach.calls}

    def names_of(self, early, body):
        """Services that are called when HEAD begins with that."""
        process = self.shop.process(
            HEAD.replace("/* more */", early)
            + "CMRX_THREAD(main, .stack = 2048, .priority = 1) {" + body + "}",
            arm.HEAD + STUB)
        return {process.uses[call[0]].name
                for call in process.threads[0].reach[0].calls}

    def test_other_system_calls_are_none(self):
        self.assertEqual(self.called("quiet();"), {})

    def test_the_one_that_is_called_and_where(self):
        found = self.called("one(argument);")
        self.assertEqual(list(found), ["second"])
        self.assertGreaterEqual(found["second"], 64 + 16)

    def test_the_depth_is_that_of_the_call_not_of_the_function(self):
        deep = "LONELY void deep(uint32_t n) { volatile char c[400]; c[n] = 1; }"
        reach = self.reach("deep(argument); one(argument);", deep)
        self.assertLess(reach.calls[0][2], 200)
        self.assertGreaterEqual(reach.frames, 400)

    def test_a_word_that_is_kept_in_a_register(self):
        self.assertEqual(list(self.called("kept(argument);")), ["third"])

    def test_each_branch_has_its_own(self):
        self.assertEqual(set(self.called("choose(argument);")),
                         {"first", "third"})

    def test_one_of_two(self):
        self.assertEqual(set(self.called("either(argument);")),
                         {"first", "third"})

    def test_a_word_that_is_passed_on(self):
        self.assertEqual(list(self.called("through();")), ["second"])

    def test_a_word_out_of_memory_is_any(self):
        self.assertEqual(set(self.called("stored(argument); one(argument);"
                                         "kept(argument);")), set(NAMES))

    def test_a_word_of_the_thread_s_argument_is_any(self):
        self.assertEqual(set(self.called(
            "pass(1, argument); if (seen) { one(1); kept(2); choose(3); }")),
            set(NAMES))

    def test_cases_of_a_jump_table(self):
        self.assertEqual(set(self.called("odd(argument);")), set(NAMES))
        self.assertIn("tbb", stack.disassemble(self.shop.path("p.process.o")))
        odd = "#undef ODD\n#define ODD seen = 4\n"
        self.assertEqual(self.names_of(odd, "odd(argument); seen ="
                                       "CMRX_NUMBER(&second);"),
                         {"first", "third"})

    def test_a_constant_word_that_calls(self):
        more = "LONELY void raw(void) { cmrx_trap(%s, 0, 0, 0, 0); }"
        body = "seen = CMRX_NUMBER(&first) + CMRX_NUMBER(&third); raw();"
        self.assertEqual(set(self.called(body, more % "0x100")), {"third"})
        self.assertEqual(set(self.called(body, more % "0x20000")), {"first"})
        self.assertEqual(set(self.called(body, more % "0x200")), set())
        self.assertEqual(set(self.called(body, more % "0x101")), set())

    def test_a_pointer_in_a_bounded_function_may_call_anything(self):
        more = "LONELY void jump(uint32_t n) { ((void (*)(void))n)(); }" \
            "CMRX_STACK_BOUND(jump, 72);"
        body = "jump(argument); if (argument) { one(1); kept(2); choose(3); }"
        found = self.called(body, more)
        self.assertEqual(set(found), set(NAMES))
        self.assertTrue(all(depth >= 72 for depth in found.values()))

    def test_recursion_in_a_bounded_function_that_calls_nobody(self):
        more = "LONELY uint32_t down(uint32_t n)" \
            "{ volatile uint32_t m = n; return n ? down(n - 1) + m : m; }" \
            "CMRX_STACK_BOUND(down, 200);"
        self.assertEqual(list(self.called("seen = down(argument); one(1);",
                                          more)), ["second"])


class ByHand(unittest.TestCase):
    def words(self, *body):
        listing = Listing(main=[*body, "svc 0", "bx lr"])
        listing.contents = lambda _: bytes(listing.size)
        made = stack.Code(listing, listing.text)
        return {word for word, _ in made.need(0).calls}

    def test_a_constant(self):
        self.assertEqual(self.words("mov.w ip, #5"), set())
        self.assertEqual(self.words("mov.w ip, #256"), {"=256"})

    def test_the_last_of_several_counts(self):
        self.assertEqual(self.words("mov.w ip, #256", "mov.w ip, #7"), set())

    def test_what_is_written_on_a_condition_may_be_either(self):
        self.assertEqual(self.words("mov.w ip, #7", "it eq", "moveq ip, #512"),
                         {"=512"})
        self.assertEqual(self.words("mov.w ip, #512", "it eq", "moveq ip, #7"),
                         {"=512"})

    def test_all_ways_count(self):
        self.assertEqual(self.words("mov.w ip, #256", "cbz r0, +2",
                                    "mov.w ip, #512"), {"=256", "=512"})

    def test_a_parameter_is_one(self):
        self.assertEqual(self.words("mov ip, r2"), {"@r2"})
        self.assertEqual(self.words("mov ip, r4"), {"*"})

    def test_a_place_of_the_frame(self):
        self.assertEqual(self.words("sub sp, #16", "str r1, [sp, #4]", "movs r1, #9",
                                    "ldr ip, [sp, #4]"), {"@r1"})
        self.assertEqual(self.words("str r1, [sp, #4]", "sub sp, #16",
                                    "ldr.w ip, [sp, #20]"), {"@r1"})
        self.assertEqual(self.words("sub sp, #16", "strd r2, r3, [sp, #4]",
                                    "ldr ip, [sp, #8]"), {"@r3"})
        self.assertEqual(self.words("push {r0, r1, r5}", "ldr ip, [sp, #4]"),
                         {"@r1"})

    def test_what_is_computed_is_not_known(self):
        for how in ("add.w ip, r0, #3", "eor.w ip, r0, r1", "ldr.w ip, [r3]",
                    "ldrd ip, r0, [sp], #8", "pop {r3, ip}", "mvn ip, #3",
                    "bl @main"):
            if how == "bl @main":
                continue
            found = self.words("mov.w ip, #7", how)
            self.assertTrue(found & {"*", "@r0"}, how)

    def test_a_word_from_before_a_jump_table(self):
        listing = Listing(main=["mov.w ip, #256", "tbb [pc, r0]", ".short 0",
                                ".short 0", "svc 0", "bx lr"])
        listing.contents = lambda _: bytes([0] * 6 + [1, 1] + [0] * 4)
        made = stack.Code(listing, listing.text)
        self.assertEqual({word for word, _ in made.need(0).calls}, {"=256"})

    def test_a_sum_of_constants_is_not_known(self):
        self.assertEqual(self.words("movs r0, #1", "movs r1, #4",
                                    "add.w ip, r0, r1"), {"*"})

    def test_a_constant_that_is_made_in_two_steps(self):
        def of(*body):
            return self.words(*body, "mov ip, r4")
        self.assertEqual(of("movs r4, #8", "adds r4, #255"), set())  # 263: WAIT
        self.assertEqual(of("movs r4, #1", "adds r4, #255"), {"=256"})
        self.assertEqual(of("movs r3, #8", "adds r4, #255"), {"*"})
        self.assertEqual(of("movs r4, r3", "adds r4, #255"), {"*"})
        self.assertEqual(of("cbz r0, +2", "movs r4, #8", "adds r4, #255"),
                         {"*"})

    def test_the_deepest_of_several_calls_counts(self):
        body = ["mov.w ip, #256", "svc 0", "sub sp, #32", "mov.w ip, #256",
                "svc 0", "add sp, #32", "bx lr"]
        listing = Listing(main=body)
        found = stack.Code(listing, listing.text).need(0).calls
        self.assertEqual({k: v[0] for k, v in found.items()},
                         {("=256", "call"): 32})

    def test_a_call_that_lends_has_moved_the_stack_pointer(self):
        listing = Listing(main=["sub sp, #32", "mov.w ip, #256", "mov r8, sp",
                                "mov lr, pc", "mov sp, r6", "svc 0",
                                "mov sp, r8", "add sp, #32", "bx lr"])
        found = stack.Code(listing, listing.text).need(0).calls
        self.assertEqual({k: v[0] for k, v in found.items()},
                         {("=256", "lend"): 32})

    def test_a_register_that_a_call_destroys(self):
        listing = Listing(main=["mov.w ip, #7", "bl @leaf", "svc 0", "bx lr"],
                          leaf=["bx lr"])
        made = stack.Code(listing, listing.text)
        self.assertEqual({word for word, _ in made.need(0).calls}, {"*"})


if __name__ == "__main__":
    unittest.main()
