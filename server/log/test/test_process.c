// test_process.c - the log, as its writers and its reader see it.

#include "../log.h"

#include <cmrx/test.h>

CMRX_USE(struct log_writer, log_writer);
CMRX_USE(struct log_reader, log_reader);

static CMRX_SHARED struct log_record record;

static int32_t write(uint32_t who, uint32_t level, uint32_t a)
{
    int32_t result = 1;

    cmrx_test_as(who);
    cmrx_check_equal(cmrx_call(&result, log_writer, write, "number %u",
                               LOG_WHAT(level, "number %u"), a, ~a),
                     CMRX_OK);
    return result;
}

static int32_t read_for(uint32_t wait_us)
{
    int32_t result = INT32_MIN;

    cmrx_check_equal(cmrx_call(&result, log_reader, read, &record, wait_us),
                     CMRX_OK);
    return result;
}

CMRX_TEST(a_record_comes_as_it_was_written_and_says_by_whom_and_when)
{
    cmrx_test_start();
    cmrx_sleep_until(1234567);
    cmrx_check_equal(write(5, LOG_WARNING, 77), 0);
    cmrx_check_equal(write(6, LOG_ERROR, 78), 0);
    cmrx_sleep_until(2000000);
    cmrx_check_equal(read_for(0), 1);
    cmrx_check_equal(record.process, 5);
    cmrx_check_equal(record.level, LOG_WARNING);
    cmrx_check_equal(record.time, 1234567);
    cmrx_check_equal(record.sequence, 0);
    cmrx_check_equal(record.word[0], 77);
    cmrx_check_equal(record.word[1], ~77u);
    cmrx_check_equal(record.lost, 0);
    cmrx_check_equal(record.length, 9);
    cmrx_check(memcmp(record.text, "number %u", 9) == 0);
    cmrx_check_equal(read_for(0), 0);
    cmrx_check_equal(record.process, 6);
    cmrx_check_equal(record.sequence, 1);
    cmrx_check_equal(read_for(0), LOG_NOTHING);
}

CMRX_TEST(the_macro_writes_a_record)
{
    cmrx_test_start();
    cmrx_check_equal(LOG(LOG_INFO, "%d of %d", -1, 5), CMRX_OK);
    cmrx_check_equal(read_for(0), 0);
    cmrx_check_equal(record.level, LOG_INFO);
    cmrx_check_equal(record.word[0], UINT32_MAX);
    cmrx_check_equal(record.length, 8);
}

static int32_t write_what(const char *text, uint32_t what)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, log_writer, write, text, what, 0, 0),
                     CMRX_OK);
    return result;
}

CMRX_TEST(what_is_no_record_is_refused)
{
    static char mine[LOG_TEXT] = "mine";
    static const char longest[] = "12345678901234567890123";

    cmrx_test_start();
    cmrx_check_equal(write_what("x", LOG_LEVELS | 1 << 8), LOG_INVALID);
    cmrx_check_equal(write_what("x", LOG_ERROR), LOG_INVALID);
    cmrx_check_equal(write_what(longest, (LOG_TEXT + 1) << 8), LOG_INVALID);
    cmrx_check_equal(write_what(longest, UINT32_MAX & ~0xffu), LOG_INVALID);
    cmrx_check_equal(write_what(mine, 4 << 8), LOG_DENIED);
    cmrx_check_equal(write_what(NULL, 4 << 8), LOG_DENIED);
    cmrx_check_equal(read_for(0), LOG_NOTHING);
    cmrx_check_equal(write_what(longest, LOG_TEXT << 8), 0);
    cmrx_check_equal(read_for(0), 0);
    cmrx_check(memcmp(record.text, longest, LOG_TEXT) == 0);
}

CMRX_TEST(a_record_goes_only_where_the_reader_may_write)
{
    static struct log_record mine;
    int32_t result = 1;

    cmrx_test_start();
    write(1, LOG_INFO, 1);
    cmrx_call(&result, log_reader, read, &mine, 0);
    cmrx_check_equal(result, LOG_DENIED);
    cmrx_check_equal(read_for(0), 0); // it is still there
}

