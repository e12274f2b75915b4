"""Answers that take their time: had under their tickets, whatever became of the lead meanwhile.

Safe to run twice or to be killed: collecting costs nothing, and writing the same facts again
changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from core.domain.lookups import LookupOutcome
from core.errors import ProviderError
from core.pipeline import waterfall
from core.pipeline.people import Case, Enrichment, Port, Verification, case_of
from core.pipeline.report import Report
from core.providers.enrichment.port import Subject
from core.providers.faces import Source
from core.providers.verification.port import Ticket
from core.runtime import Runtime
from core.services import enriching, facts, lookups
from core.services.lookups import Ended, Open
from db.session import reading, transaction

PORTS: Mapping[str, Port] = {"enrichment": Enrichment(), "verification": Verification()}


def run(rt: Runtime) -> Report:
    """Counts came_late (persons)."""
    report = Report()
    with transaction(rt.sessions) as session:
        waiting = lookups.open_tickets(session, now=rt.now())
    for one in waiting:
        if rt.stopping():
            break
        report += _one(rt, one)
    return report


def _one(rt: Runtime, one: Open) -> Report:
    port = PORTS.get(one.port)
    source = next((s for s in rt.providers.sources(one.port) if s.provider == one.provider), None)
    if port is None or source is None:
        return Report()  # turned off, or without its key: the ticket waits
    cases = _cases(rt, one)
    try:
        answers = _collected(port, source, Ticket(one.ticket, 0.0), cases)
    except ProviderError as error:
        return Report.of(error.sentence, unanswered=1)
    if answers is None:
        return Report()
    rows = {case.ref: row_id for case, (row_id, _) in zip(cases, one.rows, strict=True)}
    here = [case for case in cases if case.subject.email]
    waterfall.record(rt, here, rows, answers)
    with transaction(rt.sessions) as session:
        gone = [Ended(rows[c.ref], LookupOutcome.MISSED) for c in cases if not c.subject.email]
        lookups.end(session, gone, now=rt.now())
        facts.fill(session, [case.enriched() for case in here], now=rt.now())
    return Report.of(came_late=len(here))


def _collected(
    port: Port, source: Source[Any], ticket: Ticket, cases: list[Case]
) -> Mapping[int, Any] | None:
    return source.ask(lambda adapter: port.collect(adapter, ticket, cases))


def _cases(rt: Runtime, one: Open) -> list[Case]:
    """The persons in the order in which they were asked about; who is gone has no address."""
    ids = [int(subject.partition(":")[2]) for _, subject in one.rows]
    now = rt.now()
    with reading(rt.sessions) as session:
        rows = enriching.persons(session, ids)
    return [
        case_of(rows[id_], now, verify=True)
        if id_ in rows
        else Case(id_, one.client_id, id_, None, Subject(id_, "", ""), now, verify=False)
        for id_ in ids
    ]
