// sender.c - see sender.h.

#include "sender.h"
#include "machine.h"

CMRX_USE(struct ledger, ledger);
CMRX_USE(struct box, box);
CMRX_USE(struct relay, relay);

static void tell(uint32_t number, enum outcome what)
{
    cmrx_call(NULL, ledger, outcome, number, what, 0);
}

static void count(enum count what)
{
    cmrx_call(NULL, ledger, note, what);
}

// The box in which they were is no more.
static void open_are_lost(struct sender *s)
{
    for (uint32_t i = 0; i < s->open_count; i++)
        tell(s->open[i], IS_TOLD);
    s->open_count = 0;
}

// What the box says of itself: its life, and from which number on it has some.
static void box_says(struct sender *s, uint32_t says)
{
    uint32_t kept = 0, oldest = says & 0xffff;

    if (says == 0)
        return;
    if (says >> 16 != s->life)
        open_are_lost(s);
    s->life = says >> 16;
    for (uint32_t i = 0; i < s->open_count; i++) {
        if (oldest != 0 && s->open[i] >= oldest)
            s->open[kept++] = s->open[i];
        else
            tell(s->open[i], IS_SETTLED);
    }
    s->open_count = kept;
}

// It has ended: before it did anything, or in the midst of it.
static bool says_that_it_ended(enum cmrx_status status)
{
    return status == CMRX_STALE || status == CMRX_DEAD;
}

static bool is_nothing_done(enum cmrx_status status)
{
    return status == CMRX_STALE || status == CMRX_CLOSED ||
           status == CMRX_NO_STACK;
}

// The kernel says once to each process that calls it that the box was restarted,
// before that can find out by itself. Of several threads only one is told.
static void box_answered(struct sender *s, enum cmrx_status status,
                         uint32_t says)
{
    if (says_that_it_ended(status))
        s->life_at_call = 0;
    if (status != CMRX_OK || says == 0)
        return;
    if (s->is_alone && s->life_at_call != 0 && s->life_at_call != says >> 16)
        cmrx_call(NULL, ledger, complain, NOT_STALE);
    s->life_at_call = says >> 16;
}

// ---- Sending

static enum cmrx_status put_directly(const struct sender *s, uint32_t number,
                                     uint32_t random, uint32_t *says)
{
    if (random & 4)
        return cmrx_call(says, box, put, s->id, number, check_of(number));
    return cmrx_call_until(in(random >> 8 & 0x1ff), says, box, put, s->id,
                           number, check_of(number));
}

// What has become of the way to the box does not matter, if that was entered.
static enum cmrx_status put_by_relay(const struct sender *s, uint32_t number,
                                     uint32_t random, uint32_t *says,
                                     bool *is_known)
{
    uint64_t result = 0;
    enum cmrx_status status =
        random & 4
            ? cmrx_call(&result, relay, put, s->id, number, check_of(number))
            : cmrx_call_until(in(random >> 8 & 0x1ff), &result, relay, put,
                              s->id, number, check_of(number));

    *is_known = is_nothing_done(status);
    if (status != CMRX_OK)
        return CMRX_CLOSED;
    *says = (uint32_t)result;
    status = (enum cmrx_status)(int32_t)(result >> 32);
    *is_known = is_nothing_done(status);
    return status;
}

static void put(struct sender *s, uint32_t number, uint32_t random)
{
    uint32_t says = 0;
    bool is_known = true;
    enum cmrx_status status;

    if (random & 3) {
        status = put_directly(s, number, random, &says);
        box_answered(s, status, says);
        is_known = is_nothing_done(status);
    } else {
        status = put_by_relay(s, number, random, &says, &is_known);
    }
    count(CALLS);
    if (status == CMRX_TIMEOUT)
        count(DEADLINES);
    if (says_that_it_ended(status))
        open_are_lost(s);
    if (status != CMRX_OK) {
        tell(number, is_known ? IS_REFUSED : IS_UNKNOWN);
        return;
    }
    if (says == 0) {
        tell(number, IS_REFUSED);
        return;
    }
    cmrx_call(NULL, ledger, outcome, number, IS_ACCEPTED, says >> 16);
    box_says(s, says);
    s->open[s->open_count++] = number;
}

static bool box_asked(struct sender *s)
{
    uint32_t says = 0;
    enum cmrx_status status = cmrx_call(&says, box, oldest, s->id);

    box_answered(s, status, says);
    if (says_that_it_ended(status))
        open_are_lost(s);
    if (status == CMRX_OK)
        box_says(s, says);
    return s->open_count == 0;
}

static void rest(struct sender *s)
{
    while (!box_asked(s))
        cmrx_sleep_until(in(500));
    cmrx_call(NULL, ledger, rests, s->id);
}

// ---- The thread

void sender_begin(struct sender *s, uint32_t thread, uint32_t priority)
{
    s->priority = priority;
    cmrx_call(&s->id, ledger, born, thread);
}

bool sender_step(struct sender *s)
{
    uint64_t hand = 0;

    while (s->open_count == OPEN_MAX && !box_asked(s))
        cmrx_sleep_until(in(500));
    cmrx_call(&hand, ledger, offer, s->id);
    uint32_t random = (uint32_t)(hand >> 32);
    if ((uint32_t)hand == 0) {
        rest(s);
        return false;
    }
    if ((random >> 20) % 4 == 0) {
        cmrx_thread_priority(1 + (random >> 22) % s->priority);
        count(PRIORITIES);
    }
    if ((random >> 12) % 128 == 0)
        machine_undefined();
    put(s, (uint32_t)hand, random);
    if ((random >> 12) % 128 == 1)
        machine_undefined();
    if ((random >> 19) % 2 == 0)
        cmrx_sleep_until(in(random >> 24));
    return true;
}
