#!/usr/bin/env python3
"""left_of_arm.py - what a loader has left in a Cortex-M is gone.

    left_of_arm.py --system SYSTEM_DIR --plugins DIR [--more-regions CORE]

Before the image a few instructions run that leave registers as a loader might,
or a vendor's code: the conformance suite has to pass nevertheless, where floating
point is used its own.
"""

import argparse
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "common"))

import checked  # noqa: E402
import left_arm as left  # noqa: E402
from cmrxlib import oracle  # noqa: E402

FOR_ALL, FOR_NOBODY_TO_WRITE = 3 << 24, 6 << 24
TO_ALL, TO_NOBODY_TO_WRITE = 1, 3


def region(number, place, access):
    """Of a protection unit with powers of two."""
    base, size = int(place["base"], 16), place["size"]
    log2 = (size - 1).bit_length()
    return [(left.MPU_RNR, number), (left.MPU_RBAR, base & -(1 << log2)),
            (left.MPU_RASR, access | log2 - 1 << 1 | 1)]


def region_to(number, place, permission):
    """Of one with limits."""
    base = int(place["base"], 16)
    return [(left.MPU_RNR, number), (left.MPU_RBAR, base | permission << 1 | 1),
            (left.MPU_RLAR, base + place["size"] - 32 | 1)]


def cases(system, core):
    """(what, stores, instructions, what QEMU is told)"""
    port = system["board"]["port"]
    tester = next(p["memory"] for p in system["processes"]
                  if p["name"] == "tester")
    lines = [(left.NVIC_ISER + 4 * n, left.ALL) for n in range(2)]
    yield "nothing", [], (), []
    yield "interrupts masked", [], left.MASKED, []
    yield "lines that wait", lines + [
        (left.NVIC_ISPR + 4 * n, left.ALL) for n in range(2)], left.MASKED, []
    yield "an alarm that waits", [
        (left.SYST_RVR, 100), (left.SYST_CSR, 7), (left.ICSR, 1 << 26)
    ], left.MASKED, []
    if not port.startswith("armv8m"):
        yield "protection that is on", region(
            0, system["board"]["ram"], FOR_NOBODY_TO_WRITE) + [
                (left.MPU_CTRL, 5)], (), []
    yield "the other stack pointer", [], left.ON_PSP, []
    if port in ("armv7m", "armv8m"):
        yield "all masked", [], left.ALL_MASKED, []
        yield "floating point that is on", [(left.CPACR, left.FLOATS)], (), []
        yield "lines that programs may make come", [
            (left.CCR, left.USERS_MAY_PEND)], (), []
    if port.startswith("armv8m"):
        yield "a limit of the stack", [], left.LIMITED, []
        yield "a limit of the other stack", [], left.OTHER_LIMITED, []
        yield "protection that is on", region_to(
            0, system["board"]["ram"], TO_NOBODY_TO_WRITE) + [
                (left.MPU_CTRL, 5)], (), []
        yield "the last region", region_to(15, tester, TO_ALL), (), []
    if core:
        yield ("a region above the eighth", region(15, tester, FOR_ALL), (),
               ["-global", f"{core}-arm-cpu.pmsav7-dregion=16"])


def cases_of_floats(system, elf):
    """Of a system that uses floating point: the first who does so would make the
    processor store a loader's registers there."""
    processes = oracle.kernel_symbol(elf, system, "processes").value
    yield ("a save that is pending", [(left.CPACR, left.FLOATS),
                                      (left.FPCAR, processes),
                                      (left.FPCCR, left.SAVE_PENDING)], (), [])


def cases_refused(system):
    """(what, stores, what the kernel says, which does not start then)"""
    if system["board"]["port"].startswith("armv8m"):
        yield "another state", [(left.SAU_CTRL, 1)], "Secure, and not all memory is"


def play(args, system, reset, stores, instructions, more):
    with tempfile.TemporaryDirectory() as where:
        path = os.path.join(where, "first.bin")
        with open(path, "wb") as file:
            file.write(left.first(stores, instructions, reset))
        return checked.play(
            args.system, args.plugins,
            [f"--qemu={word}" for word in more]
            + left.options(path, system["board"]["flash"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--system", "--plugins"):
        parser.add_argument(name, required=True)
    parser.add_argument("--more-regions", help="a core that QEMU can give 16")
    args = parser.parse_args()
    system, elf = checked.load(args.system)
    vectors = oracle.kernel_symbol(elf, system, "cmrx_vectors").value
    reset = oracle.words_at(elf, vectors, 2)[1]
    bad = 0
    found = cases(system, args.more_regions)
    if any(p.get("floating_point") for p in system["processes"]):
        found = cases_of_floats(system, elf)
    for what, *how in found:
        result, said = play(args, system, reset, *how)
        print(f"{'not ok' if result else 'ok'} left is {what}")
        if result:
            print(f"result {result}\n{said[-1000:]}")
        bad += result != 0
    for what, stores, why in cases_refused(system):
        result, said = play(args, system, reset, stores, (), [])
        good = result != 0 and why in said
        print(f"{'ok' if good else 'not ok'} left is {what}")
        bad += not good
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
