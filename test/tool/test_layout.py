"""test_layout.py - everything has its place, or a message says what to cut."""

import argparse
import os
import re
import tempfile
import unittest

import samples
from cmrxlib import (armv7m, layout, ldscript, model, plan, registers,
                     systemjson, wiring)
from samples import kernel, process, sections, station, system


def planned(made):
    return plan.place(made, wiring.wire(made), kernel())


def everything(found):
    """(low, high) of all blocks and of the kernel's sections."""
    blocks = list(found.code.values()) + list(found.memory.values()) \
        + list(found.stacks.values())
    blocks += [b for b in (found.public, found.info) if b]
    pieces = [(b.base, b.end) for b in blocks]
    for (owner, _), placed in found.sections.items():
        if owner == plan.KERNEL and placed.size:
            pieces.append((placed.base, placed.base + placed.size))
        if placed.load is not None and placed.size:
            pieces.append((placed.load, placed.load + placed.size))
    return sorted(pieces)


class Places(unittest.TestCase):
    def setUp(self):
        self.system = station()
        self.plan = planned(self.system)

    def test_nothing_overlaps(self):
        pieces = everything(self.plan)
        for (_, end), (base, _) in zip(pieces, pieces[1:]):
            self.assertLessEqual(end, base)

    def test_the_fault_record_begins_ram(self):
        self.assertEqual(self.plan.sections["kernel", ".noinit"].base,
                         0x20000000)

    def test_the_vectors_begin_flash(self):
        made = station(board=samples.board(flash_base=0x08000000))
        self.assertEqual(planned(made).sections["kernel", ".vectors"].base,
                         0x08000000)

    def test_the_tables_come_last(self):
        ends = [b.end for b in self.plan.code.values()]
        self.assertGreaterEqual(self.plan.tables, max(ends))

    def test_shared_takes_whole_granules_at_the_start_of_memory(self):
        shared, memory = self.plan.shared["app"], self.plan.memory["app"]
        self.assertEqual(shared.base, memory.base)
        self.assertEqual(shared.size % shared.granule, 0)
        own = self.plan.sections["app", ".data"].base
        self.assertEqual(own, shared.end)

    def test_sections_are_aligned(self):
        for made in self.system.processes:
            for name, section in made.sections.items():
                base = self.plan.sections[made.name, name].base
                self.assertEqual(base % section.align, 0, name)

    def test_a_large_alignment_is_kept_in_memory_and_code(self):
        made = system([process("a", sections=sections(
            text=(100, 128), data=(8, 256), shared_bss=(4, 64)))])
        found = planned(made)
        self.assertEqual(found.sections["a", ".text"].base % 128, 0)
        self.assertEqual(found.sections["a", ".data"].base % 256, 0)
        self.assertLessEqual(found.shared["a"].end,
                             found.sections["a", ".data"].base)

    def test_the_kernel_s_sections_are_aligned(self):
        for group, found in kernel().sections.items():
            base = self.plan.sections["kernel", group].base
            for section, (offset, _) in zip(found,
                                            self.plan.kernel_inside[group]):
                self.assertEqual((base + offset) % section.align, 0)

    def test_the_kernel_stack_has_its_size_and_alignment(self):
        stack = self.plan.sections["kernel", ".stack"]
        self.assertEqual((stack.base % 8, stack.size), (0, 512))

    def test_the_heap_of_deadlines_has_an_entry_for_all(self):
        heap = next(o for o in self.plan.ram_objects
                    if o.symbol == "timer_heap")
        self.assertEqual(heap.size, 5 + 4)

    def test_the_kernel_s_objects_lie_one_after_the_other(self):
        objects = [o for o in self.plan.ram_objects if o.group == ".bss"]
        for one, other in zip(objects, objects[1:]):
            self.assertLessEqual(one.offset + one.size, other.offset)
            if other.symbol not in ("timer_slot", "timer_heap"):  # bytes
                self.assertEqual(other.offset % 4, 0)

    def test_stacks_can_be_cut(self):
        for block in self.plan.stacks.values():
            self.assertGreaterEqual(8 * block.granule, armv7m.CUT_FROM)

    def test_a_spare_region_shows_the_rest_of_a_memory(self):
        made = system([process("a", sections=sections(text=8, bss=1100))])
        memory = planned(made).memory["a"]
        self.assertEqual((memory.size, memory.tail, memory.fine),
                         (1120, 96, 32))

    def test_a_process_with_two_windows_has_no_rest(self):
        made = station()
        made.processes[1].sections[".bss"].size = 1100
        self.assertNotEqual(planned(made).memory["app"].tail, 0)
        made.processes[1].devices = ["a", "b"]
        made.grants += [model.Grant("app", "MMIO", "uart1", "a"),
                        model.Grant("app", "MMIO", "eighths", "b")]
        self.assertEqual(planned(made).memory["app"].tail, 0)

    def test_shared_has_a_granule_of_its_own(self):
        made = system([process("a", sections=sections(
            text=8, shared_bss=60, bss=7000))])
        found = planned(made)
        self.assertEqual((found.shared["a"].size, found.shared["a"].granule),
                         (64, 32))

    def test_no_empty_thing_takes_room(self):
        self.assertNotIn("idle", self.plan.memory)
        self.assertNotIn("sensor", self.plan.shared)

    def test_a_process_without_code_is_refused(self):
        made = system([process("a", sections=sections(data=4))])
        with self.assertRaises(model.Refused):
            planned(made)

    def test_a_thread_without_stack_is_refused(self):
        with self.assertRaisesRegex(model.Refused, r"\.stack = bytes"):
            planned(system([process("a", [("t", 0, 1)])]))

    def test_little_ram_is_lost(self):
        found = systemjson.totals(self.system, self.plan)["ram"]
        self.assertLess(found["gaps"] + found["padding"],
                        found["span"] / 10)

    def test_totals_add_up(self):
        found = systemjson.totals(self.system, self.plan)
        pieces = everything(self.plan)
        ram = [p for p in pieces if p[0] >= 0x20000000]
        taken = sum(high - low for low, high in ram)
        self.assertEqual(found["ram"]["span"] - found["ram"]["gaps"], taken)
        flash = [p for p in pieces if p[0] < 0x20000000]
        taken = sum(high - low for low, high in flash)
        self.assertEqual(found["flash"]["span"] - found["flash"]["gaps"],
                         taken)


