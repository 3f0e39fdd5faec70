"""arm.py - small programs, compiled for the tests of the build tools."""

import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from types import SimpleNamespace

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tool"))

from cmrxlib import process, seal  # noqa: E402
from cmrxlib.elf import Elf  # noqa: E402

GCC = "arm-none-eabi-gcc"
HAVE_GCC = shutil.which(GCC) is not None
HAVE_CLANG = shutil.which("clang") is not None
CPU = ["-mcpu=cortex-m3", "-mthumb", "-mfloat-abi=soft"]
FLAGS = ["-std=c11", "-Os", "-g", "-ffunction-sections", "-fdata-sections",
         "-ffreestanding", f"-I{ROOT}/include",
         f"-I{ROOT}/port/armm/include"]
COMPILERS = {"gcc": [GCC, *CPU, *FLAGS],
             "gcc dwarf 4": [GCC, *CPU, *FLAGS, "-gdwarf-4"],
             "clang": ["clang", "--target=arm-none-eabi", *CPU, *FLAGS]}
SCRIPT = os.path.join(ROOT, "cmake", "process.ld")

GATES = """
__attribute__((naked)) void cmrx_return_gate(void) { __asm__("svc #0"); }
__attribute__((naked)) void cmrx_exit_gate(void) { __asm__("svc #0"); }
__attribute__((naked)) void *memset(void *p, int c, unsigned n) { __asm__("bx lr"); }
"""
HEAD = "#include <cmrx/cmrx.h>\n"
PROBE = HEAD + """
struct reading { int32_t value; uint32_t when; };
enum unit { CELSIUS, KELVIN = 100000 };
struct probe {
    int32_t (*read)(CMRX_SELF, unsigned channel);
    void (*set)(CMRX_SELF, struct reading *r, enum unit u, const char *s);
    uint64_t (*when)(CMRX_SELF);
};
"""
METHODS = """
static int32_t last;
static int32_t read(CMRX_SELF, unsigned channel) { return last + (int32_t)channel; }
static void set(CMRX_SELF, struct reading *r, enum unit u, const char *s)
{ last = r->value + (int32_t)u + s[0]; }
static uint64_t when(CMRX_SELF) { return 1; }
"""
SERVER = PROBE + METHODS + """
CMRX_PROVIDE_AS(struct probe, probe, &last, .read = read, .set = set, .when = when);
int dropped(int x) { return x * 3 + last; }
"""


class Workshop:
    """A folder to compile and seal in."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="cmrx")
        weakref.finalize(self, self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def compile(self, text, name="a", compiler="gcc", more=()):
        source, output = self.path(name + ".c"), self.path(name + ".o")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([*COMPILERS[compiler], *more, "-c", name + ".c", "-o", output],
                       check=True, cwd=self.folder.name, stderr=subprocess.DEVNULL)
        return output

    def elf(self, text, compiler="gcc"):
        return Elf.load(self.compile(text, compiler=compiler))

    def seal(self, *texts, name="p", program=None, compiler="gcc", also=()):
        """A process of these sources and the gates: path of its object. With other
        instances beside it."""
        texts = [GATES, *texts]
        objects = [self.compile(text, f"s{i}", compiler) for i, text in enumerate(texts)]
        options = SimpleNamespace(
            name=name, program=program, output=self.path(name + ".process.o"),
            script=SCRIPT, cc=GCC, objcopy="arm-none-eabi-objcopy",
            objdump="arm-none-eabi-objdump", flag=CPU, library=[], also=also,
            objects=objects)
        seal.command(options)
        return options.output

    def process(self, *texts, **options):
        path = self.seal(*texts, **options)
        name = options.get("name", "p")
        return process.load_process(path, name, options.get("program") or name)
