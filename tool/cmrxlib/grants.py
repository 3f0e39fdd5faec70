"""grants.py - what the integrator lets a process have: windows, interrupts, rights.

A window is shown exactly or not at all, belongs to one process, and never
covers memory or what belongs to the processor. Each device and interrupt that
a program declares needs a grant, and each grant something that is declared.
"""


from . import protection
from .model import Refused
from .record import record

RIGHTS = {"inspect": 1, "control": 2, "power": 4}  # enum right in kernel.h
INFO = "info"
BYTE = 255  # most that the kernel's tables can count, NONE excluded

SYSTEM_SPACE = 0xE0000000
# On these a store into the alias changes a bit of what is aliased.
BIT_BANDED = ("cortex-m3", "cortex-m4")
BIT_BAND_ALIASES = ((0x22000000, 0x02000000), (0x42000000, 0x02000000))


@record
class Window:
    """What a process sees of the address space outside of its memory."""

    name: str  # of the program
    device: str  # of the board, or "info"
    base: int = 0  # of the description: known after the layout
    size: int = 0


@record
class Line:
    name: str  # of the program
    irq: str  # of the board
    line: int


# ---- Grants: windows


def find_windows(system, process):
    """The windows of a process, in the order of the grants."""
    windows = []
    devices = [d for d in process.devices if d != INFO]
    for grant in grants_of(system, process, "MMIO"):
        device = system.board.devices.get(grant.what)
        if device is None:
            raise Refused(f"GRANT {process.name} MMIO {grant.what}: board "
                          f"{system.board.name} has no such device; it has "
                          f"{listed(system.board.devices)}")
        check_window(system, process, device)
        name = own_name(process, grant, devices, "device", "CMRX_DEVICE")
        check_driver(system.board, process, name, device)
        check_clock(system.board, process, name, device)
        windows.append(Window(name, device.name, device.base, device.size))
    for _ in grants_of(system, process, "INFO"):
        if INFO not in process.devices:
            raise Refused(f"GRANT {process.name} INFO: the program does not "
                          "read cmrx_info (<cmrx/info.h>); remove the grant")
        windows.append(Window(INFO, INFO))
    check_bound(system.board, process, windows, devices)
    return windows


def grants_of(system, process, kind):
    return [g for g in system.grants
            if g.process == process.name and g.kind == kind]


def own_name(process, grant, declared, what, macro):
    """What the program calls the thing that is granted."""
    statement = f"GRANT {process.name} {grant.kind} {grant.what}"
    if grant.alias:
        if grant.alias in declared:
            return grant.alias
        raise Refused(f"{statement} AS {grant.alias}: the program declares no "
                      f"{what} {grant.alias}; it declares {listed(declared)}")
    if grant.what in declared:
        return grant.what
    if len(declared) == 1:
        return declared[0]
    if not declared:
        raise Refused(f"{statement}: the program declares no {what} "
                      f"({macro}), or nothing in it uses what it declares; "
                      "remove the grant until it does")
    raise Refused(f"{statement}: the program declares {listed(declared)}; "
                  f"write {statement} AS one of them")


def check_driver(board, process, name, device):
    """What another driver is for does not do what this one expects."""
    driver = process.drives.get(name, device.driver)
    if not device.driver or driver == device.driver:
        return
    others = devices_for(board, driver)
    raise Refused(f"GRANT {process.name} MMIO {device.name}: on board {board.name} that "
                  f"is a device for {device.driver} (\"driver\" in board.json), and "
                  f"program {process.program} is made for one of {driver}; write "
                  f"PROCESSES {process.name}={device.driver}"
                  + (f", or grant another: {listed(others)}" if others else ""))


def check_clock(board, process, name, device):
    """A rate or a time that is worked out for another clock is another."""
    clock = process.clocks.get(name, device.clock_hz)
    if device.clock_hz and clock != device.clock_hz:
        raise Refused(f"GRANT {process.name} MMIO {device.name}: program "
                      f"{process.program} is compiled for a device of {clock} Hz, and on "
                      f"board {board.name} it has {device.clock_hz} (\"clock_hz\" of the "
                      "device in board.json); make a program of your own, "
                      f"cmrx_process(NAME EXTENDS {process.program} DEFINITIONS "
                      f"..._CLOCK_HZ={device.clock_hz}u), and write PROCESSES "
                      f"{process.name}=NAME")


