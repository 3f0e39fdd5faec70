// qemu.h - what QEMU offers to a plugin (interface version 1, QEMU >= 6.0).
//
// Our own declarations of the few functions that we use: no package ships the
// header, and the build must not fetch anything.

#ifndef PLUGIN_QEMU_H
#define PLUGIN_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;

typedef void (*qemu_translated)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*qemu_executed)(unsigned cpu, void *user);
typedef void (*qemu_touched)(unsigned cpu, qemu_plugin_meminfo_t info,
                             uint64_t address, void *user);
typedef void (*qemu_ended)(qemu_plugin_id_t, void *user);

enum { QEMU_INLINE_ADD_U64 };
enum { QEMU_REGISTERS_NONE, QEMU_REGISTERS_READ, QEMU_REGISTERS_WRITE };
enum { QEMU_MEMORY_READ = 1, QEMU_MEMORY_WRITE, QEMU_MEMORY_BOTH };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, qemu_translated);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *,
                                          qemu_executed, int registers,
                                          void *user);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
                                            qemu_executed, int registers,
                                            void *user);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *,
                                                int operation, void *counter,
                                                uint64_t value);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, qemu_touched,
                                      int registers, int direction, void *user);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, qemu_ended, void *user);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *,
                                                 size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *);

bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);

// Bits of a memory access that the interface does not name: the number of the
// translation regime. On Armv7-M and v8-M bit 0 of it means privileged.
#define QEMU_MMU_INDEX      15u
#define QEMU_MMU_PRIVILEGED 1u

#endif
