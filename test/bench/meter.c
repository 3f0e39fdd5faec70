// meter.c - takes all samples of all rows.

#include "meter.h"

#include "report.h"

#define NO_ROW 0xffffu

volatile uint32_t bench_row = NO_ROW; // for the plugin: which is measured
volatile uint32_t sample_number;

static uint32_t wrong;

void check(bool is_right)
{
    wrong += !is_right;
}

// Behind each deadline that has woken somebody is one more alarm, which forgets
// it: 160 ticks of the clock later, which are 250 instructions on virt_rv32.
void rest(uint32_t us)
{
    cmrx_sleep_until(cmrx_time_now() + us);
    for (volatile uint32_t i = 0; i < 100; i++)
        continue;
}

// A deadline that was not waited for brings an alarm at its time all the same: no
// row leaves one that is further away. And a crowd that is ready takes turns meanwhile,
// with an alarm every 2.5 ms: the last of them has just been.
void settle(void)
{
    rest(7800);
}

void unmeasured(void (*deed)(void))
{
    uint32_t row = bench_row;

    bench_row = NO_ROW;
    deed();
    bench_row = row;
}

// ---- The helper

CMRX_THREAD(helper, .stack = 2048, .bound = 2048, .priority = 20, .dormant = 1)
{
    ((void (*)(void))argument)();
}

CMRX_STACK_BOUND(cmrx_body_helper, 600);

void helper_start(void (*deed)(void))
{
    check(cmrx_thread_start(CMRX_THREAD_ID(helper), (uintptr_t)deed) ==
          CMRX_OK);
}

void helper_join(void)
{
    check(cmrx_thread_join(CMRX_THREAD_ID(helper), NULL, CMRX_FOREVER) ==
          CMRX_OK);
}

// ---- Samples

__attribute__((noinline)) static void sample_at(const struct row *row,
                                                uint32_t n)
{
    volatile uint8_t *room = __builtin_alloca(8 * n + 8);

    room[0] = 0;
    row->sample(n);
}

static void measure(const struct row *row, uint32_t number)
{
    for (uint32_t n = 0; n < SAMPLES; n++) {
        sample_number = n;
        MARK_END(); // nothing that was before belongs to it
        bench_row = number;
        sample_at(row, n);
        bench_row = NO_ROW;
    }
}

static void measure_all(enum crowd_mode mode)
{
    uint32_t number = 0;

    for (const struct rows *const *rows = all_rows; *rows != NULL; rows++) {
        for (uint32_t i = 0; i < (*rows)->count; i++, number++) {
            const struct row *row = &(*rows)->row[i];
            if (row->modes != 0 && (row->modes >> mode & 1) == 0)
                continue;
            crowd_set(mode, crowd_size);
            settle();
            measure(row, number);
        }
    }
}

// row NUMBER NAME FROM, for tool/cmrxlib/bench.py.
static void tell(const struct row *row, uint32_t number)
{
    static const char *const from[] = { "mark", "interrupt", "alarm", "fault",
                                        "mark_and_alarms" };

    report("row ");
    report_number(number);
    report(" ");
    report(row->name);
    report(" ");
    report(from[row->from]);
    report("\n");
}

static void tell_all(void)
{
    uint32_t number = 0;

    for (const struct rows *const *rows = all_rows; *rows != NULL; rows++)
        for (uint32_t i = 0; i < (*rows)->count; i++)
            tell(&(*rows)->row[i], number++);
}

CMRX_THREAD(main, .stack = 4096, .bound = 4096, .priority = 10)
{
    tell_all();
    measure_all(CROWD_WAITS);
    measure_all(CROWD_SLEEPS);
    measure_all(CROWD_IS_READY);
    report_number(wrong);
    report(" wrong\n");
    cmrx_system_halt(wrong > 0);
}

CMRX_STACK_BOUND(cmrx_body_main, 1500);
