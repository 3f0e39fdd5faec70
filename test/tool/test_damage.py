"""test_damage.py - files that are damaged: a message that says which, never a crash."""

import contextlib
import copy
import io
import json
import os
import random
import shutil
import struct
import tempfile
import types
import unittest

import arm
import test_check
import test_fault
from cmrxlib import (check, fault, kernelobj, kernelstack, layout, oracle, process,
                     report, run, systemjson)
from cmrxlib.dies import (AT_SIBLING, AT_TYPE, TAG_CONST, TAG_POINTER, TAG_STRUCT,
                          TAG_TYPEDEF, Dwarf)
from cmrxlib.elf import Elf
from cmrxlib.model import Refused

# What a place of a description can be changed to.
VALUES = (None, 0, -1, "x", [], {}, "0xffffffff")
ROUNDS = 150
DEEP = "[" * 100000
FORM_REF4 = 0x13


def damages(data):
    """Copies of an ELF file that are cut off, or wrong: mostly in its header and
    in the table of its sections, which lead to everything else."""
    dice = random.Random(1)
    table, = struct.unpack_from("<I", data, 32)
    count, = struct.unpack_from("<H", data, 48)
    for round_ in range(ROUNDS):
        bad = bytearray(data)
        if round_ % 4 == 0:
            del bad[dice.randrange(len(bad)):]
        elif round_ % 4 == 1:
            bad[dice.randrange(52)] = dice.choice((0, 1, 255))
        else:
            at = table + 4 * dice.randrange(10 * count)
            struct.pack_into("<I", bad, at, dice.choice(
                (0, 1, 0xFFFFFFFF, 0x80000000, len(bad) - 1)))
        yield bytes(bad)


def changes(data, rounds, *names):
    """Copies of an ELF file with words of these sections changed."""
    dice = random.Random(1)
    sections = [Elf(data).section(name) for name in names]
    for _ in range(rounds):
        bad = bytearray(data)
        for section in dice.choices(sections, k=dice.randrange(1, 4)):
            at = section.offset + dice.randrange(section.size - 3)
            struct.pack_into("<I", bad, at, dice.choice(
                (0, 1, 0xFFFFFFFF, dice.randrange(256), dice.randrange(1 << 32))))
        yield bytes(bad)


