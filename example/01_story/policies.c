// policies.c - what becomes of a process of the story that has failed.
//
// Those that talk to the world come back with growing delay, and are left stopped
// after the eighth failure within a minute. The actuator is the one that must not be
// wrong: a second failure within ten seconds resets everything.

#include "../../server/supervisor/supervise.h"

SUPERVISE(uart0, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(uart1, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(console, .restart = SUPERVISE_BACK_OFF, .most = 7,
          .within_ms = 60000);
SUPERVISE(sensor, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(logger, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(meter, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(shell, .restart = SUPERVISE_BACK_OFF, .most = 7, .within_ms = 60000);
SUPERVISE(actuator, .restart = SUPERVISE_AT_ONCE, .most = 1, .within_ms = 10000,
          .then = SUPERVISE_RESET);
