"""samples.py - hand-made boards, processes and systems for the tests."""

import os
import sys

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "..", "..", "tool")
sys.path.insert(0, os.path.abspath(TOOL))

from cmrxlib import model  # noqa: E402
from cmrxlib.kernelobj import Kernel, KernelSection  # noqa: E402

SHAPE = "struct probe\n  read: int (const void *, int)"


def board(**changes):
    values = dict(
        name="bench", cpu="cortex-m3", port="armv7m", flash_base=0,
        flash_size=0x40000, ram_base=0x20000000, ram_size=0x10000,
        clock_hz=12500000, irq_lines=48, kernel_stack=512, qemu=[],
        devices={
            "uart0": model.Device("uart0", 0x40004000, 0x1000,
                                  {"uart0_rx": 0, "uart0_tx": 1}),
            "uart1": model.Device("uart1", 0x40005000, 0x1000, {"uart1": 2}),
            "odd": model.Device("odd", 0x40006000, 0x1010, {}),
            "eighths": model.Device("eighths", 0x40010100, 0x300, {}),
        })
    values.update(changes)
    return model.Board(**values)


def sections(**sizes):
    """sections(text=100, data=(8, 4)): a size, or a size and an alignment."""
    result = {}
    for name, value in sizes.items():
        size, align = value if isinstance(value, tuple) else (value, 4)
        result[f".{name}"] = model.Section(f".{name}", size, align)
    return result


def process(name, threads=(), **rest):
    """A process; threads are (name, stack, priority)."""
    sizes = rest.pop("sections", None) or sections(text=100)
    made = model.Process(name, rest.pop("program", name), "", sizes, **rest)
    made.threads = [model.Thread(n, f"body_{n}", 16, stack, priority,
                                 reach=[reach(f"body_{n}", 24)])
                    for n, stack, priority in threads]
    return made


def reach(function, frames, *calls):
    """That of one function; calls are (import, how, depth)."""
    way = [[function, frames]]
    return model.Reach(frames, -1, way, [], [
        [number, how, depth, [[function, depth]]]
        for number, how, depth in calls])


def service(name, **rest):
    values = dict(interface="struct probe", shape=SHAPE, section=".rodata",
                  offset=0, methods=[model.Method("read", "read_it", 120, [],
                                                  [reach("read_it", 88)])])
    values.update(rest)
    return model.Service(name, **values)


def use(name, shape=SHAPE):
    return model.Use(name, "struct probe", shape)


def idle():
    return process("idle", [("idle", 64, 0)], sections=sections(text=32))


def system(processes, **rest):
    """A system with idle as its last process."""
    values = dict(grants=[], wires={}, policies={})
    values.update(rest)
    values.setdefault("board", board())
    return model.System("station", values.pop("board"),
                        list(processes) + [idle()], **values)


def station(**rest):
    """A sensor with a device, an application that uses it, a supervisor."""
    sensor = process(
        "sensor", [("poll", 256, 5)],
        sections=sections(text=700, rodata=60, public=40, data=12, bss=100),
        services=[service("probe")], devices=["port"],
        events=[model.Event("wanted", ".bss", 4)],
        interrupts=[model.Interrupt("ready", ".bss", 4, 2)],
        quiesces=[model.Quiesce("off", "port", 0x30, 0)])
    app = process(
        "app", [("main", 600, 4), ("log", 300, 2)],
        sections=sections(text=1500, rodata=80, public=(81, 1),
                          shared_data=20, shared_bss=40, data=8, bss=300),
        uses=[use("probe")], posts=["wanted"])
    guard = process("guard", [("main", 512, 9)],
                    sections=sections(text=200, bss=4),
                    events=[model.Event("fault", ".bss", 0)])
    values = dict(
        supervisor="guard",
        grants=[model.Grant("sensor", "MMIO", "uart0"),
                model.Grant("sensor", "IRQ", "uart0_rx"),
                model.Grant("guard", "RIGHT", "control"),
                model.Grant("guard", "RIGHT", "inspect")])
    values.update(rest)
    return system([sensor, app, guard], **values)


def kernel():
    groups = {".vectors": [(".vectors", 250, 4)],
              ".text": [(".text", 9000, 4)],
              ".rodata": [(".rodata", 500, 4), (".rodata.str1.1", 33, 1)],
              ".noinit": [(".noinit", 488, 8)],
              ".data": [], ".bss": [(".bss", 70, 8)]}
    sizes = {"process": 64, "thread": 120, "call": 16, "sched": 24,
             "queue": 4, "fault": 112, "level": 8}
    return Kernel("kernel.o", {g: [KernelSection(*s) for s in found]
                               for g, found in groups.items()}, sizes, "k")
