// test_ring.c - bytes from one writer to one reader.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cmrx/ring.h>

static uint8_t bytes[8];

static void what_goes_in_comes_out_in_order(void **state)
{
    struct cmrx_ring ring = CMRX_RING(bytes);
    uint8_t in = 0, out = 0;
    (void)state;

    // All fillings and all pieces, over the wrap of the counts.
    ring.put = ring.taken = UINT32_MAX - 100;
    for (uint32_t n = 0; n < 1000; n++) {
        uint8_t piece[16];
        uint32_t size = n % 11, room = cmrx_ring_free(&ring);

        for (uint32_t i = 0; i < size; i++)
            piece[i] = (uint8_t)(in + i);
        uint32_t count = cmrx_ring_write(&ring, piece, size);
        assert_int_equal(count, size < room ? size : room);
        in = (uint8_t)(in + count);

        count = cmrx_ring_read(&ring, piece, n % 7);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(piece[i], out++);
        assert_int_equal(cmrx_ring_used(&ring) + cmrx_ring_free(&ring), 8);
    }
}

static void a_full_ring_takes_nothing_and_an_empty_one_gives_nothing(
    void **state)
{
    struct cmrx_ring ring = CMRX_RING(bytes);
    uint8_t piece[9] = { 0 };
    (void)state;

    assert_int_equal(cmrx_ring_read(&ring, piece, 1), 0);
    assert_int_equal(cmrx_ring_write(&ring, piece, 9), 8);
    assert_int_equal(cmrx_ring_write(&ring, piece, 1), 0);
    assert_int_equal(cmrx_ring_read(&ring, piece, 9), 8);
    assert_int_equal(cmrx_ring_used(&ring), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_in_order),
        cmocka_unit_test(
            a_full_ring_takes_nothing_and_an_empty_one_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
