"""test_unload.py - segments end where their bytes in the file end."""

import struct
import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import kernelobj, model, unload

BEFORE = [(1, 0x1000, 0x0, 0x0, 0x80, 0x80),  # flash
          (1, 0x2000, 0x20000000, 0x80, 8, 0x48),  # .data, and .bss behind it
          (1, 0x2008, 0x20010000, 0x20010000, 0, 0x200),  # .bss alone
          (4, 0, 0, 0, 0, 0)]  # no PT_LOAD


def image(segments):
    head = b"\x7fELF\x01\x01" + bytes(22) + struct.pack("<I", 52)
    head = head.ljust(42, b"\0") + struct.pack("<HH", 32, len(segments))
    return head.ljust(52, b"\0") + b"".join(
        struct.pack("<8I", *s, 5, 0x1000) for s in segments)


def segments(data):
    return [struct.unpack_from("<6I", data, 52 + 32 * n)
            for n in range(len(BEFORE))]


class Unload(unittest.TestCase):
    def test_ram_without_contents_is_gone(self):
        after = segments(unload.unload(image(BEFORE)))
        self.assertEqual(after[0], BEFORE[0])
        self.assertEqual(after[1][4:], (8, 8))
        self.assertEqual(after[2][0], unload.NULL)
        self.assertEqual(after[3], BEFORE[3])

    def test_the_checker_sees_what_is_left(self):
        self.assertEqual(kernelobj.read_segments(unload.unload(image(BEFORE))),
                         [(0, 0, 0x80), (0x20000000, 0x80, 8)])

    def test_twice_is_once(self):
        once = unload.unload(image(BEFORE))
        self.assertEqual(unload.unload(once), once)

    def test_no_image_is_refused(self):
        with self.assertRaises(model.Refused):
            unload.unload(b"!<arch>\n")
