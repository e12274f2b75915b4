"""A breaker keeps a failing provider from being asked again and again. Pure: `now` is given.

closed → (FAILURES in a row) → open → (the wait is over) → half-open, one try → closed, or open
again with twice the wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.states import BreakerState

FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Breaker:
    """`until` is the next moment an open breaker lets one call through."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0  # in a row
    until: datetime | None = None


def may_try(breaker: Breaker, now: datetime) -> bool:
    """Whether a call may be made now. A half-open breaker's try is under way until `until`."""
    if breaker.state is BreakerState.CLOSED or breaker.until is None:
        return True
    return now >= breaker.until


def trying(breaker: Breaker, now: datetime) -> Breaker:
    """The breaker while a call is made: an open one is half-open, and holds others off for a
    while.
    """
    if breaker.state is BreakerState.CLOSED:
        return breaker
    return Breaker(BreakerState.HALF_OPEN, breaker.failures, now + FIRST_WAIT)


def succeeded(_breaker: Breaker) -> Breaker:
    """After a good answer: closed."""
    return Breaker()


def failed(breaker: Breaker, now: datetime, retry_at: datetime | None = None) -> Breaker:
    """After a failure. `retry_at` is the provider's own word on when to come back."""
    failures = breaker.failures + 1
    if retry_at is None and breaker.state is BreakerState.CLOSED and failures < FAILURES:
        return Breaker(BreakerState.CLOSED, failures)
    times = max(0, failures - FAILURES)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(times, 10))
    until = now + wait if retry_at is None else max(retry_at, now)
    return Breaker(BreakerState.OPEN, failures, until)
