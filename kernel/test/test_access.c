// test_access.c - what the instruction of a fault has touched (port/armv6m).

#include "group.h"

#include "../../port/armv6m/access.h"

// Every register is its number times 0x100; the frame lies at 0x20000000.
static struct cmrx_fault fault = {
    .r = { 0x000, 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700 },
    .sp = 0x20000000,
    .pc = 0x1002,
};

static const struct {
    uint32_t code, address, unit, count;
    bool write;
} cases[] = {
    { 0x4903, 0x1010, 4, 1, false },     // ldr r1, [pc, #12]
    { 0x508f, 0x300, 4, 1, true },       // str r7, [r1, r2]
    { 0x528f, 0x300, 2, 1, true },       // strh r7, [r1, r2]
    { 0x548f, 0x300, 1, 1, true },       // strb r7, [r1, r2]
    { 0x568f, 0x300, 1, 1, false },      // ldrsb r7, [r1, r2]
    { 0x588f, 0x300, 4, 1, false },      // ldr r7, [r1, r2]
    { 0x5a8f, 0x300, 2, 1, false },      // ldrh r7, [r1, r2]
    { 0x5c8f, 0x300, 1, 1, false },      // ldrb r7, [r1, r2]
    { 0x5e8f, 0x300, 2, 1, false },      // ldrsh r7, [r1, r2]
    { 0x67df, 0x37c, 4, 1, true },       // str r7, [r3, #124]
    { 0x6fdf, 0x37c, 4, 1, false },      // ldr r7, [r3, #124]
    { 0x77df, 0x31f, 1, 1, true },       // strb r7, [r3, #31]
    { 0x7fdf, 0x31f, 1, 1, false },      // ldrb r7, [r3, #31]
    { 0x87df, 0x33e, 2, 1, true },       // strh r7, [r3, #62]
    { 0x8fdf, 0x33e, 2, 1, false },      // ldrh r7, [r3, #62]
    { 0x9702, 0x20000028, 4, 1, true },  // str r7, [sp, #8]
    { 0x9f02, 0x20000028, 4, 1, false }, // ldr r7, [sp, #8]
    { 0xb5f0, 0x2000000c, 4, 5, true },  // push {r4-r7, lr}
    { 0xbdf0, 0x20000020, 4, 5, false }, // pop {r4-r7, pc}
    { 0xc50f, 0x500, 4, 4, true },       // stm r5!, {r0-r3}
    { 0xcd0f, 0x500, 4, 4, false },      // ldm r5!, {r0-r3}
};

static void each_form_of_load_and_store_is_known(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct access a = access_of(&fault, cases[i].code);

        assert_int_equal(a.address, cases[i].address);
        assert_int_equal(a.unit, cases[i].unit);
        assert_int_equal(a.count, cases[i].count);
        assert_int_equal(a.write, cases[i].write);
    }
}

static void others_access_nothing(void **state)
{
    static const uint16_t codes[] = { 0x0000, 0x2001, 0x4140, 0x4770, 0xa101,
                                      0xb082, 0xbe00, 0xbf00, 0xb672, 0xd0fe,
                                      0xde00, 0xdf00, 0xe7fe, 0xf000, 0xe850 };

    (void)state;
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(access_of(&fault, codes[i]).count, 0);
}

static void aligned_frame_is_taken_into_account(void **state)
{
    struct cmrx_fault aligned = fault;

    (void)state;
    aligned.psr = 1u << 9;
    assert_int_equal(access_of(&aligned, 0x9702).address, 0x2000002c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_form_of_load_and_store_is_known),
    cmocka_unit_test(others_access_nothing),
    cmocka_unit_test(aligned_frame_is_taken_into_account),
};

GROUP_MAIN(tests)
