// deeds.c - misbehaviour that can be said in C.

#include "deeds.h"
#include "machine.h"

// So that the code does not fill its region: attack.py plants a trap at its end.
// (`const volatile` would not be among the constants.)
static const uint32_t room_for_a_trap[10] = { 0 };

static volatile uint32_t code_in_data = MACHINE_RETURN;
CMRX_SHARED static volatile uint32_t shared[16];
static volatile uint32_t word;

uint32_t deed_nothing(ARGUMENTS)
{
    const uint32_t *zero = room_for_a_trap;

    __asm__ volatile("" : "+r"(zero));
    return a + *zero;
}

// In the table for its number; the word of the trap comes with it.
uint32_t deed_trap_of_nothing(ARGUMENTS)
{
    return deed_trap_of(UINT32_MAX, a, b, c);
}

// With the word a and no argument, when the door of the deputy is open: it may go
// another way then.
uint32_t deed_trap_when_open(ARGUMENTS)
{
    enum cmrx_status status = cmrx_call(NULL, deputy, calls);

    return status != CMRX_OK ? 0 : deed_trap_of(a, 0, 0, 0);
}

// ---- What may not be executed

static uint32_t execute(volatile uint32_t *code)
{
    *code = MACHINE_RETURN;
    return deed_call((uint32_t)(uintptr_t)code, 0, 0);
}

uint32_t deed_execute_data(ARGUMENTS)
{
    return execute(&code_in_data);
}

uint32_t deed_execute_stack(ARGUMENTS)
{
    volatile uint32_t code;

    return execute(&code);
}

uint32_t deed_execute_shared(ARGUMENTS)
{
    return execute(&shared[1]);
}

uint32_t deed_execute_window(ARGUMENTS)
{
    return execute(&scratch.rest[8]);
}

// ---- Memory and stack

// Right or a fault, but the same each time: on v7-M a plain load comes through.
uint32_t deed_unaligned(ARGUMENTS)
{
    shared[2] = 0x44332211;
    shared[3] = 0x88776655;
    return deed_read((uint32_t)(uintptr_t)&shared[2] + 1, 0, 0);
}

uint32_t deed_recurse(ARGUMENTS)
{
    volatile uint32_t frame[24] = { a };

    if (b == 1) // never
        return a;
    return deed_recurse(frame[0] + 1, b, c) + frame[1];
}

// And dies of it when c is 1, or stays there when it is 2. As much as the build was told, but for what perform() takes itself.
#define FILLED_WORDS 120u

uint32_t deed_fill_stack(ARGUMENTS)
{
    volatile uint32_t frame[FILLED_WORDS];

    for (uint32_t i = 0; i < FILLED_WORDS; i++)
        frame[i] = DIRT;
    while (c == 1)
        machine_undefined();
    while (c == 2)
        __asm__ volatile("");
    return frame[7] == DIRT; // not what it says: a result is left in the frame
}

// ---- Time

static void spin(uint64_t until)
{
    while (cmrx_time_now() < until)
        continue;
}

// For ever, at priority a; without traps when b is 1.
uint32_t deed_spin(ARGUMENTS)
{
    cmrx_thread_priority(a);
    while (b == 1)
        __asm__ volatile("");
    spin(CMRX_FOREVER);
    return 0;
}

uint32_t deed_sleep(ARGUMENTS)
{
    return (uint32_t)cmrx_sleep_until(cmrx_time_now() + a);
}

uint32_t deed_exit(ARGUMENTS)
{
    cmrx_thread_exit(a);
}

// Asks for an interrupt again and again that it never serves, for a
// microseconds; the line stays up.
uint32_t deed_storm(ARGUMENTS)
{
    uint64_t end = cmrx_time_now() + a;

    uart_raise(true);
    while (cmrx_time_now() < end)
        uart_enable();
    return 0;
}

uint32_t deed_wake_flood(ARGUMENTS)
{
    uint32_t woken = 0;

    for (uint32_t i = 0; i < a; i++)
        woken += (uint32_t)cmrx_wake(&word, CMRX_WAKE_ALL);
    return woken;
}

// ---- As a client

// a, b: the range; c: 1 to write. 1: the deputy has done it.
uint32_t deed_ask_deputy(ARGUMENTS)
{
    bool done = false;
    enum cmrx_status status =
        cmrx_call(&done, deputy, fill, (uint8_t *)(uintptr_t)a, b, c);

    return status != CMRX_OK ? (uint32_t)status : done;
}

// a, b: the range. The status of the call.
uint32_t deed_ask_deputy_blindly(ARGUMENTS)
{
    return (uint32_t)cmrx_call(NULL, deputy, fill_blindly,
                               (uint8_t *)(uintptr_t)a, b, c);
}

// Claims to be process a.
uint32_t deed_ask_who(ARGUMENTS)
{
    int32_t who = -1;

    cmrx_call(&who, deputy, caller, a);
    return (uint32_t)who;
}

// What a deputy has lent when it called another is nobody's but its own once it
// has come back: a is there.
uint32_t deed_touch_what_was_lent(ARGUMENTS)
{
    int32_t lent = -1;

    if (cmrx_call(&lent, deputy, lends) != CMRX_OK || lent != CMRX_OK)
        return 1;
    return deed_write(a, b, c);
}

// What the caller lends is still there after calls of its own, and after a sleep; and
// nothing more. a is written.
uint32_t deed_touch_after_calls(ARGUMENTS)
{
    for (uint32_t i = 0; i < 2; i++)
        cmrx_call(NULL, deputy, calls);
    return deed_write(a, b, c);
}

uint32_t deed_touch_later(ARGUMENTS)
{
    cmrx_sleep_until(cmrx_time_now() + 100);
    return deed_write(a, b, c);
}

// The deputy works on SHARED for a microseconds; b before the end of that
// another thread of this process dies of a fault.
uint32_t deed_lend_and_die(ARGUMENTS)
{
    deed_sibling(a - b, 0, 0);
    return deed_ask_deputy_blindly((uint32_t)(uintptr_t)&shared[8],
                                   4 * sizeof shared[0], a);
}
