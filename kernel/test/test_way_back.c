// test_way_back.c - back past a caller that has ended: what it had on the stack is
// cleared in steps, and others come in between.

#include "invariants.h"
#include "mender.h"

#define NEED   600u // of the middle man's method: three steps
#define STEPS  3u
#define STEP   256u // bytes
#define SECRET 0x5ec7e7u
#define LENT   64u

static uint32_t middle_low, middle_top, server_top, server_low;

static void fill(uint32_t low, uint32_t high)
{
    for (uint32_t at = low; at < high; at += 4)
        *system_at(at) = SECRET;
}

static void deep_plan(void)
{
    mender_plan();
    plan.threads[APP_MAIN].stack = 1984;
    plan.services[TO_MIDDLE].need = NEED;
    plan.services[TO_MIDDLE].grace = 1000;
}

// Whoever comes into the middle man's method: its room is full of what is its.
static void in_the_middle(void)
{
    assert_inside(APP_MAIN, MIDDLE);
    middle_top = (uint32_t)(running->low + running->slice);
    middle_low = middle_top - system_room(NEED);
    fill(middle_low, (uint32_t)running->context.sp);
}

static void in_the_server(void)
{
    const struct call *c = &running->image->calls[running->depth - 1];

    assert_inside(APP_MAIN, SERVER);
    server_top = (uint32_t)c->top;
    server_low = server_top - c->service->room;
}

// To the server with a deadline, or FOREVER, and something lent.
static void call_on(unsigned import, uint64_t deadline)
{
    running->context.kept[0] = LENT;
    running->context.kept[1] = (uint32_t)deadline;
    running->context.kept[2] = (uint32_t)(deadline >> 32);
    user_trap((deadline == FOREVER ? CMRX_SYS_CALL : CMRX_SYS_CALL_UNTIL) |
                  import << 8,
              11, 12, 13, 14);
}

static void two_calls_deep(uint64_t first, uint64_t second)
{
    deep_plan();
    scene_start();
    if (first == FOREVER)
        user_call(TO_MIDDLE, 0);
    else
        user_call_until(TO_MIDDLE, 0, first);
    in_the_middle();
    call_on(TO_SERVER, second);
    in_the_server();
}

static void look(void)
{
    invariants_check();
    kernel_check();
}

// One system call: true if it is to be made again.
static bool goes_on(void)
{
    fake.again = false;
    REQUIRE(fake_syscall() == FAKE_RESUMED);
    look();
    return fake.again;
}

static bool begins_to_return(void)
{
    user_frame(APP_MAIN)->word = CMRX_SYS_RETURN;
    user_frame(APP_MAIN)->r[0] = 77;
    user_frame(APP_MAIN)->r[1] = 78;
    return goes_on();
}

static bool steps(void)
{
    user_frame(APP_MAIN)->pc += 2;
    return goes_on();
}

static unsigned steps_left(void)
{
    unsigned n = 1;

    while (steps())
        n++;
    return n;
}

static bool is_in_server_place(uint32_t at)
{
    return at >= server_low && at < server_top;
}

static uint32_t first_secret(void)
{
    uint32_t at = middle_low;

    while (at < middle_top &&
           (is_in_server_place(at) || *system_at(at) <= STACK_USED))
        at += 4;
    return at;
}

// Marks of use only, wherever a callee might look.
static void assert_nothing_is_left(void)
{
    uint32_t low = system_stack(APP_MAIN);

    for (uint32_t at = low; at < middle_top; at += 4)
        assert_in_range(*system_at(at), 0, STACK_USED);
    assert_int_equal(*system_at(middle_low), STACK_USED);
}

