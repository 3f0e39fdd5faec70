// bench.c - a QEMU plugin that measures paths, and stretches of the kernel.
//
//     -plugin bench.so,code=BASE-END,vectors=ADDRESS-ADDRESS...
//             [,reset=ADDRESS][,causes=ADDRESS-...]
//             [,row=ADDRESS][,long=ADDRESS-...][,ask=BASE-END][,leave=LOOK-LINE]
//             [,trace=on][,out=FILE]
//
// code: the kernel's; vectors: where exceptions enter it; row: a word of the guest
// that says what is measured; long: functions that end or start a process. On
// RISC-V, which says what it was in a register that we cannot see, also where the
// reset begins, and behind which instructions the cause is in t0.
//
// SAMPLE row mark interrupt alarm fault
//     at MARK_END: instructions since the last MARK_BEGIN, and since the last entry of each kind into the kernel; -1: none since the last
//     mark. Marks are not counted.
// BOOT n
//     from the reset to the first instruction that is not the kernel's
// STRETCH exception call long count longest sum
//     from the entry by an exception to its return, or to the next entry if
//     there is one at once: so long no interrupt is taken; what comes up within
//     it (a device that does not answer) is a part of it. call: number of the
//     system call, -1 for other exceptions; long: 1 if a process was ended or
//     started meanwhile
// ASKED exception call long before again
//     of those in which the kernel has asked whether a line waits: ask is that
//     function. Said no, the stretch ends where it was called, and another begins:
//     a line that had come before would have got in behind the way out. before: the longest
//     until there. Said yes, it goes on to its end, and again is the longest way
//     from there; 0: not met
// LEFT exception call long before led
//     of those that have left by C: LOOK is that function, whose first thing is to
//     look whether a line waits, and LINE where one is taken then. One that has come
//     before the look is: the stretch ends there, led is the longest way from the
//     look, and that of an interrupt begins. Where none had come the stretch ends at
//     the look, before is the longest until there, and another begins
// WHY exception call long length address...
//     with trace: of which instructions the longest without a break was
//
// With `-icount shift=6,sleep=off` all of it is the same in every run.

#include "addresses.h"
#include "guest.h"
#include "instruction.h"
#include "plugin.h"
#include "sample.h"
#include "trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETURN         0x4770u // bx lr
#define RISCV_RETURN   0x8082u // ret

#define MOST           512u // kinds of stretches

#define REGISTER_R0    0
#define REGISTER_CALL  12
#define REGISTER_LR    14
#define REGISTER_PSR   25
#define EXCEPTION_MASK 0x1ffu
#define RETURN_THREAD  8u // of EXC_RETURN; else it came from a handler
#define RISCV_T0       5
#define RISCV_A0       10
#define RISCV_A7       17
#define RISCV_ASYNC    0x80000000u // mcause: an interrupt
enum { RISCV_ECALL = 8, RISCV_TIMER = 7 };
enum { NO_CALL = -1, UNKNOWN_CALL = 0xff };
enum { FIRST_FAULT = 3, LAST_FAULT = 6, SVC = 11, SYSTICK = 15 };

struct stretch {
    uint32_t exception;
    int call;
    bool is_long;
    uint64_t count, longest, sum;
    uint64_t before, again; // 0: not met
    uint64_t until_look, led;
    struct trace trace;
};

static uint64_t total;
static uint32_t code_base, code_end, reset_at, ask_base, ask_end;
static uint32_t look_at, line_at;
static struct addresses vectors, long_ones, causes;
static bool is_riscv, is_traced;
static struct stretch stretches[MOST];
static unsigned stretch_count;

static struct {
    bool is_open, is_boot, is_again;
    uint64_t since, boot, asked;
    uint64_t looked; // 0: not yet
    struct stretch kind;
} now;

// ---- Stretches

static struct stretch *stretch_of(const struct stretch *kind)
{
    for (unsigned i = 0; i < stretch_count; i++) {
        struct stretch *s = &stretches[i];
        if (s->exception == kind->exception && s->call == kind->call &&
            s->is_long == kind->is_long) {
            return s;
        }
    }
    if (stretch_count == MOST) {
        fputs("bench: too many kinds of stretches\n", stderr);
        abort();
    }
    stretches[stretch_count] = *kind;
    return &stretches[stretch_count++];
}

static void keep_most(uint64_t *most, uint64_t found)
{
    *most = found > *most ? found : *most;
}

