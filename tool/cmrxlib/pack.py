"""pack.py - places things in memory so that little of it is lost.

A thing has choices: how long it is with some granule, on which addresses it
may begin, and which boundaries it must not cross (the region whose eighths it
takes). First fit into the gaps that the earlier ones have left, the coarsest
first; then other orders are tried for a while, and the best one is kept.
The result depends on nothing but the arguments.
"""

from dataclasses import dataclass, field


PATIENCE = 1500  # orders tried, times the number of things


@dataclass(frozen=True)
class Choice:
    length: int
    step: int  # it begins on a multiple of this
    block: int = 0  # and lies in one aligned block of this many bytes; 0: any
    granule: int = 0  # bytes of an eighth; 0: not made of eighths


@dataclass
class Thing:
    name: str
    owner: str  # the process that has to shrink if it does not fit
    used: int  # bytes of contents
    choices: list = field(default_factory=list)  # of Choice, the best first
    need: object = None  # bytes by granule; None: not made of eighths
    coarser: bool = True  # may take a coarser granule of the same length
    align: int = 4  # that its contents need


@dataclass(frozen=True)
class Spot:
    base: int
    choice: Choice

    @property
    def end(self):
        return self.base + self.choice.length


class DoesNotFit(Exception):
    """Even without a limit it would end `missing` bytes too high."""

    def __init__(self, thing, missing):
        super().__init__(thing.name)
        self.thing, self.missing = thing, missing


def round_up(value, multiple):
    return -(-value // multiple) * multiple


# ---- What a thing can be


def in_eighths(length_at, align, granules, coarser=True):
    """Choices of a thing that takes `length_at(granule)` bytes, or None.

    The smallest granule wastes least; a coarser one of the same length has
    more places to go.
    """
    found = []
    for granule in granules:
        length = length_at(granule)
        if length > 8 * granule:
            continue
        if found and (not coarser or length > found[0].length):
            break
        step = max(granule, align)
        found.append(Choice(length, step, 8 * granule, granule))
    return found


def plain(length, align):
    """The only choice of a thing that no region shows."""
    return [Choice(length, align)]


# ---- Where it goes


def first_base(low, high, choice):
    """The lowest place for `choice` in the gap [low, high), or None."""
    base = round_up(low, choice.step)
    if choice.block:
        last = base + choice.length - 1
        if base // choice.block != last // choice.block:
            base = round_up(base, max(choice.block, choice.step))
    return base if base + choice.length <= high else None


def best_spot(gaps, thing):
    """(index of the gap, Spot): the shortest choice, then the lowest place."""
    best = None
    for choice in thing.choices:
        if best and choice.length > best[1].choice.length:
            break
        for index, (low, high) in enumerate(gaps):
            base = first_base(low, high, choice)
            if base is None:
                continue
            if best is None or base < best[1].base:
                best = index, Spot(base, choice)
            break
    return best


def split(gaps, index, spot):
    low, high = gaps[index]
    rest = [(low, spot.base), (spot.end, high)]
    gaps[index : index + 1] = [gap for gap in rest if gap[0] < gap[1]]


def place(things, low, roof=1 << 40):
    """{name: Spot} of the things, taken in that order, from `low` up."""
    gaps, spots = [(low, roof)], {}
    for thing in things:
        index, spot = best_spot(gaps, thing)
        spots[thing.name] = spot
        split(gaps, index, spot)
    return spots


def end_of(spots, low):
    return max([spot.end for spot in spots.values()], default=low)


# ---- Which order is best


def coarse(thing):
    first = thing.choices[0]
    return -first.granule, -first.step, -first.length


def long(thing):
    return -thing.choices[0].length


def tight(thing):
    return -min(c.step for c in thing.choices), -thing.choices[0].length


def moves(things):
    """Orders that differ in the place of one thing, or swap two."""
    for source in range(len(things)):
        for target in range(len(things)):
            if source != target:
                order = things[:source] + things[source + 1 :]
                order.insert(target, things[source])
                yield order
            if source < target:
                order = list(things)
                order[source], order[target] = order[target], order[source]
                yield order


def better(order, end, low, patience):
    """(order, end) with a lower end and the patience left, or None."""
    for other in moves(order):
        if patience <= 0:
            return None
        patience -= 1
        found = end_of(place(other, low), low)
        if found < end:
            return other, found, patience
    return None


def least(things):
    """Bytes, when nothing is lost between them."""
    return sum(thing.choices[0].length for thing in things)


def improve(order, low, patience, goal=0):
    """(end, order) after all the steps downhill that patience allows, or as
    many as lead to an end at `goal` or below."""
    end = end_of(place(order, low), low)
    goal = max(goal, low + least(order))
    while end > goal:
        step = better(order, end, low, patience)
        if step is None:
            break
        order, end, patience = step
    return end, order


def starts(things):
    return [sorted(things, key=key) for key in (coarse, long, tight)]


def search(things, low):
    """The best spots found with limited patience."""
    patience = PATIENCE // (len(things) + 1)
    found = [improve(order, low, patience) for order in starts(things)]
    return place(min(found, key=lambda pair: pair[0])[1], low)


def pack(things, low, high):
    """{name: Spot} of all things in [low, high), or DoesNotFit."""
    spots = search(things, low)
    over = [t for t in things if spots[t.name].end > high]
    if over:
        last = max(over, key=lambda t: spots[t.name].end)
        raise DoesNotFit(last, spots[last.name].end - high)
    return spots


def fits(things, low, high):
    """Would pack() place them? The same, but it ends at the first yes."""
    if low + least(things) > high:
        return False
    patience = PATIENCE // (len(things) + 1)
    return any(improve(order, low, patience, high)[0] <= high
               for order in starts(things))
