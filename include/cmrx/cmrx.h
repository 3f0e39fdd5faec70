// cmrx.h - everything a program may use, but for info.h.

#ifndef CMRX_CMRX_H
#define CMRX_CMRX_H

#include <cmrx/call.h>
#include <cmrx/control.h>
#include <cmrx/fault.h>
#include <cmrx/interrupt.h>
#include <cmrx/process.h>
#include <cmrx/status.h>
#include <cmrx/thread.h>
#include <cmrx/time.h>
#include <cmrx/wait.h>

#endif
