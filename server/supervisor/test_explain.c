// test_explain.c - a fault record in words.
// links: server/supervisor/explain.c lib/info_find.c lib/format.c

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "explain.h"
#include "supervisor.h"

#include <cmrx/control.h>
#include <cmrx/info_find.h>

#include <string.h>

// ---- A description: two processes, logger and sensor

static struct {
    struct cmrx_info info;
    struct cmrx_info_process processes[2];
    struct cmrx_info_thread threads[2];
    struct cmrx_info_service services[2];
    struct cmrx_info_range ranges[6];
    struct cmrx_info_function functions[3];
    struct cmrx_info_line lines[4];
    uint16_t imports[1];
    char strings[512];
} d;

static uint32_t strings_used;

#define OFFSET(member) ((uint32_t)((char *)&d.member - (char *)&d))

static uint32_t string(const char *text)
{
    uint32_t offset = OFFSET(strings) + strings_used;

    strcpy(d.strings + strings_used, text);
    strings_used += (uint32_t)strlen(text) + 1;
    return offset;
}

static void describe_processes(void)
{
    d.processes[0] = (struct cmrx_info_process){
        string("logger"),
        0,
        1,
        1,
        1,
        OFFSET(imports),
        0x4000,
        OFFSET(functions[2]),
        OFFSET(lines[3]),
        1,
    };
    d.processes[1] = (struct cmrx_info_process){
        string("sensor"), 1, 1, 0, 2, 0, 0x5000, OFFSET(functions[0]),
        OFFSET(lines[0]), 3,
    };
    d.threads[0] = (struct cmrx_info_thread){ string("follow"), 0, 6 };
    d.threads[1] = (struct cmrx_info_thread){ string("receive"), 1, 12 };
    d.services[0] =
        (struct cmrx_info_service){ string("console"), string("struct console"),
                                    0, 0, 0 };
    d.services[1] =
        (struct cmrx_info_service){ string("sensor"), string("struct sensor"),
                                    1, 0, 0 };
    d.imports[0] = 1;
}

static void describe_code(void)
{
    uint32_t file = string("frame_sensor.c");

    d.functions[0] =
        (struct cmrx_info_function){ 0, string("calibrate"), file };
    d.functions[1] = (struct cmrx_info_function){ 0x20, string("memcpy"), 0 };
    d.functions[2] = (struct cmrx_info_function){ 0, string("cmrx_body_follow"),
                                                  string("logger.c") };
    d.lines[0] = (struct cmrx_info_line){ 0, 68 };
    d.lines[1] = (struct cmrx_info_line){ 4, 70 };
    d.lines[2] = (struct cmrx_info_line){ 16, 0 };
    d.lines[3] = (struct cmrx_info_line){ 0, 56 };
    d.ranges[0] =
        (struct cmrx_info_range){ 0x4000, 0x1000, string("code of"), 0, 0 };
    d.ranges[1] =
        (struct cmrx_info_range){ 0x5000, 0x1000, string("code of"), 1, 0 };
    d.ranges[2] =
        (struct cmrx_info_range){ 0x20000000, 0x1000,
                                  string("data of the kernel"), 0xffff, 0 };
    d.ranges[3] =
        (struct cmrx_info_range){ 0x20001000, 0x100, string("data of"), 0, 0 };
    d.ranges[4] =
        (struct cmrx_info_range){ 0x20001100, 0x100, string("data of"), 1, 0 };
    d.ranges[5] =
        (struct cmrx_info_range){ 0x0, 0x4000, string("code of the kernel"),
                                  0xffff, 0 };
}

static int describe(void **state)
{
    (void)state;
    memset(&d, 0, sizeof(d));
    strings_used = 0;
    describe_processes();
    describe_code();
    d.info = (struct cmrx_info){
        CMRX_INFO_MAGIC,
        sizeof(d),
        0,
        0,
        0,
        2,
        2,
        2,
        6,
        OFFSET(processes),
        OFFSET(threads),
        OFFSET(services),
        OFFSET(ranges),
    };
    return 0;
}

