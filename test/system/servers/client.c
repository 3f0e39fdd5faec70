// client.c - puts a message when it is started, however long it has to wait for
// room.

#include "servers.h"

#include "../../../server/queue/messages.h"

CMRX_USE(struct messages_in, messages_in);

static CMRX_SHARED struct message message;

CMRX_THREAD(main, .stack = CMRX_AUTO, .priority = 11)
{
    message.word[0] = TAKE;
    // The first may be told of a restart in place of being done.
    for (unsigned n = 0; n < 3; n++) {
        int32_t result = QUEUE_FULL;
        enum cmrx_status status = cmrx_call(&result, messages_in, put, &message,
                                            sizeof(message), 0, QUEUE_FOREVER);

        if (status == CMRX_OK && result == 0)
            break;
    }
}
