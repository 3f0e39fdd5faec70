// application.c - puts values for ever; power.py ends it at any instant, starts it
// again, and judges what it says.
//
// It says what it begins and what it has done: "have a 7" and so on for the values
// that it finds, then "put a 8", "done". 0 is no value.

#include "../../../server/again.h"
#include "../../../server/store/store.h"
#include "report.h"

#include <string.h>

CMRX_USE(struct store, store);

enum { NAMES = STORE_VALUES, WORDS = STORE_VALUE / 4, BROKEN = -100 };

static CMRX_SHARED char name[1];
static CMRX_SHARED uint32_t value[WORDS];

static uint32_t word_of(uint32_t number, uint32_t n)
{
    return (number + n) * 0x9e3779b1u;
}

// How large it is depends on it, too.
static uint32_t size_of(uint32_t number)
{
    return 4u + number % 29u;
}

static void say(const char *what, uint32_t n, uint32_t number)
{
    report(what);
    report_byte(' ');
    report_byte((char)('a' + n));
    report_byte(' ');
    report_number(number);
    report_byte('\n');
}

static void fail(int32_t result)
{
    report("failed ");
    report_number((uint32_t)-result);
    report_byte('\n');
}

// The number in a value of which all bytes are right, 0 when there is none.
static uint32_t get(uint32_t n)
{
    int32_t result = BROKEN;
    uint32_t right[WORDS];

    name[0] = (char)('a' + n);
    memset(value, 0, sizeof(value));
    CALL_AGAIN(cmrx_call(&result, store, get, name, 1, value, sizeof(value)));
    if (result == STORE_NOTHING)
        return 0;
    uint32_t number = value[0] * 0x0e8b2f51u; // the inverse of word_of()
    for (uint32_t i = 0; i < WORDS; i++)
        right[i] = word_of(number, i);
    if (result < 4 || (uint32_t)result != size_of(number) ||
        memcmp(value, right, (size_t)result) != 0)
        fail(result < 0 ? result : BROKEN);
    return number;
}

static int32_t put(uint32_t n, uint32_t number)
{
    int32_t result = BROKEN;

    name[0] = (char)('a' + n);
    for (uint32_t i = 0; i < WORDS; i++)
        value[i] = word_of(number, i);
    CALL_AGAIN(cmrx_call(&result, store, put, name, 1, value, size_of(number)));
    return result;
}

static int32_t drop(uint32_t n)
{
    int32_t result = BROKEN;

    name[0] = (char)('a' + n);
    CALL_AGAIN(cmrx_call(&result, store, remove, name, 1));
    return result == STORE_NOTHING ? 0 : result;
}

// One of all numbers, forever new; each eleventh time a value is removed.
static void go_on(uint32_t number)
{
    uint32_t n = number * 7u % NAMES;
    bool removes = number % 11u == 0;
    int32_t result;

    say("put", n, removes ? 0 : number);
    result = removes ? drop(n) : put(n, number);
    if (result != 0)
        fail(result);
    report("done\n");
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 5)
{
    uint32_t last = 0;

    report("begin\n");
    for (uint32_t n = 0; n < NAMES; n++) {
        uint32_t number = get(n);

        say("have", n, number);
        last = number > last ? number : last;
    }
    for (;;)
        go_on(++last);
}
