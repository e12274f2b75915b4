"""One waterfall: providers asked one after another, each for what the others left open.

Safe to be killed and to have a twin: a question is claimed (and its price counted) before it is
asked, what it brought is written before anything goes on, and an answer that takes its time is had
under a ticket that is on record. No call is made inside a transaction; each thread has its own.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from core.domain.lookups import LookupOutcome
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.pipeline.people import Answer, Case, Port
from core.providers.faces import Source
from core.providers.verification.port import Ticket
from core.runtime import Runtime
from core.services import facts, lookups
from core.services.lookups import Ended, Terms
from db.session import transaction

SLICE = 0.5  # seconds between two looks whether a wait may end
SPOILT = (SQLAlchemyError, ValueError, TypeError, OverflowError)  # the database cannot hold it
MICROS = 1_000_000

T = TypeVar("T")
Answers = Mapping[int, Answer]


@dataclass(slots=True)
class Tally:
    """What one waterfall did; threads share it. `silent`: sentences, one a provider."""

    lookups: int = 0
    over_budget: int = 0
    late: int = 0
    silent: dict[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, *, lookups: int = 0, over_budget: int = 0, late: int = 0) -> None:
        """Counts."""
        with self.lock:
            self.lookups += lookups
            self.over_budget += over_budget
            self.late += late

    def hush(self, source: Source[Any], error: ProviderError) -> None:
        """A provider did not answer."""
        with self.lock:
            self.silent.setdefault(f"{source.port}:{source.provider}", error.sentence)


class Round:
    """One provider's turn: all who need it, in packets, several at once."""

    def __init__(self, rt: Runtime, port: Port, source: Source[Any], tally: Tally) -> None:
        self._rt = rt
        self._port = port
        self._source = source
        self._tally = tally
        self._refused = False  # a person must act: the rest is not even tried

    def run(self, cases: Sequence[Case]) -> None:
        """Asks, writes down, and tells the cases."""
        try:
            adapter = self._source.adapter
        except ProviderError as error:
            self._tally.hush(self._source, error)
            return
        wanted = [case for case in cases if self._port.wants(case, adapter)]
        packets = list(_packets(wanted, adapter))
        if len(packets) < 2:
            for packet in packets:
                self._packet(packet, adapter)
            return
        with ThreadPoolExecutor(self._rt.settings.lookup_threads, "lookup") as pool:
            list(pool.map(lambda packet: self._packet(packet, adapter), packets))

    def _packet(self, cases: list[Case], adapter: Any) -> None:
        if self._refused or self._rt.stopping():
            for case in cases:
                case.unanswered = True
            return
        if not adapter.on_record:
            self._free(cases)
            return
        rows = self._claimed(cases, adapter)
        # the order of the rows is that in which they are asked, so that a ticket can be read later
        asked = sorted((case for case in cases if case.ref in rows), key=lambda c: rows[c.ref])
        if asked:
            self._tally.add(lookups=len(asked))
            self._ask(asked, rows)

    def _free(self, cases: list[Case]) -> None:
        """What costs nothing and is not on record needs no claim."""
        try:
            answers = self._source.ask(lambda adapter: self._port.ask(adapter, cases))
        except ProviderError as error:
            self._silent(cases, error)
            return
        if not isinstance(answers, Ticket):
            for case in cases:
                case.told(answers.get(case.ref))

    def _claimed(self, cases: Sequence[Case], adapter: Any) -> dict[int, int]:
        settings = self._rt.settings
        terms = Terms(
            client_id=cases[0].client_id,
            port=self._port.name,
            provider=self._source.provider,
            price=adapter.price_micros,
            a_lead=round(settings.lookup_lead_ceiling * MICROS),
            usual_budget=round(settings.lookup_daily_budget * MICROS),
        )
        with transaction(self._rt.sessions) as session:
            claim = lookups.claim(
                session, terms, [case.filed_under for case in cases], now=self._rt.now()
            )
        self._tally.add(over_budget=claim.over_budget)
        if claim.over_budget:
            for case in cases:
                case.unanswered = case.unanswered or case.filed_under not in claim.rows
        return {c.ref: claim.rows[c.filed_under] for c in cases if c.filed_under in claim.rows}

    def _ask(self, cases: list[Case], rows: Mapping[int, int]) -> None:
        ids = [rows[case.ref] for case in cases]
        try:
            told = patiently(self._rt, lambda: self._source.ask(lambda a: self._port.ask(a, cases)))
            answers = self._wait_for(told, cases, ids) if isinstance(told, Ticket) else told
        except Rejected as error:
            self._rejected(cases, rows, error)
            return
        except Uncertain as error:
            with transaction(self._rt.sessions) as session:
                lookups.uncertain(session, ids, now=self._rt.now())
            self._silent(cases, error)
            return
        except ProviderError as error:
            with transaction(self._rt.sessions) as session:
                lookups.release(session, ids)
            self._silent(cases, error)
            return
        if answers is not None:
            record(self._rt, cases, rows, answers)

    def _wait_for(self, ticket: Ticket, cases: list[Case], ids: list[int]) -> Answers | None:
        """What a ticket stands for, polled as long as patience lasts; later runs go on with it."""
        with transaction(self._rt.sessions) as session:
            lookups.hold(session, ids, ticket.number)
        until = time.monotonic() + self._rt.settings.lookup_patience_seconds
        while not self._rt.stopping():
            pause(self._rt, min(ticket.seconds, max(until - time.monotonic(), 0.0)))
            try:
                answers = self._source.ask(lambda a: self._port.collect(a, ticket, cases))
            except ProviderError as error:
                self._silent(cases, error)
                break
            if answers is not None:
                return answers
            if time.monotonic() >= until:
                break
        self._tally.add(late=len(cases))
        for case in cases:
            case.unanswered = True
        return None

    def _rejected(self, cases: list[Case], rows: Mapping[int, int], error: Rejected) -> None:
        """A refused packet is halved until the one that it was about is alone."""
        if len(cases) > 1:
            half = len(cases) // 2
            self._ask(cases[:half], rows)
            self._ask(cases[half:], rows)
            return
        ended = Ended(rows[cases[0].ref], LookupOutcome.REJECTED)
        with transaction(self._rt.sessions) as session:
            lookups.end(session, [ended], now=self._rt.now())

    def _silent(self, cases: Sequence[Case], error: ProviderError) -> None:
        self._refused = self._refused or isinstance(error, Misconfigured)
        self._tally.hush(self._source, error)
        for case in cases:
            case.unanswered = True


