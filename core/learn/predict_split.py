"""Which rows are learned from, which calibrate, which judge: by time where there are dates.

A forecast is asked about the future, so the oldest rows teach and the newest judge. Where that is
not possible the rows take turns, which flatters, and it is said so. Colleagues share what is known
of their company and often its decision: a company calibrates or judges once, and only where none of
its people taught.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from core.errors import Invalid

SHARES = ((0.6, 0.2), (0.5, 0.2), (0.4, 0.25))  # taught, calibrating; the rest judges
FEWEST = 10  # of each outcome, to calibrate or to judge
TAUGHT = 15
DAYS = 5  # different ones
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers. By time: `taught`, `calibrating`, `judging`; else `folds` of (taught, judged).
    `why`: why not by time.
    """

    taught: Any
    calibrating: Any
    judging: Any
    folds: tuple[tuple[Any, Any], ...] = ()
    why: str = ""

    @property
    def by_time(self) -> bool:
        """Whether the newest judge."""
        return not self.folds


def split(at: Sequence[datetime | None], outcome: Any, group: Any) -> Split:
    """By time where possible, else in folds that each have about the same share of both outcomes.
    `group`: a number for each company; in folds, `judging` is one row of each.
    """
    why = _unfit(at)
    if not why:
        order = np.array(sorted(range(len(at)), key=lambda n: (at[n] is not None, at[n] or 0)))
        for shares in SHARES:
            found = _cut(order, shares, group)
            if _enough(found, outcome):
                return found
        why = "there are too few of one outcome among the newest companies"
    rows = np.arange(len(outcome))
    once = _once(rows, group)
    few = min(int(outcome[once].sum()), int((~outcome[once]).sum()))
    if few < FEWEST:
        raise Invalid(
            f"The leads come from too few companies: at least {FEWEST} of each outcome are needed, "
            f"and of one there are {few}."
        )
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    parts = tuple(folds.split(rows.reshape(-1, 1), outcome, group))
    return Split(rows, once, once, parts, why)


def _unfit(at: Sequence[datetime | None]) -> str:
    dated = [day for day in at if day is not None]
    if not dated:
        return "the rows have no dates"
    if len(dated) < 0.8 * len(at):
        return f"only {100 * len(dated) // len(at)}% of the rows have a date"
    days = {day.date() for day in dated}
    return "nearly all rows have the same date" if len(days) < DAYS else ""


def _cut(order: Any, shares: tuple[float, float], group: Any) -> Split:
    first = int(len(order) * shares[0])
    second = int(len(order) * (shares[0] + shares[1]))
    calibrating = _once(order[first:second], group, order[:first])
    return Split(order[:first], calibrating, _once(order[second:], group, order[:second]))


def _once(rows: Any, group: Any, known: Any = ()) -> Any:
    """The first row of each company, without those of companies that were known before."""
    _, first = np.unique(group[rows], return_index=True)
    found = rows[np.sort(first)]
    return found[~np.isin(group[found], group[known])] if len(known) else found


def _enough(found: Split, outcome: Any) -> bool:
    parts = (
        (found.taught, TAUGHT), (found.calibrating, FEWEST), (found.judging, FEWEST),
    )  # fmt: skip
    return all(
        min(int(outcome[rows].sum()), int((~outcome[rows]).sum())) >= fewest
        for rows, fewest in parts
    )
