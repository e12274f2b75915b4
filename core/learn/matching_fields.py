"""How much two values of one field speak for or against one person, in bits (log2 of m / u).

m: how often the field agrees so between two records of one person; u: how often between any two
people, taken from how common the value is (Fellegi and Sunter 1969; frequencies after Newcombe
1959). The m are set by hand, on the careful side, and looked at on the FEBRL corpora (Christen
2008): tests/benchmarks/eval_matching_people.py prints what they give.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from core.learn.matching_names import Agreement
from core.learn.matching_text import is_typo, likeness

_NONE: Mapping[str, int] = {}
_STEADY = 1_000  # people added who share nothing, so that a list of ten says little by itself
A = Agreement


@dataclass(frozen=True, slots=True)
class Commonness:
    """How often values of fields occur among `people`, counted on a sample of them."""

    people: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sample: int = 0

    @classmethod
    def of(cls, values: Mapping[str, Iterable[str]], *, people: int, sample: int) -> "Commonness":
        """Counted from the values of each field."""
        counted = {name: Counter(one for one in given if one) for name, given in values.items()}
        return cls(people, counted, sample)

    def share(self, name: str, one: str, other: str | None = None) -> float:
        """How often two people would agree on this value by chance (of two, the commoner)."""
        counts = self.counts.get(name, _NONE)
        most = counts.get(one, 0)
        if other is not None and other != one:
            most = max(most, counts.get(other, 0))
        return max(1, most - 1) / (self.sample + _STEADY)

    def count(self, name: str, value: str) -> int:
        """How often the value was counted."""
        return self.counts.get(name, _NONE).get(value, 0)

    def bits(
        self, name: str, one: str, other: str | None = None, *, least: float, most: float
    ) -> float:
        """What agreement on the value is worth, within bounds."""
        return min(most, max(least, -math.log2(self.share(name, one, other))))


class Told(NamedTuple):
    """One field's word on a pair. `kind` names its sentence."""

    kind: str
    bits: float


# what agreement takes away from the rarity of a name, and what the other levels say by themselves
_LESS_OF_GIVEN = {A.SAME: 0.0, A.PART: 1.0, A.VARIANT: 2.5, A.TYPO: 1.6}
_GIVEN = {A.INITIAL: 0.8, A.SIMILAR: 0.5, A.DIFFERENT: -4.5, A.MISSING: 0.0}
_LESS_OF_FAMILY = {A.SAME: 0.0, A.PART: 2.0, A.VARIANT: 2.0, A.TYPO: 1.6}
_FAMILY = {A.INITIAL: 1.5, A.SIMILAR: 0.5, A.DIFFERENT: -4.0, A.MISSING: 0.0}


def given_name(level: Agreement, rarity: float) -> float:
    """The bits of a given name; `rarity` are those of its plain agreement."""
    less = _LESS_OF_GIVEN.get(level)
    return _GIVEN[level] if less is None else rarity - less


def family_name(level: Agreement, rarity: float) -> float:
    """The bits of a family name. People marry: a different one says less than a given name."""
    less = _LESS_OF_FAMILY.get(level)
    return _FAMILY[level] if less is None else rarity - less


def born(left: str, right: str) -> Told | None:
    """Two birth dates (figures, year first)."""
    if not left or not right:
        return None
    if left == right:
        return Told("born", 11.0)
    if len(left) == len(right) == 8:
        if left[:4] == right[:4] and left[4:6] == right[6:] and left[6:] == right[4:6]:
            return Told("born_turned", 7.0)
        wrong = sum(a != b for a, b in zip(left, right, strict=True))
        if wrong == 1 or (sorted(left) == sorted(right) and wrong == 2):
            return Told("born_typo", 6.0)
    return Told("born_other", -4.5)


def figures(left: str, right: str) -> int:
    """0 equal, 1 one slip (also two figures changed about), 2 other."""
    if left == right:
        return 0
    return 1 if min(len(left), len(right)) >= 2 and is_typo_of_figures(left, right) else 2


@lru_cache(maxsize=65_536)
def is_typo_of_figures(left: str, right: str) -> bool:
    """One figure wrong, or two neighbours changed about."""
    if len(left) != len(right):
        return False
    wrong = sum(a != b for a, b in zip(left, right, strict=True))
    return wrong == 1 or (wrong == 2 and sorted(left) == sorted(right))


@lru_cache(maxsize=131_072)
def place(left: str, right: str) -> int:
    """Two folded names of streets or towns: 0 equal, 1 nearly, 2 alike, 3 other."""
    one, other = left.replace(" ", ""), right.replace(" ", "")
    if one == other:
        return 0
    if is_typo(one, other):
        return 1
    if sorted(left.split()) == sorted(right.split()):
        return 1
    return 2 if likeness(one, other) >= 0.9 else 3


_TAG = re.compile(r"\+.*")


@lru_cache(maxsize=131_072)
def mailbox_name(local: str) -> str:
    """The part before the @ without dots, dashes and +tags."""
    return re.sub(r"[._\-]", "", _TAG.sub("", local))
