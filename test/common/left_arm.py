"""left_arm.py - what a loader may leave in a Cortex-M.

A few instructions that run before the image: they store words into system
registers, leave special registers, and go on at the image's reset.
"""

import struct

CPACR, CCR = 0xE000ED88, 0xE000ED14
FPCCR, FPCAR, SAVE_PENDING = 0xE000EF34, 0xE000EF38, 3 << 30 | 1
FLOATS, USERS_MAY_PEND = 0xF << 20, 1 << 1
MPU_CTRL = 0xE000ED94
MPU_RNR, MPU_RBAR, MPU_RASR = 0xE000ED98, 0xE000ED9C, 0xE000EDA0
MPU_RLAR = MPU_RASR
SAU_CTRL = 0xE000EDD0
NVIC_ISER, NVIC_ISPR = 0xE000E100, 0xE000E200
SYST_CSR, SYST_RVR, ICSR = 0xE000E010, 0xE000E014, 0xE000ED04
ALL = 0xFFFFFFFF

# adr r2, the table; store its pairs, up to an address of 0
STORES = (0xA200, 0xCA03, 0x2800, 0xD001, 0x6001, 0xE7FA)
BX_R1, NOP = 0x4708, 0xBF00


def msr(number):
    return 0xF380, 0x8800 | number


MASKED = (0xB672,)  # CPSID i
ALL_MASKED = (0xB671, 0x2020, *msr(0x11), *MASKED)  # CPSID f, BASEPRI 0x20
# The stack pointer of processes, and it is used: what the loader itself ran on.
ON_PSP = (0x4668, *msr(9), 0x2002, *msr(0x14), 0xF3BF, 0x8F6F)
# A limit of the stack, 8 bytes below.
LIMITED = (0x4668, 0x3808, *msr(10))
# One of what programs run on, above all memory.
OTHER_LIMITED = (0x2007, 0x43C0, *msr(11))


LENGTH = 256


def first(stores, instructions, reset):
    """The bytes. `stores`: (address, word), done behind `instructions`, which may
    change r0."""
    code = [*instructions]
    if len(code) % 2:
        code.append(NOP)
    code += [*STORES, BX_R1, NOP]
    # from pc + 4, in words
    at = len(code) - len(STORES) - 2
    code[at] |= (len(code) - at) // 2 - 1
    words = [word for pair in stores for word in pair] + [0, reset | 1]
    return struct.pack(f"<{len(code)}H{len(words)}I", *code, *words)


def options(path, flash):
    """For `cmrx run`: the file with these bytes is where the processor begins, in
    the last of the board's flash."""
    at = int(flash["base"], 16) + flash["size"] - LENGTH
    return ["--qemu=-device",
            f"--qemu=loader,file={path},addr={at:#x},force-raw=on",
            "--qemu=-device", f"--qemu=loader,addr={at + 1:#x},cpu-num=0"]