class Damage(unittest.TestCase):
    def survives(self, action):
        """Whatever comes of it, it is not a crash."""
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                action()
                return True
            except Refused as error:
                self.assertTrue(str(error))
                return False


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Programs(Damage):
    def test_a_sealed_process(self):
        shop = arm.Workshop()
        whole = shop.process(arm.SERVER, name="server").object
        with open(whole, "rb") as file:
            data = file.read()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "server.process.o")
            results = []
            for bad in damages(data):
                with open(path, "wb") as file:
                    file.write(bad)
                process.forget_cache(path)
                results.append(self.survives(
                    lambda: process.load_process(path, "server")))
                results.append(self.survives(lambda: Elf.load(path).keep_size()))
        self.assertIn(False, results)

    def load(self, data):
        """Whether a sealed process of these bytes can be read."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "server.process.o")
            with open(path, "wb") as file:
                file.write(data)
            return self.survives(lambda: process.load_process(path, "server"))

    def whole(self):
        shop = arm.Workshop()
        with open(shop.process(arm.SERVER, name="server").object, "rb") as file:
            return bytearray(file.read())

    def test_debug_information(self):
        results = [self.load(bad) for bad in changes(
            bytes(self.whole()), 1500, ".debug_info", ".debug_abbrev", ".debug_line")]
        self.assertIn(False, results)
        self.assertIn(True, results)

    def test_lines_that_a_fault_is_told_with(self):
        results = [self.survives(lambda: fault.code_of(Elf(bad))) for bad in changes(
            bytes(self.whole()), 600, ".debug_info", ".debug_abbrev", ".debug_line")]
        self.assertIn(False, results)
        self.assertIn(True, results)

    def change(self, attribute, tags):
        """The same, with that attribute of all entries with such tags referring to
        themselves."""
        data = self.whole()
        debug = Dwarf(Elf(bytes(data)))
        begin = Elf(bytes(data)).section(".debug_info").offset
        changed = 0
        for unit in debug.units:
            for die in debug.die(unit, unit.first).children():
                form = die.raw.get(attribute, (None,))[0]
                if form == FORM_REF4 and die.tag in tags:
                    at = begin + debug.attribute_at(die, attribute)
                    struct.pack_into("<I", data, at, die.offset - unit.offset)
                    changed += 1
        self.assertTrue(changed)
        return data

    def test_a_type_of_itself(self):
        self.assertFalse(self.load(self.change(AT_TYPE, (TAG_TYPEDEF, TAG_CONST))))
        self.assertFalse(self.load(self.change(AT_TYPE, (TAG_POINTER,))))

    def test_an_entry_before_itself(self):
        self.assertFalse(self.load(self.change(AT_SIBLING, (TAG_STRUCT,))))

    def test_what_was_found_out_before_is_found_out_again(self):
        shop = arm.Workshop()
        whole = shop.process(arm.SERVER, name="server")
        path = str(whole.object)
        for text in ("", "{", "[]", "{}", "null", "5", "\0", '{"key": []}', DEEP):
            with open(path + ".json", "w", encoding="utf-8") as file:
                file.write(text)
            self.assertEqual(process.load_process(path, "server"), whole)


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Systems(Damage):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.description, cls.image = test_check.build(cls.folder,
                                                      test_check.with_info())
        cls.described = systemjson.load(cls.description)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_an_image(self):
        with open(self.image, "rb") as file:
            data = file.read()
        path = os.path.join(self.folder, "bad.elf")
        results = []
        for bad in damages(data):
            with open(path, "wb") as file:
                file.write(bad)
            results.append(self.survives(lambda: Elf.load(path)))
            results.append(self.survives(lambda: check.problems(
                self.described, kernelobj.read_elf(path), self.folder)))
        self.assertIn(False, results)

    def test_a_kernel(self):
        with open(os.path.join(self.folder, "kernel.o"), "rb") as file:
            data = file.read()
        path = os.path.join(self.folder, "bad.o")
        for bad in damages(data):
            with open(path, "wb") as file:
                file.write(bad)
            self.survives(lambda: kernelobj.read_kernel(path))

    def ways(self, data, before=()):
        """To each thing of the description; of a list, to its first."""
        items = data.items() if isinstance(data, dict) else \
            list(enumerate(data))[:1] if isinstance(data, list) else ()
        for key, value in items:
            yield (*before, key)
            yield from self.ways(value, (*before, key))

    def damaged(self):
        """Descriptions with one thing missing, or another."""
        for number, way in enumerate(self.ways(self.described)):
            for what in ("gone", VALUES[number % len(VALUES)]):
                described = copy.deepcopy(self.described)
                place = described
                for key in way[:-1]:
                    place = place[key]
                if what == "gone":
                    del place[way[-1]]
                else:
                    place[way[-1]] = what
                if described.get("schema") == 1:
                    yield described

    def commands(self, path):
        thread = self.described["processes"][0]["threads"][0]["name"]
        name = self.described["processes"][0]["name"]
        for stack, access in ((None, None), ("kernel", None), (None, ""),
                              (f"{name}.{thread}", None), (None, name)):
            yield report.run, dict(description=path, stack=stack, access=access)
        yield check.run, dict(description=path, elf=self.image, objects=False)

    def test_a_description(self):
        path = os.path.join(self.folder, "bad.json")
        results = []
        for described in self.damaged():
            with open(path, "w", encoding="utf-8") as file:
                json.dump(described, file)
            for command, options in self.commands(path):
                results.append(self.survives(
                    lambda: command(types.SimpleNamespace(**options))))
        self.assertIn(False, results)
        self.assertIn(True, results)

    def test_a_description_that_is_very_deep(self):
        path = os.path.join(self.folder, "deep.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(DEEP)
        with self.assertRaisesRegex(Refused, "not JSON"):
            systemjson.load(path)

    def test_what_was_found_out_of_a_kernel_is_found_out_again(self):
        path = os.path.join(self.folder, "empty.o")
        with open(path, "wb"):
            pass
        for text in ("", "[]", "null", "5", '{"key": []}', DEEP):
            with open(path + ".json", "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaisesRegex(Refused, "is not a 32-bit"):
                kernelstack.chain_of(path, {}, "arm-none-eabi-objdump")

    def test_a_description_that_a_fault_is_told_of(self):
        record = fault.Record(test_fault.dump(
            "ACCESS", fault.HAS_FRAME | fault.HAS_ADDRESS, address=0x20000204), 2)
        folder = os.path.join(self.folder, "fault")
        os.makedirs(folder)
        results = []
        for described in self.damaged():
            with open(os.path.join(folder, "system.json"), "w",
                      encoding="utf-8") as file:
                json.dump(described, file)
            results.append(self.survives(
                lambda: fault.told(folder, record, test_fault.Code())))
        self.assertIn(False, results)
        self.assertIn(True, results)

    def test_a_description_with_what_is_no_text(self):
        described = copy.deepcopy(self.described)
        described["processes"][0]["name"] = "\ud800"
        path = os.path.join(self.folder, "bad.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(described, file)
        with self.assertRaisesRegex(Refused, "not JSON: .*utf-8"):
            systemjson.load(path)

    def test_a_name_that_is_no_text(self):
        folder = os.path.join(self.folder, "out")
        for text in (os.fsdecode(b"\xff"), json.loads('"\\ud800"')):
            with self.assertRaisesRegex(Refused, "cannot write to .*utf-8"):
                layout.write_files(folder, {"tables.c": f"// {text}"})

    def test_a_description_that_the_oracle_reads(self):
        folder = os.path.join(self.folder, "station")
        os.makedirs(folder)
        shutil.copy(self.image, os.path.join(folder, "station.elf"))
        for described in self.damaged():
            with open(os.path.join(folder, "system.json"), "w",
                      encoding="utf-8") as file:
                json.dump(described, file)
            self.survives(lambda: oracle.write_map(folder))

    def started(self, board, **args):
        """Whether a run of such a board can begin."""
        folder = os.path.join(self.folder, "started")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.image, os.path.join(folder, "started.elf"))
        described = copy.deepcopy(self.described)
        described["board"].update(board)
        with open(os.path.join(folder, "system.json"), "w", encoding="utf-8") as file:
            json.dump(described, file)
        return self.survives(lambda: self.start(folder, types.SimpleNamespace(
            batch=True, **args)))

    def start(self, folder, options):
        job = run.Run(folder, options)
        try:
            job.add_uarts()
            job.feeder.wait()
        finally:
            shutil.rmtree(job.reports)
            for inherited in job.inherited:
                inherited.close()

    def test_how_an_emulator_is_started(self):
        self.assertTrue(self.started({"qemu": ["true"]}, uart1="true"))
        for qemu in ([5], [None], ["true", 5], "no-such", {"a": 1}, [[]], 5):
            self.assertFalse(self.started({"qemu": qemu}, uart1=""))
        for device in ([5], 5, None):
            self.assertFalse(self.started({"qemu": ["true"], "qemu_uart1": device},
                                          uart1="true"))
        for command in ('"', " ", "/no/such"):
            self.assertFalse(self.started({"qemu": ["true"]}, uart1=command))

    def test_a_board_without_an_emulator_is_not_run(self):
        folder = os.path.join(self.folder, "part")
        os.makedirs(folder)
        shutil.copy(self.image, os.path.join(folder, "part.elf"))
        shutil.copy(self.description, folder)
        self.assertEqual(self.described["board"]["qemu"], [])
        with self.assertRaisesRegex(Refused, "does not say how QEMU is started"):
            run.Run(folder, types.SimpleNamespace())


if __name__ == "__main__":
    unittest.main()
