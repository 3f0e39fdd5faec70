// test_fault.c - the fault record: who did it, and how it came about.

#include "internal.h"
#include "scene.h"

#include <string.h>

#define RECORD       system_word(BOSS, 64)
#define RECORD_BYTES ((uint32_t)sizeof(struct cmrx_fault))

static const struct cmrx_fault *record(void)
{
    return (const struct cmrx_fault *)system_at(RECORD);
}

// The boss reads it; returns with which status.
static int32_t boss_reads(uint32_t to)
{
    boss_wakes();
    user_trap(CMRX_SYS_FAULT_READ, to, 0, 0, 0);
    int32_t status = user_reply(BOSS_MAIN).status;
    boss_sleeps();
    return status;
}

static void fault_at(enum cmrx_fault_kind kind, unsigned flags,
                     uint32_t address, uint32_t sp)
{
    running->context.sp = sp;
    REQUIRE(fake_fault(kind, flags, address) == FAKE_RESUMED);
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
}

static void record_says_who_and_where(void **state)
{
    (void)state;
    scene_begin();
    boss_restarts(APP);
    user_pass(1234);
    struct port_frame *frame = user_frame(APP_MAIN);
    *frame = (struct port_frame){ { 1, 2, 3, 4 }, 12, 0x14, 0x15, 0x16 };
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        running->context.kept[i] = 40 + i;
    uint64_t now = user_now();
    uint32_t sp = (uint32_t)running->context.sp;
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->kind, CMRX_FAULT_ACCESS);
    assert_int_equal(record()->flags,
                     CMRX_FAULT_HAS_FRAME | CMRX_FAULT_HAS_ADDRESS);
    assert_int_equal(record()->process, APP);
    assert_int_equal(record()->thread, APP_MAIN);
    assert_int_equal(record()->generation, 2);
    assert_int_equal(record()->depth, 0);
    assert_int_equal(record()->levels, 0);
    assert_int_equal(record()->sequence, 1);
    assert_int_equal(record()->lost, 0);
    assert_int_equal(record()->address, 0x10);
    assert_int_equal(record()->cause, 0x1000 + CMRX_FAULT_ACCESS);
    assert_int_equal(record()->sp, sp);
    assert_int_equal(record()->pc, 0x15);
    assert_int_equal(record()->lr, 0x14);
    assert_int_equal(record()->psr, 0x16);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(record()->r[i], i + 1);
    for (unsigned i = 0; i < FAKE_KEPT; i++)
        assert_int_equal(record()->r[4 + i], 40 + i);
    assert_int_equal(record()->r[12], 12);
    assert_int_equal(record()->time, now);
}

static void record_of_what_the_kernel_finds_has_a_frame(void **state)
{
    (void)state;
    scene_begin();
    user_frame(APP_MAIN)->pc = 0x333;
    user_return(1, 2); // from nothing
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->kind, CMRX_FAULT_RETURN);
    assert_int_equal(record()->flags, CMRX_FAULT_HAS_FRAME);
    assert_int_equal(record()->pc, 0x333);
    assert_int_equal(record()->r[1], 2);
}

static void record_tells_the_chain_of_calls(void **state)
{
    (void)state;
    scene_begin();
    user_frame(APP_MAIN)->pc = 0x111;
    user_call(TO_MIDDLE, 0);
    user_frame(APP_MAIN)->pc = 0x222;
    user_call(TO_SERVER, 0);
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->process, SERVER);
    assert_int_equal(record()->thread, APP_MAIN);
    assert_int_equal(record()->depth, 2);
    assert_int_equal(record()->levels, 2);
    assert_int_equal(record()->chain[0].process, MIDDLE);
    assert_int_equal(record()->chain[0].pc, 0x222);
    assert_int_equal(record()->chain[1].process, APP);
    assert_int_equal(record()->chain[1].pc, 0x111);
    assert_int_equal(record()->chain[2].pc, 0);
}

// The innermost levels are told, the others only counted.
static void chain_that_is_too_long_is_cut(void **state)
{
    (void)state;
    scene_plan();
    plan.threads[APP_MAIN].stack = 2048;
    scene_start();
    user_call(TO_MIDDLE, 0);
    for (unsigned depth = 1; depth < CMRX_FAULT_CHAIN + 2; depth++) {
        REQUIRE(running->depth == depth);
        user_frame(APP_MAIN)->pc = 0x100u * depth;
        user_call(TO_OPEN, 0);
    }
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->depth, CMRX_FAULT_CHAIN + 2);
    assert_int_equal(record()->levels, CMRX_FAULT_CHAIN);
    for (unsigned i = 0; i < CMRX_FAULT_CHAIN; i++) {
        assert_int_equal(record()->chain[i].pc,
                         0x100u * (CMRX_FAULT_CHAIN + 1 - i));
        assert_int_equal(record()->chain[i].process, SERVER);
    }
}

