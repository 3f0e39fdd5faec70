"""test_proof.py - the checker believes nothing: whatever is changed, it finds.

Two allegations are refuted one by one: that a word of the image could be wrong
without being noticed, and that a number of the description could be.
"""

import copy
import shutil
import tempfile
import unittest
from unittest import mock

import samples  # noqa: F401 (finds cmrxlib)
import test_check
from cmrxlib import (armv7m, armv8m, check, grants, info, kernelobj, layout, ldscript,
                     needs, pack, plan, systemjson, tables, wiring)
from cmrxlib.imagetables import check_tables
from cmrxlib.systemjson import number

PLANNERS = (armv7m, armv8m, grants, info, layout, ldscript, needs, pack, plan, tables,
            wiring)
PROCESS, THREAD = 140, 40
NO_IDENTITY = check.STEPS[1:]  # as if a forger had mended the build id, too

# What the image does not say again: facts of the board and of the programs.
TOLD_ONCE = {"schema", "board.flash.size", "board.ram.size",
             "services.#.granule"}


def leaves(value, path=()):
    """(path, value) of all that is neither a list nor an object."""
    inside = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from leaves(item, path + (key,))
    if not isinstance(value, (dict, list)):
        yield path, value


def other(value):
    """Another value of the same kind; None for what is only text."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 32
    if isinstance(value, str) and value.startswith("0x"):
        return hex(int(value, 0) + 32)
    return None


def replaced(described, path, value):
    changed = copy.deepcopy(described)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def kind_of(path):
    return ".".join("#" if isinstance(key, int) else key for key in path)


@unittest.skipUnless(test_check.compiler_is_there(), "no compiler for Arm")
class Proof(unittest.TestCase):
    PORT, CPU, WORDS = "armv7m", "cortex-m3", ("rbar", "rasr")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        system = test_check.with_info()
        system.board.port, system.board.cpu = cls.PORT, cls.CPU
        description, image = test_check.build(cls.folder, system)
        cls.described = systemjson.load(description)
        cls.elf = kernelobj.read_elf(image)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.section = self.section_called(".kernel.tables")
        self.whole = self.section.data

    def tearDown(self):
        self.section.data = self.whole

    def section_called(self, name):
        return next(s for s in self.elf.sections if s.name == name)

    def problems(self, described=None, steps=NO_IDENTITY):
        return check.problems(described or self.described, self.elf,
                              self.folder, steps)

    def flip(self, offset, bit):
        """One bit of a byte of the kernel's tables."""
        data = bytearray(self.whole)
        data[offset] ^= 1 << bit
        self.section.data = bytes(data)

    def offset(self, symbol):
        return self.elf.symbol(symbol).value - self.section.address

    def test_a_fresh_image_obeys(self):
        self.assertEqual(self.problems(steps=check.STEPS), [])

    def test_nothing_that_plans_is_asked(self):
        """With the planner, the encoder and the writers gone, it still works,
        and still finds something."""
        patches = [mock.patch.object(module, name, side_effect=AssertionError)
                   for module in PLANNERS
                   for name, thing in vars(module).items() if callable(thing)
                   and getattr(thing, "__module__", "") == module.__name__]
        self.assertGreater(len(patches), 150)
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)
        self.assertEqual(self.problems(steps=check.STEPS), [])
        self.flip(self.offset("public_map"), 5)
        self.assertNotEqual(self.problems(), [])

    # ---- The image

    def region_words(self):
        """(offset of the RBAR in the tables, what says so) of all regions."""
        for index, process in enumerate(self.described["processes"]):
            base = self.offset("process_images") + PROCESS * index
            for at, region in enumerate(process["regions"] + process["lent"]):
                yield base + 8 * at, region
        threads = [t for p in self.described["processes"]
                   for t in p["threads"]]
        for index, thread in enumerate(threads):
            yield (self.offset("thread_images") + THREAD * index + 16,
                   thread["region"])
        yield (self.offset("public_map"),
               self.described["public_constants"]["region"])

    def test_each_bit_of_each_region_counts(self):
        words = list(self.region_words())
        self.assertEqual(len(words), 4 * 6 + 5 + 1)
        for at, region in words:
            stated = tuple(number(region[word]) for word in self.WORDS)
            for bit in range(64):
                found = int.from_bytes(self.whole[at : at + 8], "little")
                self.assertEqual(found, stated[0] | stated[1] << 32)
                self.flip(at + bit // 8, bit % 8)
                self.assertTrue(self.problems(steps=[check_tables]),
                                (region["what"], bit))

    def test_each_bit_counts_even_if_the_description_says_the_same(self):
        """The words mean something else then, or nothing."""
        for at, region in self.region_words():
            for bit in range(64):
                self.flip(at + bit // 8, bit % 8)
                key = self.WORDS[bit // 32]
                kept = region[key]
                region[key] = hex(number(kept) ^ 1 << bit % 32)
                found = self.problems(steps=[check_tables])
                region[key] = kept
                self.assertTrue(found, (region["what"], bit))

    def padding(self):
        """Bytes of the tables that belong to no member of a table."""
        found = set(range(len(self.whole)))
        for symbol in self.elf.symbols:
            if self.elf.is_of_kernel(symbol) and symbol.size:
                start = symbol.value - self.section.address
                found -= set(range(start, start + symbol.size))
        first = self.offset("interrupts")
        return found | {first + 14, first + 15}

    def test_each_byte_of_the_tables_counts(self):
        steps = [check.check_identity, check_tables]
        for at in sorted(set(range(len(self.whole))) - self.padding()):
            for bit in (at % 8, (at + 3) % 8):
                self.flip(at, bit)
                self.assertTrue(self.problems(steps=steps), (hex(at), bit))

    def changed(self, which, **values):
        """Problems of the image when a section has these attributes."""
        section = self.section_called(which)
        kept = {key: getattr(section, key) for key in values}
        vars(section).update(values)
        found = "\n".join(self.problems())
        vars(section).update(kept)
        return found

    def test_sections_elsewhere_larger_or_unknown_are_found(self):
        for name in (".process.app.bss", ".process.sensor.text",
                     ".kernel.bss", ".kernel.stack", ".cmrx.info"):
            section = self.section_called(name)
            self.assertIn(f"section {name}: address", self.changed(
                name, address=section.address + 4))
            self.assertIn(f"section {name}", self.changed(name, name=".more"))
        self.assertIn("size", self.changed(".process.app.bss", size=4))

    def test_a_loaded_byte_outside_of_all_sections_is_found(self):
        load, data = self.elf.loaded[0]
        kept = list(self.elf.loaded)
        self.elf.loaded.append((load + 0x100000, b"\0\0\1"))
        found = "\n".join(self.problems())
        self.elf.loaded[:] = kept
        self.assertIn(f"a byte at {load + 0x100002:#x} is in no section",
                      found)

    def test_what_reset_clears_is_checked(self):
        for name in ("bss_begin", "bss_end", "stack_top", "stack_bottom"):
            symbol = next(s for s in self.elf.symbols
                          if s.name == f"cmrx_kernel_{name}")
            symbol.value += 8
            found = self.problems()
            symbol.value -= 8
            self.assertTrue(found, name)

    # ---- The description

    def test_each_number_of_the_description_counts(self):
        unnoticed = set()
        for path, value in leaves(self.described):
            changed = other(value)
            if changed is not None and not self.problems(
                    replaced(self.described, path, changed)):
                unnoticed.add(kind_of(path))
        self.assertEqual({kind for kind in unnoticed
                          if not kind.startswith("board.devices.")},
                         TOLD_ONCE)

    def test_nonsense_anywhere_is_no_crash(self):
        def inner(value, path=()):
            yield path
            for key, item in (value.items() if isinstance(value, dict) else
                              enumerate(value) if isinstance(value, list)
                              else ()):
                yield from inner(item, path + (key,))
        for turn, path in enumerate(list(inner(self.described))[1:]):
            nonsense = (7, "x", None, [], {})[turn % 5]
            self.problems(replaced(self.described, path, nonsense))

    def test_a_device_that_nobody_has_may_be_anything(self):
        path = ("board", "devices", "uart1", "base")
        self.assertEqual(self.problems(
            replaced(self.described, path, "0x1000")), [])
        path = ("board", "devices", "uart0", "base")
        self.assertTrue(self.problems(
            replaced(self.described, path, "0x1000")))

    def test_everything_missing_counts(self):
        """Lists of the description, each without its last entry."""
        for process in range(4):
            for key, value in self.described["processes"][process].items():
                if isinstance(value, list) and value and key != "calls":
                    with self.subTest(process=process, key=key):
                        self.assertTrue(self.problems(replaced(
                            self.described, ("processes", process, key),
                            value[:-1])))

    def test_shared_that_reaches_beyond_is_found(self):
        shared = self.described["processes"][1]["shared"]
        found = self.problems(replaced(
            self.described, ("processes", 1, "shared", "size"),
            shared["size"] + 64))
        self.assertTrue([f for f in found if "SHARED holds" in f], found)

    def test_a_window_to_the_processor_is_found(self):
        changed = copy.deepcopy(self.described)
        changed["board"]["devices"]["uart0"]["base"] = "0xe000e000"
        for window in changed["processes"][0]["windows"]:
            window["base"] = "0xe000e000"
        self.assertIn("the processor's own", "\n".join(self.problems(changed)))


class ProofOfBaseAndLimit(Proof):
    PORT, CPU, WORDS = "armv8m", "cortex-m55", ("rbar", "rlar")


if __name__ == "__main__":
    unittest.main()
