"""test_attributes.py - what kind of memory each region is: type, cache, who shares.

The kernel looks at memory by the default map, without a region. What a process
and the kernel both touch must be the same for both, or a cache shows them
different things (DDI 0403E A3.5.7; DDI 0553, Mismatched memory attributes). The
tables here are the manuals', written apart from encoder and checker.
"""

import glob
import json
import os
import re
import unittest

import samples
from cmrxlib import armv7m, armv8m, layout, pmp, registers

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
THROUGH = ("normal", "write-through", "not shared")
BACK = ("normal", "write-back", "not shared")
DEVICE = ("device", "no early answer", "shared")
# Default map, by the three highest bits: DDI 0403E B3.1, DDI 0419 B3.1, DDI 0553
# System address map.
DEFAULT = {0: THROUGH, 1: BACK, 3: BACK, 4: THROUGH}


def of_v7(_rbar, rasr):
    """DDI 0403E B3.5.9, TEX S C B; of DDI 0419 the same with TEX 0."""
    shared = "shared" if rasr >> 18 & 1 else "not shared"
    tex, bits = rasr >> 19 & 7, rasr >> 16 & 3
    if (tex, bits) == (0, 0):
        return "device", "no early answer", "shared"  # strongly-ordered
    if (tex, bits) == (0, 1):
        return "device", "early answer", "shared"
    return "normal", {(0, 2): "write-through", (0, 3): "write-back",
                      (1, 3): "write-back"}.get((tex, bits), "none"), shared


