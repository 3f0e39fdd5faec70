// format.h - text from values and values from text, without heap or stdio.

#ifndef CMRX_FORMAT_H
#define CMRX_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Write text into [to, to + size), at most size - 1 characters and always a
// zero after them (unless size is 0: then nothing is written).
//
//     %s  const char *, NULL gives "(null)"    %c  char
//     %d  int32_t        %u  uint32_t          %x  uint32_t, hexadecimal
//     %U  uint64_t       %T  uint64_t microseconds, as seconds "12.345"
//     %%  a percent sign
//
// Between % and the letter: `-` pads on the right instead of the left, `0` pads
// with zeros, then a width of up to two digits. Anything else comes out as it
// stands. Returns how many characters are there, without the zero. Any thread;
// 64-bit values are divided by hand, so nothing of libgcc comes with it.
// Cost: the length of the text.
uint32_t cmrx_format(char *to, uint32_t size, const char *format, ...);
uint32_t cmrx_format_list(char *to, uint32_t size, const char *format,
                          va_list values);

// Read all of `text` as a number: decimal, or hexadecimal after 0x; a signed
// one may begin with - or +. False, and *value is left alone, when it is empty,
// has anything else in it or does not fit. Any thread. Cost: its length.
bool cmrx_parse_u32(const char *text, uint32_t *value);
bool cmrx_parse_i32(const char *text, int32_t *value);

#ifdef __cplusplus
}
#endif

#endif
