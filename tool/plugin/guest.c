// guest.c - the memory and registers of the guest, for a plugin.

#define _GNU_SOURCE
#include "guest.h"

#include <dlfcn.h>
#include <string.h>

// GLib's, which QEMU is linked with; only these two fields are public.
struct byte_array {
    uint8_t *data;
    unsigned length;
};

static struct {
    void *(*space)(void *cpu, int number); // the addresses that it sees
    unsigned (*memory)(void *space, uint64_t address, unsigned attributes,
                       void *data, uint64_t size, bool write);
    void *(*cpu)(int number);
    int (*read)(void *cpu, struct byte_array *to, int number);
    struct byte_array *(*array_new)(void);
    struct byte_array *(*array_size)(struct byte_array *, unsigned);
    struct byte_array *array;
} qemu;

static bool find(const char *name, void *function)
{
    void *found = dlsym(RTLD_DEFAULT, name);
    memcpy(function, &found, sizeof(found));
    return found != NULL;
}

struct wanted {
    const char *name;
    void *function;
};

// NULL, or the name of the first that is missing.
static const char *find_all(const struct wanted *wanted, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!find(wanted[i].name, wanted[i].function)) {
            return wanted[i].name;
        }
    }
    return NULL;
}

bool guest_is_riscv(void)
{
    void *function;
    return find("riscv_cpu_gdb_read_register", &function);
}

const char *guest_missing_memory(void)
{
    return find_all(
        (const struct wanted[]){ { "qemu_get_cpu", &qemu.cpu },
                                 { "cpu_get_address_space", &qemu.space },
                                 { "address_space_rw", &qemu.memory } },
        3);
}

const char *guest_missing_registers(void)
{
    const char *missing = find_all(
        (const struct wanted[]){
            { "qemu_get_cpu", &qemu.cpu },
            { guest_is_riscv() ? "riscv_cpu_gdb_read_register"
                               : "arm_cpu_gdb_read_register",
              &qemu.read },
            { "g_byte_array_new", &qemu.array_new },
            { "g_byte_array_set_size", &qemu.array_size } },
        4);
    if (missing == NULL) {
        qemu.array = qemu.array_new();
    }
    return missing;
}

// Of struct MemTxAttrs. Boards with TrustZone refuse who comes without it at the
// addresses that are Secure there: those with bit 28 (Arm SSE-200, IDAU), and NVIC says
// nothing of a Secure line. Other boards do not look at it.
#define SECURE 2u
#define SYSTEM 0xe0000000u

// Found once: QEMU looks up classes by their names on the way.
static void *space(void)
{
    static void *found;

    if (found == NULL) {
        found = qemu.space(qemu.cpu(0), 0);
    }
    return found;
}

void guest_read(uint32_t address, void *to, uint32_t size)
{
    unsigned attributes = address >> 28 & 1 || address >= SYSTEM ? SECURE : 0;
    qemu.memory(space(), address, attributes, to, size, false);
}

uint32_t guest_register(int number)
{
    uint32_t value = 0;
    qemu.array_size(qemu.array, 0);
    if (qemu.read(qemu.cpu(0), qemu.array, number) == sizeof(value)) {
        memcpy(&value, qemu.array->data, sizeof(value));
    }
    return value;
}
