"""kernelstack.py - how much stack the kernel can use, from its own machine code.

Exceptions use the main stack, on which nothing else is once the system runs:
they come from thread mode, on the stack of a thread. All that the kernel expects
has one priority, or is a fault of a process, which comes before anything of the
kernel has run (entry.S): so at most one of these is on the stack. (But on v6-M and
v8-M Baseline a line may come within the alarm, where that has not masked it yet, or
does not any more: on top of what `out` takes.) On top can come what the kernel does not expect: NMI, HardFault, a fault of its own code. It pushes
a frame and ends in panic(), which does not return. The kernel may also call panic() of
itself: that is a defect, too, and takes no more than one that comes by an exception. That
a defect, in turn, is interrupted by another one is not counted.

Boot runs on the main stack, too, as the thread mode that it is: an exception
there (of the self-test, and the one that starts the first thread) pushes a frame
and uses nothing else.

A call through a pointer can go to any function whose address is in the kernel's
constants or initial variables: the table of system calls. What is not in the
kernel (a vendor's code that board.c calls) is declared in board.json:
"stack_bounds": {"SystemInit": 64}.

What is found out when the kernel is sealed is kept beside it, for all its systems.
"""

import json

from . import bounds, plan as plans, stack
from .board import load_board
from .bounds import step
from .elf import EM_ARM, SHN_UNDEF, STT_FUNC, Elf
from .model import Refused
from .sha import sha256

KERNEL = plans.KERNEL
VECTORS = ".vectors"
ALARM, LINE = "entry_alarm", "entry_irq"
MASKS = "cpsid"  # so an alarm begins that lines interrupt
OUT_BYTES = 8  # `out` in port/armv6m/entry.inc
BOOT, PANIC = "cmrx_reset", "entry_wrong"
DEFECT = "panic"  # kernel/panic.c
TABLES = (".rodata", ".data")
OF_BOARD = ("board_init", "board_halt", "board_reset")
KEPT = ".json"  # the file beside that of the kernel


def pointed_to(elf, sections):
    """Functions whose addresses are in those sections: offsets in .text."""
    found = set()
    for name in sections:
        for offset in elf.relocations(name):
            target = elf.target(name, offset)
            if is_function(elf, target):
                found.add(target.offset & ~1)
    return sorted(found)


def is_function(elf, target):
    if not target or target.section != ".text":
        return False
    if elf.machine == EM_ARM:
        return bool(target.offset & 1)
    text = elf.section(".text").index
    return any(s.type == STT_FUNC and s.section == text
               and s.value == target.offset for s in elf.symbols)


class KernelCode(stack.Code):
    """Beside functions that are in it, those that board.json declares."""

    def target(self, instruction):
        relocation = self.elf.relocations(".text").get(instruction.address)
        if relocation and relocation.symbol.section == SHN_UNDEF:
            return self.outside(relocation.symbol.name)
        return super().target(instruction)

    def outside(self, name):
        """A place for it that is no place in the code."""
        if name in OF_BOARD and name not in self.bounds:
            raise Refused(f"board.c does not define {name}(), or there is no "
                          "board.c beside board.json: begin with that of the "
                          "nearest board, board/README.md")
        if name not in self.bounds:
            raise stack.Unknown(name, "is not part of the kernel")
        at = -2 * (sorted(self.bounds).index(name) + 1)
        self.names[at] = name
        return at

    def masks_lines(self, entry):
        return entry in self.code and self.code[entry].mnemonic == MASKS

    def function_at(self, address):
        return address if address < 0 else super().function_at(address)


def chain(path, declared, objdump="arm-none-eabi-objdump"):
    """Steps of the deepest way through the kernel.o at `path`; `declared`:
    {function: bytes} of board.json."""
    elf = Elf.load(path)
    code = KernelCode(elf, stack.disassemble(path, objdump), declared,
                      pointers=pointed_to(elf, TABLES))
    try:
        return deepest(code, code.where({**declared, DEFECT: 0}),
                       pointed_to(elf, [VECTORS]))
    except stack.Unknown as unknown:
        raise Refused(
            f"the need of the kernel's stack is unknown: {unknown}. Write in "
            f'board.json: "stack_bounds": {{"{unknown.function}": BYTES}}'
        ) from None


def key_of(path, declared):
    """What has to be the same for a chain that was kept to hold."""
    with open(path, "rb") as file:
        digest = sha256(file.read()).hexdigest()
    return {"kernel": digest, "declared": declared}


def keep(path, board, objdump):
    """Works out the chain for those who ask for it; `board`: board.json. What is
    refused is not kept: it is said where a system is laid out."""
    with open(path + KEPT, "w", encoding="utf-8") as file:
        try:
            declared = load_board(board).stack_bounds
            json.dump({"key": key_of(path, declared),
                       "chain": chain(path, declared, objdump)}, file)
        except Refused:
            pass


def chain_of(path, declared, objdump):
    """What keep() has found, or else chain()."""
    try:
        with open(path + KEPT, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and found.get("key") == key_of(path, declared):
        return found["chain"]
    return chain(path, declared, objdump)


def deepest(code, sound, entries):
    """`sound`: the same code, as far as no defect is found in it."""
    names = {code.name_of(entry): entry for entry in entries}
    missing = [name for name in (BOOT, PANIC) if name not in names]
    if missing:
        raise Refused(f"the kernel has no vector {missing[0]}")
    ways = [functions(sound, entry) for name, entry in names.items()
            if name != BOOT]
    ways.append(functions(sound, names[BOOT])
                + [frame(code, "start of a thread")])
    if code.masks_lines(names.get(ALARM)):
        ways.append([step(KERNEL, ALARM, OUT_BYTES), frame(code, "a line")]
                    + functions(sound, names[LINE]))
    way = max(ways, key=bounds.of_steps)
    way = way + [frame(code, "NMI, or a defect")] + functions(
        code, names[PANIC])
    return way + [step(KERNEL, "alignment", bounds.up(bounds.of_steps(way)))]


def functions(code, entry):
    return [step(KERNEL, name, size) for name, size in code.need(entry).way]


def frame(code, what):
    return step(KERNEL, f"frame: {what}",
                code.port.EXCEPTION_BYTES + code.port.ALIGN_BYTES)


def settle(board, steps):
    """Take the bound for the size of the stack if that is left to us; Refused
    when it is too small."""
    bound = bounds.of_steps(steps)
    board.kernel_stack = board.kernel_stack or bound
    if board.kernel_stack < bound:
        raise Refused(
            f"board {board.name}: the stack of the kernel has "
            f"{board.kernel_stack} bytes, and it can use {bound}: write "
            f'"kernel_stack": "auto" or {bound} in board.json. The deepest '
            "way:\n" + bounds.text(steps))
