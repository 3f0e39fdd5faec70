// test_syscall.c - the door: any number, any argument, any stack pointer.

#include "scene.h"

static void numbers_past_the_table_are_refused(void **state)
{
    (void)state;
    scene_begin();
    for (uint32_t number = CMRX_SYS_COUNT; number < 256; number++) {
        user_trap(number | 0xabcd00u, 0, 0, 0, 0);
        assert_runs(APP_MAIN);
        assert_status(APP_MAIN, CMRX_INVALID);
    }
}

static void stack_pointer_outside_of_the_stack_is_a_fault(void **state)
{
    (void)state;
    scene_plan();
    plan.processes[APP].policy = POLICY_STOP;
    scene_start();
    uint32_t low = system_stack(APP_MAIN), high = low + 1024;
    const uint32_t pointers[] = {
        high,
        high - 24,
        high - 28,
        high + 8,
        low - 8,
        low - 32,
        low + 4,
        low + 1,
        0,
        8,
        0xfffffff8u,
        0xffffffe0u,
        system_word(APP, 0),
        system_stack(APP_LOW) + 512,
        system_word(SERVER, 0),
    };
    for (unsigned i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        assert_runs(APP_MAIN);
        running->context.sp = pointers[i];
        assert_int_equal(fake_syscall(), FAKE_RESUMED);
        assert_int_equal(processes[APP].faults, i + 1);
        assert_int_equal(processes[APP].state, CMRX_PROCESS_STOPPED);
        boss_restarts(APP);
    }
}

static void stack_pointer_in_the_callers_part_is_a_fault(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    running->context.sp = (running->low + running->slice) - 24;
    assert_int_equal(fake_syscall(), FAKE_RESUMED);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(processes[APP].faults, 0);
    assert_status(APP_MAIN, CMRX_DEAD);
}

static void whole_stack_can_be_used(void **state)
{
    (void)state;
    scene_begin();
    running->context.sp = system_stack(APP_MAIN);
    user_yield();
    assert_status(APP_MAIN, CMRX_OK);
    running->context.sp = system_stack(APP_MAIN) + 1024 - PORT_FRAME_BYTES;
    user_yield();
    assert_status(APP_MAIN, CMRX_OK);
}

static void all_control_needs_a_right(void **state)
{
    static const uint32_t numbers[] = {
        CMRX_SYS_PROCESS_CONTROL, CMRX_SYS_PROCESS_STATUS,
        CMRX_SYS_THREAD_STATUS,   CMRX_SYS_FAULT_READ,
        CMRX_SYS_SYSTEM_END,
    };

    (void)state;
    scene_begin();
    for (unsigned i = 0; i < 5; i++)
        for (uint32_t a = 0; a < 3; a++) {
            user_trap(numbers[i], a, a, 0, 0);
            assert_runs(APP_MAIN);
            assert_status(APP_MAIN, CMRX_DENIED);
        }
}

// Each right opens what it is for, and nothing else.
static void rights_are_apart(void **state)
{
    static const struct {
        uint32_t number, right;
    } rows[] = {
        { CMRX_SYS_PROCESS_CONTROL, RIGHT_CONTROL },
        { CMRX_SYS_PROCESS_STATUS, RIGHT_INSPECT },
        { CMRX_SYS_THREAD_STATUS, RIGHT_INSPECT },
        { CMRX_SYS_FAULT_READ, RIGHT_INSPECT },
        { CMRX_SYS_SYSTEM_END, RIGHT_POWER },
    };
    uint32_t right = 1u << (uintptr_t)*state;

    scene_plan();
    plan.processes[APP].rights = right;
    scene_start();
    for (unsigned i = 0; i < 5; i++) {
        user_trap(rows[i].number, UINT32_MAX, 0, 0, 0);
        assert_status(APP_MAIN,
                      rows[i].right == right ? CMRX_INVALID : CMRX_DENIED);
    }
}

static void system_can_be_halted(void **state)
{
    (void)state;
    scene_begin();
    boss_wakes();
    struct port_frame *frame = user_frame(BOSS_MAIN);
    *frame =
        (struct port_frame){ .r = { 1, 0xf2 }, .word = CMRX_SYS_SYSTEM_END };
    assert_int_equal(fake_syscall(), FAKE_HALTED);
    assert_int_equal(fake.halt_result, 0xf2);
}

static void halt_takes_a_result_of_8_bits(void **state)
{
    static const uint32_t refused[][2] = {
        { 1, 256 }, { 1, UINT32_MAX }, { 0, 256 }, { 2, 0 }, { UINT32_MAX, 0 },
    };

    (void)state;
    scene_begin();
    boss_wakes();
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        user_trap(CMRX_SYS_SYSTEM_END, refused[i][0], refused[i][1], 0, 0);
        assert_status(BOSS_MAIN, CMRX_INVALID);
    }
    *user_frame(BOSS_MAIN) =
        (struct port_frame){ .r = { 1, 255 }, .word = CMRX_SYS_SYSTEM_END };
    assert_int_equal(fake_syscall(), FAKE_HALTED);
    assert_int_equal(fake.halt_result, 255);
}

