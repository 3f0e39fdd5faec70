"""words.py - which service a call goes to, from the code that makes it.

A system call has its word in r12 (trap.h), and what is called is in it. The word
is followed backwards, on all ways that lead to the svc, through registers and
places of the function's own frame, until it is known what it is:

    =N      a constant
    #N      the import of that number: the address of what CMRX_USE declares
    @rN     what the function was given, to be found at its callers
    *       anything
"""

import re

from .elf import (R_ARM_ABS32, R_ARM_THM_MOVT_ABS, R_ARM_THM_MOVW_ABS_NC,
                  R_RISCV_HI20, R_RISCV_LO12_I, SHN_ABS, WORD as LITTLE_ENDIAN)
from .thumb import (BRANCHES, COMPARE_BRANCHES, CONDITIONS, branch_to, is_table,
                    is_unknown_jump, register_list, returns, split_condition)

WORD = "ip"  # the register, as objdump calls r12
SYS_CALL, SYS_CALL_UNTIL = 0, 18  # syscalls.def; the import is in bits 8-15
ANY, CALL, LEND = "*", "call", "lend"
PART = "=?"  # a constant that is added to something else
LOWER = (R_ARM_THM_MOVW_ABS_NC, R_RISCV_HI20)  # of an address, comes first
GIVEN = ("r0", "r1", "r2", "r3")
# By a call; the second line has those that only RISC-V has.
CLOBBERED = GIVEN + (WORD, "lr",
                     "a4", "a5", "a6", "t0", "t1", "t2", "t3", "t4", "t5", "t6")

COPY = ("mov", "movs")
WITH = ("lsl", "lsls", "orr", "orrs", "add", "adds", "addw")
NOTHING = {"str", "strb", "strh", "cmp", "cmn", "tst", "teq", "push", "nop",
           "svc", "dmb", "dsb", "isb", "wfi", "vpush", "bkpt", "udf"}
PAIRS = {"ldrd", "umull", "smull", "umlal", "smlal"}
BASES = NOTHING | PAIRS | set(COPY) | set(WITH) | {"movw", "movt", "ldr", "mvn"}
IMMEDIATE = re.compile(r"#(-?\d+)$")
SLOT = re.compile(r"\[sp(?:, #(\d+))?\]$")


def called(word):
    """Is, or may that be, the call of a service?"""
    return not word.startswith("=") or (int(word[1:]) & 0xFF in
                                        (SYS_CALL, SYS_CALL_UNTIL))


def imports_of(word, count):
    """Numbers of the imports that it can mean, in a process that has `count`.
    A number past these is refused by the kernel."""
    if word.startswith("="):
        number = int(word[1:]) >> 8 & 0xFF
    elif word.startswith("#"):
        number = int(word[1:])
    else:
        return range(count)
    return range(number, min(number + 1, count))


def plain(mnemonic):
    """Without its condition, and whether it had one."""
    if mnemonic not in BASES and mnemonic[-2:] in CONDITIONS and \
            mnemonic[:-2] in BASES:
        return mnemonic[:-2], True
    return mnemonic, mnemonic.startswith("it")


