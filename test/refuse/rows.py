"""rows.py - what must not build: programs, the statement, what has to be said.

A row is a system of its own; each of its programs is one C source, and the
process has the program's name. What is common is put before and after.
"""

from dataclasses import dataclass

BOX = """
struct box {
    int32_t (*get)(CMRX_SELF, uint32_t channel);
};
"""
SERVER = BOX + """
static int32_t get(CMRX_SELF, uint32_t channel)
{
    return (int32_t)channel;
}
CMRX_PROVIDE(struct box, box, .get = get);
"""
CLIENT = BOX + """
CMRX_USE(struct box, box);
CMRX_THREAD(main, .stack = 512, .priority = 4)
{
    int32_t v;
    cmrx_call(&v, box, get, 1);
}
"""
PLAIN = """
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    cmrx_sleep_until(CMRX_FOREVER);
}
"""
UART = """
CMRX_DEVICE(uint32_t, port);
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    port = 1;
}
"""
LISTENER = """
CMRX_EVENT(events);
CMRX_INTERRUPT(ready, events, 1);
""" + PLAIN.replace("{", "{\n    cmrx_interrupt_done(0);")


def server(interface, implementation=".get = get"):
    """A server of an interface and a method of our own."""
    return interface + f"CMRX_PROVIDE(struct box, box, {implementation});\n"


def method(parameters, result="int32_t", body="return 0;"):
    """A server whose one method has those parameters."""
    return server(f"""
struct box {{
    {result} (*get)(CMRX_SELF{parameters});
}};
static {result} get(CMRX_SELF{parameters})
{{
    {body}
}}
""")


def caller(call):
    return BOX + f"""
CMRX_USE(struct box, box);
CMRX_THREAD(main, .stack = 512, .priority = 4)
{{
    int32_t v;
    (void)v;
    {call};
}}
"""


def thread(*fields):
    return f"CMRX_THREAD(main, {', '.join(fields)})\n{{\n}}\n"


PROCESS = "process"  # the step that refuses it comes before the layout


@dataclass
class Row:
    name: str
    programs: dict  # name: C text, or several for several sources
    says: list  # each has to be in what the build says
    statement: str = ""  # what follows PROCESSES
    board: str = "mps2_an385"
    at: str = "layout"


