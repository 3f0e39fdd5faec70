// port_types.h (riscv32) - the types of the seam; its numbers are for assembly, too.

#ifndef PORT_TYPES_H
#define PORT_TYPES_H

// Or-ed with the pc of a thread if all registers are in its context; otherwise it is
// in a system call, or begins: t0-t6, a5 and a6 are 0.
#define INTERRUPTED         1u

// port_resume: the context of the thread that goes on, by its map; 0: of who
// trapped. Or-ed with one of these, whose map is loaded already: not all is in it,
// the rest is made on the way out, or by port_park().
#define PORT_AS_IT_CAME     0u
#define PUSHED              1u // pc, ra, sp; a0-a3 are still to be a1-a4, and a4 a0
#define POPPED              2u // sp, a0-a2; the rest is where the push has kept it
#define PORT_LINE           3u // a line that waits comes first

#define PORT_MAP            (4 + 8 * KERNEL_WIDE)
#define PORT_PANIC_WATCHDOG 0u
#define PORT_FRAME_BYTES    0u
#define PORT_CONTEXT_BYTES  128u
#define PORT_CALL_BYTES     16u // alignment
#define PORT_ALARM_AT_ONCE  1   // port_clock_pause() is 0

#define KEPT_BYTES          64u    // of a caller, above the cut: port.c
#define CUT_SHIFT           4u     // by top of range: what the ABI aligns to
#define STACK_CONFIG        0xb00u // of pmpcfg1: 5 is top of range, read and write

#define INTERRUPT_SOFTWARE  3u // mcause, and bits of mie and mip
#define INTERRUPT_TIMER     7u
#define INTERRUPT_EXTERNAL  11u

#ifndef __ASSEMBLER__

#include <stdint.h>

// The compiler leaves it to the linker whether what it calls is near: two
// instructions, of which the linker would take one away, did not the layout want to
// know the size of the kernel before it links. All of the kernel is within the
// megabyte that `jal` reaches; if ever it is not, it does not link.
__asm__(".macro call to\n\t"
        "jal ra, \\to\n\t"
        ".endm\n\t"
        ".macro tail to\n\t"
        "j \\to\n\t"
        ".endm");

// All of a thread, in kernel memory. Assembly knows the order: by number, and the pc
// in place of x0.
struct port_frame {
    uint32_t x[32];
};

struct port_context {
    struct port_frame frame;
};

typedef uintptr_t port_resume;

// By mip, MEIP. On the way out a line is taken by its claim, whatever it is.
static inline port_resume port_line(void)
{
    uint32_t pending;

    __asm__ volatile("csrr %0, mip" : "=r"(pending)::"memory");
    return pending >> INTERRUPT_EXTERNAL & 1 ? PORT_LINE : PORT_AS_IT_CAME;
}

// An entry of the protection unit (PMP).
struct port_region {
    uint32_t address; // pmpaddr
    uint32_t config; // its byte, where pmpcfg has it; in the first of a map are
                     // the bytes of all four
};

struct port_stack {
    uint32_t whole, end; // what all of it is, for the tools: pmp.py
    uint32_t shift; // CUT_SHIFT: laid out for top of range, anything else would
                    // not do; otherwise an eighth of it is 1 << shift bytes
    uint32_t low;   // where it begins, as pmpaddr has it: bytes / 4
};

typedef uint32_t port_cut; // where the slice ends, bytes / 4

#endif

#endif
