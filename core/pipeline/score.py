"""Gives enriched leads their score, and scores anew where the rules or the person moved on.

Where the rules in the code are of a new edition, up to RENEWED leads a run are scored by it.

Pure work in batches, one transaction each: killed anywhere, the next run goes on; run twice, there
is nothing left to do. On PostgreSQL a twin takes other rows (SKIP LOCKED).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.collector import seldom
from core.domain import scoring
from core.domain.access import SYSTEM
from core.pipeline import batches
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import editions, scores, subjects
from core.services.scores import Audience, Scored
from db.session import reading, transaction

RENEWED = 50_000  # leads a run: some seconds


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: scored, rescored, set_aside. `limit` is a number of leads."""
    passes = (partial(_batch, again=False), partial(_batch, again=True), _Renewal(RENEWED))
    report = batches.run(rt, scores.audience, *passes, campaign_id=campaign_id, limit=limit)
    return Report.of(scored=0) + report


def _batch(
    rt: Runtime, audience: Audience, after: int, size: int, *, again: bool
) -> tuple[Report, int]:
    """One batch and the last id of it; 0 where there was nothing."""
    version, now = audience.rules.version, rt.now()
    with transaction(rt.sessions) as session:
        rows = scores.waiting(
            session,
            audience.campaign_id,
            again=again,
            version=version,
            after=after,
            limit=size,
        )
        if not rows:
            return Report(), 0
        signals = scores.signals_of(session, rows)
        touches = scores.touches_of(session, rows, now)
        scored, aside = _scored(audience, rows, signals, touches, now)
        done = scores.record(session, SYSTEM, scored, version=version, now=now, held=rows)
    word = "rescored" if again else "scored"
    return Report({word: done, "set_aside": len(aside)}, tuple(aside)), rows[-1].id


@dataclass(slots=True)
class _Renewal:
    """Scores by the present edition of the built-in rules, over all campaigns of one run. How far
    it is stands in the campaign, in the same transaction as the scores.
    """

    left: int

    def __call__(self, rt: Runtime, audience: Audience, _: int, size: int) -> tuple[Report, int]:
        with reading(rt.sessions) as session:
            due = editions.behind(session, audience.campaign_id) is not None
        if not due or not self.left:
            return Report(), 0
        now, one = rt.now(), audience.campaign_id
        with transaction(rt.sessions) as session:
            after = editions.behind(session, one) or 0
            rows = editions.waiting(session, one, after=after, limit=min(size, self.left))
            editions.renewed(session, one, to=rows[-1].id if rows else None)
            if not rows:
                return Report(), 0
            known = scores.signals_of(session, rows), scores.touches_of(session, rows, now)
            scored, aside = _scored(audience, rows, *known, now)
            version = audience.rules.version
            done = scores.record(session, SYSTEM, scored, version=version, now=now, held=rows)
        self.left -= len(rows)
        return Report({"rescored": done, "set_aside": len(aside)}, tuple(aside)), rows[-1].id


def _scored(
    audience: Audience, rows: Sequence[Any], signals: Any, touches: Any, now: Any
) -> tuple[list[Scored], list[str]]:
    """The scores of a batch; a lead that cannot be scored is set aside with its reason."""
    found, aside = [], []
    for row in rows:
        try:
            score = scoring.score(
                subjects.subject_of(row),
                audience.icp,
                audience.rules,
                now,
                signals=scores.about(signals, row) if signals else (),
                touches=touches.get(row.id, ()),
            )
        except (ArithmeticError, TypeError, ValueError, AttributeError) as error:
            aside.append(f"Lead {row.id} cannot be scored: {error}")
            continue
        found.append(Scored(row.id, row.client_id, row.state, score))
    return found, aside
