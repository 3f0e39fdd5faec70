// gates.S (armv8m) - where a method returns to, and where a thread ends.
//
// The kernel puts these addresses into lr when it lets a method or a thread
// begin. They lie in the code of every process; nothing is gained by jumping
// here without having been called: the kernel's own record decides.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .syntax unified
    .thumb

// A method has returned, or anybody else in the process has jumped here.
// Live: r0, r1 the result. The stack is the callee's and is given up with it;
// the kernel takes the way back from its own memory.
    .section .text.cmrx_return_gate, "ax", %progbits
    .global cmrx_return_gate
    .type cmrx_return_gate, %function
    .thumb_func
cmrx_return_gate:
    mov     r12, #SYS_RETURN
    svc     #0
    udf     #0              // never: a return without a call is a fault
    .size cmrx_return_gate, . - cmrx_return_gate

// The body of a thread has returned. Live: nothing; what it left in r0 means
// nothing, because the body has no result: ending here is cmrx_thread_exit(0).
    .section .text.cmrx_exit_gate, "ax", %progbits
    .global cmrx_exit_gate
    .type cmrx_exit_gate, %function
    .thumb_func
cmrx_exit_gate:
    movs    r0, #0
    mov     r12, #SYS_THREAD_EXIT
    svc     #0
    udf     #0              // never: a thread that has ended does not run on
    .size cmrx_exit_gate, . - cmrx_exit_gate
