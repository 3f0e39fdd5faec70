"""stack.py - how much stack a function needs at worst, from its machine code.

The code of a process is walked from each root: every instruction that moves
the stack pointer, every call. Compilers' own figures are not used: there are
none for assembly, for libgcc and for the C library.

What is counted:
    frames       of the function and of all it calls in its process
    a trap       svc: TRAP_BYTES below the stack pointer, where the processor
                 and the kernel keep the registers
    interrupts   code can be interrupted anywhere: EXCEPTION_BYTES, with the
                 stack pointer rounded down to 8 as the processor does it
    calls        of services: where the stack pointer is then, and which import
                 it is (words.py). What the service needs is added where all
                 processes are known: bounds.py

What cannot be worked out (calls through pointers, recursion, alloca of a size
that varies) is Unknown, unless CMRX_STACK_BOUND(function, bytes) says it. Such
a bound stands for the frames; the trap or interrupt on top is added. Where the
pointers of a function lead, CMRX_CALLS_ROWS can say: to what rows point to.

CMRX_LENT is understood: its alloca is a constant plus the granule of the stack
it runs on. That of a thread's body is known, that of a method is its caller's:
there is a need for each granule, and the layout takes the one that it may meet.
"""

import copy
from bisect import bisect_right
from collections import namedtuple

from . import framesize, processor
from .elf import (EM_RISCV, R_ARM_THM_CALL, R_ARM_THM_JUMP24, STT_FUNC,
                  STT_SECTION)
from .lent import Lent
from .model import Refused
from .thumb import (BRANCHES, COMPARE_BRANCHES, TABLE_JUMPS, Dynamic,
                    branch_to, disassemble, is_table, is_unknown_jump,
                    is_variadic_return, returns, split_condition, stack_effect)
from .words import ANY, CALL, LEND, WORD, Words, called

__all__ = ["disassemble"]

GRANULES = [32 << n for n in range(12)]  # the last: no service may need so much
TOO_MUCH = 1 << 20  # a loop that pushes

# frames: of all functions on the deepest way; way: ((function, bytes) ...) of
# that. trap: where the deepest svc is, or -1. calls: {(import, how): (bytes,
# way)} where the calls of services are made.
Need = namedtuple("Need", "frames trap way trap_way calls")


class Unknown(Exception):
    """A bound that cannot be worked out: which function, and why."""

    def __init__(self, function, why):
        super().__init__(f"{function} {why}")
        self.function, self.why = function, why

    def advice(self):
        return f"CMRX_STACK_BOUND({plain_name(self.function)}, BYTES);"


def plain_name(name):
    """Name in the source of a function that the compiler has cloned."""
    return name.split(".")[0]


def total(need, port):
    """Bytes of stack for a need, exceptions included; port: processor.of_elf()."""
    interrupted = round_up(need.frames) + port.EXCEPTION_BYTES
    trapped = round_up(need.trap) + port.PLAIN_BYTES if need.trap >= 0 else 0
    calling = [round_up(depth) + port.TRAP_BYTES
               for depth, _ in need.calls.values()]
    return max([interrupted, trapped] + calling)


def round_up(size):
    return (size + 7) & ~7


def stack_of(code, roots):
    """Bytes that each function of `roots` (offsets in .text) needs with all
    that it calls: a dict offset -> bytes, or Unknown (not raised)."""
    result = {}
    for root in roots:
        try:
            result[root] = total(code.need(root), code.port)
        except Unknown as unknown:
            result[root] = unknown
    return result


def measure(code, root):
    """The Need of the function at `root` with each of GRANULES, or Unknown
    (not raised). Nothing falls as the granule grows: when the last is as the
    first, so are all, and there is but one."""
    needs = {}
    for granule in GRANULES[:1] + GRANULES[-1:] + GRANULES[1:-1]:
        code.set_granule(granule)
        try:
            needs[granule] = code.need(root)
        except Unknown as unknown:
            return unknown
        if len(needs) == 2 and needs[granule] == needs[GRANULES[0]]:
            return [needs[granule]]
    return [needs[granule] for granule in GRANULES]


def by_granule(code, root):
    """Bytes with each of GRANULES, or Unknown (not raised)."""
    needs = measure(code, root)
    if isinstance(needs, Unknown):
        return needs
    return [total(pick(needs, granule), code.port) for granule in GRANULES]


