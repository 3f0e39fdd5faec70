"""test_armv7m.py - regions of the PMSAv7: what is exact, and its encoding."""

import unittest

import samples  # noqa: F401 (finds cmrxlib)
from cmrxlib import armv7m, registers


def naive(base, size):
    """All exact regions for a piece, by trying every region there is."""
    for log2 in range(5, 33):
        region = 1 << log2
        start = base & ~(region - 1)
        if start == base and region == size:
            return True
        eighth = region // 8
        if region >= 256 and base % eighth == 0 and size % eighth == 0 \
                and base + size <= start + region:
            return True
    return False


class Shapes(unittest.TestCase):
    def test_exactly_the_pieces_that_exist_can_be_expressed(self):
        for base in range(0, 2048, 16):
            for size in list(range(16, 700, 16)) + [1024, 1536, 2048]:
                shape = armv7m.express(base, size)
                self.assertEqual(shape is not None, naive(base, size),
                                 (base, size))

    def test_a_shape_decodes_to_what_was_asked_for(self):
        for base in range(0x20000000, 0x20001000, 32):
            for size in range(32, 1025, 32):
                shape = armv7m.express(base, size)
                if shape:
                    pair = armv7m.encode(3, shape, "device")
                    self.assertEqual(registers.decode(*pair),
                                     (3, [(base, base + size, "rw")]))

    def test_eighths_refuses_what_crosses_its_block(self):
        with self.assertRaises(AssertionError):
            armv7m.eighths(0x200000E0, 64, 32)

    def test_the_largest_region_is_a_device_window_too(self):
        shape = armv7m.express(0, 1 << 31)
        self.assertEqual(armv7m.encode(3, shape, "device")[1] >> 1 & 31, 30)


class Encoding(unittest.TestCase):
    """Words as the ARMv7-M manual has them, computed by hand."""

    def test_code_is_read_only_for_all_and_executable(self):
        self.assertEqual(
            armv7m.encode(1, armv7m.Shape(0x08004000, 0x1000), "code"),
            (0x08004011, 0x06020017))

    def test_memory_is_writable_never_executable_and_write_back(self):
        shape = armv7m.eighths(0x20000040, 0x60, 32)
        self.assertEqual(armv7m.encode(2, shape, "memory"),
                         (0x20000012, 0x1303E30F))

    def test_a_device_is_strongly_ordered(self):
        self.assertEqual(
            armv7m.encode(3, armv7m.Shape(0x4000C000, 0x1000), "device"),
            (0x4000C013, 0x13040017))

    def test_constants_are_read_only_for_all_and_not_executable(self):
        self.assertEqual(
            armv7m.encode(0, armv7m.Shape(0, 256), "constants"),
            (0x00000010, 0x1602000F))

    def test_a_slot_that_is_off_still_names_its_region(self):
        self.assertEqual(armv7m.off(4), (0x14, 0))
        self.assertEqual(registers.decode(*armv7m.off(4)), (4, []))

    def test_a_region_that_v6m_has_not_is_not_used(self):
        with self.assertRaises(AssertionError):
            armv7m.encode(2, armv7m.Shape(0x20000000, 128), "memory")
        self.assertEqual(armv7m.express(0x20000060, 32),
                         armv7m.Shape(0x20000000, 256, 0x08))


class Around(unittest.TestCase):
    def test_the_least_that_holds_it_is_found(self):
        for base, size in ((0x40006000, 0x1010), (0x40000001, 1),
                           (0x400000E0, 0x40), (0x40000FF0, 0x20)):
            low, length = armv7m.around(base, size)
            self.assertTrue(low <= base and base + size <= low + length)
            self.assertIsNotNone(armv7m.express(low, length))
        self.assertEqual(armv7m.around(0x40006000, 0x1010),
                         (0x40006000, 0x1400))


class Decoder(unittest.TestCase):
    """The checker's own; it must not believe nonsense."""

    def test_a_misaligned_base_is_refused(self):
        with self.assertRaises(ValueError):
            registers.decode(0x20000032, 0x1306000F)

    def test_a_base_without_valid_is_refused(self):
        with self.assertRaises(ValueError):
            registers.decode(0x20000002, 0x1306000F)

    def test_eighths_of_a_small_region_are_refused(self):
        with self.assertRaises(ValueError):
            registers.decode(0x20000012, 0x1306FF0D)

    def test_reserved_bits_are_refused(self):
        with self.assertRaises(ValueError):
            registers.decode(0x20000012, 0x3306000F)

    def test_a_region_that_is_off_is_all_zero(self):
        for pair in ((0x20000012, 0), (0x12, 0x13060000)):
            with self.assertRaises(ValueError):
                registers.decode(*pair)

    def test_privileged_only_is_no_access(self):
        self.assertEqual(registers.decode(0x20000012, 0x1106000F), (2, []))

    def test_holes_are_seen(self):
        _, pieces = registers.decode(0x20000012, 0x1306020F)
        self.assertEqual(pieces, [(0x20000000, 0x20000020, "rw"),
                                  (0x20000040, 0x20000100, "rw")])


if __name__ == "__main__":
    unittest.main()
