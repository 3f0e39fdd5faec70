// soak.h - what the processes of the soak say to each other.

#ifndef SOAK_H
#define SOAK_H

#include <cmrx/cmrx.h>

// As in cmrx_system(PROCESSES ...).
enum process { A, B, DRIVER, RECEIVER, RELAY, BOX, LEDGER, CONDUCTOR, IDLE };
#define MORTALS        LEDGER // those before it end and come back
#define SENDERS        6u     // two of each process that sends
#define MESSAGES       60000u // at most, numbered from 1

#define BOX_GRACE_US   1500u
#define RELAY_GRACE_US 4000u // also when it waits for the box

// What is counted; soak.py prints them.
enum count {
    CALLS,     // that have come back, by whatever way
    DEADLINES, // of these, that passed on the way
    INTERRUPTS,
    PRIORITIES, // changed
    FAULTS,
    RESTARTS,
    EVENTS, // all of these
    OFFERED,
    ACCEPTED,
    REFUSED, // and the sender knows that nothing was done
    UNKNOWN, // and the sender knows that it does not know
    RECEIVED,
    SETTLED, // accepted, and the sender knows that it is out of the box
    AGAIN,   // delivered once more, as the receiver had died before it said so
    TOLD,    // accepted, and then the sender was told that it may be lost
    OPEN,    // none of these, as its sender has ended
    LIVES,   // of the box
    COUNTS
};

// What may have become of a message, for who sends it.
enum outcome {
    IS_ACCEPTED = 2,
    IS_REFUSED = 4,
    IS_UNKNOWN = 8,
    IS_TOLD = 16,
    IS_SETTLED = 64,
};

// What must not be. The number is what the system ends with.
enum wrong {
    NOTHING_WRONG,
    NO_PARAMETERS = 10,
    CORRUPT,          // a message is not what was sent
    FORGED,           // received, but nobody has sent it
    TWICE,            // received twice, though no receiver died
    RECEIVED_NOT_PUT, // received, and its sender was told that it was not sent
    LOST,             // accepted, not received, and nobody was told
    UNRESOLVED,       // its sender lives and does not know what became of it
    INTERRUPT_LOST,
    HANGS,       // somebody does not come to rest
    GENERATIONS, // of a process are not those that are known of
    RECORDS,     // of faults are not as many as there were faults
    LEFT_OVER,   // threads are not as they were at the start
    UNEVENTFUL,  // something did not happen at all
    SUMS,        // do not match
    NOT_STALE,   // nobody has said that the box was restarted
};

// Keeps account, and never ends.
struct ledger {
    uint32_t (*born)(CMRX_SELF, uint32_t thread); // of a sender: its id
    uint32_t (*box_born)(CMRX_SELF);              // which life it is
    // The number of its next message, 0 for rest; high word: random.
    uint64_t (*offer)(CMRX_SELF, uint32_t id);
    // `life`: of the box that has accepted it; 0 of other outcomes.
    void (*outcome)(CMRX_SELF, uint32_t number, uint32_t what, uint32_t life);
    void (*received)(CMRX_SELF, uint32_t number, uint32_t again);
    void (*note)(CMRX_SELF, uint32_t count); // one more
    void (*complain)(CMRX_SELF, uint32_t wrong);
    uint32_t (*chance)(CMRX_SELF);
    void (*rests)(CMRX_SELF, uint32_t id); // has no message that is open
};

struct books {
    uint32_t (*wanted)(CMRX_SELF);               // events; 0: no parameters
    uint32_t (*count)(CMRX_SELF, uint32_t what); // of enum count
    void (*close)(CMRX_SELF);                    // no more messages
    uint32_t (*resting)(CMRX_SELF);              // senders, a bit each
    uint32_t (*judge)(CMRX_SELF);                // enum wrong
};

// A mailbox, or the way there. Of put and oldest: in the low half the sender's
// oldest message that is in there still, or 0; in the high half the life of the
// box. A put that gives 0 has done nothing.
struct box {
    uint32_t (*put)(CMRX_SELF, uint32_t id, uint32_t number, uint32_t check);
    uint32_t (*oldest)(CMRX_SELF, uint32_t id);
    // Until done() says so it stays in there, and is given to that receiver again
    // (AGAIN_BIT). 0: nothing came. High word: the check.
    uint64_t (*take)(CMRX_SELF, uint32_t receiver);
    void (*done)(CMRX_SELF, uint32_t receiver, uint32_t number);
};
#define AGAIN_BIT (1u << 31)

// To misbehave, `after` so many of its methods' steps.
enum hurt { HURT_FAULT, HURT_SPIN, HURT_SLEEP, HURT_EXIT, HURTS };
struct victim {
    void (*hurt)(CMRX_SELF, uint32_t how, uint32_t after);
};

static inline uint32_t check_of(uint32_t number)
{
    return (number * 2654435761u) ^ 0x50a4u;
}

static inline uint64_t in(uint32_t us)
{
    return cmrx_time_now() + us;
}

#endif
