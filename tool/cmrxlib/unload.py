"""unload.py - `cmrx unload S.elf`: RAM without contents is in no segment.

Without segments of our own (beside a vendor's linker script) ld makes some for
.bss and the like, too, with nothing in the file. A loader would zero them, QEMU
at each reset: the record of the last fault would be gone. So a segment ends
where its bytes in the file end, and one without bytes is none.
"""

import struct

from .model import Refused

HEADER = struct.Struct("<8I")  # type, offset, vaddr, paddr, filesz, memsz, ...
LOAD, NULL = 1, 0


def unload(data):
    """The same file with such segments; sections and symbols do not change."""
    raw = bytearray(data)
    if raw[:6] != b"\x7fELF\x01\x01":
        raise Refused("not a 32-bit little-endian ELF file")
    table, = struct.unpack_from("<I", raw, 28)
    size, count = struct.unpack_from("<HH", raw, 42)
    for number in range(count):
        at = table + number * size
        kind, offset, virtual, physical, filled, _, *rest = \
            HEADER.unpack_from(raw, at)
        if kind == LOAD:
            HEADER.pack_into(raw, at, LOAD if filled else NULL, offset, virtual,
                             physical, filled, filled, *rest)
    return bytes(raw)


def run(args):
    try:
        with open(args.elf, "r+b") as file:
            mended = unload(file.read())
            file.seek(0)
            file.write(mended)
    except OSError as error:
        raise Refused(f"{args.elf}: {error.strerror}") from None
    except (Refused, struct.error) as error:
        raise Refused(f"{args.elf}: {error}") from None
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "unload", help="take RAM without contents out of an image's segments")
    parser.add_argument("elf", metavar="S.elf")
    parser.set_defaults(run=run)
