// wake.S (armv6m) - the short way to a thread that waits: POST, WAKE, interrupts.
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
#include <processor.inc>

    .equ THREAD_BYTES, 88
    .equ INTERRUPT_SHIFT, 4         // 16 bytes: event, bits, line
    .equ NONE, 0xff
    .equ READY, 1                   // enum cmrx_thread_state
    .equ RUNNING, 3                 // enum cmrx_process_state
    .equ FRAME_BYTES, 32

// r0 the thread, r1 its stack pointer: keep both and r4-r11. Changes r2, r4-r7.
    .macro keep_all
    mov     r2, r0
    stmia   r2!, {r4-r7}
    mov     r4, r8
    mov     r5, r9
    mov     r6, r10
    mov     r7, r11
    stmia   r2!, {r4-r7}
    str     r1, [r2]
    .endm

// r4-r7 as they came; r8-r11 were not changed.
    .macro low_again
    mov     r2, r0
    ldmia   r2!, {r4-r7}
    .endm

// r4 the process, r5 the word. Leaves the thread that waits for it in r2, its
// priority in r6, `sched` in r7; the tree has the thread at r4 + PROCESS_WAITING, and
// nothing below it. Nobody waits for any word there: `otherwise`_nobody; anything
// unusual: `otherwise`. Changes r3.
    .macro find otherwise
    ldrb    r2, [r4, #PROCESS_WAITING]
    cmp     r2, #0
    beq     \otherwise\()_nobody
    movs    r3, #THREAD_BYTES
    muls    r2, r3
    ldr     r3, =threads - THREAD_BYTES
    adds    r2, r2, r3
    ldr     r3, [r2, #THREAD_KEY]
    cmp     r3, r5
    bne     \otherwise\()_deeper
\otherwise\()_found:
    ldr     r6, [r2, #THREAD_DEPTH] // serial, state and priority above it
    lsls    r3, r6, #16
    bne     \otherwise
    ldr     r3, [r2, #THREAD_NEXT]
    cmp     r3, r2
    bne     \otherwise              // others wait, too
    ldr     r3, [r2, #THREAD_LOWER]
    ldr     r7, [r2, #THREAD_WORDS] // owner and also above them
    orrs    r3, r7
    bne     \otherwise\()_above     // the same, or for words below, or it is a mutex
    lsrs    r6, r6, #24
    ldr     r7, =sched
    ldr     r3, [r7, #SCHED_LEVELS]
    lsrs    r3, r3, r6
    bne     \otherwise              // as urgent is ready, or more
\otherwise\()_leaf:
    .endm

// Words of which that is not the first: on by the bits of the address. Nobody waits
// for it: `otherwise`_not_there, with one that waits for another in r2. Stands before
// `otherwise`.
    .macro deeper otherwise
\otherwise\()_deeper:
    lsrs    r6, r5, #2              // WORD_BITS
1:  lsrs    r6, r6, #1
    movs    r4, #THREAD_WORDS - PROCESS_WAITING
    adcs    r4, r2
    ldrb    r3, [r4, #PROCESS_WAITING]
    cmp     r3, #0
    beq     \otherwise\()_not_there
    movs    r2, #THREAD_BYTES
    muls    r2, r3
    ldr     r3, =threads - THREAD_BYTES
    adds    r2, r2, r3
    ldr     r3, [r2, #THREAD_KEY]
    cmp     r3, r5
    bne     1b
    b       \otherwise\()_found
\otherwise\()_above:
    mov     r5, lr
    bl      leaf_raise
    beq     \otherwise\()_leaf
    .endm

// Commit: the thread leaves the tree, its system call is answered, and it runs.
// Leaves 0 in r3. Changes r4-r6.
    .macro go_on
    movs    r3, #0
    strb    r3, [r4, #PROCESS_WAITING]
    ldr     r4, [r2, #CONTEXT_SP]
    str     r3, [r4]
    str     r3, [r4, #4]
    str     r3, [r4, #8]
    lsls    r4, r6, #2
    adds    r4, r4, r7
    str     r2, [r4, #SCHED_READY]  // next and previous are itself: it was alone
    movs    r4, #READY
    movs    r5, #THREAD_STATE
    strb    r4, [r2, r5]
    lsls    r4, r4, r6
    ldr     r5, [r7, #SCHED_LEVELS]
    orrs    r5, r4
    str     r5, [r7, #SCHED_LEVELS]
    str     r2, [r7, #SCHED_LOADED]
    ldr     r4, =running
    str     r2, [r4]
    .endm

// Set bits of the word at r5, which are at [\at, #\offset]. Changes r0, r3.
    .macro set_bits at, offset
    ldr     r0, [\at, #\offset]
    ldr     r3, [r5]
    orrs    r3, r0
    str     r3, [r5]
    .endm

// The kernel looks at itself. Keeps r2, r3 and lr.
    .macro done number
    .if KERNEL_CHECKED
    mov     r0, lr
    push    {r0, r1, r2, r3}
    movs    r0, #\number
    bl      check_after
    pop     {r0, r1, r2, r3}
    mov     lr, r0
    .endif
    .endm

// 0, and CMRX_OK: it goes on as it came. r8-r11 were not changed.
    .macro nobody_answer number
    movs    r3, #0
    str     r3, [r1]
    str     r3, [r1, #4]
    str     r3, [r1, #8]
    low_again
    done    \number
    bx      lr
    .endm

    .section .text.entry, "ax"

// From `find`: r2 the thread, r6 its depth and what is above it, r5 what lr is to be
// again. By words_leaf() of kernel/words.c any leaf below the thread takes its place;
// what leaves the tree is at r4 + PROCESS_WAITING then, in the thread itself, and of no
// use any more. Back with r5-r7 as `find` leaves them and 0; anything unusual: not 0.
    .thumb_func
leaf_raise:
    push    {r0, r1, r5, lr}
    ldr     r0, [r2, #THREAD_LOWER]
    ldr     r1, [r2, #THREAD_WORDS]
    lsrs    r1, r1, #16             // owner, also
    orrs    r0, r1
    bne     9f
    lsrs    r6, r6, #24
    ldr     r7, =sched
    ldr     r0, [r7, #SCHED_LEVELS]
    lsrs    r0, r0, r6
    bne     9f
    ldr     r1, =threads - THREAD_BYTES
    mov     r3, r2
1:  adds    r3, #THREAD_WORDS
    ldrb    r0, [r3]
    cmp     r0, #0
    bne     2f
    adds    r3, #1
    ldrb    r0, [r3]
    cmp     r0, #0
    beq     3f
2:  mov     r5, r3                  // the place of the next
    movs    r3, #THREAD_BYTES
    muls    r3, r0
    adds    r3, r3, r1
    b       1b
3:  ldrb    r1, [r5]                // nothing is below it
    strb    r0, [r5]
    strb    r1, [r4, #PROCESS_WAITING]
    subs    r3, #1
    ldr     r1, [r2, #THREAD_WORDS]
    strh    r1, [r3]
    mov     r4, r2
    adds    r4, #THREAD_WORDS - PROCESS_WAITING
    cmp     r0, #0
9:  pop     {r0, r1, r3, r5}
    mov     lr, r3
    mov     r3, r5
    ldr     r5, [r2, #THREAD_KEY]
    bx      r3

    .pool

// From entry_svc: r0 the thread, r1 its frame, which is sound.
    .global entry_post
    .thumb_func
entry_post:
    keep_all
    ldr     r4, [r0, #THREAD_INSIDE]
    ldr     r4, [r4, #PROCESS_IMAGE]
    ldr     r3, [r1]                // number
    movs    r5, #PROCESS_IMAGE_POST_COUNT
    ldrb    r5, [r4, r5]
    cmp     r3, r5
    bhs     slow_post
    ldr     r4, [r4, #PROCESS_IMAGE_POSTS]
    lsls    r3, r3, #2
    ldr     r4, [r4, r3]
    ldr     r5, [r4, #4]            // the event: process, word
    ldr     r4, [r4]
    find    slow_post
    set_bits r1, 4
    go_on
    str     r3, [r1]                // 0, and CMRX_OK
    str     r3, [r1, #4]
    str     r3, [r1, #8]
    done    SYS_POST
    b       switch_home
slow_post_not_there:
    ldr     r4, [r2, #THREAD_INSIDE] // the process
slow_post_nobody:
    ldrb    r3, [r4, #PROCESS_STATE]
    cmp     r3, #RUNNING
    bne     slow_post
    ldr     r3, [r5]
    ldr     r2, [r1, #4]
    orrs    r3, r2
    str     r3, [r5]
    nobody_answer SYS_POST
    deeper  slow_post
slow_post:
    low_again
    movs    r3, #SYS_POST
    b       handler

    .global entry_wake
    .thumb_func
entry_wake:
    keep_all
    ldr     r4, [r0, #THREAD_INSIDE]
    ldr     r5, [r1]                // word
    ldr     r3, [r4, #PROCESS_IMAGE]
    ldr     r2, [r3, #PROCESS_IMAGE_MEMORY]
    ldr     r3, [r3, #PROCESS_IMAGE_MEMORY + 4]
    subs    r2, r5, r2              // wait_may(): a region is whole words
    cmp     r2, r3
    bhs     slow_wake
    lsls    r2, r5, #30
    bne     slow_wake
    ldr     r2, [r1, #4]            // count
    cmp     r2, #0
    beq     slow_wake
    find    slow_wake
    go_on
    movs    r4, #1                  // one was woken
    str     r4, [r1]
    str     r3, [r1, #4]
    str     r3, [r1, #8]
    done    SYS_WAKE
    b       switch_home
slow_wake_not_there:
slow_wake_nobody:
    nobody_answer SYS_WAKE
    deeper  slow_wake
slow_wake:
    low_again
    movs    r3, #SYS_WAKE
    b       handler

    .pool

// A line that waits, as C said on its way out: it comes now, and not behind that. For
// who ran all is in the context already, or as it came. Also from the alarm, which has
// masked lines: switch_home and `out` end that.
    .equ ICSR, 0xe000ed04
    .global line
    .thumb_func
line:
    pop     {r2, r3}                // into_c
    mov     lr, r3
    ldr     r0, =running
    ldr     r0, [r0]
    ldr     r1, =ICSR
    ldr     r1, [r1]
    lsls    r1, r1, #11
    lsrs    r1, r1, #23             // VECTPENDING
    b       line_known

// An interrupt of a driver. As kernel_irq() has it.
    .global entry_irq
    .global irq_kept
    .thumb_func
entry_irq:
    mrs     r1, psp
    ldr     r0, =running
    ldr     r0, [r0]
    keep_all
    .thumb_func
irq_kept:
    if_in_sequence
out_of_sequence:
    mrs     r1, ipsr
line_known:
    subs    r1, #16                 // the line; there is no vector for others
    ldr     r2, =interrupt_owner
    ldrb    r2, [r2, r1]
    cmp     r2, #NONE
    beq     slow_irq
    lsls    r2, r2, #INTERRUPT_SHIFT
    ldr     r4, =interrupts
    adds    r2, r2, r4
    mov     r12, r2
    ldmia   r2!, {r4, r5}           // process, word
    find    slow_irq
    mov     r3, r12
    set_bits r3, 8
    irq_mask
    go_on
    b       switch_home

    sequences

    deeper  slow_irq
slow_irq_not_there:
slow_irq_nobody:
slow_irq:
    low_again
    into_c
    movs    r0, r1
    bl      kernel_irq
    b       way_out

    .pool
