// plugin.c - the start of every plugin.

#include "plugin.h"

#include <stdlib.h>
#include <string.h>

PLUGIN_EXPORT int qemu_plugin_version = 1;

FILE *out;

bool plugin_refuse(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", plugin.name, what, why);
    return false;
}

bool plugin_unknown(const char *argument)
{
    return plugin_refuse(argument, "is no argument");
}

bool plugin_take_number(const struct plugin_number *known, unsigned count,
                        const char *argument)
{
    for (unsigned i = 0; i < count; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(argument, known[i].name, length) == 0) {
            *known[i].to = (uint32_t)strtoul(argument + length, NULL, 0);
            return true;
        }
    }
    return false;
}

static bool take(const char *argument)
{
    if (strncmp(argument, "out=", 4) == 0) {
        out = fopen(argument + 4, "w");
        return out != NULL || plugin_refuse(argument + 4, "cannot be written");
    }
    return plugin.take(argument);
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info, int count,
                                      char **arguments);

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                      const struct qemu_info *info, int count,
                                      char **arguments)
{
    (void)info;
    out = stderr;
    for (int i = 0; i < count; i++) {
        if (!take(arguments[i])) {
            return -1;
        }
    }
    const char *missing = plugin.missing();
    if (missing != NULL) {
        plugin_refuse(missing, "is missing (of QEMU: Debian's exports it)");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, plugin.translated);
    qemu_plugin_register_atexit_cb(id, plugin.ended, NULL);
    return 0;
}
