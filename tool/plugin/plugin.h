// plugin.h - what all plugins have in common: out=FILE, arguments, the start.

#ifndef PLUGIN_PLUGIN_H
#define PLUGIN_PLUGIN_H

#include "qemu.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// Each plugin defines one.
struct plugin {
    const char *name;
    bool (*take)(const char *argument); // all but out=; says itself what it
                                        // does not like, or plugin_unknown()
    const char *(*missing)(void);       // what it cannot do without, or NULL
    void (*translated)(qemu_plugin_id_t id, struct qemu_plugin_tb *block);
    void (*ended)(qemu_plugin_id_t id, void *user);
};

extern const struct plugin plugin;

extern FILE *out; // out=FILE, or standard error

// Says it, and returns false.
bool plugin_refuse(const char *what, const char *why);
bool plugin_unknown(const char *argument);

// NAME=NUMBER into the word of that name; false: none of these.
struct plugin_number {
    const char *name; // with the =
    uint32_t *to;
};
bool plugin_take_number(const struct plugin_number *known, unsigned count,
                        const char *argument);

#endif
