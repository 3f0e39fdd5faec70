"""test_process.py - from sources to what the build knows of a process."""

import os
import subprocess
import unittest

import arm
from cmrxlib import process as processes
from cmrxlib.elf import SHN_UNDEF, STB_LOCAL, Elf
from cmrxlib.model import Refused

CLIENT = arm.PROBE + """
CMRX_USE(struct probe, probe);
CMRX_USE(struct probe, aft);
CMRX_USE(struct probe, never);
CMRX_POSTS(bell);
struct uart { uint32_t data; };
CMRX_DEVICE(struct uart, port);
CMRX_EVENT(events);
CMRX_INTERRUPT(sent, events, 2);
CMRX_INTERRUPT(got, events, 1);
CMRX_QUIESCE(off, port, 8, 3);
CMRX_DRIVES(port, uart_probe);
CMRX_CLOCK(port, 8000000u);
CMRX_SHARED volatile uint32_t lent;
CMRX_SHARED_DATA uint32_t lent_data = 1;
CMRX_PUBLIC const int open = 3;
static const int secret[2] = { 1, 2 };
enum cmrx_status cmrx_call_words(uint32_t w, const uint32_t a[4], void *r, uint32_t s)
{ __asm__ volatile("" : : "r"(w), "r"(a), "r"(r), "r"(s) : "memory"); return CMRX_OK; }
enum cmrx_status cmrx_event_post(uint32_t n, uint32_t b) { lent = n + b; return 0; }
__attribute__((noinline)) enum cmrx_status cmrx_interrupt_done(uint32_t n) { lent = n; return 0; }
CMRX_THREAD(second, .stack = 512, .priority = 3, .dormant = 1) { lent = argument; }
CMRX_RECOVER(undo, .stack = 256, .priority = 2) { lent = 0; }
CMRX_THREAD(main, .stack = 512, .priority = 4, .monitor = 1)
{
    cmrx_call(NULL, probe, when);
    cmrx_call(NULL, aft, set, (struct reading *)0, KELVIN, (const char *)"hello");
    cmrx_post(bell, 1);
    cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
    port.data = secret[argument] + *(const volatile int *)&open + CMRX_THREAD_ID(second) + lent_data;
}
"""
THREAD = "CMRX_THREAD(main, .stack = 256, .priority = 1) { %s }"
DONE = ("__attribute__((noinline)) enum cmrx_status cmrx_interrupt_done("
        "uint32_t n) { e = n; return CMRX_OK; }")


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Model(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = arm.Workshop()
        cls.client = cls.shop.process(CLIENT, name="client")
        cls.server = cls.shop.process(arm.SERVER, name="server")
        cls.elf = Elf.load(cls.client.object)

    def test_imports_are_the_used_services_in_name_order(self):
        self.assertEqual([u.name for u in self.client.uses], ["aft", "probe"])
        self.assertEqual(self.client.uses[0].interface, "struct probe")
        self.assertEqual(self.client.posts, ["bell"])

    def test_threads_are_in_name_order(self):
        main, second, undo = self.client.threads
        self.assertEqual((main.name, main.stack, main.priority), ("main", 512, 4))
        self.assertEqual((main.dormant, main.monitor), (False, True))
        self.assertEqual((second.name, second.dormant), ("second", True))
        self.assertEqual((undo.dormant, undo.monitor), (2, True))
        self.assertEqual(second.function, "cmrx_body_second")

    def test_numbers_are_absolute_symbols(self):
        numbers = {s.name: s.value for s in self.elf.symbols}
        self.assertEqual(numbers["cmrx_use_probe"], 1)
        self.assertEqual(numbers["cmrx_id_thread_second"], 1)
        self.assertEqual(numbers["cmrx_id_interrupt_sent"], 1)

    def test_processes_that_are_named_are_left_to_the_layout(self):
        text = (arm.PROBE + "CMRX_KNOWS_PROCESS(pump); CMRX_KNOWS_PROCESS(fan);\n"
                "CMRX_ROW static const char *const row = CMRX_PROCESS_NUMBER(pump);\n"
                "CMRX_ROW static const char *const two = CMRX_PROCESS_NUMBER(pump);\n"
                "uint32_t size;\n" + THREAD % "size = (uint32_t)(cmrx_rows_end - cmrx_rows);")
        process = self.shop.process(text, name="guard")
        self.assertEqual(process.names, ["pump"])
        self.assertEqual(process.sections[".rodata"].size, 8)

    def test_only_devices_are_visible(self):
        visible = [s.name for s in self.elf.symbols if s.bind != STB_LOCAL]
        self.assertEqual(visible, ["cmrx_device.client.port"])
        self.assertEqual(self.client.devices, ["port"])
        self.assertEqual(self.client.drives, {"port": "uart_probe"})
        self.assertEqual(self.client.clocks, {"port": 8000000})

    def test_events_interrupts_and_quiesces(self):
        (event,) = self.client.events
        self.assertEqual((event.name, event.section), ("events", ".bss"))
        self.assertEqual([(i.name, i.bits, i.offset) for i in self.client.interrupts],
                         [("got", 1, event.offset), ("sent", 2, event.offset)])
        (quiesce,) = self.client.quiesces
        self.assertEqual((quiesce.device, quiesce.offset, quiesce.value), ("port", 8, 3))

    def test_sections(self):
        sizes = {n: s.size for n, s in self.client.sections.items()}
        self.assertEqual(sizes[".public"], len(b"hello\0") + 2 + 4)
        self.assertEqual((sizes[".rodata"], sizes[".shared_bss"]), (8, 4))
        self.assertEqual((sizes[".shared_data"], sizes[".data"]), (4, 0))

    def test_literals_cannot_be_merged_later(self):
        self.assertEqual(self.elf.section(".public").flags, 2)

    def test_service(self):
        (service,) = self.server.services
        self.assertEqual((service.name, service.interface), ("probe", "struct probe"))
        self.assertEqual(service.section, ".rodata")
        self.assertEqual(service.self_section, ".bss")
        self.assertEqual([(m.name, m.function) for m in service.methods],
                         [("read", "read"), ("set", "set"), ("when", "when")])
        self.assertTrue(all(m.stack >= 32 for m in service.methods))
        self.assertEqual(service.shape, self.client.uses[1].shape)

    def test_functions_are_ascending_and_do_not_overlap(self):
        functions = self.client.functions
        for one, other in zip(functions, functions[1:]):
            self.assertLessEqual(one.offset + one.size, other.offset)
        names = {f.offset: f.name for f in functions}
        self.assertEqual(names[self.client.return_gate], "cmrx_return_gate")
        self.assertEqual(names[self.client.exit_gate], "cmrx_exit_gate")

    def test_what_nobody_reaches_is_left_out(self):
        self.assertNotIn("dropped", [f.name for f in self.server.functions])

    def test_what_was_found_is_found_again_without_looking(self):
        objdump = "no-such-program"
        again = processes.load_process(self.client.object, "client", "client", objdump)
        self.assertEqual(again, self.client)
        self.assertEqual(again.threads[0].need, self.client.threads[0].need)

    def test_statics_of_one_name_in_two_files(self):
        one = arm.HEAD + "static __attribute__((noipa)) int same(int x)" \
            "{ return x; }" + THREAD % "same(1);"
        other = one.replace("CMRX_THREAD(main", "CMRX_THREAD(other")
        process = self.shop.process(one, other, name="twins")
        self.assertEqual([f.name for f in process.functions].count("same"), 2)

    def test_a_service_used_in_two_files_is_one_import(self):
        use = arm.PROBE + "CMRX_USE(struct probe, probe); uintptr_t f%d(void);" \
            "uintptr_t f%d(void) { return (uintptr_t)&probe; }"
        process = self.shop.process(
            use % (1, 1) + THREAD % "f1();", use % (2, 2) +
            (THREAD % "f2();").replace("main", "other"), name="double")
        self.assertEqual([u.name for u in process.uses], ["probe"])

    def test_instances_differ_in_the_names_of_devices_only(self):
        paths = [self.shop.seal(CLIENT, name=name, program="client")
                 for name in ("one", "two")]
        first, second = (Elf.load(path) for path in paths)
        for section in processes.IMAGE:
            self.assertEqual(first.contents(section), second.contents(section))
        names = [s.name for e in (first, second) for s in e.symbols[1:]
                 if s.section == SHN_UNDEF]
        self.assertEqual(names, ["cmrx_device.one.port", "cmrx_device.two.port"])

    def check_instances(self, text, devices):
        """Sealed at once, or one by one: it is the same."""
        self.shop.seal(text, name="one", program="many", also=["two", "three"])
        for name in ("two", "three"):
            path = self.shop.path(name + ".process.o")
            at_once = Elf.load(path).data
            # Found without objdump: what is known is kept beside it.
            known = processes.load_process(path, name, "many", "no-such-program")
            self.assertEqual((known.name, known.object), (name, path))
            self.assertEqual(known.devices, devices)
            self.shop.seal(text, name=name, program="many")
            self.assertEqual(Elf.load(path).data, at_once)
            self.assertEqual(processes.load_process(path, name, "many"), known)

    def test_instances_are_sealed_at_once(self):
        self.check_instances(CLIENT, ["port"])

    def test_instances_without_devices_are_copied(self):
        self.check_instances(arm.HEAD + THREAD % "", [])

    def test_idle_has_priority_0(self):
        path = os.path.join(arm.ROOT, "lib", "idle", "idle.c")
        with open(path, encoding="utf-8") as file:
            process = self.shop.process(file.read(), name="idle")
        self.assertEqual(process.threads[0].priority, 0)


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = arm.Workshop()

    def refused(self, text, why, *others):
        with self.assertRaisesRegex(Refused, "process p: .*" + why):
            self.shop.seal(arm.PROBE + text, *others)

    def test_undefined_symbol(self):
        self.refused("int else_where(void);" + THREAD % "else_where();",
                     "undefined: else_where. Processes share no symbols")

    def test_streams_of_the_c_library(self):
        self.refused("extern void *const stdout;" + THREAD % "(void)*(void *const "
                     "volatile *)&stdout;", r"undefined: stdout\. printf\(\) .*"
                     r"cmrx_format\(\) of <cmrx/format.h>")

    def test_what_an_operating_system_would_do(self):
        self.refused("void _exit(int);" + THREAD % "_exit(1);",
                     r"undefined: _exit. Instead of what needs _exit: return from "
                     r"the thread.*cmrx_system_halt\(\)")

    def test_library_of_an_option(self):
        self.refused("void __ubsan_handle_it(void);" + THREAD % "__ubsan_handle_it();",
                     "An option of the compiler asks for it .-fsanitize")

    def test_printing_into_a_buffer(self):
        text = "__attribute__((noinline)) int %s(int (*f)(void)); int %s(int (*f)(void))" \
            "{ return f() + 1; } int (*volatile f)(void);" \
            + THREAD.replace("256", "CMRX_AUTO") % "%s(f);"
        self.refused(text.replace("%s", "__d_vfprintf"),
                     r"calls through a pointer .*Write with cmrx_format\(\) of "
                     r"<cmrx/format.h>, not with snprintf")

    def test_program_of_which_nothing_would_run(self):
        self.refused("int main(void); int main(void) { return 0; }",
                     r"no thread and no service, .*write CMRX_THREAD\(main, ")

    def test_record_in_another_language(self):
        self.refused("__attribute__((used, section(\".cmrx.meta.thread.main\"))) const "
                     "uint32_t _ZL23cmrx_record_thread_main = 1;" + THREAD % "",
                     r"CMRX_THREAD\(main\) is in a C\+\+ source")

    def test_two_threads_that_recover(self):
        recover = "CMRX_RECOVER(%s, .stack = 256, .priority = 2) { }"
        self.refused(THREAD % "" + recover % "mend" + recover % "undo",
                     r"put in order by one thread; there is CMRX_RECOVER\(mend\) "
                     r"and CMRX_RECOVER\(undo\)")

    def test_thread_for_order_outside_of_the_monitor(self):
        self.refused("CMRX_THREAD(odd, .stack = 256, .priority = 2, .dormant = 2)"
                     "{ }", r"not in its monitor: write CMRX_RECOVER\(odd, ...\)")

    def test_thread_that_is_dormant_in_another_way(self):
        self.refused("CMRX_THREAD(odd, .stack = 256, .priority = 2, .dormant = 3)"
                     "{ }", "thread odd: .dormant is 3, not 0 or 1")

    def test_constructor(self):
        self.refused("int x; __attribute__((constructor)) static void f(void) { x = 1; }",
                     "constructor")

    def test_thread_local_variable(self):
        self.refused("_Thread_local int x;" + THREAD % "x = 1;",
                     "thread-local variables.*has brought errno: malloc")

    def test_unknown_section(self):
        self.refused('__attribute__((section(".mine"))) int x = 1;' + THREAD % "x = 2;",
                     "section .mine is not one of a process")

    def test_writable_code(self):
        self.refused('__asm__(".section .wx,\\"awx\\"\\n .globl x\\nx: .long 1\\n'
                     ' .text"); extern int x;' + THREAD % "x = 1;", "writable and executable")

    def test_variable_among_constants(self):
        self.refused('__attribute__((section(".rodata.x"))) int x = 1;' + THREAD %
                     "x = 2;", "variables among constants")

    def test_debug_information_that_cannot_be_read(self):
        for section in ("rnglists", "aranges"):
            self.refused(f'__asm__(".section .debug_{section},\\"\\",%progbits\\n'
                         ' .long 0xfffffff0, 9, 9\\n .text");' + THREAD % "",
                         "debug information .* cannot be read")

    def test_absolute_address(self):
        self.refused('__asm__(".globl gpio\\n.set gpio, 0x40000000");'
                     "extern int gpio;" + THREAD % "gpio = 1;",
                     "gpio is an absolute address")

    def test_method_left_null(self):
        self.refused(arm.METHODS + "CMRX_PROVIDE(struct probe, probe, .read = read,"
                     ".set = set);", "method when is NULL: write .when = FUNCTION")

    def test_interface_that_cannot_be_called(self):
        self.refused("struct bad { void (*f)(CMRX_SELF, char); };"
                     "static void f(CMRX_SELF, char c) { (void)c; }"
                     "CMRX_PROVIDE(struct bad, bad, .f = f);", "parameter 1 .* char")

    def test_function_of_the_caller(self):
        self.refused("typedef void hook(uint32_t); struct bad { void (*f)(CMRX_SELF,"
                     "hook *); };static void f(CMRX_SELF, hook *g) { g(1); }"
                     "CMRX_PROVIDE(struct bad, bad, .f = f);",
                     "parameter 1 after CMRX_SELF points to a function, .*CMRX_POSTS")

    def test_two_interfaces_under_one_name(self):
        use = "CMRX_USE(%s, x); uintptr_t f%d(void);" \
            "uintptr_t f%d(void) { return (uintptr_t)&x; }"
        other = arm.HEAD + "struct other { void (*f)(CMRX_SELF); };" \
            + use % ("struct other", 2, 2) + (THREAD % "f2();").replace("main", "b")
        self.refused(use % ("struct probe", 1, 1) + THREAD % "f1();",
                     "means two interfaces", other)

    def test_thread_that_is_there_twice(self):
        self.refused(THREAD % "", "CMRX_THREAD.main. is there twice",
                     arm.HEAD + THREAD % "")

    def test_priority_out_of_range(self):
        self.refused("CMRX_THREAD(main, .stack = 64) { }",
                     r"priority is 0, not one of 1\.\.31 \(0 is what it is when not given\)")
        self.refused("CMRX_THREAD(main, .stack = 64, .priority = 32) { }",
                     r"is 32, not one of 1\.\.31$")

    def test_thread_without_stack(self):
        self.refused("CMRX_THREAD(main, .priority = 2) { }", "write .stack = BYTES")

    def test_thread_with_too_little_stack(self):
        self.refused("CMRX_THREAD(main, .priority = 2, .stack = 64)"
                     "{ volatile char c[200]; c[argument] = 1; }",
                     r"main has 64 bytes of stack, its code needs 2\d\d: write")

    def test_thread_that_is_no_function(self):
        record = "static const struct cmrx_thread_record cmrx_record_thread_t " \
            "CMRX_RECORD(thread, t) = { (void (*)(uintptr_t))%s, 256, 1, 0, 0, 0 };"
        for before, body in (("static int x = 1;", "&x"), ("static const int x = 1;", "&x"),
                             ("", "((uintptr_t)cmrx_return_gate + 100000)")):
            self.refused("void cmrx_return_gate(void);" + before + record % body,
                         "body of thread t has to be a function")

    def test_event_past_what_is_there(self):
        for word in ("w[1]", "w[-1]", "w[100000]"):
            self.refused("static uint32_t w[1]; static volatile uint32_t e = 1;" + DONE
                         + THREAD % "cmrx_interrupt_done(0);"
                         + f"CMRX_INTERRUPT(i, {word}, 1);",
                         "event of interrupt i has to be a variable")

    def test_interrupt_without_bits(self):
        self.refused("CMRX_EVENT(e); CMRX_INTERRUPT(i, e, 0);" + DONE + THREAD
                     % "cmrx_interrupt_done(0);", "sets no bits")

    def test_interrupt_that_nobody_lets_in(self):
        self.refused("CMRX_EVENT(e); CMRX_INTERRUPT(i, e, 1);" + THREAD % "",
                     r"no interrupt \(i\) would ever come: .*Write cmrx_interrupt_done"
                     r"\(CMRX_INTERRUPT_ID\(i\)\) at the start of the thread")

    def test_number_of_what_is_not_there(self):
        self.refused("uint32_t v;" + THREAD %
                     "v = CMRX_INTERRUPT_ID(x);", "no interrupt x: declare it")

    def test_method_through_a_pointer_needs_a_bound(self):
        text = arm.METHODS.replace("return 1;", "return pointer();") \
            + "CMRX_PROVIDE(struct probe, probe, .read = read, .set = set, .when = when);"
        before = "uint32_t (*volatile pointer)(void);"
        self.refused(before + text, r"Add to the program: CMRX_STACK_BOUND\(when, BYTES\);")
        process = self.shop.process(
            arm.PROBE + before + text + "CMRX_STACK_BOUND(when, 100);")
        need = {m.name: m.stack for m in process.services[0].methods}
        self.assertEqual(need["when"], 104 + 64)

    def test_bound_of_a_function_that_is_none(self):
        text = arm.METHODS.replace("return 1;", "return pointer();") \
            + "CMRX_PROVIDE(struct probe, probe, .read = read, .set = set, .when = when);"
        self.refused("uint32_t (*volatile pointer)(void);" + text
                     + "CMRX_STACK_BOUND(wen, 100);",
                     r"CMRX_STACK_BOUND\(when, BYTES\);\. There is "
                     r"CMRX_STACK_BOUND\(wen\), and no such function")

    ROWS = ("struct row { int n; void (*run)(int); };\n"
            "static volatile int sink;\n"
            "static void few(int n) { sink = n; }\n"
            "static void many(int n)"
            "{ volatile int a[40]; a[n] = n; sink = a[1]; }\n"
            "CMRX_ROW static const struct row one = { 1, few };\n"
            "CMRX_ROW static const struct row two = { 2, many };\n"
            "__attribute__((noinline)) static void perform(const struct row *r)"
            "{ r->run(r->n); sink++; }\n"
            + THREAD.replace(".stack = 256", ".stack = 512")
            % "const struct row *r = (const struct row *)cmrx_rows + argument;"
            "if (r < (const struct row *)cmrx_rows_end) perform(r);")

    def test_calls_of_rows_need_what_the_deepest_needs(self):
        text = arm.HEAD + self.ROWS
        self.refused(text, r"perform calls through a pointer")
        process = self.shop.process(text + "CMRX_CALLS_ROWS(perform);", name="rows")
        way = process.threads[0].reach[0].way
        self.assertEqual([name for name, _ in way][-2:], ["perform", "many"])
        self.assertGreater(process.threads[0].need, 160)

    def test_rows_of_a_function_that_is_none(self):
        self.refused(arm.HEAD + self.ROWS + "CMRX_CALLS_ROWS(perfrom);",
                     r"There is CMRX_CALLS_ROWS\(perfrom\), and no such function")

    def test_calls_of_rows_without_a_row(self):
        self.refused(arm.HEAD + THREAD % "" + "CMRX_CALLS_ROWS(main);",
                     r"CMRX_CALLS_ROWS\(main\): the program has no rows \(CMRX_ROW\)")

    def test_calls_of_rows_that_point_to_no_function(self):
        text = self.ROWS.replace("few }", "0 }").replace("many }", "0 }")
        process = self.shop.process(arm.HEAD + text + "CMRX_CALLS_ROWS(perform);",
                                    name="none")
        self.assertEqual(process.threads[0].reach[0].way[-1][0], "perform")

    def test_object_that_was_refused_is_not_left_behind(self):
        self.refused("CMRX_THREAD(main, .priority = 2) { }", "stack")
        self.assertFalse(os.path.exists(self.shop.path("p.process.o")))


@unittest.skipUnless(arm.HAVE_GCC, "no compiler for Arm")
class Tool(unittest.TestCase):
    def test_dead_debug_information_points_nowhere(self):
        shop = arm.Workshop()
        path = shop.seal(arm.SERVER)
        said = subprocess.run(
            ["arm-none-eabi-readelf", "--debug-dump=decodedline", path],
            capture_output=True, text=True).stdout
        self.assertIn("0xffffffff", said)
        self.assertNotRegex(said, r"\s0x0\s")

    def test_command_says_errors_in_one_line(self):
        done = subprocess.run(
            [os.path.join(arm.ROOT, "tool", "cmrx"), "process", "--name", "p",
             "--output", "/nowhere/p.o", "--script", arm.SCRIPT, "/nowhere/a.o"],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith("cmrx: error: process p: "))
        self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
