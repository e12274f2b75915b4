"""Slots depend on the clock alone, so that everybody agrees on them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import slots
from core.domain.slots import DEFAULTS, Plan, Rule, daily, following, newest, plan
from core.domain.states import JobName


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "now", "slot"),
    [
        (daily(2, 30), at(9), at(2, 30)),
        (daily(2, 30), at(2, 30), at(2, 30)),
        (daily(2, 30), at(2, 29), at(2, 30, day=1)),
        (Rule(5), at(9, 7), at(9, 5)),
        (Rule(1), at(9, 7) + timedelta(seconds=59), at(9, 7)),
        (Rule(60), at(0, 59), at(0)),
        (Rule(60, 15), at(0, 10), at(23, 15, day=1)),
    ],
)
def test_the_newest_slot_is_the_one_we_stand_in(rule: Rule, now: datetime, slot: datetime) -> None:
    assert newest(rule, now) == slot


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 2 < moment.year < 9000),
    st.sampled_from([1, 5, 10, 15, 60, 240, 1440]),
    st.integers(0, 1439),
)
def test_every_moment_lies_between_its_slot_and_the_next(
    now: datetime, every: int, offset: int
) -> None:
    rule = Rule(every, offset)

    assert newest(rule, now) <= now < following(rule, now)
    assert following(rule, now) - newest(rule, now) == timedelta(minutes=every)


def test_the_defaults_are_those_of_the_product() -> None:
    assert DEFAULTS[JobName.ENRICH] == daily(2, 30)
    assert DEFAULTS[JobName.DISPATCH] == Rule(1)
    assert plan(JobName.SCORE, None) == Plan(daily(3))


def test_a_job_can_be_moved_and_turned_off() -> None:
    assert plan(JobName.SCORE, {"at": "04:15"}).rule == daily(4, 15)
    assert plan(JobName.DISPATCH, {"every": 2}).rule == Rule(2)
    assert not plan(JobName.SCORE, {"enabled": False}).enabled


@pytest.mark.parametrize(
    "moved",
    [{"at": "25:00"}, {"at": 4}, {"every": 7}, {"every": 0}, {"every": True}, {"every": "5"}],
)
def test_a_setting_that_cannot_be_read_counts_as_not_set(moved: dict[str, object]) -> None:
    assert slots.read(moved) is None
    assert plan(JobName.SCORE, moved).rule == daily(3)


def test_a_jobs_setting_has_its_name() -> None:
    assert slots.setting(JobName.TIDY) == "job:tidy"
