"""why.py - `cmrx bench --why KIND`: what the longest stretch of a kind is made of.

The plugin writes down the addresses of its instructions (tool/plugin/trace.c); here
they become functions, in the order in which they ran.
"""

import bisect
import itertools
import os
import re

from . import oracle, stretch
from .elf import Elf
from .model import Refused

WHY = re.compile(r"^WHY (\d+) (-?\d+) (\d) (\d+)((?: [0-9a-f]+)*)$", re.M)
MAPPING = "$"  # $t, $d: no functions
# In the environment: the plugin is to write them down.
TRACE = "CMRX_TRACE"


def traces(seen):
    """(kind, length, addresses) of each kind in a report."""
    for exception, call, is_long, length, addresses in WHY.findall(seen):
        yield (stretch.kind(int(exception), int(call), is_long == "1"),
               int(length), [int(a, 16) for a in addresses.split()])


def longest(reports, kind):
    """(length, system, addresses) of that kind, or Refused."""
    found = [(length, system, addresses) for system, seen in reports
             for name, length, addresses in traces(seen) if name == kind]
    if found:
        return max(found, key=lambda one: one[0])
    known = {name for _, seen in reports for name, _, _ in traces(seen)}
    raise Refused(f"no stretch is of kind {kind}; there are "
                  + "; ".join(sorted(known)))


def functions(folder):
    """[(address, name)] of the kernel, ascending; labels of assembly are some."""
    elf = Elf.load(oracle.the_elf(folder))
    section = {s.index for s in elf.sections if s.name.startswith(".text")
               or s.name == ".kernel.text"}
    return sorted({(s.value & ~1, s.name) for s in elf.symbols
                   if s.name and not s.name.startswith(MAPPING)
                   and (s.section in section or not section)})


def runs(addresses, known):
    """[(name, instructions)] one after the other."""
    starts = [address for address, _ in known]
    names = (known[max(bisect.bisect_right(starts, a) - 1, 0)][1]
             for a in addresses)
    return [(name, len(list(group))) for name, group in itertools.groupby(names)]


def text(reports, kind, build):
    """Lines."""
    length, system, addresses = longest(reports, kind)
    yield f"{kind}: {length} instructions in {system}"
    if len(addresses) < length:
        yield f"{length - len(addresses):6}  (before these)"
    for name, count in runs(addresses, functions(os.path.join(build, system))):
        yield f"{count:6}  {name}"
