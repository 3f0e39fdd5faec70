// fault.c - who did it, and how it came about.
//
// One record is kept in memory that a warm reset does not touch, with a
// checksum. The first fault that nobody has read yet stays; later ones are only
// counted, so that what began a cascade is not lost in it. But a panic is kept
// whatever was there.

#include "internal.h"

#define MAGIC          0x464c5431u // "FLT1"; changes with the layout of the record

// How far below its stack a thread can still be said to have overflowed it.
#define OVERFLOW_BYTES 4096u

// ---- The record

// Of an object with other members; in pieces that the compiler loads and moves by
// few instructions.
typedef uint32_t __attribute__((may_alias)) record_word;
struct piece {
    record_word words[2];
};
_Static_assert(sizeof(struct cmrx_fault) % sizeof(struct piece) == 0 &&
                   sizeof(struct cmrx_fault_level) == sizeof(struct piece),
               "a record is whole pieces, however long its chain");

static uint32_t record_size(void)
{
    return (uint32_t)(offsetof(struct cmrx_fault, chain) +
                      fault_levels * sizeof(struct cmrx_fault_level));
}

static uint32_t add(uint32_t sum, uint32_t word)
{
    return (sum << 5 | sum >> 27) + word;
}

static uint32_t checksum(void)
{
    const struct piece *at = (const struct piece *)&fault_store.fault;
    const struct piece *end = at + record_size() / sizeof *at;
    uint32_t sum = MAGIC + fault_levels;

    do {
        sum = add(add(sum, at->words[0]), at->words[1]);
        at++;
    } while (at < end);
    return sum + fault_store.unread;
}

void fault_seal(void)
{
    fault_store.checksum = checksum();
}

// Nothing is sealed when nothing was there: it is found to be nothing again.
void fault_store_init(void)
{
    if (fault_store.checksum == checksum() && fault_store.unread <= 1)
        return;
    fault_store.checksum = fault_store.unread = 0;
    memory_zero((uintptr_t)&fault_store.fault, record_size());
}

// An empty record to be filled and sealed. Faults are counted by the one that
// was there before.
static struct cmrx_fault *record_new(void)
{
    struct cmrx_fault *record = &fault_store.fault;
    uint32_t sequence = record->sequence + record->lost + 1;

    memory_zero((uintptr_t)record, record_size());
    record->sequence = sequence;
    fault_store.unread = 1;
    return record;
}

bool fault_take(struct cmrx_fault *to)
{
    const struct piece *from = (const struct piece *)&fault_store.fault;
    struct piece *at = (struct piece *)to, *end = (struct piece *)(to + 1);
    const struct piece *kept = from + record_size() / sizeof *from;

    if (!fault_store.unread)
        return false;
    while (from < kept)
        *at++ = *from++;
    while (at < end)
        *at++ = (struct piece){ { 0, 0 } };
    // The checksum counts it last, so that it need not be counted anew.
    fault_store.checksum -= fault_store.unread;
    fault_store.unread = 0;
    return true;
}

void fault_keep_panic(uint32_t code)
{
    struct cmrx_fault *record = record_new();
    record->kind = CMRX_FAULT_PANIC;
    record->flags = CMRX_FAULT_HAS_ADDRESS;
    record->process = NONE;
    record->thread = NONE;
    record->address = code;
    fault_seal();
}

// ---- Who, and the chain of calls

// Believed: the stack pointers of the calls, which are the kernel's record; what
// lies there, above the cut, is what the processor pushed at each call.
static void chain_fill(struct cmrx_fault *fault, const struct thread *t)
{
    unsigned n = t->depth < fault_levels ? t->depth : fault_levels;

    for (unsigned i = 0; i < n; i++) {
        const struct call *c = &t->image->calls[t->depth - 1 - i];
        fault->chain[i].process = process_index(c->caller);
        fault->chain[i].pc = (uint32_t)port_call_pc(call_sp(c));
    }
    fault->levels = (uint8_t)n;
}

// The processor has put a frame where the stack pointer was: is it there? Only
// memory of the process is looked at, never one of its devices. No question
// where a trap puts nothing on the stack.
static bool frame_is_known(const struct thread *t)
{
    const struct region *memory = &t->inside->image->memory;
    const struct port_frame *f = port_frame(&t->context);

    return PORT_FRAME_BYTES == 0 || port_frame_valid(f, t->low, t->slice) ||
           (memory->size + 1 > PORT_FRAME_BYTES &&
            port_frame_valid(f, memory->base, memory->size));
}

// A stack can be used to its last byte, so where the stack pointer is says nothing of an
// access whose address is known and lies elsewhere.
static void stack_refine(struct cmrx_fault *fault, const struct thread *t)
{
    uintptr_t low = t->low;
    bool near_sp = low + PORT_FRAME_BYTES - 1 - fault->sp < OVERFLOW_BYTES;
    bool has_overflown = near_sp;

    if ((fault->flags & CMRX_FAULT_HAS_ADDRESS) != 0)
        has_overflown = low - 1 - fault->address < OVERFLOW_BYTES &&
                        (near_sp || fault->sp - low <= 2 * PORT_FRAME_BYTES);
    if ((fault->kind == CMRX_FAULT_POINTER && near_sp) ||
        (fault->kind == CMRX_FAULT_ACCESS && has_overflown))
        fault->kind = CMRX_FAULT_STACK;
}

// What the port knows, and the registers. Who has done it is not said yet.
ALONE static void record_begin(const struct thread *t,
                               const struct port_fault *fault)
{
    if (fault_store.unread) {
        fault_store.fault.lost++;
        return;
    }
    struct cmrx_fault *record = record_new();
    record->kind = fault->kind;
    record->flags = fault->flags;
    record->cause = fault->cause;
    record->address = fault->address;
    record->process = NONE;
    record->sp = (uint32_t)port_sp(&t->context);
    if (!frame_is_known(t))
        record->flags &= (uint8_t)~CMRX_FAULT_HAS_FRAME;
    port_fault_registers(record, &t->context);
}

// Who, when, and the chain; of one that is just begun.
void fault_note(const struct thread *t)
{
    struct cmrx_fault *record = &fault_store.fault;

    if (record->process != NONE || record->kind == CMRX_FAULT_PANIC)
        return;
    record->process = (uint8_t)process_index(t->inside);
    record->thread = (uint8_t)thread_index(t);
    record->generation = t->inside->generation;
    record->depth = t->depth;
    record->time = time_now();
    stack_refine(record, t);
    chain_fill(record, t);
}

void fault_begin(const struct thread *t, enum cmrx_fault_kind kind)
{
    const struct port_fault fault = {
        .kind = (uint8_t)kind,
        .flags = CMRX_FAULT_HAS_FRAME,
    };
    record_begin(t, &fault);
}

static void contain(struct process *p)
{
    fault_seal();
    process_faulted(p);
}

void fault_raise(struct thread *t, enum cmrx_fault_kind kind)
{
    fault_begin(t, kind);
    fault_note(t);
    contain(t->inside);
}

port_resume kernel_fault(const struct port_fault *fault)
{
    record_begin(running, fault);
    fault_note(running);
    contain(running->inside);
    return sched_leave();
}