def devices_for(board, driver):
    return sorted(d.name for d in board.devices.values()
                  if driver and d.driver == driver)


def check_bound(board, process, windows, devices):
    most = len(protection.of(board).WINDOWS)
    names = [w.name for w in windows]
    check_once(process, names, "device", "MMIO")
    for device in devices:
        if device not in names:
            raise Refused(f"process {process.name} declares device {device}, "
                          "but was granted none for it; write GRANT "
                          f"{process.name} MMIO DEVICE AS {device}. Board "
                          f"{board.name} has "
                          + listed(devices_for(board, process.drives.get(device))
                                   or sorted(board.devices)))
    if INFO in process.devices and INFO not in names:
        raise Refused(f"process {process.name} reads cmrx_info; write GRANT "
                      f"{process.name} INFO")
    if len(windows) > most:
        raise Refused(f"process {process.name} is granted {len(windows)} "
                      f"windows ({listed(names)}); the protection hardware "
                      f"has {most} for a process: split it into two"
                      + hint_of_more(board))


def hint_of_more(board):
    if board.port not in ("armv8m", "riscv32") or protection.can_be_wide(board):
        return ""
    key = "pmp_entries" if board.port == "riscv32" else "mpu_regions"
    return (f', or, if the processor of board {board.name} has that many, write '
            f'"{key}": 16 in board.json')


def check_once(process, names, what, kind):
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"process {process.name}: two grants are for its "
                          f"{what} {name}; write GRANT {process.name} {kind} "
                          "... AS with a different name each")


def check_window(system, process, device):
    who = (f"GRANT {process.name} MMIO {device.name} "
           f"({device.base:#x}, {device.size:#x} bytes)")
    for base, size, what in forbidden(system.board):
        if overlap(device.base, device.size, base, size):
            raise Refused(f"{who}: it overlaps {what}, which no process may "
                          "have a window to; correct board.json")
    unit = protection.of(system.board)
    if unit.express(device.base, device.size) is None:
        base, size = unit.around(device.base, device.size)
        raise Refused(f"{who}: the protection hardware cannot show exactly "
                      f"that; {unit.RULE}; the least that holds it is "
                      f"{base:#x}, {size:#x} bytes: if that is harmless, "
                      "write it into board.json")


def check_memories(board):
    """A process's memory must be no more than memory, either."""
    for what, base, size in (("RAM", board.ram_base, board.ram_size),
                             ("flash", board.flash_base, board.flash_size)):
        for other, other_size, whose in reserved(board):
            if overlap(base, size, other, other_size):
                raise Refused(f"board {board.name}: its {what} ({base:#x}, "
                              f"{size:#x} bytes) overlaps {whose}; correct "
                              "board.json")


def forbidden(board):
    yield board.ram_base, board.ram_size, "RAM"
    yield board.flash_base, board.flash_size, "flash"
    yield from reserved(board)


def reserved(board):
    """(base, size, whose) of what is neither memory nor a device for processes."""
    for device in board.kernel_devices.values():
        yield device.base, device.size, f"{device.name} of the kernel"
    if board.port != "riscv32":
        yield (SYSTEM_SPACE, (1 << 32) - SYSTEM_SPACE,
               "the processor's own space")
    if board.cpu.split("+")[0] in BIT_BANDED:
        for base, size in BIT_BAND_ALIASES:
            yield base, size, "a bit-band alias"


def overlap(base, size, other, other_size):
    return base < other + other_size and other < base + size


def check_exclusive(system, wiring):
    taken = []
    for process in system.processes:
        for window in wiring.windows[process.name]:
            for owner, other in taken:
                if window.device != INFO and overlap(
                        window.base, window.size, other.base, other.size):
                    refuse_shared(process.name, window, owner, other)
            if window.device != INFO:
                taken.append((process.name, window))
    check_lines(system, wiring)


