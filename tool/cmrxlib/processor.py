"""processor.py - what a processor and its port put on stacks; its machine code.

Each has the same constants, see armv7m.py, and disassemble() and parse(), see
thumb.py. Ports of one instruction set share them.
"""

from . import armv7m, riscv
from .elf import EM_RISCV


def of_board(board):
    return riscv if board.port == "riscv32" else armv7m


def of_elf(elf):
    return riscv if elf.machine == EM_RISCV else armv7m
