// shell.c - a shell in a few hundred bytes: who is there, and start it again.
//
//     ps         number, state, starts, faults and name of each process
//     kill N     start process N again

#include <cmrx/cmrx.h>
#include <cmrx/format.h>
#include <cmrx/info.h>

#include <string.h>

struct cmsdk_uart {
    uint32_t data, state, control, interrupt, divisor;
};

#define FULL       1u // state
#define ANY        2u
#define CONTROL    0xbu // transmit, receive, interrupt when something came
#define RECEIVED   2u   // interrupt
#define LINE_BYTES 32u

CMRX_DEVICE(struct cmsdk_uart, port);
CMRX_DEVICE(const struct cmrx_info, info);
CMRX_QUIESCE(off, port, 8, 0);
CMRX_EVENT(events);
CMRX_INTERRUPT(received, events, 1u);

static char line[LINE_BYTES];
static uint32_t length;

static void say(const char *text)
{
    for (; *text != '\0'; text++) {
        while (port.state & FULL)
            continue;
        port.data = (uint8_t)*text;
    }
}

static const struct cmrx_info_process *process_of(uint32_t number)
{
    const char *base = (const char *)&info;

    return &((const struct cmrx_info_process *)(base + info.processes))[number];
}

static void list(void)
{
    static const char *const states[] = { "stopped", "faulted", "waiting",
                                          "running" };
    struct cmrx_process_status status;
    char text[48];

    for (uint32_t n = 0; cmrx_process_status(n, &status) == CMRX_OK; n++) {
        cmrx_format(text, sizeof text, "%u %s %u %u %s\n", n,
                    states[status.state & 3], (uint32_t)status.generation,
                    (uint32_t)status.faults,
                    (const char *)&info + process_of(n)->name);
        say(text);
    }
}

static void obey(void)
{
    uint32_t number;

    if (strcmp(line, "ps") == 0)
        list();
    else if (strncmp(line, "kill ", 5) == 0 &&
             cmrx_parse_u32(line + 5, &number) &&
             cmrx_process_restart(number) == CMRX_OK)
        say("done\n");
    else
        say("ps, or kill N\n");
}

static void take(char c)
{
    if (c == '\n' || c == '\r') {
        line[length] = '\0';
        length = 0;
        say("\n");
        obey();
        say("> ");
    } else if (length < LINE_BYTES - 1) {
        const char echo[2] = { c, '\0' };
        line[length++] = c;
        say(echo);
    }
}

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 1)
{
    port.divisor = 16;
    port.control = CONTROL;
    say("> ");
    for (;;) {
        cmrx_interrupt_done(CMRX_INTERRUPT_ID(received));
        cmrx_event_take(&events, 1, CMRX_FOREVER);
        port.interrupt = RECEIVED;
        while (port.state & ANY)
            take((char)port.data);
    }
}