static void system_can_be_reset(void **state)
{
    (void)state;
    scene_begin();
    boss_wakes();
    struct port_frame *frame = user_frame(BOSS_MAIN);
    *frame = (struct port_frame){ .r = { 0, 0 }, .word = CMRX_SYS_SYSTEM_END };
    assert_int_equal(fake_syscall(), FAKE_WAS_RESET);
}

// ---- What is known of a thread

static void thread_status_tells_where_it_is(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    boss_wakes();
    user_trap(CMRX_SYS_THREAD_STATUS, APP_MAIN, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low,
                     CMRX_THREAD_READY | 3 << 8 | SERVER << 16 | 2 << 24);
    assert_int_equal(user_reply(BOSS_MAIN).high, 1024);
    user_trap(CMRX_SYS_THREAD_STATUS, APP_EXTRA, 0, 0, 0);
    assert_int_equal(user_reply(BOSS_MAIN).low, CMRX_THREAD_DORMANT);
    user_trap(CMRX_SYS_THREAD_STATUS, IDLE_MAIN + 1, 0, 0, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
    user_trap(CMRX_SYS_THREAD_STATUS, APP_MAIN, 2, 0, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
}

static uint32_t untouched(uint32_t offset, uint32_t *looked)
{
    user_trap(CMRX_SYS_THREAD_STATUS, APP_LOW, 1, offset, 0);
    assert_status(BOSS_MAIN, CMRX_OK);
    *looked = user_reply(BOSS_MAIN).high;
    return user_reply(BOSS_MAIN).low;
}

static void unused_stack_is_counted_in_pieces(void **state)
{
    uint32_t looked;

    (void)state;
    scene_begin();
    boss_wakes();
    *system_at(system_stack(APP_LOW) + 300) = 1;
    assert_int_equal(untouched(0, &looked), 64);
    assert_int_equal(looked, 64);
    assert_int_equal(untouched(128, &looked), 64);
    assert_int_equal(untouched(256, &looked), 44);
    assert_int_equal(looked, 64);
    assert_int_equal(untouched(300, &looked), 0);
    *system_at(system_stack(APP_LOW) + 1020) = 0;
    assert_int_equal(untouched(1020, &looked), 4);
    assert_int_equal(looked, 4);
    user_trap(CMRX_SYS_THREAD_STATUS, APP_LOW, 1, 1024, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
    user_trap(CMRX_SYS_THREAD_STATUS, APP_LOW, 1, 2, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
    user_trap(CMRX_SYS_THREAD_STATUS, APP_LOW, 1, 0xfffffffcu, 0);
    assert_status(BOSS_MAIN, CMRX_INVALID);
}

// A callee leaves zeros, but it had the use of them.
static void stack_given_to_a_callee_counts_as_used(void **state)
{
    uint32_t looked;

    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 500;
    scene_start();
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_SERVER, 0);
    uint32_t used =
        (uint32_t)(running->low + running->slice) - 544 - system_stack(APP_LOW);
    user_return(0, 0);
    boss_wakes();
    assert_int_equal(untouched(used / 64 * 64, &looked), used % 64);
    assert_int_equal(untouched(used, &looked), 0);
    user_control(APP, true); // all is new after a restart
    assert_int_equal(untouched(used, &looked), 64);
}

static void most_that_was_given_counts(void **state)
{
    uint32_t looked;

    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 500;
    scene_start();
    user_wait(0, 0, FOREVER);
    assert_runs(APP_LOW);
    user_call(TO_OPEN, 0); // which needs less
    user_return(0, 0);
    user_call(TO_SERVER, 0);
    uint32_t used =
        (uint32_t)(running->low + running->slice) - 544 - system_stack(APP_LOW);
    user_return(0, 0);
    user_call(TO_OPEN, 0);
    user_return(0, 0);
    boss_wakes();
    assert_int_equal(untouched(used, &looked), 0);
}

#define RIGHTS(n)                                                              \
    {                                                                          \
        "rights_are_apart " #n, rights_are_apart, NULL, NULL, (void *)n##u     \
    }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(numbers_past_the_table_are_refused),
    cmocka_unit_test(stack_pointer_outside_of_the_stack_is_a_fault),
    cmocka_unit_test(stack_pointer_in_the_callers_part_is_a_fault),
    cmocka_unit_test(whole_stack_can_be_used),
    cmocka_unit_test(all_control_needs_a_right),
    RIGHTS(0),
    RIGHTS(1),
    RIGHTS(2),
    cmocka_unit_test(system_can_be_halted),
    cmocka_unit_test(halt_takes_a_result_of_8_bits),
    cmocka_unit_test(system_can_be_reset),
    cmocka_unit_test(thread_status_tells_where_it_is),
    cmocka_unit_test(unused_stack_is_counted_in_pieces),
    cmocka_unit_test(stack_given_to_a_callee_counts_as_used),
    cmocka_unit_test(most_that_was_given_counts),
};

GROUP_MAIN(tests)
