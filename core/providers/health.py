"""What a chain tells of its calls, and asks before them. The database is behind the protocol."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from core.providers.breaker import Breaker
from core.providers.limits import Limit


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made. `ok` is None where the provider answered and said no (Rejected):
    that is no fault of the provider.
    """

    port: str
    provider: str
    part: str  # "" or `mailbox:3`
    ok: bool | None
    latency_ms: float
    breaker: Breaker
    error: str = ""
    advice: str = ""
    misconfigured: bool = False  # a person must act before it can work
    outcome: str = "answered"  # in one word, for whoever counts
    quota: str | None = None  # what the answer said is left, in words


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a provider before a call: its place in the order (0: nobody set one), its
    breaker, and the limit that a person set.
    """

    enabled: bool = True
    position: int = 0
    breaker: Breaker = field(default_factory=Breaker)
    limit: Limit | None = None


class Book(Protocol):
    """Keeps health: written after every call, in a short transaction of its own."""

    def look(self, part: str = "") -> None:
        """A call begins: notices what people and other processes changed since the last."""
        ...

    def standing(self, port: str, provider: str, part: str = "") -> Standing:
        """What is known; the default for a provider never heard of."""
        ...

    def hold(self, port: str, provider: str, part: str, breaker: Breaker) -> bool:
        """A half-open breaker's one try begins, and others keep away meanwhile; False where
        another has that try.
        """
        ...

    def take(self, port: str, provider: str, limit: Limit) -> float:
        """Takes one call out of the limit, for all processes: 0, or the seconds to wait."""
        ...

    def record(self, call: Call) -> None:
        """Keeps the outcome of one call."""
        ...

    def flush(self) -> None:
        """Writes what is still held back."""
        ...

    def forget(self) -> None:
        """Standings are read anew at the next call."""
        ...


class NoBook:
    """Forgets everything but breakers: for tests and for adapters used alone."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._standings: dict[tuple[str, str, str], Standing] = {}

    def look(self, part: str = "") -> None:
        """Nobody else changes anything."""

    def standing(self, port: str, provider: str, part: str = "") -> Standing:
        """The last breaker seen."""
        return self._standings.get((port, provider, part), Standing())

    def hold(self, port: str, provider: str, part: str, breaker: Breaker) -> bool:
        """Remembers the breaker."""
        known = self.standing(port, provider, part)
        self._standings[(port, provider, part)] = replace(known, breaker=breaker)
        return True

    def take(self, port: str, provider: str, limit: Limit) -> float:
        """Counts nothing."""
        return 0.0

    def record(self, call: Call) -> None:
        """Remembers the call in `calls`."""
        self.calls.append(call)
        self.hold(call.port, call.provider, call.part, call.breaker)

    def flush(self) -> None:
        """Nothing is held back."""

    def forget(self) -> None:
        """Nothing is read from elsewhere."""
