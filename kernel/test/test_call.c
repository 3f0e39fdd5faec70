// test_call.c - a thread goes into another process, and comes back.

#include "scene.h"

// As if user code had moved its stack pointer there.
static void sp_set(uint32_t sp)
{
    running->context.sp = sp;
}

static void lend(uint32_t bytes)
{
    running->context.kept[0] = bytes;
}

static void call_lending(unsigned import, uint32_t bytes)
{
    lend(bytes);
    user_trap(CMRX_SYS_CALL | import << 8, 11, 12, 13, 14);
}

// ---- In

static void method_begins_with_its_object_and_arguments(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 2);
    const struct port_frame *frame = user_frame(APP_MAIN);
    assert_int_equal(frame->r[0], system_self(TO_SERVER));
    assert_int_equal(frame->r[1], 11);
    assert_int_equal(frame->r[2], 12);
    assert_int_equal(frame->r[3], 13);
    assert_int_equal(((const uint32_t *)(frame + 1))[0], 14);
    assert_int_equal(frame->pc, system_method(TO_SERVER, 2));
    assert_int_equal(frame->lr, system_return_gate(SERVER));
    assert_inside(APP_MAIN, SERVER);
    assert_runs(APP_MAIN);
}

static void nothing_of_the_callers_registers_is_seen(void **state)
{
    (void)state;
    scene_begin();
    for (unsigned i = 1; i < FAKE_KEPT; i++)
        running->context.kept[i] = 0x5ec7e700u + i;
    user_frame(APP_MAIN)->psr = 0x5ec7e7;
    user_call(TO_SERVER, 0);
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        assert_int_equal(running->context.kept[i], 0);
    assert_int_equal(user_frame(APP_MAIN)->psr, 0);
    assert_int_equal(user_frame(APP_MAIN)->word, 0);
}

static void stack_of_the_caller_is_out_of_reach(void **state)
{
    (void)state;
    scene_begin();
    uint32_t sp = (uint32_t)running->context.sp;
    uint32_t top = system_stack(APP_MAIN) + 1024;
    assert_true(fake_may(top - 4, 4, true));
    user_call(TO_SERVER, 0);
    for (uint32_t at = sp - 32; at < top; at++)
        assert_false(fake_may(at, 1, false));
    assert_true(fake_may(sp - 32 - 1, 1, true));
    assert_true(fake_may(system_stack(APP_MAIN), 4, true));
    user_return(0, 0);
    assert_true(fake_may(top - 4, 4, true));
}

static void cut_is_at_a_granule(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_MAIN].granule = 128;
    scene_start();
    sp_set(system_stack(APP_MAIN) + 1024 - 96);
    user_call(TO_SERVER, 0);
    assert_int_equal((running->low + running->slice),
                     system_stack(APP_MAIN) + 1024 - 128);
    sp_set(system_stack(APP_MAIN) + 1024 - 128 - 104);
    user_call(TO_MIDDLE, 0);
    assert_int_equal((running->low + running->slice),
                     system_stack(APP_MAIN) + 1024 - 384);
    user_return(0, 0);
    assert_int_equal((running->low + running->slice),
                     system_stack(APP_MAIN) + 1024 - 128);
}

static void callee_touches_its_own_and_what_is_lent(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    assert_true(fake_may(system_word(SERVER, 0), SYSTEM_MEMORY, true));
    assert_true(fake_may(system_word(MIDDLE, SYSTEM_SHARED), 128, true));
    assert_true(fake_may(system_word(APP, SYSTEM_SHARED), 128, true));
    assert_false(fake_may(system_word(MIDDLE, 0), 4, false));
    assert_false(fake_may(system_word(APP, 0), 4, false));
    assert_false(fake_may(system_code(APP), 4, false));
    assert_true(fake_may(system_public(), 4, false));
    assert_false(fake_may(system_public(), 4, true));
    user_return(0, 0);
    assert_false(fake_may(system_word(SERVER, SYSTEM_SHARED), 4, false));
    assert_true(fake_may(system_word(MIDDLE, 0), 4, true));
    user_return(0, 0);
    assert_false(fake_may(system_word(MIDDLE, SYSTEM_SHARED), 4, false));
}

static void lent_bytes_are_below_the_cut(void **state)
{
    (void)state;
    scene_begin();
    call_lending(TO_SERVER, 64);
    assert_status(APP_MAIN, 12); // r2: it is in, with an argument there
    assert_inside(APP_MAIN, SERVER);
    assert_int_equal(running->context.sp,
                     (running->low + running->slice) - 64 - 8 - 32);
}

