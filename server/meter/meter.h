// meter.h - who uses the processor: the service `meter`.

#ifndef SERVER_METER_METER_H
#define SERVER_METER_METER_H

#include <cmrx/process.h>

// What is asked about.
enum meter_what { METER_THREAD, METER_PROCESS };

// Since the start, or in the last METER_SPAN samples that are complete.
enum meter_span { METER_EVER, METER_RECENT };

#define METER_SPAN     1024u
#define METER_PAUSE_US 10000u // the mean of what lies between two samples

struct meter {
    // How much thread or process `number` has had. A thread's time in a call counts
    // for the thread, and for the process that it is in. Low word: ten thousandths
    // of the processor; high word: of how many samples that is. 0 samples: nothing is
    // known yet. A number past the last has had nothing.
    uint64_t (*share)(CMRX_SELF, uint32_t what, uint32_t number, uint32_t span);
    // Ten thousandths that the meter itself has had, up to now.
    uint32_t (*own)(CMRX_SELF);
};

#endif
