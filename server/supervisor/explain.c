// explain.c - a fault record in words.
//
//     sensor faulted: it touched memory that is not its own
//       in calibrate(), frame_sensor.c:69, thread logger.follow
//       at address 0x20000a40, byte 0 of data of actuator
//       called by logger in follow(), logger.c:58
//       fault 3, at 12.345 s, generation 1 of sensor

#include "explain.h"
#include "supervisor.h"

#include <cmrx/control.h>
#include <cmrx/format.h>
#include <cmrx/info_find.h>

#include <string.h>

// Below this, an address is more likely an offset from a NULL pointer.
#define NULL_BYTES 256u

// Text that is being put together.
struct text {
    char *to;
    uint32_t size, used;
};

static void say(struct text *text, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    text->used += cmrx_format_list(text->to + text->used,
                                   text->size - text->used, format, values);
    va_end(values);
}

static const char *kind_in_words(const struct cmrx_fault *fault)
{
    static const char *const words[CMRX_FAULT_KINDS] = {
        [CMRX_FAULT_NONE] = "nothing is known",
        [CMRX_FAULT_ACCESS] = "it touched memory that is not its own",
        [CMRX_FAULT_EXECUTE] = "it jumped to where it may not execute",
        [CMRX_FAULT_STACK] = "it ran out of stack",
        [CMRX_FAULT_POINTER] = "its stack pointer left the stack",
        [CMRX_FAULT_BUS] = "nothing answers at that address",
        [CMRX_FAULT_INSTRUCTION] = "it met an instruction that does not exist",
        [CMRX_FAULT_FLOAT] = "it used floating point, which is off",
        [CMRX_FAULT_STATE] = "it jumped to what is no code",
        [CMRX_FAULT_ALIGNMENT] = "it used an address that is not aligned",
        [CMRX_FAULT_DIVIDE] = "it divided by zero",
        [CMRX_FAULT_BREAKPOINT] = "it met a breakpoint",
        [CMRX_FAULT_RETURN] = "it returned from a call that was not made",
        [CMRX_FAULT_EXIT] = "it ended a thread that was only visiting",
        [CMRX_FAULT_PANIC] = "the kernel is wrong",
        [CMRX_FAULT_OVERTIME] = "it kept a caller past its deadline",
    };

    if (fault->kind >= CMRX_FAULT_KINDS || words[fault->kind] == NULL)
        return "for an unknown reason";
    return words[fault->kind];
}

// The body of a thread is called what the thread is: CMRX_THREAD adds to it.
static const char *plain_function(const char *name)
{
    static const char body[] = "cmrx_body_";
    uint32_t length = sizeof(body) - 1;

    return strncmp(name, body, length) == 0 ? name + length : name;
}

static void say_place(struct text *text, const struct cmrx_info *info,
                      uint32_t process, uint32_t pc)
{
    struct cmrx_info_place place;

    if (!cmrx_info_place(info, process, pc, &place)) {
        say(text, "at 0x%08x, which is not its code", pc);
        return;
    }
    say(text, "in %s()", plain_function(place.function));
    if (place.file[0] != 0 && place.line != 0)
        say(text, ", %s:%u", place.file, place.line);
    else
        say(text, " + %u", place.offset);
}

static void say_who(struct text *text, const struct cmrx_info *info,
                    const struct cmrx_fault *fault)
{
    say(text, "%s faulted: %s", cmrx_info_process_name(info, fault->process),
        kind_in_words(fault));
}

// Where the instruction is. One that could not be fetched is not there: what
// counts is where the jump came from, which lr knows if it was a call.
static void say_where(struct text *text, const struct cmrx_info *info,
                      const struct cmrx_fault *fault)
{
    const struct cmrx_info_thread *thread =
        cmrx_info_thread_at(info, fault->thread);

    say(text, "  ");
    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        say(text, "it is not known where");
    else if (fault->kind == CMRX_FAULT_EXECUTE)
        say_place(text, info, fault->process, fault->lr - 2);
    else
        say_place(text, info, fault->process, fault->pc);
    if (thread != NULL)
        say(text, ", thread %s.%s", cmrx_info_process_name(info, thread->home),
            cmrx_info_string(info, thread->name));
}

static void say_address(struct text *text, const struct cmrx_info *info,
                        uint32_t address)
{
    const struct cmrx_info_range *range = cmrx_info_range_of(info, address);

    say(text, "  at address 0x%08x, ", address);
    if (address < NULL_BYTES)
        say(text, "which is NULL or near it");
    else if (range == NULL)
        say(text, "where nothing is");
    else if (range->process >= info->process_count)
        say(text, "byte %u of %s", address - range->base,
            cmrx_info_string(info, range->what));
    else
        say(text, "byte %u of %s %s", address - range->base,
            cmrx_info_string(info, range->what),
            cmrx_info_process_name(info, range->process));
}