static void assert_told(int32_t status)
{
    assert_runs(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_status(APP_MAIN, status);
    assert_int_equal(user_reply(APP_MAIN).low, 0);
    assert_int_equal(user_reply(APP_MAIN).high, 0);
    assert_int_equal(threads[APP_MAIN].depth, 0);
    assert_int_equal(threads[APP_MAIN].cancelled, 0);
    assert_nothing_is_left();
}

static void each_step_clears_a_little(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    assert_true(begins_to_return());
    for (unsigned n = 1; n < STEPS; n++) {
        assert_int_equal(threads[APP_MAIN].depth, 2);
        assert_inside(APP_MAIN, SERVER);
        assert_true(first_secret() >= middle_low + n * STEP);
        if (middle_low + n * STEP + 4 < server_low)
            assert_int_equal(first_secret(), middle_low + n * STEP);
        assert_ptr_equal(processes[SERVER].owner, &threads[APP_MAIN]);
        assert_true(steps());
    }
    assert_int_equal(first_secret(), middle_top);
    unsigned asks = fake.asks;
    assert_false(steps());
    assert_int_equal(fake.asks,
                     asks + 2); // a line comes before it goes back, too
    assert_told(CMRX_DEAD);
    assert_null(processes[SERVER].owner);
    user_call(TO_MIDDLE, 0); // was told
    assert_inside(APP_MAIN, MIDDLE);
}

static void nothing_is_cleared_for_who_is_alive(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    assert_false(begins_to_return());
    assert_inside(APP_MAIN, MIDDLE);
    assert_status(APP_MAIN, CMRX_OK);
    assert_int_equal(user_reply(APP_MAIN).low, 77);
    assert_int_equal(*system_at(middle_low), SECRET);
}

// What the callee has its frame in, and what its caller has lent to it.
static void frame_of_the_callee_is_cleared_last(void **state)
{
    uint32_t word;

    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    word = (uint32_t)(uintptr_t)user_frame(APP_MAIN);
    assert_true(is_in_server_place(word));
    fill(server_top, server_top + LENT);
    boss_restarts(MIDDLE);
    begins_to_return();
    for (unsigned n = 1; n < STEPS; n++)
        steps();
    assert_int_equal(user_frame(APP_MAIN)->word, CMRX_SYS_RETURN);
    assert_int_equal(*system_at(server_top), 0);
    assert_int_equal(*system_at(server_top + LENT - 4), 0);
    assert_false(steps());
    assert_told(CMRX_DEAD);
}

// The home of the thread, before each of the steps: it is over, or it begins anew.
static void home_ends_between(void **state)
{
    unsigned step = *(const unsigned *)*state;

    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    for (unsigned n = 1; n < step; n++)
        assert_true(steps());
    boss_restarts(APP);
    others_sleep(APP_MAIN);
    look();
    assert_inside(APP_MAIN, SERVER);
    assert_int_equal(steps_left(), STEPS - step + 1);
    others_sleep(APP_MAIN);
    assert_inside(APP_MAIN, APP);
    assert_int_equal(user_frame(APP_MAIN)->pc, system_entry(APP_MAIN));
    assert_int_equal(threads[APP_MAIN].generation, 2);
    assert_int_equal(*system_at(middle_low), 0);
}

static void home_stops_between(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    boss_stops(APP);
    while (threads[APP_MAIN].state != CMRX_THREAD_DORMANT)
        steps();
    assert_nothing_is_left();
    assert_null(processes[SERVER].owner);
}

static void middle_ends_again_between(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    boss_restarts(MIDDLE);
    look();
    assert_int_equal(steps_left(), STEPS);
    assert_told(CMRX_DEAD);
}

static void callee_ends_between(void **state)
{
    unsigned step = *(const unsigned *)*state;

    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    for (unsigned n = 1; n < step; n++)
        steps();
    boss_stops(SERVER);
    look();
    assert_told(CMRX_DEAD);
}

// Told late, of another thread's store.
static void fault_comes_between(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    user_fault();
    look();
    assert_told(CMRX_DEAD);
    assert_int_equal(processes[SERVER].faults, 1);
    assert_int_equal(fault_store.fault.levels, 2);
    assert_int_equal(fault_store.fault.chain[0].process, MIDDLE);
}

static void deadline_of_the_outer_call_passes_between(void **state)
{
    (void)state;
    two_calls_deep(500, FOREVER);
    boss_restarts(MIDDLE);
    begins_to_return();
    user_pass(500 + SLACK);
    look();
    while (threads[APP_MAIN].depth > 0) // user_pass() makes steps, too
        steps();
    assert_told(CMRX_TIMEOUT);
    assert_int_equal(threads[APP_MAIN].hurried, 0);
    user_call(TO_MIDDLE, 0);
    assert_status(APP_MAIN, CMRX_STALE);
}

// It lay in what is being cleared.
static void deadline_of_the_ended_one_counts_no_more(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, 2000);
    boss_restarts(MIDDLE);
    assert_int_equal(call_due(&threads[APP_MAIN]), 2000);
    begins_to_return();
    assert_int_equal(call_due(&threads[APP_MAIN]), FOREVER);
    boss_wakes();
    fake_pass(4000);
    while (fake_alarm_in() == 0) {
        REQUIRE(fake_alarm() == FAKE_RESUMED);
        look();
    }
    boss_sleeps();
    assert_int_equal(threads[APP_MAIN].hurried, 0);
    others_sleep(APP_MAIN);
    steps_left();
    assert_told(CMRX_DEAD);
    assert_int_equal(processes[SERVER].faults, 0);
}

