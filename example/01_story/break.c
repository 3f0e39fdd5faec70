// break.c - the command that makes a process misbehave.
//
// The call is made by a thread of its own, `hand`, of the lowest priority: when
// the victim loops, the shell stays free to restart it. Whom a victim_N is
// wired to is the integrator's choice; the description of the system says it.

#include "shell.h"
#include "../../server/misbehave.h"

#include <cmrx/cmrx.h>
#include <cmrx/info_find.h>

#include <string.h>

#define PATIENCE_US 500000u
#define RETURN_US   10000u
#define NO_VICTIM   UINT32_MAX

CMRX_USE(struct misbehave, victim_1);
CMRX_USE(struct misbehave, victim_2);
CMRX_USE(struct misbehave, victim_3);
CMRX_USE(struct misbehave, victim_4);
CMRX_USE(struct misbehave, victim_5);
CMRX_USE(struct misbehave, victim_6);
CMRX_USE(struct misbehave, victim_7);

// What `hand` is to do.
static struct {
    uint32_t victim; // 1..7
    uint32_t how, address;
} order;

static enum cmrx_status call_victim(void)
{
    uint32_t how = order.how, address = order.address;

    switch (order.victim) {
    case 1:
        return cmrx_call(NULL, victim_1, now, how, address);
    case 2:
        return cmrx_call(NULL, victim_2, now, how, address);
    case 3:
        return cmrx_call(NULL, victim_3, now, how, address);
    case 4:
        return cmrx_call(NULL, victim_4, now, how, address);
    case 5:
        return cmrx_call(NULL, victim_5, now, how, address);
    case 6:
        return cmrx_call(NULL, victim_6, now, how, address);
    default:
        return cmrx_call(NULL, victim_7, now, how, address);
    }
}

// All of its stack is its bound: those whom it makes misbehave overflow it.
CMRX_THREAD(hand, .stack = 512, .bound = 512, .priority = 1, .dormant = 1)
{
    cmrx_thread_exit((uint32_t)CALL_AGAIN(call_victim()));
}

// Which victim_N is wired to `process`?
static uint32_t find_victim(uint32_t process)
{
    const uint32_t imports[] = {
        CMRX_NUMBER(&victim_1), CMRX_NUMBER(&victim_2), CMRX_NUMBER(&victim_3),
        CMRX_NUMBER(&victim_4), CMRX_NUMBER(&victim_5), CMRX_NUMBER(&victim_6),
        CMRX_NUMBER(&victim_7),
    };
    // The shell is the process whose code this is.
    const struct cmrx_info_range *here =
        cmrx_info_range_of(&cmrx_info, CMRX_NUMBER(&find_victim));

    for (uint32_t n = 0; here != NULL && n < 7; n++) {
        const struct cmrx_info_service *service = cmrx_info_service_at(
            &cmrx_info,
            cmrx_info_import(&cmrx_info, here->process, imports[n]));

        if (service != NULL && service->process == process)
            return n + 1;
    }
    return NO_VICTIM;
}

// Where data of `process`, or of the kernel, begins; 0 if nowhere.
static uint32_t data_of(uint32_t process)
{
    for (uint32_t n = 0; n < cmrx_info.range_count; n++) {
        const struct cmrx_info_range *range = cmrx_info_range_at(&cmrx_info, n);

        if (range->process == process &&
            strncmp(cmrx_info_string(&cmrx_info, range->what), "data", 4) == 0)
            return range->base;
    }
    return 0;
}

// What the user calls it, and what the victim is told to do.
static bool find_how(const char *name)
{
    static const struct {
        const char *name;
        uint32_t how;
    } ways[] = {
        { "null", MISBEHAVE_NULL },       { "actuator", MISBEHAVE_STORE },
        { "kernel", MISBEHAVE_STORE },    { "stack", MISBEHAVE_STACK },
        { "loop", MISBEHAVE_LOOP },       { "divide", MISBEHAVE_DIVIDE },
        { "execute", MISBEHAVE_EXECUTE },
    };

    order.address = 0;
    if (strcmp(name, "kernel") == 0)
        order.address = data_of(CMRX_INFO_NONE);
    if (strcmp(name, "actuator") == 0)
        order.address = data_of(cmrx_info_process_find(&cmrx_info, "actuator"));
    for (uint32_t n = 0; n < sizeof(ways) / sizeof(ways[0]); n++) {
        order.how = ways[n].how;
        if (strcmp(name, ways[n].name) == 0)
            return true;
    }
    return false;
}

static void misbehave(const char *victim)
{
    uint32_t result = 0;

    // What an earlier victim has let go of may still be on its way home.
    cmrx_thread_join(CMRX_THREAD_ID(hand), NULL, cmrx_time_now() + RETURN_US);
    if (cmrx_thread_start(CMRX_THREAD_ID(hand), 0) != CMRX_OK) {
        shell_say("the last one has not come back yet; restart it\n");
        return;
    }
    enum cmrx_status status = cmrx_thread_join(CMRX_THREAD_ID(hand), &result,
                                               cmrx_time_now() + PATIENCE_US);
    if (status == CMRX_OK)
        shell_say("the call of %s ended with %s\n", victim,
                  cmrx_status_name((int32_t)result));
    else
        shell_say("%s has not come back; \"restart %s\" ends it\n", victim,
                  victim);
}

SHELL_COMMAND(break, "<process> <how>",
              "make it misbehave; how: null actuator kernel"
              "\n                           stack loop divide execute")
{
    uint32_t process;

    if (count != 3 || !find_how(word[2]))
        return false;
    if (!shell_find_process(word[1], &process))
        return true;
    order.victim = find_victim(process);
    if (order.victim == NO_VICTIM)
        shell_say("nobody can tell %s to misbehave\n", word[1]);
    else
        misbehave(word[1]);
    return true;
}