// So far, and on from `when`: no line has come before that.
static void stretch_cut(struct stretch *s, uint64_t *longest, uint64_t when)
{
    keep_most(longest, when - now.since);
    trace_keep(&s->trace, now.since, when);
    s->sum += when - now.since;
    now.since = when;
}

static void stretch_end(bool is_led)
{
    struct stretch *s = stretch_of(&now.kind);
    if (is_led) {
        keep_most(&s->led, total - now.looked);
    } else if (now.looked != 0) {
        stretch_cut(s, &s->until_look, now.looked);
    }
    uint64_t length = total - now.since;
    s->count++;
    s->sum += length;
    keep_most(&s->longest, length);
    trace_keep(&s->trace, now.since, total);
    if (now.is_again) {
        keep_most(&s->again, total - now.asked);
    }
    now.is_open = now.is_again = false;
    now.looked = 0;
}

static void stretch_close(void)
{
    if (now.is_open) {
        stretch_end(false);
    }
}

// ---- Does a line wait?

static void asked(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    now.asked = total;
}

static void answered(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    if (!now.is_open) {
        return;
    }
    now.is_again = guest_register(is_riscv ? RISCV_A0 : REGISTER_R0) % 256 != 0;
    if (!now.is_again) {
        struct stretch *s = stretch_of(&now.kind);
        stretch_cut(s, &s->before, now.asked);
    }
}

// ---- Its begin

// In a stretch that follows another at once, r12 is not the caller's: the number
// of the call is not known.
static void stretch_open(uint32_t exception, bool follows)
{
    int call = exception != SVC ? NO_CALL
               : follows        ? UNKNOWN_CALL
                                : (int)(guest_register(REGISTER_CALL) & 0xff);
    now.is_open = true;
    now.since = total;
    now.kind = (struct stretch){ .exception = exception, .call = call };
}

static void note_entry(uint32_t exception)
{
    if (exception > SYSTICK) {
        sample_last.interrupt = now.since;
    } else if (exception == SYSTICK) {
        sample_last.alarm = now.since;
    } else if (exception >= FIRST_FAULT && exception <= LAST_FAULT) {
        sample_last.fault = now.since;
    }
}

// ---- Lines that are taken on the way out

static void looks(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    if (now.is_open) {
        now.looked = total;
    }
}

static void took(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    if (now.is_open) {
        stretch_end(true);
        stretch_open(SYSTICK + 1, true);
        note_entry(SYSTICK + 1);
    }
}

static void begun(void)
{
    now.is_boot = true;
    now.boot = total;
}

// The kernel has been interrupted by a fault of its own, which only a device that
// is silenced may be for (port_quiesce): the stretch goes on, and behind that, too. A
// line comes within an alarm (armv6m) only where that has not begun, or is over.
static bool is_nested(uint32_t exception)
{
    return now.is_open && exception <= SYSTICK &&
           (guest_register(REGISTER_LR) & RETURN_THREAD) == 0;
}

static void entered(unsigned cpu, void *user)
{
    uint32_t exception = guest_register(REGISTER_PSR) & EXCEPTION_MASK;
    (void)cpu;
    (void)user;
    if (is_nested(exception)) {
        return;
    }
    bool follows = now.is_open;
    stretch_close();
    if (exception == 0) { // the reset
        begun();
    } else if (!now.is_boot) {
        stretch_open(exception, follows);
        note_entry(exception);
    }
}

// The same on RISC-V, in two steps: a trap, and what it was.
static void trapped(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    stretch_close();
    now.is_open = !now.is_boot;
    now.since = total;
}

static void cause_known(unsigned cpu, void *user)
{
    uint32_t cause = guest_register(RISCV_T0), exception = FIRST_FAULT;
    int call = NO_CALL;
    (void)cpu;
    (void)user;
    if (cause == RISCV_ECALL) {
        exception = SVC;
        call = (int)(guest_register(RISCV_A7) & 0xff);
    } else if (cause == (RISCV_ASYNC | RISCV_TIMER)) {
        exception = SYSTICK;
    } else if (cause & RISCV_ASYNC) {
        exception = SYSTICK + 1;
    }
    now.kind = (struct stretch){ .exception = exception, .call = call };
    note_entry(exception);
}

static void was_reset(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    stretch_close();
    begun();
}

static void process_ended(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    now.kind.is_long = true;
}

static void outside_ran(unsigned cpu, void *user)
{
    (void)cpu;
    (void)user;
    stretch_close();
    if (now.is_boot) {
        fprintf(out, "BOOT %" PRIu64 "\n", total - now.boot);
        now.is_boot = false;
    }
}

// ---- Translation

