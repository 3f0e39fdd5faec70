"""stacks.py - rows of systems whose stacks are too small, or not known to suffice."""

from rows import BOX, CLIENT, PLAIN, PROCESS, SERVER, Row

DOWN = """
static uint32_t down(uint32_t n)
{
    volatile uint32_t kept = n;
    return n > 0 ? down(n - 1) + kept : kept;
}
"""
RECURSION = DOWN + """
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    cmrx_sleep_until(down((uint32_t)argument));
}
"""
DEEP_SERVER = SERVER.replace("return (int32_t)channel;", """
    volatile int32_t room[30];
    room[channel] = 1;
    return room[0];""")
LENDS_TOO_OFTEN = BOX + """
CMRX_USE(struct box, box);
CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 4)
{
""" + "".join(f"    CMRX_LENT(uint32_t, r{n});\n    *r{n} = 1;\n"
              for n in range(9)) + """
    cmrx_call_lending(r8, NULL, box, get, *r0 + *r1 + *r2 + *r3);
}
"""

ROWS = [
    Row("stack_unknown", {"app": """
static void (*volatile hook)(void);
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    hook();
}
"""}, ["thread main: the need of its stack is unknown", "calls through a pointer",
       "Write CMRX_THREAD(main, .bound = BYTES, ...)"], at=PROCESS),
    Row("stack_unknown_below_the_thread", {"app": """
static void (*volatile hook)(void);
__attribute__((noinline)) static void follow(void)
{
    hook();
    hook();
}
CMRX_THREAD(main, .stack = 256, .priority = 4)
{
    follow();
    follow();
}
"""}, ["thread main: the need of its stack is unknown", "calls through a pointer",
       "CMRX_STACK_BOUND(follow, BYTES);"], at=PROCESS),
    Row("stack_of_recursion", {"app": RECURSION},
        ["thread main: the need of its stack is unknown",
         "down calls itself: down -> down",
         "CMRX_STACK_BOUND(down, BYTES);"], at=PROCESS),
    Row("stack_of_recursion_in_a_method",
        {"one": SERVER.replace("static int32_t get", DOWN + "static int32_t get")
         .replace("return (int32_t)channel", "return (int32_t)down(channel)")},
        ["service box, method get: its need of stack is unknown",
         "CMRX_STACK_BOUND(down, BYTES);"], at=PROCESS),
    Row("stack_smaller_than_its_chain",
        {"app": CLIENT.replace("512", "256"), "one": DEEP_SERVER},
        ["process app, thread main: its stack has 256 bytes, and it can use",
         "write .stack = ", "or .stack = CMRX_AUTO", "The deepest way:",
         "app cmrx_body_main", "app up to the cut", "one asked for box"]),
    Row("stack_smaller_than_its_declared_bound",
        {"app": CLIENT.replace(".stack = 512", ".stack = 512, .bound = 600"),
         "one": SERVER},
        [".bound is 600, and its stack has 512 bytes: write .stack = 600"]),
    Row("stack_that_no_size_satisfies", {"app": LENDS_TOO_OFTEN, "one": SERVER},
        ["no stack that the RAM of the board can hold is large enough",
         "CMRX_LENT takes an eighth of the stack each time"]),
    Row("stack_of_the_kernel", {"app": PLAIN},
        ["board short: the stack of the kernel has 256 bytes, and it can use",
         '"kernel_stack": "auto" or', "The deepest way:", "kernel_alarm",
         "panic"], board="short"),
    Row("stack_of_the_kernel_unknown", {"app": PLAIN},
        ["the need of the kernel's stack is unknown: board_init calls itself",
         '"stack_bounds": {"board_init": BYTES}'], board="circular"),
]

# What is added to the board.c of one.
BOARD_CODE = {"circular": """
void board_init(void);
void board_init(void)
{
    volatile int once = 1;
    if (!once)
        board_init();
    once = 0;
}
"""}
