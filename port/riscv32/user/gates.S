// gates.S (riscv32) - where a method returns to, and where a thread ends.
//
// The kernel puts these addresses into ra when it lets a method or a thread
// begin. They lie in the code of every process; nothing is gained by jumping
// here without having been called: the kernel's own record decides.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

// A method has returned, or anybody else in the process has jumped here.
// Live: a0, a1 the result. The stack is the callee's and is given up with it;
// the kernel takes the way back from its own memory.
    .section .text.cmrx_return_gate, "ax", %progbits
    .global cmrx_return_gate
    .type cmrx_return_gate, %function
cmrx_return_gate:
    li      a7, SYS_RETURN
    ecall
    unimp                   // never: a return without a call is a fault
    .size cmrx_return_gate, . - cmrx_return_gate

// The body of a thread has returned. Live: nothing; what it left in a0 means
// nothing, because the body has no result: ending here is cmrx_thread_exit(0).
    .section .text.cmrx_exit_gate, "ax", %progbits
    .global cmrx_exit_gate
    .type cmrx_exit_gate, %function
cmrx_exit_gate:
    li      a0, 0
    li      a7, SYS_THREAD_EXIT
    ecall
    unimp                   // never: a thread that has ended does not run on
    .size cmrx_exit_gate, . - cmrx_exit_gate
