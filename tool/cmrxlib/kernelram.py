"""kernelram.py - the variables of the kernel whose number the build knows."""

from .model import Refused

FAULT_CHAIN = 8  # CMRX_FAULT_CHAIN
VECTORS = ("cortex-m55",)  # as in cmake/CMRXTargets.cmake


def wanted_objects(system, wiring, sizes):
    """(symbol, what, bytes, align) of what tables.c defines in RAM."""
    threads = all_threads(system)
    yield ("processes", "processes", len(system.processes) * sizes["process"],
           4)
    yield "threads", "threads", len(threads) * sizes["thread"], 4
    for number, (process, thread) in enumerate(threads):
        yield (f"calls_{number}", f"calls of {process.name}.{thread.name}",
               wiring.depths[process.name] * sizes["call"], 4)
    for number, process in enumerate(system.processes):
        if process.uses:
            yield (f"doors_{number}", f"doors of {process.name}",
                   4 * len(process.uses), 4)
    yield ("sched", "who is ready", sizes["sched"]
           + priorities(system) * sizes["queue"], 4)
    areas = float_areas(system, wiring)
    if areas:
        yield ("float_areas", "floating point registers",
               float_area(system.board.cpu) * sum(areas), 4)
    count = timers(system)
    yield "timer_due", "deadlines", 4 * count, 4
    yield "timer_slot", "their places in the heap", count, 1
    yield "timer_heap", "the heap of deadlines", count, 1


def all_threads(system):
    """(process, thread) of all, as the kernel numbers them."""
    return [(p, t) for p in system.processes for t in p.threads]


def float_area(cpu):
    """Bytes of struct float_area (port/armv7m/float.h). With vectors there is one
    register more, VPR."""
    return 144 if cpu in VECTORS else 140


def float_areas(system, wiring):
    """How many sets of floating point registers each thread may need: one for
    each process that uses them in a chain of its calls. [] without any."""
    users = {p.name for p in system.processes if p.floating_point}
    most = {}

    def most_from(name):
        if name not in most:
            below = [most_from(p) for p, _ in wiring.imports[name]]
            most[name] = (name in users) + max(below, default=0)
        return most[name]

    return [most_from(p.name) for p, _ in all_threads(system)] if users else []


def timers(system):
    """One for each thread and each process; the kernel numbers them in a byte,
    and their places in the heap from 1 on (kernel/time.c)."""
    count = len(all_threads(system)) + len(system.processes)
    if count > 254:
        raise Refused(f"system {system.name}: {count} threads and processes "
                      "together; 254 are the most. Join processes into one")
    return count


def priorities(system):
    """A list of ready threads for each, from 0 up to the highest."""
    return max(t.priority for _, t in all_threads(system)) + 1


def fault_levels(wiring):
    """Of the chain in the fault record: CMRX_FAULT_CHAIN at most."""
    return min(FAULT_CHAIN, max(wiring.depths.values()))
