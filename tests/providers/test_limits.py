"""Limits of ours stay below the provider's; a call knows how much time it has left."""

import time

import pytest

from core.providers import limits
from core.providers.limits import Limit


@pytest.mark.parametrize(("calls", "seconds"), [(1, 1), (2, 1), (5, 1), (50, 60), (300, 60)])
def test_the_burst_and_the_steady_rest_together_stay_within(calls: int, seconds: float) -> None:
    limit = Limit(calls, seconds)

    assert limit.at_once + (seconds - 1e-9) // limit.apart <= calls


def test_without_a_deadline_a_call_may_take_what_it_likes() -> None:
    assert limits.left(25.0) == 25.0


def test_a_call_never_takes_longer_than_is_left() -> None:
    with limits.within(time.monotonic() + 5):
        inside = limits.left(25.0)
    with limits.within(time.monotonic() - 5):
        late = limits.left(25.0)

    assert 4 < inside <= 5
    assert late == 0.05
