"""Gives qualified leads their sequence and their owner.

Pure work in batches, one transaction each: killed anywhere, the next run goes on; run twice, there
is nobody left to route. On PostgreSQL a twin takes other rows (SKIP LOCKED). A lead for which there
is no sequence stays qualified, and the report says what is missing.
"""

from core.collector import seldom
from core.domain import routing
from core.domain.access import SYSTEM
from core.domain.states import Tier
from core.pipeline import batches
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import routes, routing_facts
from core.services.routes import Crossing
from db.session import transaction


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: routed, held (without a sequence). `limit` is a number of leads."""
    report = batches.run(rt, routes.crossing, _batch, campaign_id=campaign_id, limit=limit)
    report = Report.of(routed=0) + report
    return Report(report.counts, tuple(dict.fromkeys(report.notes)))


def _batch(rt: Runtime, crossing: Crossing, after: int, size: int) -> tuple[Report, int]:
    now = rt.now()
    with transaction(rt.sessions) as session:
        rows = routes.waiting(session, crossing, after=after, limit=size)
        if not rows:
            return Report(), 0
        routed, missing = [], []
        for row in rows:
            found = routing.route(
                routing_facts.of(row) if crossing.rules else {},
                row.tier or Tier.COLD,
                crossing.rules,
                crossing.by_tier,
                crossing.fallback,
            )
            if found.sequence_id is None:
                missing.append(found.sentence)
                continue
            routed.append((row.id, found, routes.owner_of(crossing, row, found)))
        done = routes.record(session, SYSTEM, routed, now=now, held=rows)
    return Report({"routed": done, "held": len(missing)}, tuple(missing)), rows[-1].id
