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
    void (*memory)(uint64_t address, void *data, uint64_t size, bool write);
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

const char *guest_missing_memory(void)
{
    const char *name = "cpu_physical_memory_rw";
    return find(name, &qemu.memory) ? NULL : name;
}

const char *guest_missing_registers(void)
{
    const struct {
        const char *name;
        void *function;
    } wanted[] = {
        { "qemu_get_cpu", &qemu.cpu },
        { "arm_cpu_gdb_read_register", &qemu.read },
        { "g_byte_array_new", &qemu.array_new },
        { "g_byte_array_set_size", &qemu.array_size },
    };
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        if (!find(wanted[i].name, wanted[i].function)) {
            return wanted[i].name;
        }
    }
    qemu.array = qemu.array_new();
    return NULL;
}

void guest_read(uint32_t address, void *to, uint32_t size)
{
    qemu.memory(address, to, size, false);
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
