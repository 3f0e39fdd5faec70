"""test_bounds.py - the stack of a thread along all the servers that it visits."""

import os
import re
import unittest

import arm
import samples
from cmrxlib import (armv7m, board as boards, bounds, kernelstack, layout, model,
                     needs, plan, stack, wiring)
from samples import process, reach, service, system, use

CALL, LEND = "call", "lend"
OBJDUMP = "arm-none-eabi-objdump"
TRAP, ENTRY, FRAME = (armv7m.TRAP_BYTES, armv7m.FOURTH_BYTES,
                      armv7m.EXCEPTION_BYTES)


def method(name, frames, *calls):
    found = reach(name, frames, *calls)
    return model.Method(name, name, bounds.up(frames) + frames + FRAME, [],
                        [found])


def user(*calls, frames=24, stack_size=512, uses=("probe",)):
    made = process("user", [("main", stack_size, 3)],
                   uses=[use(name) for name in uses if calls])
    made.threads[0].reach = [reach("body", frames, *calls)]
    return made


def server(name, provides, *methods, uses=()):
    return process(name, services=[service(provides, methods=list(methods))],
                   uses=[use(u) for u in uses])


def worked_out(*processes, **rest):
    made = system(list(processes), **rest)
    found = wiring.wire(made)
    bounds.choose(made, found)
    placed = plan.place(made, found, samples.kernel())
    return bounds.work_out(made, found, placed)


def chain(*processes):
    return worked_out(*processes)["user", "main"]


def bound(*processes):
    return bounds.of_steps(chain(*processes))


class Chains(unittest.TestCase):
    def test_who_calls_nobody_needs_its_frames_and_an_interrupt(self):
        self.assertEqual(bound(user(frames=20)), 24 + FRAME)

    def test_a_trap_counts_where_it_is_made(self):
        made = user(frames=40)
        made.threads[0].reach[0].trap = 36
        made.threads[0].reach[0].trap_way = [["body", 36]]
        self.assertEqual(bound(made), 40 + TRAP)

    def test_the_cut_is_at_a_multiple_of_the_granule(self):
        deep = server("s", "probe", method("m", 400))
        for size, at, cut in ((1024, 0, 128), (1024, 64, 128), (1024, 68, 256),
                              (2048, 68, 256), (4096, 68, 512),
                              (4096, 444, 512), (4096, 452, 1024)):
            made = bound(user((0, CALL, at), stack_size=size), deep)
            self.assertEqual(made, cut + needs.room(400 + FRAME), (size, at))

    def test_what_the_kernel_asks_for_counts_where_less_is_used(self):
        made = chain(user((0, CALL, 40)), server("s", "probe", method("m", 88)))
        self.assertEqual(made[-1]["bytes"], needs.room(88 + FRAME))
        self.assertEqual(made[-1]["what"], "asked for probe")

    def test_the_service_that_needs_most_decides(self):
        small = server("s", "probe", method("m", 40))
        large = server("l", "other", method("m", 200))
        both = bound(user((0, CALL, 40), (1, CALL, 40),
                          uses=("other", "probe")), small, large)
        self.assertEqual(both, bound(user((0, CALL, 40), uses=("other",)), large))

    def test_the_call_that_is_made_deepest_need_not_decide(self):
        small = server("s", "probe", method("m", 0))
        large = server("l", "other", method("m", 200))
        made = chain(user((0, CALL, 0), (1, CALL, 80), uses=("other", "probe")),
                     small, large)
        self.assertEqual(made[-1]["process"], "l")

    def test_servers_of_servers_count(self):
        end = server("end", "last", method("e", 160))
        middle = server("middle", "probe", method("m", 48, (0, CALL, 40)),
                        uses=("last",))
        made = chain(user((0, CALL, 56)), middle, end)
        steps = [(s["process"], s["what"], s["bytes"]) for s in made]
        self.assertEqual(steps, [
            ("user", "body", 56), ("user", "trap", TRAP),
            ("user", "up to the cut", 8),  # granule 64: cut at 128
            ("middle", "entry of probe.m", ENTRY), ("middle", "m", 40),
            ("middle", "trap", TRAP), ("middle", "up to the cut", 16),
            ("end", "asked for last", needs.room(160 + FRAME))])

    def test_who_is_lent_something_begins_where_that_ends(self):
        made = chain(user((0, LEND, 204), frames=208),
                     server("s", "probe", method("m", 80)))
        self.assertEqual(bounds.of_steps(made), 208 + needs.room(80 + FRAME))

    def test_two_ways_to_one_method_are_not_mixed_up(self):
        """They arrive at different distances from a cut."""
        end = server("end", "last", method("e", 160))
        middle = server("middle", "probe", method("m", 48, (0, CALL, 40)),
                        uses=("last",))
        for at in (0, 4, 56, 60, 64, 120):
            one = bound(user((0, LEND, at), frames=at), middle, end)
            both = bound(user((0, CALL, 0), (0, LEND, at), frames=at), middle,
                         end)
            self.assertEqual(both, max(one, bound(user((0, CALL, 0)), middle,
                                                  end)))

    def test_a_declared_bound_is_taken(self):
        made = user((0, CALL, 300))
        made.threads[0].bound = 480
        self.assertEqual(bound(made, server("s", "probe", method("m", 400))),
                         480)


