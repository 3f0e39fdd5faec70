// test_serial.c - driver/serial_server.c, which is half of each UART's driver, with
// clients that mean well and others.

#include "uart_script.h"
#include "../../../driver/serial.h"

#include <cmrx/test.h>

#define RECEIVE_BYTES 64u // of the rings in serial_server.c
#define SEND_BYTES    128u

CMRX_USE(struct serial, serial);

static CMRX_SHARED uint8_t bytes[256];
static CMRX_SHARED uint8_t got[256];
static CMRX_SHARED struct serial_report report;
static int32_t result; // of the visitor

static void begin(void)
{
    uart_script = (struct uart_script){ .room = 0 };
    for (uint32_t n = 0; n < sizeof(bytes); n++)
        bytes[n] = (uint8_t)n;
    memset(got, 0xee, sizeof(got));
    result = 1;
    cmrx_test_start();
}

// `count` more bytes have come, counted through.
static void come(uint32_t count)
{
    for (uint32_t n = 0; n < count; n++, uart_script.come++)
        uart_script.in[uart_script.come] = (uint8_t)uart_script.come;
    cmrx_test_post(attention, 2);
}

static void has_room_for(uint32_t count)
{
    uart_script.room = count;
    cmrx_test_post(attention, 2);
}

static int32_t read(void *to, uint32_t size, uint32_t timeout_us)
{
    int32_t count = 1;

    cmrx_check_equal(cmrx_call(&count, serial, read, to, size, timeout_us),
                     CMRX_OK);
    return count;
}

static int32_t write(const void *from, uint32_t size)
{
    int32_t count = 1;

    cmrx_check_equal(cmrx_call(&count, serial, write, from, size), CMRX_OK);
    return count;
}

static void write_all(uintptr_t size)
{
    cmrx_call(&result, serial, write, bytes, (uint32_t)size);
}

static void read_for_ever(uintptr_t size)
{
    cmrx_test_as(2);
    cmrx_call(&result, serial, read, got, (uint32_t)size, SERIAL_FOREVER);
}

static void check_sent(uint32_t count)
{
    cmrx_check_equal(uart_script.sent, count);
    cmrx_check(memcmp(uart_script.out, bytes, count) == 0);
}

// ---- In

CMRX_TEST(what_has_come_is_read_and_no_more)
{
    begin();
    come(3);
    cmrx_check_equal(read(got, 2, 0), 2);
    cmrx_check_equal(read(got + 2, 100, 0), 1);
    cmrx_check(memcmp(got, bytes, 3) == 0 && got[3] == 0xee);
    cmrx_check_equal(read(got, 100, 0), 0);
}

CMRX_TEST(a_reader_waits_as_long_as_it_says)
{
    begin();
    uint64_t start = cmrx_time_now();
    cmrx_check_equal(read(got, 4, 5000), 0);
    cmrx_check_equal(cmrx_time_now() - start, 5000);
    cmrx_check_equal(read(got, 4, SERIAL_FOREVER - 1), 0);
    cmrx_check_equal(cmrx_time_now() - start,
                     5000 + (uint64_t)SERIAL_FOREVER - 1);
}

CMRX_TEST(what_has_no_place_stays_in_the_device_and_comes_when_there_is_one)
{
    begin();
    come(200);
    cmrx_check_equal(uart_script.taken, RECEIVE_BYTES);
    cmrx_check(!uart_script.receives);
    uint32_t count = 0;
    for (uint32_t n = 0; n < 30; n++)
        count += (uint32_t)read(got + count, 7, 0);
    cmrx_check_equal(count, 200);
    cmrx_check(uart_script.receives);
    cmrx_check(memcmp(got, bytes, 200) == 0);
    cmrx_check_equal(read(got, 1, 0), 0);
}

CMRX_TEST(what_was_lost_is_reported)
{
    begin();
    uart_script.damaged = 3;
    come(5);
    has_room_for(2);
    cmrx_check_equal(write(bytes, 2), 2);
    int32_t done = 1;
    cmrx_call(&done, serial, report, &report);
    cmrx_check_equal(done, 0);
    cmrx_check_equal(report.received, 5);
    cmrx_check_equal(report.sent, 2);
    cmrx_check_equal(report.lost, 3);
}

// ---- Out

CMRX_TEST(a_writer_waits_for_room_and_keeps_no_reader_out)
{
    begin();
    struct host_thread *t = cmrx_test_thread("writer", write_all, 256, 5);
    cmrx_check(!cmrx_test_has_ended(t) && uart_script.sends);
    come(1);
    cmrx_check_equal(read(got, 1, 0), 1);
    has_room_for(256 - SEND_BYTES);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(result, 256);
    has_room_for(256);
    check_sent(256);
    cmrx_check(!uart_script.sends);
}

CMRX_TEST(a_reader_that_waits_keeps_no_writer_out)
{
    begin();
    has_room_for(10);
    struct host_thread *t = cmrx_test_thread("reader", read_for_ever, 4, 5);
    cmrx_check_equal(write(bytes, 10), 10);
    check_sent(10);
    cmrx_check(!cmrx_test_has_ended(t));
    come(2);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(result, 2);
}

CMRX_TEST(drain_waits_until_the_device_has_all)
{
    int32_t done = 1;

    begin();
    cmrx_check_equal(write(bytes, 4), 4);
    uint64_t start = cmrx_time_now();
    cmrx_call(&done, serial, drain, 3000);
    cmrx_check_equal(done, SERIAL_TIMEOUT);
    cmrx_check_equal(cmrx_time_now() - start, 3000);
    has_room_for(4);
    cmrx_call(&done, serial, drain, 0);
    cmrx_check_equal(done, 0);
}

// ---- Clients that do not mean well

CMRX_TEST(what_is_not_the_clients_is_refused)
{
    static uint8_t own[8];
    int32_t done = 1;

    begin();
    come(8);
    has_room_for(8);
    cmrx_check_equal(read(own, 8, 0), SERIAL_DENIED);
    cmrx_check_equal(read(NULL, 8, 0), SERIAL_DENIED);
    cmrx_check_equal(read(got, UINT32_MAX, 0), SERIAL_DENIED);
    cmrx_check_equal(read(got, 1u << 20, 0), SERIAL_DENIED);
    cmrx_check_equal(read(got, 0, 0), SERIAL_DENIED);
    cmrx_check_equal(write(own, 8), SERIAL_DENIED);
    cmrx_check_equal(write(bytes, UINT32_MAX), SERIAL_DENIED);
    cmrx_check_equal(write(bytes, 1u << 31), SERIAL_DENIED);
    cmrx_call(&done, serial, report, (struct serial_report *)own);
    cmrx_check_equal(done, SERIAL_DENIED);
    cmrx_check_equal(uart_script.sent, 0);
    cmrx_check_equal(read(got, 8, 0), 8); // nothing was taken for them
}

CMRX_TEST(a_writer_that_ends_in_the_middle_leaves_the_line_to_others)
{
    begin();
    struct host_thread *t = cmrx_test_thread("writer", write_all, 256, 5);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    has_room_for(SEND_BYTES);
    check_sent(SEND_BYTES); // what was accepted
    has_room_for(3);
    cmrx_check_equal(write(bytes, 3), 3);
    cmrx_check_equal(uart_script.sent, SEND_BYTES + 3);
}

CMRX_TEST(a_reader_that_ends_while_it_waits_takes_nothing)
{
    begin();
    struct host_thread *t = cmrx_test_thread("reader", read_for_ever, 4, 5);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    come(4);
    cmrx_check_equal(read(got, 4, 0), 4);
    cmrx_check(memcmp(got, bytes, 4) == 0);
}
