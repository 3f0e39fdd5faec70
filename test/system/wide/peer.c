// peer.c - nine windows, in regions that the tester has other windows in.

#include "wide.h"

CMRX_DEVICE(uint32_t, page8);
CMRX_DEVICE(uint32_t, page9);
CMRX_DEVICE(uint32_t, page10);
CMRX_DEVICE(uint32_t, page11);
CMRX_DEVICE(uint32_t, page12);
CMRX_DEVICE(uint32_t, page13);
CMRX_DEVICE(uint32_t, page14);
CMRX_DEVICE(uint32_t, page15);
CMRX_DEVICE(uint32_t, page16);
CMRX_EVENT(rung);
CMRX_POSTS(answered);

static volatile uint32_t *const windows[] = { &page8,  &page9,  &page10,
                                              &page11, &page12, &page13,
                                              &page14, &page15, &page16 };
static uint32_t turn;

static bool touch_all(void)
{
    return has_gone_on(windows, 9, &turn);
}

static uint32_t touch(CMRX_SELF)
{
    return touch_all();
}

static uint32_t stay(CMRX_SELF)
{
    bool good = touch_all();

    cmrx_thread_yield();
    return touch_all() && good;
}

CMRX_PROVIDE(struct peer, peer, .touch = touch, .stay = stay);

// As urgent as the tester: they take turns.
CMRX_THREAD(beside, .stack = 512, .priority = 4)
{
    for (;;) {
        if (!touch_all())
            cmrx_post(answered, 2);
        cmrx_thread_yield();
    }
}

CMRX_THREAD(above, .stack = 512, .priority = 9)
{
    for (;;) {
        cmrx_event_take(&rung, 1, CMRX_FOREVER);
        cmrx_post(answered, touch_all() ? 1 : 2);
    }
}