// ---- Not in

static void method_past_the_table_is_refused(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 3);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_call(TO_SERVER, 0xffff);
    assert_status(APP_MAIN, CMRX_INVALID);
    assert_inside(APP_MAIN, APP);
}

static void import_past_the_table_is_refused(void **state)
{
    (void)state;
    scene_begin();
    user_call(4, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_call(255, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    assert_inside(APP_MAIN, APP);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_MAIN].depth = 2;
    scene_start();
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    user_call(TO_OPEN, 0);
    assert_status(APP_MAIN, CMRX_LIMIT);
    assert_int_equal(running->depth, 2);
}

static void stopped_callee_is_closed(void **state)
{
    (void)state;
    scene_begin();
    boss_stops(SERVER);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
    user_call(TO_OPEN, 0);
    assert_status(APP_MAIN, CMRX_CLOSED);
}

static void restarted_callee_is_stale_once(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_return(0, 0);
    boss_restarts(SERVER);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_STALE);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void first_call_is_never_stale(void **state)
{
    (void)state;
    scene_begin();
    boss_restarts(SERVER);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void restarted_caller_remembers_nothing(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_return(0, 0);
    boss_restarts(SERVER);
    boss_restarts(APP);
    user_call(TO_SERVER, 0);
    assert_inside(APP_MAIN, SERVER);
}

static void who_is_in_the_monitor_is_not_let_in_again(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    assert_status(APP_MAIN, CMRX_LOOP);
    assert_inside(APP_MAIN, MIDDLE);
    user_call(TO_OPEN, 0);
    assert_inside(APP_MAIN, SERVER);
    assert_int_equal(running->depth, 3);
}

// ---- Room on the stack

// With so many bytes between the lowest byte of the stack and the cut.
static int32_t call_with_room(uint32_t bytes, uint32_t lent)
{
    sp_set(system_stack(APP_MAIN) + bytes + 32);
    call_lending(TO_SERVER, lent);
    return running->depth > 0 ? CMRX_OK : user_reply(APP_MAIN).status;
}

static void need_of_the_method_is_kept(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 128 - PORT_CALL_BYTES;
    scene_start();
    assert_int_equal(call_with_room(96, 0), CMRX_NO_STACK);
    assert_int_equal(call_with_room(128, 0), CMRX_OK);
}

static void need_is_on_top_of_what_is_lent(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 64 - PORT_CALL_BYTES;
    scene_start();
    assert_int_equal(call_with_room(128, 72), CMRX_NO_STACK);
    assert_int_equal(call_with_room(128, 64), CMRX_OK);
    assert_int_equal(running->context.sp,
                     system_stack(APP_MAIN) + 64 - PORT_CALL_BYTES);
}

static void stack_that_is_all_used_is_refused(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 0;
    scene_start();
    for (uint32_t used = 0; used < 48; used += 8) {
        sp_set(system_stack(APP_MAIN) + used);
        user_call(TO_SERVER, 0);
        assert_status(APP_MAIN, CMRX_NO_STACK);
    }
}

static void lent_that_makes_no_sense_is_refused(void **state)
{
    static const struct {
        uint32_t bytes;
        int32_t status;
    } rows[] = {
        { 4, CMRX_INVALID },        { 65, CMRX_INVALID },
        { 0x10000, CMRX_NO_STACK }, { 0xfffffff8u, CMRX_NO_STACK },
        { 0xfff8u, CMRX_NO_STACK }, { 1024, CMRX_NO_STACK },
        { 960, CMRX_NO_STACK },     { 896, CMRX_NO_STACK },
    };

    (void)state;
    scene_begin();
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        call_lending(TO_SERVER, rows[i].bytes);
        assert_status(APP_MAIN, rows[i].status);
        assert_inside(APP_MAIN, APP);
    }
}

// ---- Back

static void result_comes_back_beside_the_status(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_return(0xfffffffeu, 7); // looks like a status, and is none
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 0xfffffffeu);
    assert_int_equal(user_reply(APP_MAIN).high, 7);
    assert_int_equal(user_frame(APP_MAIN)->r[3], 14); // its own, as it was
    assert_inside(APP_MAIN, APP);
}

