"""bounds.py - how much stack a thread can use, with all the servers it visits.

A thread begins at the top of its stack. On its deepest way it goes through
functions, calls a service, and goes on in that process, below the cut:

    functions          their frames (stack.py)
    trap               TRAP_BYTES at the call: the processor's frame, r4-r11
    up to the cut      it is made at a multiple of the stack's granule
    entry of a method  FOURTH_BYTES: the fourth argument
    functions ...
    interrupt          EXCEPTION_BYTES, wherever the way ends

What is lent lies in the caller's frame, and the callee begins where it ends:
then trap and cut lie inside of that frame, too. The kernel asks for CALL_BYTES
and the need of the service before it lets a thread in, also where less is used.

The chain of a bound is a list of steps: process, what, bytes. Their sum is the
bound; a test sees to that.
"""

from . import armv7m, needs, pack, processor, protection, stack
from .model import Refused
from .stack import GRANULES
from .words import LEND


def step(process, what, size):
    return {"process": process, "what": what, "bytes": size}


def of_steps(steps):
    return sum(s["bytes"] for s in steps)


def up(size, multiple=8):
    return pack.round_up(size, multiple) - size


class Bounds:
    """The bounds of the threads of a system. `coarsest`: see needs.py."""

    def __init__(self, system, wiring, coarsest):
        self.processes = {p.name: p for p in system.processes}
        self.wiring, self.coarsest = wiring, coarsest
        self.unit = protection.of(system.board)
        self.port = processor.of_board(system.board)
        self._below = {}

    def chain(self, process, thread, granule):
        """Steps of the deepest way of a thread on a stack of that granule."""
        if thread.bound:
            return [step(process.name, ".bound, declared", thread.bound)]
        return self.deepest(process.name, thread.reach, 0, granule)

    def deepest(self, name, reach, at, granule):
        """Steps of the deepest way from a function that is entered `at` bytes
        below the top, a multiple of 8; those above are not in it."""
        if len(reach) > 1 and granule > GRANULES[-1]:
            raise Refused(f"process {name}: {reach[0].way[0][0]} lends "
                          "(CMRX_LENT) on a stack of more than "
                          f"{8 * GRANULES[-1]} bytes: make the stack smaller")
        found = stack.pick(reach, granule)
        ways = [self._interrupted(name, found), self._trapped(name, found)]
        ways += [way for call in found.calls
                 for way in self._called(name, call, at, granule)]
        return max(ways, key=of_steps)

    @staticmethod
    def _functions(name, way):
        return [step(name, function, size) for function, size in way]

    def _interrupted(self, name, reach):
        return self._functions(name, reach.way) + [
            step(name, "interrupt", up(reach.frames) + self.port.EXCEPTION_BYTES)]

    def _trapped(self, name, reach):
        if reach.trap < 0:
            return []
        return self._functions(name, reach.trap_way) + [
            step(name, "trap", up(reach.trap) + self.port.PLAIN_BYTES)]

    def _called(self, name, call, at, granule):
        """The ways through one call: what the kernel asks for, and what each
        method comes to."""
        number, how, depth, way = call
        provider, service = self.wiring.imports[name][number]
        before = self._functions(name, way) + list(
            self._entering(name, how, at + depth, granule))
        top = at + of_steps(before)
        need = needs.of_service(
            service, self.coarsest.get((provider, service.name), 0))
        yield before + [step(provider, f"asked for {service.name}",
                             needs.room(need, self.port))]
        for method in service.methods:
            yield before + self._method(provider, service, method,
                                        top, granule)

    def _entering(self, name, how, depth, granule):
        """From the stack pointer at the call to the callee's top."""
        if how == LEND:
            yield step(name, "alignment of what is lent", up(depth))
        else:
            trapped = up(depth) + self.port.TRAP_BYTES
            yield step(name, "trap", trapped)
            yield step(name, "up to the cut", up(depth + trapped, granule))

    def _method(self, provider, service, method, top, granule):
        """The same for all that are as far from a cut."""
        top += self.port.FOURTH_BYTES
        key = provider, service.name, method.name, top % granule, granule
        if key not in self._below:
            self._below[key] = [step(
                provider, f"entry of {service.name}.{method.name}",
                self.port.FOURTH_BYTES)] + self.deepest(provider, method.reach, top,
                                              granule)
        return self._below[key]


