"""The walk through a sequence."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain import sequencing
from core.domain.sequencing import Step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
STEPS = [Step(3, 4, 3), Step(1, 0, 1)]


@pytest.mark.parametrize(("position", "found"), [(1, 1), (2, 3), (3, 3), (4, None)])
def test_a_step_that_was_taken_out_is_passed_over(position: int, found: int | None) -> None:
    step = sequencing.step_at(STEPS, position)

    assert (step.position if step else None) == found


def test_a_step_is_due_its_days_after_the_one_before() -> None:
    assert sequencing.due_after(STEPS[0], NOW) == NOW + timedelta(days=4)
    assert sequencing.due_after(None, NOW) is None


def test_the_working_day_after_skips_weekends_and_holidays() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)

    assert sequencing.working_day_after(friday) == monday
    assert sequencing.working_day_after(friday, {monday}) == date(2026, 3, 10)


def test_someone_away_is_written_to_on_the_working_day_after_the_return() -> None:
    back = sequencing.back_on(date(2026, 3, 13), NOW, BERLIN)

    assert back == datetime(2026, 3, 16, 8, tzinfo=UTC)


def test_someone_away_without_a_date_is_written_to_in_ten_days() -> None:
    assert sequencing.back_on(None, NOW, BERLIN) == NOW + timedelta(days=10)


def test_a_return_in_the_past_means_now() -> None:
    assert sequencing.back_on(date(2026, 1, 1), NOW, BERLIN) == NOW


def test_a_morning_is_one_of_the_zone() -> None:
    assert sequencing.morning_of(date(2026, 7, 1), BERLIN) == datetime(2026, 7, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(("bounces", "days"), [(1, 1), (2, 3), (3, 7), (4, None)])
def test_soft_bounces_are_borne_three_times(bounces: int, days: int | None) -> None:
    pause = sequencing.soft_bounce_pause(bounces)

    assert pause == (timedelta(days=days) if days else None)


def test_a_choice_is_stable_and_even() -> None:
    chosen = [sequencing.choice(f"1:{n}:1", 3) for n in range(900)]

    assert [sequencing.choice(f"1:{n}:1", 3) for n in range(900)] == chosen
    assert all(250 < chosen.count(one) < 350 for one in range(3))
