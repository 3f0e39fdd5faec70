// controller.c - goes through the matrix that matrix.py has put into memory.
//
// A probe is right when it came through and that was expected, or when the
// prober died of the expected kind of fault at that address, and the record
// says so. What is wrong is told by its number; matrix.py knows what that was.

#include "probers.h"
#include "report.h"

#include <cmrx/format.h>

#define MAGIC 0x4d545258u

// As in matrix.py.
struct probe {
    uint32_t address;
    uint8_t prober;   // and the number of its process
    uint8_t how;      // enum how
    uint8_t expected; // enum cmrx_fault_kind
    uint8_t unused;
};

struct matrix {
    uint32_t magic, count;
    struct probe probes[1]; // count of them
};

CMRX_DEVICE(struct matrix, matrix);
CMRX_USE(struct relay, relay);

CMRX_SHARED static volatile uint32_t shared[12];
static struct cmrx_fault fault; // of the last probe; kind 0: it came through

static enum cmrx_status touch(const struct probe *p, uint32_t how)
{
    int32_t inner = 0;
    enum cmrx_status status;

    if ((how & HOW_BY_RELAY) == 0)
        return probers_touch(p->prober, p->address, how);
    status = cmrx_call(&inner, relay, touch, p->prober, p->address, how);
    return status != CMRX_OK ? status : (enum cmrx_status)inner;
}

static uint32_t place_of_fault(void)
{
    return fault.flags & CMRX_FAULT_HAS_ADDRESS ? fault.address : fault.pc;
}

static bool is_right(const struct probe *p, enum cmrx_status status)
{
    if (p->expected == CMRX_FAULT_NONE)
        return status == CMRX_OK && fault.kind == CMRX_FAULT_NONE;
    return status == CMRX_DEAD && fault.kind == p->expected &&
           fault.process == p->prober && fault.lost == 0 &&
           place_of_fault() == p->address;
}

static void tell(uint32_t number, enum cmrx_status status)
{
    char line[80];

    cmrx_format(line, sizeof line, "wrong %u: %s", number,
                cmrx_status_name(status));
    report(line);
    if (fault.kind != CMRX_FAULT_NONE) {
        cmrx_format(line, sizeof line, ", fault %u of process %u at 0x%08x",
                    fault.kind, fault.process, place_of_fault());
        report(line);
    }
    report("\n");
}

// Where reading was not stopped although it should have been, writing would
// destroy something: then write what is there.
static struct probe open_word = { .address = 1 };

static uint32_t careful(const struct probe *p)
{
    if (p->how % HOW_BY_THREAD != HOW_WRITE ||
        p->address != open_word.address || p->prober != open_word.prober)
        return p->how;
    return p->how - HOW_WRITE + HOW_WRITE_BACK;
}

static bool probe(uint32_t number, const struct probe *p)
{
    enum cmrx_status status = touch(p, careful(p));

    if (cmrx_fault_read(&fault) == CMRX_OK)
        cmrx_process_restart(fault.process);
    else
        fault = (struct cmrx_fault){ .kind = CMRX_FAULT_NONE };
    if (is_right(p, status))
        return true;
    if (status == CMRX_OK)
        open_word = *p;
    tell(number, status);
    return false;
}

CMRX_THREAD(main, .stack = 2048, .bound = 2048, .priority = 10)
{
    uint32_t wrong = 0, count = matrix.count;

    if (matrix.magic != MAGIC) {
        report("no matrix in memory\n");
        cmrx_system_halt(2);
    }
    shared[0] = 1;
    for (uint32_t i = 0; i < count; i++) {
        struct probe p = {
            matrix.probes[i].address,
            matrix.probes[i].prober,
            matrix.probes[i].how,
            matrix.probes[i].expected,
            0,
        };
        wrong += !probe(i, &p);
    }
    report_number(count);
    report(" probes, ");
    report_number(wrong);
    report(" wrong\n");
    cmrx_system_halt(wrong > 0);
}
