"""plan.py - decides where everything lies.

Flash, from its base: the kernel, then whatever a region must show (code of
each process, public constants, the description), load images in the gaps, and
last the kernel's tables, whose size nothing else depends on. RAM: the kernel,
then memory and stacks of the processes.
"""


from . import pack, protection
from .kernelram import fault_levels, wanted_objects
from .model import Refused, Section
from .pack import round_up
from .record import field, record

KERNEL = "kernel"
WORD = 4
CODE = (".text", ".rodata")
SHARED = (".shared_data", ".shared_bss")
OWN = (".data", ".bss")
INITIALIZED = (".shared_data", ".data")
PLACED = CODE + (".public",) + SHARED + OWN
WRITABLE = SHARED + OWN


@record
class Placed:
    """A section of the image."""

    base: int
    size: int
    load: int = None  # where its initial contents lie, if not in place


@record
class Block:
    """What belongs to one owner and is shown by one region."""

    base: int
    size: int  # whole eighths, of the tail too
    used: int
    granule: int
    tail: int = 0  # bytes at the end that a second region shows
    fine: int = 0  # bytes of an eighth of the tail
    unit: object = None  # the protection unit that shows it

    @property
    def end(self):
        return self.base + self.size

    def shape(self):
        """Of the block, or of what is before its tail."""
        return self.unit.eighths(self.base, self.size - self.tail, self.granule)

    def tail_shape(self):
        return self.unit.eighths(self.end - self.tail, self.tail, self.fine)


@record
class RamObject:
    """A variable that tables.c defines for the kernel."""

    symbol: str
    what: str
    offset: int  # in its group
    size: int
    group: str = ".bss"


@record
class Plan:
    unit: object = None  # protection.of() the board
    sections: dict = field(default_factory=dict)  # (owner, name) -> Placed
    kernel_inside: dict = field(default_factory=dict)  # group -> [(off, name)]
    ram_objects: list = field(default_factory=list)
    code: dict = field(default_factory=dict)  # process -> Block
    memory: dict = field(default_factory=dict)  # process -> Block, if any
    shared: dict = field(default_factory=dict)  # process -> Block, if any
    stacks: dict = field(default_factory=dict)  # (process, thread) -> Block
    chains: dict = field(default_factory=dict)  # the same -> steps: bounds.py
    public: Block = None
    info: Block = None
    images: dict = field(default_factory=dict)  # load image -> address
    tables: int = 0  # where the kernel's tables begin
    ram_end: int = 0  # first byte of RAM that nobody has
    beside: str = ""  # section of a vendor's script that ours come after

    def address(self, process, section, offset):
        return self.sections[process, section].base + offset


def section_of(process, name):
    return process.sections.get(name) or Section(name, 0, 1)


# ---- What is inside of a block


def chain(parts, start=0):
    """([offset of each], end) of (size, align) pairs one after the other."""
    offsets, end = [], start
    for size, align in parts:
        offset = round_up(end, align) if size else end
        offsets.append(offset)
        end = offset + size
    return offsets, end


def chain_sections(process, names, start=0):
    parts = [(s.size, s.align) for s in map_sections(process, names)]
    offsets, end = chain(parts, start)
    return dict(zip(names, offsets)), end


def map_sections(process, names):
    return [section_of(process, name) for name in names]


def align_of(process, names):
    return max(s.align if s.size else 1 for s in map_sections(process, names))


def shared_granule(unit, process, granule):
    return unit.shared_granule(chain_sections(process, SHARED)[1], granule)


def memory_inside(unit, process, granule):
    """({section: offset}, end of SHARED, end) with that granule."""
    offsets, end = chain_sections(process, SHARED)
    shared_end = round_up(end, shared_granule(unit, process, granule))
    start = round_up(shared_end, align_of(process, OWN))
    own, end = chain_sections(process, OWN, start)
    offsets.update(own)
    _, own_size = chain_sections(process, OWN)
    return offsets, shared_end, end if own_size else shared_end


def public_inside(system):
    """({process: offset}, end) of all public constants."""
    parts = [(p.name, section_of(p, ".public")) for p in system.processes]
    offsets, end = chain([(s.size, s.align) for _, s in parts])
    return {name: at for (name, _), at in zip(parts, offsets)}, end


