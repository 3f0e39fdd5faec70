// info_find.h - looking things up in the description of the system (info.h).
//
// Nothing here touches the kernel: these read constants. Every number is
// checked; what is not there is NULL, an empty string or CMRX_INFO_NONE.
// Any thread that may read the description.

#ifndef CMRX_INFO_FIND_H
#define CMRX_INFO_FIND_H

#include <cmrx/info.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CMRX_INFO_NONE 0xffffu

// Where in the source an instruction comes from.
struct cmrx_info_place {
    const char *function;
    const char *file;
    uint32_t line;   // 0: not known
    uint32_t offset; // bytes from the begin of the function
};

// The string at `offset`. Cost: constant.
const char *cmrx_info_string(const struct cmrx_info *info, uint32_t offset);

// Entry `n` of each table. Cost: constant.
const struct cmrx_info_process *cmrx_info_process_at(
    const struct cmrx_info *info, uint32_t n);
const struct cmrx_info_thread *cmrx_info_thread_at(const struct cmrx_info *info,
                                                   uint32_t n);
const struct cmrx_info_service *cmrx_info_service_at(
    const struct cmrx_info *info, uint32_t n);
const struct cmrx_info_range *cmrx_info_range_at(const struct cmrx_info *info,
                                                 uint32_t n);

// The name of process `n`, "?" past the last. Cost: constant.
const char *cmrx_info_process_name(const struct cmrx_info *info, uint32_t n);

// The number of the process of that name. Cost: number of processes.
uint32_t cmrx_info_process_find(const struct cmrx_info *info, const char *name);

// The service that import `n` of `process` is wired to. Cost: constant.
uint32_t cmrx_info_import(const struct cmrx_info *info, uint32_t process,
                          uint32_t n);

// Returns whether `process` may call service `service`. Any thread. Cost: its
// imports.
bool cmrx_info_may_call(const struct cmrx_info *info, uint32_t process,
                        uint32_t service);

// The smallest piece of the address space that contains `address`. Cost: number
// of pieces.
const struct cmrx_info_range *cmrx_info_range_of(const struct cmrx_info *info,
                                                 uint32_t address);

// What the program of `process` has at instruction address `pc`. False when
// there is nothing known. Cost: functions and lines of the process.
bool cmrx_info_place(const struct cmrx_info *info, uint32_t process,
                     uint32_t pc, struct cmrx_info_place *place);

#ifdef __cplusplus
}
#endif

#endif
