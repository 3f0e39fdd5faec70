// ledger.c - what became of each message. The one who is never wrong: it does not
// wait, does not call, and nobody ends it.

#include "soak.h"

#define MAGIC       0x50a4b00cu
#define IS_OFFERED  1u
#define IS_RECEIVED 32u

struct message {
    uint8_t state; // IS_..., or-ed
    uint8_t sender;
    uint16_t life; // of the box that has accepted it
};

// What soak.py has put at its begin; the rest is 0.
struct window {
    uint32_t magic, seed, wanted, reserved;
    struct message messages[MESSAGES + 1];
};

CMRX_DEVICE(struct window, window);

static uint32_t counts[COUNTS], last, resting, state;
static uint32_t
    born_before[SENDERS]; // messages below that are of its last life
static bool closed;
static enum wrong wrong;

static void complain_of(uint32_t what)
{
    if (wrong == NOTHING_WRONG)
        wrong = (enum wrong)what;
}

static void event(uint32_t what)
{
    counts[what]++;
    counts[EVENTS]++;
}

static uint32_t random_next(void)
{
    if (state == 0)
        state = window.seed * 2654435761u | 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

// ---- From those who play

static uint32_t born(CMRX_SELF, uint32_t thread)
{
    uint32_t id = (uint32_t)cmrx_caller() * 2 + thread;

    born_before[id] = last + 1;
    return id;
}

static uint32_t box_born(CMRX_SELF)
{
    return ++counts[LIVES];
}

static uint64_t offer(CMRX_SELF, uint32_t id)
{
    if (closed || last == MESSAGES)
        return 0;
    volatile struct message *m = &window.messages[++last];
    m->sender = (uint8_t)id;
    m->state = IS_OFFERED;
    counts[OFFERED]++;
    return (uint64_t)random_next() << 32 | last;
}

static void outcome(CMRX_SELF, uint32_t number, uint32_t what, uint32_t life)
{
    window.messages[number].state |= (uint8_t)what;
    if (what == IS_ACCEPTED)
        window.messages[number].life = (uint16_t)life;
    counts[ACCEPTED] += what == IS_ACCEPTED;
    counts[REFUSED] += what == IS_REFUSED;
    counts[UNKNOWN] += what == IS_UNKNOWN;
    counts[TOLD] += what == IS_TOLD;
    counts[SETTLED] += what == IS_SETTLED;
    // It is in the box until it has been received.
    if (what == IS_SETTLED &&
        (window.messages[number].state & IS_RECEIVED) == 0)
        complain_of(LOST);
    if (what == IS_REFUSED && (window.messages[number].state & IS_RECEIVED))
        complain_of(RECEIVED_NOT_PUT);
}

static void received(CMRX_SELF, uint32_t number, uint32_t again)
{
    if (number == 0 || number > last) {
        complain_of(FORGED);
        return;
    }
    uint32_t was = window.messages[number].state;
    if ((was & IS_OFFERED) == 0)
        complain_of(FORGED);
    if (was & IS_REFUSED)
        complain_of(RECEIVED_NOT_PUT);
    if ((was & IS_RECEIVED) && !again)
        complain_of(TWICE);
    counts[AGAIN] += again;
    counts[RECEIVED] += (was & IS_RECEIVED) == 0;
    window.messages[number].state = (uint8_t)(was | IS_RECEIVED);
}

static void note(CMRX_SELF, uint32_t what)
{
    event(what);
}

static void complain(CMRX_SELF, uint32_t what)
{
    complain_of(what);
}

static uint32_t chance(CMRX_SELF)
{
    return random_next();
}

static void rests(CMRX_SELF, uint32_t id)
{
    resting |= 1u << id;
}

CMRX_PROVIDE(struct ledger, ledger, .born = born, .box_born = box_born,
             .offer = offer, .outcome = outcome, .received = received,
             .note = note, .complain = complain, .chance = chance,
             .rests = rests);
CMRX_GRACE(ledger, BOX_GRACE_US); // the box has one, and uses it

// ---- From the conductor

static uint32_t wanted(CMRX_SELF)
{
    return window.magic == MAGIC ? window.wanted : 0;
}

static uint32_t count_of(CMRX_SELF, uint32_t what)
{
    return counts[what];
}

static void close(CMRX_SELF)
{
    closed = true;
}

static uint32_t resting_now(CMRX_SELF)
{
    return resting;
}

// Its sender has ended since; then nobody is there who could be told.
static bool is_orphan(uint32_t number)
{
    return number < born_before[window.messages[number].sender];
}

// Which box it was is what that has said itself: when the message was offered there
// may have been another one.
static bool was_in_a_box_that_ended(uint32_t number)
{
    return window.messages[number].life < counts[LIVES];
}

// Accepted, and then its sender has ended before it knew more. If it was not received
// either, the box has ended since, too.
static enum wrong wrong_with_open(uint32_t number)
{
    uint32_t is = window.messages[number].state;

    counts[OPEN]++;
    if (!is_orphan(number))
        return is & IS_ACCEPTED ? LOST : UNRESOLVED;
    return (is & IS_ACCEPTED) == 0 || (is & IS_RECEIVED) ||
                   was_in_a_box_that_ended(number)
               ? NOTHING_WRONG
               : LOST;
}

static uint32_t judge(CMRX_SELF)
{
    for (uint32_t n = 1; n <= last; n++)
        if ((window.messages[n].state &
             (IS_SETTLED | IS_REFUSED | IS_UNKNOWN | IS_TOLD)) == 0)
            complain_of(wrong_with_open(n));
    if (counts[OFFERED] != counts[SETTLED] + counts[REFUSED] + counts[UNKNOWN] +
                               counts[TOLD] + counts[OPEN])
        complain_of(SUMS);
    return wrong;
}

CMRX_PROVIDE(struct books, books, .wanted = wanted, .count = count_of,
             .close = close, .resting = resting_now, .judge = judge);