static void who_is_hurried_by_the_ended_one_is_not_afterwards(void **state)
{
    (void)state;
    two_calls_deep(FOREVER, 300);
    boss_restarts(MIDDLE);
    user_pass(300 + SLACK);
    assert_int_equal(threads[APP_MAIN].hurried, 1);
    begins_to_return();
    steps_left();
    assert_told(CMRX_DEAD);
    assert_int_equal(threads[APP_MAIN].hurried, 0);
    user_wait(0, 0, user_now() + 100);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_WAITING);
}

// More urgent than who is on its way back, to whom it lends.
static void next_in_the_monitor_comes_in_at_the_end(void **state)
{
    (void)state;
    deep_plan();
    scene_start();
    user_start(APP_EXTRA, 0);
    user_wait(0, 0, 300);
    user_call(TO_MIDDLE, 0);
    in_the_middle();
    call_on(TO_SERVER, FOREVER);
    in_the_server();
    boss_restarts(MIDDLE);
    begins_to_return();
    user_pass(300 + SLACK);
    assert_runs(APP_EXTRA);
    user_call(TO_SERVER, 0);
    look();
    assert_runs(APP_MAIN);
    assert_int_equal(threads[APP_MAIN].priority, 4);
    assert_int_equal(steps_left(), STEPS);
    assert_runs(APP_EXTRA);
    assert_ptr_equal(processes[SERVER].owner, &threads[APP_EXTRA]);
    assert_int_equal(threads[APP_MAIN].priority, 3);
    others_sleep(APP_MAIN);
    assert_told(CMRX_DEAD);
}

// It goes back in its turn, as from any call.
static void equal_does_not_overtake(void **state)
{
    (void)state;
    deep_plan();
    scene_start();
    user_start(APP_EQUAL, 0);
    user_call(TO_MIDDLE, 0);
    in_the_middle();
    call_on(TO_SERVER, FOREVER);
    in_the_server();
    boss_restarts(MIDDLE);
    assert_runs(APP_MAIN);
    begins_to_return();
    steps_left();
    assert_told(CMRX_DEAD);
}

// From where it is at home, as a guest, past two.
static void two_that_have_ended_are_cleared_one_after_the_other(void **state)
{
    (void)state;
    deep_plan();
    plan.services[TO_SERVER].need = 300;
    scene_start();
    user_call(TO_MIDDLE, 0);
    in_the_middle();
    call_on(TO_SERVER, FOREVER);
    in_the_server();
    uint32_t low = server_low, top = server_top;
    fill(low, (uint32_t)running->context.sp);
    call_on(TO_APP, FOREVER);
    assert_inside(APP_MAIN, APP);
    const struct call *c = &running->image->calls[2];
    server_top = (uint32_t)c->top;
    server_low = server_top - c->service->room;
    boss_restarts(SERVER);
    boss_restarts(MIDDLE);
    assert_true(begins_to_return());
    assert_int_equal(*system_at(low + 4), 0);
    assert_int_equal(*system_at(middle_low), SECRET);
    assert_true(steps());
    assert_int_equal(*system_at(top - 4), 0);
    assert_int_equal(steps_left(), STEPS + 1);
    assert_told(CMRX_DEAD);
}

