"""Columns that tell the outcome because they were written after it: found, and said why.

A forecast learned from them looks brilliant and is worth nothing, for on the day it is asked they
are empty. Each rule asks for more than chance could give, so that a good column is not thrown out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from scipy.stats import binom, hypergeom, rankdata

from core.learn.predict_columns import Column, Kind

NEAR_PERFECT = 0.95  # AUC of a column alone
SPEAKING = 0.7  # AUC from which a name that speaks of the outcome is believed
BY_CHANCE = 1e-6
PURE = 0.98
HARDLY = 0.02
_PARTS = 10
_AFTERWARDS = re.compile(
    r"\b(won|lost|win|closed?|closing|deal|contract|invoiced?|signed|customer|churn(ed)?|"
    r"convert(ed)?|conversion|outcome|result|stage|status|paid|payment|booked|vertrag|rechnung|"
    r"abschluss|gewonnen|verloren|kunde|facture|contrat|gagn[ée]|perdu|ganad[oa]|perdid[oa])\b"
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that is not learned from, and why; `leak`: it was known afterwards only."""

    name: str
    reason: str
    leak: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the rows beside the columns: outcome, day of each, day of its outcome, and
    a number for its company.
    """

    outcome: Any  # numpy array of bool
    at: Sequence[datetime | None]
    ended: Sequence[datetime | None]
    group: Any  # numpy array of int


def judged(column: Column, told: Told) -> LeftOut | None:
    """Why the column must be left out; None where it may be learned from."""
    if column.kind is Kind.EMPTY:
        return LeftOut(column.name, "It is empty.")
    for rule in (_later, _one_sided, _running_number, _pure, _near_perfect):
        if reason := rule(column, told):
            return LeftOut(column.name, reason, leak=True)
    reason = _useless(column)
    return LeftOut(column.name, reason) if reason else None


def _useless(column: Column) -> str | None:
    filled = sum(column.filled)
    if filled < HARDLY * len(column.values):
        return "It is hardly ever filled."
    if column.kind is Kind.NUMBERING:
        return "It numbers the rows: every value comes once."
    if column.kind is Kind.TEXT:
        return "It is free text: hardly a value comes twice."
    if filled == len(column.values) and len(set(column.values)) == 1:
        return "It says the same in every row."
    return None


def _later(column: Column, told: Told) -> str | None:
    """Days that lie behind the outcome, or behind the day on which the row came in."""
    if column.kind is not Kind.DATE:
        return None
    after = known = behind = 0
    for day, at, ended in zip(column.values, told.at, told.ended, strict=True):
        if day is None:
            continue
        known += ended is not None
        after += ended is not None and day.date() >= ended.date()
        behind += at is not None and day.date() > at.date()
    filled = sum(column.filled)
    if known >= 10 and after >= 0.05 * known:
        return f"{_percent(after, known)} of its dates lie on or after the day of the outcome."
    if behind >= max(10, 0.2 * filled):
        return f"{_percent(behind, filled)} of its dates lie after the day of the row itself."
    return None


def _one_sided(column: Column, told: Told) -> str | None:
    """Filled for one outcome only."""
    filled = np.array(column.filled)
    for outcome, ours, others in (
        (told.outcome, "that converted", "of the others"),
        (~told.outcome, "that did not convert", "of those that did"),
    ):
        inside, outside = int(filled[outcome].sum()), int(filled[~outcome].sum())
        mine, theirs = int(outcome.sum()), int((~outcome).sum())
        if inside < 0.1 * mine or outside > 0.01 * theirs:
            continue
        chance = hypergeom.sf(inside - 1, mine + theirs, mine, inside + outside)
        if chance < BY_CHANCE * 100:
            return (
                f"It is filled in {_percent(inside, mine)} of the rows {ours} and in "
                f"{_percent(outside, theirs)} {others}: it was filled in afterwards."
            )
    return None


def _running_number(column: Column, told: Told) -> str | None:
    """Ids that sort by outcome: those who converted were numbered apart."""
    if column.kind is not Kind.NUMBERING:
        return None
    numbers = [_figures(value) for value in column.values]
    known = np.array([number is not None for number in numbers])
    found = _ranked(np.array([number or 0.0 for number in numbers])[known], told.outcome[known])
    few = min(int(told.outcome.sum()), int((~told.outcome).sum()))
    if few < 10 or abs(found - 0.5) < max(0.15, 2.5 / few**0.5):
        return None
    return "Its numbers sort by outcome: those that converted were numbered apart."


def _pure(column: Column, told: Told) -> str | None:
    """A value with which nearly all converted, of which there are too many for chance."""
    base = float(told.outcome.mean())
    if base > 0.6 or column.kind in (Kind.NUMBERING, Kind.TEXT, Kind.DATE):
        return None
    total, won = Counter[Any](), Counter[Any]()
    for value, yes in zip(_grouped(column), told.outcome.tolist(), strict=True):
        for one in value if isinstance(value, frozenset) else (value,):
            if one is not None:
                total[one] += 1
                won[one] += yes
    for value, count in total.most_common():
        enough = count >= 12 and won[value] >= 0.05 * float(told.outcome.sum())
        if enough and won[value] >= PURE * count:
            chance = binom.sf(won[value] - 1, count, base)
            if chance < BY_CHANCE:
                what = f"Where it says '{_word(column, value)}'"
                return f"{what}, {_percent(won[value], count)} converted: nobody knows that before."
    return None


def _near_perfect(column: Column, told: Told) -> str | None:
    """Nearly perfect alone; or good alone with a name that speaks of what comes afterwards."""
    found = alone(column, told.outcome, told.group)
    if found >= NEAR_PERFECT:
        return f"Alone it tells the outcome nearly perfectly (AUC {found:.2f})."
    name = column.name.casefold().replace("_", " ")
    if found >= SPEAKING and _AFTERWARDS.search(name):
        return f"Its name speaks of what comes afterwards, and it tells (AUC {found:.2f})."
    return None


def alone(column: Column, outcome: Any, group: Any) -> float:
    """The AUC of the column alone, in whichever direction: of each half of the companies, by the
    rates that its values have in the other half; of numbers also by their order.
    """
    groups = [_key(value) for value in _grouped(column)]
    place = (np.random.default_rng(1).permutation(int(group.max()) + 1) % 2)[group]
    found = []
    for half in (0, 1):
        rates = _rates([g for g, p in zip(groups, place, strict=True) if p != half],
                       outcome[place != half])  # fmt: skip
        base = float(outcome[place != half].mean())
        asked = np.array([rates.get(g, base) for g, p in zip(groups, place, strict=True)
                          if p == half])  # fmt: skip
        found.append(_ranked(asked, outcome[place == half]))
    best = sum(found) / 2
    if column.kind in (Kind.NUMBER, Kind.NUMBERING):
        known = np.array(column.filled)
        if known.mean() > 0.5:
            order = _ranked(np.array(column.values, dtype=float)[known], outcome[known])
            best = max(best, order, 1 - order)
    return best


def _rates(groups: Sequence[Any], outcome: Any) -> dict[Any, float]:
    total, won = Counter(groups), Counter[Any]()
    for group, yes in zip(groups, outcome.tolist(), strict=True):
        won[group] += yes
    base = float(outcome.mean())
    return {group: (won[group] + base) / (count + 1) for group, count in total.items()}


def _ranked(score: Any, outcome: Any) -> float:
    m, n = int(outcome.sum()), int((~outcome).sum())
    if not m or not n:
        return 0.5
    return float((rankdata(score)[outcome].sum() - m * (m + 1) / 2) / (m * n))


def _grouped(column: Column) -> list[Any]:
    """The values; numbers and days in parts of the same size, one that comes often by itself."""
    if column.kind not in (Kind.NUMBER, Kind.DATE, Kind.NUMBERING):
        return column.values
    plain = [value.timestamp() if isinstance(value, datetime) else value for value in column.values]
    numbers = [_figures(value) for value in plain]
    known = [number for number in numbers if number is not None]
    if not known:
        return column.values
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _PARTS + 1)[1:-1]))
    often = {n for n, count in Counter(known).items() if count * _PARTS >= len(known)}
    return [
        None if n is None else (n if n in often else int(np.searchsorted(edges, n)) + 0.5)
        for n in numbers
    ]


def _figures(value: Any) -> float | None:
    """The number in an id such as `C-00412`."""
    if isinstance(value, str):
        found = re.search(r"(\d{1,15})\D*$", value)
        return float(found[1]) if found else None
    return None if value is None else float(value)


def _key(value: Any) -> Any:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else value


def _word(column: Column, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}" if value.is_integer() else "numbers like these"
    return column.spelt.get(value, str(value))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "0%"
