"""needs.py - what a service needs of the stack of whoever calls it.

A method that lends (CMRX_LENT) needs room for the granule of the stack it runs
on, and that is the stack of any thread that can get there, directly or through
other services. So the need is that on the coarsest of these stacks.
"""

from . import armv7m

SMALLEST = 32  # of the granules of stack.GRANULES


def reached(wiring, start):
    """Names of processes that a thread of process `start` can be in."""
    found, left = {start}, [start]
    while left:
        below = {provider for provider, _ in wiring.imports[left.pop()]}
        left += sorted(below - found)
        found |= below
    return sorted(found)


def placed(plan):
    """What granules() asks, answered by what the layout has done."""
    return lambda process, t: plan.stacks[process.name, t.name].granule


def granules(system, wiring, granule_of):
    """{(process, service): the coarsest granule it can meet}; a service that no
    thread can reach is not in it. granule_of(process, thread): of its stack."""
    coarsest = {}
    for process in system.processes:
        found = [granule_of(process, t) for t in process.threads]
        granule = max(found, default=0)
        for here in reached(wiring, process.name) if found else ():
            for provider, service in wiring.imports[here]:
                key = provider, service.name
                coarsest[key] = max(coarsest.get(key, 0), granule)
    return coarsest


def of_method(method, granule):
    """Bytes, on a stack of that granule. The last of `lending` is more than any
    service may need, so what is beyond it need not be told apart."""
    if not method.lending:
        return method.stack
    at = 0
    while SMALLEST << at < granule and at + 1 < len(method.lending):
        at += 1
    return method.lending[at]


def of_service(service, granule):
    return max([of_method(m, granule) for m in service.methods], default=0)


def room(need, port=armv7m):
    """struct service.room: with what the port pushes (processor.of_board()), in
    whole zeroed pieces."""
    return -(-(need + port.CALL_BYTES) // 32) * 32