static struct cmrx_fault planted(void)
{
    return (struct cmrx_fault){
        .kind = CMRX_FAULT_ACCESS,
        .flags = CMRX_FAULT_HAS_ADDRESS | CMRX_FAULT_HAS_FRAME,
        .process = 1,
        .thread = 0,
        .generation = 2,
        .depth = 1,
        .levels = 1,
        .sequence = 3,
        .address = 0x20001008,
        .pc = 0x500a,
        .time = 12345678,
        .chain = { { 0x4011, 0 } },
    };
}

static void assert_lines(const struct cmrx_fault *fault, unsigned count,
                         const char *const *expected)
{
    char line[120];

    for (unsigned n = 0; n < count; n++) {
        assert_true(explain_line(&d.info, fault, n, line, sizeof(line)));
        assert_string_equal(line, expected[n]);
    }
    assert_false(explain_line(&d.info, fault, count, line, sizeof(line)));
}

// ---- Explanations

static void the_story_is_told(void **state)
{
    static const char *const expected[] = {
        "sensor faulted: it touched memory that is not its own",
        "  in calibrate(), frame_sensor.c:70, thread logger.follow",
        "  at address 0x20001008, byte 8 of data of logger",
        "  called by logger in follow(), logger.c:56",
        "  fault 3, at 12.345 s, generation 2 of sensor",
    };
    struct cmrx_fault fault = planted();
    (void)state;
    assert_lines(&fault, 5, expected);
}

static void a_jump_is_told_from_where_it_came(void **state)
{
    static const char *const expected[] = {
        "sensor faulted: it jumped to where it may not execute",
        "  in calibrate(), frame_sensor.c:68, thread sensor.receive",
        "  at address 0x20001100, byte 0 of data of sensor",
        "  fault 3, at 12.345 s, generation 2 of sensor; 4 after it were not "
        "kept",
    };
    struct cmrx_fault fault = planted();
    (void)state;
    fault.kind = CMRX_FAULT_EXECUTE;
    fault.flags = CMRX_FAULT_HAS_FRAME;
    fault.pc = 0x20001100;
    fault.lr = 0x5005;
    fault.thread = 1;
    fault.levels = 0;
    fault.lost = 4;
    assert_lines(&fault, 4, expected);
}

static void null_and_nobody_are_named(void **state)
{
    static const struct {
        uint32_t address;
        const char *expected;
    } rows[] = {
        { 0, "  at address 0x00000000, which is NULL or near it" },
        { 0xff, "  at address 0x000000ff, which is NULL or near it" },
        { 0x100, "  at address 0x00000100, byte 256 of code of the kernel" },
        { 0x20000010,
          "  at address 0x20000010, byte 16 of data of the kernel" },
        { 0x60000000, "  at address 0x60000000, where nothing is" },
    };
    struct cmrx_fault fault = planted();
    char line[120];
    (void)state;
    for (unsigned n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
        fault.address = rows[n].address;
        assert_true(explain_line(&d.info, &fault, 2, line, sizeof(line)));
        assert_string_equal(line, rows[n].expected);
    }
}

static void code_without_lines_is_told_by_offset(void **state)
{
    struct cmrx_fault fault = planted();
    char line[120];
    (void)state;
    fault.pc = 0x5024;
    assert_true(explain_line(&d.info, &fault, 1, line, sizeof(line)));
    assert_string_equal(line, "  in memcpy() + 4, thread logger.follow");
    fault.pc = 0x4000; // the code of another
    assert_true(explain_line(&d.info, &fault, 1, line, sizeof(line)));
    assert_string_equal(
        line, "  at 0x00004000, which is not its code, thread logger.follow");
}

static void what_is_not_known_is_not_told(void **state)
{
    static const char *const expected[] = {
        "sensor faulted: it ran out of stack",
        "  it is not known where, thread logger.follow",
        "  called by logger in follow(), logger.c:56",
        "  fault 3, at 12.345 s, generation 2 of sensor",
    };
    struct cmrx_fault fault = planted();
    (void)state;
    fault.kind = CMRX_FAULT_STACK;
    fault.flags = 0;
    assert_lines(&fault, 4, expected);
}

// The same record, of one that has ended: nothing is said of its threads.
static void assert_ended_is_told(struct cmrx_fault fault)
{
    static const char *const expected[] = {
        "sensor has ended: it has no thread left",
        "  at 12.345 s, generation 2 of sensor",
    };
    fault.kind = SUPERVISOR_ENDED;
    assert_lines(&fault, 2, expected);
}

