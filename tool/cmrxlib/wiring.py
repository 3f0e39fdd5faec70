"""wiring.py - who may reach what: services, events, devices, interrupts, rights.

From what the programs say of themselves and what the integrator grants comes a
Wiring: for each process the providers behind its imports, its windows, its
interrupt lines. Whatever is missing, ambiguous or forbidden is refused with
the line to write.
"""


from . import dwarf
from .grants import (check_exclusive, check_limit, find_lines, find_quiesces,
                     find_rights, find_windows, known, listed)
from .model import Refused
from .record import field, record

POLICIES = ("restart", "stop", "reset", "supervise")  # enum policy
FAULT_EVENT = "fault"
IDLE = "idle"


@record
class Wiring:
    """Each of these is a dict with the process's name as key."""

    imports: dict = field(default_factory=dict)  # [(provider, Service)]
    posts: dict = field(default_factory=dict)  # [(provider, Event)]
    windows: dict = field(default_factory=dict)  # [Window], in slot order
    lines: dict = field(default_factory=dict)  # [Line], in number order
    quiesces: dict = field(default_factory=dict)  # [(Quiesce, address)]
    rights: dict = field(default_factory=dict)  # [str]
    policies: dict = field(default_factory=dict)  # str
    depths: dict = field(default_factory=dict)  # longest chain of calls
    supervisor: tuple = None  # (process, Event) that is told of faults


def wire(system):
    """The Wiring of a system, or Refused."""
    check_processes(system)
    check_wires(system)
    wiring = Wiring()
    for process in system.processes:
        name = process.name
        wiring.imports[name] = resolve_uses(system, process)
        wiring.posts[name] = resolve_posts(system, process)
        wiring.windows[name] = find_windows(system, process)
        wiring.lines[name] = find_lines(system, process)
        wiring.rights[name] = find_rights(system, process)
        wiring.quiesces[name] = find_quiesces(process, wiring.windows[name])
    check_exclusive(system, wiring)
    check_graces(system, wiring)
    wiring.depths = depths(wiring)
    wiring.supervisor = find_supervisor(system)
    wiring.policies = find_policies(system)
    return wiring


# ---- The statements name what exists


def check_processes(system):
    names = [p.name for p in system.processes]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"two processes are called {name}; write instance="
                          "program in PROCESSES to give them different names")
        if name == "kernel":
            raise Refused("a process cannot be called kernel; write "
                          "OTHER_NAME=kernel in PROCESSES")
        if not name.isidentifier() or not name.isascii():
            raise Refused(f"process {name!r}: a name is made of letters, "
                          "digits and _, and does not begin with a digit")
    for grant in system.grants:
        known(names, grant.process, f"GRANT {grant.process} {grant.kind}")
    for name in system.policies:
        known(names, name, f"POLICY {name}")
    for process in system.processes:
        check_priorities(process)
        check_counts(process)
        for name in process.names:
            known(names, name, f"process {process.name} names {name}")
    check_limit(len(names), "processes", "the system")
    check_limit(sum(len(p.threads) for p in system.processes), "threads",
                "the system")


def check_priorities(process):
    for thread in process.threads:
        who = f"process {process.name}, thread {thread.name}: "
        if process.name == IDLE and thread.priority != 0:
            raise Refused(who + "the idle thread has priority 0")
        if process.name != IDLE and not 1 <= thread.priority <= 31:
            raise Refused(who + f"priority {thread.priority} is not in 1..31; "
                          "write .priority = 1 .. 31 in CMRX_THREAD")


def check_counts(process):
    who = f"process {process.name}"
    check_limit(len(process.uses), "used services", who)
    check_limit(len(process.posts), "events to post to", who)
    check_limit(len(process.quiesces), "quiesce writes", who)
    for service in process.services:
        check_limit(len(service.methods), "methods",
                    f"{who}, service {service.name}")


def check_wires(system):
    processes = {p.name: p for p in system.processes}
    for used, provided in system.wires.items():
        statement = f"WIRE {used} TO {provided}"
        user, name = end_of_wire(processes, used, statement)
        end_of_wire(processes, provided, statement)
        if name not in [u.name for u in user.uses] + user.posts:
            raise Refused(f"{statement}: {user.name} neither uses nor posts "
                          f"to {name}; it uses "
                          f"{listed([u.name for u in user.uses])} and posts "
                          f"to {listed(user.posts)}")


