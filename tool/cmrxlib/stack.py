"""stack.py - how much stack a function needs at worst, from its machine code.

The code of a process is walked from each root: every instruction that moves
the stack pointer, every call. Compilers' own figures are not used: there are
none for assembly, for libgcc and for the C library.

What is counted:
    frames       of the function and of all it calls in its process
    a trap       svc: TRAP_BYTES below the stack pointer, where the processor
                 and the kernel keep the registers. What a called service needs
                 is not counted: the kernel checks it at that call
    interrupts   code can be interrupted anywhere: EXCEPTION_BYTES, with the
                 stack pointer rounded down to 8 as the processor does it

What cannot be worked out (calls through pointers, recursion, alloca of a size
that varies) is Unknown, unless CMRX_STACK_BOUND(function, bytes) says it. Such
a bound stands for the frames; the trap or interrupt on top is added.

CMRX_LENT is understood: its alloca is a constant plus the granule of the stack
it runs on. That of a thread's body is known, that of a method is its caller's:
there is a need for each granule, and the layout takes the one that it may meet.
"""

import re
import subprocess
from bisect import bisect_right
from collections import namedtuple

from .elf import (R_ARM_THM_CALL, R_ARM_THM_JUMP24, STT_FUNC, STT_SECTION)
from .model import Refused

EXCEPTION_BYTES = 32  # r0-r3, r12, lr, pc, psr
SAVED_BYTES = 32  # r4-r11: CMRX_TRAP_BYTES in trap.h is the sum
TRAP_BYTES = EXCEPTION_BYTES + SAVED_BYTES
GRANULES = [32 << n for n in range(12)]  # the last: no service may need so much
TOO_MUCH = 1 << 20  # a loop that pushes

CONDITIONS = "eq ne cs hs cc lo mi pl vs vc hi ls ge lt gt le".split()
BRANCHES = {"b"} | {"b" + c for c in CONDITIONS}
COMPARE_BRANCHES = {"cbz", "cbnz"}
SP_BASES = {"push", "pop", "stmdb", "stmfd", "ldmia", "ldmfd", "ldm", "vpush",
            "vpop", "vstmdb", "vldmia", "sub", "subs", "subw", "add", "adds",
            "addw", "str", "strd", "ldr", "ldrd", "mov", "movs", "bx", "blx",
            "bl", "tbb", "tbh", "bic", "lsrs", "lsls", "lsr", "lsl"}

Instruction = namedtuple("Instruction", "address size mnemonic operands")
Need = namedtuple("Need", "frames trap")  # trap: deepest svc, or -1

LINE = re.compile(r"^\s*([0-9a-f]+):\t((?:[0-9a-f]{4} ?){1,2})\s*"
                  r"\t(\S+)(?:\t(.*))?$")
IMMEDIATE = re.compile(r"#(-?\d+)")


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


def total(need):
    """Bytes of stack for a need, exceptions included."""
    interrupted = round_up(need.frames) + EXCEPTION_BYTES
    trapped = round_up(need.trap) + TRAP_BYTES if need.trap >= 0 else 0
    return max(interrupted, trapped)


def round_up(size):
    return (size + 7) & ~7


def stack_of(code, roots):
    """Bytes that each function of `roots` (offsets in .text) needs with all
    that it calls: a dict offset -> bytes, or Unknown (not raised)."""
    result = {}
    for root in roots:
        try:
            result[root] = total(code.need(root))
        except Unknown as unknown:
            result[root] = unknown
    return result


def by_granule(code, root):
    """What the function at `root` needs with each of GRANULES, or Unknown (not
    raised). The need never falls as the granule grows: when the last is as the
    first, so are all."""
    needs = {}
    for granule in GRANULES[:1] + GRANULES[-1:] + GRANULES[1:-1]:
        code.set_granule(granule)
        needs[granule] = stack_of(code, [root])[root]
        if isinstance(needs[granule], Unknown):
            return needs[granule]
        if len(needs) == 2 and len(set(needs.values())) == 1:
            return [needs[granule]] * len(GRANULES)
    return [needs[granule] for granule in GRANULES]


def disassemble(path, objdump="arm-none-eabi-objdump"):
    command = [objdump, "-d", "-j", ".text", str(path)]
    try:
        done = subprocess.run(command, check=True, capture_output=True,
                              text=True)
    except OSError as error:
        raise Refused(f"cannot run {objdump}: {error.strerror}; tool/setup "
                      "demo installs what is missing") from None
    except subprocess.CalledProcessError as error:
        raise Refused(f"cannot disassemble {path}: {error}") from None
    return done.stdout


