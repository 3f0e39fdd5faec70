// port_types.h (fake) - a processor made of memory.
//
// It keeps a thread like the real ports do: the frame of a trap lies on the
// thread's stack, the other registers are in the context. So what a test does
// with a stack pointer means here what it means on hardware. All addresses of
// user memory are below 4 GB, so that they fit the words of system calls.

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

#include <stddef.h>
#include <stdint.h>

#define FAKE_KEPT 8u

struct port_context {
    uint32_t kept[FAKE_KEPT]; // a method does not change them; [0]: bytes lent
    uintptr_t sp;             // struct port_frame is there
};

struct port_frame {
    uint32_t r[4];
    uint32_t word; // the system call word
    uint32_t lr, pc, psr;
};

typedef const struct port_context *port_resume;
#define PORT_AS_IT_CAME NULL
port_resume port_line(void);

// As the test wants it.
bool fake_alarm_at_once(void);
#define PORT_ALARM_AT_ONCE fake_alarm_at_once()

struct port_region {
    uintptr_t base, size;
    uint32_t write;
};

struct port_stack {
    uintptr_t base;
    uint32_t shift; // log2 of its granule
};

typedef uint32_t port_cut; // bytes of the stack

#define PORT_MAP            4
#define PORT_PANIC_WATCHDOG 0u
#define PORT_FRAME_BYTES    32u
#define PORT_CALL_BYTES     40u // a frame, the fourth argument, alignment

#endif
