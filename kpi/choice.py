"""Who stands at the edge of the top class: by exact score, equals named as such, never ordered by anything else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby


@dataclass(frozen=True)
class Contender:
    """One person whose exact score reaches the top class, and whether the list gives it to him."""

    who: str
    group: str
    score: Fraction
    chosen: bool


@dataclass(frozen=True)
class Placed:
    """A contender with his place, from 1; equal scores share the place, and `equal` tells that they do."""

    contender: Contender
    place: int
    equal: bool


def by_score(contenders: Iterable[Contender]) -> list[Placed]:
    """Highest exact score first; among equals those whom the list gives the class come first."""
    ordered = sorted(contenders, key=lambda one: (-one.score, not one.chosen))
    placed: list[Placed] = []
    for _score, same in groupby(ordered, key=lambda one: one.score):
        equals = list(same)
        place = len(placed) + 1
        placed += [Placed(one, place, len(equals) > 1) for one in equals]
    return placed


def parted(contenders: Iterable[Contender], room: Mapping[str, int]) -> list[list[Contender]]:
    """Equals of whom some got the top class and some did not: the choice that needs its recorded reason.

    Equals of one group always; of two groups only where the group of the one left out still has room (`room`: group →
    places left), since otherwise its ceiling, not a choice, left him out.
    """
    found = []
    ordered = sorted(contenders, key=lambda one: -one.score)
    for _score, same in groupby(ordered, key=lambda one: one.score):
        equals = list(same)
        chosen = {one.group for one in equals if one.chosen}
        left_out = [
            one
            for one in equals
            if not one.chosen and (one.group in chosen or (chosen and room.get(one.group, 0) > 0))
        ]
        if left_out:
            found.append([one for one in equals if one.chosen] + left_out)
    return found
