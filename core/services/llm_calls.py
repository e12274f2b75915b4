"""Calls of language models: what they cost, how much of a client's money for the day is left, and
answers that may be given again.

Written by the runtime's ledger, not by people; the budget is people's (settings.put of BUDGET).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from core.domain.states import LlmOutcome
from core.services import settings
from db.models import LlmAnswer, LlmCall
from db.upsert import upsert

BUDGET = "llm_daily_budget_micros"  # the setting's name; millionths of a US dollar a UTC day
KEPT = timedelta(days=30)  # an answer may be given again so long
_LOCK = 7_301_001  # of PostgreSQL's advisory locks, this one is ours


def begin(
    session: Session, call: Mapping[str, Any], *, most_micros: int, usual_micros: int, now: datetime
) -> tuple[int, bool]:
    """Takes a call on record before it is made; gives its number, and whether it may be made.

    The most it may cost counts as spent until `end`, so that calls side by side keep the budget
    too. `call` holds client_id, provider, model, task and prompt_version.
    """
    client_id = call["client_id"]
    _one_at_a_time(session, client_id)
    left = budget_micros(session, client_id, usual_micros) - spent_micros(session, client_id, now)
    covered = most_micros <= left
    outcome = LlmOutcome.ASKED if covered else LlmOutcome.OVER_BUDGET
    row = LlmCall(**call, outcome=outcome, cost_micros=most_micros if covered else 0, at=now)
    session.add(row)
    session.flush()
    return row.id, covered


def end(session: Session, call_id: int, outcome: LlmOutcome, **figures: float) -> None:
    """What came of a call: tokens_in, tokens_out, cost_micros, latency_ms."""
    session.execute(update(LlmCall).where(LlmCall.id == call_id).values(outcome=outcome, **figures))


def repeated(session: Session, call: Mapping[str, Any], *, now: datetime) -> None:
    """An answer was given from memory, at no cost."""
    session.add(LlmCall(**call, outcome=LlmOutcome.REPEATED, cached=True, at=now))


def budget_micros(session: Session, client_id: int | None, usual: int) -> int:
    """A client's money for a day; `usual` where nobody set it to a whole number."""
    found = settings.value(session, BUDGET, client_id=client_id)
    whole = isinstance(found, int) and not isinstance(found, bool)
    return max(found, 0) if whole else usual


def spent_micros(session: Session, client_id: int | None, now: datetime) -> int:
    """What a client's calls of this UTC day cost so far, those under way at their most."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spent = select(func.coalesce(func.sum(LlmCall.cost_micros), 0)).where(
        _of(client_id), LlmCall.at >= day, LlmCall.at < day + timedelta(days=1)
    )
    return int(session.scalar(spent) or 0)


def remembered(session: Session, key: str, *, now: datetime) -> LlmAnswer | None:
    """The answer to an identical prompt of the last 30 days."""
    return session.scalar(select(LlmAnswer).where(LlmAnswer.key == key, LlmAnswer.at > now - KEPT))


def remember(session: Session, answer: Mapping[str, Any], *, now: datetime) -> None:
    """Keeps an answer, and lets go of those that are too old. `answer` holds LlmAnswer's columns
    but `at`.
    """
    session.execute(delete(LlmAnswer).where(LlmAnswer.at <= now - KEPT))
    row = {**answer, "at": now}
    upsert(session, LlmAnswer, [row], on=["key"], change=["provider", "model", "answer", "at"])


def _of(client_id: int | None) -> ColumnElement[bool]:
    if client_id is None:
        return LlmCall.client_id.is_(None)
    return LlmCall.client_id == client_id


def _one_at_a_time(session: Session, client_id: int | None) -> None:
    """Until the transaction ends nobody else takes of this client's money. SQLite's writers are
    one at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, client_id or 0)))
