"""keepsize.py - `cmrx keepsize FILE`: the last step of a kernel.

For RISC-V, whose linker makes code shorter: the linker has to leave the object as it
is, see elf.keep_size(). Then the need of its stack can be worked out, once for all
systems: kernelstack.py.
"""

from . import kernelstack
from .elf import Elf


def run(args):
    elf = Elf.load(args.object)
    elf.keep_size()
    with open(args.object, "wb") as file:
        file.write(elf.data)
    kernelstack.keep(args.object, args.board, args.objdump)
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "keepsize", help="let the linker not change the size of a kernel")
    parser.add_argument("object", metavar="FILE.o")
    parser.add_argument("--board", required=True, help="board.json")
    parser.add_argument("--objdump", default="arm-none-eabi-objdump")
    parser.set_defaults(run=run)
