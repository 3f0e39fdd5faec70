"""test_idiom.py - what call.h shows compiles without a warning."""

import os
import subprocess
import tempfile
import unittest

import arm

PROGRAM = """
#include <cmrx/cmrx.h>
struct meter { int32_t (*get)(CMRX_SELF, uint32_t n); };
CMRX_USE(struct meter, meter);
int one(void);
int other(void);
int third(void);
int one(void)
{
    int32_t t;
    if (cmrx_call(&t, meter, get, 0) == CMRX_OK) return t;
    return -1;
}
int other(void)
{
    int32_t t;
    if (cmrx_call(&t, meter, get, 0) != CMRX_OK) return -1;
    return t;
}
int third(void)
{
    int32_t t;
    switch (cmrx_call(&t, meter, get, 0)) {
    case CMRX_OK: return t;
    default: return -1;
    }
}
"""

# All ways of a call in one function, on every processor: registers are scarce.
WAYS = """
#include <cmrx/cmrx.h>
struct pair { uint32_t a, b; };
struct store {
    uint64_t (*get)(CMRX_SELF, struct pair *to, uint32_t a, uint32_t b, uint32_t c);
};
CMRX_USE(struct store, store);
uint32_t all(uint64_t until, uint32_t a, uint32_t b);
uint32_t all(uint64_t until, uint32_t a, uint32_t b)
{
    CMRX_LENT(struct pair, pair);
    uint64_t n = 0;
    uint32_t bad = 0;
    bad += cmrx_call(&n, store, get, pair, a, b, 3) != CMRX_OK;
    bad += cmrx_call_until(until, &n, store, get, pair, a, b, bad) != CMRX_OK;
    bad += cmrx_call_lending(pair, &n, store, get, pair, a, b, bad) != CMRX_OK;
    bad += cmrx_call_lending_until(until + a, pair, &n, store, get, pair, b, a,
                                   bad) != CMRX_OK;
    return bad + pair->a + (uint32_t)n;
}
"""
THUMB = ["-mthumb", "-mfloat-abi=soft"]
ARM = f"-I{arm.ROOT}/port/armm/include"
COMPILERS = [["arm-none-eabi-gcc", ARM, *THUMB, f"-mcpu=cortex-{core}"]
             for core in ("m0plus", "m3", "m4", "m7", "m23", "m33", "m55")] + [
    ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32",
     "-ffreestanding", f"-I{arm.ROOT}/port/riscv32/include"]]


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Ways(unittest.TestCase):
    def test_all_ways_of_a_call_compile_for_every_processor(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ways.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(WAYS)
            for compiler in COMPILERS:
                for level in ("-O0", "-Os", "-O3"):
                    done = subprocess.run(
                        [*compiler, level, "-std=gnu11", "-Wall", "-Wextra",
                         "-Werror", f"-I{arm.ROOT}/include", "-c", path, "-o",
                         os.path.join(folder, "ways.o")],
                        capture_output=True, text=True, check=False)
                    with self.subTest(compiler=compiler, level=level):
                        self.assertEqual(done.returncode, 0, done.stderr)


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Idiom(unittest.TestCase):
    def test_a_result_is_there_when_the_status_says_so(self):
        """The compiler can see it: no "may be used uninitialized"."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "idiom.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(PROGRAM)
            for level in ("-O0", "-O1", "-Os", "-O2", "-O3"):
                with self.subTest(level):
                    done = subprocess.run(
                        ["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb",
                         level, "-std=gnu11", "-Wall", "-Wextra", "-Werror",
                         f"-I{arm.ROOT}/include",
                         f"-I{arm.ROOT}/port/armm/include", "-c", path,
                         "-o", os.path.join(folder, "idiom.o")],
                        capture_output=True, text=True, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
