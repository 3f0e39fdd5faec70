"""test_man.py - manual pages from header comments."""

import unittest

from cmrxlib import man

HEADER = """// x.h - an example.
//
// Cost: none.

// Do it with `what` and
// no more.
//
// what: a thing.
// Returns CMRX_OK, CMRX_BUSY when
// it is busy. Any thread. Cost: constant.
enum cmrx_status cmrx_do(uint32_t what);

// The same twice.
enum cmrx_status cmrx_do_twice(uint32_t what);

// CMRX_THING(name); makes a thing.
#define CMRX_THING(name) \\
    int name

#define CMRX_HIDDEN 1

struct cmrx_thing {
    int a; // first
};

// ---- nothing below is for direct use
void cmrx_internal(void);
"""


def symbols():
    lines = HEADER.splitlines()
    found = man.parse("include/cmrx/x.h", lines)
    for symbol in found:
        symbol.defaults = man.defaults(lines)
        man.describe(symbol)
    return {s.name: s for s in found}


class Man(unittest.TestCase):
    def test_public_symbols_are_found_and_others_not(self):
        self.assertEqual(list(symbols()), [
            "cmrx_do", "cmrx_do_twice", "CMRX_THING", "struct cmrx_thing"])

    def test_sentences_go_under_their_headings(self):
        parts = symbols()["cmrx_do"].parts
        self.assertEqual(parts["Description"], "Do it with `what` and no more.")
        self.assertEqual(parts["Arguments"], "- `what`: a thing.")
        self.assertEqual(parts["Returns"],
                         "Returns CMRX_OK, CMRX_BUSY when it is busy.")
        self.assertEqual(parts["Who may call it"], "Any thread.")
        self.assertEqual(parts["Cost"], "Constant.")

    def test_the_same_takes_what_stands_before(self):
        parts = symbols()["cmrx_do_twice"].parts
        self.assertEqual(parts["Who may call it"], "Any thread.")

    def test_usage_of_a_macro_is_its_synopsis(self):
        self.assertEqual(symbols()["CMRX_THING"].synopsis, "CMRX_THING(name);")


if __name__ == "__main__":
    unittest.main()