class Limits(unittest.TestCase):
    def refused(self, made):
        with self.assertRaises(model.Refused) as caught:
            planned(made)
        return str(caught.exception)

    def test_too_much_ram_names_the_process_the_bytes_and_the_cut(self):
        made = station()
        made.board.ram_size = planned(made).ram_end - 0x20000000 - 32
        said = self.refused(made)
        self.assertRegex(said, r"process \w+: the .* does not fit into RAM")
        self.assertRegex(said, r"\d+ bytes are missing")
        self.assertRegex(said, r"Cheapest change: make the .* smaller")

    def test_the_cheapest_cut_really_helps(self):
        full = planned(station()).ram_end - 0x20000000
        for missing in range(32, 512, 40):
            made = station()
            made.board.ram_size = full - missing
            found = re.search(r"make the (\w+) of ([\w.]+) (\d+) bytes smaller",
                              self.refused(made))
            with self.subTest(missing):
                self.cut(made, found[1], found[2], int(found[3]))
                planned(made)

    def test_one_object_larger_than_all_of_the_memory(self):
        """The most that fits is searched, and is not overstated."""
        made = station(board=samples.board(ram_size=0x10000))
        made.processes[1].sections[".bss"].size = 0x40000
        found = re.search(
            r"; (\d+) bytes are missing.* make the memory of app (\d+) bytes "
            r"smaller \((\d+) now, (\d+) is the most", self.refused(made))
        missing, size, now, most = map(int, found.groups())
        self.assertEqual((missing, size + most), (size, now))
        made.processes[1].sections[".bss"].size -= size
        planned(made)
        made.processes[1].sections[".bss"].size += 1
        self.refused(made)

    def test_code_larger_than_all_of_the_flash(self):
        made = station(board=samples.board(flash_size=0x8000))
        made.processes[0].sections[".text"].size = 100000
        found = re.search(r"the code of sensor (\d+) bytes smaller",
                          self.refused(made))
        made.processes[0].sections[".text"].size -= int(found[1])
        planned(made)

    def test_missing_is_never_more_than_the_cut(self):
        full = planned(station()).ram_end - 0x20000000
        for missing in range(32, 512, 96):
            made = station()
            made.board.ram_size = full - missing
            said = self.refused(made)
            stated = int(re.search(r"(\d+) bytes are missing", said)[1])
            cut = int(re.search(r"(\d+) bytes smaller", said)[1])
            self.assertLessEqual(stated, cut)

    def cut(self, made, what, whose, size):
        name, _, thread = whose.partition(".")
        owner = next(p for p in made.processes if p.name == name)
        if what == "stack":
            next(t for t in owner.threads if t.name == thread).stack -= size
        else:
            owner.sections[".bss"].size -= size

    def test_too_much_flash_is_refused(self):
        made = station(board=samples.board(flash_size=0x2C00))
        self.assertIn("flash", self.refused(made))

    def test_the_largest_are_named_beside_the_cut(self):
        made = station()
        made.board.ram_size = planned(made).ram_end - 0x20000000 - 32
        self.assertRegex(self.refused(made), r"Cheapest change: .* The largest "
                         r"are the .*, the stack of app.main \(640 bytes\), the ")

    def test_nobody_is_told_to_cut_the_kernel(self):
        full = planned(station()).ram_end - 0x20000000
        for missing in range(8, 600, 56):
            made = station()
            made.board.ram_size = full - missing
            said = self.refused(made)
            self.assertNotRegex(said, r"make the \S+ of the kernel")
            self.assertNotRegex(said, r"the \S+ of the kernel \(\d+ bytes\) does")

    def test_a_kernel_that_flash_cannot_hold_is_refused(self):
        made = station(board=samples.board(flash_size=0x1000))
        self.assertRegex(self.refused(made),
                         r"the kernel alone needs \d+ bytes more flash")

    def test_a_window_that_cannot_be_shown_gets_a_proposal(self):
        made = station()
        made.processes[2].devices = ["odd"]
        made.grants.append(model.Grant("guard", "MMIO", "odd"))
        self.assertIn("the least that holds it is 0x40006000, 0x1400 bytes",
                      self.refused(made))

    def test_far_too_much_lists_the_largest(self):
        made = station()
        made.processes[1].sections[".bss"].size = 1 << 20
        made.processes[0].sections[".bss"].size = 1 << 20
        said = self.refused(made)
        self.assertIn("the largest are the memory of", said)

    def test_a_kernel_that_is_too_large_is_refused(self):
        made = station(board=samples.board(ram_size=1024))
        self.assertRegex(self.refused(made), r"the kernel alone needs \d+ bytes more "
                         r"RAM than the 1024 that .* or RAM in cmrx_system\(\)")


