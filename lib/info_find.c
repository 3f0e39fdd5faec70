// info_find.c - looking things up in the description of the system.

#include <cmrx/info_find.h>

#include <stddef.h>
#include <string.h>

// What lies `offset` bytes into the description.
static const void *at(const struct cmrx_info *info, uint32_t offset)
{
    return (const char *)info + offset;
}

const char *cmrx_info_string(const struct cmrx_info *info, uint32_t offset)
{
    return offset == 0 || offset >= info->size ? "" : at(info, offset);
}

const struct cmrx_info_process *cmrx_info_process_at(
    const struct cmrx_info *info, uint32_t n)
{
    const struct cmrx_info_process *all = at(info, info->processes);
    return n < info->process_count ? &all[n] : NULL;
}

const struct cmrx_info_thread *cmrx_info_thread_at(const struct cmrx_info *info,
                                                   uint32_t n)
{
    const struct cmrx_info_thread *all = at(info, info->threads);
    return n < info->thread_count ? &all[n] : NULL;
}

const struct cmrx_info_service *cmrx_info_service_at(
    const struct cmrx_info *info, uint32_t n)
{
    const struct cmrx_info_service *all = at(info, info->services);
    return n < info->service_count ? &all[n] : NULL;
}

const struct cmrx_info_range *cmrx_info_range_at(const struct cmrx_info *info,
                                                 uint32_t n)
{
    const struct cmrx_info_range *all = at(info, info->ranges);
    return n < info->range_count ? &all[n] : NULL;
}

const char *cmrx_info_process_name(const struct cmrx_info *info, uint32_t n)
{
    const struct cmrx_info_process *process = cmrx_info_process_at(info, n);
    return process == NULL ? "?" : cmrx_info_string(info, process->name);
}

uint32_t cmrx_info_process_find(const struct cmrx_info *info, const char *name)
{
    for (uint32_t n = 0; n < info->process_count; n++) {
        if (strcmp(cmrx_info_process_name(info, n), name) == 0)
            return n;
    }
    return CMRX_INFO_NONE;
}

uint32_t cmrx_info_import(const struct cmrx_info *info, uint32_t process,
                          uint32_t n)
{
    const struct cmrx_info_process *p = cmrx_info_process_at(info, process);

    if (p == NULL || n >= p->import_count)
        return CMRX_INFO_NONE;
    const uint16_t *imports = at(info, p->imports);
    return imports[n];
}

bool cmrx_info_may_call(const struct cmrx_info *info, uint32_t process,
                        uint32_t service)
{
    const struct cmrx_info_process *p = cmrx_info_process_at(info, process);

    for (uint32_t n = 0; p != NULL && n < p->import_count; n++) {
        if (cmrx_info_import(info, process, n) == service)
            return true;
    }
    return false;
}

const struct cmrx_info_range *cmrx_info_range_of(const struct cmrx_info *info,
                                                 uint32_t address)
{
    const struct cmrx_info_range *best = NULL;

    for (uint32_t n = 0; n < info->range_count; n++) {
        const struct cmrx_info_range *range = cmrx_info_range_at(info, n);

        if (address - range->base < range->size &&
            (best == NULL || range->size < best->size))
            best = range;
    }
    return best;
}

// The last line that begins at or before `offset`.
static uint32_t line_at(const struct cmrx_info *info,
                        const struct cmrx_info_process *process,
                        uint32_t offset)
{
    const struct cmrx_info_line *lines = at(info, process->lines);
    uint32_t line = 0;

    for (uint32_t n = 0; n < process->line_count; n++) {
        if ((uint32_t)lines[n].offset * 2 > offset)
            break;
        line = lines[n].line;
    }
    return line;
}

bool cmrx_info_place(const struct cmrx_info *info, uint32_t process,
                     uint32_t pc, struct cmrx_info_place *place)
{
    const struct cmrx_info_process *p = cmrx_info_process_at(info, process);
    const struct cmrx_info_range *range = cmrx_info_range_of(info, pc);
    const struct cmrx_info_function *found = NULL;

    if (p == NULL || range == NULL || range->process != process)
        return false;
    const struct cmrx_info_function *functions = at(info, p->functions);
    uint32_t offset = (pc & ~1u) - p->code;
    for (uint32_t n = 0; n < p->function_count; n++) {
        if (functions[n].offset <= offset)
            found = &functions[n];
    }
    if (found == NULL)
        return false;
    place->function = cmrx_info_string(info, found->name);
    place->file = cmrx_info_string(info, found->file);
    place->line = line_at(info, p, offset);
    place->offset = offset - found->offset;
    return true;
}
