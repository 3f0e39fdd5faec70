// parse.c - values from text.

#include <cmrx/format.h>

static uint32_t digit(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (uint32_t)(c - 'A') + 10;
    return UINT32_MAX;
}

bool cmrx_parse_u32(const char *text, uint32_t *value)
{
    uint32_t base = 10, sum = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (*text == 0)
        return false;
    for (; *text != 0; text++) {
        uint32_t d = digit(*text);

        if (d >= base || sum > (UINT32_MAX - d) / base)
            return false;
        sum = sum * base + d;
    }
    *value = sum;
    return true;
}

bool cmrx_parse_i32(const char *text, int32_t *value)
{
    bool negative = *text == '-';
    uint32_t magnitude;

    if (*text == '-' || *text == '+')
        text++;
    if (!cmrx_parse_u32(text, &magnitude) ||
        magnitude > (uint32_t)INT32_MAX + negative)
        return false;
    // -magnitude, without ever leaving the range of either type.
    *value = negative && magnitude != 0 ? -(int32_t)(magnitude - 1) - 1
                                        : (int32_t)magnitude;
    return true;
}
