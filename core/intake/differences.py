"""What a list says otherwise than what stays: counted by field, with the first few of them."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

from core.domain import head_counts

SHOWN = 20
LONGEST = 80  # characters of a value
OWN = "own."  # before the heading of a field of the client's own
_CALLED = {"name": "company", "domain": "website"}  # columns of a company


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that stays. `key` is the address of a contact, or what a company is known by."""

    key: str
    field: str  # as columns.FIELDS calls it, or OWN and a heading
    stays: str
    listed: str


@dataclass(slots=True)
class Differences:
    """Values that stay though the list has others; the same one of a company counts once."""

    counts: dict[str, int] = field(default_factory=dict)
    first: list[Difference] = field(default_factory=list)
    _seen: set[tuple[str, str, str]] = field(default_factory=set, repr=False, compare=False)

    def note(
        self,
        key: str,
        known: Mapping[str, Any],
        given: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> None:
        """What a row gives of somebody known, before the `changes` that come of it are made."""
        for name, value in given.items():
            old = known.get(name)
            if old == value or not old or isinstance(value, list):  # lists are joined
                continue
            if isinstance(value, dict):
                self._note_own(key, old, value)
            elif name == "employees":
                both = [head_counts.of(one[name], one.get("custom")) for one in (known, given)]
                if name not in changes and not head_counts.agree(*both):
                    self._note(key, name, *both)
            elif name not in changes:
                self._note(key, _CALLED.get(name, name), old, value)

    def _note_own(self, key: str, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        for heading, value in given.items():
            if heading != head_counts.LISTED and known.get(heading, value) != value:
                self._note(key, OWN + heading, known[heading], value)

    def _note(self, key: str, name: str, old: Any, value: Any) -> None:
        stays, listed = _text(old), _text(value)
        lower = listed.casefold()
        mark = (key, name, lower)
        if lower == stays.casefold() or mark in self._seen or not stays:
            return
        self._seen.add(mark)
        self.counts[name] = self.counts.get(name, 0) + 1
        if len(self.first) < SHOWN:
            self.first.append(Difference(key, name, stays, listed))

    def add(self, other: "Differences") -> None:
        """Those of the rows after."""
        for name, number in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + number
        self.first += other.first[: SHOWN - len(self.first)]

    @property
    def total(self) -> int:
        """How many values stay."""
        return sum(self.counts.values())

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"counts": self.counts, "first": [list(astuple(one)) for one in self.first]}


def read(document: Mapping[str, Any] | None) -> Differences:
    """What `document` wrote."""
    if not document:
        return Differences()
    first: Sequence[Sequence[str]] = document["first"]
    return Differences(dict(document["counts"]), [Difference(*one) for one in first])


def _text(value: Any) -> str:
    if type(value) is str:
        return value[:LONGEST]
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, head_counts.Band):
        return value.said
    return f"{value:,}" if isinstance(value, int) else str(value)
