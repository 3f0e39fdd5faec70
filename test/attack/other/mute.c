// mute.c - the driver: nothing answers where its device was.

#include "silence.h"
#include "machine.h"

struct words {
    uint32_t word[64];
};

CMRX_DEVICE(struct words, nothing);
CMRX_DEVICE(struct words, scratch);

CMRX_QUIESCE(a, scratch, 0, SILENCED);
CMRX_QUIESCE(b, nothing, 0, 0);
CMRX_QUIESCE(c, nothing, 4, 0);
CMRX_QUIESCE(d, scratch, 4, SILENCED);
CMRX_QUIESCE(e, nothing, 8, 0);
CMRX_QUIESCE(f, scratch, 8, SILENCED);

static void die(CMRX_SELF, uint32_t how)
{
    if (how == BY_INSTRUCTION)
        machine_undefined();
    if (how == BY_BREAKPOINT)
        machine_breakpoint();
    if (how == BY_DEVICE)
        nothing.word[0] = 1;
}

static uint32_t silenced(CMRX_SELF)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < SILENCES; i++) {
        found += scratch.word[i] == SILENCED;
        scratch.word[i] = 0;
    }
    return found;
}

CMRX_PROVIDE(struct mute, mute, .die = die, .silenced = silenced);
