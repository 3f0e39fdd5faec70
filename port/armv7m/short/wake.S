// wake.S (armv7m) - the short way to a thread that waits: POST, WAKE, interrupts.
//
// What wait_wake() of kernel/wait.c does, for the case that is nearly all: one
// thread waits for the word, it is at home, in no monitor, and more urgent than
// who runs. Then nobody else of its priority is ready, its word leaves the tree,
// wherever it is in there, and it goes on at once. Whatever is unusual is found before anything is
// changed, and C decides it from the start, with r4-r11 as they came: that may be
// how it leaves.

    .syntax unified
    .thumb

#define CMRX_SYSCALL(number, name, words) .equ SYS_##name, number
#include <cmrx/syscalls.def>
#define OFFSET(name, type, member, value) .equ name, value
#include "../entry.inc"
#include "offsets.def"

    .equ THREAD_BYTES, 88
    .equ INTERRUPT_SHIFT, 4         // 16 bytes: event, bits, line
    .equ NONE, 0xff
    .equ READY, 1                   // enum cmrx_thread_state
    .equ RUNNING, 3                 // enum cmrx_process_state
    .equ NVIC_ISER, 0xe000e100
    .equ NVIC_ICER, 0x80            // from there
    .equ NVIC_ICPR, 0x180

// r4 the process, r5 the word. Leaves the thread that waits for it in lr, its
// priority in r10, `sched` in r8, its levels in r9; the tree has the thread at
// r4 + PROCESS_WAITING, and nothing below it. Nobody waits for any word there:
// `otherwise`_nobody; anything unusual: `otherwise`. Changes r2, r3, r7, r11.
    .macro find otherwise
    ldrb    r3, [r4, #PROCESS_WAITING]
    ldr     r9, =threads - THREAD_BYTES
    mov     r11, #THREAD_BYTES
    cbnz    r3, 0f
    b       \otherwise\()_nobody
0:  mla     lr, r3, r11, r9
    ldrd    r3, r2, [lr, #THREAD_LOWER] // and key
    cmp     r2, r5
    bne     \otherwise\()_deeper
\otherwise\()_found:
    ldr     r2, [lr, #THREAD_NEXT]
    ldrd    r11, r10, [lr, #THREAD_WORDS] // owner, also; depth, serial, state, priority
    eor     r2, r2, lr
    orr     r3, r3, r2
    orr     r3, r3, r10, lsl #16
    orrs    r3, r3, r11, lsr #16
    bne     \otherwise              // others wait, too, or it is a mutex
    lsr     r10, r10, #24
    ldr     r8, =sched
    ldr     r9, [r8, #SCHED_LEVELS]
    lsrs    r2, r9, r10
    bne     \otherwise              // as urgent is ready, or more
    lsls    r2, r11, #16
    bne     \otherwise\()_above     // others wait for words below
\otherwise\()_leaf:
    .endm

// Words of which that is not the first: on by the bits of the address. Nobody waits
// for it: `otherwise`_not_there, with one that waits for another in lr.
    .macro deeper otherwise
\otherwise\()_deeper:
    lsr     r10, r5, #2             // WORD_BITS
1:  lsrs    r10, r10, #1
    adc     r4, lr, #THREAD_WORDS - PROCESS_WAITING
    ldrb    r3, [r4, #PROCESS_WAITING]
    cbz     r3, 2f
    mla     lr, r3, r11, r9
    ldrd    r3, r2, [lr, #THREAD_LOWER]
    cmp     r2, r5
    bne     1b
    b       \otherwise\()_found
2:  b       \otherwise\()_not_there
\otherwise\()_above:
    mov     r7, lr
    bl      leaf_raise
    mov     lr, r7
    b       \otherwise\()_leaf
    .endm

// Commit: the thread leaves the tree, its system call is answered, and it runs.
// Leaves 0 in r3. Changes r2, r9, r10.
    .macro go_on
    movs    r3, #0
    strb    r3, [r4, #PROCESS_WAITING]
    ldr     r2, [lr, #CONTEXT_SP]
    strd    r3, r3, [r2]
    str     r3, [r2, #8]
    add     r2, r8, r10, lsl #2
    str     lr, [r2, #SCHED_READY]  // next and previous are itself: it was alone
    movs    r2, #READY
    strb    r2, [lr, #THREAD_STATE]
    lsl     r2, r2, r10
    orr     r9, r9, r2
    strd    r9, lr, [r8]            // levels and loaded
    ldr     r2, =running
    str     lr, [r2]
    .endm

    .section .text.entry, "ax"

// From `find`, where all has been looked at; the thread is in r7. As words_leaf() of
// kernel/words.c: any leaf below the thread takes its place; what leaves the tree is at
// r4 + PROCESS_WAITING then, in the thread itself, and of no use any more.
    .thumb_func
leaf_raise:
    ldr     r9, =threads - THREAD_BYTES
    mov     r11, #THREAD_BYTES
    mov     r2, r7
1:  ldrb    r3, [r2, #THREAD_WORDS]!
    cbnz    r3, 2f
    ldrb    r3, [r2, #1]!
    cbz     r3, 3f
2:  mov     r8, r2                  // the place of the next
    mla     r2, r3, r11, r9
    b       1b
3:  ldrb    r11, [r8]               // nothing is below it
    strb    r3, [r8]
    strb    r11, [r4, #PROCESS_WAITING]
    ldrh    r3, [r7, #THREAD_WORDS]
    strh    r3, [r2, #-1]
    add     r4, r7, #THREAD_WORDS - PROCESS_WAITING
    ldr     r8, =sched
    ldr     r9, [r8, #SCHED_LEVELS]
    bx      lr

// From entry_svc: r0 the thread, r1 its frame, which is sound.
    .global entry_post
    .thumb_func
entry_post:
    stmia   r0, {r4-r11}
    str     r1, [r0, #CONTEXT_SP]
    ldr     r4, [r0, #THREAD_INSIDE]
    ldrd    r3, r6, [r1]            // number, bits
    ldr     r4, [r4, #PROCESS_IMAGE]
    ldrb    r5, [r4, #PROCESS_IMAGE_POST_COUNT]
    cmp     r3, r5
    bhs     slow_post
    ldr     r4, [r4, #PROCESS_IMAGE_POSTS]
    ldr     r4, [r4, r3, lsl #2]
    ldrd    r4, r5, [r4]            // the event: process, word
    find    slow_post
    ldr     r3, [r5]
    orr     r3, r3, r6
    str     r3, [r5]
    go_on
    strd    r3, r3, [r1]            // 0, and CMRX_OK
    str     r3, [r1, #8]
    done    SYS_POST
    b       switch_home
    deeper  slow_post
slow_post_not_there:
    ldr     r4, [lr, #THREAD_INSIDE] // the process
slow_post_nobody:
    ldrb    r3, [r4, #PROCESS_STATE]
    cmp     r3, #RUNNING
    bne     slow_post
    ldr     r3, [r5]
    orr     r3, r3, r6
    str     r3, [r5]
    movs    r3, #0
    strd    r3, r3, [r1]
    str     r3, [r1, #8]
    ldmia   r0, {r4-r11}
    done    SYS_POST
    b       unchanged
slow_post:
    ldmia   r0, {r4-r11}
    mov     r2, #SYS_POST
    b       handler

    .global entry_wake
    .thumb_func
entry_wake:
    stmia   r0, {r4-r11}
    str     r1, [r0, #CONTEXT_SP]
    ldr     r4, [r0, #THREAD_INSIDE]
    ldrd    r5, r6, [r1]            // word, count
    ldr     r3, [r4, #PROCESS_IMAGE]
    ldrd    r2, r3, [r3, #PROCESS_IMAGE_MEMORY]
    sub     r2, r5, r2              // wait_may(): a region is whole words
    cmp     r2, r3
    bhs     slow_wake
    lsls    r2, r5, #30
    bne     slow_wake
    cbnz    r6, 1f
    b       slow_wake
1:
    find    slow_wake
    go_on
    movs    r4, #1                  // one was woken
    strd    r4, r3, [r1]
    str     r3, [r1, #8]
    done    SYS_WAKE
    b       switch_home
    deeper  slow_wake
slow_wake_not_there:
slow_wake_nobody:
    movs    r3, #0                  // none was woken
    strd    r3, r3, [r1]
    str     r3, [r1, #8]
    ldmia   r0, {r4-r11}
    done    SYS_WAKE
    b       unchanged
slow_wake:
    ldmia   r0, {r4-r11}
    mov     r2, #SYS_WAKE
    b       handler

// A line that waits, as C said on its way out: it comes now, and not behind that. For
// who ran all is in the context already, or as it came.
    .equ ICSR, 0xe000ed04
    .global line
    .thumb_func
line:
    ldr     r12, =ICSR
    ldr     r12, [r12]
    ldr     r0, =running
    ldr     r0, [r0]
    ubfx    r12, r12, #12, #9       // VECTPENDING
    b       line_known

// An interrupt of a driver. As kernel_irq() has it.
    .global entry_irq
    .thumb_func
entry_irq:
    settle
    save
    .global irq_kept
    .thumb_func
irq_kept:
    mrs     r12, ipsr
line_known:
    sub     r12, r12, #16           // the line; there is no vector for others
    ldr     r2, =interrupt_owner
    ldrb    r2, [r2, r12]
    ldr     r4, =interrupts
    cmp     r2, #NONE
    beq     slow_irq
    add     r4, r4, r2, lsl #INTERRUPT_SHIFT
    ldmia   r4, {r4-r6}             // process, word, bits
    find    slow_irq
    ldr     r3, [r5]
    orr     r3, r3, r6
    str     r3, [r5]
    // port_irq_mask()
    lsr     r2, r12, #5
    and     r3, r12, #31
    movs    r6, #1
    lsl     r6, r6, r3
    ldr     r3, =NVIC_ISER
    add     r3, r3, r2, lsl #2
    str     r6, [r3, #NVIC_ICER]
    dsb
    str     r6, [r3, #NVIC_ICPR]
    go_on
    b       switch_home
    deeper  slow_irq
slow_irq_not_there:
slow_irq_nobody:
slow_irq:
    ldmia   r0, {r4-r11}
    mov     r0, r12
    bl      kernel_irq
    leave

    .pool