CMRX_TEST(what_there_is_no_room_for_is_lost_and_counted)
{
    cmrx_test_start();
    for (uint32_t n = 0; n < LOG_RECORDS; n++)
        cmrx_check_equal(write(n, LOG_DEBUG, n), 0);
    for (uint32_t n = 0; n < 5; n++)
        cmrx_check_equal(write(100, LOG_ERROR, n), LOG_DROPPED);
    cmrx_check_equal(read_for(0), LOG_RECORDS - 1);
    cmrx_check_equal(record.word[0], 0); // the oldest were kept
    cmrx_check_equal(write(100, LOG_INFO, 200), 0);
    cmrx_check_equal(write(100, LOG_INFO, 201), LOG_DROPPED);
    for (uint32_t n = 1; n < LOG_RECORDS; n++) {
        cmrx_check(read_for(0) >= 0);
        cmrx_check_equal(record.word[0], n);
        cmrx_check_equal(record.lost, 0);
    }
    cmrx_check_equal(read_for(0), 0);
    cmrx_check_equal(record.word[0], 200);
    cmrx_check_equal(record.lost, 5);
    cmrx_check_equal(read_for(0), 0); // behind the last one, too
    cmrx_check_equal(record.process, LOG_NOBODY);
    cmrx_check_equal(record.lost, 1);
    cmrx_check_equal(record.word[0], 1);
    cmrx_check_equal(read_for(0), LOG_NOTHING);
}

CMRX_TEST(who_floods_the_log_does_not_keep_others_out)
{
    cmrx_test_start();
    for (uint32_t n = 0; n < LOG_SHARE; n++)
        cmrx_check_equal(write(3, LOG_ERROR, n), 0);
    for (uint32_t n = 0; n < 70000; n++)
        cmrx_check_equal(write(3, LOG_ERROR, n), LOG_DROPPED);
    for (uint32_t n = 0; n < LOG_SHARE; n++)
        cmrx_check_equal(write(4, LOG_DEBUG, n), 0);
    for (uint32_t n = 0; n < LOG_SHARE; n++)
        cmrx_check(read_for(0) >= 0);
    cmrx_check_equal(record.process, 3);
    cmrx_check(read_for(0) >= 0);
    cmrx_check_equal(record.process, 4);
    cmrx_check_equal(record.lost, UINT16_MAX); // no more can be said
}

CMRX_TEST(what_nobody_wants_is_not_kept)
{
    int32_t before = 1;

    cmrx_test_start();
    cmrx_call(&before, log_reader, limit, LOG_WARNING);
    cmrx_check_equal(before, LOG_DEBUG);
    cmrx_check_equal(write(1, LOG_INFO, 1), 0);
    cmrx_check_equal(write(1, LOG_WARNING, 2), 0);
    cmrx_check_equal(read_for(0), 0);
    cmrx_check_equal(record.word[0], 2);
    cmrx_check_equal(record.lost, 0);
    cmrx_call(&before, log_reader, limit, LOG_LEVELS);
    cmrx_check_equal(before, LOG_INVALID);
    cmrx_call(&before, log_reader, limit, LOG_DEBUG);
    cmrx_check_equal(before, LOG_WARNING);
    cmrx_check_equal(write(1, LOG_DEBUG, 3), 0);
    cmrx_check_equal(read_for(0), 0);
}

// ---- Waiting

static int32_t waited;

static void visit_read(uintptr_t argument)
{
    (void)argument;
    waited = read_for(LOG_FOREVER);
}

CMRX_TEST(who_waits_for_a_record_gets_it)
{
    cmrx_test_start();
    struct host_thread *t = cmrx_test_thread("reader", visit_read, 0, 9);
    cmrx_check(!cmrx_test_has_ended(t));
    cmrx_check_equal(write(2, LOG_INFO, 9), 0);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(waited, 0);
    cmrx_check_equal(record.word[0], 9);
}

CMRX_TEST(waiting_ends_at_its_deadline_or_with_the_readers_process)
{
    int32_t result = 1;

    cmrx_test_start();
    uint64_t begin = cmrx_time_now();
    cmrx_check_equal(read_for(3333), LOG_NOTHING);
    cmrx_check_equal(cmrx_time_now() - begin, 3333);
    cmrx_call_until(cmrx_time_now() + 50, &result, log_reader, read, &record,
                    LOG_FOREVER);
    cmrx_check_equal(result, LOG_CANCELLED);
    struct host_thread *t = cmrx_test_thread("reader", visit_read, 0, 9);
    cmrx_test_cancel(t);
    cmrx_check(cmrx_test_has_ended(t));
    cmrx_check_equal(write(2, LOG_INFO, 9), 0);
    cmrx_check_equal(read_for(0), 0);
}
