"""test_tables.py - tables.c and the description that is in it."""

import re
import struct
import unittest

import samples
from cmrxlib import info, layout, model, plan, tables, wiring
from samples import kernel, process, service, station, system, use


def made_of(made):
    found = wiring.wire(made)
    return found, plan.place(made, found, kernel())


def text_of(made):
    return layout.make(made, kernel())["tables.c"]


class Tables(unittest.TestCase):
    def test_all_that_kernel_h_declares_is_defined(self):
        with open(samples.TOOL + "/../kernel/kernel.h") as file:
            declared = re.findall(r"^extern (.*?);", file.read(), re.M)
        text = text_of(station())
        for line in declared:
            for name in re.findall(r"(\w+)(?:\[\])?(?:,|$)", line):
                if name != "running":
                    self.assertRegex(text, rf"\b{name}\b(\[\w*\])? [=R]")

    def test_threads_are_numbered_by_process_and_idle_is_last(self):
        text = text_of(station())
        found = re.findall(r"\[(\d)\] = \{ // (\w+\.\w+)\n +\.home", text)
        self.assertEqual(found, [
            ("0", "sensor.poll"), ("1", "app.main"), ("2", "app.log"),
            ("3", "guard.main"), ("4", "idle.idle")])

    def floating(self, *users):
        made = station()
        for process in made.processes:
            process.floating_point = process.name in users
        text = text_of(made)
        return re.findall(r"float_first\[\] = \{\n    ([\d, ]+)\n", text), \
            re.findall(r"struct float_area float_areas\[(\d+)\]", text), \
            re.findall(r"    (\d), // \w+$", text, re.M)

    def test_floating_point_has_registers_for_each_user_in_a_chain_of_calls(self):
        # app calls sensor; two threads of app.
        self.assertEqual(self.floating("sensor", "app"), (
            ["0, 1, 3, 5, 5, 5,"], ["5"], ["1", "1", "0", "0"]))
        self.assertEqual(self.floating("sensor")[:2], (
            ["0, 1, 2, 3, 3, 3,"], ["3"]))
        self.assertEqual(self.floating("guard")[:2], (
            ["0, 0, 0, 0, 1, 1,"], ["1"]))

    def test_without_floating_point_nothing_is_said_of_it(self):
        self.assertNotIn("float", text_of(station()))

    def test_code_addresses_have_the_thumb_bit_and_ranges_do_not(self):
        text = text_of(station())
        for entry in re.findall(r"\.(?:entry|return_gate|exit_gate) = (\w+)",
                                text):
            self.assertEqual(int(entry, 16) & 1, 1)
        for base in re.findall(r"\.code = \{ (\w+),", text):
            self.assertEqual(int(base, 16) & 1, 0)

    def test_only_what_is_used_is_in_the_table_of_services(self):
        made = system([process("a", services=[service("x")])])
        self.assertNotIn("struct service", text_of(made))

    def test_the_service_needs_the_most_any_method_needs(self):
        made = station()
        made.processes[0].services[0].methods.append(
            model.Method("write", "write_it", 300))
        self.assertRegex(text_of(made), r"\b352, 2, 0,")

    def test_a_need_that_does_not_fit_is_refused(self):
        made = station()
        made.processes[0].services[0].methods[0].stack = 65536
        with self.assertRaisesRegex(model.Refused, "65440"):
            text_of(made)

    def test_self_is_an_address_of_the_provider(self):
        made = station()
        made.processes[0].services[0].self_section = ".bss"
        made.processes[0].services[0].self_offset = 8
        _, found = made_of(made)
        address = found.sections["sensor", ".bss"].base + 8
        self.assertRegex(text_of(made), rf"struct probe\n        {address:#010x},")

    def test_an_event_in_constants_is_refused(self):
        for change in ((".rodata", 0), (".bss", 2)):
            made = station()
            event = made.processes[0].events[0]
            event.section, event.offset = change
            with self.subTest(change), self.assertRaises(model.Refused):
                text_of(made)

    def test_interrupts_of_a_process_lie_together(self):
        made = station()
        made.processes[0].interrupts.append(
            model.Interrupt("sent", ".bss", 4, 4))
        made.grants[1].alias = "ready"
        made.grants.append(model.Grant("sensor", "IRQ", "uart0_tx", "sent"))
        text = text_of(made)
        self.assertIn(".interrupts = &interrupts[0], .interrupt_count = 2",
                      text)
        self.assertRegex(text, r"interrupt_owner\[\] = \{\n    0, 1, 255,")

    def test_the_clock_is_a_reduced_fraction(self):
        for hz, fraction in ((12500000, (25, 2)), (25000000, (25, 1)),
                             (168000000, (168, 1)), (1000000, (1, 1)),
                             (12288000, (1536, 125))):
            self.assertEqual(tables.clock(samples.board(clock_hz=hz)),
                             fraction)

    def test_a_clock_that_is_too_slow_for_32_bits_is_refused(self):
        self.assertEqual(tables.clock_reach(512, 15625), 255984375)  # 32768 Hz
        with self.assertRaisesRegex(model.Refused, "15625 or more"):
            tables.clock(samples.board(clock_hz=10000))

    def test_a_clock_that_overflows_the_kernel_s_sum_is_refused(self):
        with self.assertRaisesRegex(model.Refused, "clock_hz"):
            tables.clock(samples.board(clock_hz=11059200))

    def test_lines_are_not_long(self):
        long = "a_rather_long_name_24_ch"
        made = station()
        for p in made.processes[:2]:
            p.name = p.program = long + p.name[0]
        for grant in made.grants[:2]:
            grant.process = long + "s"
        longest = max(text_of(made).split("\n"), key=len)
        self.assertLessEqual(len(longest), 100, longest)

    def test_nothing_to_point_to_is_no_pointer(self):
        text = text_of(system([]))
        self.assertIn("supervisor_event = { 0, 0 }", text)
        self.assertIn(".shared = { 0, 0 }", text)
        self.assertIn("public_constants = { 0, 0 }", text)
        self.assertIn("public_map = { 0x00000010, 0x00000000 }", text)


