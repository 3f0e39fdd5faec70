// crc.h - CRC-32 of what is kept, so that what was written in part is known.

#ifndef SERVER_STORE_CRC_H
#define SERVER_STORE_CRC_H

#include <stdint.h>

// Polynomial 0xEDB88320, reflected. `seed` tells formats apart: what is sound with
// one is not with another. Cost: some ten instructions for each of `size` bytes.
uint32_t store_crc(uint32_t seed, const void *data, uint32_t size);

#endif
