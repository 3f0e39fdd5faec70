// server.c - a sound server that the sweeper calls and posts to.

#include "parts.h"
#include "machine.h"

CMRX_USE(struct victim, victim);
CMRX_POSTS(mail);
CMRX_EVENT(posted);

static volatile uint32_t counts[2], inside;

// Two at once in the monitor: the kernel is wrong.
static void enter(void)
{
    if (inside++ != 0)
        machine_undefined();
}

static uint64_t sum(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    enter();
    uint64_t result = ((uint64_t)a << 32) + b + 3u * c + 5u * d;
    inside--;
    return result;
}

static void fill(CMRX_SELF, struct gift *gift, uint32_t with)
{
    enter();
    for (uint32_t i = 0; i < 4; i++)
        gift->word[i] = with + i;
    inside--;
}

static int32_t through(CMRX_SELF, uint32_t die)
{
    uint32_t visits;
    int32_t status;

    enter();
    status = die ? cmrx_call(NULL, victim, leave)
                 : cmrx_call(&visits, victim, visits);
    inside--;
    return status;
}

static uint32_t nap(CMRX_SELF)
{
    static volatile uint32_t never;

    return (uint32_t)cmrx_wait(&never, 0, CMRX_FOREVER);
}

static volatile uint32_t met;

static void work(CMRX_SELF, const volatile uint32_t *until)
{
    enter();
    met = 1;
    cmrx_wake(&met, 1);
    while (*until == 0)
        continue;
    inside--;
}

static void meet(CMRX_SELF)
{
    while (met == 0)
        cmrx_wait(&met, 0, CMRX_FOREVER);
    met = 0;
}

static uint32_t enter_once(CMRX_SELF)
{
    static uint32_t entered;

    enter();
    inside--;
    return ++entered;
}

static uint32_t use(CMRX_SELF, uint32_t n)
{
    volatile uint8_t much[6000];

    enter();
    much[0] = (uint8_t)n;
    much[sizeof much - 1] = (uint8_t)(n + 1);
    inside--;
    return much[0] + much[sizeof much - 1];
}

static void post_mail(CMRX_SELF, uint32_t bits)
{
    cmrx_post(mail, bits);
}

static uint32_t count(CMRX_SELF, uint32_t bit)
{
    return counts[bit & 1];
}

CMRX_PROVIDE(struct server, server, .sum = sum, .fill = fill,
             .through = through, .nap = nap, .work = work, .enter = enter_once);
CMRX_PROVIDE(struct large, large, .use = use);
CMRX_PROVIDE_REENTRANT(struct back, back, .mail = post_mail, .count = count,
                       .meet = meet);

CMRX_THREAD(keeper, .stack = 512, .priority = 8)
{
    for (;;) {
        uint32_t bits = cmrx_event_take(&posted, 3, CMRX_FOREVER);
        counts[0] += bits & 1;
        counts[1] += bits >> 1 & 1;
    }
}
