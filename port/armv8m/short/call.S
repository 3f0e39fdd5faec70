// call.S (armv8m) - a system call, and the short way there and back: as on v7-M.

#include "../../armv7m/short/call.S"
