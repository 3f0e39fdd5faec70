// gates.S (riscv32) - where a method returns to, and where a thread ends.
//
// The kernel puts these addresses into ra when it lets a method or a thread
// begin. They lie in the code of every process; nothing is gained by jumping
// here without having been called: the kernel's own record decides.
//
// A debugger looks for a caller at the byte before where it returns to: that is the
// end of one of two functions that say why there is none above, and ra is undefined
// in all of this. They are never run.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .cfi_sections .debug_frame
    .section .text.cmrx_gates, "ax", %progbits
    .cfi_startproc
    .cfi_undefined ra
    .type called_by_another_process, %function
called_by_another_process:
    unimp
    .size called_by_another_process, . - called_by_another_process

// A method has returned, or anybody else in the process has jumped here.
// Live: a0, a1 the result. The stack is the callee's and is given up with it;
// the kernel takes the way back from its own memory.
    .global cmrx_return_gate
    .type cmrx_return_gate, %function
cmrx_return_gate:
    li      a7, SYS_RETURN
    ecall
    .size cmrx_return_gate, . - cmrx_return_gate

    .type thread_begins_here, %function
thread_begins_here:
    unimp                   // nor is it after a return: one without a call is a fault
    .size thread_begins_here, . - thread_begins_here

// The body of a thread has returned. Live: nothing; what it left in a0 means
// nothing, because the body has no result: ending here is cmrx_thread_exit(0).
    .global cmrx_exit_gate
    .type cmrx_exit_gate, %function
cmrx_exit_gate:
    li      a0, 0
    li      a7, SYS_THREAD_EXIT
    ecall
    unimp                   // never: a thread that has ended does not run on
    .size cmrx_exit_gate, . - cmrx_exit_gate
    .cfi_endproc