class Words:
    """Follows words through the functions of a stack.Code."""

    def __init__(self, code):
        self.code = code
        self._before, self._found = {}, {}

    def at(self, address, register, depths=None):
        """What that register can hold when the instruction begins: a sorted
        list. depths: of the stack, by address, if places of the frame are to be
        followed."""
        key = address, register, depths is not None
        if key not in self._found:
            search = Search(self, self.code.function_at(address), depths or {})
            search.before(address, register)
            self._found[key] = sorted(search.run())
        return self._found[key]

    def before(self, start):
        """{address: addresses that can come before it} in a function."""
        if start not in self._before:
            self._before[start] = found = {}
            for address in self.code.inside(start):
                for following in self._after(address):
                    found.setdefault(following, []).append(address)
        return self._before[start]

    def _after(self, address):
        instruction = self.code.code[address]
        name, conditional = split_condition(instruction.mnemonic)
        operands = instruction.operands
        after = [address + instruction.size]
        if name in BRANCHES or name in COMPARE_BRANCHES:
            target = self.code.target(instruction)
            if target is None:
                target = branch_to(operands)
            going_on = after if name != "b" or conditional else []
            return going_on + ([target] if target is not None else [])
        if name in ("tbb", "tbh"):
            return self._table(instruction, 1 if name == "tbb" else 2)
        ends = returns(name, operands) or (
            name != "blx" and is_unknown_jump(name, operands)) or \
            is_table(name, operands)
        return after if conditional or not ends else []

    def _table(self, instruction, width):
        """Where a jump table behind its instruction leads to. It ends where the
        first of the code is that it leads to."""
        text = self.code.elf.contents(".text")
        base = instruction.address + 4
        targets, at, end = set(), base, len(text)
        while at + width <= end and at not in self.code.code:
            entry = int.from_bytes(text[at : at + width], "little")
            targets.add(base + 2 * entry)
            end, at = min(end, base + 2 * entry), at + width
        return sorted(targets)

    def literal(self, instruction):
        """What `ldr register, [pc, #n]` loads."""
        match = re.search(r"\[pc(?:, #(-?\d+))?\]$", instruction.operands)
        if not match:
            return ANY
        place = (instruction.address + 4 & ~3) + int(match[1] or 0)
        relocation = self.code.elf.relocations(".text").get(place)
        if relocation is not None:
            return self.import_of(relocation, (R_ARM_ABS32,))
        text = self.code.elf.contents(".text")
        if place + 4 > len(text):
            return ANY
        return f"={LITTLE_ENDIAN.unpack_from(text, place)[0]}"

    @staticmethod
    def import_of(relocation, kinds):
        """A name that the build has numbered; objcopy has no name for 0."""
        symbol = relocation.symbol
        if relocation.type in kinds and (symbol.section == SHN_ABS
                                         or symbol.index == 0):
            return f"#{symbol.value}"
        return ANY


