"""test_check.py - layout, link and check of a whole small image."""

import copy
import json
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

import samples
from cmrxlib import (access, check, kernelobj, layout, model, report,
                     systemjson)

ROOT = os.path.dirname(samples.TOOL)
CC = "arm-none-eabi-gcc"
FLAGS = ["-mcpu=cortex-m3", "-mthumb", "-nostdlib", "-Wl,--build-id=none"]
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
          "-Werror", "-ffreestanding", "-fdata-sections"]

KERNEL = """
    .syntax unified
    .section .vectors, "a"
    .word cmrx_kernel_stack_top, cmrx_reset
    .text
    .thumb_func
    .global cmrx_reset
cmrx_reset: ldr r0, =cmrx_kernel_data_from
    ldr r0, =process_images
    ldr r0, =thread_images
    b .
    .section .rodata.str1.1, "aMS", %progbits, 1
    .asciz "one"
    .asciz "one"
    .section .rodata.kernel_sizes, "a"
    .global kernel_sizes
kernel_sizes: .word {sizes}
    .section .noinit, "aw", %nobits
    .space 40
    .data
    .word 5
    .bss
    .space 12
"""

# Sections as process.ld makes them, and references between them.
PROCESS = """
    .syntax unified
    .text
    .space {text} - 8
    .word own
    .word constant
    .section .rodata, "a"
    .balign 4
constant: .space {rodata} + 4
    .section .public, "a"
    .space {public}
    .section .shared_data, "aw"
    .space {shared_data}, 1
    .section .shared_bss, "aw", %nobits
    .space {shared_bss}
    .data
    .space {data}, 2
    .bss
    .balign 4
own: .space {bss}
    .section .cmrx.meta, ""
    .word 0
"""
SECTIONS = ("text", "rodata", "public", "shared_data", "shared_bss", "data",
            "bss")


def compiler_is_there():
    return shutil.which(CC) is not None


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stderr}")


def assemble(folder, name, text):
    source = os.path.join(folder, name + ".s")
    with open(source, "w") as file:
        file.write(text)
    target = os.path.join(folder, name + ".o")
    run(CC, *FLAGS, "-c", source, "-o", target)
    return target


def sizes_of_kernel(folder):
    """What kernel/layout.c tells."""
    target = os.path.join(folder, "sizes.o")
    run(CC, *FLAGS, *includes(), "-DKERNEL_CHECKED=0", "-c",
        f"{ROOT}/kernel/layout.c", "-o", target)
    sizes = kernelobj.read_sizes(kernelobj.read_elf(target))
    return ", ".join(map(str, sizes.values()))


def includes():
    return [f"-I{ROOT}/{path}" for path in
            ("include", "kernel", "port/armv7m", "port/armm",
             "port/armm/include")]


def make_objects(folder, system):
    """An object file for each process; its sizes go into the model."""
    for process in system.processes:
        sizes = {name: 0 for name in SECTIONS}
        sizes.update({n[1:]: s.size for n, s in process.sections.items()})
        process.object = assemble(folder, process.name + ".process",
                                  PROCESS.format(**sizes))
        elf = kernelobj.read_elf(process.object)
        process.sections = {
            s.name: model.Section(s.name, s.size, s.align)
            for s in elf.sections if s.flags & kernelobj.ALLOCATED}


def build(folder, system):
    """The paths of system.json and of the linked image."""
    make_objects(folder, system)
    kernel = assemble(folder, "kernel",
                      KERNEL.format(sizes=sizes_of_kernel(folder)))
    layout.write_files(folder, layout.make(
        system, kernelobj.read_kernel(kernel)))
    tables = os.path.join(folder, "tables.o")
    run(CC, *FLAGS, *STRICT, *includes(), "-c",
        os.path.join(folder, "tables.c"), "-o", tables)
    image = os.path.join(folder, "station.elf")
    run(CC, *FLAGS, "-Wl,--orphan-handling=error", "-Wl,--fatal-warnings",
        "-T", os.path.join(folder, "layout.ld"), kernel, tables,
        *[p.object for p in system.processes], "-o", image)
    return os.path.join(folder, "system.json"), image