def end_of_wire(processes, end, statement):
    name, dot, rest = end.partition(".")
    if not dot or not rest:
        raise Refused(f"{statement}: an end of a wire is process.name")
    known(list(processes), name, statement)
    return processes[name], rest


# ---- Services and events


def resolve_uses(system, process):
    found = []
    for use in process.uses:
        provider, service = resolve(
            system, process, use.name, "services", "uses service",
            "CMRX_PROVIDE")
        check_shapes(process, use, provider, service)
        found.append((provider.name, service))
    return found


def resolve_posts(system, process):
    found = []
    for name in process.posts:
        provider, event = resolve(system, process, name, "events",
                                  "posts to event", "CMRX_EVENT")
        found.append((provider.name, event))
    return found


def resolve(system, process, name, kind, verb, macro):
    """(process, service or event) that stands behind a name."""
    wire_to = system.wires.get(f"{process.name}.{name}")
    who = f"process {process.name} {verb} {name}"
    if wire_to:
        return resolve_wire(system, process, who, wire_to, kind)
    found = [(p, thing) for p in system.processes if p is not process
             for thing in getattr(p, kind) if thing.name == name]
    if len(found) == 1:
        return found[0]
    wires = [f"WIRE {process.name}.{name} TO {p.name}.{t.name}"
             for p, t in found]
    if found:
        raise Refused(f"{who}, which several processes provide; write one of: "
                      f"{'; '.join(wires)}")
    raise Refused(f"{who}, and no other process provides it; "
                  + nothing_found(system, process, name, kind, macro))


def nothing_found(system, process, name, kind, macro):
    """What to do. Only what would fit is proposed; of the rest, for who has
    mistyped a name, the names."""
    there = [(p, t) for p in system.processes if p is not process
             for t in getattr(p, kind)]
    fitting = [(p, t) for p, t in there if would_fit(process, name, t)]
    add = f"add a process with {macro}(... {name} ...) to PROCESSES"
    if fitting:
        wires = [f"WIRE {process.name}.{name} TO {p.name}.{t.name}" for p, t in fitting]
        import difflib  # late: a build that goes well has no time for it
        near = difflib.get_close_matches(name, [t.name for _, t in fitting], 1)
        spelt = f"if {near[0]} is meant, correct the name; or " if near else ""
        return f"{spelt}{add}, or write one of: {'; '.join(wires)}"
    if there:
        return (f"{add}. There are other {kind}: "
                + listed([f"{p.name}.{t.name}" for p, t in there]))
    return add


def would_fit(process, name, thing):
    """Events fit each other; a service has to have the interface that is used."""
    shapes = [use.shape for use in process.uses if use.name == name]
    return not hasattr(thing, "shape") or any(
        dwarf.same_shape(shape, thing.shape) for shape in shapes)


def resolve_wire(system, process, who, wire_to, kind):
    target, _, name = wire_to.partition(".")
    if target == process.name:
        raise Refused(f"{who}: it is wired to itself; a process calls its own "
                      "functions directly")
    provider = next(p for p in system.processes if p.name == target)
    for thing in getattr(provider, kind):
        if thing.name == name:
            return provider, thing
    raise Refused(f"{who}: it is wired to {wire_to}, but the {kind} of "
                  f"{target} are "
                  f"{listed([t.name for t in getattr(provider, kind)])}")


def check_shapes(process, use, provider, service):
    if dwarf.same_shape(use.shape, service.shape):
        return
    raise Refused(
        f"process {process.name} uses service {use.name} of {provider.name}, "
        "but they mean different interfaces; include the same header in both\n"
        f"{process.name}: {use.shape}\n{provider.name}: {service.shape}")


# ---- Who can be left by force


