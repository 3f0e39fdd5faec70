// privilege.S (armv8m_base) - as on v6-M, and what changes the security state.

#include "../armv6m/privilege.S"

// Go on at r0 as Non-secure code, if the processor lets it.
deed to_nonsecure
    movs    r1, #1
    bics    r0, r1
    bxns    r0

deed call_nonsecure
    push    {r3-r7, lr}             // BLXNS wants a multiple of 8
    movs    r1, #1
    bics    r0, r1
    blxns   r0
    pop     {r3-r7, pc}

// As if Non-secure code called, where it may not: r0 is a Secure address.
deed secure_gateway
    sg
    movs    r0, #0
    bx      lr
