// vendor.c - stands for a vendor's HAL: code that was not written for CMRX, with
// variables of its own and the symbols of its linker script.

#include <stdint.h>

int vendor_init(void);

extern const uint32_t _sidata[];
extern uint32_t _sdata[], _edata[], _sbss[], _ebss[];

extern uint32_t cmrx_kernel_stack_top[];
void cmrx_reset(void);

// Where the processor looks at reset is the vendor script's place in flash.
const uintptr_t vendor_start[2]
    __attribute__((section(".isr_vector"), used)) = {
        (uintptr_t)cmrx_kernel_stack_top,
        (uintptr_t)cmrx_reset,
    };

static volatile uint32_t clock_hz = 25000000; // .data
static volatile uint32_t tries;               // .bss
static const char name[] = "vendor";          // .rodata

// What the vendor's startup file would do before main().
static void copy_data(void)
{
    const uint32_t *from = _sidata;

    for (volatile uint32_t *to = _sdata; to < _edata;)
        *to++ = *from++;
    for (volatile uint32_t *to = _sbss; to < _ebss;)
        *to++ = 0;
}

// 0, or what is not as the linker has promised. Moves the vector table, as
// vendors' SystemInit() do.
int vendor_init(void)
{
    copy_data();
    *(volatile uint32_t *)0xe000ed08 = 0;
    tries++;
    if (clock_hz != 25000000)
        return 1;
    if (tries != 1)
        return 2;
    return name[0] != 'v';
}
