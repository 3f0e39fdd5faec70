"""test_wiring.py - who may reach what, and every way to get it wrong."""

import unittest

import samples
from cmrxlib import model, wiring
from samples import process, service, station, system, use


class Refusals(unittest.TestCase):
    def refused(self, made, *words):
        """The system is refused, and the message has all the words."""
        with self.assertRaises(model.Refused) as caught:
            wiring.wire(made)
        for word in words:
            self.assertIn(word, str(caught.exception))


class Services(Refusals):
    def test_the_only_provider_is_taken(self):
        found = wiring.wire(station())
        self.assertEqual(found.imports["app"][0][0], "sensor")
        self.assertEqual(found.posts["app"][0][0], "sensor")

    def test_no_provider_is_refused_with_what_to_write(self):
        made = system([process("a", uses=[use("probe")]),
                       process("b", services=[service("gauge")])])
        self.refused(made, "a uses service probe",
                     "WIRE a.probe TO b.gauge", "CMRX_PROVIDE")

    def test_what_has_another_interface_is_named_and_not_proposed(self):
        made = system([process("a", uses=[use("prboe")]),
                       process("b", services=[service("probe"),
                                              service("gauge", shape="other")])])
        self.refused(made, "; if probe is meant, correct the name; or add a process",
                     "or write one of: WIRE a.prboe TO b.probe")
        with self.assertRaises(model.Refused) as caught:
            wiring.wire(made)
        self.assertNotIn("gauge", str(caught.exception))
        made.processes[1].services.pop(0)
        self.refused(made, "There are other services: b.gauge")

    def test_a_name_that_is_near_to_none_is_not_corrected(self):
        made = system([process("a", uses=[use("probe")]),
                       process("b", services=[service("gauge")])])
        with self.assertRaises(model.Refused) as caught:
            wiring.wire(made)
        self.assertNotIn("correct the name", str(caught.exception))

    def test_several_providers_are_refused_with_the_lines_to_choose(self):
        made = system([process("a", uses=[use("probe")]),
                       process("b", services=[service("probe")]),
                       process("c", services=[service("probe")])])
        self.refused(made, "WIRE a.probe TO b.probe",
                     "WIRE a.probe TO c.probe")

    def test_a_wire_decides(self):
        made = system([process("a", uses=[use("probe")]),
                       process("b", services=[service("probe")]),
                       process("c", services=[service("gauge")])],
                      wires={"a.probe": "c.gauge"})
        provider, found = wiring.wire(made).imports["a"][0]
        self.assertEqual((provider, found.name), ("c", "gauge"))

    def test_a_process_is_not_wired_to_itself(self):
        made = system([process("a", uses=[use("probe")],
                               services=[service("probe")])],
                      wires={"a.probe": "a.probe"})
        self.refused(made, "wired to itself")
        made.wires = {}
        self.refused(made, "no other process provides it")

    def test_wires_have_to_name_what_exists(self):
        made = station(wires={"app.probe": "nobody.probe"})
        self.refused(made, "there is no process nobody")
        made = station(wires={"app.nothing": "sensor.probe"})
        self.refused(made, "neither uses nor posts to nothing")
        made = station(wires={"app.probe": "sensor.nothing"})
        self.refused(made, "the services of sensor are probe")
        made = station(wires={"app": "sensor.probe"})
        self.refused(made, "process.name")

    def test_different_interfaces_are_refused_and_shown(self):
        made = system([process("a", uses=[use("probe", "struct probe\n  x")]),
                       process("b", services=[service("probe")])])
        self.refused(made, "different interfaces", "  x", "read: int")

    def test_an_event_nobody_publishes_is_refused(self):
        made = system([process("a", posts=["ready"])])
        self.refused(made, "a posts to event ready", "CMRX_EVENT")


