// tester.c - the driver of CFI flash, on QEMU's model of it.
//
// The model does at once what takes silicon its time, and programs by storing, ones
// too: what the driver makes of chips that work, fail and take their time is tested
// on the host (driver/flash_cfi/test_cfi.c).

#include "hostile.h"

#include "../../../driver/flash.h"
#include "../../../server/again.h"
#include "machine.h"
#include "report.h"

CMRX_USE(struct flash, flash);
CMRX_USE(struct flash, nowhere); // the same driver, on RAM
CMRX_USE(struct hostile, hostile);

enum { TESTER, FLASH, NOWHERE, HOSTILE }; // as in cmrx_system(PROCESSES ...)

enum { WINDOW = 0x80000, SECTOR = 0x40000, ERASED = 0xffffffff };

static CMRX_SHARED uint32_t words[8], got[8];
static CMRX_SHARED struct flash_info found;

static int32_t info(void)
{
    int32_t result = 1;

    CALL_AGAIN(cmrx_call(&result, flash, info, &found));
    return result;
}

static int32_t program(uint32_t offset, const uint32_t *from, uint32_t count)
{
    int32_t result = 1;

    CALL_AGAIN(cmrx_call(&result, flash, program, offset, from, count));
    return result;
}

static int32_t read(uint32_t offset, uint32_t *to, uint32_t count)
{
    int32_t result = 1;

    CALL_AGAIN(cmrx_call(&result, flash, read, offset, to, count));
    return result;
}

static int32_t erase(uint32_t sector)
{
    int32_t result = 1;

    CALL_AGAIN(cmrx_call(&result, flash, erase, sector));
    return result;
}

static int32_t program_word(uint32_t offset, uint32_t word)
{
    words[0] = word;
    return program(offset, words, 1);
}

static bool is_word(uint32_t offset, uint32_t word)
{
    return read(offset, got, 1) == 0 && got[0] == word;
}

static bool device_says_what_it_is(void)
{
    return info() == 0 && found.size == WINDOW && found.sector == SECTOR &&
           found.sectors == 2 && found.page == 4;
}

static bool erased_sector_is_all_ones(void)
{
    return erase(0) == 0 && erase(1) == 0 && is_word(0, ERASED) &&
           is_word(SECTOR - 4, ERASED) && is_word(SECTOR, ERASED) &&
           is_word(WINDOW - 4, ERASED);
}

static bool words_are_programmed_and_read_back(void)
{
    for (uint32_t n = 0; n < 8; n++)
        words[n] = 0x01234567u * (n + 1u);
    if (program(64, words, 8) != 0 || read(64, got, 8) != 0)
        return false;
    for (uint32_t n = 0; n < 8; n++) {
        if (got[n] != words[n])
            return false;
    }
    return is_word(60, ERASED) && is_word(96, ERASED) &&
           program_word(WINDOW - 4, 1) == 0 && is_word(WINDOW - 4, 1);
}

static bool bits_become_zeros_and_not_ones(void)
{
    return program_word(128, 0xff00ff00u) == 0 &&
           program_word(128, 0x0f00f000u) == 0 && is_word(128, 0x0f00f000u) &&
           program_word(128, 0x0f00f001u) == FLASH_SET &&
           is_word(128, 0x0f00f000u);
}

static bool one_sector_is_erased_and_no_other(void)
{
    return program_word(0, 1) == 0 && program_word(SECTOR - 4, 2) == 0 &&
           program_word(SECTOR, 3) == 0 && erase(1) == 0 && is_word(0, 1) &&
           is_word(SECTOR - 4, 2) && is_word(SECTOR, ERASED) && erase(0) == 0 &&
           is_word(0, ERASED) && is_word(SECTOR - 4, ERASED);
}

static bool what_is_outside_of_the_window_is_refused(void)
{
    return program(WINDOW, words, 1) == FLASH_RANGE &&
           program(WINDOW - 4, words, 2) == FLASH_RANGE &&
           program(0xfffffffcu, words, 2) == FLASH_RANGE &&
           program(0, words, 0x40000001u) == FLASH_RANGE &&
           program(0, words, 0) == FLASH_RANGE &&
           program(2, words, 1) == FLASH_RANGE &&
           read(WINDOW, got, 1) == FLASH_RANGE &&
           read(WINDOW - 4, got, 2) == FLASH_RANGE &&
           read(1, got, 1) == FLASH_RANGE &&
           read(0, (uint32_t *)((uintptr_t)got + 1), 1) == FLASH_RANGE &&
           erase(2) == FLASH_RANGE && erase(0x80000000u) == FLASH_RANGE;
}

static bool memory_that_is_not_the_callers_is_refused(void)
{
    static uint32_t mine; // and not lent
    uint32_t *kernels = (uint32_t *)(uintptr_t)MACHINE_KERNEL;
    int32_t result = 1;

    if (cmrx_call(&result, flash, info, (struct flash_info *)(void *)kernels) !=
            CMRX_OK ||
        result != FLASH_DENIED)
        return false;
    return program(0, &mine, 1) == FLASH_DENIED &&
           read(0, &mine, 1) == FLASH_DENIED &&
           program(0, kernels, 1) == FLASH_DENIED &&
           read(0, kernels, 1) == FLASH_DENIED;
}

static bool what_is_no_such_flash_is_refused(void)
{
    int32_t result = 1;

    return cmrx_call(&result, nowhere, info, &found) == CMRX_OK &&
           result == FLASH_NO_QUERY &&
           cmrx_call(&result, nowhere, erase, 0) == CMRX_OK &&
           result == FLASH_NO_QUERY;
}

// ---- The driver ends anywhere

static volatile uint32_t written; // words, one after the other

