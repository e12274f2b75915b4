"""How often we ask a provider: our own limit, kept below the provider's, and how long a call may
take.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_until: ContextVar[float | None] = ContextVar("until", default=None)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many calls in any stretch of so many seconds."""

    calls: int
    seconds: float

    @property
    def at_once(self) -> int:
        """So many calls may be made without a pause."""
        return max(1, self.calls // 5)

    @property
    def apart(self) -> float:
        """Seconds that one call uses up: `at_once` and the steady rest together stay within."""
        return self.seconds / (self.calls - self.at_once + 1)


@dataclass(frozen=True, slots=True)
class Patience:
    """What one call of a chain may take: seconds in all (None: as long as the adapters allow), and
    attempts a member where the call may be repeated.
    """

    seconds: float | None = None
    attempts: int = 1


AT_ONCE = Patience()
READING = Patience(seconds=30.0, attempts=3)


@contextmanager
def within(until: float | None) -> Iterator[None]:
    """Calls made in here end at `until` (of time.monotonic): the one HTTP client looks at it."""
    token = _until.set(until)
    try:
        yield
    finally:
        _until.reset(token)


def left(most: float) -> float:
    """The seconds that a call may still take, `most` at most; never less than a moment."""
    until = _until.get()
    return most if until is None else max(0.05, min(most, until - time.monotonic()))
