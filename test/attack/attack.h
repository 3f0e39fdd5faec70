// attack.h - what the processes of the suite say to each other.

#ifndef ATTACK_H
#define ATTACK_H

#include <cmrx/cmrx.h>

// As in cmrx_system(PROCESSES ...).
enum process {
    CONTROLLER,
    ATTACKER,
    VICTIM,
    DEPUTY,
    BYSTANDER,
    RELAY_1,
    RELAY_2,
    RELAY_3,
    IDLE,
    PROCESSES,
};

// Threads as in system.json: of a process, in the order of their names.
enum thread { MAIN, RUNNER, OFFENDER, SIBLING, HOLDER };

// The attacker's thread posts this when its deed is over. The bits below are
// the kernel's: a process has faulted.
#define DONE               (1u << 31)

#define PLACE(name, where) AT_##name, AT_##name##_END,
enum place {
    AT_ADDRESS, // the offset is an address
#include "places.def"
    PLACES,
};
#undef PLACE

// What attack.py has put into the window of the attacker.
#define PLACES_MAGIC 0x41545443u
struct places {
    uint32_t magic;
    uint32_t restarts;            // how many in the long case
    uint32_t address[PLACES - 1]; // by enum place, from 1
    uint32_t rest[64];
};

#define DEED(name, function) DEED_##name,
enum deed {
#include "deeds.def"
    DEEDS,
};
#undef DEED

// A deed that is a system call: its word is in bits 8-31.
#define TRAP(word) (DEED_TRAP | (uint32_t)(word) << 8)

// Commits a deed on the thread that visits. The result of the deed is in the
// low word; a relay puts the status of its own call into the high word.
struct attack {
    uint64_t (*commit)(CMRX_SELF, uint32_t deed, uint32_t a, uint32_t b,
                       uint32_t c);
    uint32_t (*stack_pointer)(CMRX_SELF); // at the entry of the method
    uint32_t (*registers)(CMRX_SELF);     // or of all that should be 0 there
};

struct attacker {
    // Let a thread of the attacker's own commit it.
    int32_t (*order)(CMRX_SELF, uint32_t deed, uint32_t a, uint32_t b,
                     uint32_t c);
    uint32_t (*result)(CMRX_SELF);
    uint32_t (*place)(CMRX_SELF, uint32_t place);
    uint32_t (*restarts)(CMRX_SELF);
    uint32_t (*posted)(CMRX_SELF);            // interrupts, since last asked
    int32_t (*enable)(CMRX_SELF);             // its interrupt
    void (*raise)(CMRX_SELF, uint32_t raise); // or make it quiet
};

// What who visits the attacker or a relay has left when the deadline of a call has
// passed, before it is taken out by force.
#define ATTACK_GRACE_US 1000u

// The deputy and the victim have promised one, as the attacker uses the one, and that
// the other; but nobody waits for so long.
#define DEPUTY_GRACE_US 1000000u

// Of a deed that has had the deputy wait: the status of that wait.
#define WAITED(status)  ((uint32_t)(status)&0xff)

struct victim {
    bool (*is_unharmed)(CMRX_SELF);
    uint32_t (*visits)(CMRX_SELF);
    uint32_t (*waits)(CMRX_SELF, uint32_t us); // the status
};

struct bystander {
    bool (*is_unharmed)(CMRX_SELF);
    uint32_t (*late)(CMRX_SELF); // wakes that came too late, ever
    uint32_t (*wakes)(CMRX_SELF);
    uint64_t (*next_wake)(CMRX_SELF); // the time
    void (*computes)(CMRX_SELF, uint32_t us);
};

// A server that follows pointers for its callers.
struct deputy {
    // Looks first whether the caller may. False: it may not.
    bool (*fill)(CMRX_SELF, uint8_t *to, uint32_t size, uint32_t write);
    // Does not look: every byte, for so many microseconds.
    uint32_t (*fill_blindly)(CMRX_SELF, uint8_t *to, uint32_t size,
                             uint32_t us);
    int32_t (*caller)(CMRX_SELF, uint32_t said);
    uint32_t (*dirt)(CMRX_SELF); // words that are not 0 in fresh stack
    uint32_t (*waits)(CMRX_SELF, uint32_t us);
    uint32_t (*calls)(CMRX_SELF); // since it was started
    int32_t (*lends)(CMRX_SELF);  // its SHARED, to the victim
};

// The same server, one client at a time.
struct slow {
    void (*stay)(CMRX_SELF, uint32_t us); // and compute
    uint32_t (*visits)(CMRX_SELF);        // with this one
};

#endif
