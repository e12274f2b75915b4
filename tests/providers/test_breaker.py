"""A breaker opens after failures in a row, lets one try through, and closes again."""

from datetime import UTC, datetime, timedelta

from core.domain.states import BreakerState
from core.providers.breaker import (
    FAILURES,
    FIRST_WAIT,
    LONGEST_WAIT,
    Breaker,
    failed,
    may_try,
    succeeded,
    trying,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def after_failures(count: int, breaker: Breaker | None = None) -> Breaker:
    breaker = breaker or Breaker()
    for _ in range(count):
        breaker = failed(breaker, NOW)
    return breaker


def test_a_few_failures_leave_it_closed() -> None:
    breaker = after_failures(FAILURES - 1)

    assert breaker.state is BreakerState.CLOSED
    assert may_try(breaker, NOW)


def test_it_opens_after_failures_in_a_row_and_says_when_to_come_back() -> None:
    breaker = after_failures(FAILURES)

    assert (breaker.state, breaker.until) == (BreakerState.OPEN, NOW + FIRST_WAIT)
    assert not may_try(breaker, NOW)
    assert may_try(breaker, NOW + FIRST_WAIT)


def test_one_success_between_starts_the_count_anew() -> None:
    breaker = after_failures(FAILURES - 1, succeeded(after_failures(FAILURES - 1)))

    assert breaker.state is BreakerState.CLOSED


def test_half_open_lets_one_call_through_at_a_time() -> None:
    later = NOW + FIRST_WAIT
    breaker = trying(after_failures(FAILURES), later)

    assert breaker.state is BreakerState.HALF_OPEN
    assert not may_try(breaker, later)


def test_a_failed_try_opens_it_for_twice_as_long_up_to_a_limit() -> None:
    again = failed(trying(after_failures(FAILURES), NOW), NOW)

    assert again.until == NOW + 2 * FIRST_WAIT
    assert after_failures(FAILURES + 50).until == NOW + LONGEST_WAIT


def test_the_providers_own_word_opens_it_at_once_until_then() -> None:
    at = NOW + timedelta(hours=1)

    assert failed(Breaker(), NOW, retry_at=at) == Breaker(BreakerState.OPEN, 1, at)


def test_a_closed_breaker_stays_as_it_is_while_trying() -> None:
    assert trying(Breaker(failures=2), NOW) == Breaker(failures=2)