def mair():
    """What the ports for v8-M write to MPU_MAIR0: all the same."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, "port", "armv8m*", "*.h")):
        with open(path, encoding="utf-8") as file:
            found |= set(re.findall(r"MAIR0_USED +(0x[0-9a-f]+)u", file.read()))
    value, = found
    return int(value, 16)


def of_v8(rbar, rlar):
    """DDI 0553, MPU_RBAR.SH, MPU_RLAR.AttrIndx, MAIR_ATTR."""
    byte = mair() >> 8 * (rlar >> 1 & 3) & 0xFF
    shared = ("not shared", "reserved", "outer", "shared")[rbar >> 3 & 3]
    if byte >> 4 == 0:  # always shared, whatever SH says
        return ("device", {0: "no early answer"}.get(byte & 15, "early answer"),
                "shared")
    policy = {0xF: "write-back", 0xA: "write-through"}
    if byte >> 4 != byte & 15:
        return "normal", "inner and outer differ", shared
    return "normal", policy.get(byte & 15, "other"), shared


class Ports:
    """(port, cpu, who reads attributes)"""

    ARM = [("armv6m", "cortex-m0plus", of_v7), ("armv7m", "cortex-m3", of_v7),
           ("armv7m", "cortex-m7", of_v7), ("armv8m", "cortex-m33", of_v8),
           ("armv8m", "cortex-m55", of_v8)]
    # The bits of attributes: (which word, bit). TEX, S, C, B of RASR; SH of RBAR,
    # AttrIndx and PXN of RLAR.
    V7 = [(1, bit) for bit in range(16, 22)]
    V8 = [(0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4)]
    BITS = [("armv6m", "cortex-m0plus", V7), ("armv7m", "cortex-m7", V7),
            ("armv8m", "cortex-m33", V8), ("armv8m", "cortex-m55", V8),
            ("riscv32", "rv32imac", [])]


def described(port, cpu):
    board = samples.board(port=port, cpu=cpu)
    texts = layout.make(samples.station(board=board), samples.kernel())
    return json.loads(texts["system.json"])


def pairs(system):
    """(what, its two words) of each region of a system that is on."""
    words = registers.of(system["board"]).WORDS
    regions = [("public constants", system["public_constants"]["region"])]
    for process in system["processes"]:
        windows = [w["name"] for w in process["windows"]]
        for region in process["regions"]:
            regions.append(("window" if region["what"] in windows
                            else region["what"], region))
        regions += [("lent", region) for region in process["lent"]]
        regions += [("stack", t["region"]) for t in process["threads"]]
    for what, region in regions:
        if region["access"]:
            yield what, [int(region[w], 16) for w in words]


KIND_OF = {"code": "constant", "public constants": "constant",
           "window": "device"}
WANTED = {"code": THROUGH, "public constants": THROUGH, "memory": BACK,
          "stack": BACK, "lent": BACK, "window": DEVICE}


class Systems(unittest.TestCase):
    def test_each_region_has_the_attributes_of_its_kind(self):
        for port, cpu, read in Ports.ARM:
            seen = set()
            for what, words in pairs(described(port, cpu)):
                with self.subTest(port=port, cpu=cpu, what=what):
                    self.assertEqual(read(*words), WANTED[what])
                seen.add(what)
            self.assertEqual(seen, set(WANTED), port)

    def test_the_decoder_of_the_checker_takes_them_and_nothing_else(self):
        """On each port; with any bit of an attribute changed it is refused."""
        for port, cpu, bits in Ports.BITS:
            system = described(port, cpu)
            decoder = registers.of(system["board"])
            for what, words in pairs(system):
                kind = KIND_OF.get(what, "memory")
                with self.subTest(port=port, cpu=cpu, what=what):
                    self.assertTrue(decoder.is_kind(kind, *words, cpu))
                    for word, bit in bits:
                        changed = list(words)
                        changed[word] ^= 1 << bit
                        self.assertFalse(decoder.is_kind(kind, *changed, cpu),
                                         (word, bit))

    def test_a_process_and_the_kernel_see_the_same_memory(self):
        """On each board there is."""
        boards = glob.glob(os.path.join(ROOT, "board", "*", "board.json"))
        self.assertGreater(len(boards), 10)
        for path in boards:
            with open(path, encoding="utf-8") as file:
                board = json.load(file)
            if not board["port"].startswith("arm"):
                continue
            for memory, kinds in (("flash", ("code", "constants")),
                                  ("ram", ("memory",))):
                base = int(board[memory]["base"], 16)
                for kind in kinds:
                    with self.subTest(path=path, kind=kind):
                        self.assertEqual(attributes(board, base, kind),
                                         DEFAULT[base >> 29])


def attributes(board, base, kind):
    if board["port"].startswith("armv8m"):
        unit = armv8m.Unit(board["cpu"])
        return of_v8(*unit.encode(1, armv8m.Shape(base, 256), kind))
    return of_v7(*armv7m.encode(1, armv7m.Shape(base, 256), kind))


class Encoders(unittest.TestCase):
    def test_v7_looks_at_any_memory_as_the_default_map_does(self):
        for part, wanted in DEFAULT.items():
            for base in (part << 29, (part << 29) + 0x1FFFFF00):
                for kind in ("code", "constants", "memory"):
                    self.assertEqual(of_v7(*armv7m.encode(
                        1, armv7m.Shape(base, 256), kind)), wanted)

    def test_no_region_says_what_v6_has_not(self):
        """TEX (DDI 0419 B3.5.9) is 0."""
        for kind in armv7m.KINDS:
            for part in range(8):
                _, rasr = armv7m.encode(1, armv7m.Shape(part << 29, 256), kind)
                self.assertEqual(rasr >> 19 & 7, 0)

    def test_a_device_is_one_wherever_it_is(self):
        for base in (0x20000000, 0x40000000, 0x60000000, 0xA0000000):
            self.assertEqual(of_v7(*armv7m.encode(
                3, armv7m.Shape(base, 256), "device")), DEVICE)
            self.assertEqual(of_v8(*armv8m.Unit("cortex-m33").encode(
                3, armv8m.Shape(base, 256), "device")), DEVICE)

    def test_pmp_has_no_attributes_and_locks_nothing(self):
        """What memory is, is the circuit's (Privileged Architecture, 3.6); bits
        5 and 6 are reserved, 7 would bind the kernel too (3.7.1)."""
        for number in range(4):
            for kind in pmp.KINDS:
                _, config = pmp.Unit.encode(number, pmp.Shape(64, 64), kind)
                self.assertEqual(config >> 8 * number & 0xE0, 0)


if __name__ == "__main__":
    unittest.main()