def pick(needs, granule):
    """That of measure() which holds on a stack of that granule. The last is
    more than any service may need: what is beyond need not be told apart."""
    at = 0
    while GRANULES[at] < granule and at + 1 < len(needs):
        at += 1
    return needs[at]


class Code:
    """The code of a process, and what its functions need."""

    def __init__(self, elf, disassembly, bounds=None, granule=GRANULES[0],
                 pointers=None, reach=None):
        """pointers: the functions that a call through a pointer can reach, reach:
        those for the functions of certain names; without either such a call is
        Unknown."""
        self.elf = elf
        self.port = processor.of_elf(elf)
        self.code = self.port.parse(disassembly)
        self.bounds = bounds or {}
        self.pointers, self.reach = pointers, reach or {}
        self.granule = granule
        self.names = self._read_names()
        self.starts = sorted(self.names)
        self._forget()

    def _forget(self):
        self._needs, self._open = {}, []
        self.words = Words(self)

    def where(self, bounds):
        """The same code, with other functions declared."""
        other = copy.copy(self)
        other.bounds, other.names = bounds, dict(self.names)
        other._forget()
        return other

    def _read_names(self):
        names, self.sizes = {}, {}
        text = self.elf.section(".text")
        for symbol in self.elf.symbols if text else ():
            if symbol.type == STT_FUNC and symbol.section == text.index:
                start = symbol.value & ~1
                names.setdefault(start, symbol.name)
                self.sizes[start] = max(symbol.size, self.sizes.get(start, 0))
        return names

    def function_at(self, address):
        """Offset of the function that `address` lies in."""
        at = bisect_right(self.starts, address)
        return self.starts[at - 1] if at else 0

    def end_of(self, start):
        """Not what fills up to the next; assembly may not say where it ends."""
        at = bisect_right(self.starts, start)
        end = self.elf.section(".text").size
        if at < len(self.starts):
            end = self.starts[at]
        size = self.sizes.get(start)
        return min(end, start + size) if size else end

    def name_of(self, start):
        return self.names.get(start, f"code at .text+{start:#x}")

    def need(self, start, depth=0):
        """Need of the function at `start`; raises Unknown. depth: of the stack of
        the function from which it is entered."""
        name, bound = self.name_of(start), self.bound_of(start)
        if bound is not None:
            way = ((name, bound),)
            calls = {(ANY, CALL): (bound, way)} if self.may_call(start) else {}
            return Need(bound, bound, way, way, calls)
        if start in self._opened():
            raise Unknown(name, "calls itself: " + self._cycle(start))
        if start not in self._needs:
            self._open.append((start, depth))
            try:
                self._needs[start] = Walk(self, start).need()
            finally:
                self._open.pop()
        return self._needs[start]

    def _opened(self):
        return [start for start, _ in self._open]

    def leaves_nothing(self, address, depth):
        """Is the function of `address` open, and the stack no deeper now than when
        it was entered?"""
        opened, start = self._opened(), self.function_at(address)
        if start not in opened:
            return False
        since = self._open[opened.index(start) + 1 :]
        return sum(entered for _, entered in since) + depth <= 0

    def bound_of(self, start):
        name = self.name_of(start)
        return self.bounds.get(name, self.bounds.get(plain_name(name)))

    def may_call(self, start):
        """Can a service be called by this function, or by what it calls? Of a
        function whose need is declared nothing else is known."""
        seen, left = {start}, [start]
        while left:
            function = left.pop()
            for address in self.inside(function):
                targets = self._leads_to(address)
                if targets is None:
                    return True
                left += targets - seen
                seen |= targets
        return False

    def inside(self, start):
        """Addresses of the instructions of a function."""
        return (a for a in range(start, self.end_of(start), 2)
                if a in self.code)

    def _leads_to(self, address):
        """Functions that an instruction enters; None: it may be any, or what
        calls a service."""
        instruction = self.code[address]
        name, _ = split_condition(instruction.mnemonic)
        if name in BRANCHES or name == "bl":
            target = self.target(instruction)
            return None if target is None else {self.function_at(target)}
        if name == "svc":
            words = self.words.at(address, WORD)
            return None if any(map(called, words)) else set()
        operands = instruction.operands
        if returns(name, operands) or is_table(name, operands):
            return set()
        return None if is_unknown_jump(name, operands) else set()

    def set_granule(self, granule):
        """That of the stack; what was worked out with another is forgotten."""
        if granule != self.granule:
            self.granule, self._needs = granule, {}

    def _cycle(self, start):
        opened = self._opened()
        path = opened[opened.index(start) :] + [start]
        return " -> ".join(self.name_of(p) for p in path)

    def target(self, instruction):
        """Where a branch goes; None if that is outside of the process."""
        relocation = self.elf.relocations(".text").get(instruction.address)
        if relocation is None:
            return branch_to(instruction.operands)
        symbol = relocation.symbol
        if self.elf.section_name(symbol) != ".text":
            return None
        if self.elf.machine == EM_RISCV:
            return symbol.value + relocation.addend
        if symbol.type == STT_SECTION:
            return symbol.value + self._addend(relocation)
        return symbol.value & ~1

    def callee(self, instruction, target):
        """The name of what a BL calls, also when that is outside."""
        relocation = self.elf.relocations(".text").get(instruction.address)
        outside = relocation.symbol.name if relocation else ""
        return self.names.get(target, outside)

    def _addend(self, relocation):
        if relocation.type not in (R_ARM_THM_CALL, R_ARM_THM_JUMP24):
            raise Refused("a short branch to another section: use a longer one")
        high = self.elf.word(".text", relocation.offset)
        high, low = high & 0xFFFF, high >> 16
        sign = high >> 10 & 1
        first = 1 ^ (low >> 13 & 1) ^ sign
        second = 1 ^ (low >> 11 & 1) ^ sign
        value = sign << 24 | first << 23 | second << 22
        value |= (high & 0x3FF) << 12 | (low & 0x7FF) << 1
        return value - (sign << 25) + 4