class Described(unittest.TestCase):
    """system.json, before anything is linked."""

    def setUp(self):
        made = station()
        self.described = systemjson.build(
            made, wiring.wire(made), planned(made), kernel())

    def test_the_registers_allow_what_is_declared(self):
        for made in self.described["processes"]:
            allowed = []
            for region in made["regions"]:
                allowed += registers.decode(int(region["rbar"], 0),
                                        int(region["rasr"], 0))[1]
            wanted = [registers.span(m, m["access"]) for m in made["may"]
                      if m["why"] != "public constants"]
            self.assertEqual(registers.merged(allowed), registers.merged(wanted))

    def test_the_meaning_of_a_region_is_what_the_checker_decodes(self):
        for made in self.described["processes"]:
            for region in made["regions"] + made["lent"]:
                _, pieces = registers.decode(int(region["rbar"], 0),
                                         int(region["rasr"], 0))
                told = [registers.span(r, region["access"])
                        for r in region["ranges"]]
                self.assertEqual(pieces, told)

    def test_the_build_id_is_of_everything(self):
        before = self.described["build_id"]
        self.described["processes"][0]["rights"].append("power")
        self.assertNotEqual(systemjson.identity(self.described), before)

    def test_a_file_that_is_none_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "system.json")
            for text in ("", "[]", '{"schema": 99}'):
                with open(path, "w") as file:
                    file.write(text)
                with self.assertRaises(model.Refused):
                    systemjson.load(path)
            with self.assertRaises(model.Refused):
                systemjson.load(path + ".not")


