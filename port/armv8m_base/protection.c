// protection.c (armv8m_base) - as on v8-M with the Main Extension.

#include "../armv8m/protection.c"