// In memory there is no more of a record than calls can be deep.
static void record_is_as_long_as_it_has_to_be(void **state)
{
    const struct cmrx_fault_level other = { .process = 7, .pc = 0x5ec7e7 };

    (void)state;
    scene_plan();
    plan.fault_levels = 1;
    scene_start();
    for (unsigned i = 0; i < RECORD_BYTES / 4; i++)
        system_at(RECORD)[i] = 0x5ec7e7;
    fault_store.fault.chain[1] = other; // of somebody else
    user_call(TO_MIDDLE, 0);
    user_frame(APP_MAIN)->pc = 0x222;
    user_call(TO_SERVER, 0);
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->depth, 2);
    assert_int_equal(record()->levels, 1);
    assert_int_equal(record()->chain[0].pc, 0x222);
    for (unsigned i = 1; i < CMRX_FAULT_CHAIN; i++) {
        assert_int_equal(record()->chain[i].process, 0);
        assert_int_equal(record()->chain[i].pc, 0);
    }
    fault_store_init();
    fault_keep_panic(1);
    assert_memory_equal(&fault_store.fault.chain[1], &other, sizeof other);
}

static void chain_names_a_caller_that_has_ended(void **state)
{
    (void)state;
    scene_begin();
    user_frame(APP_MAIN)->pc = 0x111;
    user_call(TO_MIDDLE, 0);
    user_frame(APP_MAIN)->pc = 0x222;
    user_call(TO_SERVER, 0);
    boss_stops(MIDDLE);
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->levels, 2);
    assert_int_equal(record()->chain[0].process, MIDDLE);
    assert_int_equal(record()->chain[0].pc, 0x222);
    assert_int_equal(record()->chain[1].pc, 0x111);
}

static void first_is_kept_and_others_are_counted(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    user_fault();
    user_fault();
    user_pass(3000);
    others_sleep(MIDDLE_MAIN);
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->process, SERVER);
    assert_int_equal(record()->sequence, 1);
    assert_int_equal(record()->lost, 2);
    assert_int_equal(boss_reads(RECORD), CMRX_BUSY);
    boss_restarts(APP);
    user_fault();
    assert_int_equal(boss_reads(RECORD), CMRX_OK);
    assert_int_equal(record()->process, APP);
    assert_int_equal(record()->sequence, 4);
    assert_int_equal(record()->lost, 0);
}

// ---- Overflow

static void overflow_of_the_stack_is_named(void **state)
{
    (void)state;
    scene_begin();
    uint32_t low = system_stack(APP_MAIN);
    const struct {
        enum cmrx_fault_kind kind, named;
        unsigned flags;
        uint32_t address, sp;
    } rows[] = {
        { CMRX_FAULT_POINTER, CMRX_FAULT_STACK, 0, 0, low - 8 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_STACK, 0, 0, low + 24 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_STACK, 0, 0, low + 32 - 4096 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_POINTER, 0, 0, low + 24 - 4096 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_POINTER, 0, 0, low + 32 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_POINTER, 0, 0, low + 1024 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_POINTER, 0, 0, 0 },
        { CMRX_FAULT_POINTER, CMRX_FAULT_POINTER, 0, 0, 0xfffffff8u },
        { CMRX_FAULT_POINTER, CMRX_FAULT_STACK, 3, 0, low - 8 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 3, low - 4, low },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 3, low - 4, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low - 4, low + 72 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 3, low - 4096, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low - 4100, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 2, low - 4, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 0, 0, low - 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low - 4097, low + 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 3, low - 40, low - 64 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_STACK, 3, low - 4, low + 32 - 4096 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low - 4, low + 24 - 4096 },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, 0, low },
        { CMRX_FAULT_ACCESS, CMRX_FAULT_ACCESS, 3, low + 4096, low - 8 },
        { CMRX_FAULT_BUS, CMRX_FAULT_BUS, 3, low - 4, low },
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fault_at(rows[i].kind, rows[i].flags, rows[i].address, rows[i].sp);
        if (record()->kind != rows[i].named)
            fail_msg("row %u: %u", i, record()->kind);
        boss_restarts(APP);
    }
}

