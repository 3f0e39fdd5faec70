// watchdog_cmsdk.c - Arm's CMSDK APB watchdog (Cortex-M System Design Kit, Technical
// Reference Manual DDI 0479, section 4.4).
//
// It counts down from what it is loaded with. At zero it raises its interrupt, which
// the boards wire to NMI, and begins again; at zero once more, with the interrupt
// still raised, it resets. The clock comes with WATCHDOG_CLOCK_HZ, from the build.

#include "../watchdog.h"

#include <cmrx/cmrx.h>

#define TICKS_PER_US (WATCHDOG_CLOCK_HZ / 1000000u)
#define UNLOCK       0x1acce551u
#define LOCK         0u

struct cmsdk_watchdog {
    uint32_t load; // written: counts from there
    uint32_t value;
    uint32_t control;
    uint32_t clear; // written: the interrupt is over
    uint32_t raw, masked;
    uint32_t reserved[762];
    uint32_t lock; // all others can be written only after UNLOCK
};

_Static_assert(offsetof(struct cmsdk_watchdog, lock) == 0xc00, "DDI 0479, 4.4");

enum {
    CONTROL_COUNT = 1u << 0, // and interrupt
    CONTROL_RESET = 1u << 1,
};

CMRX_DEVICE(struct cmsdk_watchdog, port);
CMRX_DRIVES(port, watchdog_cmsdk);
CMRX_CLOCK(port, WATCHDOG_CLOCK_HZ);

// No CMRX_QUIESCE: that the driver has ended is no reason to stop it.

static int32_t watchdog_kick(CMRX_SELF, uint32_t timeout_us)
{
    if (timeout_us == 0 || timeout_us > UINT32_MAX / TICKS_PER_US)
        return WATCHDOG_RANGE;
    port.lock = UNLOCK;
    port.load = timeout_us * TICKS_PER_US;
    port.clear = 1;
    port.control = CONTROL_COUNT | CONTROL_RESET;
    port.lock = LOCK;
    return 0;
}

CMRX_PROVIDE(struct watchdog, watchdog, .kick = watchdog_kick);
