// sensor.h - measurements of a sensor with several channels.

#ifndef FRAME_SENSOR_SENSOR_H
#define FRAME_SENSOR_SENSOR_H

#include <cmrx/process.h>

#define SENSOR_CHANNELS 4u
#define SENSOR_FOREVER  UINT32_MAX

// What a method answers when it did not do what was asked.
enum {
    SENSOR_DENIED = -1,     // the caller may not touch what it points to
    SENSOR_NO_CHANNEL = -2, // SENSOR_CHANNELS or more
    SENSOR_NOTHING = -3,    // never measured, or not within that time
};

struct sensor_reading {
    uint64_t time; // when the driver had it, microseconds
    int32_t millidegrees;
    uint32_t channel;
    uint32_t count; // measurements of this channel so far
};

struct sensor_report {
    uint32_t frames, bad;    // good ones; ones with a wrong checksum
    uint32_t skipped;        // bytes outside of good frames
    uint32_t not_understood; // good ones of unknown type, length or channel
    uint32_t calibrations;
};

struct sensor {
    // The last measurement of a channel. Returns 0, SENSOR_NO_CHANNEL,
    // SENSOR_NOTHING, SENSOR_DENIED.
    int32_t (*read)(CMRX_SELF, uint32_t channel, struct sensor_reading *to);

    // Wait for the next measurement of any channel, at most `timeout_us`
    // microseconds. Returns 0, SENSOR_NOTHING, SENSOR_DENIED. Who waits here
    // also does the work of taking frames apart, with its own priority.
    int32_t (*next)(CMRX_SELF, struct sensor_reading *to, uint32_t timeout_us);

    // Returns 0, SENSOR_DENIED.
    int32_t (*report)(CMRX_SELF, struct sensor_report *to);
};

#endif
