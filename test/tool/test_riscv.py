"""test_riscv.py - RISC-V: objects of its compiler, and what its code needs."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import arm
from cmrxlib import kernelobj, riscv, stack
from cmrxlib.elf import R_RISCV_ALIGN, R_RISCV_RELAX, Elf

GCC = "riscv64-unknown-elf-gcc"
FLAGS = ["-march=rv32imac", "-misa-spec=2.2", "-mabi=ilp32", "-mcmodel=medlow",
         "-msmall-data-limit=0", "-std=c11", "-Os", "-g", "-ffreestanding",
         "-fno-jump-tables", "-nostdlib", "-r"]


def said(text):
    return [(i.mnemonic, i.operands) for i in riscv.parse(text).values()]


class Translation(unittest.TestCase):

    def one(self, text, size=4):
        found = said(f"   0:\t{'0' * size * 2}          \t{text}\n")
        self.assertEqual(len(found), 1)
        return found[0]

    def test_what_moves_the_stack_pointer(self):
        for text, moved in (("add\tsp,sp,-48", 48), ("addi\tsp,sp,32", -32),
                            ("add\tsp,s0,-16", 0), ("sw\tra,12(sp)", 0)):
            name, operands = self.one(text)
            from cmrxlib.thumb import stack_effect
            self.assertEqual(stack_effect(name, operands), moved, text)

    def test_jumps(self):
        for text, wanted in (
                ("ret", ("bx", "lr")), ("mret", ("bx", "lr")),
                ("jr\ta5", ("bx", "a5")), ("jalr\ta5", ("blx", "a5")),
                ("j\t10 <f+0x10>", ("b", "10 <f+0x10>")),
                ("jal\tra,20 <g>", ("bl", "20 <g>")),
                ("beqz\ta0,8 <f>", ("cbz", "r0,8 <f>")),
                ("ecall", ("svc", "0")), ("unimp", ("udf", ""))):
            self.assertEqual(self.one(text), wanted)

    def test_values(self):
        for text, wanted in (
                ("li\ta7,7", ("mov", "ip, #7")),
                ("lui\ta7,0x10", ("movw", "ip, #65536")),
                ("mv\ta7,a0", ("mov", "ip, r0")),
                ("and\ta5,a5,-16", ("bic", "a5, a5, #15")),
                ("lw\ta7,12(sp)", ("ldr", "ip, [sp, #12]")),
                ("sll\ta7,a7,0x8", ("lsl", "ip, ip, #8"))):
            self.assertEqual(self.one(text), wanted)

    def test_a_call_in_two_parts_is_one(self):
        code = riscv.parse("   4:\t00000097          \tauipc\tra,0x0\n"
                           "   8:\t010080e7          \tjalr\t16(ra) # 14\n")
        self.assertEqual(list(code), [4])
        self.assertEqual((code[4].size, code[4].mnemonic, code[4].operands),
                         (8, "bl", "14 <?>"))


@unittest.skipUnless(shutil.which(GCC), f"no {GCC}")
class Objects(unittest.TestCase):

    def build(self, text, *flags):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        source = os.path.join(folder, "a.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        output = os.path.join(folder, "a.o")
        script = os.path.join(arm.ROOT, "cmake", "process.ld")
        subprocess.run([GCC, *FLAGS, *flags, "-T", script, source, "-o", output],
                       check=True, capture_output=True)
        return Elf.load(output)

    def needs(self, text, name, *flags):
        elf = self.build(text, "-mno-relax", *flags)
        code = stack.Code(elf, stack.disassemble(
            elf.path, "riscv64-unknown-elf-objdump"))
        start = next(s.value for s in elf.symbols if s.name == name)
        return code.need(start)

    def test_frames_of_what_is_called_add_up(self):
        need = self.needs(
            "__attribute__((noinline)) static int g(volatile int *p)\n"
            "{ volatile int a[10]; a[*p] = 1; return a[2]; }\n"
            "int f(volatile int *p) { volatile int b[20]; b[*p] = 2;"
            " return g(p) + b[1]; }", "f")
        self.assertEqual([name for name, _ in need.way], ["f", "g"])
        self.assertGreaterEqual(need.frames, 120)
        self.assertEqual(need.frames % 16, 0)

    def test_a_large_frame_counts(self):
        """More than an immediate: LUI, and ADD of the register. The way out of the
        second loads it long before."""
        plain = ("int f(volatile int *p) { volatile int a[%s]; a[*p] = 1;"
                 " return a[2]; }")
        for words in 600, 1000, 1500, 4000:
            need = self.needs(plain % words, "f")
            self.assertGreaterEqual(need.frames, 4 * words)
            self.assertLess(need.frames, 4 * words + 64)
        early = ("void g(void); void g(void) { __asm__ volatile(\"\"); }"
                 "volatile int n; int f(int v) { volatile unsigned char a[6000];"
                 " n++; a[0] = v; a[5999] = v + 1; n--; return a[0] + a[5999]; }")
        need = self.needs(early, "f", "-Os")
        self.assertGreaterEqual(need.frames, 6000)
        self.assertLess(need.frames, 6100)

    def test_a_frame_of_whole_pages_counts(self):
        """LUI alone; it counted as nothing."""
        need = self.needs(
            "__attribute__((naked)) void f(void) { __asm__ volatile("
            "\"addi sp, sp, -1936\\n lui t0, 0xfffff\\n add sp, sp, t0\\n"
            "lui t0, 1\\n add sp, sp, t0\\n addi sp, sp, 1936\\n ret\"); }", "f")
        self.assertEqual(need.frames, 1936 + 4096)

    def test_a_trap_is_found_and_only_a_call_needs_room(self):
        text = ("int f(void) { register int w __asm__(\"a7\") = %s;"
                " __asm__ volatile(\"ecall\" : \"+r\"(w)); return w; }")
        plain = self.needs(text % "7", "f")
        call = self.needs(text % "0x100", "f")
        self.assertEqual((plain.trap, plain.calls), (0, {}))
        self.assertEqual(list(call.calls), [("=256", "call")])
        self.assertEqual((stack.total(plain, riscv), stack.total(call, riscv)),
                         (0, 64))

    def test_a_pointer_is_unknown(self):
        with self.assertRaises(stack.Unknown):
            self.needs("int f(int (*p)(void)) { return p() + 1; }", "f")

    def test_nothing_is_left_for_the_linker_to_shorten(self):
        elf = self.build("int g(int); int f(int x) { return g(x) + 1; }")
        kinds = {r.type for r in elf.all_relocations(".text")}
        self.assertIn(R_RISCV_RELAX, kinds)
        elf.keep_size()
        kinds = {r.type for r in elf.all_relocations(".text")}
        self.assertFalse(kinds & {R_RISCV_RELAX, R_RISCV_ALIGN})

    def test_how_far_behind_a_symbol_is_part_of_the_hash(self):
        text = "static int a[4]; int *p = &a[%d]; int f(void) { return *p; }"
        hashes = [kernelobj.digest(kernelobj.read_elf(self.build(text % n).path))
                  for n in (1, 2, 2)]
        self.assertNotEqual(hashes[0], hashes[1])
        self.assertEqual(hashes[1], hashes[2])

    def test_addresses_of_debug_information_are_resolved(self):
        elf = self.build("int v = 5; int f(void) { return v; }")
        target = next(s for s in elf.symbols if s.name == "f")
        self.assertIn(target.value.to_bytes(4, "little"),
                      elf.relocated(".debug_info"))
        self.assertEqual(len(elf.relocated(".debug_line")),
                         len(elf.contents(".debug_line")))


class Source(unittest.TestCase):
    """The numbers of riscv.py are those of the kernel and the library."""

    def test_numbers(self):
        for path, pattern, value in (
                ("port_types.h", r"PORT_FRAME_BYTES +(\d+)u",
                 riscv.EXCEPTION_BYTES),
                ("port_types.h", r"PORT_CALL_BYTES +(\d+)u", riscv.CALL_BYTES),
                ("port_types.h", r"KEPT_BYTES +(\d+)u", riscv.SAVED_BYTES),
                ("entry.inc", r"FRAME_SP, (\d+)", riscv.CONTEXT_SP),
                ("include/cmrx/trap.h", r"CMRX_TRAP_BYTES (\d+)u",
                 riscv.TRAP_BYTES)):
            with open(os.path.join(arm.ROOT, "port", "riscv32", path),
                      encoding="utf-8") as file:
                found = re.search(pattern, file.read())
            self.assertEqual(int(found[1]), value, pattern)


if __name__ == "__main__":
    unittest.main()
