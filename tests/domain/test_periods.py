"""Spans of days."""

from datetime import UTC, date, datetime

import pytest

from core.domain.periods import NAMES, Period, named, week_of

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("7d", date(2026, 5, 14), TODAY),
        ("28d", date(2026, 4, 23), TODAY),
        ("month", date(2026, 5, 1), TODAY),
        ("last_month", date(2026, 4, 1), date(2026, 4, 30)),
        ("quarter", date(2026, 4, 1), TODAY),
        ("year", date(2026, 1, 1), TODAY),
        ("nonsense", date(2026, 4, 23), TODAY),
    ],
)
def test_named_periods_are_seen_from_today(name: str, first: date, last: date) -> None:
    assert named(name, TODAY) == Period(first, last)
    assert set(NAMES) >= {"7d", "28d", "90d"}


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="on or after"):
        Period(TODAY, date(2026, 5, 1))


def test_the_moments_of_a_period_are_utc_and_leave_no_gap() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 2))

    assert period.start == datetime(2026, 3, 1, tzinfo=UTC)
    assert period.end == datetime(2026, 3, 3, tzinfo=UTC)
    assert period.days == 2


def test_before_a_month_comes_a_month_and_before_days_as_many_days() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    week = Period(date(2026, 3, 9), date(2026, 3, 15))

    assert march.before() == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert week.before() == Period(date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period(TODAY, TODAY), "20 May 2026"),
        (Period(date(2026, 5, 1), TODAY), "1–20 May 2026"),
        (Period(date(2026, 4, 30), TODAY), "30 Apr – 20 May 2026"),
        (Period(date(2025, 12, 30), TODAY), "30 Dec 2025 – 20 May 2026"),
    ],
)
def test_periods_are_told_shortly(period: Period, text: str) -> None:
    assert str(period) == text


def test_a_week_begins_on_monday() -> None:
    assert week_of(TODAY) == date(2026, 5, 18)