def run(rt: Runtime, port: Port, cases: Sequence[Case], tally: Tally, *, paid: bool | None) -> None:
    """All providers of a port in their order; `paid`: only those whose questions are on record, or
    only the others.
    """
    for source in rt.providers.sources(port.name):
        if rt.stopping():
            break
        if paid is not None and bool(getattr(source.adapter, "on_record", False)) is not paid:
            continue
        Round(rt, port, source, tally).run(cases)


def record(rt: Runtime, cases: Sequence[Case], rows: Mapping[int, int], answers: Answers) -> None:
    """What was found, what it cost, and the end of the claims, in one transaction; then the cases
    are told. Where one case spoils it, each in its own.
    """
    now = rt.now()
    try:
        with transaction(rt.sessions) as session:
            lookups.end(session, [_ended(rows[c.ref], answers.get(c.ref)) for c in cases], now=now)
            facts.keep(session, [case.answered(answers.get(case.ref)) for case in cases], now=now)
    except SPOILT:
        if len(cases) == 1:
            _spoilt(rt, rows[cases[0].ref], answers.get(cases[0].ref))
            return
        for case in cases:
            record(rt, [case], rows, answers)
        return
    for case in cases:
        case.told(answers.get(case.ref), kept=True)


def patiently(rt: Runtime, do: Callable[[], T]) -> T:
    """Done as soon as a limit (ours or the provider's) lets it, within the patience of a call."""
    until = time.monotonic() + rt.settings.lookup_patience_seconds
    while True:
        try:
            return do()
        except Unavailable as error:
            if error.retry_at is None or rt.stopping():
                raise
            wait = max((error.retry_at - rt.now()).total_seconds(), 0.02)
            if time.monotonic() + wait > until:
                raise
        pause(rt, min(wait, SLICE))


def pause(rt: Runtime, seconds: float) -> None:
    """Waits, unless the process is to end."""
    until = time.monotonic() + seconds
    while not rt.stopping() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, SLICE))


def _packets(cases: Sequence[Case], adapter: Any) -> Iterator[list[Case]]:
    """As many at once as the provider takes, of one company's domain where it asks by domain."""
    if not getattr(adapter, "by_domain", False):
        yield from _cut(cases, adapter.at_once)
        return
    domains: dict[str, list[Case]] = {}
    for case in cases:
        domains.setdefault(case.subject.domain, []).append(case)
    for found in domains.values():
        yield from _cut(found, adapter.at_once)


def _cut(cases: Sequence[Case], size: int) -> Iterator[list[Case]]:
    for start in range(0, len(cases), size):
        yield list(cases[start : start + size])


def _ended(row_id: int, answer: Answer | None) -> Ended:
    if answer is None:
        return Ended(row_id, LookupOutcome.MISSED)
    outcome = LookupOutcome.FOUND if answer.found else LookupOutcome.MISSED
    return Ended(row_id, outcome, answer.cost_micros, len(answer.facts), answer.raw)


def _spoilt(rt: Runtime, row_id: int, answer: Answer | None) -> None:
    """The database cannot hold what was found: the cost alone is kept."""
    cost = answer.cost_micros if answer else 0
    with transaction(rt.sessions) as session:
        ended = Ended(row_id, LookupOutcome.REJECTED, cost)
        lookups.end(session, [ended], now=rt.now())