def parse(text):
    """Instructions by address. Data among them is left out."""
    code = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match or match[3].startswith("."):
            continue
        operands = re.split(r"\s*[;@]", match[4] or "")[0].strip()
        address, size = int(match[1], 16), len(match[2].replace(" ", "")) // 2
        mnemonic = re.sub(r"\.[nw]$", "", match[3])
        code[address] = Instruction(address, size, mnemonic, operands)
    return code


def split_condition(mnemonic):
    """Mnemonic without its condition, and whether it had one."""
    if mnemonic in SP_BASES or mnemonic in BRANCHES:
        return mnemonic, False
    if mnemonic[-2:] in CONDITIONS and mnemonic[:-2] in SP_BASES:
        return mnemonic[:-2], True
    return mnemonic, False


def register_list(operands):
    """Registers in braces, ranges resolved into how many there are."""
    inside = operands[operands.index("{") + 1 : operands.index("}")]
    names = []
    for part in inside.split(","):
        first, _, last = part.strip().partition("-")
        if last:
            names += [first] * (int(last[1:]) - int(first[1:]) + 1)
        else:
            names.append(first)
    return names


def register_bytes(operands):
    names = register_list(operands)
    return len(names) * (8 if names[0].startswith("d") else 4)


class Dynamic(Exception):
    """The stack pointer moves by what is in a register."""


def stack_effect(name, operands):
    """Bytes by which an instruction moves the stack pointer down."""
    parts = [p.strip() for p in operands.split(",")]
    if name in ("push", "vpush"):
        return register_bytes(operands)
    if name in ("pop", "vpop"):
        return -register_bytes(operands)
    if parts[0] == "sp!" and "{" in operands:
        sign = 1 if name in ("stmdb", "stmfd", "vstmdb") else -1
        return sign * register_bytes(operands)
    if parts[0] == "sp" and name[:3] in ("sub", "add"):
        amount = IMMEDIATE.search(operands)
        if amount is None:
            raise Dynamic
        if len(parts) == 3 and parts[1] != "sp":
            return 0  # back from a frame pointer: it was deeper before
        return int(amount[1]) * (1 if name[:3] == "sub" else -1)
    if "[sp" in operands and name[:3] in ("str", "ldr"):
        return write_back(operands)
    return 0


def write_back(operands):
    before = re.search(r"\[sp, #(-?\d+)\]!", operands)
    after = re.search(r"\[sp\], #(-?\d+)", operands)
    match = before or after
    return -int(match[1]) if match else 0


def returns(name, operands):
    if name == "bx":
        return operands == "lr"
    if name in ("pop", "ldmia", "ldmfd", "ldm"):
        return "{" in operands and "pc" in register_list(operands)
    if name == "mov":
        return operands.replace(" ", "") == "pc,lr"
    return name == "ldr" and operands.startswith("pc, [sp]")


def is_table(name, operands):
    if name in ("tbb", "tbh"):
        return True
    return name == "ldr" and re.match(r"pc, \[(pc|r\d+), r\d+, lsl #2\]",
                                      operands)


def is_unknown_jump(name, operands):
    if name in ("bx", "blx"):
        return not re.match(r"[0-9a-f]+ <", operands)
    return name in ("ldr", "mov", "add") and operands.startswith("pc,")


class Lent:
    """Follows what CMRX_LENT computes: registers that hold the granule plus a
    constant, in code without branches."""

    def __init__(self):
        self.registers = {}

    def forget(self):
        self.registers = {}

    def granule(self):
        self.registers = {"r0": 0}

    def step(self, name, operands):
        if name in ("str", "strd", "cmp", "tst", "push", "nop"):
            return
        parts = [p.strip() for p in operands.split(",")]
        short = len(parts) == 2 and parts[1].startswith("#")
        source = parts[0] if short else parts[min(1, len(parts) - 1)]
        known = self.registers.get(source)
        if known is not None:
            known = self._value(name, known, IMMEDIATE.search(operands))
        self.registers[parts[0]] = known

    @staticmethod
    def _value(name, known, amount):
        change = int(amount[1]) if amount else 0
        if name in ("add", "adds", "addw"):
            return known + change if amount else None
        if name in ("sub", "subs", "subw"):
            return known - change if amount else None
        if name in ("mov", "movs", "bic", "lsrs", "lsls", "lsr", "lsl"):
            return known  # bic #7, and lsr #3 with lsl #3, only round down
        return None

    def size_of(self, operands):
        return self.registers.get(operands.split(",")[-1].strip())


