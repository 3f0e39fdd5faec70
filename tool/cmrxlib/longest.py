"""longest.py - the longest way through a piece of machine code, in instructions.

A way begins at an entry and ends where the code is left (a return, the end of an
exception) or at a cut: where the kernel takes an interrupt or looks for one, so that
what follows is a stretch of its own. Each loop has a number of turns. Nothing is
known of the values of registers: a way is a chain of branches, and many are none that
can be gone. So what is found is a bound, and no measurement can be above it.

For each function there are four numbers (Way), None where there is no such way:

    through   from its begin to its return, without a cut
    cut       from its begin to a cut
    rest      from behind a cut to its return
    inside    from behind a cut to a cut
"""

from collections import namedtuple

from . import thumb

Way = namedtuple("Way", "through cut rest inside")
NO_WAY = Way(None, None, None, None)


class Endless(Exception):
    """Nothing can be said: recursion, a jump to an unknown place."""


def plus(*numbers):
    return None if None in numbers else sum(numbers)


def most(*numbers):
    return max((n for n in numbers if n is not None), default=None)


def components(nodes, following):
    """Strongly connected ones, lists of nodes, in an order in which ways go (Tarjan,
    without recursion)."""
    index, low, stack, waiting, found = {}, {}, [], set(), []

    def enter(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        waiting.add(node)
        return node, iter([n for n in following.get(node, ()) if n in nodes])

    def leave(node):
        if low[node] == index[node]:
            at = stack.index(node)
            found.append(stack[at:])
            waiting.difference_update(stack[at:])
            del stack[at:]

    for root in sorted(nodes):
        work = [enter(root)] if root not in index else []
        while work:
            node, others = work[-1]
            other = next(others, None)
            if other is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                leave(node)
            elif other not in index:
                work.append(enter(other))
            elif other in waiting:
                low[node] = min(low[node], index[other])
    return found[::-1]


class Graph:
    """following: node -> nodes; cost: node -> instructions, None: no way leads on;
    turns(nodes from which a loop goes back) -> number."""

    def __init__(self, following, cost, turns):
        self.following, self.cost, self.turns = following, cost, turns

    def reached(self, sources):
        seen, work = set(), list(sources)
        while work:
            node = work.pop()
            if node not in seen:
                seen.add(node)
                if self.cost[node] is not None:
                    work += self.following[node]
        return seen

    def before(self, sources):
        """Node -> the most that comes before it; sources: the same, to begin with."""
        nodes = self.reached(sources)
        return self._over(nodes, {n: self.following[n] if self.cost[n] is not None
                                  else [] for n in nodes}, sources)

    def _over(self, nodes, following, sources):
        found = dict(sources)
        for part in components(nodes, following):
            if len(part) > 1 or part[0] in following[part[0]]:
                self._loop(part, following, found)
            for node in part:
                if node in found and self.cost[node] is not None:
                    for other in following[node]:
                        if other in nodes and (other not in part):
                            found[other] = most(found.get(other),
                                                found[node] + self.cost[node])
        return found

    def _loop(self, part, following, found):
        """All turns, and then a part of one more. Loops within are turned in each."""
        part = set(part)
        heads = {node for node in part if node in found}
        if not heads:
            return
        once = {n: [m for m in following[n] if m in part and m not in heads]
                for n in part}
        within = self._over(part, once, dict.fromkeys(heads, 0))
        back = [n for n in part if heads & set(following[n]) and n in within
                and self.cost[n] is not None]
        turn = most(*(within[n] + self.cost[n] for n in back)) or 0
        closing = [n for n in back if any(m <= n for m in heads & set(following[n]))]
        begin = max(found[node] for node in heads) + turn * (
            self.turns(sorted(closing or back)) if back else 0)
        found.update((node, begin + count) for node, count in within.items())


class Longest:
    """Of a program. code: address -> thumb.Instruction; name_of(address); turns as
    in Graph, and with those of `scopes` (names of functions) that are called on the
    way to the loop, for a loop may have less turns below some; never: addresses that
    no way that counts comes by; cuts: function -> instructions from where it is called
    to the end of the stretch if that ends there; ends: addresses at which a way ends;
    pointers: name of a function -> where its jumps through pointers lead."""

    def __init__(self, code, name_of, turns, never=(), cuts=None, ends=(),
                 pointers=None, scopes=()):
        self.code, self.name_of, self.turns = code, name_of, turns
        self.never, self.cuts, self.ends = set(never), cuts or {}, set(ends)
        self.pointers, self.scopes = pointers or {}, frozenset(scopes)
        self._ways, self._open = {}, []

    def way(self, entry):
        if entry in self.never:
            return NO_WAY
        if entry in self._open:
            raise Endless(" -> ".join(map(self.name_of, self._open + [entry])))
        known = entry, self.below()
        if known not in self._ways:
            self._open.append(entry)
            self._ways[known] = Frame(self, entry).way()
            self._open.pop()
        return self._ways[known]

    def below(self):
        """The scopes that are open."""
        return self.scopes.intersection(map(self.name_of, self._open))

    def turns_here(self, closing):
        return self.turns(closing, self.below())

    def allows(self, here, there):
        """May the second instruction follow the first, which may be a return?"""
        if here not in self.code:  # the second of two that are read as one
            return True
        if here in self.never or there in self.never:
            return False
        instruction = self.code[here]
        following, called, is_return = self.step(here)
        return (is_return or there in following or there in called
                or here < there < here + instruction.size
                or is_into_what_follows(instruction) and
                self.name_of(there) == self.name_of(here))

    def length(self, entry):
        """The longest stretch that begins at an entry, or behind a cut after it."""
        return most(*self.way(entry))

    # ---- Single instructions

    def behind(self, instruction):
        after = instruction.address + instruction.size
        return [after] if after in self.code else []

    def rest_of_function(self, address):
        name = self.name_of(address)
        return [a for a in self.code if a > address and self.name_of(a) == name]

    def through_pointer(self, address):
        name = self.name_of(address)
        if name not in self.pointers:
            raise Endless(f"{name} jumps through a pointer; nobody says where to")
        return self.pointers[name]

    def step(self, address):
        """(addresses that may come next, what is called, does it return?)"""
        instruction = self.code[address]
        name, conditional = thumb.split_condition(instruction.mnemonic)
        operands, after = instruction.operands, self.behind(instruction)
        if name in thumb.BRANCHES or name in thumb.COMPARE_BRANCHES:
            return ([] if name == "b" else after) + [
                thumb.branch_to(operands)], [], False
        if name == "bl":
            called = thumb.branch_to(operands)
            if thumb.TABLE_JUMPS.match(self.name_of(called)):
                return self.rest_of_function(address), [], False
            return after, [called], False
        if thumb.returns(name, operands) or thumb.is_variadic_return(
                self.code, address):
            return after if conditional else [], [], True
        if name in ("udf", "bkpt"):
            return [], [], False
        return self.jump(address, name, operands, after)

    def jump(self, address, name, operands, after):
        if is_into_what_follows(self.code[address]):
            return after, [], False
        if thumb.is_table(name, operands) and (
                name != "ldr" or self.name_of(address) not in self.pointers):
            return self.rest_of_function(address), [], False
        if thumb.is_unknown_jump(name, operands) or thumb.is_table(name, operands):
            where = self.through_pointer(address)
            if name == "blx":
                return after, where, False
            return [a for a in where if a], [], None in where
        return after, [], False


class Frame:
    """All that is reached from an entry without a call."""

    def __init__(self, longest, entry):
        self.longest, self.entry = longest, entry
        self.following, self.cost = {}, {}
        self.returns, self.cut, self.fresh = set(), {}, {}
        self.rest = self.inside = None
        work = [entry]
        while work:
            address = work.pop()
            if address not in self.following:
                self._read(address)
                work += self.following[address]

    def _read(self, address):
        longest = self.longest
        self.following[address], self.cost[address] = [], None
        if address in longest.never:
            return
        if address in longest.ends and address != self.entry:
            self.cut[address], self.cost[address] = 0, 0
        elif address in longest.cuts and address != self.entry:
            self._cut_here(address)
        else:
            self._instruction(address)

    def _cut_here(self, address):
        """A function that is a cut, and is jumped to: it returns for this one."""
        self.cut[address] = self.longest.cuts[address]
        way = self.longest.way(address)
        self.inside = most(self.inside, way.cut, way.inside)
        self.rest = most(self.rest, way.through, way.rest)

    def _instruction(self, address):
        following, called, is_return = self.longest.step(address)
        here = instructions(self.longest.code[address])
        self.following[address] = following
        self.cost[address] = here
        if is_return:
            self.returns.add(address)
        if called:
            self._called(address, here, [self._way_of(c) for c in called])

    def _way_of(self, called):
        way = self.longest.way(called)
        if called not in self.longest.cuts:
            return way
        return Way(None, self.longest.cuts[called], most(way.through, way.rest),
                   most(way.cut, way.inside))

    def _called(self, address, here, ways):
        through, cut, rest, inside = (most(*each) for each in zip(*ways))
        self.cost[address] = plus(here, through)
        if cut is not None:
            self.cut[address] = here + cut
        self.inside = most(self.inside, inside)
        if rest is not None:
            for other in self.following[address]:
                self.fresh[other] = most(self.fresh.get(other), rest)

    def _from(self, graph, sources):
        """(the most to a return, the most to a cut)"""
        before = graph.before(sources) if sources else {}
        return (most(*(plus(before[a], self.cost[a]) for a in self.returns
                       if a in before)),
                most(*(before[a] + more for a, more in self.cut.items()
                       if a in before)))

    def way(self):
        graph = Graph(self.following, self.cost, self.longest.turns_here)
        through, cut = self._from(graph, {self.entry: 0})
        rest, inside = self._from(graph, self.fresh)
        return Way(through, cut, most(rest, self.rest), most(inside, self.inside))


def is_into_what_follows(instruction):
    """A jump that leaves out some of a row of stores: all count."""
    return instruction.mnemonic in ("bx", "blx") and "(" in instruction.operands


def instructions(instruction):
    """A parser (processor.py) makes one of two that are a far call."""
    return 2 if instruction.size > 4 else 1
