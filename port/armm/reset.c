// reset.c (armm) - from reset to the kernel.

#include "armm.h"
#include "registers.h"

void cmrx_reset(void);
extern const uint32_t cmrx_vectors[];

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
    // A vendor's code may have moved it, or his script lies where reset looks.
    VTOR = (uint32_t)cmrx_vectors;
    kernel_boot();
}
