// controller.c - deals the hands, ends and restarts the fuzzers at random, and
// says in the end whether everybody else is well.
//
// Halts with 0 when all is well, or a number of enum verdict.

#include "deal.h"
#include "late.h"

enum verdict { WELL, NO_PARAMETERS = 10, FUZZED_SINK, FUZZED_WATCH, LATE };

#define MAGIC 0x5a5a1234u

// What fuzz.py has put into memory.
struct parameters {
    uint32_t magic, seed;
    uint32_t hands;   // to deal before the end
    uint32_t threads; // a bit for each thread that may play
    uint32_t kinds;   // a bit for each kind that is allowed
};

CMRX_DEVICE(struct parameters, parameters);
CMRX_USE(struct watch, watch);
CMRX_EVENT(fault);

static uint32_t dealt[FUZZERS * FUZZER_THREADS];
static volatile uint32_t hands;

// A thread's hands depend on nobody else's, so that fewer threads or kinds
// leave them as they are.
static uint32_t hand_of(uint32_t player)
{
    uint32_t state = (parameters.seed + 1) * 0x9e3779b9u ^
                     (player + 1) * 0x85ebca6bu ^ ++dealt[player] * 0xc2b2ae35u;

    state |= state == 0;
    random_next(&state);
    return random_next(&state);
}

// The caller may say anything.
static uint64_t deal(CMRX_SELF, uint32_t thread)
{
    int32_t process = cmrx_caller();

    if (process < 0 || process >= FUZZERS || thread >= FUZZER_THREADS)
        return 0;
    uint32_t player = (uint32_t)process * FUZZER_THREADS + thread;
    if ((parameters.threads >> player & 1) == 0)
        return 0;
    hands++;
    return (uint64_t)parameters.kinds << 32 | hand_of(player);
}

CMRX_PROVIDE(struct dealer, dealer, .deal = deal);

// One of the fuzzers, or a number that nobody has.
static void control(uint32_t random)
{
    uint32_t id = random >> 8 & 3;

    if (id == CONTROLLER)
        id = random | 0x10;
    if (random % 4 == 0)
        cmrx_process_stop(id);
    else
        cmrx_process_restart(id);
}

static void revive(uint32_t random)
{
    struct cmrx_process_status status;

    for (uint32_t i = 0; i < FUZZERS; i++) {
        cmrx_process_status(i, &status);
        if (status.state != CMRX_PROCESS_RUNNING && random >> i & 1)
            cmrx_process_restart(i);
    }
}

static bool is_untouched(uint32_t id)
{
    struct cmrx_process_status status;

    return cmrx_process_status(id, &status) == CMRX_OK && status.faults == 0 &&
           status.state == CMRX_PROCESS_RUNNING && status.generation == 1;
}

static enum verdict judge(void)
{
    const uint32_t expected = (uint32_t)cmrx_time_now() / PERIOD_US;
    uint32_t beats = 0;

    if (!is_untouched(SINK))
        return FUZZED_SINK;
    if (!is_untouched(BYSTANDER))
        return FUZZED_WATCH;
    if (cmrx_call(&beats, watch, beats) != CMRX_OK || beats + 2 < expected)
        return LATE;
    return WELL;
}

CMRX_THREAD(main, .stack = 1024, .priority = 25)
{
    static struct cmrx_fault record;
    uint32_t state = parameters.seed + 0x1000193u;

    if (parameters.magic != MAGIC)
        cmrx_system_halt(NO_PARAMETERS);
    while (hands < parameters.hands) {
        uint32_t random = random_next(&state);
        cmrx_event_take(&fault, UINT32_MAX,
                        cmrx_time_now() + 500 + random % 4096);
        revive(random >> 12);
        if ((random >> 20) % 8 == 0)
            control(random_next(&state));
        cmrx_fault_read(&record);
    }
    cmrx_system_halt(judge());
}
