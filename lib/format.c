// format.c - text from values.

#include <cmrx/format.h>

#include <string.h>

// As many digits as the largest 64-bit number has.
#define DIGITS 20u

struct text {
    char *to;
    uint32_t size, used; // used < size, unless size is 0
};

// One directive: what stands between % and its letter.
struct field {
    uint32_t width;
    char pad;
    bool left;
};

static void put(struct text *text, char c)
{
    if (text->size - text->used > 1 && text->used < text->size)
        text->to[text->used++] = c;
}

static void put_padding(struct text *text, const struct field *field,
                        uint32_t length)
{
    for (uint32_t n = length; n < field->width; n++)
        put(text, field->pad);
}

// `sign`, if there is one, stands before zeros but behind spaces.
static void put_field(struct text *text, const struct field *field, char sign,
                      const char *from, uint32_t length)
{
    uint32_t all = length + (sign != 0);

    if (sign != 0 && field->pad == '0')
        put(text, sign);
    if (!field->left)
        put_padding(text, field, all);
    if (sign != 0 && field->pad != '0')
        put(text, sign);
    for (uint32_t n = 0; n < length; n++)
        put(text, from[n]);
    if (field->left)
        put_padding(text, field, all);
}

// value /= base, in pieces that a 32-bit division can do. Returns the rest.
static uint32_t divide(uint64_t *value, uint32_t base)
{
    uint64_t quotient = 0;
    uint32_t rest = 0;

    for (unsigned shift = 64; shift > 0;) {
        shift -= 16;
        uint32_t piece = rest << 16 | (uint32_t)(*value >> shift & 0xffffu);
        quotient |= (uint64_t)(piece / base) << shift;
        rest = piece % base;
    }
    *value = quotient;
    return rest;
}

// The digits of a value, the last at end[-1], at least `least` of them.
static char *digits(char *end, uint64_t value, uint32_t base, uint32_t least)
{
    char *first = end;

    while (value != 0 || (uint32_t)(end - first) < least)
        *--first = "0123456789abcdef"[divide(&value, base)];
    return first;
}

static void put_number(struct text *text, const struct field *field, char sign,
                       uint64_t value, uint32_t base)
{
    char room[DIGITS];
    char *first = digits(room + DIGITS, value, base, 1);

    put_field(text, field, sign, first, (uint32_t)(room + DIGITS - first));
}

static void put_signed(struct text *text, const struct field *field,
                       int32_t value)
{
    uint32_t magnitude = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    put_number(text, field, value < 0 ? '-' : 0, magnitude, 10);
}

// Seconds with milliseconds; what is less is cut off, not rounded.
static void put_time(struct text *text, const struct field *field, uint64_t us)
{
    char room[DIGITS];
    char *end = room + DIGITS;
    char *first = digits(end, us, 10, 7);

    // The last three go, and a point is put before the three before them.
    memmove(end - 5, end - 6, 3);
    end[-6] = '.';
    put_field(text, field, 0, first, (uint32_t)(end - 2 - first));
}

static void put_string(struct text *text, struct field *field,
                       const char *string)
{
    if (string == NULL)
        string = "(null)";
    field->pad = ' ';
    put_field(text, field, 0, string, (uint32_t)strlen(string));
}

static const char *read_field(struct field *field, const char *at)
{
    *field = (struct field){ 0, ' ', false };
    for (; *at == '-' || *at == '0'; at++) {
        if (*at == '-')
            field->left = true;
        else
            field->pad = '0';
    }
    if (field->left)
        field->pad = ' ';
    for (unsigned n = 0; n < 2 && *at >= '0' && *at <= '9'; n++, at++)
        field->width = field->width * 10 + (uint32_t)(*at - '0');
    return at;
}

uint32_t cmrx_format_list(char *to, uint32_t size, const char *format,
                          va_list values)
{
    struct text text = { to, size, 0 };
    struct field field;

    while (*format != 0) {
        const char *start = format;

        if (*format != '%') {
            put(&text, *format++);
            continue;
        }
        format = read_field(&field, format + 1);
        switch (*format) {
        case 's':
            put_string(&text, &field, va_arg(values, const char *));
            break;
        case 'c':
            put(&text, (char)va_arg(values, int));
            break;
        case 'd':
            put_signed(&text, &field, va_arg(values, int32_t));
            break;
        case 'u':
            put_number(&text, &field, 0, va_arg(values, uint32_t), 10);
            break;
        case 'x':
            put_number(&text, &field, 0, va_arg(values, uint32_t), 16);
            break;
        case 'U':
            put_number(&text, &field, 0, va_arg(values, uint64_t), 10);
            break;
        case 'T':
            put_time(&text, &field, va_arg(values, uint64_t));
            break;
        case '%':
            put(&text, '%');
            break;
        default:
            // Not one of ours: show what was written, and go on behind it.
            while (start < format)
                put(&text, *start++);
            continue;
        }
        format++;
    }
    if (size > 0)
        to[text.used] = 0;
    return text.used;
}

uint32_t cmrx_format(char *to, uint32_t size, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    uint32_t used = cmrx_format_list(to, size, format, values);
    va_end(values);
    return used;
}