static uint32_t word_of(uint32_t n)
{
    return n * 0x9e3779b1u;
}

// Less urgent than who restarts the driver meanwhile. A word that was cut off is
// programmed once more: the same again is no harm.
CMRX_THREAD(writer, .stack = CMRX_AUTO, .priority = 4, .dormant = 1)
{
    static CMRX_SHARED uint32_t word;

    for (;;) {
        word = word_of(written);
        if (program(SECTOR + written * 4, &word, 1) == 0)
            written++;
    }
}

static bool driver_that_is_restarted_at_any_time_leaves_old_or_new(void)
{
    bool ok = erase(1) == 0;
    uint32_t olds = 0, told = 0;

    cmrx_thread_start(CMRX_THREAD_ID(writer), 0);
    for (uint32_t n = 0; ok && n < 100; n++) {
        cmrx_sleep_until(cmrx_time_now() + 300 + 37 * n % 600);
        cmrx_process_restart(FLASH);
        uint32_t last = told;
        told = written;
        ok = read(SECTOR + told * 4, got, 2) == 0 &&
             (got[0] == ERASED || got[0] == word_of(told)) && got[1] == ERASED;
        olds += got[0] == ERASED;
        while (ok && last < told) {
            ok = is_word(SECTOR + last * 4, word_of(last));
            last++;
        }
    }
    return ok && olds > 10 && olds < 100 && written > 100;
}

// ---- Somebody else who asks for anything

enum { CALLS = 40, SOME = 5, LIVES = 40 };
// A look at each word of a sector that was erased, for each of its threads.
enum { SERVED_US = 200000 };

static uint32_t outcomes(uint32_t target, uint32_t outcome)
{
    uint32_t n = 0;

    CALL_AGAIN(cmrx_call(&n, hostile, count, target, outcome));
    return n;
}

// How many of the methods were called often, and with each outcome; UINT32_MAX: there
// was a wrong one.
static uint32_t tried(void)
{
    uint32_t n = 0;

    for (uint32_t target = 0; target < TARGETS; target++) {
        uint32_t accepted = outcomes(target, ACCEPTED);
        uint32_t refused = outcomes(target, REFUSED);
        if (outcomes(target, WRONG) != 0)
            return UINT32_MAX;
        n += accepted + refused >= CALLS && accepted >= SOME && refused >= SOME;
    }
    return n;
}

static bool is_unharmed(uint32_t generation)
{
    struct cmrx_process_status status;
    static struct cmrx_fault fault;

    return cmrx_process_status(FLASH, &status) == CMRX_OK &&
           status.state == CMRX_PROCESS_RUNNING && status.faults == 0 &&
           status.generation == generation &&
           cmrx_fault_read(&fault) == CMRX_BUSY;
}

// We are served meanwhile, after one call of each of its threads at most.
static bool serves(void)
{
    uint64_t begin = cmrx_time_now();

    return info() == 0 && found.size == WINDOW && read(0, got, 8) == 0 &&
           cmrx_time_now() - begin < SERVED_US;
}

static bool driver_serves_beside_a_hostile_client(void)
{
    struct cmrx_process_status before;
    bool ok = cmrx_process_status(FLASH, &before) == CMRX_OK;
    uint32_t done = 0;

    cmrx_call(NULL, hostile, begin, 0x2f1a5);
    for (uint32_t n = 0; ok && n < 1000 && done < TARGETS; n++) {
        cmrx_sleep_until(cmrx_time_now() + 2000);
        done = tried();
        ok = serves();
    }
    return ok && done == TARGETS && is_unharmed(before.generation);
}

// Also while it waits for the chips.
static bool client_that_is_restarted_in_there_leaves_nothing(void)
{
    struct cmrx_process_status before;
    bool ok = cmrx_process_status(FLASH, &before) == CMRX_OK;

    for (uint32_t n = 0; ok && n < LIVES; n++) {
        cmrx_process_restart(HOSTILE);
        CALL_AGAIN(cmrx_call(NULL, hostile, begin, n * 2654435761u));
        cmrx_sleep_until(cmrx_time_now() + 300 + 177 * n % 2000);
    }
    cmrx_process_stop(HOSTILE);
    return ok && serves() && erase(0) == 0 && program_word(0, 1) == 0 &&
           is_word(0, 1) && is_unharmed(before.generation);
}

static const struct test_case cases[] = {
    { "device_says_what_it_is", device_says_what_it_is },
    { "erased_sector_is_all_ones", erased_sector_is_all_ones },
    { "words_are_programmed_and_read_back",
      words_are_programmed_and_read_back },
    { "bits_become_zeros_and_not_ones", bits_become_zeros_and_not_ones },
    { "one_sector_is_erased_and_no_other", one_sector_is_erased_and_no_other },
    { "what_is_outside_of_the_window_is_refused",
      what_is_outside_of_the_window_is_refused },
    { "memory_that_is_not_the_callers_is_refused",
      memory_that_is_not_the_callers_is_refused },
    { "what_is_no_such_flash_is_refused", what_is_no_such_flash_is_refused },
    { "driver_that_is_restarted_at_any_time_leaves_old_or_new",
      driver_that_is_restarted_at_any_time_leaves_old_or_new },
    { "driver_serves_beside_a_hostile_client",
      driver_serves_beside_a_hostile_client },
    { "client_that_is_restarted_in_there_leaves_nothing",
      client_that_is_restarted_in_there_leaves_nothing },
};

// It calls the tests through pointers; the most that one of them needs, with
// what it lends.
CMRX_STACK_BOUND(test_run, 300);

CMRX_THREAD(main, .stack = 1024, .priority = 5)
{
    test_run(cases, sizeof cases / sizeof cases[0]);
}