def check_graces(system, wiring):
    """Who is left by force takes along those that it has called on. So it calls
    only those who have promised a time, too."""
    for process in system.processes:
        promised = [s.name for s in process.services if s.grace]
        for use, (provider, service) in zip(process.uses,
                                            wiring.imports[process.name]):
            if promised and not service.grace:
                raise Refused(
                    f"process {process.name}: CMRX_GRACE({promised[0]}), and it "
                    f"uses service {use.name} of {provider}, which has none: "
                    "who outlives a deadline in there would end that one, too; "
                    f"write CMRX_GRACE({service.name}, MICROSECONDS) in the "
                    f"program of {provider}, or leave out that of "
                    f"{process.name}")


# ---- Who calls whom


def depths(wiring):
    """The longest chain of calls from each process; a cycle is refused."""
    callees = {user: sorted({provider for provider, _ in imports})
               for user, imports in wiring.imports.items()}
    done = {}
    for start in callees:
        visit(wiring, callees, start, done)
    return {name: max(1, depth) for name, depth in done.items()}


def visit(wiring, callees, start, done):
    """Depth first without recursion: done[] of all that start reaches."""
    path = [start]
    while path:
        here = path[-1]
        open_ends = [c for c in callees[here] if c not in done]
        if here in done or not open_ends:
            below = [done[c] + 1 for c in callees[here]]
            done[path.pop()] = max(below, default=0)
        elif open_ends[0] in path:
            refuse_cycle(wiring, path[path.index(open_ends[0]):])
        else:
            path.append(open_ends[0])


def refuse_cycle(wiring, path):
    steps = []
    for here, there in zip(path, path[1:] + path[:1]):
        services = [s.name for p, s in wiring.imports[here] if p == there]
        steps.append(f"{here}.{services[0]} -> {there}")
    raise Refused("processes call each other in a circle, so a thread could "
                  f"wait for itself: {', '.join(steps)}; let one of them post "
                  "an event (CMRX_POSTS) instead of calling")


# ---- What happens after a fault


def find_supervisor(system):
    if not system.supervisor:
        check_nobody_is_meant(system)
        return None
    name = system.supervisor
    known([p.name for p in system.processes], name, f"SUPERVISOR {name}")
    process = next(p for p in system.processes if p.name == name)
    for event in process.events:
        if event.name == FAULT_EVENT:
            return name, event
    raise Refused(f"SUPERVISOR {name}: it has no event to be told with; write "
                  f"CMRX_EVENT({FAULT_EVENT}) in its program")


def check_nobody_is_meant(system):
    """A program that names processes, and has the event for it, is to look after
    them."""
    for process in system.processes:
        if process.names and any(e.name == FAULT_EVENT for e in process.events):
            raise Refused(
                f"process {process.name} names {listed(process.names)}, and is "
                f"to be told of faults by its event {FAULT_EVENT}, but nobody "
                f"says so; write SUPERVISOR {process.name}")


def policy_unsaid(system, name):
    """Who is named by the supervisor is left to it. Nobody looks after the
    supervisor: its end is a reset, with a record of why."""
    if name == system.supervisor:
        return "reset"
    for process in system.processes:
        if process.name == system.supervisor and name in process.names:
            return "supervise"
    return "restart"


def find_policies(system):
    policies = {}
    for process in system.processes:
        name = process.name
        policy = system.policies.get(name) or policy_unsaid(system, name)
        if policy not in POLICIES:
            raise Refused(f"POLICY {name} {policy}: there is no such policy; "
                          f"there are {listed(POLICIES)}")
        if policy == "supervise" and system.supervisor in ("", name):
            raise Refused(f"POLICY {name} supervise: there is nobody else to "
                          "supervise it; write SUPERVISOR another, or another "
                          "POLICY")
        policies[name] = policy
    check_somebody_restarts(system, policies)
    return policies


def check_somebody_restarts(system, policies):
    """Who is supervised waits for somebody to start it again; whoever may."""
    waiting = [name for name, policy in policies.items()
               if policy == "supervise"]
    if waiting and not any(grant.kind == "RIGHT" and grant.what == "control"
                           for grant in system.grants):
        raise Refused(
            f"POLICY {waiting[0]} supervise: nobody could start it again, as no "
            "process has the right for it; write GRANT "
            f"{system.supervisor} RIGHT inspect control")
