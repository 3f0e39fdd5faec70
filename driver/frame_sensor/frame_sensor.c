// frame_sensor.c - a sensor that sends framed measurements over a serial line.
//
// The thread `receive` only fetches bytes from the line. The frames are taken
// apart by whoever is in a method: parsing costs the time of who wants its
// results, and when a frame makes it go wrong, the fault record says on whose
// call. The methods are a monitor, so the parser needs no lock.

#include "frame.h"
#include "sensor.h"
#include "../serial.h"

#include <cmrx/cmrx.h>
#include <cmrx/ring.h>

enum { TYPE_MEASUREMENT = 1, TYPE_CALIBRATION = 2 };

#define RETRY_US 10000u

CMRX_USE(struct serial, serial);

static uint8_t fetched_bytes[64];
static struct cmrx_ring fetched = CMRX_RING(fetched_bytes);
static struct frame_parser parser;
static int32_t calibration_table[SENSOR_CHANNELS]; // added to what is measured
static struct sensor_reading latest[SENSOR_CHANNELS];
static struct sensor_report statistics;

// ---- The line

static CMRX_SHARED uint8_t from_line[16];

// One piece from the line into the ring; waits while the ring is full, so that
// the line is told to stop, and not the frames torn.
static void fetch(void)
{
    int32_t count = 0;
    uint32_t done = 0;
    enum cmrx_status status = cmrx_call(&count, serial, read, from_line,
                                        sizeof(from_line), SERIAL_FOREVER);

    // Whoever serves the line may be on its way back after a fault.
    if (status != CMRX_OK && status != CMRX_STALE)
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
    if (status != CMRX_OK || count <= 0)
        return;
    while (done < (uint32_t)count) {
        uint32_t taken = fetched.taken;

        done +=
            cmrx_ring_write(&fetched, from_line + done, (uint32_t)count - done);
        cmrx_wake(&fetched.put, CMRX_WAKE_ALL);
        if (done < (uint32_t)count)
            cmrx_wait(&fetched.taken, taken, CMRX_FOREVER);
    }
}

CMRX_THREAD(receive, .stack = CMRX_AUTO, .priority = 12)
{
    for (;;)
        fetch();
}

// ---- Frames

// THE PLANTED BUG (README.md): `index` comes from outside, all 32 bits of it,
// and is not compared with SENSOR_CHANNELS. A good checksum does not make a
// frame well meant. Not inlined: the fault report shall say this name.
static __attribute__((noinline)) void calibrate(uint32_t index, int32_t value)
{
    calibration_table[index] = value;
    statistics.calibrations++;
}

// Returns the reading, or NULL when the channel does not exist.
static struct sensor_reading *measure(uint32_t channel, int32_t millidegrees)
{
    if (channel >= SENSOR_CHANNELS)
        return NULL;
    struct sensor_reading *reading = &latest[channel];

    reading->time = cmrx_time_now();
    // Unsigned: what is sent may be anything, and a sum that wraps is defined.
    reading->millidegrees = (int32_t)((uint32_t)millidegrees +
                                      (uint32_t)calibration_table[channel]);
    reading->channel = channel;
    reading->count++;
    return reading;
}

// Returns the reading that the frame brought, if any.
static struct sensor_reading *handle(const struct frame *frame)
{
    struct sensor_reading *reading = NULL;
    uint32_t first = frame_word(frame, 0);
    int32_t second = (int32_t)frame_word(frame, 4);
    bool understood = frame->length == 8;

    if (understood && frame->type == TYPE_MEASUREMENT) {
        reading = measure(first, second);
        understood = reading != NULL;
    } else if (understood && frame->type == TYPE_CALIBRATION) {
        calibrate(first, second);
    } else {
        understood = false;
    }
    statistics.frames++;
    statistics.not_understood += !understood;
    return reading;
}

// Take apart what was fetched, up to the next measurement.
static struct sensor_reading *parse(void)
{
    struct sensor_reading *reading = NULL;
    struct frame frame = { 0, 0, { 0 } };
    uint8_t byte;

    while (reading == NULL && cmrx_ring_read(&fetched, &byte, 1) > 0) {
        if (frame_feed(&parser, byte, &frame))
            reading = handle(&frame);
    }
    cmrx_wake(&fetched.taken, 1);
    return reading;
}

// ---- The methods

static int32_t sensor_read(CMRX_SELF, uint32_t channel,
                           struct sensor_reading *to)
{
    if (channel >= SENSOR_CHANNELS)
        return SENSOR_NO_CHANNEL;
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return SENSOR_DENIED;
    *to = latest[channel];
    return to->count == 0 ? SENSOR_NOTHING : 0;
}

static int32_t sensor_next(CMRX_SELF, struct sensor_reading *to,
                           uint32_t timeout_us)
{
    uint64_t deadline = timeout_us == SENSOR_FOREVER
                            ? CMRX_FOREVER
                            : cmrx_time_now() + timeout_us;

    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return SENSOR_DENIED;
    for (;;) {
        uint32_t put = fetched.put;
        struct sensor_reading *reading = parse();

        if (reading != NULL) {
            *to = *reading;
            return 0;
        }
        enum cmrx_status status = cmrx_wait(&fetched.put, put, deadline);
        if (status != CMRX_OK && status != CMRX_CHANGED)
            return SENSOR_NOTHING;
    }
}

static int32_t sensor_report(CMRX_SELF, struct sensor_report *to)
{
    if (!cmrx_caller_may_write(to, sizeof(*to)))
        return SENSOR_DENIED;
    statistics.bad = parser.bad;
    statistics.skipped = parser.skipped;
    *to = statistics;
    return 0;
}

CMRX_PROVIDE(struct sensor, sensor, .read = sensor_read, .next = sensor_next,
             .report = sensor_report);
