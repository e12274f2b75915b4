"""Keeps a CRM in step: its changes are taken in first, then ours are given to it.

Safe to run twice, beside itself, or to be killed anywhere. What changed there is decided and
written in one transaction a page, and a page taken in twice changes nothing. What goes there is
claimed in a transaction of its own before the call: a contact's address names its record, so it may
be given again; an interaction that may have been written down is given again only where the CRM
knows its key, elsewhere it waits for a person. One bad record is set aside with its reason.
"""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from core import logs
from core.domain.crm import Plan
from core.errors import ProviderError, Rejected
from core.pipeline import crm_log, crm_pull
from core.pipeline.report import Report
from core.providers.crm.port import Kept, Person
from core.providers.faces import CrmDesk
from core.runtime import Runtime
from core.services import crm_plan, crm_push
from core.services.crm_push import Due, Going
from db.session import reading, transaction

TURN = 60.0  # seconds; the next turn goes on where this one stopped
BATCH = 200
OFF = "Nothing is kept in step: Settings, CRM turns it on."


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, with what it counts. `limit`: so many contacts and so many interactions at most."""

    rt: Runtime
    plan: Plan
    crm: CrmDesk
    ends: float
    limit: int | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def over(self) -> bool:
        """Whether time is up or the process is to end."""
        return self.rt.stopping() or time.monotonic() >= self.ends


def run(
    rt: Runtime,
    *,
    campaign_id: int | None = None,
    limit: int | None = None,
    seconds: float = TURN,
) -> Report:
    """Counts: pulled, changed, opted_out, converted, pushed, logged, set_aside, uncertain. A
    campaign has no meaning here.
    """
    with reading(rt.sessions) as session:
        plan = crm_plan.plan(session)
    if not plan.on:
        return Report.of(OFF)
    with closing(rt.providers.crm(plan.crm)) as crm:
        turn = Turn(rt, plan, crm, time.monotonic() + seconds, limit)
        error = _failed(turn)
    with transaction(rt.sessions) as session:
        said = logs.scrub(error.sentence) if error else None
        crm_plan.finished(session, crm.name, turn.counts, said, now=rt.now())
    if error is not None:
        raise error
    return Report({word: number for word, number in turn.counts.items() if number})


def _failed(turn: Turn) -> ProviderError | None:
    """Does it all; the error that ended it early."""
    try:
        if crm_pull.pull(turn):
            push(turn)
            if turn.plan.interactions:
                crm_log.tell(turn)
    except ProviderError as error:
        return error
    return None


def push(turn: Turn) -> None:
    """Gives the CRM what is new or changed here, batch by batch."""
    after, given = 0, 0
    while not turn.over() and (turn.limit is None or given < turn.limit):
        size = BATCH if turn.limit is None else min(BATCH, turn.limit - given)
        with reading(turn.rt.sessions) as session:
            due = crm_push.due(
                session, turn.plan, turn.crm.name, turn.crm.fields,
                after=after, limit=size, now=turn.rt.now(),
            )  # fmt: skip
        if not due:
            return
        after, given = due[-1].contact_id, given + len(due)
        for start in range(0, len(due), turn.crm.contacts_at_once):
            if turn.over():
                return
            _put(turn, _claim(turn, due[start : start + turn.crm.contacts_at_once]))


def _claim(turn: Turn, due: Sequence[Due]) -> list[Going]:
    with transaction(turn.rt.sessions) as session:
        for one in due:
            if not one.goes:
                crm_push.unchanged(session, one)
        now, name = turn.rt.now(), turn.crm.name
        claimed = [crm_push.claim(session, name, one, now=now) for one in due if one.goes]
    turn.counts["set_aside"] += sum(one is None for one in claimed)
    return [one for one in claimed if one is not None]


def _put(turn: Turn, going: list[Going]) -> None:
    """One call; where it is refused as a whole, its halves, down to the one that is to blame."""
    waiting = [going] if going else []
    while waiting:
        part = waiting.pop()
        try:
            kept = turn.crm.upsert_contacts(
                [Person(f"contact-{one.contact_id}", one.email, one.fields) for one in part]
            )
        except Rejected as error:
            if len(part) > 1:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
            else:
                _settle(turn, part, [Kept("", None, error.sentence)])
        except ProviderError:
            with transaction(turn.rt.sessions) as session:
                for one in (*part, *(one for rest in waiting for one in rest)):
                    crm_push.released(session, one)
            raise
        else:
            _settle(turn, part, kept)


def _settle(turn: Turn, part: Sequence[Going], kept: Sequence[Kept]) -> None:
    with transaction(turn.rt.sessions) as session:
        for one, found in zip(part, kept, strict=True):
            if found.remote_id is None:
                crm_push.set_aside(session, one, found.reason)
                turn.counts["set_aside"] += 1
            elif crm_push.kept(session, turn.crm.name, one, found.remote_id, now=turn.rt.now()):
                turn.counts["pushed"] += 1
