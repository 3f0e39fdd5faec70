// test_stubs.c - what the stubs ask of the kernel, and make of its answers.
// links: lib/caller.c lib/control.c lib/event.c lib/interrupt.c lib/lent.c
// links: lib/mutex.c lib/mutex_wait.c lib/status.c lib/thread.c lib/time.c lib/wait.c

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <cmrx/cmrx.h>
#include <cmrx/mutex.h>

#include <string.h>

// ---- The kernel: answers in the order that a test has laid down

struct exchange {
    uint32_t word, a, b, c, d;
    struct cmrx_reply reply;
    volatile uint32_t *changed; // set to `value` meanwhile
    uint32_t value;
};

static const struct exchange *script;
static uint32_t script_length, script_at;

struct cmrx_reply cmrx_trap(uint32_t word, uint32_t a, uint32_t b, uint32_t c,
                            uint32_t d)
{
    assert_true(script_at < script_length);
    const struct exchange *e = &script[script_at++];
    assert_int_equal(word, e->word);
    assert_int_equal(a, e->a);
    assert_int_equal(b, e->b);
    assert_int_equal(c, e->c);
    assert_int_equal(d, e->d);
    if (e->changed != NULL)
        *e->changed = e->value;
    return e->reply;
}

uint32_t cmrx_stack_pointer(void)
{
    return 0x20000040;
}

#define EXPECT(...)                                                            \
    const struct exchange expected[] = { __VA_ARGS__ };                        \
    script = expected;                                                         \
    script_length = sizeof(expected) / sizeof(expected[0]);                    \
    script_at = 0

#define DONE()       assert_int_equal(script_at, script_length)

#define LOW(pointer) ((uint32_t)(uintptr_t)(pointer))

// ---- Words and events

static volatile uint32_t word;

static void a_deadline_travels_in_two_words(void **state)
{
    EXPECT({ CMRX_SYS_WAIT,
             LOW(&word),
             7,
             0x9abcdef0,
             0x12345678,
             { 0, 0, CMRX_TIMEOUT },
             NULL,
             0 },
           { CMRX_SYS_TIME, 0, 0, 0, 0, { 5, 1, CMRX_OK }, NULL, 0 });
    (void)state;
    assert_int_equal(cmrx_wait(&word, 7, 0x123456789abcdef0u), CMRX_TIMEOUT);
    assert_true(cmrx_time_now() == 0x100000005u);
    DONE();
}

static void a_sleeper_is_glad_that_nobody_came(void **state)
{
    EXPECT({ CMRX_SYS_WAIT, 0, 0, 9, 0, { 0, 0, CMRX_TIMEOUT }, NULL, 0 },
           { CMRX_SYS_WAIT, 0, 0, 9, 0, { 0, 0, CMRX_CANCELLED }, NULL, 0 });
    (void)state;
    assert_int_equal(cmrx_sleep_until(9), CMRX_OK);
    assert_int_equal(cmrx_sleep_until(9), CMRX_CANCELLED);
    DONE();
}