ROWS = [
    # ---- Wiring
    Row("no_provider", {"app": CLIENT},
        ["process app uses service box, and no other process provides it",
         "add a process with CMRX_PROVIDE(... box ...) to PROCESSES"]),
    Row("two_providers", {"app": CLIENT, "one": SERVER, "two": SERVER},
        ["which several processes provide",
         "WIRE app.box TO one.box; WIRE app.box TO two.box"]),
    Row("ring_of_a_hundred_bytes", {"app": """
#include <cmrx/ring.h>
static uint8_t bytes[100];
static struct cmrx_ring ring = CMRX_RING(bytes);
""" + PLAIN.replace("{", "{ cmrx_ring_used(&ring);", 1)},
        ["size of unnamed array is negative"]),
    Row("called_kernel", {"kernel": PLAIN},
        ["a process cannot be called kernel", "OTHER_NAME=kernel"]),
    Row("wire_to_nothing", {"app": CLIENT, "one": SERVER},
        ["it is wired to one.chest, but the services of one are box"],
        "WIRE app.box TO one.chest"),
    Row("wire_of_nothing", {"app": CLIENT, "one": SERVER},
        ["app neither uses nor posts to chest"],
        "WIRE app.chest TO one.box"),
    Row("wire_to_itself", {"app": CLIENT + SERVER.replace(BOX, "")},
        ["a process calls its own functions directly"],
        "WIRE app.box TO app.box"),
    Row("interface_other_member",
        {"app": CLIENT.replace("get", "fetch"), "one": SERVER},
        ["mean different interfaces", "include the same header"]),
    Row("interface_other_type",
        {"app": CLIENT.replace("uint32_t channel", "int32_t channel"),
         "one": SERVER}, ["mean different interfaces"]),
    Row("interface_other_result",
        {"app": CLIENT.replace("    int32_t (*", "    uint32_t (*")
         .replace("int32_t v;", "uint32_t v;"), "one": SERVER},
        ["mean different interfaces"]),
    Row("interface_other_order",
        {"app": CLIENT.replace("struct box {", "struct box {\n"
                               "    int32_t (*put)(CMRX_SELF, uint32_t v);"),
         "one": SERVER.replace("channel);\n}", "channel);\n"
                               "    int32_t (*put)(CMRX_SELF, uint32_t v);\n}")
         .replace(".get = get", ".get = get, .put = get")},
        ["mean different interfaces"]),
    Row("circle",
        {"a": """
struct box { void (*get)(CMRX_SELF); };
CMRX_USE(struct box, b);
static void get(CMRX_SELF) { cmrx_call(NULL, b, get); }
CMRX_PROVIDE(struct box, a, .get = get);
""", "b": """
struct box { void (*get)(CMRX_SELF); };
CMRX_USE(struct box, c);
static void get(CMRX_SELF) { cmrx_call(NULL, c, get); }
CMRX_PROVIDE(struct box, b, .get = get);
""", "c": """
struct box { void (*get)(CMRX_SELF); };
CMRX_USE(struct box, a);
static void get(CMRX_SELF) { cmrx_call(NULL, a, get); }
CMRX_PROVIDE(struct box, c, .get = get);
"""}, ["in a circle", "a.b -> b, b.c -> c, c.a -> a"]),
    Row("grace_over_a_server_without",
        {"app": CLIENT.replace("box", "mid").replace("get", "ask"),
         "mid": BOX + """
struct mid { int32_t (*ask)(CMRX_SELF, uint32_t channel); };
CMRX_USE(struct box, box);
static int32_t ask(CMRX_SELF, uint32_t channel)
{
    int32_t v = 0;
    cmrx_call(&v, box, get, channel);
    return v;
}
CMRX_PROVIDE(struct mid, mid, .ask = ask);
CMRX_GRACE(mid, 500);
""", "one": SERVER},
        ["process mid: CMRX_GRACE(mid), and it uses service box of one, "
         "which has none", "write CMRX_GRACE(box, MICROSECONDS)"]),
    Row("event_of_nobody", {"app": "CMRX_POSTS(bell);\n" + PLAIN.replace(
        "cmrx_sleep_until(CMRX_FOREVER)", "cmrx_post(bell, 1)")},
        ["posts to event bell, and no other process provides it",
         "CMRX_EVENT"]),

    # ---- Calls: the compiler
    Row("too_few_arguments", {"app": caller("cmrx_call(&v, box, get)"),
                              "one": SERVER}, ["too few arguments"],
        at=PROCESS),
    Row("too_many_arguments", {"app": caller("cmrx_call(&v, box, get, 1, 2)"),
                               "one": SERVER}, ["too many arguments"],
        at=PROCESS),
    Row("pointer_for_number",
        {"app": caller('cmrx_call(&v, box, get, "1")'), "one": SERVER},
        ["makes integer from pointer"], at=PROCESS),
    Row("number_for_pointer",
        {"app": caller("cmrx_call(&v, box, get, 7)").replace(
            "uint32_t channel", "const char *text"),
         "one": SERVER.replace("uint32_t channel", "const char *channel")},
        ["makes pointer from integer"], at=PROCESS),
    Row("wide_argument", {"app": caller("cmrx_call(&v, box, get, 1ull)"),
                          "one": SERVER},
        ["an argument of a call is at most a word"], at=PROCESS),
    Row("result_of_another_type",
        {"app": caller("cmrx_call(&(char){ 0 }, box, get, 1)"), "one": SERVER},
        ["incompatible pointer type"], at=PROCESS),
    Row("no_such_method", {"app": caller("cmrx_call(&v, box, fetch, 1)"),
                           "one": SERVER}, ["fetch"], at=PROCESS),
    Row("no_method", {"app": caller("cmrx_call(&v, box)"), "one": SERVER},
        ["CMRX_CALL_METHOD_MISSING"], at=PROCESS),

    # ---- Methods
    Row("narrow_parameter", {"one": method(", uint8_t channel")},
        ["is u8 (1 byte)", "exactly 4 bytes", "write uint32_t or int32_t"],
        at=PROCESS),
    Row("wide_parameter", {"one": method(", uint64_t channel")},
        ["is u64 (8 bytes)", "exactly 4 bytes"], at=PROCESS),
    Row("float_parameter", {"one": method(", float channel")},
        ["is f32", "Only integers, enums and pointers"], at=PROCESS),
    Row("struct_parameter",
        {"one": "struct pair { uint16_t a, b; };\n"
         + method(", struct pair channel")},
        ["is struct pair", "Only integers, enums and pointers"], at=PROCESS),
    Row("five_parameters",
        {"one": method("".join(f", uint32_t {n}" for n in "abcde"))},
        ["at most four parameters after CMRX_SELF"], at=PROCESS),
    Row("result_a_struct",
        {"one": "struct triple { uint32_t a, b, c; };\n"
         + method("", "struct triple", "return (struct triple){ 0 };")},
        ["the result is struct triple", "at most 64 bits come back"],
        at=PROCESS),
    Row("no_self", {"one": server("""
struct box { int32_t (*get)(uint32_t channel); };
static int32_t get(uint32_t channel) { return (int32_t)channel; }
""")}, ["the first parameter has to be CMRX_SELF"], at=PROCESS),
    Row("method_is_null", {"one": server(BOX, "0")},
        ["method get is NULL: write .get = FUNCTION"], at=PROCESS),
    Row("interface_with_data", {"one": server("""
struct box { int32_t (*get)(CMRX_SELF); uint32_t size; };
static int32_t get(CMRX_SELF) { return 0; }
""")}, ["member size is not a pointer to a function"], at=PROCESS),
    Row("recursion", {"one": method(", uint32_t n", "int32_t",
                                    "return n ? get(self, n - 1) * 3 + 1 + "
                                    "get(self, n / 2) : 0;")},
        ["its need of stack is unknown", "calls itself",
         "CMRX_STACK_BOUND(get, BYTES)"], at=PROCESS),
    Row("call_through_pointer",
        {"one": "static int32_t (*volatile hook)(void);\n"
         + method("", "int32_t", "return hook() + 1;")},
        ["calls through a pointer", "CMRX_STACK_BOUND(get, BYTES)"],
        at=PROCESS),
    Row("array_of_any_size",
        {"one": method(", uint32_t n", "int32_t",
                       "volatile char a[n]; a[0] = 1; return a[n - 1];")},
        ["takes stack of a size that varies"], at=PROCESS),

    # ---- Threads
    Row("priority_0", {"app": thread(".stack = 256", ".priority = 0")},
        ["process app: thread main: .priority is 0, not one of 1..31"],
        at=PROCESS),
    Row("priority_32", {"app": thread(".stack = 256", ".priority = 32")},
        [".priority is 32, not one of 1..31"], at=PROCESS),
    Row("no_stack", {"app": thread(".priority = 4")},
        ["thread main has no stack: write .stack = BYTES"], at=PROCESS),
    Row("stack_too_small", {"app": """
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    volatile uint32_t room[100];
    room[99] = 1;
    room[0] = room[99];
}
"""}, ["thread main has 256 bytes of stack, its code needs", ".stack = "],
        at=PROCESS),
    Row("thread_twice", {"app": [PLAIN, PLAIN]},
        ["CMRX_THREAD(main) is there twice: rename one"], at=PROCESS),

    # ---- What a process has
    Row("undefined_symbol", {"app": PLAIN.replace(
        "CMRX_FOREVER", "other_process_value").replace(
            "CMRX_THREAD",
            "extern uint64_t other_process_value;\nCMRX_THREAD")},
        ["undefined: other_process_value", "Processes share no symbols"],
        at=PROCESS),
    Row("kernel_symbol", {"app": "extern uint32_t running;\n" + PLAIN.replace(
        "CMRX_FOREVER", "running")},
        ["undefined: running", "Processes share no symbols"], at=PROCESS),
    Row("thread_id_of_nothing", {"app": PLAIN.replace(
        "CMRX_THREAD", "extern const char cmrx_thread_other[];\nCMRX_THREAD")
        .replace("cmrx_sleep_until(CMRX_FOREVER)",
                 "cmrx_thread_start(CMRX_THREAD_ID(other), 0)")},
        ["there is no thread other", "CMRX_THREAD"], at=PROCESS),
    Row("constructor", {"app": PLAIN + """
static volatile uint32_t ready;
__attribute__((constructor)) static void early(void)
{
    ready = 1;
}
"""}, ["a constructor", "initialise in a thread"], at=PROCESS),
    Row("thread_local", {"app": "static _Thread_local volatile int each;\n"
                         + PLAIN.replace("CMRX_FOREVER", "(uint64_t)each")},
        ["thread-local"], at=PROCESS),
    Row("errno", {"app": "#include <errno.h>\n" + PLAIN.replace(
        "CMRX_FOREVER", "(uint64_t)errno")}, ["errno"], at=PROCESS),
    Row("unknown_section", {"app": """
__attribute__((section("dma_buffers"))) static volatile uint32_t buffer[4];
""" + PLAIN.replace("CMRX_FOREVER", "buffer[0]")},
        ["section dma_buffers is not one of a process",
         "remove the section attribute"], at=PROCESS),
    Row("writable_and_executable", {"app": """
__asm__(".section .both, \\"awx\\"\\n.global both\\nboth: .word 0\\n.text");
extern volatile uint32_t both;
""" + PLAIN.replace("CMRX_FOREVER", "both")},
        ["section .both is writable and executable"], at=PROCESS),
    Row("executable_data", {"app": """
__asm__(".section .data.code, \\"awx\\"\\n.global code\\ncode: bx lr\\n.text");
extern void code(void);
""" + PLAIN.replace("cmrx_sleep_until(CMRX_FOREVER)", "code()")},
        ["section .data is writable and executable"], at=PROCESS),
    Row("variable_among_constants", {"app": """
CMRX_PUBLIC static volatile uint32_t shown = 4;
""" + PLAIN.replace("CMRX_FOREVER", "shown")},
        ["variables among constants"], at=PROCESS),

    # ---- Grants
    Row("device_not_granted", {"app": UART},
        ["declares device port, but was granted none",
         "GRANT app MMIO"]),
    Row("grant_not_declared", {"app": PLAIN},
        ["GRANT app MMIO uart0: the program declares no device",
         "remove the grant"], "GRANT app MMIO uart0"),
    Row("alias_not_declared", {"app": UART},
        ["declares no device console; it declares port"],
        "GRANT app MMIO uart0 AS console"),
    Row("window_twice", {"app": UART, "two": UART},
        ["uart0 is granted to two, and uart0 at the same addresses to app",
         "a window belongs to one process"],
        "GRANT app MMIO uart0 GRANT two MMIO uart0"),
    Row("two_grants_for_one", {"app": UART},
        ["two grants are for its device port"],
        "GRANT app MMIO uart0 GRANT app MMIO uart1"),
    Row("three_windows", {"app": UART.replace("port = 1", "port = b = c")
                          .replace("CMRX_THREAD", "CMRX_DEVICE(uint32_t, b);\n"
                                   "CMRX_DEVICE(uint32_t, c);\nCMRX_THREAD")},
        ["is granted 3 windows (port, b, c)", "has 2 for a process",
         "split it into two"],
        "GRANT app MMIO uart0 AS port MMIO uart1 AS b MMIO uart2 AS c"),
    Row("nine_windows_with_8_regions", {"app": UART.replace(
        "port = 1", "port = " + " = ".join(f"p{n}" for n in range(8)) + " = 1")
        .replace("CMRX_THREAD", "".join(
            f"CMRX_DEVICE(uint32_t, p{n});\n" for n in range(8))
            + "CMRX_THREAD")},
        ["is granted 9 windows", "has 2 for a process: split it into two"],
        "GRANT app MMIO uart0 AS port " + " ".join(
            f"MMIO page{n} AS p{n}" for n in range(8)), "pages"),
    Row("inexpressible_window", {"app": UART},
        ["the protection hardware cannot show exactly that",
         "a power of two of bytes"], "GRANT app MMIO odd", "tiny"),
    Row("window_over_ram", {"app": UART}, ["it overlaps RAM"],
        "GRANT app MMIO over_ram", "tiny"),
    Row("window_over_nvic", {"app": UART},
        ["the processor's own space"], "GRANT app MMIO nvic", "tiny"),
    Row("window_over_alias", {"app": UART}, ["a bit-band alias"],
        "GRANT app MMIO alias", "tiny"),
    Row("interrupt_twice", {"app": LISTENER, "two": LISTENER},
        ["interrupt uart0_rx (line 0) is granted to app.ready and to "
         "two.ready", "belongs to one"],
        "GRANT app IRQ uart0_rx GRANT two IRQ uart0_rx"),
    Row("interrupt_not_granted", {"app": LISTENER},
        ["declares interrupt ready, but was granted none", "GRANT app IRQ"]),
    Row("interrupt_not_declared", {"app": PLAIN},
        ["declares no interrupt"], "GRANT app IRQ uart0_rx"),
    Row("info_not_granted", {"app": "#include <cmrx/info.h>\n" + PLAIN.replace(
        "CMRX_FOREVER", "cmrx_info.process_count")},
        ["reads cmrx_info; write GRANT app INFO"]),
    Row("supervisor_without_event", {"app": PLAIN},
        ["SUPERVISOR app: it has no event", "CMRX_EVENT(fault)"],
        "SUPERVISOR app"),
    Row("supervise_by_nobody", {"app": PLAIN},
        ["POLICY app supervise: there is nobody else to supervise it"],
        "POLICY app supervise"),
    Row("supervise_without_the_right",
        {"app": PLAIN, "nurse": "CMRX_EVENT(fault);\n" + PLAIN},
        ["POLICY app supervise: nobody could start it again",
         "write GRANT nurse RIGHT inspect control"],
        "SUPERVISOR nurse POLICY app supervise"),

    # ---- What does not fit
    Row("flash_full", {"app": "static const uint32_t big[20000] = { 1 };\n"
                       + PLAIN.replace("CMRX_FOREVER", "*(const volatile "
                                       "uint32_t *)&big[argument]")},
        ["code of app", "does not fit", "flash"], board="tiny"),
    Row("ram_full", {"app": "static volatile uint32_t big[20000];\n"
                     + PLAIN.replace("CMRX_FOREVER", "big[argument]")},
        ["memory of app", "does not fit", "RAM"], board="tiny"),
    Row("stack_of_a_megabyte",
        {"app": thread(".stack = 1 << 20", ".priority = 4")},
        ["stack of app.main", "does not fit", "RAM"], board="tiny"),
]


