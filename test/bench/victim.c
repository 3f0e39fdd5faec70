// victim.c - a process that faults, and is started again. BYTES of variables.

#include "bench.h"
#include "machine.h"

static volatile uint32_t memory[BYTES / 4];

static void die(CMRX_SELF)
{
    memory[1] = 1;
    machine_undefined();
}

CMRX_PROVIDE(struct victim, victim, .die = die);
