// gates.S (armv8m) - where a method returns to, and where a thread ends: as on v7-M.

#include "../../armv7m/user/gates.S"