# ---- Things to be placed


def block_thing(unit, name, owner, used, align, need=None, **how):
    """What is shown by one region, or by two where that is said; need(granule):
    when the granule matters inside."""
    need = need or (lambda granule: used)

    def choices(cut):
        return unit.choices(lambda g: max(need(g) - cut, 1), align, **how)
    return pack.Thing(name, owner, used, choices(0), choices)


def plain_thing(name, owner, size, align=4):
    """What no region shows."""
    return pack.Thing(name, owner, size, pack.plain(size, align),
                      lambda cut: pack.plain(size - cut, align))


def code_thing(unit, process):
    used = chain_sections(process, CODE)[1]
    if used == 0:
        raise Refused(f"process {process.name} has no code")
    return block_thing(unit, f"code of {process.name}", process.name, used,
                       align_of(process, CODE))


def memory_thing(unit, process, tail):
    used = sum(s.size for s in map_sections(process, WRITABLE))
    return block_thing(unit, f"memory of {process.name}", process.name, used,
                       align_of(process, WRITABLE),
                       lambda granule: memory_inside(unit, process, granule)[2],
                       tail=tail)


def stack_name(process, thread):
    return f"stack of {process.name}.{thread.name}"


def stack_thing(unit, process, thread):
    if thread.stack <= 0:
        raise Refused(f"process {process.name}, thread {thread.name}: it has "
                      "no stack; write .stack = bytes in CMRX_THREAD")
    return block_thing(unit, stack_name(process, thread), process.name,
                       round_up(thread.stack, 8), 8, coarser=False)


def image_things(system, kernel):
    """Load images: no region shows them."""
    things = []
    for process in system.processes:
        for name in INITIALIZED:
            size = section_of(process, name).size
            if size:
                things.append(plain_thing(image_name(process.name, name),
                                          process.name, size))
    size = round_up(kernel_chain(kernel, ".data")[1], 8)
    if size:
        things.append(plain_thing(image_name(KERNEL, ".data"), KERNEL, size))
    return things


def image_name(owner, section):
    return f"load image of {section} of {owner}"


# ---- The kernel's share


def kernel_chain(kernel, group):
    """([(offset, section)], end) of a group of the kernel's sections."""
    sections = kernel.sections[group]
    offsets, end = chain([(s.size, s.align) for s in sections])
    return list(zip(offsets, [s.name for s in sections])), end


def place_group(plan, kernel, group, base, unit=1):
    """Put a group of the kernel's sections there; the end of it."""
    align = max([s.align for s in kernel.sections[group]] + [unit])
    inside, end = kernel_chain(kernel, group)
    base = round_up(base, align)
    plan.kernel_inside[group] = inside
    plan.sections[KERNEL, group] = Placed(base, round_up(end, unit))
    return base + round_up(end, unit)


def place_kernel_flash(plan, system, kernel):
    end = system.board.flash_base
    for group in (".vectors", ".text", ".rodata"):
        end = place_group(plan, kernel, group, end)
    return end


def place_fault_record(plan, wiring, kernel, base):
    """The end of it and of what else nothing initializes."""
    size = (kernel.sizes["fault"]
            + fault_levels(wiring) * kernel.sizes["level"])
    others = kernel.sections[".noinit"]
    offsets, end = chain([(size, 8)] + [(s.size, s.align) for s in others])
    base, size_of_all = round_up(base, 8), round_up(end, 8)
    plan.ram_objects = [RamObject("fault_store", "fault record", 0, size,
                                  ".noinit")]
    plan.kernel_inside[".noinit"] = list(zip(offsets[1:],
                                             [s.name for s in others]))
    plan.sections[KERNEL, ".noinit"] = Placed(base, size_of_all)
    return base + size_of_all


