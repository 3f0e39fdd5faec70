// cfi.c - two 16-bit NOR chips side by side, with Intel's commands.
//
// Each command and each status comes twice, in the halves of a word. A command is
// over when the status says so in both; the time is bounded by what the chips say of
// themselves.

#include "cfi.h"

#define BOTH(x)    ((uint32_t)(x) | (uint32_t)(x) << 16)

// Commands (AP-646, table 2). All ones instead of 0xff: a chip takes 8 bits of a
// command, and should it wait for data to program, ones change nothing.
#define READ_ARRAY 0xffffffffu
#define QUERY      BOTH(0x98)
#define STATUS     BOTH(0x70)
#define CLEAR      BOTH(0x50) // the errors in the status
#define PROGRAM    BOTH(0x40)
#define ERASE      BOTH(0x20)
#define LOCK       BOTH(0x60) // begins that, and the opposite
#define CONFIRM    BOTH(0xd0) // of an erase, of an unlock

// Status.
enum {
    READY = 1u << 7,
    ERASE_FAILED = 1u << 5,
    PROGRAM_FAILED = 1u << 4,
    NO_VOLTAGE = 1u << 3,
    IS_LOCKED = 1u << 1,
    PROTECTED = NO_VOLTAGE | IS_LOCKED,
    ERRORS = ERASE_FAILED | PROGRAM_FAILED | PROTECTED,
};

// The query (JESD68.01, 4.3): a byte each, at these words.
enum {
    Q_COMMAND = 0x55, // where it is asked for
    Q_QRY = 0x10,
    Q_COMMANDS = 0x13,
    Q_EXTENSION = 0x15,
    Q_PROGRAM_US = 0x1f, // these four, and the size, are powers of two
    Q_ERASE_MS = 0x21,
    Q_PROGRAM_MOST = 0x23, // times the above
    Q_ERASE_MOST = 0x25,
    Q_SIZE = 0x27, // of one chip
    Q_BUS = 0x28,
    Q_REGIONS = 0x2c,
    Q_SECTORS = 0x2d, // less one
    Q_SECTOR = 0x2f,  // in units of 256 bytes
    Q_END = 0x31,

    COMMANDS_INTEL = 1, // with extensions, which begin with "PRI":
    EXTENSION_FEATURES = 5,
    EXTENSION_END = 9,
    FEATURE_LOCKS = 1u << 5, // of each sector, closed at power up

    BUS_16 = 1,
    BUS_8_OR_16 = 2,
    ANOTHER = 0xffff, // what is no byte, or not the same in both
};

// Who died may have left an erase behind, the longest work there is.
#define OPEN_US       5000000u
#define OPEN_STEP_US  10000u
#define ERASE_STEP_US 2000u

// ---- What it is

static uint32_t query(uint32_t n)
{
    uint32_t word = cfi_load(n * 4u);

    return word == BOTH(word & 0xffu) ? word & 0xffu : ANOTHER;
}

static uint32_t query_two(uint32_t n)
{
    return query(n) | query(n + 1u) << 8;
}

static bool is_answer(void)
{
    return (cfi_load(Q_QRY * 4u) & 0xffu) == 'Q' &&
           (cfi_load((Q_QRY + 1u) * 4u) & 0xffu) == 'R' &&
           (cfi_load((Q_QRY + 2u) * 4u) & 0xffu) == 'Y';
}

// One chip would answer in one half, two of 8 bits in all four bytes.
static bool is_of_two(void)
{
    for (uint32_t n = Q_QRY; n < Q_END; n++) {
        if (query(n) == ANOTHER)
            return false;
    }
    return true;
}

// Each number is bounded before it is used: what answers may be anything.
static int32_t decode_times(struct cfi *chip)
{
    uint32_t program = query(Q_PROGRAM_US), erase = query(Q_ERASE_MS);
    uint32_t program_most = query(Q_PROGRAM_MOST);
    uint32_t erase_most = query(Q_ERASE_MOST);

    if (program == 0 || program > 15 || program_most > 7 || erase == 0 ||
        erase > 13 || erase_most > 7)
        return FLASH_TIMES;
    chip->program_us = 1u << program << program_most;
    chip->erase_us = 1000u << erase << erase_most;
    return 0;
}

static int32_t decode_sectors(struct cfi *chip, uint32_t bytes)
{
    uint32_t size = query(Q_SIZE), count = query_two(Q_SECTORS) + 1u;
    uint32_t each = query_two(Q_SECTOR) * 256u * 2u; // of both chips

    // With sectors of several sizes it is not known which are in the window.
    if (query(Q_REGIONS) != 1 || size > 29 || bytes > 2u << size)
        return FLASH_SECTORS;
    if (each > bytes || (uint64_t)each * count != 2u << size)
        return FLASH_SECTORS;
    chip->sector = each;
    return 0;
}

