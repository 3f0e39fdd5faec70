// late.S (armv8m) - stores that are refused late: as on v7-M.

#include "../armv7m/late.S"
