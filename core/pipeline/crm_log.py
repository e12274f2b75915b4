"""The part of the CRM stage that writes interactions down: see core.pipeline.crm on safety."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.domain.crm_states import CrmKind, LinkState
from core.errors import ProviderError, Rejected, Uncertain
from core.providers.crm.port import Interaction, Kept
from core.services import crm_log
from core.services.crm_log import Logging
from db.session import reading, transaction

if TYPE_CHECKING:
    from core.pipeline.crm import Turn

BATCH = 200


def tell(turn: "Turn") -> None:
    """Mails, replies, opt-outs and conversions of the contacts that the CRM has, each once."""
    if not turn.crm.honours_keys:
        with transaction(turn.rt.sessions) as session:
            lost = crm_log.give_up_lost(session, turn.crm.name, now=turn.rt.now())
        turn.counts["uncertain"] += lost
    for kind in crm_log.KINDS:
        _kind(turn, kind)


def _kind(turn: "Turn", kind: CrmKind) -> None:
    after, given = 0, 0
    while not turn.over() and (turn.limit is None or given < turn.limit):
        size = BATCH if turn.limit is None else min(BATCH, turn.limit - given)
        with reading(turn.rt.sessions) as session:
            due = crm_log.due(
                session, turn.crm.name, kind, again=turn.crm.honours_keys,
                after=after, limit=size, now=turn.rt.now(),
            )  # fmt: skip
        if not due:
            return
        after, given = due[-1].subject_id, given + len(due)
        for start in range(0, len(due), turn.crm.interactions_at_once):
            if turn.over():
                return
            with transaction(turn.rt.sessions) as session:
                claimed = [
                    crm_log.claim(session, turn.crm.name, one, now=turn.rt.now())
                    for one in due[start : start + turn.crm.interactions_at_once]
                ]
            _write(turn, [one for one in claimed if one is not None])


def _write(turn: "Turn", hands: list[Logging]) -> None:
    """One call; where it is refused as a whole, its halves, down to the one that is to blame."""
    waiting = [hands] if hands else []
    while waiting:
        part = waiting.pop()
        try:
            kept = turn.crm.log_interactions([_interaction(one) for one in part])
        except Rejected as error:
            if len(part) > 1:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
            else:
                _settle(turn, part, [Kept("", None, error.sentence)])
        except ProviderError as error:
            _broken_off(turn, part, waiting, error)
            raise
        else:
            _settle(turn, part, kept)


def _interaction(one: Logging) -> Interaction:
    found = one.happened
    return Interaction(
        key=found.key,
        kind=found.words,
        at=found.at,
        subject=found.subject,
        text=found.text,
        email=found.email,
        remote_id=found.remote_id,
    )


def _settle(turn: "Turn", part: Sequence[Logging], kept: Sequence[Kept]) -> None:
    now = turn.rt.now()
    with transaction(turn.rt.sessions) as session:
        for one, found in zip(part, kept, strict=True):
            if found.remote_id is None:
                crm_log.settle(session, one, LinkState.SET_ASIDE, why=found.reason, now=now)
                turn.counts["set_aside"] += 1
            else:
                crm_log.settle(session, one, LinkState.LINKED, remote_id=found.remote_id, now=now)
                turn.counts["logged"] += 1


def _broken_off(
    turn: "Turn", part: Sequence[Logging], waiting: Sequence[list[Logging]], error: ProviderError
) -> None:
    """What was asked for may be there, unless the CRM knows its key; the rest surely is not."""
    perhaps = isinstance(error, Uncertain) and not turn.crm.honours_keys
    state, why = (LinkState.UNCERTAIN, error.sentence) if perhaps else (LinkState.WAITING, None)
    now = turn.rt.now()
    with transaction(turn.rt.sessions) as session:
        for one in part:
            crm_log.settle(session, one, state, why=why, now=now)
        for one in (one for rest in waiting for one in rest):
            crm_log.settle(session, one, LinkState.WAITING, now=now)
    turn.counts["uncertain"] += len(part) if perhaps else 0