static bool find_locks(uint32_t bytes)
{
    uint32_t p = query_two(Q_EXTENSION);

    return p <= bytes / 4u - EXTENSION_END && query(p) == 'P' &&
           query(p + 1u) == 'R' && query(p + 2u) == 'I' &&
           (query(p + EXTENSION_FEATURES) & FEATURE_LOCKS) != 0;
}

static int32_t decode(struct cfi *chip, uint32_t bytes)
{
    uint32_t bus = query_two(Q_BUS);
    int32_t wrong;

    if (!is_of_two() || (bus != BUS_16 && bus != BUS_8_OR_16))
        return FLASH_WIDTH;
    if (query_two(Q_COMMANDS) != COMMANDS_INTEL)
        return FLASH_COMMANDS;
    wrong = decode_sectors(chip, bytes);
    if (wrong == 0)
        wrong = decode_times(chip);
    chip->has_locks = find_locks(bytes);
    return wrong;
}

// While a chip is at work it hears no command and shows no answer.
int32_t cfi_open(struct cfi *chip, uint32_t bytes)
{
    uint64_t until = cfi_now() + OPEN_US;
    bool has_time = true, is_there;
    int32_t wrong = FLASH_NO_QUERY;

    *chip = (struct cfi){ .sector = 0 };
    for (;;) {
        bool is_last = cfi_now() >= until;

        // It also ends what wants a second word.
        cfi_store(0, READ_ARRAY);
        cfi_store(0, CLEAR);
        cfi_store(Q_COMMAND * 4u, QUERY);
        is_there = is_answer();
        if (is_there || is_last || !has_time)
            break;
        has_time = cfi_pause(OPEN_STEP_US);
    }
    if (is_there)
        wrong = decode(chip, bytes);
    else if (!has_time)
        wrong = FLASH_BUSY;
    cfi_store(0, READ_ARRAY);
    return wrong;
}

// ---- What it does

// Both are ready: 0, and how it went.
static int32_t await(const struct cfi *chip, uint32_t *status)
{
    for (;;) {
        // Before the look: the last one comes after the time has passed.
        bool is_late = cfi_now() >= chip->until;

        *status = cfi_load(chip->at);
        if ((*status & BOTH(READY)) == BOTH(READY))
            return 0;
        if (is_late)
            return FLASH_TIMEOUT;
        if (!cfi_pause(chip->step))
            return FLASH_BUSY;
    }
}

int32_t cfi_settle(struct cfi *chip)
{
    uint32_t status = 0;
    int32_t wrong = chip->is_unsettled ? await(chip, &status) : 0;

    if (wrong != 0 || !chip->is_unsettled)
        return wrong;
    status = (status | status >> 16) & ERRORS;
    if (status != 0)
        cfi_store(chip->at, CLEAR);
    cfi_store(chip->at, READ_ARRAY);
    chip->is_unsettled = false;
    if ((status & PROTECTED) != 0)
        return FLASH_LOCKED;
    return status != 0 ? FLASH_FAILED : 0;
}

// What is begun next is over within `most` microseconds.
static void begin(struct cfi *chip, uint32_t at, uint32_t most, uint32_t step)
{
    if (chip->has_locks) {
        cfi_store(at, LOCK);
        cfi_store(at, CONFIRM);
    }
    chip->at = at;
    chip->until = cfi_now() + most;
    chip->step = step;
    chip->is_unsettled = true;
}

// Words that somebody changes meanwhile read otherwise in the end.
int32_t cfi_program(struct cfi *chip, uint32_t at, const uint32_t *words,
                    uint32_t count)
{
    int32_t wrong = cfi_settle(chip);
    uint32_t status = 0;

    for (uint32_t n = 0; wrong == 0 && n < count; n++) {
        if ((cfi_load(at + n * 4u) & words[n]) != words[n])
            wrong = FLASH_SET;
    }
    for (uint32_t n = 0; wrong == 0 && n < count; n++) {
        begin(chip, at + n * 4u, chip->program_us, chip->program_us / 16u + 1u);
        cfi_store(chip->at, PROGRAM);
        cfi_store(chip->at, words[n]);
        wrong = await(chip, &status);
        if ((status & BOTH(ERRORS)) != 0)
            break;
    }
    if (wrong == 0)
        wrong = cfi_settle(chip);
    for (uint32_t n = 0; wrong == 0 && n < count; n++) {
        if (cfi_load(at + n * 4u) != words[n])
            wrong = FLASH_FAILED;
    }
    return wrong;
}

int32_t cfi_erase(struct cfi *chip, uint32_t at)
{
    int32_t wrong = cfi_settle(chip);

    if (wrong != 0)
        return wrong;
    begin(chip, at, chip->erase_us, ERASE_STEP_US);
    cfi_store(at, ERASE);
    cfi_store(at, CONFIRM);
    wrong = cfi_settle(chip);
    for (uint32_t n = 0; wrong == 0 && n < chip->sector; n += 4) {
        if (cfi_load(at + n) != UINT32_MAX)
            wrong = FLASH_FAILED;
    }
    return wrong;
}
