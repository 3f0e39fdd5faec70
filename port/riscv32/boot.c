// boot.c (riscv32) - from reset to the first thread, with the proof that protection
// is there and traps.

#include "internal.h"
#include "riscv32.h"

// Placed by the layout.
extern const uint32_t cmrx_kernel_data_from[];
extern uint32_t cmrx_kernel_data_begin[], cmrx_kernel_data_end[];
extern uint32_t cmrx_kernel_bss_begin[], cmrx_kernel_bss_end[];

// Loops, not memcpy: the kernel links no library.
void cmrx_reset(void)
{
    const uint32_t *from = cmrx_kernel_data_from;

    for (uint32_t *to = cmrx_kernel_data_begin; to < cmrx_kernel_data_end;)
        *to++ = *from++;
    for (uint32_t *to = cmrx_kernel_bss_begin; to < cmrx_kernel_bss_end;)
        *to++ = 0;
    board_init();
    kernel_boot();
}

// ---- Protection: what there is

// What instructions find in a register; 0 where there is no such register, which
// traps.
#define TRY(instructions, value)                                               \
    __extension__({                                                            \
        uint32_t csr_seen = 0;                                                 \
        __asm__ volatile(GUARDED(instructions)                                 \
                         : "+&r"(csr_seen)                                     \
                         : "r"(value)                                          \
                         : "t0", "t1", "a0", "memory");                        \
        csr_seen;                                                              \
    })

// What sticks of a configuration. Then it is 0 again.
#define STICKS(name, value)                                                    \
    TRY("csrw " name ", %1\n\tcsrr %0, " name "\n\tcsrw " name ", zero", value)

// Do these bits of the address stick in all these entries? One that is not there
// reads 0 (3.7). All bits are tried: the lowest that sticks is the grain.
#define HAVE(entries, bits)                                                    \
    ((TRY("li t1, -1\n\t"                                                      \
          ".irp n, " entries "\n\t"                                            \
          "csrw pmpaddr\\n, %1\n\tcsrr a0, pmpaddr\\n\n\t"                     \
          "csrw pmpaddr\\n, zero\n\tand t1, t1, a0\n\t"                        \
          ".endr\n\tmv %0, t1",                                                \
          UINT32_MAX) &                                                        \
      (bits)) == (bits))

// Of addresses below 2^32; the two bits above need not be there.
#define ADDRESS_BITS 0x3fffffffu
#define NAPOT_BITS   (ADDRESS_BITS & ~7u) // a region of 32 bytes
#define CUT_BITS     (ADDRESS_BITS & ~3u) // a cut at multiples of 16
#define ALL_SHOWN    0x1b1b1b1bu          // of a pmpcfg: four windows

// A loader may have left entries that show something. Some processors have 64;
// behind the last register there is none. A locked one stays (3.7.1).
static bool nothing_is_shown(void)
{
    return TRY(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
               "15\n\t"
               "csrw 0x3a0 + \\n, zero\n\tcsrr a0, 0x3a0 + \\n\n\t"
               "or %0, %0, a0\n\t"
               ".endr",
               0) == 0;
}

static bool entries_are_there(void)
{
    return HAVE("0, 1, 2, 3, 4, 5, 6, 7", NAPOT_BITS);
}

static bool more_are_there(void)
{
    return HAVE("8, 9, 10, 11, 12, 13, 14, 15", NAPOT_BITS) &&
           STICKS("pmpcfg2", ALL_SHOWN) == ALL_SHOWN &&
           STICKS("pmpcfg3", ALL_SHOWN) == ALL_SHOWN;
}

static bool public_is_shown(void)
{
    if (public_map.config == 0)
        return true;
    if (!HAVE("8", NAPOT_BITS) ||
        STICKS("pmpcfg2", public_map.config) != public_map.config)
        return false;
    CSR_WRITE(pmpaddr8, public_map.address);
    CSR_WRITE(pmpcfg2, public_map.config);
    return true;
}

bool top_of_range;

// Not in line: test/port/range.py changes what it reads back.
__attribute__((noinline)) static bool range_can_be_shown(void)
{
    return STICKS("pmpcfg1", STACK_CONFIG) == STACK_CONFIG &&
           HAVE("4, 5", CUT_BITS);
}

// The board has said so, and the layout has relied on it.
static bool range_is_needed(void)
{
    for (unsigned i = 0; i < thread_count; i++)
        if (thread_images[i].window.shift == CUT_SHIFT)
            return true;
    return false;
}

// ---- Protection: it traps
//
// Small probes run without privilege, under the map and on the stack of the
// idle process, which is the last of every system. One that is allowed must
// come through; each kind of violation must end in its own access fault, and
// change nothing. Any other end would not do: what is on a stack is no instruction.

uint32_t selftest_run(uint32_t pc, uint32_t argument, uint32_t sp);
void selftest_load(void);
void selftest_store(void);
void selftest_jump(void);
extern const uint32_t selftest_probes[];

