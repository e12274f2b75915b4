"""The part of the CRM stage that takes changes in: see core.pipeline.crm on safety."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.domain.crm import Theirs
from core.errors import AicmoError
from core.services import crm_plan, crm_pull
from db.session import transaction

if TYPE_CHECKING:
    from core.pipeline.crm import Turn

OVERLAP = timedelta(minutes=10)  # a CRM's search may be behind by seconds, and clocks differ
UNREADABLE = "It could not be taken in. Details are in the log."

log = logs.get("crm")


def pull(turn: "Turn") -> bool:
    """Takes in what changed there; whether everything there has been seen once, before which
    nothing may be overwritten.
    """
    while not turn.over():
        with transaction(turn.rt.sessions) as session:
            sync = crm_plan.sync_of(session, turn.crm.name)
            if sync.began_at is None:
                sync.began_at, sync.cursor = turn.rt.now(), None
            since, cursor = sync.since, sync.cursor
        page = turn.crm.pull_changes(since, cursor)
        _take(turn, page.records)
        with transaction(turn.rt.sessions) as session:
            sync = crm_plan.sync_of(session, turn.crm.name)
            sync.cursor = page.cursor
            if page.cursor is None and sync.began_at is not None:
                sync.since, sync.began_at = sync.began_at - OVERLAP, None
        if page.cursor is None:
            return True
    return False


def _take(turn: "Turn", records: Sequence[Theirs]) -> None:
    """A page in one transaction; where one record spoils it, each in its own."""
    try:
        turn.counts.update(_applied(turn, records))
    except (SQLAlchemyError, AicmoError):
        for one in records:
            _take_one(turn, one)


def _take_one(turn: "Turn", one: Theirs) -> None:
    try:
        turn.counts.update(_applied(turn, [one]))
    except (SQLAlchemyError, AicmoError) as error:
        log.warning("a record of the CRM was set aside", exc_info=error)
        why = error.sentence if isinstance(error, AicmoError) else UNREADABLE
        with transaction(turn.rt.sessions) as session:
            now = turn.rt.now()
            for found in crm_pull.decide(
                session, turn.plan, turn.crm.name, turn.crm.fields, [one], now=now
            ):
                crm_pull.set_aside(session, turn.crm.name, found, why, now=now)
        turn.counts["set_aside"] += 1


def _applied(turn: "Turn", records: Sequence[Theirs]) -> Counter[str]:
    counts: Counter[str] = Counter(pulled=len(records))
    now, name = turn.rt.now(), turn.crm.name
    with transaction(turn.rt.sessions) as session:
        decided = crm_pull.decide(session, turn.plan, name, turn.crm.fields, records, now=now)
        for one in decided:
            counts["changed"] += crm_pull.apply(session, turn.plan, name, one, now=now)
            counts["opted_out"] += one.opts_out
            counts["converted"] += one.conversion is not None
            counts["set_aside"] += bool(one.reason)
    return counts
