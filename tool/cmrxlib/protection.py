"""protection.py - what can be protected on a board: by its port.

Each has the same functions and constants, see armv7m.py: numbers of regions,
choices() for the packer, express(), around(), encode(), off(), map_words(), meaning().
"""

from . import armv7m, armv8m, pmp
from .model import Refused

PORTS = ("armv6m", "armv7m", "armv8m", "armv8m_base", "riscv32")


def can_be_wide(board):
    """Are there 16 regions, so that a process can have more windows? The build
    asks the same (cmake/CMRXStatement.cmake)."""
    return (board.pmp_entries if board.port == "riscv32"
            else board.mpu_regions) >= 16


def of(board):
    """The protection unit of a model.Board."""
    if board.port in ("armv6m", "armv7m"):
        return armv7m
    if board.port in ("armv8m", "armv8m_base"):
        return armv8m.Unit(board.cpu, board.wide)
    if board.port == "riscv32":
        return pmp.Unit(board.pmp_entries, board.pmp_top_of_range, board.wide)
    raise Refused(f"board {board.name}: its port is {board.port}; the "
                  f"layout knows {', '.join(PORTS)}")