# ---- Boards that a row names

DEVICES = """
    "uart0": {"base": "0x40004000", "size": "0x1000"},
    "odd": {"base": "0x40000010", "size": "0x1230"},
    "over_ram": {"base": "0x20001000", "size": "0x1000"},
    "nvic": {"base": "0xe000e000", "size": "0x1000"},
    "alias": {"base": "0x22000000", "size": "0x1000"}
"""
TINY = f"""{{
  "cpu": "cortex-m3", "port": "armv7m",
  "flash": {{"base": "0", "size": "0x10000"}},
  "ram": {{"base": "0x20000000", "size": "0x4000"}},
  "clock_hz": 25000000, "irq_lines": 32, "kernel_stack": "auto",
  "devices": {{{DEVICES}}},
  "qemu": ["qemu-system-arm", "-M", "mps2-an385"]
}}
"""
PAGES = TINY.replace(
    DEVICES, DEVICES + "".join(f', "page{n}": {{"base": {0x38240000 + n * 4096}, '
                               '"size": 4096}' for n in range(8)))
BOARDS = {"tiny": TINY, "pages": PAGES, "short": TINY.replace('"auto"', "256"),
          "circular": TINY}

# ---- What must build

OTHER = """
static uint32_t other_counter = 7;

static uint32_t scale(uint32_t value)
{
    char text[16];
    (void)memcpy(text, "0123456", 8);
    return value * (uint32_t)strlen(text);
}

static uint32_t get(CMRX_SELF, uint32_t channel)
{
    return scale(channel) + other_counter;
}

struct box {
    uint32_t (*get)(CMRX_SELF, uint32_t channel);
};
CMRX_PROVIDE(struct box, box, .get = get);
"""
STRANGER = """
struct box {
    uint32_t (*get)(CMRX_SELF, uint32_t channel);
};
CMRX_USE(struct box, box);

volatile uint32_t N(running) = 1, N(threads)[4], N(processes);
volatile uint32_t N(cmrx_vectors)[8];
volatile uint32_t N(other_counter) = 99;
const volatile uint32_t N(process_images)[4];

void N(panic)(void);
void N(panic)(void) { N(running) = 2; }
void N(kernel_syscall)(void);
void N(kernel_syscall)(void) { N(threads)[0] = 3; }
uint32_t N(scale)(uint32_t);
uint32_t N(scale)(uint32_t v) { return v + 1; }
uint32_t N(get)(uint32_t);
uint32_t N(get)(uint32_t v) { return v + 2; }
void *N(memcpy)(void *to, const void *from, unsigned size);
void *N(memcpy)(void *to, const void *from, unsigned size)
{
    N(processes) += (uint32_t)(uintptr_t)from + size;
    return to;
}
unsigned N(strlen)(const char *text);
unsigned N(strlen)(const char *text)
{
    return N(processes) + (unsigned)(uintptr_t)text;
}

// The compiler knows what those names mean elsewhere, and must not here.
static void *(*volatile copy)(void *, const void *, unsigned) = N(memcpy);
static unsigned (*volatile length)(const char *) = N(strlen);

CMRX_THREAD(main, .stack = 512, .priority = 4)
{
    uint32_t value = 0;

    N(panic)();
    N(kernel_syscall)();
    copy((void *)&value, (const void *)&argument, length("x"));
    N(other_counter) += N(scale)(N(get)(N(cmrx_vectors)[1])) +
                        N(process_images)[argument];
    cmrx_call(&value, box, get, 5);
    cmrx_system_halt(value); // 5 * strlen("0123456") + 7
}
CMRX_STACK_BOUND(cmrx_body_main, 128);
"""


def stranger(name):
    """The program, with N(x) standing for another name."""
    return f"#define N(x) {name}\n" + STRANGER


POWER = "GRANT app RIGHT power POLICY app stop"
LIBC = "#include <string.h>\n"
BUILT = [
    Row("own_names", {"app": stranger("my_##x"), "other": LIBC + OTHER}, [],
        POWER),
    Row("names_of_others", {"app": stranger("x"), "other": LIBC + OTHER}, [],
        POWER),
]
