"""All pairs: few sets of values in which every pair of values of two parameters occurs.

The sets are made greedily (as in AETG): each starts with a pair that is still missing, and takes for every other
parameter the value that adds most missing pairs. A set that is not allowed is not made; a pair that no allowed set can
have is left out.
"""
from itertools import combinations


def all_pairs(values, allowed=lambda chosen: True):
    """Returns sets of values. `allowed` also judges incomplete sets, and accepts what may become allowed."""
    names = list(values)
    missing = {
        ((a, x), (b, y)) for a, b in combinations(names, 2) for x in values[a] for y in values[b] if allowed({a: x, b: y})
    }
    sets = []
    for pair in sorted(missing):
        if pair not in missing:
            continue
        chosen = complete(dict(pair), names, values, missing, allowed)
        if chosen is None:
            missing.discard(pair)
            continue
        missing -= set(pairs_of(chosen, names))
        sets.append(chosen)
    return sets


def complete(chosen, names, values, missing, allowed):
    """Adds a value for each other parameter, and goes back where no value is allowed."""
    rest = [name for name in names if name not in chosen]
    if not rest:
        return chosen if allowed(chosen) else None
    name = rest[0]
    gain = lambda value: sum(  # noqa: E731
        pair in missing for pair in pairs_of(chosen | {name: value}, names) if (name, value) in pair)
    for value in sorted(values[name], key=lambda value: -gain(value)):
        if allowed(chosen | {name: value}):
            found = complete(chosen | {name: value}, names, values, missing, allowed)
            if found is not None:
                return found
    return None


def pairs_of(chosen, names):
    in_order = [(name, chosen[name]) for name in names if name in chosen]
    return combinations(in_order, 2)
