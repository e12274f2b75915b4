"""Adapters of one port in an order that a person sets. A chain is itself a provider.

It moves on after Unavailable, and after any error only where the call may be repeated (reading,
enrichment, LLM). An open breaker is skipped, our own limit waited for. Health is written as a
by-product.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from core.domain.states import BreakerState
from core.errors import (
    Misconfigured,
    ProviderError,
    Rejected,
    Unavailable,
    Uncertain,
    Withheld,
    outcome_of,
)
from core.providers import breaker as breakers
from core.providers import limits
from core.providers.breaker import Breaker
from core.providers.health import Book, Call, Standing
from core.providers.limits import AT_ONCE, Limit, Patience

SHORT_WAIT = 2.0  # seconds that a call waits for our own limit before the next member is asked
FIRST_BACKOFF, LONGEST_BACKOFF = 0.2, 2.0
LAST = 1_000_000  # the place of those that nobody gave one

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
        limits: Mapping[str, Limit] | None = None,
        patience: Patience = AT_ONCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.port = port
        self.part = part
        self._members = tuple(members)
        self._book = book
        self._clock = clock
        self._limits = limits or {}
        self._patience = patience
        self._sleep = sleep

    def ask(self, do: Callable[[P], T], *, repeatable: bool) -> T:
        """The first good answer. All failed: one error of the gravest kind with every cause."""
        self._book.look(self.part)
        seconds = self._patience.seconds
        until = None if seconds is None else time.monotonic() + seconds
        causes: list[ProviderError] = []
        for member in self.in_order():
            if until is not None and time.monotonic() >= until:
                causes.append(_too_late(member.provider, self._patience))
                break
            try:
                return self._insist(member, do, until, repeatable=repeatable)
            except ProviderError as error:
                causes.append(error)
                if not repeatable and not isinstance(error, Unavailable):
                    raise
        raise _together(self.port, causes)

    def ask_one(self, member: Member[P], do: Callable[[P], T]) -> T:
        """One member's answer, for who asks each for what is still missing. Asked again only where
        surely nothing happened.
        """
        self.look()
        seconds = self._patience.seconds
        until = None if seconds is None else time.monotonic() + seconds
        return self._insist(member, do, until, repeatable=True)

    def look(self) -> None:
        """Notices what people and other processes changed."""
        self._book.look(self.part)

    def in_order(self) -> list[Member[P]]:
        """The members that are turned on, in the order a person set."""
        return [member for member, standing in self.standings() if standing.enabled]

    def standings(self) -> list[tuple[Member[P], Standing]]:
        """All members in their order: first those that a person gave a place, then the others."""
        found = [
            (member, self._book.standing(self.port, member.provider, self.part))
            for member in self._members
        ]
        return sorted(found, key=lambda pair: pair[1].position or LAST)

    def _insist(
        self, member: Member[P], do: Callable[[P], T], until: float | None, *, repeatable: bool
    ) -> T:
        """One member's answer, asked again after a short wait where that does no harm and the
        provider named no time itself.
        """
        attempts = self._patience.attempts if repeatable else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._once(member, do, until)
            except Withheld:
                raise
            except Unavailable as error:
                wait = _backoff(attempt)
                late = until is not None and time.monotonic() + wait >= until
                if attempt == attempts or late or error.retry_at is not None:
                    raise
                self._sleep(wait)
        raise AssertionError("a loop of at least one attempt ends inside")  # pragma: no cover

    def _once(self, member: Member[P], do: Callable[[P], T], until: float | None) -> T:
        standing = self._book.standing(self.port, member.provider, self.part)
        if not breakers.may_try(standing.breaker, self._clock()):
            raise _resting(member.provider, standing.breaker)
        self._within_limit(member.provider, standing, until)
        with limits.within(until):
            return self._call(member, do, standing.breaker)

    def _within_limit(self, provider: str, standing: Standing, until: float | None) -> None:
        """Waits a moment for our own limit; Withheld where that would take long."""
        limit = standing.limit or self._limits.get(provider)
        if limit is None:
            return
        give_up = time.monotonic() + SHORT_WAIT
        if until is not None:
            give_up = min(give_up, until)
        while wait := self._book.take(self.port, provider, limit):
            if time.monotonic() + wait > give_up:
                raise _limited(provider, limit, self._clock() + timedelta(seconds=wait))
            self._sleep(wait)

    def _call(self, member: Member[P], do: Callable[[P], T], known: Breaker) -> T:
        before = breakers.trying(known, self._clock())
        if before.state is BreakerState.HALF_OPEN and not self._book.hold(
            self.port, member.provider, self.part, before
        ):
            raise _resting(member.provider, before)
        started = time.perf_counter()
        try:
            adapter = member.get()
            answer = do(adapter)
        except Withheld:
            raise  # nothing was asked, so nothing was learnt
        except Rejected as error:
            self._record(member, breakers.succeeded(before), ok=None, started=started, error=error)
            raise
        except ProviderError as error:
            after = breakers.failed(before, self._clock(), getattr(error, "retry_at", None))
            self._record(member, after, ok=False, started=started, error=error)
            raise
        left = getattr(adapter, "quota", None)  # declared by those whose answers tell it
        self._record(member, breakers.succeeded(before), ok=True, started=started, quota=left)
        return answer

    def _record(
        self,
        member: Member[P],
        after: Breaker,
        *,
        ok: bool | None,
        started: float,
        error: ProviderError | None = None,
        quota: str | None = None,
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
            outcome=outcome_of(error),
            quota=quota,
        )
        self._book.record(call)


def _resting(provider: str, breaker: Breaker) -> Unavailable:
    return Unavailable(
        f"{provider} failed {breaker.failures} times in a row and is left alone for a while.",
        provider=provider,
        retry_at=breaker.until,
    )


def _limited(provider: str, limit: Limit, again: datetime) -> Withheld:
    return Withheld(
        f"{provider} is asked {limit.calls} times in {limit.seconds:g} s at most.",
        provider=provider,
        advice="Wait, or raise the limit on the Provider Health page.",
        retry_at=again,
    )


def _too_late(provider: str, patience: Patience) -> Unavailable:
    return Unavailable(
        f"There was no time left to ask it ({patience.seconds:g} s in all).", provider=provider
    )


def _backoff(attempt: int) -> float:
    """Seconds: half to the whole of 0.2, 0.4, 0.8 … 2."""
    whole: float = min(FIRST_BACKOFF * 2 ** (attempt - 1), LONGEST_BACKOFF)
    return whole * random.uniform(0.5, 1)


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
