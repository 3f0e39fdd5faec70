// sayer.c - somebody who says something when he is asked to, for test_say.c.

#include "sayer.h"
#include "../say.h"

static int32_t say(CMRX_SELF, uint32_t millivolts)
{
    return (int32_t)console_say("%u mV\n", millivolts);
}

CMRX_PROVIDE(struct sayer, sayer, .say = say);
