"""pack.py - places things in memory so that little of it is lost.

A thing has choices: how long it is with some granule, on which addresses it
may begin, and which boundaries it must not cross (the region whose eighths it
takes). First fit into the gaps that the earlier ones have left, the coarsest
first; then other orders are tried for a while, and the best one is kept.
The result depends on nothing but the arguments. Why: doc/design/0010-packing.md.
"""

from collections import namedtuple
from math import gcd

from .record import field, record

PATIENCE = 1000  # orders tried, times the number of things
FAR = 1 << 40  # above all addresses


# step: it begins on a multiple of this. block: its head lies in one aligned block
# of so many bytes; 0: any. granule: bytes of an eighth of the head; 0: not made of
# eighths. tail: bytes after the head that a second region shows. fine: bytes of an
# eighth of the tail.
Choice = namedtuple("Choice", "length step block granule tail fine",
                    defaults=(0, 0, 0, 0))


@record
class Thing:
    name: str
    owner: str  # the process that has to shrink if it does not fit
    used: int  # bytes of contents
    choices: list = field(default_factory=list)  # of Choice, the best first
    shorter: object = None  # choices when so many bytes are cut; None: never


class Spot(namedtuple("Spot", "base choice")):
    __slots__ = ()

    @property
    def end(self):
        return self.base + self.choice.length


class DoesNotFit(Exception):
    """Without a limit, all would end `missing` bytes too high. `thing` is what
    ends highest of what can be made smaller."""

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
        length = round_up(length_at(granule), granule)
        if length > 8 * granule:
            continue
        if found and (not coarser or length > found[0].length):
            break
        step = max(granule, align)
        found.append(Choice(length, step, 8 * granule, granule))
    return found


def with_tail(length_at, align, granules):
    """Choices of a thing that two regions show: whole eighths, and in eighths
    of their own the rest, which is less than one of them.

    The tail begins on a multiple of the granule and ends before the next: no
    boundary of its region can lie in it, wherever the head is.
    """
    found = []
    for granule in granules:
        length = length_at(granule)
        rest = length % granule
        if length < granule:
            break
        if rest and length < 9 * granule:
            fine = next(g for g in granules if 8 * g >= rest)
            tail = round_up(rest, fine)
            found.append(Choice(length - rest + tail, max(granule, align),
                                8 * granule, granule, tail, fine))
    return found


def plain(length, align):
    """The only choice of a thing that no region shows."""
    return [Choice(length, align)]


def best_of(*found):
    """Choices of one thing, the shortest first; none that is as long as
    another of its granule and takes a second region in vain."""
    choices = sorted((c for some in found for c in some),
                     key=lambda c: (c.length, c.granule, c.tail))
    seen = set()
    return [c for c in choices
            if (c.length, c.granule) not in seen
            and not seen.add((c.length, c.granule))]


# ---- Where it goes


def first_base(low, high, choice):
    """The lowest place for `choice` in the gap [low, high), or None."""
    length, step, block, _, tail, _ = choice
    base = -(-low // step) * step
    if block and base // block != (base + length - tail - 1) // block:
        base = round_up(base, max(block, step))
    return base if base + length <= high else None


def lowest(gaps, choice):
    """(index of the gap, base) of the first place for it, or None."""
    length = choice[0]
    for index, (low, high) in enumerate(gaps):
        if high - low >= length:
            base = first_base(low, high, choice)
            if base is not None:
                return index, base
    return None


def best_spot(gaps, thing):
    """(index of the gap, Spot): of all choices that which ends first. None: all
    end too high."""
    best, least_end = None, FAR + 1
    for choice in thing.choices:
        found = lowest(gaps, choice)
        if found and found[1] + choice[0] < least_end:
            best, least_end = (found[0], Spot(found[1], choice)), \
                found[1] + choice[0]
    return best


def take(gaps, index, base, end):
    """[base, end) of that gap is taken; what is left of it stays a gap."""
    low, high = gaps[index]
    if low < base:
        gaps[index] = low, base
        if end < high:
            gaps.insert(index + 1, (end, high))
    elif end < high:
        gaps[index] = end, high
    else:
        del gaps[index]


def place(things, low, most=FAR):
    """{name: Spot} of the things, taken in that order, from `low` up; None if
    one would end above `most`."""
    gaps, spots = [(low, most)], {}
    for thing in things:
        found = best_spot(gaps, thing)
        if found is None:
            return None
        index, spot = found
        spots[thing.name] = spot
        take(gaps, index, spot[0], spot[0] + spot[1][0])
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


def stride(count):
    """A step that leads through all of `count` numbers, far from each other."""
    return next(n for n in range(5 * count // 8 + 1, 2 * count + 2)
                if gcd(n, count) == 1)


def moves(things):
    """Orders in which one thing comes earlier, or two are swapped. Patience
    ends long before they do, so neighbours are tried far from each other."""
    count = len(things)
    total, step = count * count, stride(count * count)
    for number in range(1, total + 1):
        source, target = divmod(number * step % total, count)
        if source < target:
            order = list(things)
            order[source], order[target] = order[target], order[source]
            yield order
        elif source > target:
            order = things[:source] + things[source + 1 :]
            order.insert(target, things[source])
            yield order


def better(order, end, low, patience):
    """(order, end) with a lower end and the patience left, or None."""
    for other in moves(order):
        if patience <= 0:
            return None
        patience -= 1
        spots = place(other, low, end - 1)
        if spots is not None:
            return other, end_of(spots, low), patience
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
    missing = end_of(spots, low) - high
    if missing > 0:
        can_be_cut = [t for t in things if t.shorter] or things
        raise DoesNotFit(max(can_be_cut, key=lambda t: spots[t.name].end),
                         missing)
    return spots


def fits(things, low, high):
    """Would pack() place them? The same, but it ends at the first yes."""
    if low + least(things) > high:
        return False
    patience = PATIENCE // (len(things) + 1)
    return any(improve(order, low, patience, high)[0] <= high
               for order in starts(things))