class TooSmall(unittest.TestCase):
    def refused(self, *processes):
        with self.assertRaises(model.Refused) as caught:
            worked_out(*processes)
        return str(caught.exception)

    def test_the_way_is_told_and_what_helps(self):
        said = self.refused(user((0, CALL, 40), stack_size=256),
                            server("s", "probe", method("m", 200)))
        self.assertIn("process user, thread main: its stack has 256 bytes, and "
                      "it can use 416: write .stack = 416 or .stack = CMRX_AUTO", said)
        self.assertRegex(said, r"40 +40  user +body")
        self.assertRegex(said, r"416  s +asked for probe")

    def test_what_is_advised_helps(self):
        for frames in range(0, 900, 52):
            makers = (lambda size: user((0, CALL, frames), frames=frames,
                                        stack_size=size),
                      lambda: server("s", "probe", method("m", frames // 2)))
            said = self.refused(makers[0](8), makers[1]())
            size = int(re.search(r"\.stack = (\d+)", said)[1])
            worked_out(makers[0](size), makers[1]())
            length, granule = bounds.length_of(size)
            self.refused(makers[0](length - granule), makers[1]())

    def test_a_declared_bound_has_to_fit(self):
        made = user()
        made.threads[0].bound = 600
        self.assertIn(".bound is 600, and its stack has 512", self.refused(made))


class Auto(unittest.TestCase):
    def automatic(self, *calls, frames=24):
        made = user(*calls, frames=frames, stack_size=0)
        made.threads[0].is_auto = True
        return made

    def test_the_smallest_that_is_enough(self):
        for frames in (0, 100, 300, 520, 1000):
            made = self.automatic((0, CALL, frames), frames=frames)
            chosen = bound(made, server("s", "probe", method("m", 200)))
            size, granule = bounds.length_of(made.threads[0].stack)
            self.assertLessEqual(chosen, size)
            self.assertLess(size - granule, chosen)

    def test_nothing_smaller_is_enough(self):
        made = self.automatic((0, CALL, 300), frames=300)
        worked_out(made, server("s", "probe", method("m", 200)))
        for size in range(8, made.threads[0].stack, 8):
            if bounds.length_of(size)[0] < made.threads[0].stack:
                with self.assertRaises(model.Refused):
                    worked_out(user((0, CALL, 300), frames=300, stack_size=size),
                               server("s", "probe", method("m", 200)))

    def test_it_grows_with_what_it_makes_others_need(self):
        """A server that lends needs more on a coarser stack."""
        lending = [reach("m", 100 + g) for g in stack.GRANULES]
        lender = model.Method("m", "m", 136 + 32, [136 + g for g in stack.GRANULES],
                              lending)
        sizes = []
        for other in (256, 8192):
            made = self.automatic((0, CALL, 40))
            second = process("second", [("t", other, 2)], uses=[use("probe")])
            worked_out(made, second, server("s", "probe", lender))
            sizes.append(made.threads[0].stack)
        self.assertGreaterEqual(sizes[1], sizes[0] + 1024 - 32)

    def test_one_that_grows_late_makes_the_first_grow(self):
        lender = model.Method("m", "m", 168, [136 + g for g in stack.GRANULES],
                              [reach("m", 100 + g) for g in stack.GRANULES])
        first = self.automatic((0, CALL, 40))
        late = process("late", [("main", 0, 2)], uses=[use("probe")])
        late.threads[0].is_auto = True
        late.threads[0].reach = [reach("body", 7000, (0, CALL, 0))]
        worked_out(first, late, server("s", "probe", lender))
        self.assertGreater(first.threads[0].stack, 1024)

    def test_what_no_size_satisfies_is_refused(self):
        made = self.automatic()
        made.threads[0].reach = [reach("body", 100 + 9 * g)
                                 for g in stack.GRANULES]
        with self.assertRaisesRegex(model.Refused, "no stack that the RAM"):
            worked_out(made)

    def test_the_description_says_it(self):
        made = system([self.automatic((0, CALL, 40)),
                       server("s", "probe", method("m", 200))])
        text = layout.make(made, samples.kernel())["system.json"]
        self.assertIn('"declared": "auto"', text)


class Source(unittest.TestCase):
    """The numbers of armv7m.py are those of the kernel and the library."""

    def number(self, path, pattern):
        with open(os.path.join(arm.ROOT, path), encoding="utf-8") as file:
            return int(re.search(pattern, file.read())[1])

    def test_numbers(self):
        for port, fourth in (("armv7m", r"\[sp\], #-(\d+)\]!"),
                             ("armv6m", r"FOURTH_BYTES +(\d+)u")):
            for name, pattern, value in (
                    ("port_types.h", r"PORT_FRAME_BYTES +(\d+)u",
                     armv7m.EXCEPTION_BYTES),
                    ("port_types.h", r"PORT_CALL_BYTES +(\d+)u",
                     armv7m.CALL_BYTES),
                    ("port.c", r"KEPT_BYTES +(\d+)u", armv7m.SAVED_BYTES),
                    ("entry.inc", r"CONTEXT_SP, (\d+)", armv7m.CONTEXT_SP),
                    ("port.c", fourth, armv7m.FOURTH_BYTES)):
                self.assertEqual(self.number(f"port/{port}/{name}", pattern),
                                 value, pattern)
        found = [self.number(path, r"CMRX_TRAP_BYTES (\d+)u") for path in (
            "port/armm/include/cmrx/trap.h",)]
        self.assertEqual(found, [armv7m.TRAP_BYTES])


KERNEL = """
int vendor(int);
void panic(int why) { volatile char c[80]; c[why] = 1; for (;;) continue; }
static void a(int x) { volatile char c[200]; if (x > 199) panic(x); c[x] = 1; }
static void b(int x) { volatile char c[40]; c[x] = 1; }
static void (*const table[])(int) = { a, b };
void entry_svc(int x); void entry_wrong(int x); void cmrx_reset(int x);
void entry_svc(int x) { volatile int y = x; table[x](y); y = 1; }
void entry_wrong(int x) { panic(x); }
void cmrx_reset(int x) { volatile char c[16]; c[x] = 0; %s }
__attribute__((used, section(".vectors"))) void *const vectors[] = {
    0, cmrx_reset, entry_wrong, entry_svc%s };
"""
ENTRIES = """
__attribute__((naked)) void entry_alarm(void) { __asm__("%s; bx lr"); }
void entry_irq(int x) { volatile char c[300]; c[x] = 1; }
"""


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Kernel(unittest.TestCase):
    def object(self, boot="", first=""):
        self.shop = arm.Workshop()
        entries = ENTRIES % first if first else ""
        vectors = ", entry_alarm, entry_irq" if first else ""
        return self.shop.compile(entries + KERNEL % (boot, vectors), more=[
            "-fno-inline", "-fno-function-sections", "-fno-data-sections",
            "-Wno-unused"])

    def chain(self, boot="", bounds_=None):
        return kernelstack.chain(self.object(boot), bounds_ or {})

    def kept(self, boot="", no_tool="no-such-objdump"):
        """An object, kept as for mps2_an385, and what else is needed then."""
        path = self.object(boot)
        board = os.path.join(arm.ROOT, "board", "mps2_an385", "board.json")
        kernelstack.keep(path, board, OBJDUMP)
        return path, boards.load_board(board).stack_bounds, no_tool

    def test_what_was_kept_needs_no_tool(self):
        kept = self.kept()
        self.assertEqual(kernelstack.chain_of(*kept), self.chain())

    def test_what_was_kept_holds_for_that_kernel_and_board_only(self):
        path, declared, no_tool = self.kept()
        with self.assertRaisesRegex(model.Refused, "cannot run"):
            kernelstack.chain_of(path, {**declared, "vendor": 8}, no_tool)
        with open(path, "ab") as file:
            file.write(b"\0")
        with self.assertRaisesRegex(model.Refused, "cannot run"):
            kernelstack.chain_of(path, declared, no_tool)

    def test_what_is_refused_is_said_where_it_is_asked_for(self):
        path, declared, _ = self.kept("vendor(3); c[0] = 1;")
        with self.assertRaisesRegex(model.Refused, "stack_bounds"):
            kernelstack.chain_of(path, declared, OBJDUMP)

    def test_what_board_c_lacks_is_said_so(self):
        with self.assertRaisesRegex(model.Refused,
                                    r"board.c does not define board_halt\(\)"):
            self.chain("extern void board_halt(int); board_halt(3); c[0] = 1;")

    def test_the_deepest_system_call_and_one_defect_on_top(self):
        # a() finds one by itself: that is not on top of the other.
        steps = self.chain()
        what = [s["what"] for s in steps]
        self.assertEqual(what, ["entry_svc", "a", "frame: NMI, or a defect",
                                "entry_wrong", "panic", "alignment"])
        sizes = [s["bytes"] for s in steps]
        self.assertGreaterEqual(sizes[1], 200)
        self.assertEqual(sizes[2], FRAME + armv7m.ALIGN_BYTES)
        self.assertGreaterEqual(sizes[4], 80)
        self.assertEqual(sum(sizes) % 8, 0)

    def test_a_line_within_an_alarm_that_masks_lines_by_itself(self):
        # Its first instruction says so; without one it is not interrupted.
        for first, deepest in (("cpsid i", ["entry_alarm", "frame: a line", "entry_irq"]),
                               ("nop", ["entry_irq", "frame: NMI, or a defect",
                                        "entry_wrong"])):
            path = self.object(first=first)
            what = [s["what"] for s in kernelstack.chain(path, {})]
            self.assertEqual(what[:3], deepest)

    def test_what_is_not_in_it_has_to_be_declared(self):
        with self.assertRaisesRegex(model.Refused, "stack_bounds"):
            self.chain("vendor(3); c[0] = 1;")
        steps = self.chain("vendor(3); c[0] = 1;", {"vendor": 1000})
        self.assertIn(("vendor", 1000), [(s["what"], s["bytes"]) for s in steps])

    def test_recursion_is_refused(self):
        with self.assertRaisesRegex(model.Refused, "calls itself"):
            self.chain("if (x) { cmrx_reset(x - 1); c[1] = 2; }")

    def test_a_stack_that_is_too_small_is_refused(self):
        board = samples.board(kernel_stack=256)
        with self.assertRaisesRegex(model.Refused, 'write "kernel_stack": "auto" '
                                    r"or \d+ in board.json(.|\n)*entry_svc"):
            kernelstack.settle(board, self.chain())

    def test_a_stack_that_is_left_to_the_tool(self):
        board, steps = samples.board(kernel_stack=0), self.chain()
        kernelstack.settle(board, steps)
        self.assertEqual(board.kernel_stack, bounds.of_steps(steps))


class Coarsest(unittest.TestCase):
    def test_before_and_after_placing_the_granules_are_the_same(self):
        made = samples.station()
        found = wiring.wire(made)
        placed = plan.place(made, found, samples.kernel())
        self.assertEqual(bounds.coarsest(made, found),
                         needs.granules(made, found, needs.placed(placed)))


if __name__ == "__main__":
    unittest.main()
