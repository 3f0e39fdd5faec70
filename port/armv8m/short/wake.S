// wake.S (armv8m) - the short way to a thread that waits: as on v7-M.

#include "../../armv7m/short/wake.S"