class Code:
    """The code of a process, and what its functions need."""

    def __init__(self, elf, disassembly, bounds=None, granule=GRANULES[0]):
        self.elf = elf
        self.code = parse(disassembly)
        self.bounds = bounds or {}
        self.granule = granule
        self.names = self._read_names()
        self.starts = sorted(self.names)
        self._needs, self._open = {}, []

    def _read_names(self):
        names = {}
        text = self.elf.section(".text")
        for symbol in self.elf.symbols if text else ():
            if symbol.type == STT_FUNC and symbol.section == text.index:
                names.setdefault(symbol.value & ~1, symbol.name)
        return names

    def function_at(self, address):
        """Offset of the function that `address` lies in."""
        at = bisect_right(self.starts, address)
        return self.starts[at - 1] if at else 0

    def end_of(self, start):
        at = bisect_right(self.starts, start)
        if at < len(self.starts):
            return self.starts[at]
        return self.elf.section(".text").size

    def name_of(self, start):
        return self.names.get(start, f"code at .text+{start:#x}")

    def need(self, start):
        """Need of the function at `start`; raises Unknown."""
        name = self.name_of(start)
        bound = self.bounds.get(name, self.bounds.get(plain_name(name)))
        if bound is not None:
            return Need(bound, bound)
        if start in self._open:
            raise Unknown(name, "calls itself: " + self._cycle(start))
        if start not in self._needs:
            self._open.append(start)
            try:
                self._needs[start] = Walk(self, start).need()
            finally:
                self._open.pop()
        return self._needs[start]

    def set_granule(self, granule):
        """That of the stack; what was worked out with another is forgotten."""
        if granule != self.granule:
            self.granule, self._needs = granule, {}

    def _cycle(self, start):
        path = self._open[self._open.index(start) :] + [start]
        return " -> ".join(self.name_of(p) for p in path)

    def target(self, instruction):
        """Where a branch goes; None if that is outside of the process."""
        relocation = self.elf.relocations(".text").get(instruction.address)
        if relocation is None:
            match = re.search(r"([0-9a-f]+) <", instruction.operands)
            return int(match[1], 16) if match else None
        symbol = relocation.symbol
        if self.elf.section_name(symbol) != ".text":
            return None
        if symbol.type == STT_SECTION:
            return symbol.value + self._addend(relocation)
        return symbol.value & ~1

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
        self.frames, self.trap = 0, -1

    def need(self):
        self._drain()
        while self.tables and self._seed_table():
            self._drain()
        return Need(self.frames, self.trap)

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
            while address is not None and depth > self.depths.get(address, -1):
                self.depths[address] = depth
                address, depth = self._step(address, depth)

    def _deepen(self, depth):
        if depth > TOO_MUCH + 64 * self.code.granule:
            raise Unknown(self.name, "pushes in a loop")
        self.frames = max(self.frames, depth)

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
        if returns(name, instruction.operands):
            return (after if conditional else None), depth
        if is_table(name, instruction.operands):
            self.tables[address] = depth
            return None, depth
        if is_unknown_jump(name, instruction.operands):
            self._refuse(address, "calls through a pointer")
        if name in ("udf", "bkpt"):
            return None, depth
        if name == "svc":
            self.trap = max(self.trap, depth)
        return after, self._moved(instruction, name, conditional, depth)

    def _moved(self, instruction, name, conditional, depth):
        try:
            change = stack_effect(name, instruction.operands)
        except Dynamic:
            change = self._dynamic(instruction)
        self.lent.step(name, instruction.operands)
        if conditional and change < 0:
            change = 0
        depth = max(depth + change, 0)
        self._deepen(depth)
        return depth

    def _dynamic(self, instruction):
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
        self._enter(instruction, target, depth)

    def _call(self, instruction, depth, after):
        target = self.code.target(instruction)
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
        need = self.code.need(self.code.function_at(target))
        self._deepen(depth + need.frames)
        if need.trap >= 0:
            self.trap = max(self.trap, depth + need.trap)
