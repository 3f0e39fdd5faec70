// reset.c (armm) - from reset to the kernel.

#include "armm.h"
#include "registers.h"

#define LINES_OFF(n)    REGISTER(0xe000e180u + 4u * (n)) // NVIC_ICER
#define LINES_FORGET(n) REGISTER(0xe000e280u + 4u * (n)) // NVIC_ICPR

extern const uint32_t cmrx_vectors[];

// Placed by the layout.
extern const uint32_t cmrx_kernel_data_from[];
extern uint32_t cmrx_kernel_data_begin[], cmrx_kernel_data_end[];
extern uint32_t cmrx_kernel_bss_begin[], cmrx_kernel_bss_end[];

// What a loader, or a vendor's code, has allowed to come must not: the kernel's
// entries are for programs. Nor may the processor sleep by itself, or so deep that
// the clock stands.
static void interrupts_forget(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
    SYST_CSR = 0;
    for (unsigned n = 0; n < (BOARD_IRQ_LINES + 31u) / 32u; n++) {
        LINES_OFF(n) = UINT32_MAX;
        LINES_FORGET(n) = UINT32_MAX;
    }
    ICSR = ICSR_PENDSVCLR | ICSR_PENDSTCLR;
    SCR = 0;
    barrier();
    __asm__ volatile("cpsie i" ::: "memory");
}

// Loops, not memcpy: the kernel links no library.
void reset_in_c(void)
{
    const uint32_t *from = cmrx_kernel_data_from;

    interrupts_forget();
    for (uint32_t *to = cmrx_kernel_data_begin; to < cmrx_kernel_data_end;)
        *to++ = *from++;
    for (uint32_t *to = cmrx_kernel_bss_begin; to < cmrx_kernel_bss_end;)
        *to++ = 0;
    board_init();
    interrupts_forget();
    // A vendor's code may have moved it, or his script lies where reset looks.
    VTOR = (uint32_t)cmrx_vectors;
    kernel_boot();
}
