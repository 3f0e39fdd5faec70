"""test_armv8m.py - regions of the PMSAv8: what is exact, and its encoding."""

import unittest

import samples
from cmrxlib import armv8m, layout, model, pack, protection, registers8

M33, M55 = armv8m.Unit("cortex-m33"), armv8m.Unit("cortex-m55")


class Shapes(unittest.TestCase):
    def test_exactly_multiples_of_32_can_be_expressed(self):
        for base in range(0, 256, 8):
            for size in range(0, 256, 8):
                shape = M33.express(base, size)
                exact = base % 32 == 0 and size % 32 == 0 and size > 0
                self.assertEqual(shape is not None, exact, (base, size))

    def test_a_shape_decodes_to_what_was_asked_for(self):
        for base in range(0x38000000, 0x38000400, 32):
            for size in (32, 64, 96, 1024, 0x1000, 0x400000):
                pair = M33.encode(3, M33.express(base, size), "device")
                self.assertEqual(registers8.decode(*pair),
                                 (None, [(base, base + size, "rw")]))

    def test_around_is_the_least_that_holds_it(self):
        self.assertEqual(M33.around(0x40006010, 0x10), (0x40006000, 32))
        self.assertEqual(M33.around(0x4000601C, 8), (0x40006000, 64))
        self.assertEqual(M33.around(0x40006020, 0x1010), (0x40006020, 0x1020))

    def test_a_thing_is_as_long_as_it_has_to_be_and_crosses_what_it_likes(self):
        self.assertEqual(M33.choices(lambda granule: 700, 4),
                         [pack.Choice(704, 32, 0, 32)])
        self.assertEqual(M33.choices(lambda granule: 64, 128),
                         [pack.Choice(64, 128, 0, 32)])


    def test_wide_maps_have_ten_windows(self):
        self.assertEqual(armv8m.Unit("cortex-m33", True).WINDOWS,
                         (2, 3, *range(8, 16)))
        self.assertEqual(M33.WINDOWS, (2, 3))


class Encoding(unittest.TestCase):
    """Words as the Armv8-M manual has them, computed by hand."""

    def test_code_is_read_only_and_the_kernel_never_executes_it_if_it_can(self):
        shape = armv8m.Shape(0x10004020, 0x1000)
        self.assertEqual(M33.encode(0, shape, "code"),
                         (0x10004026, 0x10005003))
        self.assertEqual(M55.encode(0, shape, "code"),
                         (0x10004026, 0x10005013))

    def test_memory_is_writable_and_never_executable(self):
        self.assertEqual(M33.encode(1, armv8m.Shape(0x38000040, 0x60),
                                    "memory"), (0x38000043, 0x38000081))

    def test_devices_are_device_memory(self):
        self.assertEqual(M55.encode(2, armv8m.Shape(0x50200000, 0x1000),
                                    "device"), (0x50200003, 0x50200FE5))

    def test_constants_are_neither_written_nor_executed(self):
        self.assertEqual(M55.encode(7, armv8m.Shape(0x10000000, 32),
                                    "constants"), (0x10000007, 0x10000003))

    def test_a_region_that_is_off(self):
        self.assertEqual(M33.off(3), (0, 0))
        self.assertEqual(registers8.decode(0, 0), (None, []))

    def test_what_is_said_of_a_region_is_what_it_allows(self):
        for kind, access in (("code", "rx"), ("constants", "r"),
                             ("memory", "rw"), ("device", "rw")):
            pair = M55.encode(0, armv8m.Shape(0x20000020, 0x40), kind)
            self.assertEqual(M55.meaning(*pair), {
                "access": access,
                "ranges": [{"base": "0x20000020", "size": 0x40}]})
            self.assertEqual(registers8.decode(*pair)[1],
                             [(0x20000020, 0x20000060, access)])


class Decoding(unittest.TestCase):
    def test_what_is_off_has_nothing_else(self):
        for pair in ((32, 0), (0, 32)):
            with self.assertRaises(ValueError):
                registers8.decode(*pair)

    def test_a_limit_below_the_base(self):
        with self.assertRaises(ValueError):
            registers8.decode(0x20000043, 0x20000021)

    def test_kernel_only_memory_allows_nothing(self):
        for rbar in (0x20000001, 0x20000005):
            self.assertEqual(registers8.decode(rbar, 0x20000021), (None, []))

    def test_each_attribute_of_a_kind_counts(self):
        kinds = {"code": "constant", "constants": "constant",
                 "memory": "memory", "device": "device"}
        for unit, cpu in ((M33, "cortex-m33"), (M55, "cortex-m55")):
            for written, kind in kinds.items():
                rbar, rlar = unit.encode(0, armv8m.Shape(64, 64), written)
                self.assertTrue(registers8.is_kind(kind, rbar, rlar, cpu))
                for bit in (2, 3, 4):
                    self.assertFalse(
                        registers8.is_kind(kind, rbar ^ 1 << bit, rlar, cpu))
                for bit in (1, 2, 3, 4):
                    self.assertFalse(
                        registers8.is_kind(kind, rbar, rlar ^ 1 << bit, cpu))

    def test_a_window_is_cut_at_32_bytes_and_nowhere_else(self):
        self.assertTrue(registers8.window_is(0, 0, 1, 5, 0))
        self.assertFalse(registers8.window_is(0, 0, 1, 6, 0))
        self.assertFalse(registers8.window_is(0, 0, 1, 5, 32))


class Layout(unittest.TestCase):
    def board(self, **changes):
        return samples.board(port="armv8m", cpu="cortex-m33", **changes)

    def test_stacks_memory_and_code_lose_less_than_a_step(self):
        made = samples.station(board=self.board())
        text = layout.make(made, samples.kernel())["tables.c"]
        self.assertIn(", 5, 0 }", text)

    def test_a_window_that_pmsav7_cannot_show(self):
        made = samples.station(board=self.board(devices={
            "uart0": model.Device("uart0", 0x40004020, 0x1060,
                                  {"uart0_rx": 0})}))
        self.assertTrue(layout.make(made, samples.kernel()))

    def test_a_window_that_is_not_whole_steps_is_refused(self):
        made = samples.station(board=self.board(devices={
            "uart0": model.Device("uart0", 0x40004010, 0x100,
                                  {"uart0_rx": 0})}))
        with self.assertRaisesRegex(model.Refused, "multiple of 32"):
            layout.make(made, samples.kernel())

    def test_a_port_that_nobody_knows(self):
        with self.assertRaisesRegex(model.Refused, "its port is other"):
            protection.of(samples.board(port="other"))


if __name__ == "__main__":
    unittest.main()
