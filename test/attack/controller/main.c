// main.c - goes through all rows and scenarios, and says how each went.
//
//     ok A2 kernel data, written, at home | required: fault | was: fault 1 ...

#include "controller.h"

#include <cmrx/format.h>

static const struct rows *const tables[] = {
    &rows_reach,   &rows_ppb,  &rows_privilege, &rows_stack,    &rows_trap,
    &rows_syscall, &rows_call, &rows_time,      &rows_deadline, &rows_processor,
};

static const struct scenarios *const scenario_tables[] = {
    &scenarios_call,     &scenarios_death,     &scenarios_time,
    &scenarios_deadline, &scenarios_processor,
};

static const char *const ways[] = { "at home", "visiting", "at depth 2",
                                    "at depth 3", "at depth 4" };
static const char *const outcomes[] = { "returns", "fault",   "ends",
                                        "hangs",   "refused", "survived" };
static uint32_t cases, failed;
static char line[100]; // what has become of it

// The outcome, as text: judging runs more deeds.
static void keep_outcome(void)
{
    const struct cmrx_fault *fault = &outcome.fault;

    if (outcome.recorded)
        cmrx_format(line, sizeof line,
                    "fault %u of process %u at 0x%08x, pc 0x%08x", fault->kind,
                    fault->process, fault->address, fault->pc);
    else
        cmrx_format(line, sizeof line, "%s 0x%x", outcomes[outcome.happened],
                    outcome.value);
}

static void verdict(const char *id, const char *name, const char *wrong)
{
    cases++;
    failed += wrong != NULL;
    report(wrong != NULL ? "not ok " : "ok ");
    report(id);
    report(" ");
    report(name);
    if (wrong != NULL)
        judge_anew();
}

static void say_row(const struct row *row, enum way way, const char *wrong)
{
    verdict(row->id, row->name, wrong);
    report(", ");
    report(ways[way]);
    report(" | required: ");
    report(outcomes[row->required]);
    report(" | was: ");
    report(line);
    if (wrong != NULL) {
        report(": ");
        report(wrong);
    }
    report("\n");
}

// Where nothing has happened, the others are looked at after the last time.
static const char *try_once(const struct row *row, enum way way,
                            uint32_t target, bool is_last)
{
    run(way, row->deed, target, row->b, row->c);
    const char *wrong = what_is_wrong_with(row, way, target);

    keep_outcome();
    if (wrong == NULL && outcome.happened == RETURNS && !outcome.recorded &&
        !is_last)
        return NULL;
    renew_all(outcome.faulted);
    const char *after = what_is_wrong();
    return wrong != NULL ? wrong : after;
}

static void try_row(const struct row *row, enum way way)
{
    uint32_t target = place((enum place)row->a) + (uint32_t)row->offset;
    uint32_t times = row->times ? row->times : 1;
    const char *wrong = NULL;

    for (uint32_t i = 0; i < times && wrong == NULL; i++)
        wrong = try_once(row, way, target + i * (uint32_t)row->step,
                         i + 1 == times);
    say_row(row, way, wrong);
}

static void try_rows(const struct rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        for (uint32_t way = 0; way < WAYS; way++)
            if (rows->rows[i].ways >> way & 1)
                try_row(&rows->rows[i], (enum way)way);
}

static void try_scenario(const struct scenario *s)
{
    const char *wrong = s->proves() ? NULL : "it does not hold";

    if (wrong == NULL)
        wrong = what_is_wrong();
    verdict(s->id, s->name, wrong);
    report(" | required: holds | was: ");
    report(wrong != NULL ? wrong : "holds");
    report("\n");
}

static void try_scenarios(const struct scenarios *s)
{
    for (uint32_t i = 0; s != NULL && i < s->count; i++)
        try_scenario(&s->scenarios[i]);
}

// It calls the scenarios through pointers; the most that one of them needs.
CMRX_STACK_BOUND(try_scenarios, 240);

CMRX_THREAD(main, .stack = 4096, .priority = 28)
{
    if (place(AT_KERNEL_TEXT) == UINT32_MAX) {
        report("attack.py has not said where things are\n");
        cmrx_system_halt(2);
    }
    judge_init();
    try_scenarios(&scenarios_boot);
    for (uint32_t i = 0; i < sizeof tables / sizeof *tables; i++)
        try_rows(tables[i]);
    for (uint32_t i = 0; i < sizeof scenario_tables / sizeof *scenario_tables;
         i++)
        try_scenarios(scenario_tables[i]);
    report_number(cases);
    report(" cases, ");
    report_number(failed);
    report(" failed\n");
    cmrx_system_halt(failed > 0);
}