static void watch(struct qemu_plugin_insn *insn, qemu_executed executed)
{
    qemu_plugin_register_vcpu_insn_exec_cb(insn, executed, QEMU_REGISTERS_READ,
                                           NULL);
}

static void watch_ask(struct qemu_plugin_insn *insn, uint64_t address)
{
    if (address == ask_base) {
        watch(insn, asked);
    }
    if (address >= ask_base && address < ask_end &&
        code_of(insn, sizeof(uint16_t)) == (is_riscv ? RISCV_RETURN : RETURN)) {
        watch(insn, answered);
    }
}

static void watch_kernel(struct qemu_plugin_insn *insn)
{
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    watch_ask(insn, address);
    if (address == look_at || address == line_at) {
        watch(insn, address == look_at ? looks : took);
    }
    if (is_in(&vectors, address)) {
        watch(insn, is_riscv ? trapped : entered);
    }
    if (is_in(&causes, address)) {
        watch(insn, cause_known);
    }
    if (is_riscv && address == reset_at) {
        watch(insn, was_reset);
    }
    if (is_in(&long_ones, address)) {
        watch(insn, process_ended);
    }
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    uint64_t first = qemu_plugin_tb_vaddr(block);
    bool is_kernel = first >= code_base && first < code_end;
    (void)id;
    if (!is_kernel) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, outside_ran,
                                             QEMU_REGISTERS_NONE, NULL);
    }
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_INLINE_ADD_U64,
                                                   &total, 1);
        if (is_kernel) {
            watch_kernel(insn);
            if (is_traced) {
                trace_watch(insn, &total);
            }
        } else {
            sample_watch(insn, is_riscv);
        }
    }
}

static void ended(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    for (unsigned i = 0; i < stretch_count; i++) {
        const struct stretch *s = &stretches[i];
        fprintf(
            out,
            "STRETCH %" PRIu32 " %d %d %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
            s->exception, s->call, s->is_long, s->count, s->longest, s->sum);
        if (s->before != 0 || s->again != 0) {
            fprintf(out, "ASKED %" PRIu32 " %d %d %" PRIu64 " %" PRIu64 "\n",
                    s->exception, s->call, s->is_long, s->before, s->again);
        }
        if (s->until_look != 0 || s->led != 0) {
            fprintf(out, "LEFT %" PRIu32 " %d %d %" PRIu64 " %" PRIu64 "\n",
                    s->exception, s->call, s->is_long, s->until_look, s->led);
        }
        if (s->trace.length != 0) {
            fprintf(out, "WHY %" PRIu32 " %d %d ", s->exception, s->call,
                    s->is_long);
            trace_write(&s->trace);
        }
    }
    fprintf(out, "TOTAL %" PRIu64 "\n", total);
    fclose(out);
}

// ---- Arguments

// ADDRESS-ADDRESS..., BASE-END or ADDRESS, by which of these there is.
static const struct parameter {
    const char *name;
    struct addresses *list;
    uint32_t *first, *second;
} parameters[] = {
    { .name = "code=", .first = &code_base, .second = &code_end },
    { .name = "ask=", .first = &ask_base, .second = &ask_end },
    { .name = "leave=", .first = &look_at, .second = &line_at },
    { .name = "row=", .first = &sample_row_at },
    { .name = "reset=", .first = &reset_at },
    { .name = "vectors=", .list = &vectors },
    { .name = "causes=", .list = &causes },
    { .name = "long=", .list = &long_ones },
};

static bool take_value(const struct parameter *p, const char *argument)
{
    const char *text = argument + strlen(p->name);

    if (p->list != NULL) {
        return take_list(p->list, text);
    }
    if (p->second != NULL) {
        return sscanf(text, "%x-%x", p->first, p->second) == 2 ||
               plugin_refuse(argument, "is no ADDRESS-ADDRESS");
    }
    *p->first = (uint32_t)strtoul(text, NULL, 16);
    return true;
}

static bool take(const char *argument)
{
    for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
        const char *name = parameters[i].name;
        if (strncmp(argument, name, strlen(name)) == 0) {
            return take_value(&parameters[i], argument);
        }
    }
    is_traced = strcmp(argument, "trace=on") == 0;
    return is_traced || plugin_unknown(argument);
}

static const char *missing(void)
{
    const char *memory = guest_missing_memory();
    sample_total = &total;
    is_riscv = guest_is_riscv();
    now.is_boot = !is_riscv; // its boards begin in a ROM of QEMU's
    return memory != NULL ? memory : guest_missing_registers();
}

const struct plugin plugin = { "bench", take, missing, translated, ended };
