// hardware.c (template) - what has to be written for a processor, for now.
//
// Each function does the least with which the kernel comes one step further, and
// says what it has to do in the end. None protects anything: port_refusal() says so
// until there are entries.

#include "hardware.h"

// Write the words of the region to registers `entry`. Complete before user code
// goes on: port/README.md, Barriers. Where several entries change, none may be
// half written while user code runs; in the kernel that is so.
void hardware_protect(unsigned entry, const struct port_region *region)
{
    (void)entry;
    (void)region;
}

// Found out by writing all and reading back, never believed: a part may have
// fewer than its family. 0: none, the kernel does not start.
uint32_t hardware_entries(void)
{
    return 0;
}

// A counter of the processor, or of a timer that is the kernel's alone
// ("kernel_devices" of board.json). For now time passes when it is looked at.
uint32_t hardware_ticks(void)
{
    static uint32_t ticks;

    return ++ticks;
}

// Late is allowed, never is not: a moment that has passed already has to bring the
// trap at once. And one of before, that is up and was not served, must not come any
// more.
void hardware_alarm(uint32_t then)
{
    (void)then;
}

void hardware_line(unsigned line, bool on)
{
    (void)line;
    (void)on;
}

// After the line is off. What was under way must not set it again: a barrier
// stands between (DSB on Arm).
void hardware_line_forget(unsigned line)
{
    (void)line;
}

void hardware_line_pend(unsigned line)
{
    (void)line;
}

// Cause, address if the processor tells it, kind in the kernel's words
// (cmrx/fault.h). And forget what the dead thread has left pending.
struct port_fault hardware_fault(void)
{
    return (struct port_fault){ .kind = CMRX_FAULT_ACCESS };
}

// In assembly, with the ways in: see doc/porting.md, step 3.
_Noreturn void entry_resume(struct port_context *c)
{
    (void)c;
    board_halt(97, "port/template: there is no way to a thread yet");
}
