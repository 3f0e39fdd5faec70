"""onecpu.py - all threads of one program on one processor of the host.

QEMU runs a guest in one thread and waits in another, which it wakes each time a
timer of the guest runs out, for a few instructions. On two processors the two wait
for each other all the time: half a million switches in a test of ten seconds, and
half of its time. On one processor, where who wakes another goes on (SCHED_BATCH),
there are a few thousand.
"""

import contextlib
import os
import socket

# Whoever has bound it has that place on the processor of that number, until its end,
# however that comes: an address of Linux that is no file. The second place is for who
# finds no first one: half the time on one is as good as the same on two.
ADDRESS = "\0cmrx.onecpu.{}.{}"
PLACES = 2


def claim(processors):
    """(a processor that as few others as can be have, what holds it), or None"""
    for place in range(PLACES):
        for number in sorted(processors):
            holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                holder.bind(ADDRESS.format(number, place))
                return number, holder
            except OSError:
                holder.close()
    return None


@contextlib.contextmanager
def started():
    """What is started within is on one processor, if one is free and the host can do
    it; else it is as ever. Gives what holds it: keep that until it has ended."""
    can = hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER
    before = os.sched_getaffinity(0) if can else ()
    found = claim(before)
    if found is None:
        yield None
        return
    number, holder = found
    try:
        os.sched_setaffinity(0, {number})
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        yield holder
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, before)
