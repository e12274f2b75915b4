"""Looks who may be the same as whom: new and changed contacts and companies against their blocks.

Batches in the order of their last change, one transaction each, which also keeps how far it was
looked: killed anywhere, the next run goes on; run twice, a pair is there once, and what a person
said of it stays. A twin waits for the mark. What changed in the last minutes is looked at again
next time, for what other transactions had not finished.
"""

from datetime import datetime, timedelta
from itertools import groupby

from core.collector import seldom
from core.domain.access import SYSTEM
from core.domain.matches import MatchKind
from core.errors import AicmoError
from core.learn.matching_fields import Commonness
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import match_rows, match_store, merges
from db.session import reading, transaction

BATCH = 1000
SETTLED = timedelta(minutes=2)
AT_ONCE = 500  # merges by themselves a run and client
Known = dict[tuple[MatchKind, int], Commonness]


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: looked, compared, pairs (new ones), merged. `limit` is a number of rows a kind."""
    report = Report.of(looked=0, compared=0, pairs=0)
    for kind in MatchKind:
        report += _kind(rt, kind, limit)
    return report + _merge_sure(rt)


def _kind(rt: Runtime, kind: MatchKind, limit: int | None) -> Report:
    report, known = Report(), Known()
    with transaction(rt.sessions) as session:
        after = match_store.mark(session, kind)
    while not rt.stopping() and (limit is None or report["looked"] < limit):
        size = BATCH if limit is None else min(BATCH, limit - report["looked"])
        found, after = _batch(rt, kind, known, after, size)
        if not found["looked"]:
            break
        report += found
    return report


def _batch(
    rt: Runtime, kind: MatchKind, known: Known, after: tuple[datetime, int] | None, size: int
) -> tuple[Report, tuple[datetime, int] | None]:
    now = rt.now()
    with transaction(rt.sessions) as session:
        mark = match_store.mark(session, kind)
        if mark is not None and after is not None:
            after = max(mark, after)  # a twin was further
        rows = match_rows.changed(session, kind, after=after, limit=size)
        if not rows:
            return Report(), after
        compared = pairs = 0
        for client_id, mine in groupby(
            sorted(rows, key=lambda row: row.client_id), key=lambda row: row.client_id
        ):
            if (kind, client_id) not in known:
                known[kind, client_id] = match_rows.commonness(session, kind, client_id)
            common = known[kind, client_id]
            done = match_store.look(session, kind, client_id, list(mine), common, now=now)
            compared, pairs = compared + done[0], pairs + done[1]
        last = (rows[-1].updated_at, rows[-1].id)
        if last[0] < now - SETTLED:
            match_store.put_mark(session, kind, *last)
    return Report({"looked": len(rows), "compared": compared, "pairs": pairs}), last


def _merge_sure(rt: Runtime) -> Report:
    """Where a client's setting says so, pairs above its threshold are merged, one by one."""
    with reading(rt.sessions) as session:
        wanted = merges.by_themselves(session)
        pairs = [
            pair.id
            for client_id, least in wanted.items()
            for pair in match_store.sure_pairs(session, client_id, least=least, limit=AT_ONCE)
        ]
    merged, notes = 0, []
    for pair_id in pairs:
        if rt.stopping():
            break
        try:
            with transaction(rt.sessions) as session:
                merged += merges.merge_pair(session, SYSTEM, pair_id, now=rt.now()) is not None
        except AicmoError as error:
            notes.append(f"Pair {pair_id} was not merged: {error.sentence}")
    return Report({"merged": merged} if wanted else {}, tuple(notes))
