// probes.h - see port's folder.

#ifndef PROBES_H
#define PROBES_H

#include <cmrx/cmrx.h>

uint32_t probe_registers(CMRX_SELF);
uint32_t probe_registers_of_four(CMRX_SELF, uint32_t a, uint32_t b, uint32_t c,
                                 uint32_t d);
uint32_t probe_destroy(CMRX_SELF);
uint32_t probe_call(uint32_t word);
uint32_t probe_spin(uint32_t rounds);
void probe_stack_pointer(void *address);
_Noreturn void probe_fault_at(uint8_t *address, uint32_t leap);
_Noreturn void probe_lost_stack(void);
_Noreturn void probe_lost_trap(void);
_Noreturn void probe_fault(void);
int32_t probe_call_from(uint32_t word, uint32_t argument);
void probe_thread(uintptr_t seen);
extern const uint8_t probe_goes_on[];

// What the processor says of probe_fault(), and of a record's psr there; what kind
// of fault probe_float() is.
extern const uint32_t probe_cause, probe_psr, probe_float_kind;
void probe_semihosting(void);
void probe_float(void);

#endif
