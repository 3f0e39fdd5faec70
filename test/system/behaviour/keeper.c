// keeper.c - a server that shows how many threads are inside it.

#include "keeper.h"

struct words {
    uint32_t word[64];
};

CMRX_DEVICE(struct words, registers);
CMRX_QUIESCE(divisor, registers, KEEPER_REGISTER, 77);

CMRX_POSTS(announced);

static volatile uint32_t inside, most, never, last_wait, visits;
static volatile uint32_t pause = 1000; // of its own thread, in microseconds

static void come_in(void)
{
    inside++;
    if (inside > most)
        most = inside;
}

static void spin(uint32_t us)
{
    uint64_t end = cmrx_time_now() + us;

    while (cmrx_time_now() < end)
        continue;
}

static uint32_t work(CMRX_SELF, uint32_t us)
{
    come_in();
    spin(us);
    inside--;
    return most;
}

static uint32_t sleep(CMRX_SELF, uint32_t us)
{
    visits++;
    last_wait = (uint32_t)cmrx_wait(&never, 0, cmrx_time_now() + us);
    return most;
}

static void announce(CMRX_SELF, uint32_t bits)
{
    cmrx_post(announced, bits);
}

static uint32_t quiesced(CMRX_SELF)
{
    uint32_t was = registers.word[KEEPER_REGISTER / 4];

    registers.word[KEEPER_REGISTER / 4] = 99;
    return was;
}

static uint32_t get_last_wait(CMRX_SELF)
{
    return last_wait;
}

static uint32_t get_visits(CMRX_SELF)
{
    return visits;
}

static void set_pause(CMRX_SELF, uint32_t us)
{
    pause = us;
}

// It has more on its stack than what is lent is long.
static uint32_t sum(CMRX_SELF, const struct summands *lent)
{
    volatile uint32_t own[2 * SUMMANDS];
    uint32_t result = 0;

    for (unsigned i = 0; i < 2 * SUMMANDS; i++)
        own[i] = 0;
    for (unsigned i = 0; i < SUMMANDS; i++)
        result += lent->word[i] + own[i];
    return result;
}

#define METHODS                                                                \
    .work = work, .sleep = sleep, .announce = announce, .quiesced = quiesced,  \
    .last_wait = get_last_wait, .visits = get_visits, .pause = set_pause

CMRX_PROVIDE(struct keeper, serial, METHODS);
CMRX_PROVIDE_REENTRANT(struct keeper, open, METHODS);
CMRX_PROVIDE(struct sums, sums, .sum = sum);

// Inside the monitor like a visitor, but for its sleep.
CMRX_THREAD(housekeeping, .stack = 256, .priority = 14, .monitor = 1)
{
    for (;;) {
        come_in();
        spin(50);
        inside--;
        cmrx_wait(&never, 0, cmrx_time_now() + pause);
    }
}
