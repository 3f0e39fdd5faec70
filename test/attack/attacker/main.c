// main.c - the process that misbehaves, as a server and at home.

#include "deeds.h"
#include "machine.h"

CMRX_POSTS(fault);
CMRX_EVENT(events);
CMRX_INTERRUPT(sent, events, 1u);

static uint32_t (*const deeds[])(uint32_t a, uint32_t b, uint32_t c) = {
#define DEED(name, function) [DEED_##name] = function,
#include "deeds.def"
#undef DEED
};

static struct {
    uint32_t is_new, deed, a, b, c;
} ordered;
static uint32_t done_result;

__attribute__((noinline)) static uint32_t perform(uint32_t deed, uint32_t a,
                                                  uint32_t b, uint32_t c)
{
    if ((deed & 0xff) == DEED_TRAP)
        return deed_trap_of(deed >> 8, a, b, c);
    return deeds[deed](a, b, c);
}

// Also what the deputy needs below; see deed_fill_stack.
CMRX_STACK_BOUND(perform, 640);

// ---- As a server

static uint64_t commit(CMRX_SELF, uint32_t deed, uint32_t a, uint32_t b,
                       uint32_t c)
{
    return perform(deed, a, b, c);
}

CMRX_PROVIDE_REENTRANT(struct attack, attack, .commit = commit,
                       .stack_pointer = attack_stack_pointer,
                       .registers = attack_registers);
CMRX_GRACE(attack, ATTACK_GRACE_US);

// ---- At home

// The first of its threads: see attack.h. All of its stack is its bound, as its
// deeds take no care of it.
CMRX_THREAD(offender, .stack = 1024, .bound = 1024, .priority = 26,
            .dormant = 1)
{
    if (!ordered.is_new) // somebody has started it who should not
        return;
    ordered.is_new = 0;
    cmrx_thread_priority(12);
    done_result = perform(ordered.deed, ordered.a, ordered.b, ordered.c);
    cmrx_post(fault, DONE);
}

static struct {
    uint32_t *word, value;
} tampered;

// Faults after a while; or changes a word, and ends.
CMRX_THREAD(sibling, .stack = 512, .priority = 27, .dormant = 1)
{
    uint32_t *word = tampered.word;

    cmrx_sleep_until(cmrx_time_now() + argument);
    if (word == NULL)
        machine_undefined();
    *word = tampered.value;
    tampered.word = NULL;
}

uint32_t deed_sibling(ARGUMENTS)
{
    return (uint32_t)cmrx_thread_start(CMRX_THREAD_ID(sibling), a);
}

// The stack pointer is a, in memory of the process; the word b bytes below is where
// an interrupt puts a part of its frame. The sibling makes it c meanwhile. What ends
// it is a system call: so that is the exception that returns by that frame.
uint32_t deed_tamper(ARGUMENTS)
{
    tampered.word = (uint32_t *)(uintptr_t)(a - b);
    tampered.value = c;
    return deed_sibling(1000, 0, 0) != 0 ? UINT32_MAX : deed_spin_at(a, 0, 0);
}

static int32_t order(CMRX_SELF, uint32_t deed, uint32_t a, uint32_t b,
                     uint32_t c)
{
    ordered.is_new = 1;
    ordered.deed = deed;
    ordered.a = a;
    ordered.b = b;
    ordered.c = c;
    return cmrx_thread_start(CMRX_THREAD_ID(offender), 0);
}

static uint32_t result(CMRX_SELF)
{
    return done_result;
}

static uint32_t place(CMRX_SELF, uint32_t place)
{
    if (scratch.magic != PLACES_MAGIC || place >= PLACES)
        return UINT32_MAX;
    return place == AT_ADDRESS ? 0 : scratch.address[place - 1];
}

static uint32_t restarts(CMRX_SELF)
{
    return scratch.restarts;
}

// ---- Its device

int32_t uart_enable(void)
{
    uart_poke();
    return cmrx_interrupt_done(CMRX_INTERRUPT_ID(sent));
}

static int32_t enable(CMRX_SELF)
{
    return uart_enable();
}

static void raise(CMRX_SELF, uint32_t raise)
{
    uart_raise(raise != 0);
}

// Waits a little: the byte has to go out before.
static uint32_t posted(CMRX_SELF)
{
    return cmrx_event_take(&events, UINT32_MAX, cmrx_time_now() + 2000);
}

CMRX_PROVIDE_REENTRANT(struct attacker, attacker, .order = order,
                       .result = result, .place = place, .restarts = restarts,
                       .posted = posted, .enable = enable, .raise = raise);