static void caller_finds_its_registers_as_they_were(void **state)
{
    (void)state;
    scene_begin();
    for (unsigned i = 1; i < FAKE_KEPT; i++)
        running->context.kept[i] = 100 + i;
    user_frame(APP_MAIN)->pc = 0x1234;
    uintptr_t sp = running->context.sp;
    user_call(TO_SERVER, 0);
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        running->context.kept[i] = 0xbad;
    sp_set(system_stack(APP_MAIN) + 64);
    user_return(0, 0);
    for (unsigned i = 1; i < FAKE_KEPT; i++)
        assert_int_equal(running->context.kept[i], 100 + i);
    assert_int_equal(user_frame(APP_MAIN)->pc, 0x1234);
    assert_int_equal(running->context.sp, sp);
}

static void return_without_a_call_is_a_fault(void **state)
{
    (void)state;
    scene_begin();
    user_return(1, 2);
    assert_int_equal(processes[APP].faults, 1);
    assert_int_equal(processes[APP].generation, 2);
}

static void callee_leaves_nothing_on_the_stack(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 61;
    scene_start();
    call_lending(TO_SERVER, 64);
    uint32_t top = (uint32_t)(running->low + running->slice);
    uint32_t low = top - 64 - system_room(61);
    for (uint32_t at = low - 8; at < top; at += 4)
        *system_at(at) = 0x5ec7e7;
    user_return(0, 0);
    assert_int_equal(*system_at(low), STACK_USED);
    for (uint32_t at = low + 4; at < top - 64; at += 4)
        assert_int_equal(*system_at(at), 0);
    assert_int_equal(*system_at(low - 4), 0x5ec7e7); // had no business there
    for (uint32_t at = top - 64; at < top; at += 4)
        assert_int_equal(*system_at(at), 0x5ec7e7); // lent
}

// What a large method has left takes several steps, from below; an interrupt may
// come between them. It is back after the last.
static void large_callee_leaves_nothing_in_steps(void **state)
{
    (void)state;
    scene_plan();
    plan.services[TO_SERVER].need = 760;
    scene_start();
    user_call(TO_SERVER, 0);
    uint32_t top = (uint32_t)(running->low + running->slice);
    uint32_t low = top - system_room(760);
    for (uint32_t at = low; at < top - 128; at += 4)
        *system_at(at) = 0x5ec7e7;
    struct port_frame *frame = user_frame(APP_MAIN);
    frame->word = CMRX_SYS_RETURN;
    for (uint32_t done = 640; done <= 672; done += 32) {
        fake_syscall();
        assert_int_equal(running->depth, 1);
        assert_int_equal(*system_at(low + done - 4), 0);
        assert_int_equal(*system_at(low + done), done < 672 ? 0x5ec7e7 : 0);
        frame->pc += 2;
    }
    assert_int_equal(frame->word, CMRX_SYS_RETURN | 2 << 8);
    fake_syscall();
    assert_int_equal(running->depth, 0);
    assert_int_equal(*system_at(low), STACK_USED);
    for (uint32_t at = low + 4; at < top; at += 4)
        assert_int_equal(*system_at(at), 0);
}

static void dead_callee_leaves_nothing_on_the_stack(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    uint32_t top = (uint32_t)(running->low + running->slice);
    for (uint32_t at = top - 64; at < top; at += 4)
        *system_at(at) = 0x5ec7e7;
    user_fault();
    assert_status(APP_MAIN, CMRX_DEAD);
    for (uint32_t at = top - 64; at < top; at += 4)
        assert_int_equal(*system_at(at), 0);
}

// ---- Who asks, what has it lent

static void caller_is_told(void **state)
{
    (void)state;
    scene_begin();
    user_trap(CMRX_SYS_CALLER, 0, 0, 0, 0);
    assert_status(APP_MAIN, CMRX_INVALID);
    user_call(TO_MIDDLE, 0);
    user_call(TO_SERVER, 0);
    user_trap(CMRX_SYS_CALLER, 0, 0, 0, 0);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, MIDDLE);
}

static int32_t caller_may(uint32_t address, uint32_t size, uint32_t write)
{
    user_trap(CMRX_SYS_CALLER_MAY, address, size, write, 0);
    return user_reply(APP_MAIN).status;
}

