"""The round of the stages that do pure work: campaign by campaign, one batch a transaction."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import running
from db import journal
from db.session import reading

BATCH = 1000

Known = TypeVar("Known")
Batch = Callable[[Runtime, Known, int, int], tuple[Report, int]]


def run(
    rt: Runtime,
    know: Callable[[Session, int], Known],
    *batches: Batch[Known],
    campaign_id: int | None,
    limit: int | None,
) -> Report:
    """Takes each campaign through `batches`, one after the other, until nothing is left.

    `know` reads what a campaign's batches need; Invalid where it is broken, which must not hold the
    others. A batch gets (rt, what is known, last id before it, its size) and gives its report and
    its own last id: 0 where there was nothing. `limit` is a number of leads.
    """
    report, seen = Report(), 0
    with reading(rt.sessions) as session:
        ids = running.campaign_ids(session, campaign_id)
    for one in ids:
        try:
            with reading(rt.sessions) as session:
                known = know(session, one)
        except Invalid as error:
            report += Report.of(f"Campaign {one}: {error.sentence}", broken_campaigns=1)
            continue
        for batch in batches:
            left = None if limit is None else limit - seen
            found, taken = _through(rt, partial(batch, rt, known), left)
            report, seen = report + found, seen + taken
    return report


def _through(
    rt: Runtime, batch: Callable[[int, int], tuple[Report, int]], limit: int | None
) -> tuple[Report, int]:
    report, after, seen = Report(), 0, 0
    with journal.carried(rt.engine) as carry:
        while not rt.stopping() and (limit is None or seen < limit):
            size = BATCH if limit is None else min(BATCH, limit - seen)
            found, after = batch(after, size)
            if not after:
                break
            carry()
            report, seen = report + found, seen + size
    return report, seen
