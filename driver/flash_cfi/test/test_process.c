// test_process.c - the service on memory that answers to the query and then does
// nothing: it is never ready, until the test says so. See ../test_cfi.c for chips.

#include "../../flash.h"

#include <cmrx/test.h>

CMRX_USE(struct flash, flash);

struct nor {
    uint32_t word[0x80000 / 4];
};

CMRX_DEVICE(struct nor, window);

#define BOTH(x) ((uint32_t)(x) | (uint32_t)(x) << 16)
#define READY   BOTH(0x80)

enum { AT = 0x1000, THERE = 0x2000, PROGRAM_US = 128 };

static CMRX_SHARED uint32_t words[4];
static CMRX_SHARED struct flash_info found;

static void answer(void)
{
    static const uint8_t query[] = {
        'Q', 'R', 'Y', 1, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0,   0, 7, // 128 us
        0,   9,   0,   0, 0, 1, 0, 25, 2, 0, 0, 0, 1, 255, 0, 0, // 1 s
        2, // sectors of 128 kB in each of the two
    };

    for (uint32_t n = 0; n < sizeof(query); n++)
        window.word[0x10 + n] = BOTH(query[n]);
}

static int32_t program_until(uint64_t deadline, uint32_t word)
{
    int32_t result = 1;

    words[0] = word;
    cmrx_check_equal(
        cmrx_call_until(deadline, &result, flash, program, AT, words, 1),
        CMRX_OK);
    return result;
}

static int32_t read(uint32_t offset)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, flash, read, offset, words, 1),
                     CMRX_OK);
    return result;
}

CMRX_TEST(nobody_there_is_told_in_time)
{
    uint64_t before = cmrx_time_now();
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, flash, info, &found), CMRX_OK);
    cmrx_check_equal(result, FLASH_NO_QUERY);
    cmrx_check(cmrx_time_now() - before <= 5020000);
    cmrx_check_equal(program_until(cmrx_time_now() + 1000, 0), FLASH_BUSY);
    cmrx_check_equal(read(0), FLASH_NO_QUERY);
    answer(); // and is found when it is there
    cmrx_check_equal(read(0), 0);
}

CMRX_TEST(it_says_what_the_chips_say)
{
    int32_t result = 1;

    answer();
    cmrx_check_equal(cmrx_call(&result, flash, info, &found), CMRX_OK);
    cmrx_check_equal(result, 0);
    cmrx_check_equal(found.size, 0x80000);
    cmrx_check_equal(found.sector, 0x40000);
    cmrx_check_equal(found.sectors, 2);
    cmrx_check_equal(found.page, 4);
}

CMRX_TEST(who_has_no_time_leaves_the_rest_to_the_next)
{
    uint64_t before = cmrx_time_now();

    answer();
    window.word[AT / 4] = UINT32_MAX;
    cmrx_check_equal(program_until(before + 50, 0), FLASH_BUSY);
    cmrx_check_equal(cmrx_time_now(), before + 50);
    cmrx_check_equal(read(0), FLASH_TIMEOUT);
    cmrx_check(cmrx_time_now() - before >= PROGRAM_US);
    window.word[AT / 4] = READY;
    cmrx_check_equal(read(AT), 0);
    cmrx_check_equal(words[0], UINT32_MAX); // Read Array, its last command
}

// That its work has failed is for who has begun it, not for the next.
CMRX_TEST(failure_of_what_was_left_is_not_told_to_the_next)
{
    answer();
    window.word[AT / 4] = UINT32_MAX;
    cmrx_check_equal(program_until(cmrx_time_now() + 50, 0), FLASH_BUSY);
    window.word[AT / 4] = READY | 0x10;
    cmrx_check_equal(read(0), 0);
}

static int32_t others;

static void other(uintptr_t argument)
{
    (void)argument;
    words[1] = 0;
    cmrx_call(&others, flash, program, THERE, words + 1, 1);
}

CMRX_TEST(others_wait_for_who_waits_for_the_chips)
{
    answer();
    window.word[AT / 4] = UINT32_MAX;
    window.word[THERE / 4] = UINT32_MAX;
    cmrx_check_equal(read(0), 0);
    struct host_thread *thread = cmrx_test_thread("other", other, 0, 5);
    cmrx_check_equal(window.word[THERE / 4], 0); // it has begun, and sleeps
    cmrx_check(!cmrx_test_has_ended(thread));
    cmrx_check_equal(program_until(cmrx_time_now() + 50, 0), FLASH_BUSY);
    cmrx_check(!cmrx_test_has_ended(thread));
    cmrx_check_equal(window.word[AT / 4], UINT32_MAX);
    // Longer than it can take: told to the one, and to who comes next.
    cmrx_check_equal(read(0), FLASH_TIMEOUT);
    cmrx_check(cmrx_test_has_ended(thread));
    cmrx_check_equal(others, FLASH_TIMEOUT);
}
