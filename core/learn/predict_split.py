"""Which rows are learned from, which calibrate, which judge: by time where there are dates.

A forecast is asked about the future, so the oldest rows teach and the newest judge. Where that is
not possible the rows take turns, which flatters, and it is said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

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


def split(at: Sequence[datetime | None], outcome: Any) -> Split:
    """By time where possible, else in folds that each have the same share of both outcomes."""
    why = _unfit(at)
    if not why:
        order = np.array(sorted(range(len(at)), key=lambda n: (at[n] is not None, at[n] or 0)))
        for shares in SHARES:
            found = _cut(order, shares)
            if _enough(found, outcome):
                return found
        why = "there are too few of one outcome in the newest rows"
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    rows = np.arange(len(outcome))
    parts = tuple(folds.split(rows.reshape(-1, 1), outcome))
    return Split(rows, rows, rows, parts, why)


def _unfit(at: Sequence[datetime | None]) -> str:
    dated = [day for day in at if day is not None]
    if not dated:
        return "the rows have no dates"
    if len(dated) < 0.8 * len(at):
        return f"only {100 * len(dated) // len(at)}% of the rows have a date"
    days = {day.date() for day in dated}
    return "nearly all rows have the same date" if len(days) < DAYS else ""


def _cut(order: Any, shares: tuple[float, float]) -> Split:
    first = int(len(order) * shares[0])
    second = int(len(order) * (shares[0] + shares[1]))
    return Split(order[:first], order[first:second], order[second:])


def _enough(found: Split, outcome: Any) -> bool:
    parts = (
        (found.taught, TAUGHT), (found.calibrating, FEWEST), (found.judging, FEWEST),
    )  # fmt: skip
    return all(
        min(int(outcome[rows].sum()), int((~outcome[rows]).sum())) >= fewest
        for rows, fewest in parts
    )