def kernel_ram(plan, system, wiring, kernel):
    """{section: (bytes, align)} of all but the fault record. Sizes are whole
    words, because reset.c copies and clears these."""
    sizes, ends = {}, {}
    for group in (".data", ".bss"):
        inside, end = kernel_chain(kernel, group)
        align = max([s.align for s in kernel.sections[group]] + [8])
        plan.kernel_inside[group] = inside
        sizes[group], ends[group] = (round_up(end, WORD), align), end
    objects = list(wanted_objects(system, wiring, kernel.sizes))
    offsets, end = chain([(o[2], o[3]) for o in objects], ends[".bss"])
    plan.ram_objects += [RamObject(o[0], o[1], at, o[2])
                         for o, at in zip(objects, offsets)]
    sizes[".bss"] = round_up(end, WORD), sizes[".bss"][1]
    sizes[".stack"] = round_up(system.board.kernel_stack, 8), 8
    return sizes


def kernel_things(sizes):
    """No region shows them, so they fill gaps. Nobody can cut them short."""
    return [pack.Thing(kernel_ram_name(name), KERNEL, size,
                       pack.plain(size, align))
            for name, (size, align) in sizes.items() if size]


def kernel_ram_name(section):
    return f"{section} of the kernel"


def set_kernel_ram(plan, sizes, spots):
    for name, (size, _) in sizes.items():
        spot = spots.get(kernel_ram_name(name))
        plan.sections[KERNEL, name] = Placed(spot.base if spot else 0, size)
    plan.sections[KERNEL, ".data"].load = plan.images.get(
        image_name(KERNEL, ".data"), 0)


# ---- All of it


def place(system, wiring, kernel, info_size=0):
    """The Plan, or Refused with what to change."""
    plan = Plan(protection.of(system.board), beside=system.beside)
    place_flash(plan, system, kernel, info_size)
    place_ram(plan, system, wiring, kernel)
    return plan


def place_flash(plan, system, kernel, info_size):
    board = system.board
    low = place_kernel_flash(plan, system, kernel)
    check_kernel_flash(board, low - board.flash_base - board.flash_size)
    public_offsets, public_size = public_inside(system)
    unit = plan.unit
    things = [code_thing(unit, p) for p in system.processes]
    if public_size:
        align = max(align_of(p, (".public",)) for p in system.processes)
        things.append(block_thing(unit, "public constants", KERNEL,
                                  public_size, align))
    if info_size:
        things.append(block_thing(unit, "description", KERNEL, info_size, 4))
    things += image_things(system, kernel)
    spots = pack_or_refuse(things, low, board.flash_base + board.flash_size,
                           "flash")
    for process in system.processes:
        set_code(plan, process, spots)
    set_public(plan, system, spots, public_offsets, public_size)
    if info_size:
        plan.info = block_of(plan, spots["description"], info_size)
    plan.images = {name: spot.base for name, spot in spots.items()}
    plan.tables = round_up(pack.end_of(spots, low), 8)


def check_kernel_flash(board, missing):
    if missing > 0:
        raise Refused(f"the kernel alone needs {missing} bytes more flash "
                      f"than board {board.name} has; correct flash in "
                      "board.json, or choose a larger part")


def block_of(plan, spot, used):
    choice = spot.choice
    return Block(spot.base, choice.length, used, choice.granule, choice.tail,
                 choice.fine, plan.unit)


def set_code(plan, process, spots):
    offsets, used = chain_sections(process, CODE)
    block = block_of(plan, spots[f"code of {process.name}"], used)
    plan.code[process.name] = block
    for name, offset in offsets.items():
        plan.sections[process.name, name] = Placed(
            block.base + offset, section_of(process, name).size)


def set_public(plan, system, spots, offsets, size):
    if size:
        plan.public = block_of(plan, spots["public constants"], size)
    base = plan.public.base if size else 0
    for process in system.processes:
        plan.sections[process.name, ".public"] = Placed(
            base + offsets[process.name], section_of(process, ".public").size)


