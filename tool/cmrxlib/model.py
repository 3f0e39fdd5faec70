"""model.py - what the build knows: boards, processes, and what they may.

Plain data, no behaviour. process.py fills Process from an object file,
board.py fills Board, system.py takes the integrator's statements; wiring.py
and layout.py work on them.
"""

from .record import field, record


class Refused(Exception):
    """Something that the user has to mend. The text says what and how."""


@record
class Section:
    name: str  # ".text", ".rodata", ".public", ".shared_data", ...
    size: int
    align: int


@record
class Symbol:
    name: str
    section: str
    offset: int  # in its section; the Thumb bit is not included
    size: int
    is_function: bool


@record
class Method:
    name: str  # of the member of the interface
    function: str  # of the program
    stack: int = 0  # bytes that it needs, with all it calls in its process
    # If it lends, these are with a granule of 32; here are those with a granule
    # of 32, 64, 128 ... of the stack that it runs on (stack.GRANULES).
    lending: list = field(default_factory=list)
    reach: list = field(default_factory=list)  # of Reach, see stack.pick


@record
class Reach:
    """What a function needs of the stack of its process, on a stack of one
    granule, and where it calls services. A way is [[function, bytes] ...]."""

    frames: int
    trap: int  # where the deepest system call is made, or -1
    way: list  # to the deepest frame
    trap_way: list
    calls: list = field(default_factory=list)  # [[import, how, depth, way] ...]


@record
class Service:
    name: str
    interface: str  # as written: "struct thermometer"
    shape: str  # canonical text of the interface, for comparison
    section: str  # where the table of methods lies
    offset: int
    methods: list  # of Method
    self_section: str = ""  # "" when self is NULL
    self_offset: int = 0
    reentrant: bool = False
    grace: int = 0  # microseconds, or 0


@record
class Use:
    name: str
    interface: str
    shape: str


@record
class Event:
    name: str
    section: str
    offset: int


@record
class Interrupt:
    name: str
    section: str  # of the event word
    offset: int
    bits: int


RECOVERS = 2  # CMRX_RECOVERS


@record
class Thread:
    name: str
    function: str  # its body
    offset: int  # of the body in .text
    stack: int  # bytes; 0 until the layout has chosen, if is_auto
    priority: int
    dormant: int = 0  # RECOVERS: the one that puts the process in order
    monitor: bool = False
    bound: int = 0  # declared, instead of one that is worked out
    is_auto: bool = False
    reach: list = field(default_factory=list)  # of Reach; none: not known


@record
class Quiesce:
    name: str
    device: str
    offset: int
    value: int


@record
class Function:
    name: str
    offset: int  # in .text
    size: int
    file: str = ""


@record
class Process:
    name: str  # of the instance
    program: str  # of the library it is built from
    object: str  # path of the relocatable object
    sections: dict = field(default_factory=dict)  # name -> Section
    uses: list = field(default_factory=list)  # of Use, index = import number
    posts: list = field(default_factory=list)  # of str, index = number
    threads: list = field(default_factory=list)  # of Thread, in number order
    services: list = field(default_factory=list)
    events: list = field(default_factory=list)
    interrupts: list = field(default_factory=list)  # in number order
    devices: list = field(default_factory=list)  # of str
    drives: dict = field(default_factory=dict)  # device: the driver it is for
    clocks: dict = field(default_factory=dict)  # device: Hz it is compiled for
    names: list = field(default_factory=list)  # of processes that it knows
    quiesces: list = field(default_factory=list)
    optional: list = field(default_factory=list)  # rights that it can do without
    needs: list = field(default_factory=list)  # rights, by calls of its own
    functions: list = field(default_factory=list)  # of Function, ascending
    lines: list = field(default_factory=list)  # of (offset in .text, line)
    return_gate: int = 0  # offset in .text
    exit_gate: int = 0
    floating_point: bool = False  # uses the unit: the layout is told


@record
class Device:
    name: str
    base: int
    size: int
    irqs: dict  # name -> line
    driver: str = ""
    clock_hz: int = 0  # 0: not known


@record
class Board:
    name: str
    cpu: str
    port: str
    flash_base: int
    flash_size: int
    ram_base: int
    ram_size: int
    clock_hz: int
    irq_lines: int
    kernel_stack: int  # bytes; 0 until the layout has chosen
    devices: dict  # name -> Device
    qemu: list
    # function that kernel.o does not contain -> bytes of stack
    stack_bounds: dict = field(default_factory=dict)
    kernel_devices: dict = field(default_factory=dict)  # that nobody can have
    qemu_uart1: list = field(default_factory=list)  # where it is a device
    pmp_entries: int = 16  # of the protection of RISC-V,
    pmp_top_of_range: bool = True  # and whether a pair can show any range
    mpu_regions: int = 8  # of the protection of v8-M
    wide: bool = False  # the system's maps have more than two windows


@record
class Grant:
    process: str
    kind: str  # "MMIO", "IRQ", "INFO", "RIGHT"
    what: str  # device, interrupt line name, right; "" for INFO
    alias: str = ""  # AS


@record
class System:
    name: str
    board: Board
    processes: list  # of Process, in the order of cmrx_system(); idle last
    grants: list  # of Grant
    wires: dict  # "process.used" -> "process.provided"
    policies: dict  # process -> "restart", "stop", "reset", "supervise"
    supervisor: str = ""
    linker_script: str = ""  # a vendor's, by its name; "": ours is the only one
    beside: str = ""  # its section that ours come after
    folder: str = ""  # where its description lies; "": beside its objects
