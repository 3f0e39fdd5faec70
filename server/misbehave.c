// misbehave.c - doing harm on request.
//
// Everything is written so that no compiler can see what is coming, and what
// faults is a function of its own, whose name the report then says.

#include "misbehave.h"

#include <cmrx/cmrx.h>

#define LOOP_US        10000000u

// A look at the clock is a system call: not at each turn of the loop.
#define TURNS_PER_LOOK 10000u

// `bx lr`, and where it lies nothing may be executed.
static uint16_t not_code[2] = { 0x4770, 0x4770 };

// The same address, of which the compiler no longer knows anything.
static uintptr_t hidden(uintptr_t address)
{
    __asm__ volatile("" : "+r"(address));
    return address;
}

static __attribute__((noinline)) int32_t store(uint32_t address)
{
    *(volatile uint32_t *)hidden(address) = 0xbad0bad0u;
    return 0;
}

static int32_t use_stack(volatile uint32_t *above)
{
    volatile uint32_t room[12];

    // The last turn is never reached, but the compiler cannot know.
    room[0] = *above + 1;
    if (room[0] < 1000000u)
        room[1] = (uint32_t)use_stack(room);
    return (int32_t)(room[1] + room[0]);
}

CMRX_STACK_BOUND(use_stack, 80);

// It ends by itself, so that a console that loops comes back.
static int32_t loop(void)
{
    uint64_t end = cmrx_time_now() + LOOP_US;

    while (cmrx_time_now() < end) {
        for (volatile uint32_t n = 0; n < TURNS_PER_LOOK; n++)
            continue;
    }
    return 0;
}

// Both volatile: of a constant, compilers make something without a division.
static __attribute__((noinline)) int32_t divide(void)
{
    volatile int32_t one = 1, none = 0;

    return one / none;
}

static __attribute__((noinline)) int32_t execute(void)
{
    // The lowest bit: Thumb code.
    ((void (*)(void))hidden((uintptr_t)not_code | 1u))();
    return 0;
}

CMRX_STACK_BOUND(execute, 16);

static int32_t misbehave_now(CMRX_SELF, uint32_t how, uint32_t address)
{
    volatile uint32_t depth = 0;

    switch (how) {
    case MISBEHAVE_NULL:
        return store(0);
    case MISBEHAVE_STORE:
        return store(address);
    case MISBEHAVE_STACK:
        return use_stack(&depth);
    case MISBEHAVE_LOOP:
        return loop();
    case MISBEHAVE_DIVIDE:
        return divide();
    case MISBEHAVE_EXECUTE:
        return execute();
    default:
        return -1;
    }
}

CMRX_PROVIDE(struct misbehave, misbehave, .now = misbehave_now);
