"""test_board.py - what a board.json may say, and what is said of one that does not."""

import copy
import glob
import json
import os
import tempfile
import unittest

import samples
from cmrxlib import board, grants, layout, model
from samples import kernel, process, system

ROOT = os.path.dirname(samples.TOOL)
GOOD = {"cpu": "cortex-m3", "port": "armv7m", "clock_hz": 25000000,
        "flash": {"base": "0x0", "size": "0x40000"},
        "ram": {"base": "0x20000000", "size": 65536},
        "irq_lines": 8, "kernel_stack": "auto",
        "devices": {"uart": {"base": "0x40004000", "size": 4096,
                             "irqs": {"rx": 0}}},
        "stack_bounds": {"SystemInit": 64},
        "kernel_devices": {"nvic": {"base": "0x50000000", "size": 4096}}}
# Of any type that JSON has; each is wrong somewhere.
VALUES = (None, True, 5, -1, 1.5, float("inf"), 10 ** 20, "", "x", "0x", [], [5],
          {}, {"a": 5}, {"a": {}}, {"a": None})


class Boards(unittest.TestCase):
    def load(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "board.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return board.load_board(path)

    def changed(self, *way):
        """GOOD with the last of `way` where the others lead to."""
        data = copy.deepcopy(GOOD)
        place = data
        for key in way[:-2]:
            place = place[key]
        place[way[-2]] = way[-1]
        return json.dumps(data)

    def refused(self, text, *words):
        with self.assertRaises(model.Refused) as caught:
            self.load(text)
        for word in (*words, "board.json"):
            self.assertIn(word, str(caught.exception))

    def test_the_boards_that_there_are_can_be_read(self):
        paths = glob.glob(os.path.join(ROOT, "board", "*", "board.json"))
        self.assertGreater(len(paths), 10)
        for path in paths:
            self.assertGreater(board.load_board(path).ram_size, 0)

    def test_a_number_may_be_hexadecimal_text(self):
        found = self.load(json.dumps(GOOD))
        self.assertEqual((found.ram_base, found.ram_size), (0x20000000, 65536))
        self.assertEqual(found.devices["uart"].irqs, {"rx": 0})

    def test_what_is_no_description_at_all_is_refused(self):
        for text in ("[]", "null", "5", "\"x\"", "", "\0", "{" * 100000,
                     "[" * 100000):
            self.refused(text)

    def test_no_value_anywhere_is_a_crash(self):
        def ways(data, before=()):
            for key, value in data.items():
                yield (*before, key)
                if isinstance(value, dict):
                    yield from ways(value, (*before, key))
        for way in ways(GOOD):
            for value in VALUES:
                try:
                    self.load(self.changed(*way, value))
                except model.Refused as error:
                    self.assertIn("board.json: ", str(error))

    def test_the_wrong_type_is_named(self):
        for way, said in ((("cpu", 3), "cpu is 3, not a text"),
                          (("flash", 5), "flash is 5, not an object"),
                          (("devices", []), "devices is [], not an object"),
                          (("devices", "uart", None), "device uart needs a base"),
                          (("devices", "uart", "irqs", 5), "irqs of device uart"),
                          (("qemu", "qemu-system-arm"), "not a list of texts"),
                          (("clock_hz", 1.5), "clock_hz is 1.5, not a number"),
                          (("clock_hz", True), "clock_hz is True, not a number"),
                          (("pmp_top_of_range", "false"), "write true or false"),
                          (("floating_point", "no"), "write true or false")):
            self.refused(self.changed(*way), said)

    def test_what_is_misspelt_is_not_passed_over(self):
        self.refused(self.changed("devices", "uart", "irq", {"rx": 0}),
                     'device uart: "irq" is not known: one of base, clock_hz, driver')
        self.refused(self.changed("ram", "length", 5), '"length" is not known')

    def test_a_name_that_is_there_twice_is_refused(self):
        text = json.dumps(GOOD).replace(
            '"uart":', '"uart": {"base": 0, "size": 32}, "uart":')
        self.refused(text, '"uart" is there twice')

    def test_numbers_have_limits(self):
        for way, said in ((("clock_hz", 0), "clock_hz is 0, not one of 1 to"),
                          (("irq_lines", 10 ** 20), "not one of 0 to 1024"),
                          (("ram", "size", 0), "ram has no bytes"),
                          (("devices", "uart", "size", 0), "has no bytes"),
                          (("pmp_entries", 4), "not one of 8 to 64"),
                          (("mpu_regions", 12), "write 16 if the processor"),
                          (("mpu_regions", 16), "port armv7m uses no more")):
            self.refused(self.changed(*way), said)

    def test_nothing_lies_past_the_last_address(self):
        top = {"base": "0xffff0000", "size": 0x10000}
        for way in (("flash",), ("ram",), ("devices", "uart")):
            self.load(self.changed(*way, top))
            self.refused(self.changed(*way, {**top, "size": 0x10001}),
                         "past the last address")
            self.refused(self.changed(*way, {**top, "base": 1 << 32}),
                         "past the last address")

    def test_flash_and_ram_do_not_overlap(self):
        self.refused(self.changed("ram", "base", 0x3ffff),
                     "flash and ram overlap")
        self.load(self.changed("ram", "base", 0x40000))


class Memories(unittest.TestCase):
    def refused(self, said, **changes):
        made = system([process("a", [("m", 512, 3)])],
                      board=samples.board(**changes))
        with self.assertRaisesRegex(model.Refused, said):
            layout.make(made, kernel())

    def test_memory_is_nothing_of_the_processor(self):
        self.refused("its RAM .* overlaps the processor's own space; correct",
                     ram_base=0xdffff000)
        self.refused("its flash .* overlaps a bit-band alias",
                     flash_base=0x22000000)
        self.refused("its RAM .* overlaps nvic of the kernel", kernel_devices={
            "nvic": model.Device("nvic", 0x20000100, 4, {})})

    def test_memory_next_to_it_is(self):
        grants.check_memories(samples.board(ram_base=0xdfff0000))


if __name__ == "__main__":
    unittest.main()
