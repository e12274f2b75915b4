"""On what terms a vendor is asked: for which client, within which time, on whose book.

The database is behind the protocol; runtime gives it, as it gives the book of health.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

from core.domain.states import LlmOutcome
from core.providers.llm.port import Llm


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that is about to be made. `most_micros`: the most it may cost, in millionths of a
    US dollar, held against the budget until the outcome is known.
    """

    client_id: int | None
    provider: str
    model: str
    task: str
    version: str
    most_micros: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went."""

    outcome: LlmOutcome
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int = 0
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """A checked answer to an identical prompt, and who gave it."""

    provider: str
    model: str
    answer: Mapping[str, Any]


class Ledger(Protocol):
    """Keeps every call, every client's money for the day, and answers to give again."""

    def begin(self, attempt: Attempt) -> int | None:
        """Takes the call on record before it is made; None where the client's money for the day
        does not cover the most it may cost: then it must not be made.
        """
        ...

    def end(self, number: int, ended: Ended) -> None:
        """What came of it."""
        ...

    def remembered(self, key: str) -> Remembered | None:
        """The answer to an identical prompt."""
        ...

    def remember(self, key: str, task: str, version: str, answer: Remembered) -> None:
        """Keeps an answer for the next time."""
        ...

    def repeated(self, attempt: Attempt) -> None:
        """An answer was given from memory."""
        ...


class NoLedger:
    """Unlimited money and no memory: for tests, and for an adapter used alone."""

    def __init__(self) -> None:
        self.calls: list[tuple[Attempt, Ended | None]] = []

    def begin(self, attempt: Attempt) -> int | None:
        """Remembers the call in `calls`."""
        self.calls.append((attempt, None))
        return len(self.calls) - 1

    def end(self, number: int, ended: Ended) -> None:
        """Its outcome beside it."""
        self.calls[number] = (self.calls[number][0], ended)

    def remembered(self, _key: str) -> Remembered | None:
        """Nothing."""
        return None

    def remember(self, _key: str, _task: str, _version: str, _answer: Remembered) -> None:
        """Forgets it at once."""

    def repeated(self, _attempt: Attempt) -> None:
        """Never happens."""


def utc_now() -> datetime:
    """The machine's clock, for an adapter used alone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Terms:
    """`seconds`: for this vendor's whole answer, its attempts and waits included."""

    seconds: float = 60.0
    client_id: int | None = None
    ledger: Ledger = field(default_factory=NoLedger)
    clock: Callable[[], datetime] = utc_now


@runtime_checkable
class OnTerms(Protocol):
    """An adapter that costs time and money, and so is asked on terms."""

    def under(self, terms: Terms) -> Llm:
        """The same adapter on these terms."""
        ...
