"""Decides on scored leads: on, away, or before a person.

Pure work in batches, one transaction each: killed anywhere, the next run goes on; run twice, there
is nothing left to decide. On PostgreSQL a twin takes other rows (SKIP LOCKED).
"""

from typing import Any

from core.collector import seldom
from core.domain import qualification
from core.domain.access import SYSTEM
from core.pipeline import batches
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import decisions, scores
from core.services.decisions import Verdict
from core.services.scores import Audience
from db.session import transaction


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: qualified, review, rejected, suppressed, set_aside. `limit` is a number of leads."""
    report = batches.run(rt, scores.audience, _batch, campaign_id=campaign_id, limit=limit)
    return Report.of(qualified=0) + report


def _batch(rt: Runtime, audience: Audience, after: int, size: int) -> tuple[Report, int]:
    now = rt.now()
    with transaction(rt.sessions) as session:
        rows = decisions.waiting(session, audience, after=after, limit=size)
        if not rows:
            return Report(), 0
        decided, aside = _decided(audience, decisions.candidates(session, audience, rows))
        counts = decisions.record(session, SYSTEM, audience, decided, now=now, held=rows)
    return Report({**counts, "set_aside": len(aside)}, tuple(aside)), rows[-1].id


def _decided(audience: Audience, cases: list[Any]) -> tuple[list[Verdict], list[str]]:
    """The decisions of a batch; a lead that cannot be decided on is set aside with its reason."""
    found, aside = [], []
    for row, candidate, score in cases:
        try:
            decision = qualification.qualify(candidate, score, audience.icp, audience.rules)
            verdict = decisions.verdict(audience, row, decision)
        except (ArithmeticError, TypeError, ValueError, AttributeError) as error:
            aside.append(f"Lead {row.id} cannot be decided on: {error}")
            continue
        found.append(verdict)
    return found, aside
