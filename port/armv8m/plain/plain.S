// plain.S (armv8m) - a kernel for size: as on v7-M.

#include "../../armv7m/plain/plain.S"
