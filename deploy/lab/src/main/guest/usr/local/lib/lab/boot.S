# The boot sector of the lab's guests. It fills 8 MB of memory, so that a live migration has something to copy, and then changes
# 64 kB of it twice a second, so that it has something to copy again; between that it sleeps, as twenty guests share one CPU.
#
# boot.hex is this file, made with:
#   as --32 -o boot.o boot.S && ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o boot.bin boot.o && xxd -p boot.bin >boot.hex

        .set    memory, 0x100000
        .set    pages, 2048             # that are filled
        .set    dirty, 16               # that are changed at each tick

        .code16
        .globl  _start
_start: cli
        ljmp    $0, $1f
1:      xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %ss
        movw    $0x7c00, %sp

        # Real mode with a data segment of 4 GB in %es ("unreal" mode): memory above 1 MB together with the BIOS.
        lgdtl   gdtr
        movl    %cr0, %eax
        orb     $1, %al
        movl    %eax, %cr0
        jmp     1f
1:      movw    $8, %bx
        movw    %bx, %es
        andb    $0xfe, %al
        movl    %eax, %cr0

        # The clock ticks twice a second (interrupt 8), and the timer not at all (interrupt 0).
        movw    $tick, 0x70 * 4
        movw    $0, 0x70 * 4 + 2
        movb    $0x8a, %al
        outb    %al, $0x70
        movb    $0x2f, %al
        outb    %al, $0x71
        movb    $0x8b, %al
        outb    %al, $0x70
        movb    $0x42, %al
        outb    %al, $0x71
        movb    $0x0c, %al
        outb    %al, $0x70
        inb     $0x71, %al
        movb    $0x30, %al              # the timer stops: nobody has to wake up for it, not even qemu
        outb    %al, $0x43
        movb    $0xfb, %al              # all but the second controller
        outb    %al, $0x21
        movb    $0xfe, %al              # all but the clock
        outb    %al, $0xa1

        # No two pages alike, and none of zeros.
        movl    $memory, %edi
        movl    $pages * 1024, %ecx
1:      imull   $2654435761, %edi, %eax
        movl    %eax, %es:(%edi)
        addl    $4, %edi
        decl    %ecx
        jnz     1b

        movl    $memory, %edi
sleep:  sti
        hlt
        cli
        movl    $dirty, %ecx
1:      incl    %es:(%edi)
        addl    $4096, %edi
        cmpl    $memory + pages * 4096, %edi
        jb      2f
        movl    $memory, %edi
2:      decl    %ecx
        jnz     1b
        jmp     sleep

tick:   pushw   %ax
        movb    $0x0c, %al              # the clock's next tick comes only after its register C was read
        outb    %al, $0x70
        inb     $0x71, %al
        movb    $0x20, %al
        outb    %al, $0xa0
        outb    %al, $0x20
        popw    %ax
        iretw

        .balign 8
gdt:    .quad   0, 0x00cf92000000ffff
gdtr:   .word   15
        .long   gdt
        .org    510
        .word   0xaa55
