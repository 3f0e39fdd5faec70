// board.c (virt_rv32) - under QEMU there are no clocks or pins to set up.

#include "riscv32.h"
#include "semihosting.h"

#define FINISHER       REGISTER(0x00100000u)
#define FINISHER_RESET 0x7777u

// The second UART is the one that comes with `-device pci-serial,addr=1`: where
// its registers are is ours to say (PCI Local Bus 3.0, 6.1 and 6.2.5.1).
#define PCI(offset)    REGISTER(0x30008000u + (offset)) // device 1
#define PCI_NOBODY     0xffffffffu
#define PCI_COMMAND    0x04u
#define PCI_IO         1u
#define PCI_BASE       0x10u
#define UART1_IO       0x1000u // of the ports, which begin at 0x03000000

void board_init(void)
{
    if (PCI(0) == PCI_NOBODY)
        return;
    PCI(PCI_BASE) = UART1_IO;
    PCI(PCI_COMMAND) = PCI_IO;
}

_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}

_Noreturn void board_reset(void)
{
    FINISHER = FINISHER_RESET;
    for (;;)
        continue;
}
