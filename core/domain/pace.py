"""Whether a campaign is on course for a target: the one rule, on pages and in reports.

A target is foreseen to reach what it has, and the pace of the last 28 days for every day that is
left. Such a forecast follows a campaign that speeds up or stands still; a line from the first to
the last day would call each campaign late whose first replies are on their way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAYS = 28  # over which the pace is taken; fewer while a campaign is younger
FIRST_DAYS = 7  # younger than this nobody can say where a campaign leads


class Pace(StrEnum):
    """How a target stands, the worst first."""

    MISSED = "missed"  # its day is over, or the campaign is
    BEHIND = "behind"
    PAUSED = "paused"  # nothing goes out, so no pace leads anywhere
    ON_COURSE = "on_course"
    EARLY = "early"  # not begun, or too short a while ago
    OPEN = "open"  # it has no day
    REACHED = "reached"
    NONE = "none"  # there is no target


@dataclass(frozen=True, slots=True)
class Walk:
    """The days of a campaign: its first one (None: not begun), today, and whether it is over or
    paused.
    """

    began: date | None
    today: date
    over: bool = False
    paused: bool = False

    @property
    def days(self) -> int:
        """How many days it has run, today included; 0 before it began."""
        return 0 if self.began is None else max(0, (self.today - self.began).days + 1)

    def gone(self, due: date | None) -> float | None:
        """The share 0..1 of the time to `due` that is over; None where there is no such time."""
        if due is None or self.began is None or due < self.began:
            return None
        return min(1.0, self.days / ((due - self.began).days + 1))


@dataclass(frozen=True, slots=True)
class Standing:
    """A target and how it stands: `gone` is the share 0..1 of the time, `foreseen` the number that
    the present pace leads to by its day.
    """

    pace: Pace
    metric: str = ""
    actual: int = 0
    value: int = 0
    gone: float | None = None
    foreseen: int | None = None


def foreseen(actual: int, recent: int, due: date | None, walk: Walk) -> int | None:
    """What there will be by `due` if it goes on as in the last 28 days (`recent` fell into them);
    None without a day. A campaign that is over, or whose day is, adds nothing.
    """
    if due is None:
        return None
    left = 0 if walk.over else max(0, (due - walk.today).days)
    over = DAYS if walk.began is None else min(DAYS, max(walk.days, FIRST_DAYS))
    return actual + round(recent / over * left)


def standing(
    metric: str, value: int, *, actual: int, recent: int, due: date | None, walk: Walk
) -> Standing:
    """How one target stands; `actual` is counted since the campaign began."""
    ahead = foreseen(actual, recent, due, walk)
    pace = _pace(value, actual, ahead, due, walk)
    return Standing(pace, metric, actual, value, walk.gone(due), ahead)


def worst(of: Iterable[Standing]) -> Standing:
    """The target that needs a look first: the worst, and of several the least reached."""
    order = list(Pace)
    return min(
        of,
        key=lambda one: (order.index(one.pace), one.actual / one.value),
        default=Standing(Pace.NONE),
    )


def _pace(value: int, actual: int, ahead: int | None, due: date | None, walk: Walk) -> Pace:
    if actual >= value:
        return Pace.REACHED
    if walk.over or (due is not None and due < walk.today):
        return Pace.MISSED
    if walk.paused:
        return Pace.PAUSED
    if due is None or ahead is None:
        return Pace.OPEN
    if walk.days < FIRST_DAYS:
        return Pace.EARLY
    return Pace.ON_COURSE if ahead >= value else Pace.BEHIND
