// privilege.S (armv8m) - as on v7-M, and what changes the security state.

#include "../armv7m/privilege.S"

// Go on at r0 as Non-secure code, if the processor lets it. On a kernel that is
// Non-secure itself these instructions do not exist.
deed to_nonsecure
    bic     r0, r0, #1
    bxns    r0

deed call_nonsecure
    push    {r3-r11, lr}
    bic     r0, r0, #1
    blxns   r0
    pop     {r3-r11, pc}

// As if Non-secure code called, where it may not: r0 is a Secure address.
deed secure_gateway
    sg
    movs    r0, #0
    bx      lr
