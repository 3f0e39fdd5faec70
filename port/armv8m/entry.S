// entry.S (armv8m) - every way into the kernel, and the only way out: as on v7-M.

#include "../armv7m/entry.S"
