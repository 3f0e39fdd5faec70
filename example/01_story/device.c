// device.c - commands for the sensor and the actuator.

#include "shell.h"
#include "../../driver/frame_sensor/sensor.h"
#include "../../server/actuator/actuator.h"

#include <cmrx/cmrx.h>
#include <cmrx/format.h>

CMRX_USE(struct sensor, sensor);
CMRX_USE(struct actuator, actuator);

// What is lent takes room on the stack, which must be free again when something
// is to be said: so it is fetched here, and shown there.

static enum cmrx_status fetch_reading(uint32_t channel, int32_t *result,
                                      struct sensor_reading *to)
{
    CMRX_LENT(struct sensor_reading, reading);
    enum cmrx_status status = CALL_AGAIN(
        cmrx_call_lending(reading, result, sensor, read, channel, reading));

    *to = *reading;
    return status;
}

static enum cmrx_status fetch_line_quality(int32_t *result,
                                           struct sensor_report *to)
{
    CMRX_LENT(struct sensor_report, report);
    enum cmrx_status status =
        CALL_AGAIN(cmrx_call_lending(report, result, sensor, report, report));

    *to = *report;
    return status;
}

static enum cmrx_status fetch_position(int32_t *result,
                                       struct actuator_report *to)
{
    CMRX_LENT(struct actuator_report, report);
    enum cmrx_status status =
        CALL_AGAIN(cmrx_call_lending(report, result, actuator, get, report));

    *to = *report;
    return status;
}

static void show_channel(uint32_t channel)
{
    struct sensor_reading reading;
    int32_t result = SENSOR_NOTHING;

    if (!shell_answered("sensor", fetch_reading(channel, &result, &reading)))
        return;
    if (result != 0) {
        shell_say("channel %u: nothing was measured\n", channel);
        return;
    }
    int32_t value = reading.millidegrees;
    uint32_t magnitude = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
    shell_say("channel %u: %s%u.%03u C, number %u, at %T s\n", channel,
              value < 0 ? "-" : "", magnitude / 1000, magnitude % 1000,
              reading.count, reading.time);
}

static void show_line_quality(void)
{
    struct sensor_report report;
    int32_t result = SENSOR_DENIED;

    if (!shell_answered("sensor", fetch_line_quality(&result, &report)) ||
        result != 0)
        return;
    shell_say("%u frames, %u damaged, %u bytes skipped, ", report.frames,
              report.bad, report.skipped);
    shell_say("%u not understood, %u calibrations\n", report.not_understood,
              report.calibrations);
}

SHELL_COMMAND(sensor, "", "what was measured")
{
    if (count != 1)
        return false;
    for (uint32_t n = 0; n < SENSOR_CHANNELS; n++)
        show_channel(n);
    show_line_quality();
    return true;
}

static void show_position(void)
{
    struct actuator_report report;
    int32_t result = ACTUATOR_DENIED;

    if (!shell_answered("actuator", fetch_position(&result, &report)) ||
        result != 0)
        return;
    shell_say("actuator at %d, going to %d; ", report.position, report.target);
    shell_say("%u periods, %u missed, latest by %u us, %u anomalies\n",
              report.periods, report.missed, report.latest_us,
              report.anomalies);
}

SHELL_COMMAND(actuator, "", "where it is, and whether it was ever late")
{
    if (count != 1)
        return false;
    show_position();
    return true;
}

SHELL_COMMAND(move, "<0..1000>", "move the actuator")
{
    int32_t position, result = 0;

    if (count != 2 || !cmrx_parse_i32(word[1], &position))
        return false;
    if (!shell_answered("actuator", CALL_AGAIN(cmrx_call(&result, actuator,
                                                         move, position))))
        return true;
    if (result == ACTUATOR_RANGE)
        shell_say("there is no position %d: it goes from 0 to %d\n", position,
                  ACTUATOR_MAX);
    else
        show_position();
    return true;
}
