// test_frame.c - frames out of a stream of bytes that may be damaged.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "frame.h"

#include <string.h>

static struct frame_parser parser;
static struct frame frame;

static int new_parser(void **state)
{
    (void)state;
    memset(&parser, 0, sizeof(parser));
    return 0;
}

static uint32_t build(uint8_t *to, uint8_t type, const void *payload,
                      uint8_t length)
{
    to[0] = FRAME_START;
    to[1] = length;
    to[2] = type;
    memcpy(to + 3, payload, length);
    uint16_t crc = frame_crc(to + 1, length + 2u);
    to[3 + length] = (uint8_t)crc;
    to[4 + length] = (uint8_t)(crc >> 8);
    return length + 5u;
}

// How many frames these bytes bring; the last is in `frame`.
static uint32_t feed(const uint8_t *bytes, uint32_t size)
{
    uint32_t count = 0;

    for (uint32_t n = 0; n < size; n++)
        count += frame_feed(&parser, bytes[n], &frame);
    return count;
}

static void the_checksum_is_the_published_one(void **state)
{
    (void)state;
    // CRC-16/CCITT-FALSE: the check value of the catalogue of CRCs.
    assert_int_equal(frame_crc((const uint8_t *)"123456789", 9), 0x29b1);
}

static void a_good_frame_is_found(void **state)
{
    uint8_t bytes[FRAME_BYTES];
    (void)state;

    for (uint8_t length = 0; length <= FRAME_PAYLOAD; length++) {
        uint32_t size = build(bytes, length, "\1\2\3\4\5\6\7\10", length);

        assert_int_equal(feed(bytes, size), 1);
        assert_int_equal(frame.type, length);
        assert_int_equal(frame.length, length);
        assert_memory_equal(frame.payload, "\1\2\3\4\5\6\7\10", length);
    }
    assert_int_equal(parser.bad, 0);
    assert_int_equal(parser.skipped, 0);
    assert_int_equal(frame_word(&frame, 4), 0x08070605);
}

static void each_bit_that_is_wrong_is_seen(void **state)
{
    uint8_t good[FRAME_BYTES], bytes[FRAME_BYTES];
    uint32_t size = build(good, 1, "abcdefgh", 8);
    (void)state;

    for (uint32_t bit = 0; bit < size * 8; bit++) {
        memcpy(bytes, good, size);
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        memset(&parser, 0, sizeof(parser));
        assert_int_equal(feed(bytes, size), 0);
    }
}

static void a_frame_behind_a_damaged_one_is_found(void **state)
{
    uint8_t bytes[2 * FRAME_BYTES];
    (void)state;

    // Cut off anywhere, the next frame begins at once.
    for (uint32_t cut = 1; cut < FRAME_BYTES; cut++) {
        build(bytes, 1, "abcdefgh", 8);
        uint32_t size = cut + build(bytes + cut, 2, "ijklmnop", 8);

        memset(&parser, 0, sizeof(parser));
        // What was cut off may still wait for its end: one more frame brings
        // it, and both are found.
        uint32_t found = feed(bytes, size);
        found += feed(bytes + cut, size - cut);
        assert_int_equal(found, 2);
        assert_int_equal(frame.type, 2);
        assert_memory_equal(frame.payload, "ijklmnop", 8);
        assert_int_equal(parser.skipped, cut);
    }
}

static void bytes_between_frames_are_skipped_and_counted(void **state)
{
    uint8_t bytes[FRAME_BYTES];
    uint32_t size = build(bytes, 1, "abcdefgh", 8);
    (void)state;

    assert_int_equal(feed((const uint8_t *)"noise", 5), 0);
    assert_int_equal(feed(bytes, size), 1);
    assert_int_equal(parser.skipped, 5);
    assert_int_equal(parser.bad, 0);
}

// Whatever comes, nothing is written past the parser (the sanitizer looks), and
// two good frames are enough to be in step again.
static void noise_does_not_keep_good_frames_out(void **state)
{
    uint8_t bytes[FRAME_BYTES];
    uint32_t size = build(bytes, 3, "abcdefgh", 8);
    (void)state;

    srand(1);
    for (unsigned round = 0; round < 2000; round++) {
        for (int n = rand() % 100; n > 0; n--) {
            // Mostly what a frame is made of.
            int kind = rand() % 8, byte = rand();

            if (kind < 2)
                byte = (int)FRAME_START;
            else if (kind < 5)
                byte = byte % 10;
            frame_feed(&parser, (uint8_t)byte, &frame);
        }
        assert_in_range(feed(bytes, size) + feed(bytes, size), 1, 4);
        assert_int_equal(frame.type, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_the_published_one),
        cmocka_unit_test_setup(a_good_frame_is_found, new_parser),
        cmocka_unit_test_setup(each_bit_that_is_wrong_is_seen, new_parser),
        cmocka_unit_test_setup(a_frame_behind_a_damaged_one_is_found,
                               new_parser),
        cmocka_unit_test_setup(bytes_between_frames_are_skipped_and_counted,
                               new_parser),
        cmocka_unit_test_setup(noise_does_not_keep_good_frames_out, new_parser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
