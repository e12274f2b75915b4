"""Rates that never travel without their numerator, denominator and uncertainty."""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054  # two-sided 95% of the normal distribution
FEW = 30  # below this many a rate is told, but nothing is concluded from it


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `denominator`. Its value may pass 1 where both are counted by their own day
    (replies of these days to mails of earlier ones): then there is no interval.
    """

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The share, or None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator > 0 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% Wilson interval, or None where the rate is no share of a whole."""
        if not 0 <= self.numerator <= self.denominator:
            return None
        return wilson(self.numerator, self.denominator)

    @property
    def few(self) -> bool:
        """Whether the denominator is too small to conclude anything."""
        return self.denominator < FEW

    def __str__(self) -> str:
        return percent(self.value)


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float] | None:
    """The Wilson score interval (E. B. Wilson, JASA 22, 1927) of a share; None without trials."""
    if trials <= 0:
        return None
    share = successes / trials
    weight = 1 + z * z / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, (centre - spread) / weight), min(1.0, (centre + spread) / weight)


def percent(value: float | None, digits: int = 1) -> str:
    """0.0623 → "6.2%"; nothing known is a dash."""
    return "—" if value is None else f"{100 * value:.{digits}f}%"


def apart(first: Rate, second: Rate) -> bool:
    """Whether two rates differ beyond doubt: both on enough leads, and by a two-proportion
    z-test at 95%.
    """
    if first.few or second.few or first.interval is None or second.interval is None:
        return False
    n, m = first.denominator, second.denominator
    pooled = (first.numerator + second.numerator) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if error == 0:
        return False
    gap = first.numerator / n - second.numerator / m
    return abs(gap) / error > Z95


def points(now: Rate, before: Rate) -> float | None:
    """The change in percentage points, or None where one of the two is unknown."""
    if now.value is None or before.value is None:
        return None
    return 100 * (now.value - before.value)
