"""lacks.py - what a process asks of the kernel without having the right, and which
rights it has without asking.

No mistake by itself: a program may do what it can and take CMRX_DENIED for the
rest. But who has forgotten a grant sees nothing until it runs. So the layout notes
it, unless the program says that it is meant (CMRX_OPTIONAL_RIGHT).

What is linked into a program is what it can call: its library comes as an archive,
and the link leaves out what nobody reaches.
"""

from bisect import bisect_right

from .elf import Elf

# Function of control.h: the right that it needs.
RIGHT_OF = {
    "cmrx_process_restart": "control",
    "cmrx_process_stop": "control",
    "cmrx_process_status": "inspect",
    "cmrx_thread_status": "inspect",
    "cmrx_fault_read": "inspect",
    "cmrx_system_reset": "power",
    "cmrx_system_halt": "power",
}


def asked(process):
    """{right: [functions that need it and are linked in]}; none, when it is only
    declared that it is needed."""
    found = {}
    for function in process.functions:
        if function.name in RIGHT_OF:
            found.setdefault(RIGHT_OF[function.name], []).append(function.name)
    for right in process.needs:
        found.setdefault(right, [])
    return found


def notes(system, wiring):
    """A text for each right that a process asks for and has not, or the other way
    round."""
    for process in system.processes:
        has, asks = set(wiring.rights[process.name]), asked(process)
        optional = set(process.optional)
        for right, functions in sorted(asks.items()):
            if right not in has | optional:
                yield note(process, right, functions)
        for right in sorted(has - optional - set(asks)):
            yield (f"process {process.name} has the right {right}, and calls nothing "
                   f"that needs it: leave it out of GRANT {process.name} RIGHT. If its "
                   f"system calls are its own, write CMRX_NEEDS_RIGHT({right}) in the "
                   "program")


def note(process, right, functions):
    calls = ", ".join(f"{name}(){place_of(process, name)}" for name in functions)
    return (f"process {process.name} has not the right {right}, and "
            + (f"calls {calls}" if calls else "needs it")
            + f": the answer is CMRX_DENIED. Write GRANT {process.name} RIGHT {right}"
            + (f", or, if it does without, CMRX_OPTIONAL_RIGHT({right}) in the program"
               if calls else ""))


def place_of(process, name):
    """Where the first call of it is: " in main(), app.c:12"; "" if not known."""
    elf = Elf.load(process.object)
    places = sorted(at for at, r in elf.relocations(".text").items()
                    if r.symbol.name == name)
    if not places:
        return ""
    at = bisect_right([f.offset for f in process.functions], places[0]) - 1
    line = bisect_right([offset for offset, _ in process.lines], places[0]) - 1
    caller = process.functions[max(at, 0)]
    where = f" in {caller.name.replace('cmrx_body_', '')}()"
    if caller.file and line >= 0:
        where += f", {caller.file}:{process.lines[line][1]}"
    return where
