"""partners.py - `cmrx partners`: what a test of a process names, the process has.

On the host a device is memory, and a used service a table that the test fills:
weak symbols, which the test and the process make together by naming the same. One
that only the test names is nobody's: what is written there nobody reads, and who
has mistyped a name sees a test that fails for no reason. So their objects are
compared before they are linked.
"""

import os
import subprocess
from collections import namedtuple

from .model import Refused

DEVICE, USE, PROVIDED = "cmrx_device_", "cmrx_use_", "cmrx_provided_"

# Of one side; {name: bytes, None where that is not said} and {name}.
Side = namedtuple("Side", "devices uses provided")


def symbols(nm, objects):
    """(name, size or None) of all symbols."""
    try:
        done = subprocess.run([nm, "-S", *objects], capture_output=True, text=True)
    except OSError as error:
        raise Refused(f"cannot run {nm}: {error.strerror}") from None
    if done.returncode:
        raise Refused(f"{os.path.basename(nm)} failed:\n" + done.stderr.strip())
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) >= 2:
            yield words[-1], int(words[1], 16) if len(words) == 4 else None


def side_of(found):
    side = Side({}, set(), set())
    for name, size in found:
        if name.startswith(DEVICE):
            known = side.devices.get(name[len(DEVICE) :])
            side.devices[name[len(DEVICE) :]] = known or size
        elif name.startswith(USE):
            side.uses.add(name[len(USE) :])
        elif name.startswith(PROVIDED):
            side.provided.add(name[len(PROVIDED) :])
    return side


def listed(names):
    return ", ".join(sorted(names)) or "none"


def check(process, of_process, of_test):
    """Refused, when the test (Side) names what the process has not."""
    who = f"the process {process}"
    for name, size in sorted(of_test.devices.items()):
        if name not in of_process.devices:
            raise Refused(f"CMRX_DEVICE(..., {name}) in the test: {who} has no such "
                          f"device. It has: {listed(of_process.devices)}")
        other = of_process.devices[name]
        if size and other and size != other:
            raise Refused(f"CMRX_DEVICE(..., {name}) is of {size} bytes in the test, and "
                          f"of {other} in {who}: the types have to be the same; best "
                          "in a header that both include")
    for name in sorted(of_test.uses):
        if name not in of_process.uses | of_process.provided:
            raise Refused(
                f"CMRX_USE(..., {name}) in the test: {who} neither provides nor uses "
                f"{name}. It provides: {listed(of_process.provided)}; it uses: "
                f"{listed(of_process.uses)}")


def run(args):
    try:
        check(args.process, side_of(symbols(args.nm, args.of_process)),
              side_of(symbols(args.nm, args.of_test)))
    except Refused as refused:
        raise Refused(f"{args.name}: {refused}") from None
    return 0


def register(subparsers):
    parser = subparsers.add_parser(
        "partners", help="compare what a test on the host names with its process")
    parser.add_argument("--name", required=True, help="of the test")
    parser.add_argument("--process", required=True, help="its name")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--of-process", nargs="+", required=True, metavar="OBJECT")
    parser.add_argument("--of-test", nargs="+", required=True, metavar="OBJECT")
    parser.set_defaults(run=run)
