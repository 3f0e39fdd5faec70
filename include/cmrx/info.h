// info.h - the system described to itself: names of everything, who may call
// whom, and where in the source an instruction comes from.
//
// The build writes it; a process reads it through the window it is granted with
// cmrx_system(... GRANT p INFO). It is read-only. All offsets are in bytes from
// the begin of struct cmrx_info; strings end in zero. Offset 0 means none.

#ifndef CMRX_INFO_H
#define CMRX_INFO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CMRX_INFO_MAGIC 0x58524d43u // "CMRX"

struct cmrx_info {
    uint32_t magic;
    uint32_t size;                    // bytes, all of it
    uint32_t system, board, build_id; // strings
    uint16_t process_count, thread_count, service_count, range_count;
    uint32_t processes, threads, services, ranges; // arrays
};

struct cmrx_info_process {
    uint32_t name;
    uint16_t first_thread, thread_count;
    uint16_t import_count, function_count;
    uint32_t imports;   // array of uint16_t: numbers of services
    uint32_t code;      // address of its first instruction
    uint32_t functions; // array, ascending
    uint32_t lines;     // array, ascending
    uint32_t line_count;
};

struct cmrx_info_thread {
    uint32_t name;
    uint16_t home; // process
    uint16_t priority;
};

struct cmrx_info_service {
    uint32_t name;
    uint32_t interface; // string: "struct thermometer"
    uint16_t process;   // whose it is
    uint16_t method_count;
    uint32_t methods; // array of uint32_t: strings
};

// A piece of the address space and whose it is.
struct cmrx_info_range {
    uint32_t base, size;
    uint32_t what;    // string: "data of", "stack of thread main of", ...
    uint16_t process; // 0xffff: the kernel's or nobody's
    uint16_t reserved;
};

struct cmrx_info_function {
    uint32_t offset; // from `code`
    uint32_t name;
    uint32_t file;
};

struct cmrx_info_line {
    uint16_t offset; // from `code`, in halfwords
    uint16_t line;
};

// The description. The process needs the grant, or the build says so.
extern const struct cmrx_info cmrx_info __asm__("cmrx_device_info");

#ifdef __cplusplus
}
#endif

#endif
