"""board.py - reads board.json: what a circuit has."""

import json
import os

from .model import Board, Device, Refused

KEYS = {"description", "cpu", "port", "flash", "ram", "clock_hz", "irq_lines",
        "kernel_stack", "stack_bounds", "devices", "qemu", "qemu_uart1",
        "pmp_entries", "pmp_top_of_range", "kernel_devices", "floating_point",
        "mpu_regions"}
OPTIONAL = {"description", "stack_bounds", "devices", "qemu", "qemu_uart1",
            "pmp_entries", "pmp_top_of_range", "kernel_devices",
            "floating_point", "mpu_regions"}
MEMORY_KEYS = {"base", "size"}
DEVICE_KEYS = {"base", "size", "irqs", "driver", "clock_hz"}

AUTO = "auto"  # kernel_stack: what it can use, worked out
SPACE = 1 << 32  # bytes that there are addresses for
MOST_LINES = 1024  # what the largest interrupt controller has: a PLIC
PMP_ENTRIES = (8, 64)
MPU_REGIONS = (8, 16)  # one of these: what the kernel can use


# ---- What JSON can be


def to_number(value, what):
    """A number, which JSON may have as a hexadecimal string."""
    if isinstance(value, (bool, float)) or not isinstance(value, (int, str)):
        raise Refused(f"{what} is {value!r}, not a number")
    try:
        result = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        raise Refused(f"{what} is {value!r}, not a number") from None
    if result < 0:
        raise Refused(f"{what} is negative")
    return result


def in_range(value, low, high, what):
    result = to_number(value, what)
    if not low <= result <= high:
        raise Refused(f"{what} is {result}, not one of {low} to {high}")
    return result


def to_object(value, what, keys=None):
    """A JSON object; of `keys` only, if they are given."""
    if not isinstance(value, dict):
        raise Refused(f"{what} is {value!r}, not an object {{...}}")
    for key in sorted(value.keys() - (keys or value.keys())):
        raise Refused(f'{what}: "{key}" is not known: one of '
                      f'{", ".join(sorted(keys))}')
    return value


def to_text(value, what):
    if not isinstance(value, str) or not value:
        raise Refused(f"{what} is {value!r}, not a text")
    return value


def to_texts(value, what):
    if not isinstance(value, list):
        raise Refused(f"{what} is {value!r}, not a list of texts")
    return [to_text(text, f"a part of {what}") for text in value]


def to_bool(value, what):
    if not isinstance(value, bool):
        raise Refused(f"{what} is {value!r}; write true or false")
    return value


def no_doubles(pairs):
    """What json.loads() would make of it, the last of two that are called alike,
    is not what was meant."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f'"{name}" is there twice: rename or remove one')
    return dict(pairs)


# ---- Parts of a board


def read_place(data, what):
    """(base, size) of what has addresses, of which there are 2^32."""
    if not isinstance(data, dict) or not MEMORY_KEYS <= data.keys():
        raise Refused(f"{what} needs a base and a size")
    base = to_number(data["base"], f"base of {what}")
    size = to_number(data["size"], f"size of {what}")
    if not size:
        raise Refused(f"{what} has no bytes: its size is 0")
    if base + size > SPACE:
        raise Refused(f"{what} ends at {base + size:#x}, past the last address")
    return base, size


def read_device(name, data):
    what = f"device {name}"
    base, size = read_place(data, what)
    to_object(data, what, DEVICE_KEYS)
    irqs = {line: to_number(number, f"irq {line} of {what}") for line, number
            in to_object(data.get("irqs", {}), f"irqs of {what}").items()}
    driver = to_text(data.get("driver", "none"), f"driver of {what}")
    return Device(name, base, size, irqs, driver if "driver" in data else "",
                  to_number(data.get("clock_hz", 0), f"clock_hz of {what}"))


def read_devices(data, key):
    return {name: read_device(name, device)
            for name, device in to_object(data.get(key, {}), key).items()}


def read_memories(data):
    """Of flash and RAM, as the fields of a Board."""
    places = {memory: read_place(to_object(data[memory], memory, MEMORY_KEYS),
                                 memory) for memory in ("flash", "ram")}
    (flash, flash_size), (ram, ram_size) = places.values()
    if flash < ram + ram_size and ram < flash + flash_size:
        raise Refused("flash and ram overlap")
    return {f"{memory}_{part}": value for memory, place in places.items()
            for part, value in zip(("base", "size"), place)}


def check_keys(data):
    for key in sorted(KEYS - OPTIONAL - data.keys()):
        raise Refused(f'"{key}" is missing')
    for key in sorted(data.keys() - KEYS):
        raise Refused(f'"{key}" is not known: one of {", ".join(sorted(KEYS))}')


def read_regions(data):
    found = to_number(data.get("mpu_regions", 8), "mpu_regions")
    if found not in MPU_REGIONS:
        raise Refused(f"mpu_regions is {found}; write 16 if the processor has "
                      "that many regions of protection, or else 8")
    if found > 8 and data["port"] != "armv8m":
        raise Refused(f"mpu_regions is {found}, and port {data['port']} uses no "
                      "more than 8; leave it out")
    return found


def check_irqs(board):
    owners = {}
    for device in board.devices.values():
        for name, line in device.irqs.items():
            if line >= board.irq_lines:
                raise Refused(f"irq {name} is line {line}, past irq_lines")
            if name in owners:
                raise Refused(f"irq {name} is of {owners[name]} and of "
                              + device.name)
            owners[name] = device.name


# ---- All of it


def parse_board(name, data):
    check_keys(to_object(data, "it"))
    stack = 0 if data["kernel_stack"] == AUTO else data["kernel_stack"]
    bounds = to_object(data.get("stack_bounds", {}), "stack_bounds")
    to_bool(data.get("floating_point", True), "floating_point")  # CMake asks
    board = Board(
        name=name, cpu=to_text(data["cpu"], "cpu"),
        port=to_text(data["port"], "port"),
        clock_hz=in_range(data["clock_hz"], 1, SPACE - 1, "clock_hz"),
        irq_lines=in_range(data["irq_lines"], 0, MOST_LINES, "irq_lines"),
        kernel_stack=to_number(stack, "kernel_stack"),
        devices=read_devices(data, "devices"),
        kernel_devices=read_devices(data, "kernel_devices"),
        stack_bounds={function: to_number(size, f"stack bound of {function}")
                      for function, size in bounds.items()},
        qemu=to_texts(data.get("qemu", []), "qemu"),
        qemu_uart1=to_texts(data.get("qemu_uart1", []), "qemu_uart1"),
        pmp_entries=in_range(data.get("pmp_entries", 16),
                             *PMP_ENTRIES, "pmp_entries"),
        pmp_top_of_range=to_bool(data.get("pmp_top_of_range", True),
                                 "pmp_top_of_range"),
        mpu_regions=read_regions(data), **read_memories(data))
    check_irqs(board)
    return board


def load_board(path):
    """The board in the file `path`, named after its folder: a model.Board."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}") from None
    name = os.path.basename(os.path.dirname(os.path.abspath(path)))
    try:
        return parse_board(name, json.loads(text, object_pairs_hook=no_doubles))
    except Refused as error:
        raise Refused(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path} is not JSON: {error}") from None
