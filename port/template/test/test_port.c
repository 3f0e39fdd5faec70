// test_port.c - the template's C is right: a system runs on it, on hardware made
// of memory.
// links: port/template/test/tables.c

#include "hardware.h"
#include "internal.h"
#include "tables.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf out;
static struct port_region shown[ENTRIES];
static uint32_t now, alarm_then, lines_on, lines_pending;
static struct port_context *on; // what the processor would go on with

// ---- Hardware

void hardware_protect(unsigned entry, const struct port_region *region)
{
    shown[entry] = *region;
}

uint32_t hardware_entries(void)
{
    return ENTRIES;
}

uint32_t hardware_ticks(void)
{
    return now;
}

void hardware_alarm(uint32_t then)
{
    alarm_then = then;
}

void hardware_line(unsigned line, bool is_on)
{
    lines_on = (lines_on & ~(1u << line)) | (uint32_t)is_on << line;
}

void hardware_line_forget(unsigned line)
{
    lines_pending &= ~(1u << line);
}

void hardware_line_pend(unsigned line)
{
    lines_pending |= 1u << line;
}

struct port_fault hardware_fault(void)
{
    return (struct port_fault){ .kind = CMRX_FAULT_ACCESS, .cause = 5 };
}

_Noreturn void entry_resume(struct port_context *c)
{
    on = c;
    longjmp(out, 1);
}

_Noreturn void board_halt(uint32_t code, const char *why)
{
    (void)code;
    fail_msg("halted: %s", why);
    abort();
}

_Noreturn void board_reset(void)
{
    longjmp(out, 2);
}

// ---- What a program would do

static struct port_frame *frame(void)
{
    return &on->frame;
}

static void enter(enum cause cause, unsigned line)
{
    port_resume how = trap(cause, line);

    on = how == PORT_AS_IT_CAME ? &running->context : how;
}

static void make(uint32_t word, uintptr_t a, uintptr_t b)
{
    frame()->word = word;
    frame()->argument[0] = a;
    frame()->argument[1] = b;
    enter(CAUSE_CALL, 0);
}

#define CALL (CMRX_SYS_CALL | 0u << 8 | 0u << 16)

// ---- Tests: in this order, on one system

static void the_first_thread_begins_clean(void **state)
{
    (void)state;
    if (setjmp(out) == 0)
        kernel_boot();
    assert_ptr_equal(running, &threads[0]);
    assert_int_equal(frame()->pc, MAIN);
    assert_int_equal(frame()->lr, GATE);
    assert_int_equal(frame()->sp, threads[0].low + STACK_BYTES);
    for (unsigned i = 0; i < KEPT; i++)
        assert_int_equal(frame()->kept[i], 0);
}

static void the_map_is_that_of_the_thread(void **state)
{
    (void)state;
    assert_int_equal(shown[ENTRY_MAP].base, 0x2000);
    assert_int_equal(shown[ENTRY_STACK].base, threads[0].low);
    assert_int_equal(shown[ENTRY_STACK].end,
                     threads[0].low + STACK_BYTES + MAY_READ + MAY_WRITE);
    assert_int_equal(shown[ENTRY_PUBLIC].base, 0x1000);
}

static void an_unknown_system_call_is_told(void **state)
{
    (void)state;
    make(0xff, 1, 2);
    assert_ptr_equal(on, &threads[0].context);
    assert_true((int32_t)frame()->argument[2] < 0);
}

static void a_call_gets_its_arguments_and_the_caller_all_back(void **state)
{
    struct port_frame before;

    (void)state;
    for (unsigned i = 0; i < KEPT; i++)
        frame()->kept[i] = 0x100 + i;
    frame()->sp -= 64;
    frame()->argument[2] = 33;
    frame()->argument[3] = 44;
    before = *frame();
    make(CALL, 11, 22);
    assert_int_equal(frame()->pc, METHOD);
    assert_int_equal(frame()->argument[0], SELF);
    assert_int_equal(frame()->argument[1], 11);
    assert_int_equal(frame()->argument[3], 33);
    assert_int_equal(*(uintptr_t *)frame()->sp, 44);
    assert_int_equal(frame()->kept[0], 0);
    assert_true((shown[ENTRY_STACK].end & ~7u) <= port_call_floor(before.sp));
    assert_int_equal(shown[ENTRY_MAP].base, 0x3000);

    memset(frame()->kept, 0xee, sizeof frame()->kept);
    frame()->sp -= 32;
    make(CMRX_SYS_RETURN, 55, 66);
    assert_int_equal(frame()->pc, before.pc);
    assert_int_equal(frame()->sp, before.sp);
    assert_memory_equal(frame()->kept, before.kept, sizeof before.kept);
    assert_int_equal(frame()->argument[0], 55);
    assert_int_equal(frame()->argument[1], 66);
    assert_int_equal(frame()->argument[2], CMRX_OK);
    assert_int_equal(shown[ENTRY_MAP].base, 0x2000);
}