class Chains(Refusals):
    def chain(self, *pairs):
        names = sorted({name for pair in pairs for name in pair})
        return system([process(
            n, uses=[use(b) for a, b in pairs if a == n],
            services=[service(n)]) for n in names])

    def test_depth_is_the_longest_path(self):
        found = wiring.wire(self.chain(("a", "b"), ("b", "c"), ("a", "c"),
                                       ("c", "d")))
        self.assertEqual(found.depths, {"a": 3, "b": 2, "c": 1, "d": 1,
                                        "idle": 1})

    def test_a_circle_is_refused_with_its_path(self):
        self.refused(self.chain(("a", "b"), ("b", "c"), ("c", "b")),
                     "b.c -> c, c.b -> b")

    def test_who_can_be_left_calls_only_such(self):
        made = self.chain(("a", "b"), ("b", "c"))
        for graces, says in (((0, 0, 5), ""), ((0, 5, 5), ""), ((5, 1, 5), ""),
                             ((0, 5, 0), "process b: CMRX_GRACE(b), and it "
                              "uses service c of c, which has none"),
                             ((5, 0, 0), "process a: CMRX_GRACE(a), and it "
                              "uses service b of b")):
            for made_process, grace in zip(made.processes, graces):
                made_process.services[0].grace = grace
            if says:
                self.refused(made, says)
            else:
                wiring.wire(made)

    def test_a_long_chain_does_not_recurse(self):
        names = [f"p{n:03}" for n in range(250)]
        found = wiring.wire(self.chain(*zip(names, names[1:])))
        self.assertEqual(found.depths["p000"], 249)

    def test_many_paths_are_walked_once(self):
        pairs = [(f"p{n:02}{s}", f"p{n + 1:02}{t}") for n in range(40)
                 for s in "ab" for t in "ab"]
        self.assertEqual(wiring.wire(self.chain(*pairs)).depths["p00a"], 40)


