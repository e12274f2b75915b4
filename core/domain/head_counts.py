"""How many people a company has, where a list gave a range: the range is shown, its middle is what
is reckoned with.

The range is kept among the company's own fields and counts only as long as the number is its
middle: whoever gave another number since is believed.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

LISTED = "employees as listed"  # the field of a company that keeps the range
MOST = 10_000_000
_SIGNS = re.compile(r"^[<>]?([\d,]+)(?:–([\d,]+)|\+)?$")


class Band(NamedTuple):
    """A number that stands for a range."""

    number: int
    said: str


def written(amounts: list[float], cell: str) -> str | None:
    """The range that a cell with these amounts gives; None where it gives a plain number."""
    shown = [f"{amount:,.0f}" for amount in amounts]
    if len(shown) == 2:
        return "–".join(shown)
    bare = cell.strip()
    if len(shown) != 1 or not (bare[:1] in ("<", ">") or "+" in bare):
        return None
    return f"{bare[0]}{shown[0]}" if bare[0] in "<>" else f"{shown[0]}+"


def of(number: int | None, own: Mapping[str, Any] | None) -> int | Band | None:
    """A company's head count by its number and its own fields."""
    said = own.get(LISTED) if own else None
    if number is None or not isinstance(said, str) or _middle(said) != number:
        return number
    return Band(number, said)


def told(number: int | None, own: Mapping[str, Any] | None) -> int | str | None:
    """The range where there is one, else the number."""
    found = of(number, own)
    return found.said if isinstance(found, Band) else found


def agree(one: int | Band | None, other: int | Band | None) -> bool:
    """Whether both can be true: the same, or a number within the other's range."""
    if isinstance(one, Band) and isinstance(other, int):
        return other in _span(one.said)
    if isinstance(one, int) and isinstance(other, Band):
        return one in _span(other.said)
    return one == other


@lru_cache(maxsize=4096)
def _middle(said: str) -> int | None:
    numbers = _numbers(said)
    return round(sum(numbers) / len(numbers)) if numbers else None


@lru_cache(maxsize=4096)
def _span(said: str) -> range:
    numbers = _numbers(said)
    least = 0 if said.startswith("<") else numbers[0]
    most = numbers[-1] if len(numbers) == 2 or said.startswith("<") else MOST
    return range(least, most + 1)


def _numbers(said: str) -> list[int]:
    found = _SIGNS.match(said)
    return [int(one.replace(",", "")) for one in found.groups() if one] if found else []
