// rows_time.c - D4, D5, C8: who keeps the processor, or never comes back.

#include "machine.h"
#include "rows.h"

static const struct row table[] = {
    { "D4", "spins at every priority", DEED_SPIN, ADDRESS(1), .ways = HOME,
      .required = HANGS, .times = 26, .step = 1 },
    { "D4", "spins without a trap", DEED_SPIN, ADDRESS(26), .ways = HOME,
      .required = HANGS, .b = 1 },
    { "csv-E34", "callee spins for ever", DEED_SPIN, ADDRESS(1),
      .ways = VISIT | DEEP, .required = HANGS },
    { "csv-E34", "callee spins without a trap", DEED_SPIN, ADDRESS(1),
      .ways = VISIT | DEEP, .required = HANGS, .b = 1 },
    { "C8", "callee sleeps for ever", DEED_SLEEP, ADDRESS(0x7fffffff),
      .ways = EVERYWAY, .required = HANGS },
    { "D5", "all sleep", DEED_SLEEP, ADDRESS(5000), .ways = EVERYWAY,
      TO_RETURN(CMRX_OK) },
    { "D2", "sleeps for no time", DEED_SLEEP, ADDRESS(0), .ways = BOTH,
      TO_RETURN(CMRX_OK) },
    { "D4", "interrupt storm", DEED_STORM, ADDRESS(10000), .ways = BOTH,
      TO_RETURN(0) },
    { "B6", "exits", DEED_EXIT, ADDRESS(0), .ways = HOME, .required = ENDS },
    { "csv-F2", "a flood of system calls", DEED_WAKE_FLOOD,
      ADDRESS(MACHINE_FLOOD), .ways = EVERYWAY, TO_RETURN(0) },
};

ROWS(rows_time);
