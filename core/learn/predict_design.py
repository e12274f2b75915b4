"""Values as steps that a model adds up: numbers as thresholds passed, choices as one of several.

What is not known is neither more nor less: it stands at the mean, with a step of its own. A
design is a document (JSON): nothing of it can be executed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.domain import criteria
from core.learn.predict_columns import Column, Kind, days_before, value_of

STEPS = 8  # parts of a number
LEVELS = 24  # values of a choice that are told apart
FEWEST = 10  # rows of a value, to be told apart


class Part(BaseModel):
    """One column of the design. `edges` for numbers and days, else `levels` as they are compared
    and `labels` as they are written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    known: tuple[float, ...] = ()  # the mean of each step where the value is known

    @property
    def width(self) -> int:
        """How many steps: the thresholds or values, others (of a choice), and not known."""
        others = 1 if self.kind is Kind.CHOICE else 0
        return len(self.edges) + len(self.levels) + others + 1


def part_of(column: Column, at: Sequence[datetime | None], rows: Sequence[int]) -> Part | None:
    """The column as these rows show it; None where it says the same in all of them."""
    if column.kind in (Kind.NUMBER, Kind.DATE):
        return _of_numbers(column, at, rows)
    if column.kind in (Kind.CHOICE, Kind.WORDS):
        return _of_values(column, rows)
    return None


def steps(part: Part, values: Iterable[Any]) -> Any:
    """The matrix of one column: a row of 0 and 1 for each value (as `value_of` gives it)."""
    given = list(values)
    found = np.zeros((len(given), part.width))
    missing = np.array([value is None for value in given], dtype=bool)
    if part.edges:
        numbers = np.array([np.nan if value is None else float(value) for value in given])
        found[:, : len(part.edges)] = numbers[:, None] >= np.array(part.edges)[None, :]
    else:
        _mark(part, given, found)
    if missing.any():
        found[missing, :-1] = part.known or 0.0
        found[missing, -1] = 1.0
    return found


def values_of(part: Part, column: Column, at: Sequence[datetime | None]) -> list[Any]:
    """A column of a history as its part reads it."""
    if part.kind is Kind.DATE:
        return [days_before(value, day) for value, day in zip(column.values, at, strict=True)]
    return column.values


def worded(part: Part, value: Any) -> str:
    """The value in words, as in `Employees: 50 to 200` or `Country: not known`."""
    if value is None:
        return f"{part.name}: not known"
    if part.kind is Kind.NUMBER or part.kind is Kind.DATE:
        return f"{part.name}: {_between(part, float(value))}"
    if part.kind is Kind.WORDS:
        named = [label for level, label in zip(part.levels, part.labels, strict=True)
                 if level in value]  # fmt: skip
        return f"{part.name}: {', '.join(named[:3]) if named else 'none of the usual ones'}"
    for level, label in zip(part.levels, part.labels, strict=True):
        if level == value:
            return f"{part.name}: {label}"
    return f"{part.name}: another value"


def read_value(part: Part, value: Any, at: datetime | None) -> Any:
    """A lead's value as the part reads it."""
    return value_of(part.kind, value, at)


def _of_numbers(column: Column, at: Sequence[datetime | None], rows: Sequence[int]) -> Part | None:
    blank = Part(name=column.name, kind=column.kind)
    every = values_of(blank, column, at)
    known = [float(every[n]) for n in rows if every[n] is not None]
    if len(known) < FEWEST:
        return None
    edges = np.unique(np.quantile(known, np.linspace(0, 1, STEPS + 1)[1:-1]))
    edges = edges[edges > min(known)]
    if not len(edges):  # one value nearly everywhere: whether it is more than that
        above = [value for value in known if value > min(known)]
        edges = np.array([min(above)]) if len(above) >= FEWEST else edges
    if not len(edges) and len(known) == len(rows):
        return None
    part = Part(name=column.name, kind=column.kind, edges=tuple(float(e) for e in edges))
    return _with_means(part, known) if part.edges else None


def _of_values(column: Column, rows: Sequence[int]) -> Part | None:
    counted = Counter[str]()
    for n in rows:
        value = column.values[n]
        if value is not None:
            counted.update(value if isinstance(value, frozenset) else (value,))
    levels = tuple(level for level, count in counted.most_common(LEVELS) if count >= FEWEST)
    if not levels:
        return None
    part = Part(
        name=column.name,
        kind=column.kind,
        levels=levels,
        labels=tuple(criteria.spoken(column.spelt.get(level, level)) for level in levels),
    )
    return _with_means(part, [column.values[n] for n in rows if column.values[n] is not None])


def _with_means(part: Part, known: Sequence[Any]) -> Part:
    means = steps(part, known)[:, :-1].mean(axis=0)
    return part.model_copy(update={"known": tuple(float(mean) for mean in means)})


def _mark(part: Part, given: Sequence[Any], found: Any) -> None:
    places = {level: place for place, level in enumerate(part.levels)}
    others = len(part.levels) if part.kind is Kind.CHOICE else None
    for row, value in enumerate(given):
        for one in value if isinstance(value, frozenset) else (value,):
            place = places.get(one, others) if one is not None else None
            if place is not None:
                found[row, place] = 1.0


def _between(part: Part, value: float) -> str:
    low = max((edge for edge in part.edges if edge <= value), default=None)
    high = min((edge for edge in part.edges if edge > value), default=None)
    unit = " days before" if part.kind is Kind.DATE else ""
    if low is None:
        return f"below {_figure(high)}{unit}"
    if high is None:
        return f"{_figure(low)} or more{unit}"
    return f"{_figure(low)} to {_figure(high)}{unit}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
