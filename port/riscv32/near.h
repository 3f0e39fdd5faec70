// near.h (riscv32) - the compiler's `call` and `tail`, in the kernel.
//
// It writes these two and leaves it to the linker whether the place is near: two
// instructions, of which the linker would take one away, did not the layout want to
// know the size of the kernel before it links. All of the kernel is within the
// megabyte that `jal` reaches; if ever it is not, it does not link.

__asm__(".macro call to\n\t"
        "jal ra, \\to\n\t"
        ".endm\n\t"
        ".macro tail to\n\t"
        "j \\to\n\t"
        ".endm");
