// probes.h - see port's folder.

#ifndef PROBES_H
#define PROBES_H

#include <cmrx/cmrx.h>

uint32_t probe_registers(CMRX_SELF);
uint32_t probe_destroy(CMRX_SELF);
uint32_t probe_call(uint32_t word);
void probe_stack_pointer(void *address);
void probe_semihosting(void);
void probe_float(void);

#endif
