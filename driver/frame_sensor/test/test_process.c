// test_process.c - the sensor driver as its client and its line see it.

#include "../../serial.h"
#include "../frame.h"
#include "../sensor.h"

#include <cmrx/ring.h>
#include <cmrx/test.h>

enum { MEASUREMENT = 1, CALIBRATION = 2 };

CMRX_USE(struct serial, serial);
CMRX_USE(struct sensor, sensor);

// ---- The line: what a test has put into it can be read

static uint8_t line_bytes[256];
static struct cmrx_ring line = CMRX_RING(line_bytes);

static int32_t line_read(CMRX_SELF, void *to, uint32_t size, uint32_t timeout)
{
    cmrx_check_equal(timeout, SERIAL_FOREVER);
    cmrx_check(cmrx_caller_may_write(to, size));
    return (int32_t)cmrx_ring_receive(&line, to, size, CMRX_FOREVER);
}

static void send(const void *bytes, uint32_t size)
{
    cmrx_check_equal(cmrx_ring_send(&line, bytes, size, CMRX_FOREVER), size);
}

static void put_word(uint8_t *to, uint32_t word)
{
    for (unsigned n = 0; n < 4; n++)
        to[n] = (uint8_t)(word >> 8 * n);
}

static void send_frame(uint8_t type, uint32_t first, int32_t second)
{
    uint8_t bytes[FRAME_BYTES] = { FRAME_START, 8, type };

    put_word(bytes + 3, first);
    put_word(bytes + 7, (uint32_t)second);
    uint16_t crc = frame_crc(bytes + 1, 10);
    bytes[11] = (uint8_t)crc;
    bytes[12] = (uint8_t)(crc >> 8);
    send(bytes, sizeof(bytes));
}

static void start(void)
{
    cmrx_fake(serial, read, line_read);
    cmrx_test_start();
}

// ---- What a client gets

static CMRX_SHARED struct sensor_reading reading;
static CMRX_SHARED struct sensor_report report;

static int32_t next(uint32_t timeout_us)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, sensor, next, &reading, timeout_us),
                     CMRX_OK);
    return result;
}

static int32_t read_channel(uint32_t channel, struct sensor_reading *to)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, sensor, read, channel, to), CMRX_OK);
    return result;
}

static void get_report(void)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, sensor, report, &report), CMRX_OK);
    cmrx_check_equal(result, 0);
}

CMRX_TEST(a_measurement_reaches_who_asks)
{
    start();
    send_frame(MEASUREMENT, 2, -40000);
    cmrx_check_equal(next(1000), 0);
    cmrx_check_equal(reading.channel, 2);
    cmrx_check_equal(reading.millidegrees, -40000);
    cmrx_check_equal(reading.count, 1);
    cmrx_check_equal(reading.time, cmrx_time_now());
    cmrx_check_equal(read_channel(2, &reading), 0);
    cmrx_check_equal(reading.millidegrees, -40000);
    cmrx_check_equal(read_channel(1, &reading), SENSOR_NOTHING);
}

CMRX_TEST(a_calibration_is_added_from_then_on)
{
    start();
    send_frame(MEASUREMENT, 1, 1000);
    send_frame(CALIBRATION, 1, -250);
    send_frame(MEASUREMENT, 1, 1000);
    cmrx_check_equal(next(1000), 0);
    cmrx_check_equal(reading.millidegrees, 1000);
    cmrx_check_equal(next(1000), 0);
    cmrx_check_equal(reading.millidegrees, 750);
    get_report();
    cmrx_check_equal(report.frames, 3);
    cmrx_check_equal(report.calibrations, 1);
    cmrx_check_equal(report.not_understood, 0);
}

CMRX_TEST(a_channel_that_is_none_is_refused)
{
    start();
    cmrx_check_equal(read_channel(SENSOR_CHANNELS, &reading),
                     SENSOR_NO_CHANNEL);
    send_frame(MEASUREMENT, SENSOR_CHANNELS, 1);
    cmrx_check_equal(next(1000), SENSOR_NOTHING);
    get_report();
    cmrx_check_equal(report.not_understood, 1);
}

CMRX_TEST(memory_that_was_not_lent_is_not_written)
{
    static struct sensor_reading mine;
    int32_t result = 1;

    start();
    send_frame(MEASUREMENT, 0, 7);
    cmrx_check_equal(read_channel(0, &mine), SENSOR_DENIED);
    cmrx_check_equal(cmrx_call(&result, sensor, next, &mine, 1000), CMRX_OK);
    cmrx_check_equal(result, SENSOR_DENIED);
    cmrx_check_equal(mine.count, 0);
    cmrx_check_equal(cmrx_call(&result, sensor, report, (void *)&mine),
                     CMRX_OK);
    cmrx_check_equal(result, SENSOR_DENIED);
}