// ---- Out by force, and out of a gate

static void alarm_come(void)
{
    fake_pass(fake_alarm_in());
    REQUIRE(fake_alarm() == FAKE_RESUMED);
    look();
}

// A door is new again, and behind what is due what was lent is taken back.
static void alarms_settle(void)
{
    alarm_come();
    assert_true(invariants_owed());
    while (invariants_owed())
        alarm_come();
}

// In as many alarms more as there would be returns.
static void who_is_left_leaves_nothing_of_others(void **state)
{
    unsigned more = 0;

    (void)state;
    two_calls_deep(FOREVER, 300);
    boss_restarts(MIDDLE);
    user_pass(300 + SLACK);
    fake.pends = true;
    while (threads[APP_MAIN].forced != FORCED_OUT) {
        assert_int_equal(first_secret(), middle_low);
        alarm_come();
    }
    for (; threads[APP_MAIN].depth > 0; more++)
        alarm_come();
    assert_int_equal(more, STEPS + 1);
    alarms_settle();
    assert_told(CMRX_DEAD);
}

static void who_leaves_a_gate_leaves_nothing_of_others(void **state)
{
    unsigned alarms = 0;

    (void)state;
    deep_plan();
    plan.services[TO_SERVER].need = 300;
    scene_start();
    low_goes_in();
    user_pass(200 + SLACK);
    assert_runs(APP_MAIN);
    user_call(TO_MIDDLE, 0);
    in_the_middle();
    call_on(TO_SERVER, user_now() + 500);
    assert_int_equal(threads[APP_MAIN].state, CMRX_THREAD_QUEUED);
    server_low = server_top = 0;
    boss_restarts(MIDDLE);
    fake.pends = true;
    while (threads[APP_MAIN].forced != FORCED_GATE)
        alarm_come();
    for (; threads[APP_MAIN].depth > 0; alarms++)
        alarm_come();
    assert_int_equal(alarms, STEPS + 1);
    alarms_settle();
    assert_told(CMRX_DEAD);
}

static unsigned at[] = { 1, 2, 3 };

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_step_clears_a_little),
    cmocka_unit_test(nothing_is_cleared_for_who_is_alive),
    cmocka_unit_test(frame_of_the_callee_is_cleared_last),
    cmocka_unit_test_prestate(home_ends_between, &at[0]),
    cmocka_unit_test_prestate(home_ends_between, &at[1]),
    cmocka_unit_test_prestate(home_ends_between, &at[2]),
    cmocka_unit_test(home_stops_between),
    cmocka_unit_test(middle_ends_again_between),
    cmocka_unit_test_prestate(callee_ends_between, &at[0]),
    cmocka_unit_test_prestate(callee_ends_between, &at[1]),
    cmocka_unit_test_prestate(callee_ends_between, &at[2]),
    cmocka_unit_test(fault_comes_between),
    cmocka_unit_test(deadline_of_the_outer_call_passes_between),
    cmocka_unit_test(deadline_of_the_ended_one_counts_no_more),
    cmocka_unit_test(who_is_hurried_by_the_ended_one_is_not_afterwards),
    cmocka_unit_test(next_in_the_monitor_comes_in_at_the_end),
    cmocka_unit_test(equal_does_not_overtake),
    cmocka_unit_test(two_that_have_ended_are_cleared_one_after_the_other),
    cmocka_unit_test(who_is_left_leaves_nothing_of_others),
    cmocka_unit_test(who_leaves_a_gate_leaves_nothing_of_others),
};

GROUP_MAIN(tests)