class Search:
    """One word, backwards through one function."""

    def __init__(self, words, start, depths):
        self.words, self.start, self.depths = words, start, depths
        self.code = words.code
        self.found, self.seen, self.left = set(), set(), []

    def run(self):
        while self.left:
            self.step(*self.left.pop())
        return self.found - {PART} or {ANY}

    def before(self, address, place, mixed=""):
        """Look at all that can come before that address. mixed: what was done
        to it since, see _value()."""
        ways = self.words.before(self.start).get(address, [])
        if address == self.start:
            self.found.add(f"@{place}" if place in GIVEN and not mixed
                           else ANY)
        elif not ways:
            self.found.add(ANY)
        for way in ways:
            if (way, place, mixed) not in self.seen:
                self.seen.add((way, place, mixed))
                self.left.append((way, place, mixed))

    def step(self, address, place, mixed):
        """`place` may have been written by the instruction at `address`."""
        instruction = self.code.code[address]
        name, conditional = plain(instruction.mnemonic)
        if isinstance(place, int):
            sources = self._stored(instruction, name, address, place)
        else:
            sources = self._written(instruction, name, address, place)
        if sources is None or conditional:
            self.before(address, place, mixed)
        for source in sources or ():
            self._source(address, source, mixed)

    def _source(self, address, source, mixed):
        """(how, what): "is" a word, "place" where it comes from, "shift" where
        it comes from with a constant applied, "sum" the same for one of two."""
        how, what = source
        if how == "is" and mixed and what.startswith("="):
            self.found.add(PART if mixed == "sum" else ANY)
        elif how == "is":
            self.found.add(what)
        elif how == "place" or mixed == "sum":
            self.before(address, what, mixed)
        else:
            self.before(address, what, how)

    def _stored(self, instruction, name, address, slot):
        """Registers that are stored there; None if that place is left alone."""
        depth = self.depths.get(address)
        if depth is None:
            return [("is", ANY)]
        parts = [p.strip() for p in instruction.operands.split(",")]
        if name == "push":
            return self._pushed(instruction, depth, slot)
        if name.startswith("stm") and parts[0].startswith("sp"):
            return [("is", ANY)]
        match = SLOT.search(instruction.operands)
        if not match or not name.startswith("str"):
            return None
        first = int(match[1] or 0) - depth
        if slot == first and name in ("str", "strd"):
            return [("place", parts[0])]
        if slot == first + 4 and name == "strd":
            return [("place", parts[1])]
        return [("is", ANY)] if slot <= first < slot + 4 else None

    @staticmethod
    def _pushed(instruction, depth, slot):
        names = register_list(instruction.operands)
        low = -depth - 4 * len(names)
        if not low <= slot < -depth:
            return None
        inside = instruction.operands[1:-1].replace(" ", "").split(",")
        if any("-" in part for part in inside):
            return [("is", ANY)]
        return [("place", inside[(slot - low) // 4])]

    def _written(self, instruction, name, address, register):
        """What is put into the register; None if it is left alone."""
        operands = instruction.operands
        parts = [p.strip() for p in operands.split(",")]
        if name in ("bl", "blx", "svc"):
            return [("is", ANY)] if register in CLOBBERED else None
        if name in BRANCHES or name in COMPARE_BRANCHES or name in NOTHING \
                or name.startswith(("it", "stm")) or name == "strd":
            return [("is", ANY)] if written_back(operands, register) else None
        if "{" in operands:
            listed = operands[operands.index("{"):]
            return [("is", ANY)] if in_list(listed, register) or \
                written_back(operands, register) else None
        if written_back(operands, register):
            return [("is", ANY)]
        count = 2 if name in PAIRS else 1
        if register not in parts[:count]:
            return None
        return self._value(instruction, name, parts, parts.index(register))

    def _value(self, instruction, name, parts, which):
        amount = IMMEDIATE.search(instruction.operands)
        if name in COPY + ("movw",) and len(parts) == 2:
            relocation = self._relocation(instruction)
            if relocation:
                return [("is", self.words.import_of(relocation, LOWER))]
            if amount:
                return [("is", f"={int(amount[1]) & 0xFFFFFFFF}")]
            return [("place", parts[1])]
        if name == "movt":
            upper = self._relocation(instruction)
            known = upper and upper.type == R_ARM_THM_MOVT_ABS
            return [("place", parts[0])] if known else [("is", ANY)]
        relocation = name == "add" and self._relocation(instruction)
        if relocation and relocation.type == R_RISCV_LO12_I:
            return [("place", parts[1])]  # the rest of what lui has begun
        whole = name == "adds" and self._in_two(instruction, parts)
        if whole:
            return [("is", f"={whole}")]
        if name in WITH and not any(p.startswith("sp") for p in parts):
            taken = sources(parts)
            return [("sum" if len(taken) > 1 else "shift", p) for p in taken]
        if name in ("ldr", "ldrd"):
            return [self._loaded(instruction, name, which)]
        return [("is", ANY)]

    def _in_two(self, instruction, parts):
        """A constant above 255 as v6-M makes it: `movs rN, #a`, and then at once
        `adds rN, #b`; or None."""
        ways = self.words.before(self.start).get(instruction.address, [])
        first = self.code.code[ways[0]] if len(ways) == 1 else None
        if first is None or first.mnemonic != "movs" or len(parts) != 2:
            return None
        amounts = [IMMEDIATE.search(i.operands) for i in (first, instruction)]
        if not first.operands.startswith(parts[0] + ",") or None in amounts:
            return None
        return sum(int(amount[1]) for amount in amounts)

    def _relocation(self, instruction):
        return self.code.elf.relocations(".text").get(instruction.address)

    def _loaded(self, instruction, name, which):
        match = SLOT.search(instruction.operands)
        depth = self.depths.get(instruction.address)
        if match and depth is not None:
            return "place", int(match[1] or 0) - depth + 4 * which
        return "is", self.words.literal(instruction) if name == "ldr" else ANY


def sources(parts):
    """Registers that an instruction of WITH takes: `rD, rN, rM, lsl #8`, `rD,
    rN, #1`, and the short forms in which rD is rN."""
    registers = [p for p in parts[1:] if re.fullmatch(
        r"r\d+|[sf]l|fp|ip|lr|sb|[ast]\d+", p)]
    operands = [p for p in parts[1:] if not p.startswith(("lsl", "lsr", "asr"))]
    return registers if len(operands) > 1 else [parts[0]] + registers


def in_list(listed, register):
    """Is it one of `{r4, r6-r8, pc}`?"""
    for part in listed.strip("{}^").split(","):
        first, _, last = part.strip().partition("-")
        if register == first or last and register[1:].isdigit() and \
                int(first[1:]) <= int(register[1:]) <= int(last[1:]):
            return True
    return False


def written_back(operands, register):
    """Does it move the register that an address is made of?"""
    return operands.startswith(f"{register}!") or bool(
        re.search(rf"\[{register}(, [^\]]*)?\]!|\[{register}\], ", operands))
