"""What a person did lately, in points that fade: replies, clicks by people, meetings, opt-in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

HALF_LIFE_DAYS = 30.0

# what one such act is worth on the day it is done; an open is worth almost nothing
POINTS: Mapping[str, int] = {
    "meeting": 60,
    "positive_reply": 50,
    "reply": 25,
    "opt_in": 20,
    "click": 15,
    "visit": 10,
    "open": 1,
}


@dataclass(frozen=True, slots=True)
class Touch:
    """One act of a person; machines' hits are left out before."""

    kind: str  # a word of POINTS; unknown ones are worth nothing
    at: datetime


@dataclass(frozen=True, slots=True)
class Worth:
    """What the acts of one kind are worth now."""

    kind: str
    count: int
    points: float
    last: datetime


def faded(points: float, at: datetime, now: datetime, half_life_days: float) -> float:
    """`points` × 0.5^(age / half-life); the future counts as now."""
    age = max(0.0, (now - at).total_seconds() / 86400)
    return points * float(0.5 ** (age / half_life_days))


def worth(touches: Sequence[Touch], now: datetime) -> tuple[Worth, ...]:
    """The acts by kind, the most valuable first; at most three of a kind count."""
    kinds: dict[str, list[Touch]] = {}
    for touch in touches:
        if touch.kind in POINTS:
            kinds.setdefault(touch.kind, []).append(touch)
    found = [_of_kind(kind, acts, now) for kind, acts in kinds.items()]
    return tuple(sorted(found, key=lambda w: (-w.points, w.kind)))


def _of_kind(kind: str, acts: list[Touch], now: datetime) -> Worth:
    latest = sorted((touch.at for touch in acts), reverse=True)
    points = sum(faded(POINTS[kind], at, now, HALF_LIFE_DAYS) for at in latest[:3])
    return Worth(kind, len(acts), points, latest[0])
