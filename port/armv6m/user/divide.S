// divide.S (armv6m) - division by zero.
//
// There is no instruction that divides, so none that could fault. The compiler's
// library comes here when the divisor is 0, and would return 0 otherwise: wrong
// numbers, silently. The kernel knows this instruction (DIVIDE, fault.c).

    .syntax unified
    .thumb

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
