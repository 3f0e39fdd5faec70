"""loops.py - every loop of the kernel, found in its machine code.

A stretch of the kernel is bounded when each of its loops is. A loop is a branch
back to an instruction from which the branch can be reached again. It is named
after the function of the source that it belongs to, also when the compiler has
made that a part of another. test/bench/loops.csv says what bounds each.
"""

import os
import re
import subprocess

from . import oracle, systemjson

PREFIX = "arm-none-eabi-"
HEAD = re.compile(r"^[0-9a-f]+ <(\S+)>:$")
LINE = re.compile(r"^ *([0-9a-f]+):\t[0-9a-f ]+\t(\S+)\s*(.*)$")
TARGET = re.compile(r"(?:^|, )([0-9a-f]+) <")
BRANCH = re.compile(r"^(b(?!lx?\b|x\b|ic|f[ci])\w*|cbn?z)(\.[nw])?$")
LEAVES = re.compile(r"^(b|b\.[nw]|bx|udf.*)$")


def run(tool, *arguments):
    return subprocess.run([PREFIX + tool, *arguments], capture_output=True,
                          text=True, check=True).stdout


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


def target(mnemonic, operands, code):
    """Where it branches to within its function, or None."""
    found = BRANCH.match(mnemonic) and TARGET.search(operands)
    address = int(found[1], 16) if found else None
    return address if address in code else None


def leaves(mnemonic, operands):
    """Does no instruction follow it?"""
    return bool(LEAVES.match(mnemonic)) or (
        mnemonic.startswith(("pop", "ldm", "ldr", "mov")) and
        re.search(r"\bpc\b(?!,|\])", operands) is not None and
        "[pc" not in operands)


def successors(code):
    """Address -> addresses of what may come next in the function. After a jump
    through a table that is anything behind it."""
    order = sorted(code)
    after = dict(zip(order, order[1:]))
    found = {}
    for address, (mnemonic, operands) in code.items():
        found[address] = [target(mnemonic, operands, code)]
        if mnemonic.startswith(("tbb", "tbh")):
            found[address] += [a for a in order if a > address]
        elif not leaves(mnemonic, operands):
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


def loop_branches(code):
    """Addresses of the branches that close a loop."""
    following = successors(code)
    for address, (mnemonic, operands) in code.items():
        back = target(mnemonic, operands, code)
        if back is not None and back <= address and reaches(
                following, back, address):
            yield address


def source_function(elf, address, symbol):
    """The innermost function of the source; the symbol where there is none."""
    said = run("addr2line", "-f", "-i", "-e", elf, hex(address)).split("\n")
    return said[0] if said[0] not in ("", "??") else symbol


def find(folder):
    """Names of the functions of the kernel that loop."""
    system = systemjson.load(os.path.join(folder, "system.json"))
    elf = oracle.the_elf(folder)
    base, end = oracle.kernel_code(system)
    listing = run("objdump", "-d", f"--start-address={base:#x}",
                  f"--stop-address={end:#x}", elf)
    return {source_function(elf, address, name)
            for name, code in functions(listing)
            for address in loop_branches(code)}
