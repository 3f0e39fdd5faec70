// fault.c (armv6m) - what a fault was.
//
// All faults are HardFault, and no register says why (DDI 0419 B1.5.6). So the
// kind is worked out from what the thread was about to do: the instruction at
// its pc, the registers, and the map, which are still there. Exact, but for:
//
//     BUS            is said of what the map would have allowed
//     INSTRUCTION    is said when nothing else explains it
//     .address       of an access of several words that the map would have
//                    allowed is not known

#include "armv6m.h"
#include "kernel.h"

#include <processor.h>
#include <registers.h>

CALLED void fault_defer(uintptr_t sp, uint32_t how);

// ---- Putting it off: see entry_fault

static struct {
    uint8_t kind, flags; // what was seen of it
    uint16_t faults;     // that had been until then
} deferred;

// Each fault is counted, also those of which no record is kept.
static uint16_t faults_until_now(void)
{
    return (uint16_t)(fault_store.fault.sequence + fault_store.fault.lost);
}

void fault_defer(uintptr_t sp, uint32_t how)
{
    struct port_fault fault;

    fault_see(&fault, sp, how);
    deferred.kind = fault.kind;
    deferred.flags = fault.flags;
    deferred.faults = faults_until_now();
    ICSR = ICSR_PENDSVSET;
}

// Nothing but the system call that was pending can have come between: its number is
// lower, that of all others higher (B1.5.4). It has found the fault then.
port_resume fault_enter(void)
{
    if (deferred.faults != faults_until_now())
        return PORT_AS_IT_CAME;
    const struct port_fault fault = {
        .kind = deferred.kind,
        .flags = deferred.flags,
    };
    return kernel_fault(&fault);
}

// ---- Together

#define PRIVATE_BUS 0xe0000000u // and a megabyte: without privilege, never
#define NO_PLACE    UINT32_MAX
#define DIVIDE      0xded0u // user/gates.S
#define BREAKPOINT  0xbeu   // of the high byte

// The first that the map forbids, or NO_PLACE, which is none that could be.
static uint32_t first_forbidden(const struct access *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (!map_allows(a->address + i * a->unit, a->write))
            return a->address + i * a->unit;
    return NO_PLACE;
}

static enum cmrx_fault_kind kind_of_access(struct cmrx_fault *fault,
                                           const struct access *a)
{
    if ((a->address & (a->unit - 1)) != 0)
        return CMRX_FAULT_ALIGNMENT;
    uint32_t place = first_forbidden(a);
    if (place != NO_PLACE || a->count == 1)
        fault->flags |= CMRX_FAULT_HAS_ADDRESS;
    fault->address = place != NO_PLACE ? place : a->address;
    bool is_private = fault->address - PRIVATE_BUS < 0x100000u;
    return place != NO_PLACE && !is_private ? CMRX_FAULT_ACCESS
                                            : CMRX_FAULT_BUS;
}

static enum cmrx_fault_kind kind_of(struct cmrx_fault *fault)
{
    const struct region *code = &running->inside->image->code;
    // Even, but when it comes from a frame that user code has made up: what
    // could not be unstacked.
    uintptr_t pc = fault->pc & ~1u;

    if ((fault->flags & CMRX_FAULT_HAS_FRAME) == 0)
        return CMRX_FAULT_POINTER;
    if ((fault->psr & 1u << 24) == 0)
        return CMRX_FAULT_STATE;
    if (!region_covers(code, pc, sizeof(uint16_t)))
        return CMRX_FAULT_EXECUTE;
    fault->cause = *(const uint16_t *)pc;
    if (leaps(fault, fault->cause))
        return CMRX_FAULT_STACK;
    if (fault->cause == DIVIDE)
        return CMRX_FAULT_DIVIDE;
    if (fault->cause >> 8 == BREAKPOINT)
        return CMRX_FAULT_BREAKPOINT;
    struct access a = access_of(fault, fault->cause);
    if (a.count == 0 && region_covers(code, pc + 2, sizeof(uint16_t)))
        a = access_of_wide(fault, fault->cause, *(const uint16_t *)(pc + 2));
    return a.count != 0 ? kind_of_access(fault, &a) : CMRX_FAULT_INSTRUCTION;
}

void fault_explain(struct cmrx_fault *fault)
{
    fault->kind = (uint8_t)kind_of(fault);
}

void port_quiesce(uintptr_t address, uint32_t value)
{
    quiesce_store(address, value);
}
