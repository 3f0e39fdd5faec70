// victim.c - a server that does what it is told, however bad.

#include "victim.h"

#include "machine.h"
#include "probes.h"
#include "processor.h"

static volatile uint32_t private_data[16];
static volatile uint32_t calls;
static volatile uint32_t zero;

static uint64_t sum(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    calls++;
    return ((uint64_t)a << 32) + b + 3u * c + 5u * d;
}

static uint32_t read(CMRX_SELF, const uint32_t *address)
{
    return *(const volatile uint32_t *)address;
}

static void write(CMRX_SELF, uint32_t *address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static void execute(CMRX_SELF, uint32_t address)
{
    ((void (*)(void))(uintptr_t)address)();
}

static uint32_t overflow(uint32_t n)
{
    volatile uint32_t frame[32] = { n };
    if (n == 0)
        return 0;
    return overflow(n + frame[0]) + frame[1];
}

// From so far down that what lies there could be taken for a frame.
static void leave(void)
{
    volatile uint32_t below[16] = { 1 };

    machine_leave();
    private_data[0] = below[0];
}

static void commit(CMRX_SELF, uint32_t deed)
{
    switch (deed) {
    case DEED_DIVIDE:
        private_data[0] = probe_divide(100, zero);
        break;
    case DEED_UNDEFINED:
        probe_undefined();
        break;
    case DEED_BREAKPOINT:
        probe_breakpoint();
        break;
    case DEED_OVERFLOW:
        private_data[0] = overflow(1);
        break;
    case DEED_EXIT:
        cmrx_thread_exit(0);
    case DEED_RETURN_TWICE:
        // The second return is the caller's program that goes on.
        cmrx_trap(CMRX_SYS_RETURN, 0, 0, 0, 0);
        break;
    case DEED_SEMIHOSTING:
        probe_semihosting();
        break;
    case DEED_FLOAT:
        probe_float();
        break;
    case DEED_STACK_POINTER:
        probe_stack_pointer((void *)&private_data[16]);
        break;
    case DEED_LOST_STACK:
        probe_lost_stack();
    case DEED_LOST_TRAP:
        probe_lost_trap();
    case DEED_LOOP:
        for (;;)
            zero = 0;
    case DEED_LEAVE:
        leave();
        break;
    case DEED_REGISTERS:
        probe_fault();
    default:
        break;
    }
}

static uint32_t sleep(CMRX_SELF, uint32_t us)
{
    return (uint32_t)cmrx_wait(&zero, 0, cmrx_time_now() + us);
}

static bool may(CMRX_SELF, const void *address, uint32_t size, uint32_t write)
{
    return write ? cmrx_caller_may_write(address, size)
                 : cmrx_caller_may_read(address, size);
}

static int32_t caller(CMRX_SELF)
{
    return cmrx_caller();
}

static uint32_t count(CMRX_SELF)
{
    return calls;
}

static void *own(CMRX_SELF)
{
    return (void *)(uintptr_t)private_data;
}

CMRX_THREAD(looker, .stack = 256, .bound = 256, .priority = 14, .dormant = 1)
{
    (void)*(const volatile uint32_t *)argument;
}

static void look(CMRX_SELF, const uint32_t *address)
{
    cmrx_thread_start(CMRX_THREAD_ID(looker), (uintptr_t)address);
}

static volatile uint32_t watched;

CMRX_THREAD(watcher, .stack = 256, .bound = 256, .priority = 14)
{
    (void)argument;
    while (watched == 0)
        cmrx_wait(&watched, 0, CMRX_FOREVER);
    (void)*(const volatile uint32_t *)(uintptr_t)watched;
}

static void watch(CMRX_SELF, const uint32_t *address)
{
    watched = (uint32_t)(uintptr_t)address;
    cmrx_wake(&watched, 1);
}

static void trap_at(CMRX_SELF, void *sp)
{
    probe_stack_pointer(sp);
}

static void fault_at(CMRX_SELF, uint8_t *sp, uint32_t leap)
{
    probe_fault_at(sp, leap);
}

CMRX_POSTS(told);

// With something in the registers that are not asked for.
static int32_t tell(CMRX_SELF, uint32_t bits)
{
    return cmrx_trap(CMRX_SYS_POST, CMRX_NUMBER(told), bits, 0x33, 0x44).status;
}

// The tester posts that.
CMRX_EVENT(heard);

// Leaves dirt, also below what it says that it needs.
static void dirty(CMRX_SELF)
{
    volatile uint32_t here[2], *at = here;

    __asm__ volatile("" : "+r"(at));
    for (uint32_t i = 0; i < 100; i++)
        *at-- = ~DIRT_INVERTED;
    probe_leave(~DIRT_INVERTED);
}
CMRX_STACK_BOUND(dirty, 64);

static uint32_t hears(CMRX_SELF)
{
    return __atomic_exchange_n(&heard, 0, __ATOMIC_SEQ_CST);
}

// As `read`, when others have run.
static uint32_t read_later(CMRX_SELF, const uint32_t *address)
{
    cmrx_sleep_until(cmrx_time_now() + 100);
    return *address;
}

static volatile uint32_t stays, letting_go;

static void spin(CMRX_SELF, uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    while (cmrx_time_now() < end)
        continue;
}

static int32_t stay(CMRX_SELF)
{
    int32_t status = cmrx_wait(&stays, 0, CMRX_FOREVER);

    return letting_go ? CMRX_BUSY : status; // two in the monitor
}

static int32_t let_go(CMRX_SELF)
{
    letting_go = 1;
    int32_t woken = cmrx_wake(&stays, 1);
    letting_go = 0;
    return woken;
}

static const uint32_t object_itself = OBJECT_WORD;

static uint32_t first(CMRX_SELF)
{
    return *(const uint32_t *)self;
}

CMRX_STACK_BOUND(overflow, 128);
CMRX_STACK_BOUND(execute, 128);

CMRX_PROVIDE(struct victim, victim, .sum = sum, .read = read, .write = write,
             .execute = execute, .commit = commit,
             .registers_seen = probe_registers,
             .registers_destroy = probe_destroy, .sleep = sleep, .may = may,
             .caller = caller, .count = count, .own = own, .look = look,
             .registers_of_four = probe_registers_of_four, .watch = watch,
             .trap_at = trap_at, .tell = tell, .stay = stay, .let_go = let_go,
             .spin = spin, .hears = hears, .dirty = dirty,
             .read_later = read_later, .fault_at = fault_at);
CMRX_GRACE(victim, 2000);
CMRX_PROVIDE_AS(struct object, object, &object_itself, .first = first,
                .registers_seen = probe_registers);
CMRX_STACK_BOUND(probe_stack_pointer, 64);
CMRX_STACK_BOUND(probe_destroy, 64);
CMRX_STACK_BOUND(probe_fault_at, 64);
CMRX_STACK_BOUND(probe_lost_stack, 64);
CMRX_STACK_BOUND(probe_lost_trap, 64);
CMRX_STACK_BOUND(probe_fault, 64);