def with_info():
    system = samples.station()
    system.grants.append(model.Grant("app", "INFO", ""))
    app = system.processes[1]
    app.devices = ["info"]
    app.functions = [model.Function("main", 16, 40, "app.c")]
    app.lines = [(16, 3), (20, 4)]
    return system


@unittest.skipUnless(compiler_is_there(), f"{CC} is not installed")
class AnImage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.description, cls.image = build(cls.folder, with_info())
        cls.described = systemjson.load(cls.description)
        cls.elf = kernelobj.read_elf(cls.image)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def problems(self, described=None):
        return check.problems(described or self.described, self.elf,
                              self.folder)

    def changed(self, change):
        """Problems after a change whose author fixed the build id as well."""
        described = copy.deepcopy(self.described)
        change(described)
        described["build_id"] = systemjson.identity(described)
        return self.problems(described)

    def test_a_fresh_image_obeys(self):
        self.assertEqual(self.problems(), [])

    def test_a_hand_edited_description_is_found(self):
        described = copy.deepcopy(self.described)
        described["processes"][0]["policy"] = "stop"
        self.assertIn("changed after", self.problems(described)[0])

    def test_a_forged_build_id_is_found(self):
        found = self.changed(lambda d: d.update(name="other"))
        self.assertIn("build id", found[0])

    def test_a_description_that_hides_a_window_is_found(self):
        def change(d):
            d["processes"][0]["windows"] = []
            d["processes"][0]["may"] = [
                m for m in d["processes"][0]["may"] if "MMIO" not in m["why"]]
        found = "\n".join(self.changed(change))
        self.assertIn("process sensor can touch", found)

    def test_a_window_without_a_grant_is_found(self):
        def change(d):
            d["processes"][0]["grants"] = []
        self.assertIn("never granted", "\n".join(self.changed(change)))

    def test_overlapping_owners_are_found(self):
        def change(d):
            a, b = d["processes"][0], d["processes"][1]
            a["memory"]["base"] = b["memory"]["base"]
        self.assertIn("overlap", "\n".join(self.changed(change)))

    def test_a_hidden_import_is_found(self):
        def change(d):
            d["processes"][1]["imports"] = []
        self.assertIn("services it uses", "\n".join(self.changed(change)))

    def test_a_hidden_right_is_found(self):
        def change(d):
            d["processes"][2]["rights"] = []
        self.assertIn("rights", "\n".join(self.changed(change)))

    def test_nonsense_is_refused_not_a_crash(self):
        for key in set(self.described) - {"build_id"}:
            described = copy.deepcopy(self.described)
            described[key] = 7
            described["build_id"] = systemjson.identity(described)
            with self.subTest(key):
                self.assertTrue(self.problems(described))

    def patched(self, symbol, offset, change):
        """Problems of the image after `change` of one word in its tables."""
        elf = kernelobj.read_elf(self.image)
        address = elf.symbol(symbol).value + offset
        for section in elf.sections:
            at = address - section.address
            if section.flags & 2 and 0 <= at < section.size and section.data:
                word = int.from_bytes(section.data[at : at + 4], "little")
                section.data = (section.data[:at]
                                + change(word).to_bytes(4, "little")
                                + section.data[at + 4 :])
        return "\n".join(check.problems(self.described, elf, self.folder))

    def test_every_register_bit_counts(self):
        """Of the map of a process that has everything."""
        for word in range(12):
            for bit in range(32):
                found = self.patched("process_images", 140 + 4 * word,
                                     lambda w, b=bit: w ^ 1 << b)
                with self.subTest(word=word, bit=bit):
                    self.assertNotEqual(found, "")

    def test_every_bit_of_a_thread_image_counts(self):
        for word in range(9):
            for bit in range(32):
                found = self.patched("thread_images", 36 + 4 * word,
                                     lambda w, b=bit: w ^ 1 << b)
                with self.subTest(word=word, bit=bit):
                    self.assertNotEqual(found, "")

    def test_a_larger_public_region_is_found(self):
        found = self.patched("public_map", 4, lambda w: w & ~0xFF00)
        self.assertIn("everybody can touch", found)

    def test_changed_code_is_found(self):
        elf = kernelobj.read_elf(self.image)
        code = next(s for s in elf.sections if s.name == ".process.sensor.text")
        code.data = b"\1" + code.data[1:]
        found = check.problems(self.described, elf, self.folder)
        self.assertIn("is not what its object says", "\n".join(found))

    def changed_section(self, name, at, bits):
        elf = kernelobj.read_elf(self.image)
        section = next(s for s in elf.sections if s.name == name)
        data = bytearray(section.data)
        data[at] ^= bits
        section.data = bytes(data)
        load = elf.load_address(section)
        elf.loaded.append((load, section.data))
        return "\n".join(check.problems(self.described, elf, self.folder))

    def test_a_changed_kernel_is_found(self):
        self.assertIn("the kernel: .text+0x0 is not what",
                      self.changed_section(".kernel.text", 0, 1))

    def test_an_address_that_leads_elsewhere_is_found(self):
        self.assertIn("the kernel: .vectors+0x4: ",
                      self.changed_section(".vectors", 5, 1))

    def loaded(self, change):
        """Problems of the file after a change of its first program header, where
        the offset is word 1, and the bytes of the file word 4."""
        with open(self.image, "rb") as file:
            data = bytearray(file.read())
        table, = struct.unpack_from("<I", data, 28)
        head = list(struct.unpack_from("<8I", data, table))
        change(head)
        struct.pack_into("<8I", data, table, *head)
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            elf = kernelobj.read_elf(file.name)
        return "\n".join(check.problems(self.described, elf, self.folder))

    def test_what_is_loaded_is_what_is_looked_at(self):
        def shift(head):
            head[1] += 4

        def cut(head):
            head[4] -= 1
        self.assertEqual(self.loaded(lambda head: None), "")
        self.assertIn("is not what would be loaded at", self.loaded(shift))
        self.assertIn("is not what would be loaded at", self.loaded(cut))

    def with_header(self, place, change):
        """Problems after `change(file, place)` of the file."""
        with open(self.image, "rb") as file:
            data = bytearray(file.read())
        change(data, *(struct.unpack_from("<I", data, at)[0] for at in place))
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            elf = kernelobj.read_elf(file.name)
        return "\n".join(check.problems(self.described, elf, self.folder))

    def test_an_image_that_begins_elsewhere_is_found(self):
        self.assertIn("the image begins at 0x1235, and reset at ",
                      self.with_header([], lambda data: struct.pack_into(
                          "<I", data, 24, 0x1235)))

    def code(self):
        return next(s for s in self.elf.sections
                    if s.name == ".process.sensor.text")

    def test_a_segment_of_no_bytes_in_memory_is_loaded_all_the_same(self):
        """Some loaders go by the bytes in the file."""
        def add(data, table):
            count, = struct.unpack_from("<H", data, 44)
            base = self.code().address
            struct.pack_into("<8I", data, table + 32 * count, 1, 0, base, base,
                             16, 0, 5, 4)
            struct.pack_into("<H", data, 44, count + 1)
        self.assertIn(f"segments overlap at {self.code().address:#x}",
                      self.with_header([28], add))

    def test_a_second_section_of_a_name_is_found(self):
        """In padding that its process can execute; its header takes the place
        of the true one's, which moves behind."""
        true = self.code()
        spare = next(s for s in self.elf.sections if s.index > true.index
                     and not s.flags & kernelobj.ALLOCATED)
        block = next(p["code"] for p in self.described["processes"]
                     if p["name"] == "sensor")
        base = systemjson.number(block["base"]) + block["used"]

        def move(data, table):
            place, other = (table + 40 * s.index for s in (true, spare))
            data[other : other + 40] = data[place : place + 40]
            offset = true.offset + base - true.address
            struct.pack_into("<3I", data, place + 12, base, offset, 4)
            data[offset : offset + 4] = b"code"
        self.assertLess(block["used"], block["size"])
        self.assertIn("section .process.sensor.text is in the image 2 times",
                      self.with_header([32], move))

    def test_a_damaged_file_is_refused(self):
        with open(self.image, "rb") as file:
            data = bytearray(file.read())
        table, = struct.unpack_from("<I", data, 32)
        data[table + 42 : table + 44] = b"\1\0"  # of a name: 64 kB on
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            with self.assertRaises(model.Refused):
                kernelobj.read_elf(file.name)

    def test_objects_that_are_not_there_are_missed_when_asked_for(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(check.problems(self.described, self.elf, empty), [])
            found = check.problems(self.described, self.elf, empty,
                                   needs_objects=True)
        self.assertEqual(len(found), 1 + len(self.described["processes"]))
        self.assertIn("kernel: its object is not there", found[0])

    def test_objects_are_found_from_another_folder(self):
        system = samples.station()
        system.folder = os.path.join(self.folder, "of", "system")
        for name in ("kernel.o", "app.process.o"):
            found = systemjson.from_folder(system,
                                           os.path.join(self.folder, name))
            self.assertEqual(found, "../../" + name)

    def test_the_map_can_be_shown(self):
        text = report.text(self.described)
        self.assertIn("stack of poll", text)

    def test_who_may_touch_what_can_be_shown(self):
        text = access.text(self.described, "app")
        self.assertRegex(text, r"calls +probe: sensor.probe|calls +sensor.probe")
        self.assertNotIn("sensor  (program", text)
        everyone = access.text(self.described, "")
        for process in self.described["processes"]:
            self.assertIn(f"{process['name']}  (program ", everyone)
            for part in process["may"]:
                self.assertIn(part["base"], everyone)
        self.assertRegex(everyone, r"is called +probe by app\n")
        with self.assertRaisesRegex(model.Refused, "no process x; there are sensor, app, guard"):
            access.text(self.described, "x")

    def test_a_folder_stands_for_the_description_in_it(self):
        self.assertEqual(systemjson.load(self.folder),
                         systemjson.load(os.path.join(self.folder,
                                                      "system.json")))

    def test_equal_inputs_give_equal_files(self):
        with tempfile.TemporaryDirectory() as other:
            again, _ = build(other, with_info())
            for name in ("system.json", "tables.c", "layout.ld"):
                with open(os.path.join(other, name)) as one, \
                        open(os.path.join(self.folder, name)) as two:
                    self.assertEqual(one.read(), two.read())

    def test_where_a_reference_leads_is_part_of_the_hash(self):
        sizes = {name: 16 for name in SECTIONS}
        with tempfile.TemporaryDirectory() as folder:
            one = assemble(folder, "one", PROCESS.format(**sizes))
            other = assemble(folder, "other", PROCESS.format(**sizes).replace(
                ".word constant", ".word own"))
            self.assertNotEqual(*[kernelobj.digest(kernelobj.read_elf(path))
                                  for path in (one, other)])

    def test_a_process_keeps_its_hash_when_another_changes(self):
        with tempfile.TemporaryDirectory() as other:
            system = with_info()
            system.processes[0].sections[".text"].size += 64
            again, _ = build(other, system)
            with open(again) as file:
                hashes = {p["name"]: p["hash"]
                          for p in json.load(file)["processes"]}
        before = {p["name"]: p["hash"] for p in self.described["processes"]}
        self.assertNotEqual(hashes.pop("sensor"), before.pop("sensor"))
        self.assertEqual(hashes, before)


if __name__ == "__main__":
    unittest.main()