class Windows(Refusals):
    def granted(self, *grants, devices=("port",), **changes):
        return system([process("a", devices=list(devices)),
                       process("b", devices=["port"])],
                      board=samples.board(**changes),
                      grants=[model.Grant("a", "MMIO", *g) for g in grants]
                      + [model.Grant("b", "MMIO", "eighths")])

    def test_the_only_device_needs_no_name(self):
        window = wiring.wire(self.granted(("uart0",))).windows["a"][0]
        self.assertEqual((window.name, window.device, window.base),
                         ("port", "uart0", 0x40004000))

    def test_two_devices_are_told_apart_by_name(self):
        made = self.granted(("uart0", "out"), ("uart1", "in"),
                            devices=("in", "out"))
        self.assertEqual([w.name for w in wiring.wire(made).windows["a"]],
                         ["out", "in"])
        made = self.granted(("uart0",), ("uart1",), devices=("in", "out"))
        self.refused(made, "declares in, out", "AS one of them")

    def test_consecutive_eighths_are_a_window(self):
        made = self.granted(("uart0",))
        self.assertEqual(wiring.wire(made).windows["b"][0].size, 0x300)

    def test_what_the_hardware_cannot_show_exactly_is_refused(self):
        self.refused(self.granted(("odd",)), "cannot show exactly")

    def test_an_unknown_device_is_refused_with_those_there_are(self):
        self.refused(self.granted(("uart7",)), "no such device", "uart0")

    def test_an_unknown_name_of_the_program_is_refused(self):
        self.refused(self.granted(("uart0", "prot")), "no device prot",
                     "declares port")

    def test_a_device_without_a_grant_is_refused(self):
        self.refused(self.granted(), "a declares device port",
                     "MMIO DEVICE AS port. Board bench has eighths, odd, uart0")

    def test_a_device_for_another_driver_is_refused(self):
        made = self.granted(("uart0",))
        drives, devices = made.processes[0].drives, made.board.devices
        wiring.wire(made)
        drives["port"] = "uart_a"  # and of the device nothing is known
        wiring.wire(made)
        devices["uart0"].driver = "uart_b"
        self.refused(made, "GRANT a MMIO uart0: on board bench that is a device for "
                     'uart_b ("driver" in board.json), and program a is made for one '
                     "of uart_a; write PROCESSES a=uart_b")
        devices["uart1"].driver = "uart_a"
        self.refused(made, "PROCESSES a=uart_b, or grant another: uart1")
        drives["port"] = "uart_b"
        wiring.wire(made)
        drives.clear()  # who does not say what it drives is believed
        wiring.wire(made)

    def test_a_device_of_another_clock_is_refused(self):
        made = self.granted(("uart0",))
        clocks, device = made.processes[0].clocks, made.board.devices["uart0"]
        clocks["port"] = 25000000  # and of the device nothing is known
        wiring.wire(made)
        device.clock_hz = 20000000
        self.refused(made, "GRANT a MMIO uart0: program a is compiled for a device of "
                     "25000000 Hz, and on board bench it has 20000000",
                     "cmrx_process(NAME EXTENDS a DEFINITIONS ..._CLOCK_HZ=20000000u)",
                     "PROCESSES a=NAME")
        clocks["port"] = 20000000
        wiring.wire(made)
        clocks.clear()
        wiring.wire(made)

    def test_a_device_that_fits_is_proposed_where_one_is_missing(self):
        made = self.granted()
        made.board.devices["uart1"].driver = "uart_a"
        made.processes[0].drives["port"] = "uart_a"
        self.refused(made, "MMIO DEVICE AS port. Board bench has uart1")
        made.processes[0].drives["port"] = "uart_b"
        self.refused(made, "MMIO DEVICE AS port. Board bench has eighths, odd, uart0")

    def test_a_grant_without_a_device_is_refused(self):
        self.refused(self.granted(("uart0",), devices=()),
                     "(CMRX_DEVICE), or nothing in it uses what it declares",
                     "remove the grant until it does")

    def test_two_grants_for_one_device_are_refused(self):
        self.refused(self.granted(("uart0",), ("uart1",)), "two grants")

    def test_three_windows_are_refused(self):
        made = self.granted(("uart0", "x"), ("uart1", "y"), ("more", "z"),
                            devices=("x", "y", "z"))
        made.board.devices["more"] = model.Device("more", 0x40020000, 32, {})
        self.refused(made, "3 windows", "has 2")

    def nine(self, port="armv8m", **how):
        names = [f"w{n}" for n in range(9)]
        made = self.granted(*((name, name) for name in names), devices=names)
        made.board.port, made.board.cpu = port, "cortex-m33"
        for n, name in enumerate(names):
            made.board.devices[name] = model.Device(
                name, 0x40020000 + 0x1000 * n, 0x1000, {})
        for key, value in how.items():
            setattr(made.board, key, value)
        return made

    def test_nine_windows_need_sixteen_regions(self):
        for how in ({"mpu_regions": 16}, {"port": "riscv32", "pmp_entries": 16}):
            made = self.nine(**how, wide=True)
            if made.board.port == "riscv32":
                made.board.devices["eighths"].size = 0x400
                made.board.devices["eighths"].base = 0x40010000
            self.assertEqual(len(wiring.wire(made).windows["a"]), 9)

    def test_where_there_are_eight_the_line_of_the_board_is_named(self):
        self.refused(self.nine(), "9 windows", "has 2", "split it into two, or",
                     'write "mpu_regions": 16 in board.json')

    def test_eleven_are_too_many(self):
        made = self.nine(mpu_regions=16, wide=True)
        for name in ("x", "y"):
            made.grants.append(model.Grant("a", "MMIO", name, name))
            made.processes[0].devices.append(name)
            made.board.devices[name] = model.Device(
                name, 0x40040000 + 0x1000 * (name == "y"), 0x1000, {})
        self.refused(made, "11 windows", "has 10 for a process")

    def test_the_description_counts_as_a_window(self):
        made = self.granted(("uart0", "x"), ("uart1", "y"),
                            devices=("x", "y", "info"))
        self.refused(made, "GRANT a INFO")
        made.grants.append(model.Grant("a", "INFO", ""))
        self.refused(made, "3 windows")

    def test_info_that_is_not_read_is_refused(self):
        made = self.granted(("uart0",))
        made.grants.append(model.Grant("a", "INFO", ""))
        self.refused(made, "remove the grant")

    def test_a_window_belongs_to_one_process(self):
        self.refused(self.granted(("eighths",)), "granted to b",
                     "belongs to one process")

    def test_overlapping_devices_are_one_window(self):
        made = self.granted(("uart0",))
        made.board.devices["uart0"].base = 0x40010200
        made.board.devices["uart0"].size = 0x100
        self.refused(made, "at the same addresses")

    def test_forbidden_places_are_refused(self):
        for base, word in ((0x20000000, "RAM"), (0, "flash"),
                           (0xE000E000, "processor's own"),
                           (0x22001000, "bit-band"), (0x42001000, "bit-band"),
                           (0xDFFFF000 + 0x1000, "processor's own")):
            made = self.granted(("uart0",))
            made.board.devices["uart0"].base = base
            with self.subTest(hex(base)):
                self.refused(made, word)

    def test_quiesce_becomes_an_absolute_address(self):
        found = wiring.wire(station())
        self.assertEqual(found.quiesces["sensor"][0][1], 0x40004030)

    def test_quiesce_has_to_hit_the_window(self):
        for offset in (0x1000, 0xFFE, -4):
            made = station()
            made.processes[0].quiesces[0].offset = offset
            with self.subTest(offset):
                self.refused(made, "is not a word of port")
        made = station()
        made.processes[0].quiesces[0].device = "other"
        self.refused(made, "has no device other")


