"""access.py - `cmrx map --access`: who may touch, call and ask what."""

from .model import Refused
from .systemjson import number


def text(described, name):
    """Of one process, or of all with name ""."""
    chosen = [p for p in described["processes"] if name in ("", p["name"])]
    if not chosen:
        names = ", ".join(p["name"] for p in described["processes"])
        raise Refused(f"there is no process {name}; there are {names}")
    return "\n\n".join("\n".join(lines_of(described, p)) for p in chosen)


def lines_of(described, process):
    """What is not there has no line."""
    yield f"{process['name']}  (program {process['program']})"
    for part in process["may"]:
        yield row("touches", f"{number(part['base']):#010x} {part['size']:8}  "
                  f"{flags(part['access'])}  {part['why']}")
    for thread in process["threads"]:
        stack = thread["stack"]
        yield row("touches", f"{number(stack['base']):#010x} {stack['size']:8}  "
                  f"rw-  stack of {thread['name']}, while that is at home")
    yield from words_of(described, process)


def words_of(described, process):
    name = process["name"]
    mine = {f"{name}.{s['name']}": s for s in described["services"]
            if s["process"] == name}
    for use in process["imports"]:
        yield row("calls", named(use["name"], use["service"]))
    for service in mine:
        users = [p["name"] for p in described["processes"]
                 if service in [use["service"] for use in p["imports"]]]
        yield row("is called", f"{mine[service]['name']} by "
                  + (", ".join(users) or "nobody"))
    for post in process["posts"]:
        yield row("posts", named(post["name"], post["event"]))
    for irq in described["interrupts"]:
        if irq["process"] == name:
            yield row("is told of", f"{named(irq['name'], irq['irq'])}, line "
                      f"{irq['line']}")
    for right in process["rights"]:
        yield row("right", right)
    if name == described["supervisor"]:
        yield row("is told of", "faults (SUPERVISOR)")
    yield row("policy", process["policy"])


def named(own, others):
    """The program's name for something, and whose it is."""
    return own if own == others else f"{own}: {others}"


def row(what, text_of_it):
    return f"  {what:14}{text_of_it}"


def flags(access):
    return "".join(c if c in access else "-" for c in "rwx")
