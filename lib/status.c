// status.c - what a status is called.

#include <cmrx/status.h>

const char *cmrx_status_name(int32_t status)
{
    switch (status) {
    case CMRX_OK:
        return "OK";
    case CMRX_INVALID:
        return "INVALID";
    case CMRX_DENIED:
        return "DENIED";
    case CMRX_BUSY:
        return "BUSY";
    case CMRX_LIMIT:
        return "LIMIT";
    case CMRX_TIMEOUT:
        return "TIMEOUT";
    case CMRX_CHANGED:
        return "CHANGED";
    case CMRX_CANCELLED:
        return "CANCELLED";
    case CMRX_DEAD:
        return "DEAD";
    case CMRX_STALE:
        return "STALE";
    case CMRX_CLOSED:
        return "CLOSED";
    case CMRX_NO_STACK:
        return "NO_STACK";
    case CMRX_LOOP:
        return "LOOP";
    case CMRX_OWNER_DEAD:
        return "OWNER_DEAD";
    case CMRX_DIRTY:
        return "DIRTY";
    default:
        return "?";
    }
}