static void missed_heartbeat_has_neither_place_nor_number(void **state)
{
    static const char *const expected[] = {
        "sensor missed its heartbeat",
        "  at 12.345 s, generation 2 of sensor",
    };
    struct cmrx_fault fault = planted();
    (void)state;
    fault.kind = SUPERVISOR_MISSED;
    fault.levels = 0; // of none of its threads
    assert_lines(&fault, 2, expected);
    assert_ended_is_told(fault);
}

static void missed_heartbeat_says_what_its_threads_did(void **state)
{
    static const char *const expected[] = {
        "sensor missed its heartbeat",
        "  thread sensor.receive was queued, in logger",
        "  thread sensor.? has ended",
        "  at 12.345 s, generation 2 of sensor",
    };
    struct cmrx_fault fault = planted();
    (void)state;
    fault.kind = SUPERVISOR_MISSED;
    fault.thread = 1;
    fault.levels = 2;
    fault.r[0] = SUPERVISOR_THREAD(CMRX_THREAD_QUEUED, 0);
    fault.r[1] = SUPERVISOR_THREAD(CMRX_THREAD_DORMANT, 1);
    assert_lines(&fault, 4, expected);
    assert_ended_is_told(fault);
}

static void watchdog_is_no_panic(void **state)
{
    static const char *const expected[] = {
        "the watchdog was not kicked: the system was reset",
    };
    struct cmrx_fault fault = { .kind = CMRX_FAULT_PANIC,
                                .flags = CMRX_FAULT_HAS_ADDRESS,
                                .process = 255,
                                .thread = 255,
                                .address = CMRX_PANIC_WATCHDOG };
    (void)state;
    assert_lines(&fault, 1, expected);
}

// The record may be what a warm reset has left: any bytes.
static void any_record_is_told_without_harm(void **state)
{
    (void)state;
    srand(1);
    for (unsigned round = 0; round < 3000; round++) {
        struct cmrx_fault fault;
        char *line = malloc(40);
        uint32_t n = 0;

        for (size_t i = 0; i < sizeof(fault); i++)
            ((uint8_t *)&fault)[i] = (uint8_t)rand();
        while (explain_line(&d.info, &fault, n, line, 40))
            n++;
        if (fault.kind == SUPERVISOR_MISSED || fault.kind == SUPERVISOR_ENDED)
            assert_in_range(n, 2, 2 + SUPERVISOR_THREADS);
        else
            assert_in_range(n, 3, CMRX_FAULT_CHAIN + 4);
        free(line);
    }
}

// ---- Looking things up

static void names_and_rights_are_found(void **state)
{
    (void)state;
    assert_int_equal(cmrx_info_process_find(&d.info, "sensor"), 1);
    assert_int_equal(cmrx_info_process_find(&d.info, "senso"), CMRX_INFO_NONE);
    assert_string_equal(cmrx_info_process_name(&d.info, 2), "?");
    assert_true(cmrx_info_may_call(&d.info, 0, 1));
    assert_false(cmrx_info_may_call(&d.info, 0, 0));
    assert_false(cmrx_info_may_call(&d.info, 1, 1));
    assert_false(cmrx_info_may_call(&d.info, 9, 1));
    assert_int_equal(cmrx_info_import(&d.info, 0, 0), 1);
    assert_int_equal(cmrx_info_import(&d.info, 0, 1), CMRX_INFO_NONE);
    assert_null(cmrx_info_thread_at(&d.info, 2));
    assert_null(cmrx_info_service_at(&d.info, CMRX_INFO_NONE));
    assert_string_equal(cmrx_info_string(&d.info, sizeof(d)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_is_told),
        cmocka_unit_test(a_jump_is_told_from_where_it_came),
        cmocka_unit_test(null_and_nobody_are_named),
        cmocka_unit_test(code_without_lines_is_told_by_offset),
        cmocka_unit_test(what_is_not_known_is_not_told),
        cmocka_unit_test(missed_heartbeat_has_neither_place_nor_number),
        cmocka_unit_test(missed_heartbeat_says_what_its_threads_did),
        cmocka_unit_test(watchdog_is_no_panic),
        cmocka_unit_test(any_record_is_told_without_harm),
        cmocka_unit_test(names_and_rights_are_found),
    };
    return cmocka_run_group_tests(tests, describe, NULL);
}
