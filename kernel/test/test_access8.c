// test_access8.c - what else an instruction touches on v8-M (port/armv8m_base).

#include "group.h"

#include "../../port/armv8m_base/access8.h"

#define SP 0x20000020u // before the frame

// Every register is its number times 0x100, lr too; the frame lies at 0x20000000.
static struct cmrx_fault fault = {
    .r = { 0x000, 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700, 0x800, 0x900,
           0xa00, 0xb00, 0xc00 },
    .sp = 0x20000000,
    .lr = 0xe00,
};

static const struct {
    uint32_t code, second, address, unit;
    bool write;
} accesses[] = {
    { 0xe855, 0x0f00, 0x500, 4, false },  // ldrex r0, [r5]
    { 0xe855, 0x0fff, 0x8fc, 4, false },  // ldrex r0, [r5, #1020]
    { 0xe85d, 0x0f02, SP + 8, 4, false }, // ldrex r0, [sp, #8]
    { 0xe845, 0x0203, 0x50c, 4, true },   // strex r2, r0, [r5, #12]
    { 0xe84e, 0x0200, 0xe00, 4, true },   // strex r2, r0, [lr]
    { 0xe8d5, 0x0f4f, 0x500, 1, false },  // ldrexb r0, [r5]
    { 0xe8d5, 0x0f5f, 0x500, 2, false },  // ldrexh r0, [r5]
    { 0xe8c5, 0x0f42, 0x500, 1, true },   // strexb r2, r0, [r5]
    { 0xe8c5, 0x0f52, 0x500, 2, true },   // strexh r2, r0, [r5]
    { 0xe8dc, 0x0f8f, 0xc00, 1, false },  // ldab r0, [r12]
    { 0xe8dc, 0x0f9f, 0xc00, 2, false },  // ldah r0, [r12]
    { 0xe8dc, 0x0faf, 0xc00, 4, false },  // lda r0, [r12]
    { 0xe8cd, 0x0f8f, SP, 1, true },      // stlb r0, [sp]
    { 0xe8ce, 0x0f9f, 0xe00, 2, true },   // stlh r0, [lr]
    { 0xe8c0, 0x1faf, 0x000, 4, true },   // stl r1, [r0]
    { 0xe8d5, 0x0fcf, 0x500, 1, false },  // ldaexb r0, [r5]
    { 0xe8d5, 0x0fdf, 0x500, 2, false },  // ldaexh r0, [r5]
    { 0xe8d5, 0x0fef, 0x500, 4, false },  // ldaex r0, [r5]
    { 0xe8c5, 0x0fc2, 0x500, 1, true },   // stlexb r2, r0, [r5]
    { 0xe8c5, 0x0fd2, 0x500, 2, true },   // stlexh r2, r0, [r5]
    { 0xe8c5, 0x0fe2, 0x500, 4, true },   // stlex r2, r0, [r5]
};

static void each_exclusive_or_ordered_access_is_known(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof accesses / sizeof *accesses; i++) {
        struct access a =
            access_of_wide(&fault, accesses[i].code, accesses[i].second);

        assert_int_equal(a.address, accesses[i].address);
        assert_int_equal(a.unit, accesses[i].unit);
        assert_int_equal(a.count, 1);
        assert_int_equal(a.write, accesses[i].write);
    }
}

static void other_wide_instructions_access_nothing(void **state)
{
    static const uint32_t codes[][2] = {
        { 0xf000, 0xf800 }, { 0xf3bf, 0x8f6f }, { 0xf240, 0x0000 },
        { 0xe800, 0x0000 }, { 0xe880, 0x0000 }, { 0xe900, 0x0000 },
        { 0xe85f, 0x0f00 }, { 0xe84f, 0x0200 }, // from pc
        { 0xe8df, 0x0faf }, { 0xe8cf, 0x0faf }, { 0xe8d5, 0xf003 },
        { 0xe8d5, 0xf013 },                     // tbb, tbh
        { 0xe8d5, 0x017f }, { 0xe8c5, 0x0172 }, // ldrexd, strexd
        { 0xe8d5, 0x01ff }, { 0xe8c5, 0x01f2 }, // ldaexd, stlexd
        { 0xe8d5, 0x0f2f }, { 0xe8d5, 0x0f3f }, { 0xe8d5, 0x0f6f },
        { 0xe8d5, 0x0fbf },
    };

    (void)state;
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(access_of_wide(&fault, codes[i][0], codes[i][1]).count,
                         0);
}

// Where it moves the stack pointer.
static const struct {
    uint32_t code, to;
} moves[] = {
    { 0xb081, SP - 4 },     // sub sp, #4
    { 0xb0ff, SP - 508 },   // sub sp, #508
    { 0xb401, SP - 4 },     // push {r0}
    { 0xb500, SP - 4 },     // push {lr}
    { 0xb5ff, SP - 36 },    // push {r0-r7, lr}
    { 0x449d, SP + 0x300 }, // add sp, r3
    { 0x44e5, SP + 0xc00 }, // add sp, r12
    { 0x44f5, SP + 0xe00 }, // add sp, lr
    { 0x44ed, SP + SP },    // add sp, sp
    { 0x469d, 0x300 },      // mov sp, r3
    { 0x46e5, 0xc00 },      // mov sp, r12
    { 0x46ed, SP },         // mov sp, sp
    { 0x46f5, 0xe00 },      // mov sp, lr
};

static void each_move_of_the_stack_pointer_is_known(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof moves / sizeof *moves; i++) {
        assert_int_equal(stack_after(&fault, moves[i].code), moves[i].to);
    }
}

static void others_do_not_move_it(void **state)
{
    static const uint16_t codes[] = {
        0xb001, 0xb07f,         0xb100, 0xb600, 0xbc01, 0xbd01,
        0xaa01, 0x4485 + 0x100, 0x449c, 0x469c, 0x441d, 0x461d,
        0x9800, 0x4770,         0xdf00, 0xe7fe, 0x44fd, 0x46fd, // with pc
    };

    (void)state;
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(stack_after(&fault, codes[i]), UINT32_MAX);
}

static void aligned_frame_is_taken_into_account(void **state)
{
    struct cmrx_fault aligned = fault;

    (void)state;
    aligned.psr = 1u << 9;
    assert_int_equal(access_of_wide(&aligned, 0xe85d, 0x0f00).address, SP + 4);
    assert_int_equal(stack_after(&aligned, 0xb081), SP);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_exclusive_or_ordered_access_is_known),
    cmocka_unit_test(other_wide_instructions_access_nothing),
    cmocka_unit_test(each_move_of_the_stack_pointer_is_known),
    cmocka_unit_test(others_do_not_move_it),
    cmocka_unit_test(aligned_frame_is_taken_into_account),
};

GROUP_MAIN(tests)
