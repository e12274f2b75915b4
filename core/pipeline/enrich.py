"""Asks the providers of facts and verdicts about harvested leads.

Safe to run twice, beside itself, or to be killed anywhere: providers are asked outside any
transaction, and what they said is written together with the lead's move to `enriched`; a lead
that did not move is simply asked for again. A provider that fails never blocks the stage.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core.collector import seldom
from core.domain.access import SYSTEM
from core.domain.states import EmailStatus
from core.errors import ProviderError
from core.pipeline.report import Report
from core.providers.enrichment.port import Findings, Subject
from core.providers.verification.port import EmailVerdict
from core.runtime import Runtime
from core.services import facts, running
from core.services.facts import Enriched, Found, Judged
from db.session import reading, transaction

BATCH = 1000


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: enriched, facts, set_aside, unanswered (batches that a provider did not answer)."""
    report = Report.of(enriched=0)
    with reading(rt.sessions) as session:
        ids = running.campaign_ids(session, campaign_id)
    for one in ids:
        left = None if limit is None else limit - report["enriched"]
        report += _campaign(rt, one, left)
    return report


def _campaign(rt: Runtime, campaign_id: int, limit: int | None) -> Report:
    report, after = Report(), 0
    while not rt.stopping() and (limit is None or report["enriched"] < limit):
        size = BATCH if limit is None else min(BATCH, limit - report["enriched"])
        with reading(rt.sessions) as session:
            rows = facts.waiting(session, campaign_id, after=after, limit=size)
        if not rows:
            break
        after = rows[-1].id
        report += _batch(rt, rows)
    return report


def _batch(rt: Runtime, rows: Sequence[Any]) -> Report:
    found, silent = _look_up(rt, rows)
    verdicts, mute = _verify(rt, rows)
    enriched = [_together(row, found.get(row.id, ()), verdicts.get(row.email_key)) for row in rows]
    notes = tuple(note for note in (silent, mute) if note)
    counted = Report(
        {"facts": sum(len(one.found) for one in enriched), "unanswered": len(notes)}, notes
    )
    return counted + _record(rt, enriched)


def _look_up(rt: Runtime, rows: Sequence[Any]) -> tuple[Findings, str]:
    subjects = [
        Subject(
            ref=row.id,
            email=row.email_key,
            domain=row.company_domain or row.email_domain,
            first_name=row.first_name or "",
            last_name=row.last_name or "",
            title=row.title or "",
            company=row.company or "",
            linkedin=row.linkedin or "",
            country=row.contact_country or row.account_country or "",
            free_mail=row.free_mail,
        )
        for row in rows
    ]
    try:
        return rt.providers.enrichment.enrich(subjects), ""
    except ProviderError as error:
        return {}, error.sentence


def _verify(rt: Runtime, rows: Sequence[Any]) -> tuple[Mapping[str, EmailVerdict], str]:
    now = rt.now()
    asked = [row.email_key for row in rows if facts.must_verify(row.email_status_at, now)]
    if not asked:
        return {}, ""
    try:
        return rt.providers.verification.verify(asked), ""
    except ProviderError as error:
        return {}, error.sentence


def _together(row: Any, found: Sequence[Any], verdict: EmailVerdict | None) -> Enriched:
    return Enriched(
        lead_id=row.id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        account_id=row.account_id,
        found=tuple(
            Found(
                fact.about,
                fact.field,
                fact.value,
                fact.provider,
                fact.confidence,
                fact.cost_micros,
            )
            for fact in found
        ),
        judged=None if verdict is None else Judged(EmailStatus(verdict.status), verdict.disposable),
    )


def _record(rt: Runtime, enriched: Sequence[Enriched]) -> Report:
    """All in one transaction; where one row spoils it, each in its own, the bad one set aside."""
    try:
        with transaction(rt.sessions) as session:
            moved = facts.record(session, SYSTEM, enriched, now=rt.now())
        return Report.of(enriched=len(moved))
    except SQLAlchemyError:
        if len(enriched) == 1:
            return Report.of(
                f"Lead {enriched[0].lead_id} could not be enriched and was set aside.", set_aside=1
            )
    report = Report()
    for one in enriched:
        report += _record(rt, [one])
    return report
