"""How good a forecast is, in figures, and whether it is better than chance.

AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988), computed on midranks after Sun
and Xu (2014); the test against chance shuffles the outcomes, which holds however few there are.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm, rankdata

Floats = Any  # numpy arrays of float
BEYOND_DOUBT = 0.01  # of a thousand forecasts without any signal, ten are taken for one
SHUFFLES = 2_000
SEED = 20260302
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Auc:
    """Area under the curve with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """Rows whose forecasts are alike: what was said, what came, and its 95% interval."""

    said: float
    came: float
    low: float
    high: float
    rows: int


def auc(outcome: Floats, score: Floats) -> Auc:
    """The chance that one who converted stands above one who did not; ties count half.

    The interval is taken on the log odds of the AUC, so that it stays between 0 and 1.
    """
    yes, no = score[outcome], score[~outcome]
    m, n = len(yes), len(no)
    if not m or not n:
        return Auc(0.5, 0.0, 1.0)
    every = rankdata(np.concatenate([yes, no]))
    above = (every[:m] - rankdata(yes)) / n
    below = 1 - (every[m:] - rankdata(no)) / m
    value = float(above.mean())
    spread = (_variance(above) / m + _variance(below) / n) ** 0.5
    if not 0 < value < 1 or not spread:
        half = 1.5 / min(m, n)  # all in order: the rule of three, on both sides
        return Auc(value, max(0.0, value - half), min(1.0, value + half))
    middle = math.log(value / (1 - value))
    half = float(norm.ppf((1 + SURE) / 2)) * spread / (value * (1 - value))
    return Auc(value, _share(middle - half), _share(middle + half))


def by_chance(outcome: Floats, score: Floats, *, shuffles: int = SHUFFLES) -> float:
    """How often shuffled outcomes give an AUC as high: the one-sided p of a permutation test."""
    ranks = rankdata(score)
    random = np.random.default_rng(SEED)
    count = int(outcome.sum())
    found = float(ranks[outcome].sum())
    if not count or count == len(outcome):
        return 1.0
    as_high = sum(
        float(random.permutation(ranks)[:count].sum()) >= found - 1e-9 for _ in range(shuffles)
    )
    return (as_high + 1) / (shuffles + 1)


def brier(outcome: Floats, chance: Floats) -> float:
    """The mean squared distance of the forecast from what came: 0 is perfect (Brier 1950)."""
    return float(np.mean((chance - outcome) ** 2))


def lift(outcome: Floats, score: Floats, share: float = 0.1) -> float:
    """How many times as many convert among the best `share` as among all; those that stand alike
    at the border count in part.
    """
    base = float(outcome.mean())
    if not base:
        return 0.0
    wanted = max(1, math.ceil(share * len(score)))
    border = np.sort(score)[::-1][wanted - 1]
    above, level = score > border, score == border
    inside = float(outcome[above].sum())
    inside += (wanted - int(above.sum())) * float(outcome[level].mean())
    return inside / wanted / base


def bands(outcome: Floats, chance: Floats, *, most: int = 10, fewest: int = 15) -> list[Band]:
    """The rows from the lowest forecast to the highest, in parts of the same size."""
    parts = max(1, min(most, len(chance) // fewest))
    order = np.argsort(chance, kind="stable")
    found = []
    for part in np.array_split(order, parts):
        low, high = _wilson(int(outcome[part].sum()), len(part))
        said, came = float(chance[part].mean()), float(outcome[part].mean())
        found.append(Band(said, came, low, high, len(part)))
    return found


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _wilson(count: int, total: int) -> tuple[float, float]:
    """The interval of a share (Wilson 1927)."""
    z = float(norm.ppf((1 + SURE) / 2))
    share, grown = count / total, 1 + z * z / total
    middle = (share + z * z / (2 * total)) / grown
    half = z / grown * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)