class Walk:
    """All ways through one function, with the deepest stack at each place."""

    def __init__(self, code, start):
        self.code, self.start = code, start
        self.end = code.end_of(start)
        self.name = code.name_of(start)
        self.depths, self.tables = {}, {}
        self.work = [(start, 0)]
        self.lent = Lent()
        self.frames, self.way = 0, ((self.name, 0),)
        self.trap, self.trap_way = -1, ()
        self.sites = {}  # address: (depth, [Need of what is called])
        self.calls = {}

    def need(self):
        self._drain()
        while self.tables and self._seed_table():
            self._drain()
        for address, (depth, needs) in self.sites.items():
            for need in needs:
                self._calls_below(address, depth, need)
            if not needs:
                self._calls_here(address, depth)
        return Need(self.frames, self.trap, self.way, self.trap_way, self.calls)

    def _calls_here(self, address, depth):
        """At an svc. One that lends has moved the stack pointer, see trap.h: the
        callee begins where the lent object ends, in the caller's frame."""
        before = self.code.code.get(address - 2)
        lends = before is not None and before.mnemonic == "mov" and \
            before.operands.startswith("sp,")
        how = LEND if lends else CALL
        words = [ANY]  # in what this function runs on into
        if self.start <= address < self.end:
            words = self.code.words.at(address, WORD, self.depths)
        for word in words:
            self._add_call(word, how, depth, ((self.name, depth),))

    def _calls_below(self, address, depth, need):
        """In what is called from here, which may have been given the word."""
        for (word, how), (below, way) in need.calls.items():
            words = [word]
            if word.startswith("@") and self.start <= address < self.end:
                words = self.code.words.at(address, word[1:], self.depths)
            for word in words:
                self._add_call(word, how, depth + below,
                               ((self.name, depth),) + way)

    def _add_call(self, word, how, depth, way):
        if called(word) and depth > self.calls.get((word, how), (-1,))[0]:
            self.calls[word, how] = depth, way

    def _seed_table(self):
        """Continue where only a jump table can lead to."""
        for address in sorted(self.code.code):
            before = [t for t in self.tables if t < address]
            if self.start <= address < self.end and before:
                if address not in self.depths:
                    self.work.append((address, self.tables[max(before)]))
                    return True
        return False

    def _drain(self):
        while self.work:
            address, depth = self.work.pop()
            self.lent.forget()
            while address is not None and \
                    depth > self.depths.get(address, -TOO_MUCH):
                self.depths[address] = depth
                address, depth = self._step(address, depth)

    def _deepen(self, depth, way=()):
        if depth > TOO_MUCH + 64 * self.code.granule:
            raise Unknown(self.name, "takes stack in a loop (CMRX_LENT, alloca)")
        if depth > self.frames:
            self.frames = depth
            self.way = way or ((self.name, depth),)

    def _step(self, address, depth):
        """Executes one instruction: the next address (None: there is none)
        and the depth there."""
        instruction = self.code.code.get(address)
        if instruction is None:
            return None, depth
        name, conditional = split_condition(instruction.mnemonic)
        after = address + instruction.size
        if name in BRANCHES or name in COMPARE_BRANCHES:
            self._branch(instruction, depth)
            return (None if name == "b" and not conditional else after), depth
        if name == "bl":
            return self._call(instruction, depth, after), depth
        if (returns(name, instruction.operands)
                or is_variadic_return(self.code.code, address)):
            return (after if conditional else None), depth
        if is_table(name, instruction.operands):
            self.tables[address] = depth
            return None, depth
        if is_unknown_jump(name, instruction.operands):
            self._pointer(address, depth)
            return (after if name == "blx" or conditional else None), depth
        if name in ("udf", "bkpt"):
            return None, depth
        if name == "svc":
            self._trap(address, depth)
        return after, self._moved(instruction, name, conditional, depth)

    def _pointer(self, address, depth):
        targets = self.code.reach.get(plain_name(self.name), self.code.pointers)
        if targets is None:
            self._refuse(address, "calls through a pointer")
        for target in targets:
            self._enter(self.code.code[address], target, depth)
        self.lent.forget()

    def _trap(self, address, depth):
        depth = max(depth, 0)
        if depth > self.trap:
            self.trap, self.trap_way = depth, ((self.name, depth),)
        self.sites[address] = depth, []

    def _moved(self, instruction, name, conditional, depth):
        try:
            change = stack_effect(name, instruction.operands)
        except Dynamic:
            change = self._dynamic(instruction)
        self.lent.step(name, instruction.operands)
        if conditional and change < 0:
            change = 0
        self._deepen(depth + change)
        return depth + change  # below 0: it takes off what another has put there

    def _dynamic(self, instruction):
        """v6-M and RISC-V make a large frame by what they load: LDR r4, =-size;
        ADD SP, r4. LUI t0, high; ADDI t0, t0, low; ADD sp, sp, t0."""
        loaded = framesize.loaded(self.code, instruction)
        if loaded is not None:
            return max(-loaded, 0)
        size = None
        if instruction.mnemonic.startswith("sub"):
            size = self.lent.size_of(instruction.operands)
        if size is None:
            self._refuse(instruction.address,
                         "takes stack of a size that varies (alloca, an array)")
        return round_up(size + self.code.granule)

    def _refuse(self, address, why):
        place = f"{self.name}+{address - self.start:#x}"
        raise Unknown(self.name, f"{why} (at {place})")

    def _branch(self, instruction, depth):
        target = self.code.target(instruction)
        if target is not None and self.start <= target < self.end:
            if target != self.start or depth == 0:
                self.work.append((target, depth))
                return
        # A loop of jumps that leave nothing on the stack is no recursion.
        if target is not None and self.code.leaves_nothing(target, depth):
            self.work.append((target, depth))
            return
        self._enter(instruction, target, depth)

    def _call(self, instruction, depth, after):
        target = self.code.target(instruction)
        if TABLE_JUMPS.match(self.code.callee(instruction, target)):
            self.tables[instruction.address] = depth
            return None
        if target is not None and self.start < target < self.end:
            self.work.append((target, depth))  # v6-M: B does not go so far
            return None
        self._enter(instruction, target, depth)
        self.lent.forget()
        if self.code.names.get(target) == "cmrx_stack_granule":
            self.lent.granule()
        # What ends in a call and runs into the next function called something
        # that does not return.
        return after if after < self.end else None

    def _enter(self, instruction, target, depth):
        if target is None:
            self._refuse(instruction.address,
                         "calls what is not in its process")
        need = self.code.need(self.code.function_at(target), depth)
        here = ((self.name, depth),)
        self._deepen(depth + need.frames, here + need.way)
        depth = max(depth, 0)
        if need.trap >= 0 and depth + need.trap > self.trap:
            self.trap = depth + need.trap
            self.trap_way = here + need.trap_way
        if need.calls:
            before = self.sites.get(instruction.address, (depth, []))
            known = before[1] if before[0] == depth else []
            self.sites[instruction.address] = depth, known + [need]