static void a_line_that_is_waited_for_wakes(void **state)
{
    (void)state;
    make(CMRX_SYS_INTERRUPT_DONE, 0, 0);
    assert_int_equal(lines_on, 1u << 1);
    frame()->argument[2] = frame()->argument[3] = UINT32_MAX; // for ever
    now += 1000;
    *event_word() = 0;
    lines_pending = 1u << 1;
    enter(CAUSE_LINE, 1);
    assert_int_equal(lines_on, 0);
    assert_int_equal(lines_pending, 0);
    assert_int_equal(*event_word(), 1);
    assert_ptr_equal(running, &threads[0]);
}

static void an_alarm_is_asked_for_and_may_come_early(void **state)
{
    (void)state;
    enter(CAUSE_ALARM, 0);
    assert_true(alarm_then - now >= PORT_TICKS_MIN);
    assert_ptr_equal(running, &threads[0]);
}

static void no_tick_is_lost_by_a_restart(void **state)
{
    (void)state;
    port_clock_restart(500);
    now += 70;
    assert_int_equal(port_clock_elapsed(), 70);
    assert_int_equal(port_clock_restart(1000), 70);
    assert_int_equal(port_clock_elapsed(), 0);
    assert_int_equal(alarm_then, now + 1000);
}

static void a_line_that_comes_again_is_pending_and_on(void **state)
{
    (void)state;
    lines_on = lines_pending = 0;
    port_irq_again(1);
    assert_int_equal(lines_on, 1u << 1);
    assert_int_equal(lines_pending, 1u << 1);
}

static void a_call_made_again_begins_at_its_trap(void **state)
{
    struct port_frame f = { .pc = 0x2000, .argument = { 1, 2, 3, 4 } };

    (void)state;
    port_again(&f, 0x507, (uint64_t)8 << 32 | 7);
    assert_true(f.pc < 0x2000);
    assert_int_equal(port_word(&f), 0x507);
    assert_int_equal(port_argument(&f, 0), 1);
    assert_int_equal(port_argument(&f, 1), 2);
    assert_int_equal(port_argument(&f, 2), 7);
    assert_int_equal(port_argument(&f, 3), 8);
}

static void a_note_is_arguments_0_and_1(void **state)
{
    struct port_frame f = { .argument = { 1, 2, 3, 4 } };

    (void)state;
    port_note(&f, (uint64_t)8 << 32 | 7);
    assert_int_equal(port_argument(&f, 0), 7);
    assert_int_equal(port_argument(&f, 1), 8);
    assert_int_equal(port_argument(&f, 2), 3);
}

static void memory_is_zeroed_to_its_end_and_no_further(void **state)
{
    static uint64_t memory[9];

    (void)state;
    memset(memory, 0xa5, sizeof memory);
    port_zero((uintptr_t)memory, 64);
    for (unsigned i = 0; i < 8; i++)
        assert_true(memory[i] == 0);
    assert_true(memory[8] != 0);
}

static void a_stack_pointer_that_is_none_is_a_fault(void **state)
{
    (void)state;
    assert_true(port_frame_valid(&threads[0].context.frame, threads[0].low,
                                 STACK_BYTES));
    threads[0].context.frame.sp = UINTPTR_MAX & ~7u;
    assert_false(port_frame_valid(&threads[0].context.frame, threads[0].low,
                                  STACK_BYTES));
    threads[0].context.frame.sp = threads[0].low + 1;
    assert_false(port_frame_valid(&threads[0].context.frame, threads[0].low,
                                  STACK_BYTES));
}

// Its policy is to stay down: who was below goes on.
static void a_fault_ends_its_process_alone(void **state)
{
    (void)state;
    enter(CAUSE_FAULT, 0);
    assert_ptr_equal(running, &threads[1]);
    assert_int_equal(frame()->pc, IDLE);
    assert_int_equal(processes[0].faults, 1);
    assert_int_equal(fault_store.fault.kind, CMRX_FAULT_ACCESS);
    assert_true(fault_store.fault.flags & CMRX_FAULT_HAS_FRAME);
    assert_int_equal(fault_store.fault.pc, MAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_thread_begins_clean),
        cmocka_unit_test(the_map_is_that_of_the_thread),
        cmocka_unit_test(an_unknown_system_call_is_told),
        cmocka_unit_test(a_call_gets_its_arguments_and_the_caller_all_back),
        cmocka_unit_test(a_line_that_is_waited_for_wakes),
        cmocka_unit_test(an_alarm_is_asked_for_and_may_come_early),
        cmocka_unit_test(no_tick_is_lost_by_a_restart),
        cmocka_unit_test(a_line_that_comes_again_is_pending_and_on),
        cmocka_unit_test(a_call_made_again_begins_at_its_trap),
        cmocka_unit_test(a_note_is_arguments_0_and_1),
        cmocka_unit_test(memory_is_zeroed_to_its_end_and_no_further),
        cmocka_unit_test(a_stack_pointer_that_is_none_is_a_fault),
        cmocka_unit_test(a_fault_ends_its_process_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
