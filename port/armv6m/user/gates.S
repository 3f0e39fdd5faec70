// gates.S (armv6m) - where a method returns to, and where a thread ends.
//
// The kernel puts these addresses into lr when it lets a method or a thread
// begin. They lie in the code of every process; nothing is gained by jumping
// here without having been called: the kernel's own record decides.
//
// A debugger looks for a caller at the byte before where it returns to: that is the
// end of one of two functions that say why there is none above, and lr is undefined
// in all of this. They are never run.

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>

    .syntax unified
    .thumb

    .cfi_sections .debug_frame
    .section .text.cmrx_gates, "ax", %progbits
    .cfi_startproc
    .cfi_undefined lr
    .type called_by_another_process, %function
    .thumb_func
called_by_another_process:
    udf     #0
    .size called_by_another_process, . - called_by_another_process

// A method has returned, or anybody else in the process has jumped here.
// Live: r0, r1 the result. The stack is the callee's and is given up with it;
// the kernel takes the way back from its own memory.
    .global cmrx_return_gate
    .type cmrx_return_gate, %function
    .thumb_func
cmrx_return_gate:
    movs    r2, #SYS_RETURN
    mov     r12, r2
    svc     #0
    .size cmrx_return_gate, . - cmrx_return_gate

    .type thread_begins_here, %function
    .thumb_func
thread_begins_here:
    udf     #0              // nor is it after a return: one without a call is a fault
    .size thread_begins_here, . - thread_begins_here

// The body of a thread has returned. Live: nothing; what it left in r0 means
// nothing, because the body has no result: ending here is cmrx_thread_exit(0).
    .global cmrx_exit_gate
    .type cmrx_exit_gate, %function
    .thumb_func
cmrx_exit_gate:
    movs    r0, #SYS_THREAD_EXIT
    mov     r12, r0
    movs    r0, #0
    svc     #0
    udf     #0              // never: a thread that has ended does not run on
    .size cmrx_exit_gate, . - cmrx_exit_gate
    .cfi_endproc

// The compiler's library divides, because no instruction does, and comes here
// when the divisor is 0. It would return 0: a wrong number, silently. The kernel
// knows this instruction (DIVIDE, fault.c). It is in this file because that is
// in every program, before the compiler's library is asked.
    .section .text.__aeabi_idiv0, "ax", %progbits
    .global __aeabi_idiv0
    .global __aeabi_ldiv0
    .type __aeabi_idiv0, %function
    .type __aeabi_ldiv0, %function
    .thumb_func
__aeabi_idiv0:
    .thumb_func
__aeabi_ldiv0:
    udf     #0xd0
    .size __aeabi_idiv0, . - __aeabi_idiv0
    .size __aeabi_ldiv0, . - __aeabi_ldiv0
