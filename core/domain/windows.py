"""When a mailbox may send: daily cap with ramp, gap, window and days where the recipient lives,
holidays, cap per recipient domain; and if not now, why not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FARTHEST = 370  # days that are searched for an open one
SPREAD = 0.6  # a gap lasts 1 to 1.6 times its minimum


@cache
def zones() -> frozenset[str]:
    """The name of every time zone; the folders they lie in are walked once."""
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a day (end not included) and the weekdays (Monday is 0) on which mail goes
    out.
    """

    days: frozenset[int] = frozenset(range(5))
    start: time = time(9)
    end: time = time(17)

    def __str__(self) -> str:
        names = ", ".join(DAY_NAMES[day] for day in sorted(self.days)) or "no day"
        return f"{names} {self.start:%H:%M}–{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a mailbox is held to. `ramp_from` is its first sending day, None before it."""

    daily_cap: int = 50
    ramp_start: int = 10
    ramp_step: int = 5
    ramp_from: date | None = None
    min_gap_seconds: int = 120
    domain_cap: int = 10


@dataclass(frozen=True, slots=True)
class Used:
    """What a mailbox has sent on its present day, to all and to the recipient's domain.

    `free_at` is when its gap after the last mail is over.
    """

    today: int = 0
    domain_today: int = 0
    free_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """When a mail may go (None: never, the window has no day), and why not now, as sentences.

    `whole_mailbox` tells that the reason holds every mail of the mailbox, not only this one;
    `whole_domain`, that it holds those to the recipient's domain alone.
    """

    at: datetime | None
    reasons: tuple[str, ...] = ()
    whole_mailbox: bool = False
    whole_domain: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The recipient's calendar: time zone, window there, and days off."""

    zone: ZoneInfo
    window: Window = Window()
    days_off: Collection[date] = frozenset()


def window_of(document: Mapping[str, Any] | None) -> Window:
    """The window of a stored document {days, start, end}; what it lacks or garbles is the
    default. An end of 23:59 or 24:00 means midnight.
    """
    given, usual = document or {}, Window()
    days = given.get("days")
    start, end = _time(given.get("start"), usual.start), _time(given.get("end"), usual.end)
    if isinstance(days, list | tuple):
        chosen = frozenset(day for day in days if isinstance(day, int) and 0 <= day <= 6)
    else:
        chosen = usual.days
    if start >= end:
        start, end = usual.start, usual.end
    return Window(chosen, start, end)


def zone_of(*names: str | None) -> ZoneInfo:
    """The first name that is a time zone: the recipient's, the campaign's, the client's; else
    UTC.
    """
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # unknown, or a name that is no name
            continue
    return ZoneInfo("UTC")


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day on which the moment falls in the zone."""
    return moment.astimezone(zone).date()


def cap_on(day: date, limits: Limits) -> int:
    """How many mails the mailbox may send on a day: the ramp until it reaches the cap."""
    since = max((day - limits.ramp_from).days, 0) if limits.ramp_from else 0
    return max(min(limits.daily_cap, limits.ramp_start + limits.ramp_step * since), 0)


def gap_after(key: str, limits: Limits) -> timedelta:
    """The pause after the mail with this key: at least the minimum, spread by a stable hash."""
    share = int.from_bytes(sha256(key.encode()).digest()[:4]) / 2**32
    return timedelta(seconds=int(limits.min_gap_seconds * (1 + SPREAD * share)))


def is_open(moment: datetime, place: Place) -> bool:
    """Whether mail may go at this moment, as far as hours and days are concerned."""
    return next_open(moment, place) == moment


def next_open(moment: datetime, place: Place) -> datetime | None:
    """The first moment from here on within the window; None where the window has no day.

    A start that the change to summer time skips is the moment right after the change.
    """
    first = day_of(moment, place.zone)
    for offset in range(FARTHEST):
        day = first + timedelta(days=offset)
        if day.weekday() not in place.window.days or day in place.days_off:
            continue
        start = datetime.combine(day, place.window.start, place.zone).astimezone(UTC)
        end = datetime.combine(day, place.window.end, place.zone).astimezone(UTC)
        if moment < end:
            return max(moment, start)
    return None


def next_send_time(
    now: datetime, limits: Limits, used: Used, place: Place, mailbox_zone: ZoneInfo
) -> Slot:
    """When the next mail to this recipient may go, and every reason that holds it until then."""
    reasons: list[str] = []
    at, whole = now, False
    today = day_of(now, mailbox_zone)
    tomorrow = datetime.combine(today + timedelta(days=1), time(), mailbox_zone).astimezone(UTC)
    if used.free_at is not None and used.free_at > now:
        at, whole = used.free_at, True
        reasons.append("The mailbox keeps its gap after the last mail.")
    if used.today >= (cap := cap_on(today, limits)):
        at, whole = max(at, tomorrow), True
        reasons.append(f"The mailbox has sent its {cap} mails of today.")
    domain_full = used.domain_today >= limits.domain_cap
    if domain_full:
        at = max(at, tomorrow)
        reasons.append(f"The recipient's domain has had its {limits.domain_cap} mails of today.")
    if not is_open(now, place):
        reasons.append(_closed(now, place))
    return Slot(next_open(at, place), tuple(reasons), whole, domain_full)


def _closed(now: datetime, place: Place) -> str:
    day = day_of(now, place.zone)
    if day in place.days_off:
        return f"{day:%d.%m.%Y} is a holiday where the recipient lives."
    return f"It is outside the sending window ({place.window}, {place.zone.key})."


def _time(given: Any, usual: time) -> time:
    if given in ("23:59", "24:00"):
        return time.max
    try:
        return time.fromisoformat(given).replace(tzinfo=None)
    except (TypeError, ValueError):
        return usual