CMRX_TEST(a_local_that_was_lent_is_written)
{
    CMRX_LENT(struct sensor_reading, lent);
    int32_t result = 1;

    start();
    send_frame(MEASUREMENT, 3, 7);
    cmrx_check_equal(cmrx_call_lending(lent, &result, sensor, next, lent, 1000),
                     CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(lent->millidegrees, 7);
}

CMRX_TEST(a_deadline_may_be_given_with_it)
{
    CMRX_LENT(struct sensor_reading, lent);
    int32_t result = 1;

    start();
    send_frame(MEASUREMENT, 3, 7);
    uint64_t deadline = cmrx_time_now() + 1000;
    cmrx_check_equal(cmrx_call_lending_until(deadline, lent, &result, sensor,
                                             next, lent, SENSOR_FOREVER),
                     CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(lent->millidegrees, 7);
    cmrx_check_equal(cmrx_call_lending_until(deadline, lent, &result, sensor,
                                             next, lent, SENSOR_FOREVER),
                     CMRX_OK);
    cmrx_check_equal(result, SENSOR_NOTHING);
    cmrx_check_equal(cmrx_time_now(), deadline);
    cmrx_check_equal(lent->millidegrees, 7);
}

// ---- Waiting

CMRX_TEST(who_waits_for_nothing_waits_exactly_as_long_as_it_said)
{
    start();
    uint64_t begin = cmrx_time_now();
    cmrx_check_equal(next(2500), SENSOR_NOTHING);
    cmrx_check_equal(cmrx_time_now() - begin, 2500);
}

static int32_t waited_result;

static void wait_for_next(uintptr_t argument)
{
    (void)argument;
    waited_result = next(SENSOR_FOREVER);
}

CMRX_TEST(who_waits_gets_the_measurement_that_comes)
{
    start();
    struct host_thread *client =
        cmrx_test_thread("client", wait_for_next, 0, 4);
    cmrx_sleep_until(cmrx_time_now() + 1000000);
    cmrx_check(!cmrx_test_has_ended(client));
    send_frame(MEASUREMENT, 1, 21500);
    cmrx_check(cmrx_test_has_ended(client));
    cmrx_check_equal(waited_result, 0);
    cmrx_check_equal(reading.millidegrees, 21500);
}

CMRX_TEST(others_are_served_while_one_waits)
{
    start();
    struct host_thread *client =
        cmrx_test_thread("client", wait_for_next, 0, 4);
    get_report(); // the monitor is free
    cmrx_check(!cmrx_test_has_ended(client));
    cmrx_check_equal(report.frames, 0);
}

CMRX_TEST(a_client_that_ends_does_not_stay_inside)
{
    start();
    struct host_thread *client =
        cmrx_test_thread("client", wait_for_next, 0, 4);
    cmrx_test_cancel(client);
    cmrx_check(cmrx_test_has_ended(client));
    send_frame(MEASUREMENT, 0, 5);
    cmrx_check_equal(next(1000), 0);
    cmrx_check_equal(reading.millidegrees, 5);
}

// ---- The line goes wrong

CMRX_TEST(damage_is_counted_and_what_follows_is_kept)
{
    static const uint8_t damaged[] = { FRAME_START, 1, 2, 3, 4, 5 };

    start();
    send(damaged, sizeof(damaged));
    send_frame(MEASUREMENT, 0, 99);
    cmrx_check_equal(next(1000), 0);
    cmrx_check_equal(reading.millidegrees, 99);
    get_report();
    cmrx_check_equal(report.bad, 1);
    cmrx_check_equal(report.skipped, sizeof(damaged));
}

// More than the ring of the driver holds: the line has to wait, not the frames.
CMRX_TEST(nothing_is_lost_while_nobody_asks)
{
    start();
    for (int32_t n = 0; n < 12; n++)
        send_frame(MEASUREMENT, 0, n);
    cmrx_check(line.put != line.taken); // the driver has left the rest
    for (int32_t n = 0; n < 12; n++) {
        cmrx_check_equal(next(1000), 0);
        cmrx_check_equal(reading.millidegrees, n);
    }
    cmrx_check_equal(next(0), SENSOR_NOTHING);
}

CMRX_TEST(a_line_that_is_dead_is_asked_again_later)
{
    cmrx_fake_status(serial, read, CMRX_DEAD);
    cmrx_fake_status(serial, read, CMRX_CLOSED);
    cmrx_fake_status(serial, read, CMRX_STALE); // this one at once
    start();
    cmrx_check_equal(cmrx_fake_calls(serial, read), 1);
    cmrx_sleep_until(cmrx_time_now() + 9999);
    cmrx_check_equal(cmrx_fake_calls(serial, read), 1);
    cmrx_sleep_until(cmrx_time_now() + 1);
    cmrx_check_equal(cmrx_fake_calls(serial, read), 2);
    cmrx_sleep_until(cmrx_time_now() + 10000);
    cmrx_check_equal(cmrx_fake_calls(serial, read), 4);
    send_frame(MEASUREMENT, 0, 1);
    cmrx_check_equal(next(0), 0);
}

CMRX_TEST(an_error_of_the_line_is_not_taken_for_bytes)
{
    cmrx_fake_answer(serial, read, SERIAL_DENIED);
    cmrx_fake_answer(serial, read, 0);
    start();
    cmrx_check_equal(cmrx_fake_calls(serial, read), 3);
    cmrx_check_equal(next(1000), SENSOR_NOTHING);
}
