// test_flash.c - the store over a driver of flash, which ends, fails, or is deaf.

#include "../../../driver/flash.h"
#include "../log.h"
#include "../store.h"

#include <cmrx/test.h>

CMRX_USE(struct store, store); // which the process provides
CMRX_USE(struct flash, flash); // which it calls

enum { SECTOR = 0x20000, USED = 1024 * STORE_RECORD_BYTES };

static uint32_t nor[2 * SECTOR / 4];
static uint32_t sector, page, erased;

static CMRX_SHARED uint32_t value, got;

// ---- A driver that checks what it is asked for

static uint32_t *inside(uint32_t offset, uint32_t count)
{
    cmrx_check(count == STORE_RECORD_BYTES / 4 && offset % 64 == 0);
    cmrx_check(offset < 2 * sector && offset % sector < USED);
    return &nor[offset / 4];
}

static int32_t fake_info(CMRX_SELF, struct flash_info *to)
{
    cmrx_check(cmrx_caller_may_write(to, sizeof(*to)));
    *to = (struct flash_info){ 2 * sector, sector, 2, page };
    return 0;
}

static int32_t fake_read(CMRX_SELF, uint32_t offset, uint32_t *to,
                         uint32_t count)
{
    cmrx_check(cmrx_caller_may_write(to, count * 4));
    memcpy(to, inside(offset, count), count * 4);
    return 0;
}

static int32_t fake_program(CMRX_SELF, uint32_t offset, const uint32_t *words,
                            uint32_t count)
{
    uint32_t *at = inside(offset, count);

    cmrx_check(cmrx_caller_may_read(words, count * 4));
    for (uint32_t n = 0; n < count; n++) {
        if ((at[n] & words[n]) != words[n])
            return FLASH_SET;
    }
    memcpy(at, words, count * 4);
    return 0;
}

static int32_t fake_erase(CMRX_SELF, uint32_t n)
{
    cmrx_check(n < 2);
    memset((char *)nor + n * sector, 0xff, sector);
    erased++;
    return 0;
}

static void begin(void)
{
    sector = SECTOR;
    page = 4;
    cmrx_fake(flash, info, fake_info);
    cmrx_fake(flash, read, fake_read);
    cmrx_fake(flash, program, fake_program);
    cmrx_fake(flash, erase, fake_erase);
    cmrx_test_start();
}

static int32_t put(uint32_t number)
{
    int32_t result = 1;

    value = number;
    cmrx_check_equal(cmrx_call(&result, store, put, STORE_NAMED("number"),
                               &value, sizeof(value)),
                     CMRX_OK);
    return result;
}

static int32_t get(void)
{
    int32_t result = 1;

    got = 0;
    cmrx_check_equal(cmrx_call(&result, store, get, STORE_NAMED("number"), &got,
                               sizeof(got)),
                     CMRX_OK);
    return result;
}

static int32_t drop(void)
{
    int32_t result = 1;

    cmrx_check_equal(cmrx_call(&result, store, remove, STORE_NAMED("number")),
                     CMRX_OK);
    return result;
}

CMRX_TEST(a_value_is_got_as_it_was_put)
{
    begin();
    cmrx_check_equal(get(), STORE_NOTHING);
    cmrx_check_equal(put(5), 0);
    cmrx_check_equal(get(), 4);
    cmrx_check_equal(got, 5);
    cmrx_check_equal(drop(), 0);
    cmrx_check_equal(get(), STORE_NOTHING);
}

CMRX_TEST(each_half_is_used_up_to_its_limit)
{
    begin();
    for (uint32_t n = 1; n <= 1200; n++)
        cmrx_check_equal(put(n), 0);
    cmrx_check_equal(get(), 4);
    cmrx_check_equal(got, 1200);
    cmrx_check_equal(erased, 3); // 1 at the first start
}

CMRX_TEST(a_driver_that_is_restarted_is_no_news)
{
    begin();
    cmrx_check_equal(put(1), 0);
    cmrx_fake_status(flash, program, CMRX_STALE);
    cmrx_check_equal(put(2), 0);
    cmrx_fake_status(flash, program, CMRX_DEAD);
    cmrx_check_equal(put(3), 0);
    cmrx_fake_status(flash, read, CMRX_STALE);
    cmrx_check_equal(get(), 4);
    cmrx_check_equal(got, 3);
}

CMRX_TEST(a_driver_that_ends_again_and_again_is_told)
{
    begin();
    cmrx_check_equal(put(1), 0);
    cmrx_fake_status(flash, read, CMRX_DEAD);
    cmrx_fake_status(flash, read, CMRX_DEAD);
    cmrx_check_equal(get(), STORE_FAILED);
    cmrx_check_equal(get(), 4);
    cmrx_check_equal(got, 1);
}

CMRX_TEST(flash_that_does_not_answer_is_not_taken_for_empty)
{
    begin();
    cmrx_fake_answer(flash, info, FLASH_NO_QUERY);
    cmrx_check_equal(get(), STORE_FAILED);
    cmrx_fake_answer(flash, info, FLASH_BUSY);
    cmrx_check_equal(put(1), STORE_FAILED);
    cmrx_fake_answer(flash, info, FLASH_TIMEOUT);
    cmrx_check_equal(drop(), STORE_FAILED);
    cmrx_check_equal(put(1), 0);
    cmrx_fake_answer(flash, read, FLASH_BUSY);
    cmrx_check_equal(get(), STORE_FAILED);
    cmrx_check_equal(get(), 4);
}

CMRX_TEST(a_word_that_fails_is_put_elsewhere)
{
    begin();
    cmrx_check_equal(put(1), 0);
    cmrx_fake_answer(flash, program, FLASH_FAILED);
    cmrx_check_equal(put(2), 0);
    cmrx_check_equal(get(), 4);
    cmrx_check_equal(got, 2);
}

// Nothing is programmed there.
CMRX_TEST(pages_that_a_record_does_not_fill_are_refused)
{
    static const uint32_t refused[] = { 0, 3, 48, 128, 256, 0x80000000u };

    begin();
    for (uint32_t n = 0; n < sizeof(refused) / sizeof(refused[0]); n++) {
        page = refused[n];
        cmrx_check_equal(put(1), STORE_FAILED);
    }
    page = 64;
    cmrx_check_equal(get(), STORE_NOTHING);
    cmrx_check_equal(put(1), 0);
}

CMRX_TEST(sectors_that_are_too_small_are_refused)
{
    begin();
    sector = 2048;
    cmrx_check_equal(put(1), STORE_FAILED);
    sector = 4096;
    cmrx_check_equal(put(1), 0);
}
