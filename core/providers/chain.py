"""Adapters of one port in an order that a person sets. A chain is itself a provider.

It moves on after Unavailable, and after any error only where the call may be repeated (reading,
enrichment, LLM). An open breaker is skipped. Health is written as a by-product.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from core.domain.states import BreakerState
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain, Withheld
from core.providers import breaker as breakers
from core.providers.breaker import Breaker
from core.providers.health import Book, Call

P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Member(Generic[P]):
    """One adapter in a chain; `get` builds it at the first call."""

    provider: str
    get: Callable[[], P]


class Chain(Generic[P]):
    """Asks its members in order until one answers."""

    def __init__(
        self,
        port: str,
        members: Sequence[Member[P]],
        *,
        book: Book,
        clock: Callable[[], datetime],
        part: str = "",
    ) -> None:
        self.port = port
        self.part = part
        self._members = tuple(members)
        self._book = book
        self._clock = clock

    def ask(self, do: Callable[[P], T], *, repeatable: bool) -> T:
        """The first good answer. All failed: one error of the gravest kind with every cause."""
        causes: list[ProviderError] = []
        for member in self.in_order():
            standing = self._book.standing(self.port, member.provider, self.part)
            if not breakers.may_try(standing.breaker, self._clock()):
                causes.append(_resting(member.provider, standing.breaker))
                continue
            try:
                return self._call(member, do, standing.breaker)
            except ProviderError as error:
                causes.append(error)
                if not repeatable and not isinstance(error, Unavailable):
                    raise
        raise _together(self.port, causes)

    def in_order(self) -> list[Member[P]]:
        """The members that are turned on, in the order a person set."""
        standings = [
            (self._book.standing(self.port, member.provider, self.part), number, member)
            for number, member in enumerate(self._members)
        ]
        on = [found for found in standings if found[0].enabled]
        return [member for _, _, member in sorted(on, key=lambda f: (f[0].position, f[1]))]

    def _call(self, member: Member[P], do: Callable[[P], T], known: Breaker) -> T:
        before = breakers.trying(known, self._clock())
        if before.state is BreakerState.HALF_OPEN:
            self._book.hold(self.port, member.provider, self.part, before)
        started = time.perf_counter()
        try:
            answer = do(member.get())
        except Withheld:
            raise  # nothing was asked, so nothing was learnt
        except Rejected as error:
            self._record(member, breakers.succeeded(before), ok=None, started=started, error=error)
            raise
        except ProviderError as error:
            after = breakers.failed(before, self._clock(), getattr(error, "retry_at", None))
            self._record(member, after, ok=False, started=started, error=error)
            raise
        self._record(member, breakers.succeeded(before), ok=True, started=started)
        return answer

    def _record(
        self,
        member: Member[P],
        after: Breaker,
        *,
        ok: bool | None,
        started: float,
        error: ProviderError | None = None,
    ) -> None:
        call = Call(
            port=self.port,
            provider=member.provider,
            part=self.part,
            ok=ok,
            latency_ms=(time.perf_counter() - started) * 1000,
            breaker=after,
            error=error.sentence if error else "",
            advice=error.advice if error else "",
            misconfigured=isinstance(error, Misconfigured),
        )
        self._book.record(call)


def _resting(provider: str, breaker: Breaker) -> Unavailable:
    return Unavailable(
        f"{provider} failed {breaker.failures} times in a row and is left alone for a while.",
        provider=provider,
        retry_at=breaker.until,
    )


def _together(port: str, causes: Sequence[ProviderError]) -> ProviderError:
    """One error for all: the gravest kind, the earliest next try, every cause in its text."""
    if not causes:
        return Misconfigured(
            f"No {port} provider is turned on.",
            advice=f"Turn on a provider for {port} on the Provider Health page.",
        )
    if len(causes) == 1:
        return causes[0]
    sentence = f"No {port} provider could answer: " + " ".join(
        f"{cause.provider or 'one'}: {cause.sentence}" for cause in causes
    )
    advice = " ".join(dict.fromkeys(cause.advice for cause in causes if cause.advice))
    for kind in (Uncertain, Misconfigured, Rejected):
        if all(isinstance(cause, kind) for cause in causes):
            return kind(sentence, provider=port, advice=advice)
    tries = [at for cause in causes if (at := getattr(cause, "retry_at", None)) is not None]
    return Unavailable(sentence, provider=port, advice=advice, retry_at=min(tries, default=None))
