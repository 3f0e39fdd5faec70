// frame.c - frames out of a stream of bytes that may be damaged.

#include "frame.h"

#include <string.h>

enum { AT_LENGTH = 1, AT_TYPE = 2, AT_PAYLOAD = 3 };
enum verdict { INCOMPLETE, DAMAGED, GOOD };

uint16_t frame_crc(const uint8_t *bytes, uint32_t size)
{
    uint32_t crc = 0xffffu;

    for (uint32_t n = 0; n < size; n++) {
        crc ^= (uint32_t)bytes[n] << 8;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ ((crc & 0x8000u) != 0 ? 0x1021u : 0u);
    }
    return (uint16_t)crc;
}

// Forget the first byte, and all that follow up to one that may begin a frame.
static void next_start(struct frame_parser *parser)
{
    uint32_t from = 1;

    while (from < parser->used && parser->bytes[from] != FRAME_START)
        from++;
    parser->skipped += from;
    parser->used -= from;
    memmove(parser->bytes, parser->bytes + from, parser->used);
}

static enum verdict judge(const struct frame_parser *parser)
{
    const uint8_t *bytes = parser->bytes;
    uint32_t length;

    if (parser->used > 0 && bytes[0] != FRAME_START)
        return DAMAGED;
    if (parser->used <= AT_LENGTH)
        return INCOMPLETE;
    length = bytes[AT_LENGTH];
    if (length > FRAME_PAYLOAD)
        return DAMAGED;
    if (parser->used < AT_PAYLOAD + length + 2)
        return INCOMPLETE;
    uint32_t crc = bytes[AT_PAYLOAD + length] |
                   (uint32_t)bytes[AT_PAYLOAD + length + 1] << 8;
    return crc == frame_crc(bytes + AT_LENGTH, length + 2) ? GOOD : DAMAGED;
}

// Remove the good frame at the front.
static void accept(struct frame_parser *parser, struct frame *frame)
{
    uint32_t size = AT_PAYLOAD + parser->bytes[AT_LENGTH] + 2u;

    frame->length = parser->bytes[AT_LENGTH];
    frame->type = parser->bytes[AT_TYPE];
    memcpy(frame->payload, parser->bytes + AT_PAYLOAD, frame->length);
    parser->used -= size;
    memmove(parser->bytes, parser->bytes + size, parser->used);
}

bool frame_feed(struct frame_parser *parser, uint8_t byte, struct frame *frame)
{
    // There is room: a parser that is full was judged, and is full no more.
    parser->bytes[parser->used++] = byte;
    for (;;) {
        enum verdict verdict = judge(parser);

        if (verdict == INCOMPLETE)
            return false;
        if (verdict == GOOD) {
            accept(parser, frame);
            return true;
        }
        parser->bad += parser->bytes[0] == FRAME_START;
        next_start(parser);
    }
}

uint32_t frame_word(const struct frame *frame, uint32_t offset)
{
    const uint8_t *at = frame->payload + offset;

    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}
