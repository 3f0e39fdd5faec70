"""keepsize.py - `cmrx keepsize FILE`: an object that the linker leaves as it is.

For RISC-V, whose linker makes code shorter: see elf.keep_size().
"""

from .elf import Elf


def run(args):
    elf = Elf.load(args.object)
    elf.keep_size()
    with open(args.object, "wb") as file:
        file.write(elf.data)
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "keepsize", help="let the linker not change the size of an object")
    parser.add_argument("object", metavar="FILE.o")
    parser.set_defaults(run=run)