def place_ram(plan, system, wiring, kernel):
    """Fault record first: its address must not move with anything else."""
    board = system.board
    low = place_fault_record(plan, wiring, kernel, board.ram_base)
    high = board.ram_base + board.ram_size
    sizes = kernel_ram(plan, system, wiring, kernel)
    check_kernel_ram(board, low + sum(s for s, _ in sizes.values()) - high)
    things = kernel_things(sizes)
    for process in system.processes:
        thing = memory_thing(plan.unit, process,
                             has_spare_region(plan.unit, wiring, process))
        if thing.used:
            things.append(thing)
        things += [stack_thing(plan.unit, process, t)
                   for t in process.threads]
    spots = pack_or_refuse(things, low, high, "RAM")
    set_kernel_ram(plan, sizes, spots)
    for process in system.processes:
        set_memory(plan, process, spots)
        for thread in process.threads:
            spot = spots[stack_name(process, thread)]
            plan.stacks[process.name, thread.name] = block_of(
                plan, spot, thread.stack)
    plan.ram_end = pack.end_of(spots, low)


def check_kernel_ram(board, missing):
    if missing > 0:
        raise Refused(f"the kernel alone needs {missing} bytes more RAM "
                      f"than the {board.ram_size} that the system may use (ram in "
                      f"board.json of {board.name}, or RAM in cmrx_system()): "
                      "give it more, or use fewer processes or threads")


def has_spare_region(unit, wiring, process):
    """One of those for windows: it can show the tail of its memory."""
    return len(wiring.windows[process.name]) < len(unit.WINDOWS)


def set_memory(plan, process, spots):
    spot = spots.get(f"memory of {process.name}")
    if spot is None:
        for name in WRITABLE:
            plan.sections[process.name, name] = Placed(0, 0)
        return
    granule = spot.choice.granule
    offsets, shared_end, _ = memory_inside(plan.unit, process, granule)
    sizes = {n: section_of(process, n).size for n in WRITABLE}
    plan.memory[process.name] = block_of(plan, spot, sum(sizes.values()))
    if shared_end:
        plan.shared[process.name] = Block(
            spot.base, shared_end, sum(sizes[n] for n in SHARED),
            shared_granule(plan.unit, process, granule), unit=plan.unit)
    for name in WRITABLE:
        plan.sections[process.name, name] = Placed(
            spot.base + offsets[name], sizes[name],
            plan.images.get(image_name(process.name, name)))


# ---- When it does not fit


def pack_or_refuse(things, low, high, where):
    try:
        return pack.pack(things, low, high)
    except pack.DoesNotFit as error:
        missing, thing = error.missing, error.thing
    who = "" if thing.owner == KERNEL else f"process {thing.owner}: "
    cut, what = cheapest(things, low, high)
    if what:
        missing = min(missing, cut)
    raise Refused(f"{who}the {thing.name} ({thing.choices[0].length} bytes) "
                  f"does not fit into {where}; {missing} bytes are missing. "
                  + advice(things, cut, what))


def advice(things, cut, what):
    """What to write so that it fits, and who has most of it."""
    most = ", ".join(f"the {t.name} ({t.choices[0].length} bytes)"
                     for t in largest(things, 3))
    if what:
        return (f"Cheapest change: make the {what.name} {cut} bytes smaller "
                f"({what.used} now, {what.used - cut} is the most that fits). "
                f"The largest are {most}.")
    return f"No single cut helps; the largest are {most}."


def largest(things, count):
    return sorted(things, key=lambda t: -t.choices[0].length)[:count]


def cheapest(things, low, high):
    """(bytes, thing) of the smallest cut of one thing with which all fits;
    (0, None) when there is none among the largest."""
    best, what = 0, None
    for thing in largest([t for t in things if t.shorter], 12):
        most = best - 1 if what else thing.used - 8
        cut = smallest_cut(things, thing, min(most, thing.used - 8), low, high)
        if cut:
            best, what = cut, thing
    return best, what


def smallest_cut(things, thing, most, low, high):
    """Bytes off that thing, at most `most`, so that all fits; 0: not enough."""
    if most <= 0 or not pack.fits(shortened(things, thing, most), low, high):
        return 0
    little, enough = 0, most
    while enough - little > 1:
        middle = (little + enough) // 2
        if pack.fits(shortened(things, thing, middle), low, high):
            enough = middle
        else:
            little = middle
    return enough


def shortened(things, thing, cut):
    """The same things, one of them with `cut` bytes less."""
    other = pack.Thing(thing.name, thing.owner, thing.used - cut,
                       thing.shorter(cut), thing.shorter)
    return [other if t is thing else t for t in things]
