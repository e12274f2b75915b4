"""Gives qualified leads their sequence and their owner.

Pure work in batches, one transaction each: killed anywhere, the next run goes on; run twice, there
is nobody left to route. On PostgreSQL a twin takes other rows (SKIP LOCKED). A lead for which there
is no sequence stays qualified, and the report says what is missing.
"""

from core.collector import seldom
from core.domain import routing
from core.domain.access import SYSTEM
from core.domain.states import Tier
from core.errors import Invalid
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import routes, routing_facts, running
from core.services.routes import Crossing
from db.session import reading, transaction

BATCH = 1000


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: routed, held (without a sequence). `limit` is a number of leads."""
    report, seen = Report.of(routed=0), 0
    with reading(rt.sessions) as session:
        ids = running.campaign_ids(session, campaign_id)
    for one in ids:
        try:
            with reading(rt.sessions) as session:
                crossing = routes.crossing(session, one)
        except Invalid as error:
            report += Report.of(f"Campaign {one}: {error.sentence}", broken_campaigns=1)
            continue
        after = 0
        while not rt.stopping() and (limit is None or seen < limit):
            size = BATCH if limit is None else min(BATCH, limit - seen)
            found, after = _batch(rt, crossing, after=after, size=size)
            if not after:
                break
            report, seen = report + found, seen + size
    return Report(report.counts, tuple(dict.fromkeys(report.notes)))


def _batch(rt: Runtime, crossing: Crossing, *, after: int, size: int) -> tuple[Report, int]:
    now = rt.now()
    with transaction(rt.sessions) as session:
        rows = routes.waiting(session, crossing.campaign_id, after=after, limit=size)
        if not rows:
            return Report(), 0
        routed, missing = [], []
        for row in rows:
            found = routing.route(
                routing_facts.of(row),
                row.tier or Tier.COLD,
                crossing.rules,
                crossing.by_tier,
                crossing.fallback,
            )
            if found.sequence_id is None:
                missing.append(found.sentence)
                continue
            routed.append((row.id, found, routes.owner_of(crossing, row, found)))
        done = routes.record(session, SYSTEM, routed, now=now)
    return Report({"routed": done, "held": len(missing)}, tuple(missing)), rows[-1].id
