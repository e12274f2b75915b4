"""Asks the providers of facts and verdicts about harvested leads, and judges stale addresses again.

Safe to run twice, beside itself, or to be killed anywhere: questions that cost are claimed before
they are asked and their answers written at once (core.pipeline.waterfall); what the batch brought
is written together with the lead's move to `enriched`, and a lead that did not move is taken up
again with what was already found. A provider that fails never blocks the stage.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.collector import seldom
from core.domain.access import SYSTEM
from core.domain.keys import subject
from core.errors import ProviderError
from core.pipeline import late_answers, waterfall
from core.pipeline.people import Case, Enrichment, Verification, case_of
from core.pipeline.report import Report
from core.pipeline.waterfall import SPOILT, Tally
from core.runtime import Runtime
from core.services import enriching, facts, running
from db.session import reading, transaction

BATCH = 1000


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: enriched, facts, set_aside, unanswered (providers that did not answer, by batch),
    lookups (questions that may cost), over_budget, late (answers that are not ready yet), came_late
    and judged_again (persons).
    """
    report = Report.of(enriched=0) + late_answers.run(rt)
    with reading(rt.sessions) as session:
        ids = running.campaign_ids(session, campaign_id)
    for one in ids:
        left = None if limit is None else limit - report["enriched"]
        report += _campaign(rt, one, left)
    return report + _judge_again(rt, ids, limit)


def _campaign(rt: Runtime, campaign_id: int, limit: int | None) -> Report:
    report, after = Report(), 0
    while not rt.stopping() and (limit is None or report["enriched"] < limit):
        size = BATCH if limit is None else min(BATCH, limit - report["enriched"])
        with reading(rt.sessions) as session:
            rows = enriching.waiting(session, campaign_id, after=after, limit=size)
            before = _before(rt, session, rows)
        if not rows:
            break
        after = rows[-1].id
        report += _batch(rt, rows, before)
    return report


def _before(rt: Runtime, session: Any, rows: Sequence[Any]) -> Mapping[str, list[facts.Found]]:
    """What was found before, where anybody asks who is paid for it."""
    if not rows or not _anybody_paid(rt):
        return {}
    return enriching.stored(session, enriching.subjects_of(rows))


def _anybody_paid(rt: Runtime) -> bool:
    try:
        return any(source.adapter.on_record for source in rt.providers.sources(Enrichment.name))
    except ProviderError:
        return True


def _batch(rt: Runtime, rows: Sequence[Any], before: Mapping[str, list[facts.Found]]) -> Report:
    now = rt.now()
    cases = [case_of(row, now, verify=enriching.must_verify(row, now)) for row in rows]
    for case in cases:
        case.remember(before.get(case.filed_under, ()))
        if case.account_id is not None:
            case.remember(before.get(subject("account", case.account_id), ()))
    tally = _asked(rt, cases)
    if rt.stopping():
        return _told(tally)  # nobody moves on without having been looked up
    return _told(tally) + _record(rt, cases)


def _asked(rt: Runtime, cases: Sequence[Case]) -> Tally:
    """What costs nothing first: nobody pays for a person whose address is dead."""
    tally = Tally()
    waterfall.run(rt, Verification(), cases, tally, paid=False)
    waterfall.run(rt, Enrichment(), cases, tally, paid=None)
    waterfall.run(rt, Verification(), cases, tally, paid=True)
    return tally


def _told(tally: Tally) -> Report:
    counts = {
        "unanswered": len(tally.silent),
        "lookups": tally.lookups,
        "over_budget": tally.over_budget,
        "late": tally.late,
    }
    notes = list(tally.silent.values())
    if tally.over_budget:
        notes.append(
            f"{tally.over_budget} questions were not asked: a client's money for the day is used "
            "up. Raise AICMO_LOOKUP_DAILY_BUDGET, or wait for tomorrow."
        )
    return Report({word: count for word, count in counts.items() if count}, tuple(notes))


def _record(rt: Runtime, cases: Sequence[Case]) -> Report:
    """All in one transaction; where one row spoils it, each in its own, the bad one set aside."""
    try:
        with transaction(rt.sessions) as session:
            found = [case.enriched() for case in cases]
            moved = facts.record(session, SYSTEM, found, now=rt.now())
        return Report.of(enriched=len(moved), facts=sum(len(one.found) for one in found))
    except SPOILT:
        if len(cases) == 1:
            return Report.of(
                f"Lead {cases[0].ref} could not be enriched and was set aside.", set_aside=1
            )
    report = Report()
    for case in cases:
        report += _record(rt, [case])
    return report


def _judge_again(rt: Runtime, campaigns: Sequence[int], limit: int | None) -> Report:
    """Addresses whose verdict is stale, of leads that are still worked on."""
    report, size = Report(), min(BATCH, limit or BATCH)
    while not rt.stopping():
        now = rt.now()
        with reading(rt.sessions) as session:
            rows = enriching.stale(session, campaigns, now=now, limit=size)
        if not rows:
            break
        cases = [case_of(row, now, verify=True) for row in rows]
        tally = Tally()
        waterfall.run(rt, Verification(), cases, tally, paid=None)
        told = [case.enriched() for case in cases if case.verdict is not None]
        with transaction(rt.sessions) as session:
            facts.keep(session, told, now=now)
        report += _told(tally) + Report.of(judged_again=len(told))
        if len(rows) < size or len(told) < len(rows) or limit is not None:
            break
    return report
