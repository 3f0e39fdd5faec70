// riscv32.h - what the files of the port offer each other, and the registers that
// they use.
//
// The RISC-V Instruction Set Manual, Volume II: Privileged Architecture
// (20211203), chapter 3.

#ifndef RISCV32_H
#define RISCV32_H

#include "board.h"
#include "port.h"

#include <cmrx/fault.h>

#define CSR_WRITE(name, value)                                                 \
    __asm__ volatile("csrw " #name ", %0" ::"rK"(value) : "memory")
#define CSR_READ(name)                                                         \
    __extension__({                                                            \
        uint32_t csr_value;                                                    \
        __asm__ volatile("csrr %0, " #name : "=r"(csr_value)::"memory");       \
        csr_value;                                                             \
    })

// Instructions that may trap, and what they would have done remains undone: it goes
// on behind them, and mepc and mstatus are another trap's (3.1.7, 3.1.14). Changes t0.
#define GUARDED(instructions)                                                  \
    "lla t0, 1f\n\t"                                                           \
    "csrrw t0, mtvec, t0\n\t" instructions "\n\t"                              \
    ".balign 4\n"                                                              \
    "1:\tcsrw mtvec, t0"

#define REGISTER(address) (*(volatile uint32_t *)(address))

// Protection, 3.7. Entries in this order; the lowest that matches decides.
//     0..3  the map of the process     pmpcfg0
//     4, 5  the stack                  pmpcfg1
//     6, 7  lent by caller and origin
//     8     public constants           pmpcfg2; where there are only 8 entries
//           the build puts them into the last of the map
// In a wide system 8..15 are of the map, too: public constants and seven windows.
#define PMP_READ_WRITE    3u
#define PMP_READ_EXECUTE  5u
#define PMP_TOP_OF_RANGE  8u
#define PMP_NAPOT         0x18u

// A board whose tests are to see what a processor without top of range does.
#ifndef BOARD_HIDES_TOP_OF_RANGE
#define BOARD_HIDES_TOP_OF_RANGE 0
#endif

#define MISA_S      (1u << 18)
#define MSTATUS_MPP (3u << 11)

enum { X_PC = 0, X_RA = 1, X_SP = 2, X_A0 = 10, X_A7 = 17, X_S2 = 18 };

extern bool mtval_tells; // which address a fault was about, found out at boot

// What assembly uses of C: for size the compiler is told that it sees the whole
// program (-fwhole-program), but these have to stay as they are.
#define CALLED __attribute__((externally_visible))

extern CALLED struct thread *running;
// A pair of entries shows any range: found out at boot.
extern CALLED bool top_of_range;
CALLED void cmrx_reset(void);
CALLED port_resume kernel_syscall(struct thread *t, struct port_frame *f);
CALLED port_resume fault_enter(void);
CALLED void sched_map(const struct thread *t);
CALLED void port_park(struct port_context *c, port_resume how);
CALLED void check_after(uint32_t number);
CALLED _Noreturn void panic(uint32_t code);

// The machine's: port/clint_plic. An interrupt by its cause; and from now on they
// come, the alarm at once.
CALLED port_resume interrupt_enter(uint32_t cause);
void interrupts_begin(void);

// entry.S
void entry_without_cut(void);
_Noreturn void entry_resume(struct port_context *c);

// The board: how it ends (code 0..255; with HALT_REFUSED `why` is what protection
// lacks), and begins again.
#define HALT_REFUSED 98u
_Noreturn void board_halt(uint32_t result, const char *why);
_Noreturn void board_reset(void);
void board_init(void); // clocks and pins, before anything else

#endif