static void say_caller(struct text *text, const struct cmrx_info *info,
                       const struct cmrx_fault_level *level)
{
    say(text, "  called by %s ", cmrx_info_process_name(info, level->process));
    // A way back is behind the call: in what comes next, if that is its end.
    say_place(text, info, level->process, level->pc - 2);
}

// A record of the supervisor's, not of the kernel's.
static bool is_own_kind(const struct cmrx_fault *fault)
{
    return fault->kind == SUPERVISOR_MISSED || fault->kind == SUPERVISOR_ENDED;
}

static void say_when(struct text *text, const struct cmrx_info *info,
                     const struct cmrx_fault *fault)
{
    say(text, "  ");
    if (!is_own_kind(fault))
        say(text, "fault %u, ", fault->sequence);
    say(text, "at %T s, generation %u of %s", fault->time,
        (uint32_t)fault->generation,
        cmrx_info_process_name(info, fault->process));
    if (is_own_kind(fault) && (fault->flags & SUPERVISOR_RESET) != 0)
        say(text, "; the system was reset");
    if (fault->lost > 0)
        say(text, "; %u after it were not kept", fault->lost);
}

// What the processor gives as address.
static bool has_address(const struct cmrx_fault *fault, uint32_t *address)
{
    *address = fault->address;
    if ((fault->flags & CMRX_FAULT_HAS_ADDRESS) != 0)
        return true;
    *address = fault->pc;
    return fault->kind == CMRX_FAULT_EXECUTE &&
           (fault->flags & CMRX_FAULT_HAS_FRAME) != 0;
}

// Time and place are those of nobody.
static bool explain_watchdog(struct text *text, uint32_t n)
{
    if (n == 0)
        say(text, "the watchdog was not kicked: the system was reset");
    return n == 0;
}

// What a thread did instead of posting.
static void say_thread(struct text *text, const struct cmrx_info *info,
                       const struct cmrx_fault *fault, uint32_t n)
{
    static const char *const states[] = {
        [CMRX_THREAD_DORMANT] = "has ended",
        [CMRX_THREAD_READY] = "ran, or was ready to",
        [CMRX_THREAD_WAITING] = "waited",
        [CMRX_THREAD_QUEUED] = "was queued",
    };
    const struct cmrx_info_thread *thread =
        cmrx_info_thread_at(info, fault->thread + n);
    uint32_t state = SUPERVISOR_THREAD_STATE(fault->r[n]);
    uint32_t process = SUPERVISOR_THREAD_IS_IN(fault->r[n]);

    say(text, "  thread %s.%s %s", cmrx_info_process_name(info, fault->process),
        thread != NULL ? cmrx_info_string(info, thread->name) : "?",
        state <= CMRX_THREAD_QUEUED ? states[state] : "is not known");
    if (state != CMRX_THREAD_DORMANT)
        say(text, ", in %s", cmrx_info_process_name(info, process));
}

static uint32_t threads_of(const struct cmrx_fault *fault)
{
    if (fault->kind != SUPERVISOR_MISSED)
        return 0;
    return fault->levels < SUPERVISOR_THREADS ? fault->levels
                                              : SUPERVISOR_THREADS;
}

// Who did nothing, did it nowhere.
static bool explain_silence(struct text *text, const struct cmrx_info *info,
                            const struct cmrx_fault *fault, uint32_t n)
{
    const char *name = cmrx_info_process_name(info, fault->process);

    if (n == 0 && fault->kind == SUPERVISOR_MISSED)
        say(text, "%s missed its heartbeat", name);
    else if (n == 0)
        say(text, "%s has ended: it has no thread left", name);
    else if (n - 1 < threads_of(fault))
        say_thread(text, info, fault, n - 1);
    else if (n - 1 == threads_of(fault))
        say_when(text, info, fault);
    return n - 1 <= threads_of(fault) || n == 0;
}

bool explain_line(const struct cmrx_info *info, const struct cmrx_fault *fault,
                  uint32_t n, char *to, uint32_t size)
{
    struct text text = { to, size, 0 };

    if (is_own_kind(fault))
        return explain_silence(&text, info, fault, n);
    if (fault->kind == CMRX_FAULT_PANIC &&
        fault->address == CMRX_PANIC_WATCHDOG)
        return explain_watchdog(&text, n);
    uint32_t levels = fault->levels;
    uint32_t address;
    bool touched = has_address(fault, &address);

    if (levels > CMRX_FAULT_CHAIN)
        levels = CMRX_FAULT_CHAIN;
    // Lines: who, where, address if there is one, callers, when.
    if (n >= 2 && !touched)
        n++;
    if (n == 0)
        say_who(&text, info, fault);
    else if (n == 1)
        say_where(&text, info, fault);
    else if (n == 2)
        say_address(&text, info, address);
    else if (n - 3 < levels)
        say_caller(&text, info, &fault->chain[n - 3]);
    else if (n - 3 == levels)
        say_when(&text, info, fault);
    else
        return false;
    return true;
}
