"""checked.py - a copy of a built system whose kernel checks itself.

The kernel looks at all its objects after the system calls that `check_wanted`
(kernel/check.c) names by their bits; bit 31 is for numbers that do not exist.
It is 0 in what the build makes, and a constant: a test writes it into a copy.
"""

import contextlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.join(HERE, "..", "..", "tool")
sys.path.insert(0, TOOL)

from cmrxlib import oracle, systemjson  # noqa: E402
from cmrxlib.elf import Elf  # noqa: E402

ALWAYS = 0xFFFFFFFF
# In the environment: the kernel is the product's, built with CMRX_CHECKED=OFF,
# and cannot check itself (cmrx bench).
PRODUCT = "CMRX_PRODUCT"


def load(folder):
    """(system.json, ELF) of a built system."""
    return (systemjson.load(os.path.join(folder, "system.json")),
            Elf.load(oracle.the_elf(folder)))


def write_words(elf, address, *words):
    """Changes constants of the image."""
    for s in elf.sections:
        if s.address <= address < s.address + s.size:
            struct.pack_into(f"<{len(words)}I", elf.data,
                             s.offset + address - s.address, *words)
            return
    raise ValueError(f"no contents at {address:#x}")


@contextlib.contextmanager
def checked(folder, mask, **words):
    """A folder with the same system, in which the kernel checks itself, and in
    which these constants of programs have these values: words, or tuples of them."""
    system, elf = load(folder)
    for name, value in words.items():
        write_words(elf, next(s.value for s in elf.symbols if s.name == name),
                    *(value if isinstance(value, tuple) else (value,)))
    if PRODUCT not in os.environ:
        write_words(elf,
                    oracle.kernel_symbol(elf, system, "check_wanted").value,
                    mask)
    with tempfile.TemporaryDirectory(prefix="cmrx-checked-") as copy:
        shutil.copy(os.path.join(folder, "system.json"), copy)
        secure = os.path.join(folder, "secure")
        if os.path.exists(secure):
            shutil.copytree(secure, os.path.join(copy, "secure"))
        with open(os.path.join(copy, "checked.elf"), "wb") as file:
            file.write(elf.data)
        yield copy


def play(folder, plugins, options):
    """Runs a system with more options of cmrx run: (result, what was said)."""
    done = subprocess.run(
        [sys.executable, os.path.join(TOOL, "cmrx"), "run", folder,
         "--batch", "--deterministic", "--last", "", "--timeout", "60",
         "--plugins", plugins, *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