static void frame_that_is_not_there_is_not_read(void **state)
{
    (void)state;
    scene_begin();
    const struct {
        uint32_t sp;
        bool known;
    } rows[] = {
        { system_stack(APP_MAIN) + 64, true },
        { system_stack(APP_MAIN) + 1024 - 32, true },
        { system_stack(APP_MAIN) + 1024 - 24, false },
        { system_stack(APP_MAIN) + 68, false },
        { system_stack(APP_MAIN) - 8, false },
        { system_word(APP, 0), true }, // it has its stack there
        { system_word(APP, SYSTEM_WORDS - 8), true },
        { system_word(APP, SYSTEM_WORDS - 6), false },
        { system_word(SERVER, 0), false },
        { system_device(APP, 0), false },
        { 0, false },
        { 0xfffffff8u, false },
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fault_at(CMRX_FAULT_DIVIDE, CMRX_FAULT_HAS_FRAME, 0, rows[i].sp);
        if (((record()->flags & CMRX_FAULT_HAS_FRAME) != 0) != rows[i].known)
            fail_msg("row %u", i);
        boss_restarts(APP);
    }
}

// The caller's part of the stack is not the callee's to show.
static void frame_above_the_cut_is_not_read(void **state)
{
    (void)state;
    scene_begin();
    user_call(TO_SERVER, 0);
    uint32_t cut = (uint32_t)(running->low + running->slice);
    fault_at(CMRX_FAULT_DIVIDE, CMRX_FAULT_HAS_FRAME, 0, cut);
    assert_int_equal(record()->flags & CMRX_FAULT_HAS_FRAME, 0);
    assert_int_equal(record()->pc, 0);
    user_call(TO_SERVER, 0);
    user_call(TO_SERVER, 0); // it was restarted
    fault_at(CMRX_FAULT_DIVIDE, CMRX_FAULT_HAS_FRAME, 0,
             system_word(APP, 0)); // where it came from
    assert_int_equal(record()->flags & CMRX_FAULT_HAS_FRAME, 0);
}

static void process_without_memory_has_no_frame_there(void **state)
{
    (void)state;
    scene_plan();
    plan.processes[SERVER].bare = true;
    scene_start();
    user_call(TO_SERVER, 0);
    fault_at(CMRX_FAULT_DIVIDE, CMRX_FAULT_HAS_FRAME, 0, 0x1000);
    assert_int_equal(record()->process, SERVER);
    assert_int_equal(record()->flags & CMRX_FAULT_HAS_FRAME, 0);
}

// ---- Reading it

static void record_goes_only_to_own_memory(void **state)
{
    (void)state;
    scene_begin();
    user_fault();
    uint32_t end = system_word(BOSS, SYSTEM_WORDS);
    const uint32_t refused[] = {
        RECORD + 4,
        RECORD + 1,
        end - RECORD_BYTES + 8,
        end,
        system_word(BOSS, 0) - 8,
        system_word(APP, 0),
        system_stack(BOSS_MAIN) + 512,
        system_device(BOSS, 0),
        0,
        0xfffffff8u,
    };
    for (unsigned i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(boss_reads(refused[i]), CMRX_INVALID);
    assert_int_equal(boss_reads((end - RECORD_BYTES) & ~7u), CMRX_OK);
}

// ---- It survives a reset, and only it does

static void record_survives_a_warm_reset(void **state)
{
    struct cmrx_fault fault;

    (void)state;
    scene_begin();
    user_fault();
    fault_store_init();
    assert_true(fault_take(&fault));
    assert_int_equal(fault.kind, CMRX_FAULT_ACCESS);
    fault_store_init();
    assert_false(fault_take(&fault));
    user_fault();
    assert_true(fault_take(&fault));
    assert_int_equal(fault.sequence, 2);
}

static void what_was_not_written_by_us_is_no_record(void **state)
{
    struct cmrx_fault fault;
    uint8_t *bytes = (uint8_t *)&fault_store;

    (void)state;
    scene_begin();
    user_fault();
    const struct fault_store good = fault_store;
    for (unsigned i = 0; i < sizeof fault_store * 8; i++) {
        fault_store = good;
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        fault_store_init();
        if (fault_take(&fault))
            fail_msg("bit %u", i);
        assert_int_equal(fault_store.fault.sequence, 0);
    }
}

static void memory_after_power_on_is_no_record(void **state)
{
    struct cmrx_fault fault;

    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        memset(&fault_store, (int)i, sizeof fault_store);
        fault_store_init();
        assert_false(fault_take(&fault));
    }
}

