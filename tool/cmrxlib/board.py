"""board.py - reads board.json: what a circuit has."""

import json
import os

from .model import Board, Device, Refused

KEYS = {"description", "cpu", "port", "flash", "ram", "clock_hz", "irq_lines",
        "kernel_stack", "stack_bounds", "devices", "qemu", "qemu_uart1",
        "pmp_entries", "pmp_top_of_range", "kernel_devices"}
OPTIONAL = {"description", "stack_bounds", "devices", "qemu", "qemu_uart1",
            "pmp_entries", "pmp_top_of_range", "kernel_devices"}

AUTO = "auto"  # kernel_stack: what it can use, worked out


def to_number(value, what):
    """A number, which JSON may have as a hexadecimal string."""
    try:
        result = int(value, 0) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        raise Refused(f"{what} is {value!r}, not a number") from None
    if result < 0:
        raise Refused(f"{what} is negative")
    return result


def read_device(name, data):
    try:
        base, size = data["base"], data["size"]
    except (KeyError, TypeError):
        raise Refused(f"device {name} needs a base and a size") from None
    irqs = {line: to_number(number, f"irq {line} of device {name}")
            for line, number in data.get("irqs", {}).items()}
    return Device(name, to_number(base, f"base of device {name}"),
                  to_number(size, f"size of device {name}"), irqs,
                  data.get("driver", ""))


def check_keys(data):
    for key in sorted(KEYS - OPTIONAL - data.keys()):
        raise Refused(f'"{key}" is missing')
    for key in sorted(data.keys() - KEYS):
        raise Refused(f'"{key}" is not known: one of {", ".join(sorted(KEYS))}')


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


def parse_board(name, data):
    check_keys(data)
    data = {**data, "kernel_stack": 0} if data["kernel_stack"] == AUTO else data
    numbers = {key: to_number(data[key], key)
               for key in ("clock_hz", "irq_lines", "kernel_stack")}
    places = {f"{memory}_{part}": to_number(data[memory].get(part),
                                            f"{memory} {part}")
              for memory in ("flash", "ram") for part in ("base", "size")}
    devices = {n: read_device(n, d) for n, d in data.get("devices", {}).items()}
    bounds = {function: to_number(size, f"stack bound of {function}")
              for function, size in data.get("stack_bounds", {}).items()}
    own = {n: read_device(n, d)
           for n, d in data.get("kernel_devices", {}).items()}
    board = Board(name=name, cpu=data["cpu"], port=data["port"],
                  devices=devices, qemu=data.get("qemu", []),
                  stack_bounds=bounds, kernel_devices=own,
                  qemu_uart1=data.get("qemu_uart1", []),
                  pmp_entries=to_number(data.get("pmp_entries", 16),
                                        "pmp_entries"),
                  pmp_top_of_range=bool(data.get("pmp_top_of_range", True)),
                  **numbers, **places)
    check_irqs(board)
    return board


def load_board(path):
    """The board in the file `path`, named after its folder: a model.Board."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}") from None
    name = os.path.basename(os.path.dirname(os.path.abspath(path)))
    try:
        return parse_board(name, data)
    except Refused as error:
        raise Refused(f"{path}: {error}") from None
