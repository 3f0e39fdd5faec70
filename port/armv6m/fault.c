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

#include "access.h"
#include "armv6m.h"
#include "kernel.h"
#include "registers.h"

void fault_defer(uintptr_t sp);
port_resume fault_enter(void);

// ---- Putting it off: see entry_fault

static struct {
    const struct thread *thread;
    uintptr_t sp;
} deferred;

void fault_defer(uintptr_t sp)
{
    deferred.thread = running;
    deferred.sp = sp;
    ICSR = ICSR_PENDSVSET;
}

// The system call that was pending may have found it already: then another thread
// runs now, or this one anew, with a stack pointer inside of its stack.
port_resume fault_enter(void)
{
    const struct port_fault fault = {
        .kind = CMRX_FAULT_NONE,
        .flags = CMRX_FAULT_HAS_FRAME,
    };

    if (deferred.thread != running || deferred.sp != running->context.sp)
        return PORT_AS_IT_CAME;
    return kernel_fault(&fault);
}

// ---- The map, as the hardware has it

#define PRIVATE_BUS 0xe0000000u // and a megabyte: without privilege, never
#define READ_WRITE  3u          // of RASR.AP; every other shows no write
#define READ_ONLY   6u
#define NO_PLACE    UINT32_MAX

// Does the region hold the address? Its bases are aligned to its size.
static bool region_holds(uint32_t rbar, uint32_t rasr, uint32_t address)
{
    uint32_t log2_of_eighth = (rasr >> 1 & 31) - 2;
    uint32_t eighth = (address - (rbar & ~0xffu)) >> log2_of_eighth;

    return (rasr & 1) != 0 && eighth < 8 && (rasr >> 8 >> eighth & 1) == 0;
}

// The region with the highest number decides.
static bool map_allows(uint32_t address, bool write)
{
    for (unsigned region = REGIONS; region-- > 0;) {
        MPU_RNR = region;
        uint32_t rasr = MPU_RASR, permission = rasr >> 24 & 7;
        if (region_holds(MPU_RBAR, rasr, address))
            return permission == READ_WRITE ||
                   (permission == READ_ONLY && !write);
    }
    return false;
}

// The first that the map forbids, or NO_PLACE, which is none that could be.
static uint32_t first_forbidden(const struct access *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (!map_allows(a->address + i * a->unit, a->write))
            return a->address + i * a->unit;
    return NO_PLACE;
}

// ---- Together

#define DIVIDE     0xded0u // user/gates.S
#define BREAKPOINT 0xbeu   // of the high byte

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
    if (fault->cause == DIVIDE)
        return CMRX_FAULT_DIVIDE;
    if (fault->cause >> 8 == BREAKPOINT)
        return CMRX_FAULT_BREAKPOINT;
    const struct access a = access_of(fault, fault->cause);
    return a.count != 0 ? kind_of_access(fault, &a) : CMRX_FAULT_INSTRUCTION;
}

void fault_explain(struct cmrx_fault *fault)
{
    fault->kind = (uint8_t)kind_of(fault);
}
