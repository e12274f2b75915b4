"""Rates with their denominators and intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.rates import Rate, apart, percent, points, wilson


def test_a_rate_of_nothing_has_no_value() -> None:
    rate = Rate(0, 0)

    assert (rate.value, rate.interval, str(rate)) == (None, None, "—")


def test_the_wilson_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(10, 100) or (0, 0)

    # Newcombe 1998, Statistics in Medicine 17, 857, and R's prop.test(10, 100, correct=FALSE)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)


def test_a_rate_above_one_has_no_interval() -> None:
    assert Rate(5, 3).value == pytest.approx(5 / 3)
    assert Rate(5, 3).interval is None


@given(st.integers(1, 10_000), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(trials: int, data: st.DataObject):
    successes = data.draw(st.integers(0, trials))

    low, high = wilson(successes, trials) or (1, 0)

    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        (Rate(60, 600), Rate(20, 600), True),
        (Rate(12, 100), Rate(10, 100), False),
        (Rate(9, 20), Rate(1, 600), False),  # too few to say
        (Rate(60, 600), Rate(3, 20), False),
        (Rate(700, 600), Rate(20, 600), False),
        (Rate(60, 600), Rate(700, 600), False),
        (Rate(0, 100), Rate(0, 100), False),
    ],
)
def test_rates_differ_only_beyond_chance(first: Rate, second: Rate, differs: bool) -> None:
    assert apart(first, second) is differs


def test_changes_are_told_in_points() -> None:
    assert points(Rate(6, 100), Rate(5, 100)) == pytest.approx(1.0)
    assert points(Rate(6, 100), Rate(0, 0)) is None
    assert points(Rate(0, 0), Rate(6, 100)) is None
    assert percent(0.0623) == "6.2%"