static void caller_may_touch_only_what_it_lent(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_MIDDLE, 0);
    call_lending(TO_SERVER, 64);
    uint32_t top = (uint32_t)(running->low + running->slice);
    const struct {
        uint32_t address, size;
        int32_t read, write;
    } rows[] = {
        { system_word(MIDDLE, SYSTEM_SHARED), 128, CMRX_OK, CMRX_OK },
        { system_word(MIDDLE, SYSTEM_SHARED), 129, CMRX_DENIED, CMRX_DENIED },
        { system_word(MIDDLE, SYSTEM_SHARED) - 1, 2, CMRX_DENIED, CMRX_DENIED },
        { system_word(MIDDLE, 0), 4, CMRX_DENIED, CMRX_DENIED },
        { system_word(APP, SYSTEM_SHARED), 128, CMRX_OK, CMRX_OK },
        { system_word(APP, 0), 4, CMRX_DENIED, CMRX_DENIED },
        { system_word(SERVER, 0), 4, CMRX_DENIED, CMRX_DENIED },
        { system_word(SERVER, SYSTEM_SHARED), 4, CMRX_DENIED, CMRX_DENIED },
        { system_word(BOSS, SYSTEM_SHARED), 4, CMRX_DENIED, CMRX_DENIED },
        { top - 64, 64, CMRX_OK, CMRX_OK },
        { top - 64, 65, CMRX_DENIED, CMRX_DENIED },
        { top - 65, 1, CMRX_DENIED, CMRX_DENIED },
        { top, 1, CMRX_DENIED, CMRX_DENIED },
        { system_public(), 0x1000, CMRX_OK, CMRX_DENIED },
        { system_public(), 0x1001, CMRX_DENIED, CMRX_DENIED },
        { system_code(MIDDLE), 4, CMRX_DENIED, CMRX_DENIED },
        { system_device(MIDDLE, 0), 4, CMRX_DENIED, CMRX_DENIED },
        { system_word(MIDDLE, SYSTEM_SHARED), 0, CMRX_DENIED, CMRX_DENIED },
        { 0, 0, CMRX_DENIED, CMRX_DENIED },
        { system_word(MIDDLE, SYSTEM_SHARED), 0xffffffffu, CMRX_DENIED,
          CMRX_DENIED },
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (caller_may(rows[i].address, rows[i].size, 0) != rows[i].read ||
            caller_may(rows[i].address, rows[i].size, 1) != rows[i].write)
            fail_msg("row %u", i);
}

static void nothing_is_lent_outside_of_a_call(void **state)
{
    (void)state;
    scene_begin();
    assert_int_equal(caller_may(system_word(APP, SYSTEM_SHARED), 4, 0),
                     CMRX_DENIED);
    assert_int_equal(caller_may(system_public(), 4, 0), CMRX_DENIED);
}

static void granule_of_the_stack_is_told(void **state)
{
    (void)state;
    scene_begin();
    user_trap(CMRX_SYS_STACK_GRANULE, 0, 0, 0, 0);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 32);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(method_begins_with_its_object_and_arguments),
    cmocka_unit_test(nothing_of_the_callers_registers_is_seen),
    cmocka_unit_test(stack_of_the_caller_is_out_of_reach),
    cmocka_unit_test(cut_is_at_a_granule),
    cmocka_unit_test(callee_touches_its_own_and_what_is_lent),
    cmocka_unit_test(lent_bytes_are_below_the_cut),
    cmocka_unit_test(method_past_the_table_is_refused),
    cmocka_unit_test(import_past_the_table_is_refused),
    cmocka_unit_test(depth_is_bounded),
    cmocka_unit_test(stopped_callee_is_closed),
    cmocka_unit_test(restarted_callee_is_stale_once),
    cmocka_unit_test(first_call_is_never_stale),
    cmocka_unit_test(restarted_caller_remembers_nothing),
    cmocka_unit_test(who_is_in_the_monitor_is_not_let_in_again),
    cmocka_unit_test(need_of_the_method_is_kept),
    cmocka_unit_test(need_is_on_top_of_what_is_lent),
    cmocka_unit_test(stack_that_is_all_used_is_refused),
    cmocka_unit_test(lent_that_makes_no_sense_is_refused),
    cmocka_unit_test(result_comes_back_beside_the_status),
    cmocka_unit_test(caller_finds_its_registers_as_they_were),
    cmocka_unit_test(return_without_a_call_is_a_fault),
    cmocka_unit_test(callee_leaves_nothing_on_the_stack),
    cmocka_unit_test(large_callee_leaves_nothing_in_steps),
    cmocka_unit_test(dead_callee_leaves_nothing_on_the_stack),
    cmocka_unit_test(caller_is_told),
    cmocka_unit_test(caller_may_touch_only_what_it_lent),
    cmocka_unit_test(nothing_is_lent_outside_of_a_call),
    cmocka_unit_test(granule_of_the_stack_is_told),
};

GROUP_MAIN(tests)
