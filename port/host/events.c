// events.c (host) - events, of the process and of others, and interrupts.

#include "inside.h"

#include <cmrx/status.h>
#include <cmrx/test.h>

#include <string.h>

#define EVENTS 16u

static struct {
    const char *name;
    volatile uint32_t *word;
} events[EVENTS];
static uint32_t event_count;

static struct {
    const char *name;
    volatile uint32_t *word;
    uint32_t bits;
    bool may_come, is_pending;
} interrupts[EVENTS];
static uint32_t interrupt_count;

static struct {
    const char *name;
    uint32_t bits;
} posted[EVENTS];
static uint32_t post_count;

// ---- What there is

static void has_room(uint32_t count)
{
    if (count == EVENTS)
        host_fail_inside("there are more than %u events or interrupts", EVENTS);
}

void host_has_event(const char *name, volatile uint32_t *word)
{
    has_room(event_count);
    events[event_count].name = name;
    events[event_count++].word = word;
}

void host_has_interrupt(const char *name, volatile uint32_t *word,
                        uint32_t bits)
{
    has_room(interrupt_count);
    interrupts[interrupt_count].name = name;
    interrupts[interrupt_count].word = word;
    interrupts[interrupt_count++].bits = bits;
}

uint32_t host_interrupt_number(const char *name)
{
    uint32_t n = 0;

    while (n < interrupt_count && strcmp(interrupts[n].name, name) != 0)
        n++;
    return n;
}

// ---- To the process

static void set_bits(volatile uint32_t *word, uint32_t bits)
{
    __atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
    host_wake((const void *)(uintptr_t)word, UINT32_MAX);
}

void host_post(struct host_place at, const char *event, uint32_t bits)
{
    for (uint32_t n = 0; n < event_count; n++) {
        if (strcmp(events[n].name, event) == 0) {
            set_bits(events[n].word, bits);
            return;
        }
    }
    host_fail(at, "the process publishes no event %s", event);
}

static void deliver(uint32_t n)
{
    interrupts[n].may_come = false;
    interrupts[n].is_pending = false;
    set_bits(interrupts[n].word, interrupts[n].bits);
}

static uint32_t find_interrupt(struct host_place at, const char *name)
{
    uint32_t n = host_interrupt_number(name);

    if (n == interrupt_count)
        host_fail(at, "the process has no interrupt %s", name);
    return n;
}

void host_interrupt(struct host_place at, const char *name)
{
    uint32_t n = find_interrupt(at, name);

    interrupts[n].is_pending = true;
    if (interrupts[n].may_come)
        deliver(n);
}

bool host_interrupt_is_masked(struct host_place at, const char *name)
{
    return !interrupts[find_interrupt(at, name)].may_come;
}

int32_t host_interrupt_done(uint32_t number)
{
    if (number >= interrupt_count)
        return CMRX_INVALID;
    interrupts[number].may_come = true;
    if (interrupts[number].is_pending)
        deliver(number);
    return CMRX_OK;
}

// ---- From the process

static uint32_t find_post(const char *event)
{
    uint32_t n = 0;

    while (n < post_count && strcmp(posted[n].name, event) != 0)
        n++;
    return n;
}

// Of each source of the process that says so.
void host_has_post(const char *event)
{
    uint32_t n = find_post(event);

    if (n < post_count)
        return;
    has_room(n);
    posted[n].name = event;
    post_count++;
}

int32_t host_posted_to(const char *event, uint32_t bits)
{
    posted[find_post(event)].bits |= bits;
    return CMRX_OK;
}

uint32_t host_posted(struct host_place at, const char *event)
{
    uint32_t n = find_post(event);

    if (n == post_count)
        host_fail(at, "the process posts to no event %s", event);
    uint32_t bits = posted[n].bits;
    posted[n].bits = 0;
    return bits;
}
