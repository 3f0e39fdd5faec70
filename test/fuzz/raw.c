// raw.c - system calls with words that no library would pass, and deaths.

#include "fuzzer.h"
#include "machine.h"

enum { NUMBERS = CMRX_SYS_COUNT };

void fuzz_trap(const uint32_t word[12], uint32_t sp);
void fuzz_jump(uint32_t address);
void fuzz_machine(uint32_t word);

CMRX_STACK_BOUND(fuzz_trap, 128);
CMRX_STACK_BOUND(fuzz_jump, 128);
CMRX_STACK_BOUND(fuzz_machine, 64);

uint32_t *volatile shown;

uint32_t edge(uint32_t *state)
{
    uint32_t random = random_next(state), here;

    switch (random >> 28) {
    case 0:
        return 0;
    case 1:
        return random % 2;
    case 2:
        return random % 40;
    case 3:
        return UINT32_MAX - random % 9;
    case 4:
        return 0x80000000u - random % 2;
    case 5:
        return random % 0x10000;
    case 6:
        return (uint32_t)&words[random % WORDS];
    case 7:
        return (uint32_t)words + random % (2 * sizeof words);
    case 8:
        return (uint32_t)&here;
    case 9:
        return (uint32_t)&here - 512 + random % 1024;
    case 10:
        return MACHINE_KERNEL + random % 0x8000;
    case 11:
        return (uint32_t)(uintptr_t)edge + random % 64;
    case 12:
        return (MACHINE_SECRET & ~0xfffu) + random % 0x1000;
    case 13:
        return random % 0x10000 & ~3u;
    case 14:
        return random << 8;
    default:
        return random;
    }
}

// A call number with arguments; the rest of the registers is noise.
static void fill(uint32_t word[12], uint32_t *state, uint32_t number)
{
    word[0] = number;
    for (unsigned i = 1; i < 12; i++)
        word[i] = edge(state);
}

void raw_random(uint32_t *state)
{
    uint32_t word[12];

    for (unsigned i = 0; i < 12; i++)
        word[i] = random_next(state);
    fuzz_trap(word, 0);
}

// One that exists. Most of what would wait for ever waits a little.
static void fill_edge(uint32_t word[12], uint32_t *state)
{
    uint32_t number = random_next(state) % NUMBERS;

    fill(word, state, number);
    if (number == CMRX_SYS_THREAD_EXIT && random_next(state) % 16 != 0)
        word[0] = number = CMRX_SYS_TIME;
    if (number == CMRX_SYS_RETURN && random_next(state) % 8 != 0)
        word[0] = number = CMRX_SYS_WAIT;
    if (number == CMRX_SYS_CALL) {
        word[0] |= (random_next(state) % 6) << 8 | (random_next(state) % 3)
                                                       << 16;
        word[5] = random_next(state) % 4 != 0 ? word[5] % 64 & ~7u : word[5];
    }
    if ((number == CMRX_SYS_WAIT || number == CMRX_SYS_THREAD_JOIN) &&
        random_next(state) % 32 != 0) {
        word[3] = (uint32_t)cmrx_time_now() + random_next(state) % 300;
        word[4] = 0;
    }
}

void raw_edge(uint32_t *state)
{
    uint32_t word[12];

    fill_edge(word, state);
    fuzz_trap(word, 0);
}

// Most often somewhere else in the stack, below what is in use.
static uint32_t stack_pointer(uint32_t *state, uint32_t here)
{
    uint32_t random = random_next(state), offset = random >> 8;

    switch (random % 32) {
    case 0:
        return edge(state) | 4;
    case 1:
        return here + offset % 64 * 4;
    case 2:
        return (uint32_t)words + offset % (2 * sizeof words);
    case 3:
    case 4:
    case 5: // about its begin, whatever its size is
        return (here & ~(offset & 1 ? 2047u : 1023u)) + (offset >> 1) % 16 * 8;
    case 6:
        return here - 64 - offset % 512 * 4;
    default:
        return here - 64 - offset % 32 * 4;
    }
}

// Half of them calls, which leave most behind at the stack pointer.
void raw_stack(uint32_t *state)
{
    uint32_t word[12];

    fill_edge(word, state);
    if (random_next(state) % 2 == 0) {
        word[0] = CMRX_SYS_CALL | (random_next(state) % 5) << 8;
        word[5] = 0;
    }
    fuzz_trap(word, stack_pointer(state, (uint32_t)word));
}

void raw_look(uint32_t *state)
{
    const uint32_t numbers[] = {
        CMRX_SYS_PROCESS_STATUS, CMRX_SYS_THREAD_STATUS,   CMRX_SYS_FAULT_READ,
        CMRX_SYS_CALLER_MAY,     CMRX_SYS_PROCESS_CONTROL, CMRX_SYS_SYSTEM_END,
        CMRX_SYS_CALLER,         CMRX_SYS_STACK_GRANULE
    };
    uint32_t word[12];

    fill(word, state, numbers[random_next(state) % 8]);
    if (random_next(state) % 2 == 0) {
        word[1] %= 24;
        word[2] %= 2;
    }
    fuzz_trap(word, 0);
}

// Aligned: QEMU lets an access across the end of a region pass (CAVEATS.md), and
// complains of half a system register.
static uint32_t *aligned(uint32_t address)
{
    return (uint32_t *)(uintptr_t)(address & ~3u);
}

void raw_fault(uint32_t *state, uint32_t *place)
{
    uint32_t address = edge(state);

    switch (random_next(state) % 10) {
    case 0:
        machine_undefined();
        break;
    case 1:
        machine_breakpoint();
        break;
    case 2:
        fuzz_jump(address | 1);
        break;
    case 3:
        *(volatile uint32_t *)aligned((uint32_t)place) = address;
        break;
    case 4:
        fuzz_machine(address);
        break;
    case 5:
        words[0] = *(volatile uint32_t *)aligned(address);
        break;
    case 6: // of whoever has called
        *(volatile uint32_t *)aligned((uint32_t)&address + address % 512) = 0;
        break;
    case 7: // of whoever has called long ago
    case 8:
        *(volatile uint32_t *)aligned((uint32_t)shown) = address;
        break;
    default:
        *(volatile uint32_t *)aligned(address) = address;
        break;
    }
}
