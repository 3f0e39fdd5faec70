// service.c (host) - calls into the process, and out of it to fakes.

#include "inside.h"

#include <cmrx/call.h>
#include <cmrx/status.h>
#include <cmrx/test.h>

#include <stdlib.h>
#include <string.h>

struct host_answer {
    struct host_answer *next;
    const char *method;
    struct host_place at; // where the test said it
    int32_t status;
    uint64_t value;
};

struct host_tally {
    struct host_tally *next;
    const char *method;
    uint32_t count;
};

static struct host_provided *all_provided;
static struct host_used *all_used;

// ---- What there is

void host_has_provided(struct host_provided *provided)
{
    provided->next = all_provided;
    all_provided = provided;
}

void host_has_used(struct host_used *used, const char *type, uint32_t size)
{
    if (used->size == 0) {
        used->size = size;
        used->next = all_used;
        all_used = used;
    }
    if (used->size != size || strcmp(used->type, type) != 0)
        host_fail_inside("%s is used as %s and as %s", used->name, used->type,
                         type);
}

static void link_to(struct host_used *used, struct host_provided *provided)
{
    if (strcmp(used->type, provided->type) != 0)
        host_fail_inside("%s is used as %s, and provided as %s", used->name,
                         used->type, provided->type);
    memcpy(used->methods, provided->methods, used->size);
    used->self = provided->self;
    used->by = provided;
}

// What the process provides is what the test, or the process itself, calls by
// that name.
void host_link(void)
{
    struct host_used *used = all_used;

    for (; used != NULL; used = used->next) {
        struct host_provided *provided = all_provided;

        for (; provided != NULL; provided = provided->next) {
            if (strcmp(used->name, provided->name) == 0)
                link_to(used, provided);
        }
    }
}

// ---- Answers and tallies

void host_fake_reply(struct host_used *used, const char *method,
                     struct host_place at, int32_t status, uint64_t value)
{
    struct host_answer **end = &used->answers;

    if (used->by != NULL)
        host_fail(at, "%s is a service of the process: no fake", used->name);
    while (*end != NULL)
        end = &(*end)->next;
    *end = calloc(1, sizeof(**end));
    **end = (struct host_answer){ NULL, method, at, status, value };
}

// The next answer of the method, taken out; NULL when there is none.
static struct host_answer *answer_to(struct host_call *call)
{
    struct host_answer **at = &call->used->answers;

    while (*at != NULL && strcmp((*at)->method, call->method) != 0)
        at = &(*at)->next;
    struct host_answer *answer = *at;
    if (answer != NULL)
        *at = answer->next;
    return answer;
}

void host_all_were_asked(void)
{
    for (struct host_used *used = all_used; used != NULL; used = used->next) {
        const struct host_answer *left = used->answers;

        if (left != NULL)
            host_fail(left->at, "nobody has called %s.%s() for this answer",
                      used->name, left->method);
    }
}

static struct host_tally *find_tally(const struct host_used *used,
                                     const char *method)
{
    struct host_tally *tally = used->tallies;

    while (tally != NULL && strcmp(tally->method, method) != 0)
        tally = tally->next;
    return tally;
}

uint32_t host_fake_calls(const struct host_used *used, const char *method)
{
    const struct host_tally *tally = find_tally(used, method);
    return tally == NULL ? 0 : tally->count;
}

static void count(struct host_call *call)
{
    struct host_tally *tally = find_tally(call->used, call->method);

    if (tally == NULL) {
        tally = calloc(1, sizeof(*tally));
        tally->next = call->used->tallies;
        tally->method = call->method;
        call->used->tallies = tally;
    }
    tally->count++;
}

// ---- Calls

bool host_is_in_process(const struct host_thread *t)
{
    return t->call == NULL ? t->is_home : t->call->used->by != NULL;
}

// At home in the process, or visiting it at any depth.
static bool was_in_process(const struct host_thread *t)
{
    bool was = t->is_home;

    for (const struct host_call *c = t->call; c != NULL; c = c->last)
        was = was || c->used->by != NULL;
    return was;
}

uint64_t host_call_deadline(const struct host_thread *t)
{
    uint64_t first = UINT64_MAX;

    for (const struct host_call *c = t->call; c != NULL; c = c->last) {
        if (c->with.deadline < first)
            first = c->with.deadline;
    }
    return first;
}

static int32_t enter_method(struct host_thread *t, struct host_call *call)
{
    call->last = t->call;
    t->call = call;
    call->enters = true;
    if (call->used->by == NULL || call->used->by->reentrant ||
        host_enter_monitor())
        return CMRX_OK;
    // The deadline has passed in the queue: of this call, or of one around it.
    call->enters = false;
    t->call = call->last;
    return call->with.deadline <= host_now ? CMRX_TIMEOUT : CMRX_CANCELLED;
}

static int32_t begin_provided(struct host_thread *t, struct host_call *call)
{
    if (was_in_process(t))
        return CMRX_LOOP;
    if (!call->is_there)
        host_fail(call->at, "the process provides %s without %s()",
                  call->used->name, call->method);
    return enter_method(t, call);
}

static int32_t begin_fake(struct host_thread *t, struct host_call *call)
{
    struct host_answer *answer = answer_to(call);

    if (answer != NULL) {
        int32_t status = answer->status;

        memcpy(call->result, &answer->value, call->result_size);
        free(answer);
        return status;
    }
    if (call->is_there)
        return enter_method(t, call);
    host_fail(call->at,
              "thread %s calls %s.%s() here, and the test has no answer: "
              "write cmrx_fake() or cmrx_fake_answer() for it",
              t->name, call->used->name, call->method);
}

int32_t host_call_begin(struct host_call *call)
{
    struct host_thread *t = host_running;

    count(call);
    if (call->with.deadline <= host_now)
        return CMRX_TIMEOUT;
    if (call->used->by != NULL)
        return begin_provided(t, call);
    if (!host_is_in_process(t))
        host_fail(call->at, "the process provides no %s", call->used->name);
    return begin_fake(t, call);
}

int32_t host_call_end(struct host_call *call)
{
    struct host_thread *t = host_running;

    if (call->used->by != NULL && !call->used->by->reentrant)
        host_leave_monitor();
    t->call = call->last;
    if (t->cancelled && t->call == NULL)
        host_thread_end(0); // there is no home to return to
    host_next();
    return CMRX_OK;
}

// ---- What the caller may touch

extern char __start_cmrx_process[] __attribute__((weak));
extern char __stop_cmrx_process[] __attribute__((weak));
extern char __start_cmrx_test[] __attribute__((weak));
extern char __stop_cmrx_test[] __attribute__((weak));
extern char __executable_start[], __data_start[];

static bool is_within(uintptr_t address, uint32_t size, const char *begin,
                      const char *end)
{
    uintptr_t from = (uintptr_t)begin, to = (uintptr_t)end;

    return address >= from && address <= to && size <= to - address;
}

bool host_caller_may(const void *address, uint32_t size, bool write)
{
    const struct host_call *call = host_running->call;
    uintptr_t at = (uintptr_t)address;

    if (call == NULL || size == 0)
        return false;
    const char *lent = call->with.lent;
    if (lent != NULL && is_within(at, size, lent, lent + call->with.lent_size))
        return true;
    // Literals and other constants; that of others too, which a board refuses.
    if (!write && is_within(at, size, __executable_start, __data_start))
        return true;
    if (call->used->by == NULL) // a fake: the process has called
        return is_within(at, size, __start_cmrx_process, __stop_cmrx_process);
    return is_within(at, size, __start_cmrx_test, __stop_cmrx_test);
}