static void wake_gives_a_count_or_a_status(void **state)
{
    EXPECT({ CMRX_SYS_WAKE, LOW(&word), 3, 0, 0, { 2, 0, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_WAKE,
             LOW(&word),
             3,
             0,
             0,
             { 2, 0, CMRX_INVALID },
             NULL,
             0 });
    (void)state;
    assert_int_equal(cmrx_wake(&word, 3), 2);
    assert_int_equal(cmrx_wake(&word, 3), CMRX_INVALID);
    DONE();
}

static void an_event_that_is_set_is_taken_without_asking(void **state)
{
    script_length = script_at = 0;
    (void)state;
    word = 0x16;
    assert_int_equal(cmrx_event_take(&word, 0x0e, CMRX_FOREVER), 0x06);
    assert_int_equal(word, 0x10);
}

static void an_event_is_waited_for_while_other_bits_are_set(void **state)
{
    EXPECT({ CMRX_SYS_WAIT,
             LOW(&word),
             0x10,
             50,
             0,
             { 0, 0, CMRX_OK },
             &word,
             0x30 },
           { CMRX_SYS_WAIT,
             LOW(&word),
             0x30,
             50,
             0,
             { 0, 0, CMRX_CHANGED },
             &word,
             0x31 });
    (void)state;
    word = 0x10;
    assert_int_equal(cmrx_event_take(&word, 0x0f, 50), 0x01);
    assert_int_equal(word, 0x30);
    DONE();
}

static void a_bit_that_comes_with_the_deadline_is_not_lost(void **state)
{
    EXPECT({ CMRX_SYS_WAIT,
             LOW(&word),
             0,
             50,
             0,
             { 0, 0, CMRX_TIMEOUT },
             &word,
             1 },
           { CMRX_SYS_WAIT,
             LOW(&word),
             0,
             50,
             0,
             { 0, 0, CMRX_TIMEOUT },
             NULL,
             0 });
    (void)state;
    word = 0;
    assert_int_equal(cmrx_event_take(&word, 1, 50), 1);
    assert_int_equal(cmrx_event_take(&word, 1, 50), 0);
    DONE();
}

// ---- Mutex

#define OTHER 0x20000800u // in the stack of another thread

static struct cmrx_mutex mutex;

static void a_free_mutex_does_not_ask_the_kernel(void **state)
{
    script_length = script_at = 0;
    (void)state;
    mutex.word = 0;
    assert_int_equal(cmrx_mutex_lock(&mutex, 0), CMRX_OK);
    cmrx_mutex_unlock(&mutex);
    assert_int_equal(mutex.word, 0);
}

// Who has compiled the header without inlining, or has a pointer, finds them.
static void a_mutex_can_be_taken_through_a_pointer(void **state)
{
    enum cmrx_status (*volatile lock)(struct cmrx_mutex *, uint64_t) =
        cmrx_mutex_lock;
    void (*volatile unlock)(struct cmrx_mutex *) = cmrx_mutex_unlock;

    (void)state;
    mutex.word = 0;
    assert_int_equal(lock(&mutex, 0), CMRX_OK);
    assert_int_not_equal(mutex.word, 0);
    unlock(&mutex);
    assert_int_equal(mutex.word, 0);
}

static void a_taken_mutex_is_waited_for_and_passed_on(void **state)
{
    EXPECT({ CMRX_SYS_WAIT | CMRX_WAIT_OWNER,
             LOW(&mutex.word),
             OTHER,
             80,
             0,
             { 0, 0, CMRX_OK },
             &mutex.word,
             0 },
           { CMRX_SYS_WAKE,
             LOW(&mutex.word),
             1,
             0,
             0,
             { 0, 0, CMRX_OK },
             NULL,
             0 });
    (void)state;
    mutex.word = OTHER;
    assert_int_equal(cmrx_mutex_lock(&mutex, 80), CMRX_OK);
    cmrx_mutex_unlock(&mutex); // somebody else may still wait
    assert_int_equal(mutex.word, 0);
    DONE();
}

static void a_mutex_is_not_taken_after_a_cancelled_wait(void **state)
{
    EXPECT({ CMRX_SYS_WAIT | CMRX_WAIT_OWNER,
             LOW(&mutex.word),
             OTHER | 1,
             80,
             0,
             { 0, 0, CMRX_CANCELLED },
             NULL,
             0 });
    (void)state;
    mutex.word = OTHER | 1;
    assert_int_equal(cmrx_mutex_lock(&mutex, 80), CMRX_CANCELLED);
    assert_int_equal(mutex.word, OTHER | 1);
    DONE();
}

static void a_mutex_that_was_left_behind_is_taken_and_that_said_once(
    void **state)
{
    EXPECT({ CMRX_SYS_WAIT | CMRX_WAIT_OWNER,
             LOW(&mutex.word),
             OTHER,
             80,
             0,
             { 0, 0, CMRX_CHANGED },
             &mutex.word,
             1 },
           { CMRX_SYS_WAKE,
             LOW(&mutex.word),
             1,
             0,
             0,
             { 0, 0, CMRX_OK },
             NULL,
             0 });
    (void)state;
    mutex.word = OTHER;
    assert_int_equal(cmrx_mutex_lock(&mutex, 80), CMRX_OWNER_DEAD);
    assert_int_equal(mutex.word, cmrx_stack_pointer() | 1);
    cmrx_mutex_unlock(&mutex);
    assert_int_equal(cmrx_mutex_lock(&mutex, 80), CMRX_OK);
    assert_int_equal(mutex.word, cmrx_stack_pointer());
    DONE();
}

// ---- Control

static void a_thread_status_is_unpacked_and_its_stack_counted(void **state)
{
    struct cmrx_thread_status status;
    EXPECT(
        { CMRX_SYS_THREAD_STATUS,
          4,
          0,
          0,
          0,
          { 0x03021e02, 512, CMRX_OK },
          NULL,
          0 },
        { CMRX_SYS_THREAD_STATUS, 4, 1, 0, 0, { 128, 128, CMRX_OK }, NULL, 0 },
        { CMRX_SYS_THREAD_STATUS,
          4,
          1,
          128,
          0,
          { 60, 128, CMRX_OK },
          NULL,
          0 });
    (void)state;
    assert_int_equal(cmrx_thread_status(4, &status), CMRX_OK);
    assert_int_equal(status.state, CMRX_THREAD_WAITING);
    assert_int_equal(status.priority, 30);
    assert_int_equal(status.process, 2);
    assert_int_equal(status.depth, 3);
    assert_int_equal(status.stack_size, 512);
    assert_int_equal(status.stack_used, 512 - 188);
    DONE();
}

static void counting_a_stack_ends_whatever_the_kernel_says(void **state)
{
    struct cmrx_thread_status status;
    EXPECT({ CMRX_SYS_THREAD_STATUS, 4, 0, 0, 0, { 0, 256, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_THREAD_STATUS, 4, 1, 0, 0, { 0, 0, CMRX_OK }, NULL, 0 });
    (void)state;
    assert_int_equal(cmrx_thread_status(4, &status), CMRX_OK);
    assert_int_equal(status.stack_used, 256);
    DONE();
}

static void a_process_status_is_unpacked(void **state)
{
    struct cmrx_process_status status;
    EXPECT({ CMRX_SYS_PROCESS_STATUS,
             2,
             0,
             0,
             0,
             { 0x00050003, 4, CMRX_OK },
             NULL,
             0 },
           { CMRX_SYS_PROCESS_CONTROL,
             2,
             1,
             0,
             0,
             { 0, 0, CMRX_DENIED },
             NULL,
             0 },
           { CMRX_SYS_PROCESS_CONTROL, 2, 0, 0, 0, { 0, 0, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_SYSTEM_END, 1, 9, 0, 0, { 0, 0, CMRX_DENIED }, NULL, 0 },
           { CMRX_SYS_SYSTEM_END, 0, 0, 0, 0, { 0, 0, CMRX_DENIED }, NULL, 0 });
    (void)state;
    assert_int_equal(cmrx_process_status(2, &status), CMRX_OK);
    assert_int_equal(status.state, CMRX_PROCESS_RUNNING);
    assert_int_equal(status.generation, 5);
    assert_int_equal(status.faults, 4);
    assert_int_equal(cmrx_process_restart(2), CMRX_DENIED);
    assert_int_equal(cmrx_process_stop(2), CMRX_OK);
    assert_int_equal(cmrx_system_halt(9), CMRX_DENIED);
    assert_int_equal(cmrx_system_reset(), CMRX_DENIED);
    DONE();
}

static void a_join_writes_its_result_only_when_there_is_one(void **state)
{
    uint32_t result = 77;
    EXPECT(
        { CMRX_SYS_THREAD_JOIN, 1, 0, 3, 0, { 5, 0, CMRX_TIMEOUT }, NULL, 0 },
        { CMRX_SYS_THREAD_JOIN, 1, 0, 3, 0, { 5, 0, CMRX_OK }, NULL, 0 },
        { CMRX_SYS_THREAD_JOIN, 1, 0, 3, 0, { 5, 0, CMRX_OK }, NULL, 0 });
    (void)state;
    assert_int_equal(cmrx_thread_join(1, &result, 3), CMRX_TIMEOUT);
    assert_int_equal(result, 77);
    assert_int_equal(cmrx_thread_join(1, &result, 3), CMRX_OK);
    assert_int_equal(result, 5);
    assert_int_equal(cmrx_thread_join(1, NULL, 3), CMRX_OK);
    DONE();
}

static void only_a_yes_lets_a_server_touch(void **state)
{
    EXPECT({ CMRX_SYS_CALLER_MAY,
             LOW(&word),
             4,
             0,
             0,
             { 0, 0, CMRX_OK },
             NULL,
             0 },
           { CMRX_SYS_CALLER_MAY,
             LOW(&word),
             4,
             1,
             0,
             { 0, 0, CMRX_DENIED },
             NULL,
             0 },
           { CMRX_SYS_CALLER_MAY,
             LOW(&word),
             4,
             1,
             0,
             { 1, 0, CMRX_INVALID },
             NULL,
             0 },
           { CMRX_SYS_CALLER, 0, 0, 0, 0, { 3, 0, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_CALLER, 0, 0, 0, 0, { 3, 0, CMRX_BUSY }, NULL, 0 },
           { CMRX_SYS_CALLER, 0, 0, 0, 0, { 3, 0, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_CALLER, 0, 0, 0, 0, { 3, 1, CMRX_OK }, NULL, 0 },
           { CMRX_SYS_CALLER, 0, 0, 0, 0, { 3, 1, CMRX_INVALID }, NULL, 0 });
    (void)state;
    assert_true(cmrx_caller_may_read((const void *)&word, 4));
    assert_false(cmrx_caller_may_write((const void *)&word, 4));
    assert_false(cmrx_caller_may_write((const void *)&word, 4));
    assert_int_equal(cmrx_caller(), 3);
    assert_int_equal(cmrx_caller(), -1);
    assert_false(cmrx_caller_has_ended());
    assert_true(cmrx_caller_has_ended());
    assert_false(cmrx_caller_has_ended());
    DONE();
}

// ---- Lent objects

static void a_lent_object_ends_at_a_boundary_with_room_above(void **state)
{
    (void)state;
    for (uint32_t granule = 32; granule <= 1024; granule *= 2) {
        for (uint32_t size = 8; size <= 2048; size += 40) {
            uint32_t all = size + CMRX_LENT_ABOVE + granule;
            char *block = malloc(all + 64);

            for (char *memory = block; memory < block + 64; memory += 8) {
                memset(memory, 0xff, all);
                char *lent = cmrx_lent_place(memory, size, granule);
                char *boundary = lent + size;

                assert_true((uintptr_t)boundary % granule == 0);
                assert_true(lent >= memory);
                assert_true(boundary + CMRX_LENT_ABOVE <= memory + all);
                for (char *at = lent; at < boundary; at++)
                    assert_int_equal(*at, 0);
            }
            free(block);
        }
    }
}

static void each_status_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(cmrx_status_name(CMRX_OK), "OK");
    assert_string_equal(cmrx_status_name(CMRX_LOOP), "LOOP");
    assert_string_equal(cmrx_status_name(CMRX_OWNER_DEAD), "OWNER_DEAD");
    assert_string_equal(cmrx_status_name(CMRX_DIRTY), "DIRTY");
    assert_string_equal(cmrx_status_name(CMRX_DIRTY - 1), "?");
    assert_string_equal(cmrx_status_name(1), "?");
    for (int32_t a = CMRX_DIRTY; a < CMRX_OK; a++)
        assert_string_not_equal(cmrx_status_name(a), cmrx_status_name(a + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_travels_in_two_words),
        cmocka_unit_test(a_sleeper_is_glad_that_nobody_came),
        cmocka_unit_test(wake_gives_a_count_or_a_status),
        cmocka_unit_test(an_event_that_is_set_is_taken_without_asking),
        cmocka_unit_test(an_event_is_waited_for_while_other_bits_are_set),
        cmocka_unit_test(a_bit_that_comes_with_the_deadline_is_not_lost),
        cmocka_unit_test(a_free_mutex_does_not_ask_the_kernel),
        cmocka_unit_test(a_mutex_can_be_taken_through_a_pointer),
        cmocka_unit_test(a_taken_mutex_is_waited_for_and_passed_on),
        cmocka_unit_test(a_mutex_is_not_taken_after_a_cancelled_wait),
        cmocka_unit_test(
            a_mutex_that_was_left_behind_is_taken_and_that_said_once),
        cmocka_unit_test(a_thread_status_is_unpacked_and_its_stack_counted),
        cmocka_unit_test(counting_a_stack_ends_whatever_the_kernel_says),
        cmocka_unit_test(a_process_status_is_unpacked),
        cmocka_unit_test(a_join_writes_its_result_only_when_there_is_one),
        cmocka_unit_test(only_a_yes_lets_a_server_touch),
        cmocka_unit_test(a_lent_object_ends_at_a_boundary_with_room_above),
        cmocka_unit_test(each_status_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
