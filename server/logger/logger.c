// logger.c - prints what a sensor measures.
//
// Its thread is inside of the sensor driver nearly all the time, waiting there.
// When the driver ends meanwhile, the call returns with a status; nothing else
// is needed to go on.

#include "../again.h"
#include "../console/console.h"
#include "../../driver/frame_sensor/sensor.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>

#include <stdbool.h>

#define INTERVAL_US 250000u // at most one line per channel in that time
#define RETRY_US    10000u

CMRX_USE(struct sensor, sensor);
CMRX_USE(struct console, console);

static CMRX_SHARED struct sensor_reading reading;
static CMRX_SHARED char line[80];
static uint64_t next_line[SENSOR_CHANNELS];
static bool away; // the sensor did not answer the last time

// What the console does not take is gone: a log must not stop what it logs.
static void print(uint32_t length)
{
    CALL_AGAIN(cmrx_call(NULL, console, write, line, length));
}

static void print_reading(void)
{
    uint64_t now = cmrx_time_now();
    int32_t value = reading.millidegrees;
    uint32_t magnitude = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    if (reading.channel >= SENSOR_CHANNELS || now < next_line[reading.channel])
        return;
    next_line[reading.channel] = now + INTERVAL_US;
    print(cmrx_format(line, sizeof(line), "logger: channel %u: %s%u.%03u C\n",
                      reading.channel, value < 0 ? "-" : "", magnitude / 1000,
                      magnitude % 1000));
}

static void print_absence(enum cmrx_status status)
{
    print(cmrx_format(line, sizeof(line),
                      "logger: the sensor's call ended with %s\n",
                      cmrx_status_name(status)));
}

static void follow_sensor(void)
{
    int32_t result = 0;
    enum cmrx_status status =
        cmrx_call(&result, sensor, next, &reading, SENSOR_FOREVER);

    if (status == CMRX_OK) {
        if (away)
            print(cmrx_format(line, sizeof(line),
                              "logger: the sensor is back\n"));
        away = false;
        if (result == 0)
            print_reading();
        return;
    }
    if (!away || status == CMRX_DEAD)
        print_absence(status);
    away = true;
    // STALE was not done, and the next call reaches the new one.
    if (status != CMRX_STALE)
        cmrx_sleep_until(cmrx_time_now() + RETRY_US);
}

CMRX_THREAD(follow, .stack = CMRX_AUTO, .priority = 6)
{
    for (;;)
        follow_sensor();
}
