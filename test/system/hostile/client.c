// client.c - asks servers for anything: what makes sense, and what does not.
//
// Each argument is by itself a good one or a bad one, so that every check of a
// method is met by a call that passes those before it. `high` comes in at instants
// that have nothing to do with what `low` is at, and changes what `low` has lent.

#include "hostile.h"

#include "../../../server/log/log.h"
#include "../../../server/meter/meter.h"
#include "../../../server/store/store.h"
#include "../../../server/time/wall_clock.h"
#include "machine.h"

CMRX_USE(struct messages_in, messages_in);
CMRX_USE(struct messages_out, messages_out);
CMRX_USE(struct spoil_in, spoil_in);
CMRX_USE(struct spoil_out, spoil_out);
CMRX_USE(struct log_writer, log_writer);
CMRX_USE(struct log_reader, log_reader);
CMRX_USE(struct store, loot);
CMRX_USE(struct wall_clock, wall_clock);
CMRX_USE(struct wall_clock_setter, wall_clock_setter);
CMRX_USE(struct meter, meter);

// ---- Numbers that look random; each thread has its own

static uint32_t random_word(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint32_t random_below(uint32_t *state, uint32_t n)
{
    return (random_word(state) >> 8) % n;
}

// ---- Arguments

enum kind {
    NO_ARGUMENT,
    BUFFER,
    MESSAGE_SIZE,
    PRIORITY,
    WAIT,
    WHAT, // of a record: level and length
    LEVEL,
    NAME_LENGTH,
    VALUE_SIZE,
    PLACE_SIZE, // for a value
    TIME_LOW,
    TIME_HIGH,
    MICROSECONDS,
    CORRECTION,
    RATE, // of it
    METER_WHAT,
    WORD,
};

struct call {
    const void *service; // its number is in the address
    uint8_t method;
    uint8_t kinds[4]; // enum kind
};

#define METHOD(service, method)                                                \
    (__builtin_offsetof(__typeof__(*(service).interface), method) /            \
     sizeof(void (*)(void)))
#define CALL(service, method, ...)                                             \
    {                                                                          \
        &(service), METHOD(service, method),                                   \
        {                                                                      \
            __VA_ARGS__                                                        \
        }                                                                      \
    }

#define BUFFER_BYTES 64u
static CMRX_SHARED uint8_t buffer[BUFFER_BYTES];
static uint8_t mine[BUFFER_BYTES]; // lent to nobody

static uint32_t good(uint32_t *state, uint32_t kind)
{
    switch (kind) {
    case BUFFER:
        return (uint32_t)(uintptr_t)buffer;
    case MESSAGE_SIZE:
        return sizeof(struct message);
    case PRIORITY:
        return random_below(state, QUEUE_PRIORITIES);
    case WAIT:
        return random_below(state, 2) * random_below(state, 200);
    case WHAT:
        return random_below(state, LOG_LEVELS) |
               (1 + random_below(state, LOG_TEXT)) << 8;
    case LEVEL:
        return random_below(state, LOG_LEVELS);
    case NAME_LENGTH:
        return 1 + random_below(state, 3);
    case VALUE_SIZE:
    case PLACE_SIZE:
        return 1 + random_below(state, STORE_VALUE);
    case TIME_LOW:
    case CORRECTION:
        return random_word(state);
    case RATE:
        return 1 + random_below(state, WALL_CLOCK_PPM_MAX);
    case METER_WHAT:
        return random_below(state, 2);
    default:
        return random_below(state, 20);
    }
}

static uint32_t bad_address(uint32_t *state)
{
    const uint32_t addresses[] = {
        0,
        4,
        MACHINE_KERNEL,
        MACHINE_SECRET,
        0xfffffff8u,
        UINT32_MAX,
        (uint32_t)(uintptr_t)mine,
        (uint32_t)(uintptr_t)buffer - 1 - random_below(state, 64),
        (uint32_t)(uintptr_t)buffer + 1 + random_below(state, 4096),
        (uint32_t)(uintptr_t)addresses, // of the stack, above the cut
        (uint32_t)(uintptr_t)bad_address,
        MACHINE_KERNEL + random_below(state, 0x10000),
    };

    return addresses[random_below(state, sizeof(addresses) / 4)];
}

// Just past what is allowed, or so in one of two parts.
static uint32_t bad_narrowly(uint32_t *state, uint32_t kind)
{
    switch (kind) {
    case WHAT:
        return random_below(state, 2) == 0
                   ? (LOG_LEVELS + random_below(state, 4)) | LOG_TEXT << 8
                   : (LOG_TEXT + 1 + random_below(state, 40)) << 8;
    case VALUE_SIZE:
        return STORE_VALUE + 1 + random_below(state, 32);
    case NAME_LENGTH:
        return STORE_NAME + 1 + random_below(state, 32);
    case RATE:
        return random_below(state, 2) * (WALL_CLOCK_PPM_MAX + 1);
    default:
        return random_word(state);
    }
}

static uint32_t bad(uint32_t *state, uint32_t kind)
{
    static const uint32_t words[] = {
        0,          1,           15,          17,         24,
        0x100,      0x7fffffffu, 0x80000000u, UINT32_MAX, UINT32_MAX - 15,
        1000000000,
    };

    if (kind == BUFFER)
        return bad_address(state);
    if (random_below(state, 2) == 0)
        return bad_narrowly(state, kind);
    return words[random_below(state, sizeof(words) / sizeof(words[0]))];
}

// No method of ours may accept that, whatever else it is given. Which addresses it may
// accept is for the oracle and the fault record.
static bool is_nonsense(uint32_t kind, uint32_t word)
{
    switch (kind) {
    case MESSAGE_SIZE:
        return word != sizeof(struct message);
    case PRIORITY:
        return word >= QUEUE_PRIORITIES;
    case WHAT:
        return (word & 0xff) >= LOG_LEVELS || word >> 8 == 0 ||
               word >> 8 > LOG_TEXT;
    case LEVEL:
        return word >= LOG_LEVELS;
    case NAME_LENGTH:
        return word == 0 || word > STORE_NAME;
    case VALUE_SIZE:
        return word == 0 || word > STORE_VALUE;
    case PLACE_SIZE:
        return word == 0;
    case MICROSECONDS:
        return word >= 1000000;
    case RATE:
        return word == 0 || word > WALL_CLOCK_PPM_MAX;
    default:
        return false;
    }
}

// Names of few letters, so that they meet again, but more than there is room for. Now
// and then with a zero.
static void scribble(uint32_t *state)
{
    for (uint32_t n = 0; n < 3; n++)
        buffer[n] = (uint8_t)('a' + random_below(state, 3));
    if (random_below(state, 8) == 0)
        buffer[random_below(state, 3)] = 0;
    buffer[random_below(state, BUFFER_BYTES)] = (uint8_t)random_word(state);
}

// ---- Calls

static volatile uint32_t targets, seed;
static volatile uint32_t counts[TARGETS][OUTCOMES];

static enum outcome outcome_of(enum cmrx_status status, uint64_t result)
{
    if (status == CMRX_OK)
        return (int32_t)(uint32_t)result >= 0 ? ACCEPTED : REFUSED;
    return status == CMRX_TIMEOUT || status == CMRX_CANCELLED ? CUT : FAILED;
}

#define MAY_WAIT                                                               \
    (1u << QUEUE_PUT | 1u << QUEUE_GET | 1u << OWN_PUT | 1u << OWN_GET |       \
     1u << LOG_READ | 1u << CLOCK_WAIT)

// What may wait for ever is called with a deadline, all else with or without.
static enum cmrx_status ask(uint32_t *state, uint32_t target,
                            const struct call *c, const uint32_t a[4],
                            uint64_t *result)
{
    uint64_t deadline = cmrx_time_now() + 50 + random_below(state, 300);
    uint32_t word = CMRX_SYS_CALL | CMRX_NUMBER(c->service) << 8 |
                    (uint32_t)c->method << 16;

    if ((MAY_WAIT >> target & 1) != 0 || random_below(state, 2) == 0)
        return CMRX_CALL_BOUNDED(deadline, word, a[0], a[1], a[2], a[3], result,
                                 sizeof(*result));
    return CMRX_CALL_PLAINLY(0, word, a[0], a[1], a[2], a[3], result,
                             sizeof(*result));
}

static void call(uint32_t *state, uint32_t target)
{
    static const struct call calls[TARGETS] = {
        [QUEUE_PUT] =
            CALL(messages_in, put, BUFFER, MESSAGE_SIZE, PRIORITY, WAIT),
        [QUEUE_ACCOUNT] = CALL(messages_in, account, BUFFER),
        [QUEUE_GET] = CALL(messages_out, get, BUFFER, MESSAGE_SIZE, WAIT),
        [QUEUE_DONE] = CALL(messages_out, done, NO_ARGUMENT),
        [OWN_PUT] = CALL(spoil_in, put, BUFFER, MESSAGE_SIZE, PRIORITY, WAIT),
        [OWN_GET] = CALL(spoil_out, get, BUFFER, MESSAGE_SIZE, WAIT),
        [OWN_DONE] = CALL(spoil_out, done, NO_ARGUMENT),
        [LOG_WRITE] = CALL(log_writer, write, BUFFER, WHAT, WORD, WORD),
        [LOG_READ] = CALL(log_reader, read, BUFFER, WAIT),
        [LOG_LIMIT] = CALL(log_reader, limit, LEVEL),
        [STORE_PUT] = CALL(loot, put, BUFFER, NAME_LENGTH, BUFFER, VALUE_SIZE),
        [STORE_GET] = CALL(loot, get, BUFFER, NAME_LENGTH, BUFFER, PLACE_SIZE),
        [STORE_REMOVE] = CALL(loot, remove, BUFFER, NAME_LENGTH),
        [CLOCK_NOW] = CALL(wall_clock, now, NO_ARGUMENT),
        [CLOCK_READ] = CALL(wall_clock, read, BUFFER),
        [CLOCK_WAIT] = CALL(wall_clock, wait_until, TIME_LOW, TIME_HIGH),
        [CLOCK_SET] =
            CALL(wall_clock_setter, set, TIME_LOW, TIME_HIGH, MICROSECONDS),
        [CLOCK_ADJUST] = CALL(wall_clock_setter, adjust, CORRECTION, RATE),
        [METER_SHARE] = CALL(meter, share, METER_WHAT, WORD, METER_WHAT),
        [METER_OWN] = CALL(meter, own, NO_ARGUMENT),
    };
    const struct call *c = &calls[target];
    uint32_t a[4];
    uint64_t result = 0;
    bool nonsense = false;

    for (uint32_t n = 0; n < 4; n++) {
        a[n] = random_below(state, 6) == 0 ? bad(state, c->kinds[n])
                                           : good(state, c->kinds[n]);
        nonsense |= is_nonsense(c->kinds[n], a[n]);
    }
    enum cmrx_status status = ask(state, target, c, a, &result);
    enum outcome outcome = outcome_of(status, result);
    if (nonsense && outcome == ACCEPTED)
        outcome = WRONG;
    counts[target][outcome] = counts[target][outcome] + 1;
}

static void call_any(uint32_t *state)
{
    uint32_t target = random_below(state, TARGETS);

    while ((targets >> target & 1) == 0)
        target = random_below(state, TARGETS);
    call(state, target);
}

static uint32_t seed_now(void)
{
    while (targets == 0)
        cmrx_wait(&targets, 0, CMRX_FOREVER);
    return seed;
}

CMRX_THREAD(low, .stack = CMRX_AUTO, .priority = 5)
{
    uint32_t state = seed_now();

    for (;;) {
        scribble(&state);
        call_any(&state);
    }
}

CMRX_THREAD(high, .stack = CMRX_AUTO, .priority = 15)
{
    uint32_t state = seed_now() ^ 0x5bd1e995u;

    for (;;) {
        cmrx_sleep_until(cmrx_time_now() + 20 + random_below(&state, 400));
        scribble(&state);
        call_any(&state);
    }
}

// ---- What the tester asks

static uint32_t begin(CMRX_SELF, uint32_t which, uint32_t with)
{
    seed = with | 1;
    targets = which;
    cmrx_wake(&targets, CMRX_WAKE_ALL);
    return 0;
}

static uint32_t count(CMRX_SELF, uint32_t target, uint32_t outcome)
{
    return target < TARGETS && outcome < OUTCOMES ? counts[target][outcome] : 0;
}

CMRX_PROVIDE_REENTRANT(struct hostile, hostile, .begin = begin, .count = count);
