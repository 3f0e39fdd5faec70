"""firmware.py - random systems that look like real ones, for the tests.

A system is drawn from its number and nothing else. Kinds of processes and
their sizes are those of our own examples and of small products: many drivers
of a few hundred bytes, some servers, few applications with large buffers.
"""

import random

import samples
from cmrxlib import model
from cmrxlib.kernelobj import Kernel, KernelSection

SEED = 20240521
SYSTEMS = 1000
PROCESSES = (2, 24)  # besides idle
ROUND_STACKS = (256, 256, 384, 512, 512, 512, 768, 1024, 1024, 1536, 2048)
DEVICE_SIZES = (0x400, 0x1000, 0x1000, 0x300, 0x20)
POWERS = (0x400, 0x1000, 0x1000, 0x100, 0x20)  # what an entry of the PMP can show

# kind: how many of ten, bytes of .bss, of .data, of what is lent, threads
KINDS = {
    "driver": (5, (32, 700), (0, 64), (0, 0), (1, 1)),
    "server": (3, (64, 3000), (0, 200), (0, 160), (1, 2)),
    "app": (2, (200, 16000), (0, 600), (0, 1200), (1, 3)),
}


def skewed(source, low, high):
    """Small is likelier than large: uniform in the logarithm."""
    if high <= low:
        return low
    return int((low + 1) * ((high + 1) / (low + 1)) ** source.random()) - 1


def words(source, bounds):
    """A size of variables: now and then odd, mostly whole words."""
    size = skewed(source, *bounds)
    return size if source.random() < 0.2 else -(-size // 4) * 4


def stack(source):
    if source.random() < 0.7:
        return source.choice(ROUND_STACKS)
    return -(-skewed(source, 96, 2500) // 8) * 8


def make_process(source, number):
    kind = source.choices(list(KINDS), [k[0] for k in KINDS.values()])[0]
    _, bss, data, lent, threads = KINDS[kind]
    half = (0, lent[1] // 4)
    sizes = dict(
        text=skewed(source, 200, 20000), rodata=words(source, (0, 2000)),
        public=words(source, (0, 300)), bss=words(source, bss),
        data=words(source, data), shared_bss=words(source, lent),
        shared_data=words(source, half))
    if source.random() < 0.1:
        sizes["bss"] = sizes["bss"], source.choice((8, 32, 64))
    if source.random() < 0.05:
        sizes.update(bss=0, data=0, shared_bss=0, shared_data=0)
    return samples.process(
        f"{kind}{number}",
        [(f"t{n}", stack(source), n + 1)
         for n in range(source.randint(*threads))],
        sections=samples.sections(**{k: v for k, v in sizes.items() if v}))


def give_devices(source, processes, sizes, most):
    """{name: Device} and the grants: no or one or two windows each."""
    devices, grants, base = {}, [], 0x40000000
    for process in processes:
        for number in range(min(most, source.choice((0, 0, 1, 1, 2)))):
            size = source.choice(sizes)
            name = f"{process.name}_d{number}"
            devices[name] = model.Device(name, base, size, {})
            process.devices.append(name)
            grants.append(model.Grant(process.name, "MMIO", name))
            base += 0x1000
    return devices, grants


def system(number, devices=DEVICE_SIZES, windows=2, **board):
    """The system of that number; devices: their sizes; windows: the most."""
    source = random.Random(SEED * 100003 + number)
    processes = [make_process(source, n)
                 for n in range(source.randint(*PROCESSES))]
    devices, grants = give_devices(source, processes, devices, windows)
    values = dict(flash_size=0x400000, ram_size=0x400000, devices=devices)
    values.update(board)
    return samples.system(processes, grants=grants,
                          board=samples.board(**values))


def kernel():
    """As large as the real one is."""
    groups = {".vectors": [(".vectors", 192, 4)],
              ".text": [(".text", 11492, 4)], ".rodata": [(".rodata", 651, 4)],
              ".noinit": [], ".data": [],
              ".bss": [(".bss", 56, 8)]}
    sizes = {"process": 40, "thread": 96, "call": 16, "sched": 24,
             "queue": 4, "fault": 112, "level": 8}
    return Kernel("kernel.o", {g: [KernelSection(*s) for s in found]
                               for g, found in groups.items()}, sizes, "k")
