"""test_needs.py - what a service needs of the coarsest stack it can meet."""

import re
import unittest

import arm
import samples
from cmrxlib import model, needs, plan, stack, systemjson, tables, wiring, words
from samples import process, service, system, use

FIXED = 100  # of the method that lends


def lender(**rest):
    lending = [FIXED + granule for granule in stack.GRANULES]
    method = model.Method("read", "read_it", lending[0], lending)
    return service("lender", methods=[method], **rest)


def chain(stacks, last=300):
    """user -> middle -> end.lender; the threads of `user` have these stacks."""
    end = process("end", [("t", last, 2)], services=[lender()])
    middle = process("middle", uses=[use("lender")],
                     services=[service("front")])
    user = process("user", [(f"t{n}", size, 3) for n, size in
                            enumerate(stacks)], uses=[use("front")])
    return system([user, middle, end])


def made_of(made):
    found = wiring.wire(made)
    return found, plan.place(made, found, samples.kernel())


def need(made):
    """What the description says of the service, and what the table says."""
    found, placed = made_of(made)
    described = systemjson.build(made, found, placed, samples.kernel())
    stated = {s["name"]: s for s in described["services"]}["lender"]
    text = tables.write(made, found, placed, "0" * 16)
    row = re.search(r"end\.lender.*?\n.*?\n.*?\n.*?\n\s+(\d+), \d+, ", text)
    return stated["granule"], stated["stack_need"], int(row[1])


class Reached(unittest.TestCase):
    def test_any_number_of_calls_away(self):
        found, _ = made_of(chain([256]))
        self.assertEqual(needs.reached(found, "user"), ["end", "middle", "user"])
        self.assertEqual(needs.reached(found, "middle"), ["end", "middle"])

    def test_a_small_stack_has_the_smallest_granule(self):
        self.assertEqual(need(chain([256])), (32, FIXED + 32, needs.room(FIXED + 32)))

    def test_beyond_2048_bytes_it_is_more_than_256(self):
        self.assertEqual(need(chain([2049])), (512, FIXED + 512, needs.room(FIXED + 512)))

    def test_the_coarsest_of_several_counts(self):
        self.assertEqual(need(chain([256, 4096, 600]))[0], 512)

    def test_stacks_that_cannot_get_there_do_not_count(self):
        """The provider's own thread does not call its own service."""
        self.assertEqual(need(chain([256], last=8192))[0], 32)

    def test_nobody_calls(self):
        made = system([process("end", services=[lender()])])
        found, placed = made_of(made)
        self.assertEqual(needs.granules(made, found, needs.placed(placed)), {})
        self.assertEqual(needs.of_service(lender(), 0), FIXED + 32)

    def test_who_does_not_lend_needs_the_same(self):
        for granule in (0, 32, 4096):
            self.assertEqual(needs.of_service(service("x"), granule), 120)

    def test_a_coarser_stack_than_any_service_may_need_is_refused(self):
        made = chain([1 << 20])
        made.board = samples.board(ram_size=1 << 24)
        with self.assertRaisesRegex(model.Refused, "65440 is the most"):
            need(made)


LENDING = """
#include <cmrx/cmrx.h>
struct inner { int32_t (*fill)(CMRX_SELF); };
CMRX_USE(struct inner, inner);
struct outer { int32_t (*get)(CMRX_SELF); };
static int32_t get(CMRX_SELF)
{
    CMRX_LENT(int32_t, value);
    int32_t v;
    cmrx_call_lending(value, &v, inner, fill);
    return *value;
}
CMRX_PROVIDE(struct outer, outer, .get = get);
"""


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Compiled(unittest.TestCase):
    def test_a_method_that_lends_once_has_a_line_of_slope_one(self):
        with open(f"{arm.ROOT}/lib/lent.c", encoding="utf-8") as file:
            library = file.read().replace(
                "#include <string.h>", "void *memset(void *, int, unsigned);")
        for program in LENDING, LENDING.replace("_lending(",
                                                "_lending_until(1ull << 40, "):
            made = arm.Workshop().process(program, library)
            method = made.services[0].methods[0]
            steps = {n - g for n, g in zip(method.lending, stack.GRANULES)}
            self.assertEqual((len(method.lending), len(steps)),
                             (len(stack.GRANULES), 1))
            self.assertEqual({call[1] for reach in method.reach
                              for call in reach.calls}, {words.LEND})
