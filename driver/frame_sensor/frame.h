// frame.h - frames out of a stream of bytes that may be damaged.
//
//     0xA5  length  type  payload (length bytes)  CRC low  CRC high
//
// The CRC is CRC-16/CCITT-FALSE over length, type and payload. After a damaged
// frame the search goes on at the byte behind its 0xA5, so that a good frame
// inside of a bad one, or directly behind it, is found.

#ifndef FRAME_SENSOR_FRAME_H
#define FRAME_SENSOR_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define FRAME_START   0xa5u
#define FRAME_PAYLOAD 8u // at most
#define FRAME_BYTES   (FRAME_PAYLOAD + 5u)

struct frame_parser {
    uint8_t bytes[FRAME_BYTES]; // begins with FRAME_START, unless empty
    uint32_t used;
    uint32_t bad;     // frames that were damaged
    uint32_t skipped; // bytes between frames
};

struct frame {
    uint8_t type, length;
    uint8_t payload[FRAME_PAYLOAD];
};

// Take one more byte; true when it completes a good frame, which is then in
// *frame. Cost: at most the square of FRAME_BYTES, after damage.
bool frame_feed(struct frame_parser *parser, uint8_t byte, struct frame *frame);

// A little-endian word of the payload.
uint32_t frame_word(const struct frame *frame, uint32_t offset);

uint16_t frame_crc(const uint8_t *bytes, uint32_t size);

#endif
