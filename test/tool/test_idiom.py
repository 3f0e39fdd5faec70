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
