"""loops.py - every loop of the kernel, found in its machine code.

A stretch of the kernel is bounded when each of its loops is. A loop is a branch
back to an instruction from which the branch can be reached again. It is named
after the function of the source that it belongs to, also when the compiler has
made that a part of another. test/bench/loops.csv says what bounds each.
"""

import collections
import os
import re
import subprocess

from . import oracle, systemjson

HEAD = re.compile(r"^[0-9a-f]+ <(\S+)>:$")
LINE = re.compile(r"^ *([0-9a-f]+):\t[0-9a-f ]+\t(\S+)\s*(.*)$")
TARGET = re.compile(r"(?:^|, ?)([0-9a-f]+) <")

# A processor: what its tools are called, which mnemonics branch, which are never
# followed by the next instruction, and which jump through a table.
Processor = collections.namedtuple("Processor", "tools branch leaves table")
ARM = Processor("arm-none-eabi-",
                re.compile(r"^(b(?!lx?\b|x\b|ic|f[ci])\w*|cbn?z)(\.[nw])?$"),
                re.compile(r"^(b|b\.[nw]|bx|udf.*)$"), ("tbb", "tbh"))
RISCV = Processor("riscv64-unknown-elf-", re.compile(r"^(b\w+|j)$"),
                  re.compile(r"^(j|jr|ret|mret|unimp|ebreak)$"),
                  ())  # -fno-jump-tables


def run(processor, tool, *arguments):
    return subprocess.run([processor.tools + tool, *arguments],
                          capture_output=True, text=True, check=True).stdout


def functions(listing):
    """(name, {address: (mnemonic, operands)}) of each function."""
    name, code = "", {}
    for text in listing.splitlines():
        head, line = HEAD.match(text), LINE.match(text)
        if head:
            yield name, code
            name, code = head[1], {}
        elif line:
            code[int(line[1], 16)] = line[2], line[3]
    yield name, code


def target(processor, mnemonic, operands, code):
    """Where it branches to within its function, or None."""
    found = processor.branch.match(mnemonic) and TARGET.search(operands)
    address = int(found[1], 16) if found else None
    return address if address in code else None


def leaves(processor, mnemonic, operands):
    """Does no instruction follow it?"""
    return bool(processor.leaves.match(mnemonic)) or (
        mnemonic.startswith(("pop", "ldm", "ldr", "mov")) and
        re.search(r"\bpc\b(?!,|\])", operands) is not None and
        "[pc" not in operands)


def successors(processor, code):
    """Address -> addresses of what may come next in the function. After a jump
    through a table that is anything behind it."""
    order = sorted(code)
    after = dict(zip(order, order[1:]))
    found = {}
    for address, (mnemonic, operands) in code.items():
        found[address] = [target(processor, mnemonic, operands, code)]
        if mnemonic.startswith(processor.table):
            found[address] += [a for a in order if a > address]
        elif not leaves(processor, mnemonic, operands):
            found[address].append(after.get(address))
    return found


def reaches(following, start, end):
    seen, work = set(), [start]
    while work:
        here = work.pop()
        if here == end:
            return True
        if here not in seen and here is not None:
            seen.add(here)
            work += following[here]
    return False


def loop_branches(code, processor=ARM):
    """Addresses of the branches that close a loop."""
    following = successors(processor, code)
    for address, (mnemonic, operands) in code.items():
        back = target(processor, mnemonic, operands, code)
        if back is not None and back <= address and reaches(
                following, back, address):
            yield address


def source_function(processor, elf, address, symbol):
    """The innermost function of the source; the symbol where there is none."""
    said = run(processor, "addr2line", "-f", "-i", "-e", elf,
               hex(address)).split("\n")
    return said[0] if said[0] not in ("", "??") else symbol


def find(folder):
    """Names of the functions of the kernel that loop."""
    system = systemjson.load(os.path.join(folder, "system.json"))
    elf = oracle.the_elf(folder)
    processor = RISCV if system["board"]["port"] == "riscv32" else ARM
    base, end = oracle.kernel_code(system)
    listing = run(processor, "objdump", "-d", f"--start-address={base:#x}",
                  f"--stop-address={end:#x}", elf)
    return {source_function(processor, elf, address, name)
            for name, code in functions(listing)
            for address in loop_branches(code, processor)}