class Interrupts(Refusals):
    def test_lines_come_in_the_program_s_order(self):
        made = system([process("a", interrupts=[
            model.Interrupt("in", ".bss", 0, 1),
            model.Interrupt("out", ".bss", 0, 2)])],
            grants=[model.Grant("a", "IRQ", "uart0_tx", "out"),
                    model.Grant("a", "IRQ", "uart0_rx", "in")])
        self.assertEqual([w.line for w in wiring.wire(made).lines["a"]],
                         [0, 1])

    def test_a_line_belongs_to_one_interrupt(self):
        made = system([process(n, interrupts=[
            model.Interrupt("x", ".bss", 0, 1)]) for n in "ab"],
            grants=[model.Grant(n, "IRQ", "uart1") for n in "ab"])
        self.refused(made, "line 2", "a.x", "b.x")

    def test_an_interrupt_without_a_grant_is_refused(self):
        made = station()
        made.grants = [g for g in made.grants if g.kind != "IRQ"]
        self.refused(made, "declares interrupt ready",
                     "IRQ LINE AS ready. Board bench has ")

    def test_an_unknown_line_is_refused(self):
        made = station()
        made.grants[1].what = "uart9"
        self.refused(made, "no such interrupt", "uart0_rx")

    def test_two_grants_for_one_interrupt_are_refused(self):
        made = station()
        made.grants.append(model.Grant("sensor", "IRQ", "uart0_tx"))
        self.refused(made, "two grants")

    def test_a_line_past_the_last_is_refused(self):
        made = station(board=samples.board(irq_lines=0))
        self.refused(made, "line 0", "has 0")


class RightsAndPolicies(Refusals):
    def test_rights_are_sorted_and_counted_once(self):
        made = station()
        made.grants.append(model.Grant("guard", "RIGHT", "control"))
        self.assertEqual(wiring.wire(made).rights["guard"],
                         ["inspect", "control"])

    def test_an_unknown_right_is_refused(self):
        made = station()
        made.grants.append(model.Grant("app", "RIGHT", "root"))
        self.refused(made, "no such right", "inspect")

    def test_a_grant_to_nobody_is_refused(self):
        made = station()
        made.grants.append(model.Grant("apq", "RIGHT", "power"))
        self.refused(made, "no process apq", "app")

    def test_a_supervisor_needs_the_event(self):
        self.refused(station(supervisor="app"), "CMRX_EVENT(fault)")

    def test_a_supervisor_has_to_exist(self):
        self.refused(station(supervisor="x"), "no process x")

    def test_the_policy_is_restart_unless_said(self):
        found = wiring.wire(station(policies={"app": "supervise"}))
        self.assertEqual(found.policies, {"sensor": "restart", "app":
                         "supervise", "guard": "reset", "idle": "restart"})

    def test_the_policy_of_the_supervisor_can_be_said(self):
        found = wiring.wire(station(policies={"guard": "restart"}))
        self.assertEqual(found.policies["guard"], "restart")

    def test_whom_the_supervisor_names_it_supervises(self):
        made = station(policies={"app": "stop"})
        made.processes[2].names = ["app", "sensor"]
        made.processes[1].names = ["sensor", "guard"]
        self.assertEqual(wiring.wire(made).policies, {
            "sensor": "supervise", "app": "stop", "guard": "reset",
            "idle": "restart"})

    def test_naming_without_being_the_supervisor_changes_nothing(self):
        made = station()
        made.processes[1].names = ["sensor"]
        self.assertEqual(wiring.wire(made).policies["sensor"], "restart")

    def test_a_supervisor_that_nobody_says_is_one_is_refused(self):
        made = station(supervisor="")
        made.processes[2].names = ["app", "sensor"]
        self.refused(made, "process guard names app, sensor",
                     "SUPERVISOR guard")

    def test_a_name_that_no_process_has_is_refused(self):
        made = station()
        made.processes[2].names = ["sensr"]
        self.refused(made, "process guard names sensr", "no process sensr",
                     "sensor")

    def test_nobody_supervises_himself(self):
        self.refused(station(policies={"guard": "supervise"}), "nobody else")
        self.refused(station(policies={"app": "supervise"}, supervisor=""),
                     "SUPERVISOR")

    def test_an_unknown_policy_is_refused(self):
        self.refused(station(policies={"app": "pray"}), "no such policy")
        self.refused(station(policies={"x": "stop"}), "no process x")


class Names(Refusals):
    def test_names_are_unique_and_identifiers(self):
        self.refused(system([process("a"), process("a")]), "called a")
        self.refused(system([process("a-b")]), "letters")

    def test_only_idle_has_priority_0(self):
        self.refused(system([process("a", [("t", 64, 0)])]), "1..31")
        made = system([])
        made.processes[0].threads[0].priority = 1
        self.refused(made, "priority 0")

    def test_the_kernel_counts_in_bytes(self):
        self.refused(system([process(f"p{n}") for n in range(255)]),
                     "256 processes")
        self.refused(system([process("a", [(f"t{n}", 64, 1)
                                           for n in range(255)])]),
                     "threads")


if __name__ == "__main__":
    unittest.main()
