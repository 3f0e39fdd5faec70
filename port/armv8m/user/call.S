// call.S (armv8m) - leave for another process and lend it something: as on v7-M.

#include "../../armv7m/user/call.S"
