// rows_processor.c (riscv32) - what its instructions make possible.

#include "rows.h"

#define CSR(what, number) SAMPLE("A8", what, number, INSTRUCTION)

// Not of RETURN and THREAD_EXIT, behind which nobody looks.
#define LEFT(what, first, times_, argument)                                    \
    {                                                                          \
        "C4", "what the kernel leaves in registers, " what,                    \
            DEED_REGISTERS_LEFT, ADDRESS(first),                               \
            .ways = BOTH, TO_RETURN(0), .b = (uint32_t)argument, .c = 1,       \
            .times = times_, .step = 1                                         \
    }

static const struct row table[] = {
    LEFT("CALL", 0, 1, 0),
    LEFT("2 ... 9", 2, 8, 0),
    LEFT("11 ... 21", 11, 11, 0),
    LEFT("2 ... 9, of no address", 2, 8, INT32_MIN),
    LEFT("11 ... 20, of no address", 11, 10, INT32_MIN),
    LEFT("WAKE, once more", CMRX_SYS_WAKE | 1 << 8, 1, INT32_MIN),

    SAMPLE("A8", "FLW", 10, INSTRUCTION),
    SAMPLE("A8", "FADD.S", 11, INSTRUCTION),
    SAMPLE("A8", "FMV.W.X", 12, INSTRUCTION),
    SAMPLE("A8", "fcsr", 13, INSTRUCTION),
    SAMPLE("A8", "a vector instruction", 44, INSTRUCTION),
    CSR("mstatus", 14),
    CSR("mhartid", 15),
    CSR("misa", 16),
    CSR("mepc", 17),
    CSR("mtval", 18),
    CSR("mip", 19),
    CSR("mcycle", 20),
    CSR("cycle", 21),
    CSR("time", 22),
    CSR("instret", 23),
    CSR("pmpcfg0", 24),
    CSR("pmpaddr0", 25),
    CSR("pmpcfg0 written", 26),
    CSR("pmpaddr0 written", 27),
    CSR("pmpcfg1 written", 28),
    CSR("pmpaddr5 written", 29),
    CSR("mtvec written", 30),
    CSR("mepc written", 31),
    CSR("mcause written", 32),
    CSR("mscratch written", 33),
    CSR("mcounteren written", 34),
    CSR("mip written", 35),
    CSR("sstatus", 38),
    CSR("satp written", 39),
    CSR("tselect", 40),
    CSR("dcsr", 41),
    CSR("0xbff", 42),

    { "csv-A21", "unaligned word in own memory", DEED_UNALIGNED, AT_ADDRESS,
      EVERYWAY, TO_RETURN(0x55443322) },
    { "A9", "unaligned LR", DEED_READ_EXCLUSIVE, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 1 },
    { "A9", "unaligned AMO", DEED_WRITE_AMO, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ALIGNMENT, ANYWHERE), .offset = 2 },

    EDGE("two words across an end", DEED_READ_DOUBLE, WINDOW_END, -4, AT(4)),
    { "csv-A14", "word straddling an end", DEED_READ, AT_WINDOW_END, BOTH,
      TO_FAULT(ACCESS, ANYWHERE), .offset = -2 },
    { "csv-A14", "word straddling an end, written", DEED_WRITE, AT_WINDOW_END,
      BOTH, TO_FAULT(ACCESS, ANYWHERE), .offset = -1 },
    { "csv-A14", "word straddling a begin", DEED_WRITE, AT_WINDOW, BOTH,
      TO_FAULT(ACCESS, ANYWHERE), .offset = -2 },
    { "csv-A15", "down through the begin", DEED_WRITE_DOWN, AT_OWN_MEMORY, BOTH,
      TO_FAULT(ACCESS, AT(-12)), .offset = 8 },
    { "csv-A22", "LR of memory of another", DEED_READ_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "LR of kernel data", DEED_READ_EXCLUSIVE, AT_KERNEL_DATA, BOTH,
      TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "AMO in memory of another", DEED_WRITE_AMO, AT_VICTIM_MEMORY,
      BOTH, TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "AMO in kernel data", DEED_WRITE_AMO, AT_KERNEL_DATA, BOTH,
      TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "AMO in own code", DEED_WRITE_AMO, AT_OWN_CODE, BOTH,
      TO_FAULT(ACCESS, AT(0)) },
    { "csv-A22", "SC to memory of another", DEED_WRITE_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, .required = SURVIVED },
    { "csv-A22", "LR and SC in memory of another", DEED_WRITE_EXCLUSIVE,
      AT_VICTIM_MEMORY, BOTH, TO_FAULT(ACCESS, AT(0)), .c = 1 },
    { "A7", "two words that wrap", DEED_READ_DOUBLE, ADDRESS(0xfffffffc),
      .ways = BOTH, TO_FAULT(ACCESS, ANYWHERE) },
    { "A7", "word that wraps", DEED_READ, ADDRESS(0xfffffffe), .ways = BOTH,
      TO_FAULT(ACCESS, ANYWHERE) },
};

ROWS(rows_processor);

// ---- The same, of a POST that C decides and by which another thread goes on: who
// waits for the event is not the only one of its process that waits.

static uint32_t nothing;

static void wait_a_while(void)
{
    cmrx_wait(&nothing, 0, in(1000));
}

static bool post_that_wakes_by_the_long_way_leaves_nothing_in_registers(void)
{
    start_own(wait_a_while);
    // As if somebody had faulted, who has not.
    run(AT_HOME, DEED_REGISTERS_LEFT, CMRX_SYS_POST, 0, 1u << BYSTANDER);
    bool is_left = outcome.happened != RETURNS || outcome.value != 0;
    return is_over(VISITING, in(5000)) && !is_left;
}

static const struct scenario scenario_table[] = {
    { "C4", "post_that_wakes_by_the_long_way_leaves_nothing_in_registers",
      post_that_wakes_by_the_long_way_leaves_nothing_in_registers },
};

const struct scenarios scenarios_processor = { scenario_table, 1 };