// Nothing but what is unread, sealed as a kernel with that seed does it.
static bool is_record_with(uint32_t seed, uint32_t unread)
{
    struct cmrx_fault fault;

    memset(&fault_store, 0, sizeof fault_store);
    for (unsigned i = 0; i < sizeof fault / 4; i++)
        seed = seed << 5 | seed >> 27;
    fault_store.unread = unread;
    fault_store.checksum = seed + unread;
    fault_store_init();
    return fault_take(&fault);
}

// Sealed as it should be, but by a kernel with other ideas of a record.
static void record_of_another_layout_is_no_record(void **state)
{
    (void)state;
    assert_true(is_record_with(0x464c5431u + CMRX_FAULT_CHAIN, 1));
    assert_false(is_record_with(0x464c5431u + CMRX_FAULT_CHAIN, 2));
    assert_false(is_record_with(0x464c5432u + CMRX_FAULT_CHAIN, 1));
    assert_false(is_record_with(0x464c5431u + CMRX_FAULT_CHAIN + 1, 1));
    assert_false(is_record_with(0x464c5431u, 1));
    assert_false(is_record_with(CMRX_FAULT_CHAIN, 1));
}

// ---- The kernel's own

static void make_it_wrong(void)
{
    running->state = CMRX_THREAD_WAITING; // nothing that user code can do
    user_frame(APP_MAIN)->word = CMRX_SYS_THREAD_EXIT;
    assert_int_equal(fake_syscall(), FAKE_HALTED);
    assert_int_equal(fake.halt_result, 99);
}

static void kernel_that_is_wrong_says_so_and_stops(void **state)
{
    struct cmrx_fault fault;

    (void)state;
    scene_begin();
    make_it_wrong();
    fault_store_init(); // after the reset
    assert_true(fault_take(&fault));
    assert_int_equal(fault.kind, CMRX_FAULT_PANIC);
    assert_int_equal(fault.process, NONE);
    assert_int_equal(fault.thread, NONE);
    assert_int_equal(fault.flags, CMRX_FAULT_HAS_ADDRESS);
    assert_int_equal(fault.address >> 16, FILE_SCHED);
    assert_int_equal(fault.sequence, 1);
}

static void panic_stays_of_nobody_after_a_fault(void **state)
{
    struct cmrx_fault fault;

    (void)state;
    scene_begin();
    fault_keep_panic(7);
    user_fault();
    assert_true(fault_take(&fault));
    assert_int_equal(fault.kind, CMRX_FAULT_PANIC);
    assert_int_equal(fault.address, 7);
    assert_int_equal(fault.process, NONE);
    assert_int_equal(fault.thread, NONE);
    assert_int_equal(fault.lost, 1);
}

static void panic_is_kept_whatever_was_there(void **state)
{
    struct cmrx_fault fault;

    (void)state;
    scene_begin();
    user_fault();
    make_it_wrong();
    fault_store_init();
    assert_true(fault_take(&fault));
    assert_int_equal(fault.kind, CMRX_FAULT_PANIC);
    assert_int_equal(fault.sequence, 2);
    assert_int_equal(fault.cause, 0); // nothing of the other is left
    assert_int_equal(fault.sp, 0);
    assert_int_equal(fault.generation, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(record_says_who_and_where),
    cmocka_unit_test(record_of_what_the_kernel_finds_has_a_frame),
    cmocka_unit_test(record_tells_the_chain_of_calls),
    cmocka_unit_test(chain_that_is_too_long_is_cut),
    cmocka_unit_test(record_is_as_long_as_it_has_to_be),
    cmocka_unit_test(chain_names_a_caller_that_has_ended),
    cmocka_unit_test(first_is_kept_and_others_are_counted),
    cmocka_unit_test(overflow_of_the_stack_is_named),
    cmocka_unit_test(frame_that_is_not_there_is_not_read),
    cmocka_unit_test(frame_above_the_cut_is_not_read),
    cmocka_unit_test(process_without_memory_has_no_frame_there),
    cmocka_unit_test(record_goes_only_to_own_memory),
    cmocka_unit_test(record_survives_a_warm_reset),
    cmocka_unit_test(what_was_not_written_by_us_is_no_record),
    cmocka_unit_test(memory_after_power_on_is_no_record),
    cmocka_unit_test(record_of_another_layout_is_no_record),
    cmocka_unit_test(kernel_that_is_wrong_says_so_and_stops),
    cmocka_unit_test(panic_stays_of_nobody_after_a_fault),
    cmocka_unit_test(panic_is_kept_whatever_was_there),
};

GROUP_MAIN(tests)
