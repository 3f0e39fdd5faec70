// port_types.h (template) - what a thread, a region and a stack are here.
//
// Where to begin a port: copy the folder. All registers of a thread lie in its
// context, in kernel memory (doc/design/0015): so nothing of user code has to be
// believed before it is looked at, and the rest of the port is plain C. A processor
// that pushes a frame by itself (Arm) has it on the thread's stack instead.

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <stddef.h>
#include <stdint.h>

// Change: as many as the processor has, in the order in which entry saves them.
// First those of a call: argument 0..3 and result.
#define ARGUMENTS 4u
#define KEPT      8u // registers that a function has to keep, for its caller

struct port_frame {
    uintptr_t pc, lr, sp;
    uintptr_t word; // the system call word: a register of its own
    uintptr_t lent; // bytes lent, of a call
    uintptr_t argument[ARGUMENTS];
    uintptr_t kept[KEPT];
};

struct port_context {
    struct port_frame frame;
};

// From where all registers are loaded; NULL: from those of who trapped.
typedef struct port_context *port_resume;
#define PORT_AS_IT_CAME NULL

// Change, or leave it: lines come behind the way out then.
static inline port_resume port_line(void)
{
    return PORT_AS_IT_CAME;
}

// Change to 1, when port_clock_pause() is 0.
#define PORT_ALARM_AT_ONCE 0

// Change: two words, as the protection unit takes them. The build works them out
// (tool/cmrxlib, encode()); the kernel only copies them. All 0: off.
struct port_region {
    uintptr_t base;
    uintptr_t end; // a multiple of 32, or-ed with what may be done
};

enum { MAY_READ = 1, MAY_WRITE = 2, MAY_EXECUTE = 4 };

// Four words (window() in tool/cmrxlib): two of a region that is all of it, then
struct port_stack {
    struct port_region whole;
    uint32_t shift; // it can be cut at multiples of 1 << shift bytes
    uint32_t below; // for the port: here nothing
};

typedef uintptr_t port_cut; // where the part ends that may be touched

#define PORT_MAP            4
#define PORT_PANIC_WATCHDOG 0u
#define PORT_FRAME_BYTES    0u // on the thread's stack: it is in the context
#define PORT_CONTEXT_BYTES  sizeof(struct port_context) // for assembly: a number
#define PORT_CALL_BYTES     16u // what a method needs to begin: alignment

#endif
