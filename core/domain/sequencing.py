"""How a lead walks through a sequence: the next step, when it is due, when it goes on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

SATURDAY = 5
MORNING = time(9)
AWAY_DAYS = 10  # an absence without a date
REST_DAYS = 180  # after a "not interested"
NOT_NOW_DAYS = 90  # after a "not now" without a date
SOFT_BOUNCES = 3
SOFT_BOUNCE_DAYS = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as planning needs it."""

    position: int
    delay_days: float
    template_id: int
    same_thread: bool = True


def step_at(steps: Sequence[Step], position: int) -> Step | None:
    """The step at this position, or the next one where it was taken out; None after the last."""
    following = [step for step in steps if step.position >= position]
    return min(following, key=lambda step: step.position, default=None)


def due_after(step: Step | None, sent_at: datetime) -> datetime | None:
    """When the step is due once the one before was sent; None where there is no step."""
    return None if step is None else sent_at + timedelta(days=step.delay_days)


def working_day_after(day: date, days_off: Collection[date] = ()) -> date:
    """The first day after `day` that is neither of a weekend nor a day off."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY or following in days_off:
        following += timedelta(days=1)
    return following


def back_on(
    returns: date | None, now: datetime, zone: ZoneInfo, days_off: Collection[date] = ()
) -> datetime:
    """When to write again to someone away: return date + 1 working day, else 10 days from now."""
    if returns is None:
        return now + timedelta(days=AWAY_DAYS)
    day = working_day_after(returns, days_off)
    return max(datetime.combine(day, MORNING, zone).astimezone(UTC), now)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Nine o'clock of a day in the zone, in UTC."""
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def soft_bounce_pause(bounces: int) -> timedelta | None:
    """How long to wait after the n-th soft bounce; None when it was one too many."""
    if bounces > SOFT_BOUNCES:
        return None
    return timedelta(days=SOFT_BOUNCE_DAYS[bounces - 1])


def choice(key: str, count: int) -> int:
    """A stable choice of 0 … count-1: the same key chooses the same for ever."""
    return int.from_bytes(sha256(key.encode()).digest()[:8]) % count