class Description(unittest.TestCase):
    """info.py, read back as info.h declares it."""

    def setUp(self):
        made = station()
        app = made.processes[1]
        app.devices = ["info"]
        app.functions = [model.Function("main", 16, 40, "app.c"),
                         model.Function("help", 60, 8)]
        app.lines = [(16, 3), (20, 70000), (22, 5), (1 << 18, 6)]
        made.grants.append(model.Grant("app", "INFO", ""))
        self.system = made
        self.wiring, _ = made_of(made)
        self.plan = layout.place(made, self.wiring, kernel())
        self.data = info.build(made, self.wiring, self.plan, "0" * 16)
        self.head = info.HEADER.unpack_from(self.data)

    def string(self, offset):
        return self.data[offset : self.data.index(0, offset)].decode()

    def rows(self, layout_of, offset, count):
        return [layout_of.unpack_from(self.data, offset + n * layout_of.size)
                for n in range(count)]

    def test_structs_are_as_large_as_in_info_h(self):
        sizes = {info.HEADER: 44, info.PROCESS: 32, info.THREAD: 8,
                 info.SERVICE: 16, info.RANGE: 16, info.FUNCTION: 12,
                 info.LINE: 4}
        for layout_of, size in sizes.items():
            self.assertEqual(layout_of.size, size)

    def test_the_header(self):
        self.assertEqual(self.head[:2], (info.MAGIC, len(self.data)))
        self.assertEqual(self.string(self.head[2]), "station")
        self.assertEqual(self.string(self.head[3]), "bench")
        self.assertEqual(self.head[5:8], (4, 5, 1))
        self.assertEqual(len(self.data), self.plan.info.used)

    def test_processes_and_what_they_import(self):
        rows = self.rows(info.PROCESS, self.head[9], 4)
        self.assertEqual([self.string(r[0]) for r in rows],
                         ["sensor", "app", "guard", "idle"])
        app = rows[1]
        self.assertEqual(app[1:5], (1, 2, 1, 2))
        self.assertEqual(struct.unpack_from("<H", self.data, app[5]), (0,))
        self.assertEqual(app[6], self.plan.sections["app", ".text"].base)

    def test_functions_and_lines_ascend_and_what_cannot_be_said_is_left(self):
        app = self.rows(info.PROCESS, self.head[9], 4)[1]
        functions = self.rows(info.FUNCTION, app[7], app[4])
        self.assertEqual([(f[0], self.string(f[1])) for f in functions],
                         [(16, "main"), (60, "help")])
        self.assertEqual(functions[1][2], 0)
        self.assertEqual(self.rows(info.LINE, app[8], app[9]),
                         [(8, 3), (11, 5)])

    def test_services_name_their_methods(self):
        name, interface, owner, count, methods = self.rows(
            info.SERVICE, self.head[11], 1)[0]
        self.assertEqual((self.string(name), self.string(interface), owner,
                          count), ("probe", "struct probe", 0, 1))
        first, = struct.unpack_from("<I", self.data, methods)
        self.assertEqual(self.string(first), "read")

    def test_ranges_ascend_do_not_overlap_and_have_owners(self):
        rows = self.rows(info.RANGE, self.head[12], self.head[8])
        for one, other in zip(rows, rows[1:]):
            self.assertLessEqual(one[0] + one[1], other[0])
        told = {self.string(r[2]): r[3] for r in rows}
        self.assertEqual(told["stack of thread main of"], 2)
        self.assertEqual(told["SHARED of"], 1)
        self.assertEqual(told["device uart0 of"], 0)
        self.assertEqual(told["device uart1"], 0xFFFF)
        self.assertEqual(told["public constants"], 0xFFFF)

    def test_the_window_is_read_only_and_covers_it(self):
        text = text_of(self.system)
        rbar, rasr = re.search(r"\{ (\w+), (\w+) \}, // info", text).groups()
        self.assertEqual(int(rasr, 16) >> 24, 0x16)
        self.assertEqual(int(rbar, 16) & 15, 3)


if __name__ == "__main__":
    unittest.main()
