"""test_fault.py - the kernel's record in words (`cmrx fault`)."""

import struct
import unittest

import samples  # noqa: F401, finds cmrxlib
from cmrxlib import fault

SYSTEM = {
    "board": {"devices": {"uart0": {"base": "0x40004000", "size": 4096}}},
    "kernel": {"sections": [{"name": ".bss", "base": "0x20000000", "size": 256}],
               "tables": "0x00001000"},
    "public_constants": None, "info": None,
    "processes": [
        {"name": name, "code": {"base": code, "size": 256, "used": 256},
         "memory": {"base": memory, "size": 64, "used": 64}, "sections": [],
         "windows": [],
         "threads": [{"name": "main", "number": number,
                      "stack": {"base": stack, "size": 128}}]}
        for number, (name, code, memory, stack) in enumerate([
            ("app", "0x2000", "0x20000100", "0x20000200"),
            ("driver", "0x3000", "0x20000140", "0x20000280")])]}
KINDS = [name for name, _ in fault.kinds()]


class Code(fault.Code):
    """A function of each process."""

    def __init__(self):
        self.functions = [(0x2000, 0x40, "cmrx_body_main"), (0x3000, 0x40, "store")]
        self.rows = [fault.lines.Row(0x2000, 10, "app.c", False),
                     fault.lines.Row(0x2010, 99, "cmrx/call.h", False),
                     fault.lines.Row(0x2040, 0, "", True),
                     fault.lines.Row(0x3000, 20, "driver.c", False),
                     fault.lines.Row(0x3008, 21, "driver.c", False),
                     fault.lines.Row(0x3040, 0, "", True)]
        self.starts = [row.address for row in self.rows]


def dump(kind, flags=fault.HAS_FRAME, process=1, address=0, pc=0x3008, lr=0x3001,
         chain=((0x2012, 0),), sequence=3, lost=0, levels=2):
    """Bytes of fault_store with such a record, sealed."""
    data = bytearray(fault.HEAD.pack(
        0, 1, KINDS.index(kind), flags, process, 1, 7, len(chain), len(chain),
        sequence, lost, address, pc, lr, 0x20000280, 0, 0, *range(13), 1500000))
    for level in range(levels):
        data += fault.LEVEL.pack(*(chain[level] if level < len(chain) else (0, 0)))
    struct.pack_into("<I", data, 0, fault.checksum(bytes(data), levels))
    return bytes(data)


def words(data, levels=2):
    return fault.explain(fault.Record(data, levels), SYSTEM, Code())


class Kinds(unittest.TestCase):
    def test_all_of_the_header_are_known_in_its_order(self):
        self.assertEqual(KINDS[:4], ["NONE", "ACCESS", "EXECUTE", "STACK"])
        self.assertEqual(KINDS[-2:], ["OVERTIME", "KINDS"])


class Explained(unittest.TestCase):
    def test_who_where_what_and_who_had_called(self):
        self.assertEqual(
            words(dump("ACCESS", fault.HAS_FRAME | fault.HAS_ADDRESS,
                       address=0x20000204, lost=4)),
            ["driver faulted: ACCESS (load or store outside of what it may touch)",
             "  in store(), driver.c:21, thread driver.main",
             "  at address 0x20000204, byte 4 of stack of main of app",
             "  called by app in main(), app.c:10",
             "  fault 3, at 1.500000 s, generation 7 of driver; 4 after it were not "
             "kept"])

    def test_a_jump_is_where_it_came_from(self):
        found = words(dump("EXECUTE", pc=0x20000140, lr=0x3007))
        self.assertEqual(found[1], "  in store(), driver.c:20, thread driver.main")
        self.assertEqual(found[2], "  at address 0x20000140, byte 0 of memory of driver")

    def test_without_a_frame_there_is_no_place(self):
        self.assertEqual(words(dump("POINTER", flags=0))[1],
                         "  it is not known where, thread driver.main")

    def test_code_of_nobody(self):
        self.assertIn("at 0x00009000, which is no function",
                      words(dump("ACCESS", pc=0x9000))[1])

    def test_whose_address(self):
        for address, text in ((0, "which is NULL or near it"),
                              (0x40004004, "byte 4 of device uart0 of nobody"),
                              (0x20000010, "byte 16 of .bss of kernel"),
                              (0x60000000, "where nothing is")):
            found = words(dump("ACCESS", fault.HAS_ADDRESS, address=address))
            self.assertEqual(found[2], f"  at address {address:#010x}, {text}")

    def test_panics(self):
        self.assertIn("code 0x20045", words(dump("PANIC", address=0x20045,
                                                 process=255))[0])
        self.assertIn("the watchdog", words(dump("PANIC", address=0xFFFFFFFF))[0])

    def test_nothing_yet(self):
        empty = bytes(fault.HEAD.size + 2 * fault.LEVEL.size)
        self.assertEqual(words(empty), ["no fault since power-on"])


class Damaged(unittest.TestCase):
    def test_each_flipped_bit_is_no_record(self):
        whole = dump("ACCESS")
        for at in range(0, len(whole) * 8, 7):
            data = bytearray(whole)
            data[at // 8] ^= 1 << at % 8
            self.assertIn("checksum", words(bytes(data))[0], at)

    def test_of_an_image_with_more_levels(self):
        self.assertIn("checksum", words(dump("ACCESS", levels=3), 2)[0])

    def test_of_more_levels_than_there_is_room_for(self):
        self.assertEqual(len(fault.Record(dump("ACCESS", chain=((0x2012, 0),) * 5), 2)
                             .chain), 2)


if __name__ == "__main__":
    unittest.main()