// What a probe ends with (3.1.15).
enum { NO_EXECUTE = 1, NO_READ = 5, NO_WRITE = 7, CAME_THROUGH = 8 };

bool mtval_tells;

static const struct region *idle_stack(void)
{
    return &thread_images[thread_count - 1].stack;
}

static bool ends(void (*probe)(void), uint32_t argument, uint32_t cause)
{
    const struct region *stack = idle_stack();

    return selftest_run((uint32_t)probe, argument, stack->base + stack->size) ==
           cause;
}

// Read-only and executable: 32 bytes at the probes, in place of idle's code; in a wide
// system by the last entry.
static void map_probes(const struct thread_image *idle)
{
    const struct process_image *image = &process_images[process_count - 1];

    port_map(image->map, &idle->window,
             port_stack_cut(&idle->window, idle->stack.size), &image->lent[0],
             &image->lent[1]);
    if (KERNEL_WIDE) {
        CSR_WRITE(pmpaddr15, ((uint32_t)selftest_probes >> 2) | 3u);
        CSR_WRITE(pmpcfg3, (PMP_NAPOT | PMP_READ_EXECUTE) << 24);
        return;
    }
    CSR_WRITE(pmpaddr0, ((uint32_t)selftest_probes >> 2) | 3u);
    CSR_WRITE(pmpcfg0, CSR_READ(pmpcfg0)); // QEMU looks at both only then
}

static const char *probe_all(void)
{
    static uint32_t secret;
    uint32_t own = (uint32_t)selftest_probes, stack = idle_stack()->base;

    secret = 0x5ec2e7;
    if (!ends(selftest_load, own, CAME_THROUGH) ||
        !ends(selftest_store, stack, CAME_THROUGH))
        return "protection stops what is allowed";
    if (!ends(selftest_load, (uint32_t)&processes[0], NO_READ) ||
        !ends(selftest_load, (uint32_t)&secret, NO_READ))
        return "reading is not stopped";
    mtval_tells = CSR_READ(mtval) == (uint32_t)&secret;
    if (!ends(selftest_store, (uint32_t)&secret, NO_WRITE) ||
        secret != 0x5ec2e7 || !ends(selftest_store, own, NO_WRITE) ||
        !ends(selftest_store, stack - 4, NO_WRITE))
        return "writing is not stopped";
    if (!ends(selftest_jump, stack, NO_EXECUTE) ||
        !ends(selftest_jump, (uint32_t)port_refusal, NO_EXECUTE))
        return "executing is not stopped";
    return NULL;
}

// What a loader may have given away, each where there is such a register: traps, to a
// mode that nobody has set up (medeleg, mideleg, 3.1.8); and to programs instructions
// of caches, which know no regions, and state that nobody keeps (menvcfg, 3.1.18;
// mstateen0).
static void take_all_back(void)
{
    (void)TRY("csrw 0x302, zero", 0);
    (void)TRY("csrw 0x303, zero", 0);
    (void)TRY("csrw 0x30a, zero", 0);
    (void)TRY("csrw 0x31a, zero", 0);
    (void)TRY("csrw 0x30c, zero", 0);
}

// With S mode a WFI of idle is no instruction (3.3.3), and traps may go there. It is
// asked where the processor tells (3.1.1): 0 tells nothing.
const char *port_refusal(void)
{
    if ((CSR_READ(misa) & MISA_S) != 0)
        return "a hart with S mode";
    take_all_back();
    if (!nothing_is_shown())
        return "an entry of protection is locked";
    if (!entries_are_there())
        return "no physical memory protection with 8 entries of 32 bytes";
    if (KERNEL_WIDE && !more_are_there())
        return "no 16 entries of protection; the board has to say "
               "\"pmp_entries\": 8";
    if (!public_is_shown())
        return "no ninth entry of protection; the board has to say "
               "\"pmp_entries\": 8";
    top_of_range = !BOARD_HIDES_TOP_OF_RANGE && range_can_be_shown();
    if (!top_of_range && range_is_needed())
        return "protection has no top of range; the board has to say "
               "\"pmp_top_of_range\": false";
    map_probes(&thread_images[thread_count - 1]);
    return probe_all();
}

// ---- The machine

// Nothing of the processor's counters is for programs (3.1.11): time is a system
// call. Nor what a loader may have left on: floating point, whose registers
// nobody keeps (3.1.6). All of mstatus is 0, so mret leads to U mode.
_Noreturn void port_start(void)
{
    CSR_WRITE(mcounteren, 0);
    if (!top_of_range)
        CSR_WRITE(mtvec, (uintptr_t)entry_without_cut);
    CSR_WRITE(mie, 1u << INTERRUPT_SOFTWARE | 1u << INTERRUPT_TIMER |
                       1u << INTERRUPT_EXTERNAL);
    CSR_WRITE(mstatus, 0);
    interrupts_begin();
    sched_map(running);
    entry_resume(&running->context);
}

_Noreturn void port_reset(void)
{
    board_reset();
}

_Noreturn void port_halt(uint32_t result, const char *why)
{
    board_halt(result, why);
}