# ---- Stacks whose size is left to the tool


def length_of(size, unit=armv7m):
    """(bytes, granule) of a stack for which `size` bytes are wanted, as the
    layout takes them: plan.stack_thing()."""
    choice = unit.choices(lambda g: pack.round_up(pack.round_up(size, 8), g),
                          8, coarser=False)[0]
    return choice.length, choice.granule


def smallest(bounds, process, thread, size, most):
    """Bytes of the smallest stack, of `size` at least, that is as large as the
    bound that it has itself. A larger stack can have a coarser granule, and a
    larger bound; never a smaller one."""
    while size <= min(most, 8 * GRANULES[-1]):
        length, granule = length_of(size, bounds.unit)
        wanted = of_steps(bounds.chain(process, thread, granule))
        if wanted <= length:
            return size
        size = wanted
    return None


def choose(system, wiring):
    """Set the size of every stack that was left to the tool. Larger stacks can
    make others larger: until nothing changes any more."""
    waiting = [(p, t) for p in system.processes for t in p.threads
               if t.is_auto]
    for _, thread in waiting:
        thread.stack = 8
    changed = bool(waiting)
    while changed:
        bounds, changed = Bounds(system, wiring, coarsest(system, wiring)), False
        for process, thread in waiting:
            size = smallest(bounds, process, thread, thread.stack,
                            system.board.ram_size)
            if size is None:
                refuse_auto(system, bounds, process, thread)
            changed = changed or size != thread.stack
            thread.stack = size


def coarsest(system, wiring):
    """needs.granules() before anything is placed."""
    unit = protection.of(system.board)
    return needs.granules(system, wiring, lambda process, thread: length_of(
        thread.stack, unit)[1])


def refuse_auto(system, bounds, process, thread):
    chain = bounds.chain(process, thread, GRANULES[-1])
    raise Refused(
        f"process {process.name}, thread {thread.name}: no stack that the RAM "
        "of the board can hold is large enough: it lends too much, or too many "
        "at once (CMRX_LENT takes an eighth of the stack each time)\n"
        + text(chain))


# ---- The result


def work_out(system, wiring, plan):
    """{(process, thread): chain}, or Refused: a stack is too small."""
    granule_of = needs.placed(plan)
    bounds = Bounds(system, wiring, needs.granules(system, wiring, granule_of))
    chains = {}
    for process in system.processes:
        for thread in process.threads:
            chain = bounds.chain(process, thread, granule_of(process, thread))
            chains[process.name, thread.name] = chain
            block = plan.stacks[process.name, thread.name]
            if of_steps(chain) > block.size:
                refuse(system, bounds, process, thread, block, chain)
    return chains


def refuse(system, bounds, process, thread, block, chain):
    bound = of_steps(chain)
    who = f"process {process.name}, thread {thread.name}: "
    if thread.bound:
        raise Refused(who + f".bound is {bound}, and its stack has "
                      f"{block.size} bytes: write .stack = {bound}")
    enough = smallest(bounds, process, thread, thread.stack,
                      system.board.ram_size)
    advice = (f".stack = {enough} or .stack = CMRX_AUTO" if enough
              else "less that is lent at once: no stack is large enough")
    raise Refused(who + f"its stack has {block.size} bytes, and it can use "
                  f"{bound}: write {advice}. The deepest way:\n" + text(chain))


def text(chain):
    """Lines of a chain, with what it comes to."""
    lines, total = [], 0
    for part in chain:
        if part["bytes"]:
            total += part["bytes"]
            lines.append(f"{part['bytes']:8} {total:8}  {part['process']:12} "
                         f"{part['what']}")
    return "\n".join(lines)
