// sweep.c - sets the timer, runs the path, looks whether all is right.

#include "sweep.h"

#include "report.h"
#include "timer.h"

CMRX_EVENT(ticked);
CMRX_INTERRUPT(tick, ticked, 1u);

#define AFTER        12u // instants to sweep beyond the end of a path
#define AFTER_LONG   96u // where the end is not always at the same one

// So often comes each tick. With the alarm an instruction is met where it happens
// to be then: 3 times on average, and what is left out in another round.
#define BEFORE_ALARM 1u
#define WITH_ALARM   2u
#define PATHS_MOST   32u
#define COARSE       (BOARD_TIMER_MHZ < 1000 ? 1u : 40u) // ticks: 40 or 50 ns

volatile uint32_t fired;
// For the plugin: which is running, and for which of its instants the timer is set.
volatile uint32_t sweep_path = PATHS_MOST;
volatile uint32_t sweep_instant;

// Written into the image by sweep.py: which round it is. After the first, 0, the
// alarm comes at other phases, and of each path the timer is set for those instants
// only that these say, a bit for so many of them.
#define BLOCK       32u
#define BLOCKS_MOST 512u

const volatile uint32_t sweep_round = 0;
const volatile uint32_t sweep_blocks[PATHS_MOST][BLOCKS_MOST / 32] = { { 0 } };

// So many instants are one: of each path every such one, from its own on. 1: all.
const volatile uint32_t sweep_every = 1;

static const struct path *path;

CMRX_THREAD(intruder, .stack = CMRX_AUTO, .priority = 20)
{
    uint64_t sum;

    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(tick));
        cmrx_event_take(&ticked, 1, CMRX_FOREVER);
        // A line that was raised still when the kernel masked it comes again
        // when it is unmasked, although the device was served meanwhile.
        if (!timer_has_come())
            continue;
        timer_stop();
        fired = 1;
        if (path->intrude != NULL)
            path->intrude();
        else if (cmrx_call(&sum, server, sum, 1, 2, 3, 4) != CMRX_OK)
            fired = 2;
    }
}

CMRX_STACK_BOUND(cmrx_body_intruder, 400);

// Was it interrupted before its end?
__attribute__((noinline)) static bool run_once(uint32_t ticks)
{
    fired = 0;
    if (path->prepare != NULL)
        path->prepare();
    timer_start(ticks);
    path->run();
    bool was_in_time = fired != 0;
    while (fired == 0)
        continue;
    return was_in_time;
}

static void tell(uint32_t ticks, uint32_t wrong)
{
    report(wrong > 0 ? "not ok " : "ok ");
    report(path->name);
    report(" ");
    report_number(ticks);
    report("\n");
}

// An instruction takes 64 ns; the timer runs out as near to the middle of each in
// turn as a tick allows: 16 to 48 ns after its begin at 25 MHz, 7 to 57 at 20, 32
// where a tick is a nanosecond.
// The middle, because the phase moves a little where the clock is read.
static uint32_t ticks_to(uint32_t instant)
{
    uint32_t before = path->alarm * BEFORE_ALARM;

    if (path->ticks == 0)
        return ((2 * instant - 1) * 32 * BOARD_TIMER_MHZ + 500) / 1000;
    if (path->alarm == 0 || instant <= before)
        return (instant + BEFORE_ALARM - 1) / BEFORE_ALARM * COARSE;
    return (path->alarm + (instant - before + WITH_ALARM - 1) / WITH_ALARM) *
           COARSE;
}

// Where the kernel's alarm has a part in the path its clock is not in step with
// the timer: every tick comes some times, each at another part of a microsecond of
// that clock (a golden section further), for where that is decides what is found to
// be over. A round of the loop takes two instructions.
static void shift_phase(uint32_t instant)
{
    uint32_t ns =
        timer_to_microsecond() + (instant * 618 + sweep_round * 271) % 1000;

    for (uint32_t i = ns / 128; i > 0; i--)
        __asm__ volatile("");
    if (ns / 64 % 2 != 0)
        __asm__ volatile("nop");
}

// The alarm that keeps the clock comes a third of a second after the last. Not
// now: what it interrupts would not be met at that instant. Nor those two that
// follow the end of a sleep: the kernel does one thing at each.
static void put_off_alarm(void)
{
    cmrx_sleep_until(cmrx_time_now() + 100);
    for (volatile uint32_t i = 100; i > 0; i--)
        continue;
}

// The next that is wanted in this round; 0: none.
static uint32_t instant_after(uint32_t number, uint32_t instant)
{
    if (instant == 0)
        instant = 1 + number % sweep_every;
    else
        instant += sweep_every;
    for (; sweep_round > 0; instant++) {
        uint32_t block = instant / BLOCK;
        if (block >= BLOCKS_MOST)
            return 0;
        if (sweep_blocks[number][block / 32] >> block % 32 & 1)
            break;
    }
    return instant;
}

// How many times it was wrong.
static uint32_t sweep(uint32_t number)
{
    uint32_t wrong = 0, late = 0, ticks = 0, runs = 0, instant = 0;

    uint32_t enough = path->ticks > 0 ? AFTER_LONG : AFTER;

    sweep_path = number;
    while (late < enough && (instant = instant_after(number, instant)) != 0) {
        if (runs++ % 64 == 0)
            put_off_alarm();
        sweep_instant = instant;
        ticks = ticks_to(instant);
        if (path->alarm > 0)
            shift_phase(instant);
        bool was_in_time = run_once(ticks);
        bool right = fired == 1 && path->is_right();
        // The kernel looks at itself after this: sweep.py has asked it to.
        cmrx_caller();
        if (!right && wrong++ == 0) {
            report("wrong at tick ");
            report_number(ticks);
            report("\n");
        }
        late += !was_in_time;
        if (path->ticks > 0 && ticks >= path->ticks * COARSE)
            break;
    }
    sweep_path = PATHS_MOST;
    tell(ticks, wrong);
    return wrong;
}

static const struct path *all(uint32_t n)
{
    if (n < kernel_paths_count)
        return &kernel_paths[n];
    n -= kernel_paths_count;
    if (n < thread_paths_count)
        return &thread_paths[n];
    n -= thread_paths_count;
    return n < library_paths_count ? &library_paths[n] : NULL;
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 5)
{
    uint32_t wrong = 0, n;

    for (n = 0; (path = all(n)) != NULL; n++)
        if (instant_after(n, 0) != 0)
            wrong += sweep(n);
    report_number(n);
    report(" paths, ");
    report_number(wrong);
    report(" wrong\n");
    cmrx_system_halt(wrong > 0);
}

CMRX_STACK_BOUND(cmrx_body_main, 1024);
CMRX_STACK_BOUND(run_once, 900);
CMRX_STACK_BOUND(sweep, 950);
