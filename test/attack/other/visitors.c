// visitors.c - six threads that go into the hall, of all priorities.

#include "chance.h"
#include "crowd.h"
#include "hall.h"

CMRX_USE(struct hall, hall);

#define THREADS 6u

static volatile uint32_t count;

static void visit(uint32_t self)
{
    uint32_t chance = self + 1;

    for (;;) {
        uint32_t next = ((uint32_t)cmrx_time_now() / GRID_US + 1) * GRID_US;
        uint32_t until;

        chance = shuffled(chance);
        until = next + (chance >> 20 & 3) * GRID_US;
        switch (chance & 7) {
        case 0:
        case 1:
        case 2:
            cmrx_call(NULL, hall, use, chance >> 4 & 3, chance >> 8 & 3, until);
            break;
        case 3:
            cmrx_call_until(until, NULL, hall, use, chance >> 4 & 3,
                            chance >> 8 & 3, until + 8 * GRID_US);
            break;
        case 4:
            cmrx_call(NULL, hall, listen, chance >> 4 & 3, until);
            break;
        case 5:
            cmrx_call(NULL, hall, stay, chance >> 4 & 255);
            break;
        default:
            cmrx_sleep_until(until - (chance >> 4 & 63));
        }
        count++;
    }
}

#define ONE(number)                                                            \
    CMRX_THREAD(one_##number, .stack = CMRX_AUTO, .priority = (number) + 2,    \
                .dormant = 1)                                                  \
    {                                                                          \
        visit(number);                                                         \
    }

ONE(0)
ONE(1)
ONE(2)
ONE(3)
ONE(4)
ONE(5)

static void start(CMRX_SELF)
{
    cmrx_call(NULL, hall, open);
    for (uint32_t i = 0; i < THREADS; i++)
        cmrx_thread_start(i, 0);
}

static uint32_t waits(CMRX_SELF)
{
    return count;
}

CMRX_PROVIDE_REENTRANT(struct crowd, crowd, .start = start, .waits = waits);