class Script(unittest.TestCase):
    def test_names_of_objects_are_matched_after_a_slash(self):
        self.assertEqual(ldscript.pattern("/x/y/a.process.o"),
                         "*/a.process.o")

    def test_sections_are_written_in_ascending_order(self):
        made = station()
        text = ldscript.write(made, wiring.wire(made), planned(made),
                              kernel(), False)
        found = [int(base, 16) for base in re.findall(
            r"^    \.[\w.]+ (0x[0-9a-f]+)", text, re.M)]
        self.assertEqual(found, sorted(found))
        self.assertGreater(len(found), 15)

    def test_no_segment_spans_a_load_image(self):
        found = planned(station())
        runs = ldscript.flash_runs(found)
        stops = [p.load for p in found.sections.values()
                 if p.load is not None and p.size]
        self.assertTrue(stops)
        for stop in stops:
            below = {run for base, run in runs.items() if base < stop}
            above = {run for base, run in runs.items() if base > stop}
            self.assertFalse(below & above)


class Statements(unittest.TestCase):
    def test_grants_are_read(self):
        self.assertEqual(layout.parse_grant("a MMIO uart0 AS port"),
                         [model.Grant("a", "MMIO", "uart0", "port")])
        self.assertEqual(layout.parse_grant("a INFO"),
                         [model.Grant("a", "INFO", "")])
        self.assertEqual(layout.parse_grant("a RIGHT inspect power"),
                         [model.Grant("a", "RIGHT", "inspect"),
                          model.Grant("a", "RIGHT", "power")])

    def test_nonsense_is_refused_with_the_form(self):
        for text in ("", "a", "a MMIO", "a MMIO x y", "a ROOT x", "a INFO x",
                     "a RIGHT", "a IRQ x AS", "a MMIO AS x",
                     "a RIGHT inspect AS x"):
            with self.subTest(text), self.assertRaises(model.Refused):
                layout.parse_grant(text)
        for text in ("", "a.b", "a.b c.d", "a.b TO", "a.b TO c.d e"):
            with self.subTest(text), self.assertRaises(model.Refused):
                layout.parse_wires([text])
        with self.assertRaises(model.Refused):
            layout.parse_wires(["a.b TO c.d", "a.b TO e.f"])
        for text in ("a", "a pray", "a stop b"):
            with self.subTest(text), self.assertRaises(model.Refused):
                layout.parse_policies([text])

    def test_a_process_may_be_an_instance(self):
        self.assertEqual(layout.parse_process("a:p=/x/a.process.o"),
                         ("a", "p", "/x/a.process.o"))
        self.assertEqual(layout.parse_process("a=f"), ("a", "a", "f"))
        for text in ("a", "=f", "a="):
            with self.assertRaises(model.Refused):
                layout.parse_process(text)

    def test_idle_is_last_and_has_to_be_there(self):
        made = [samples.idle(), process("a")]
        self.assertEqual([p.name for p in layout.idle_last(made)],
                         ["a", "idle"])
        with self.assertRaises(model.Refused):
            layout.idle_last([process("a")])

    def test_object_files_have_different_names(self):
        a, b = process("a"), process("b")
        a.object, b.object = "x/p.o", "y/p.o"
        with self.assertRaises(model.Refused):
            layout.check_files([a, b], "kernel.o")

    def test_another_port_is_refused(self):
        with self.assertRaisesRegex(model.Refused, "armv7m"):
            layout.make(station(board=samples.board(port="linux")), kernel())

    def test_the_command_has_its_arguments(self):
        parser = argparse.ArgumentParser()
        layout.register(parser.add_subparsers())
        args = parser.parse_args(
            ["layout", "--system", "s", "--board", "b", "--kernel", "k",
             "--process", "a=b", "--process", "idle=c", "--out", "d"])
        self.assertEqual(args.process, ["a=b", "idle=c"])
        self.assertEqual((args.grant, args.supervisor), ([], None))


if __name__ == "__main__":
    unittest.main()