def refuse_shared(name, window, owner, other):
    if name == owner:
        raise Refused(f"process {name} is granted {window.device} and "
                      f"{other.device}, which overlap; remove one grant")
    raise Refused(f"{window.device} is granted to {name}, and {other.device} "
                  f"at the same addresses to {owner}; a window belongs to one "
                  "process: let the others call a service of it")


# ---- Grants: interrupts and rights


def find_lines(system, process):
    """The interrupt lines of a process, in the order of its own numbers."""
    names = [i.name for i in process.interrupts]
    bound = {}
    for grant in grants_of(system, process, "IRQ"):
        line = board_line(system.board, grant)
        name = own_name(process, grant, names, "interrupt", "CMRX_INTERRUPT")
        if name in bound:
            check_once(process, [name, name], "interrupt", "IRQ")
        bound[name] = Line(name, grant.what, line)
    for name in names:
        if name not in bound:
            raise Refused(f"process {process.name} declares interrupt {name}, "
                          "but was granted none for it; write GRANT "
                          f"{process.name} IRQ LINE AS {name}. Board "
                          f"{system.board.name} has "
                          + listed(names_of_lines(system.board)))
    return [bound[name] for name in names]


def names_of_lines(board):
    return sorted({name for device in board.devices.values()
                   for name in device.irqs})


def board_line(board, grant):
    lines = {}
    for device in board.devices.values():
        for name, line in device.irqs.items():
            lines.setdefault(name, set()).add(line)
            lines.setdefault(f"{device.name}.{name}", set()).add(line)
    statement = f"GRANT {grant.process} IRQ {grant.what}"
    if grant.what not in lines:
        raise Refused(f"{statement}: board {board.name} has no such interrupt; "
                      f"it has {listed(names_of_lines(board))}")
    if len(lines[grant.what]) > 1:
        raise Refused(f"{statement}: several devices have one of that name; "
                      f"write device.{grant.what}")
    line = min(lines[grant.what])
    if not 0 <= line < board.irq_lines:
        raise Refused(f"{statement}: it is line {line}, but the processor has "
                      f"{board.irq_lines}; correct board.json")
    return line


def check_lines(system, wiring):
    taken = {}
    for process in system.processes:
        for line in wiring.lines[process.name]:
            if line.line in taken:
                raise Refused(f"interrupt {line.irq} (line {line.line}) is "
                              f"granted to {taken[line.line]} and to "
                              f"{process.name}.{line.name}; a line belongs to "
                              "one interrupt of one process")
            taken[line.line] = f"{process.name}.{line.name}"
    check_limit(len(taken), "interrupts", "the system")


def find_rights(system, process):
    rights = []
    for grant in grants_of(system, process, "RIGHT"):
        if grant.what not in RIGHTS:
            raise Refused(f"GRANT {process.name} RIGHT {grant.what}: there is "
                          f"no such right; there are {listed(RIGHTS)}")
        rights.append(grant.what)
    return [right for right in RIGHTS if right in rights]


def find_quiesces(process, windows):
    """[(Quiesce, absolute address)], in the order they are done."""
    found = []
    for quiesce in process.quiesces:
        who = f"process {process.name}, CMRX_QUIESCE({quiesce.name}): "
        window = next((w for w in windows
                       if w.name == quiesce.device and w.device != INFO), None)
        if window is None:
            raise Refused(who + f"it has no device {quiesce.device}; it has "
                          f"{listed([w.name for w in windows])}")
        if quiesce.offset % 4 or not 0 <= quiesce.offset <= window.size - 4:
            raise Refused(who + f"offset {quiesce.offset:#x} is not a word of "
                          f"{quiesce.device} ({window.size:#x} bytes)")
        found.append((quiesce, window.base + quiesce.offset))
    return found


# ---- For messages


def known(names, name, statement):
    if name not in names:
        raise Refused(f"{statement}: there is no process {name}; PROCESSES "
                      f"has {listed(names)}")


def check_limit(count, what, who):
    if count >= BYTE:
        raise Refused(f"{who} has {count} {what}; {BYTE - 1} is the most")


def listed(names):
    return ", ".join(names) or "none"
