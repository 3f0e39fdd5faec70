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
from cmrxlib import (check, kernelobj, oracle, process, report, run, systemjson)
from cmrxlib.elf import Elf
from cmrxlib.model import Refused

# What a place of a description can be changed to.
VALUES = (None, 0, -1, "x", [], {}, "0xffffffff")
ROUNDS = 150


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

    def test_what_was_found_out_before_is_found_out_again(self):
        shop = arm.Workshop()
        whole = shop.process(arm.SERVER, name="server")
        path = str(whole.object)
        for text in ("", "{", "[]", "{}", "null", "5", "\0", '{"key": []}'):
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

    def test_a_description_that_the_oracle_reads(self):
        folder = os.path.join(self.folder, "station")
        os.makedirs(folder)
        shutil.copy(self.image, os.path.join(folder, "station.elf"))
        for described in self.damaged():
            with open(os.path.join(folder, "system.json"), "w",
                      encoding="utf-8") as file:
                json.dump(described, file)
            self.survives(lambda: oracle.write_map(folder))

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
