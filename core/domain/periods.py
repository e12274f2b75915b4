"""Spans of whole UTC days that analytics and reports speak about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

NAMES = {
    "7d": "Last 7 days",
    "28d": "Last 28 days",
    "90d": "Last 90 days",
    "month": "This month",
    "last_month": "Last month",
    "quarter": "This quarter",
    "year": "This year",
}
SPANS = {"7d": 7, "28d": 28, "90d": 90}
DEFAULT = "28d"  # what every page looks at until somebody chooses
DEFAULT_DAYS = SPANS[DEFAULT]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on or after the day it begins.")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + DAY, time(), UTC)

    def before(self) -> "Period":
        """As many days just before; the month before for a whole month."""
        last = self.first - DAY
        if self.first.day == 1 and (self.last + DAY).day == 1 and self.days <= 31:
            return Period(last.replace(day=1), last)
        return Period(self.first - self.days * DAY, last)

    def __str__(self) -> str:
        if self.first == self.last:
            return _day(self.first)
        if self.first.year != self.last.year:
            return f"{_day(self.first)} – {_day(self.last)}"
        if self.first.month != self.last.month:
            return f"{self.first.day} {self.first:%b} – {_day(self.last)}"
        return f"{self.first.day}–{_day(self.last)}"


def named(name: str, today: date) -> Period:
    """One of NAMES as seen on `today`; an unknown name is the last 28 days."""
    if name == "month":
        return Period(today.replace(day=1), today)
    if name == "last_month":
        last = today.replace(day=1) - DAY
        return Period(last.replace(day=1), last)
    if name == "quarter":
        return Period(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today)
    if name == "year":
        return Period(date(today.year, 1, 1), today)
    return Period(today - (SPANS.get(name, DEFAULT_DAYS) - 1) * DAY, today)


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - day.weekday() * DAY


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
