// sampler.h - what the driver of the sensor offers.

#ifndef SAMPLER_H
#define SAMPLER_H

#include <cmrx/cmrx.h>

struct sampler {
    uint32_t (*samples)(CMRX_SELF); // taken since the driver was started
};

#endif
