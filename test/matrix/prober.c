// prober.c - a process that touches what it is told to touch.
//
// It has one of each kind of memory that a process can have.

#include "prober.h"

static volatile uint32_t data[8] = { 1, 2, 3 };
static volatile uint32_t bss[20];
static const uint32_t constants[10] = { 10, 20, 30 };
CMRX_SHARED static volatile uint32_t shared[6];
CMRX_SHARED_DATA static volatile uint32_t shared_data[4] = { 5, 6 };
CMRX_PUBLIC static const uint32_t public_constants[8] = { 7, 8 };

static volatile uint32_t wanted_address, wanted_how;

__attribute__((noinline)) static void execute(uint32_t address)
{
    ((void (*)(void))(uintptr_t)(address | 1u))();
}

CMRX_STACK_BOUND(execute, 32);

static void perform(uint32_t address, uint32_t how)
{
    volatile uint32_t *word = (volatile uint32_t *)(uintptr_t)address;

    switch (how % HOW_BY_THREAD) {
    case HOW_READ:
        (void)*word;
        break;
    case HOW_WRITE_BACK:
        *word = *word;
        break;
    case HOW_WRITE:
        *word = 0;
        break;
    default:
        execute(address);
        break;
    }
}

// More urgent than whoever starts it: it has touched when start returns.
CMRX_THREAD(own, .stack = 256, .bound = 256, .priority = 20, .dormant = 1)
{
    perform(wanted_address, wanted_how);
}

static uint32_t read(const volatile uint32_t *word)
{
    return *word;
}

static bool is_unharmed(void)
{
    return data[2] == 3 && bss[3] == 0 && shared[1] == 0 &&
           shared_data[1] == 6 && read(&constants[1]) == 20 &&
           read(&public_constants[1]) == 8;
}

static bool touch(CMRX_SELF, uint32_t address, uint32_t how)
{
    if (how & HOW_BY_THREAD) {
        wanted_address = address;
        wanted_how = how;
        cmrx_thread_start(CMRX_THREAD_ID(own), 0);
    } else {
        perform(address, how);
    }
    return is_unharmed();
}

__attribute__((noinline)) static void harmless(CMRX_SELF)
{
}

CMRX_PROVIDE(struct prober, prober, .touch = touch, .harmless = harmless);
