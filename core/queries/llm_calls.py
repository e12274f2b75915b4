"""What a language model was asked lately: how it ended and what it cost, never the words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import LlmOutcome
from core.queries import paging
from db.models import Client, LlmCall


@dataclass(frozen=True, slots=True)
class LlmCallRow:
    """One attempt. Without client it was the agency's own work; `cost_micros` in millionths of a
    US dollar, while it is under way the most that it may come to.
    """

    at: datetime
    client: str | None
    task: str
    model: str
    outcome: LlmOutcome
    tokens: int
    cost_micros: int
    latency_ms: float


def latest(
    session: Session, viewer: Viewer, provider: str, *, limit: int = 25
) -> tuple[LlmCallRow, ...]:
    """The newest calls of a provider, for the viewer's clients; the agency's own for those who see
    all clients.
    """
    mine = paging.within(LlmCall.client_id, viewer)
    if viewer.scope() is None:
        mine = or_(mine, LlmCall.client_id.is_(None))
    rows = session.execute(
        select(LlmCall, Client.name)
        .outerjoin(Client, Client.id == LlmCall.client_id)
        .where(LlmCall.provider == provider, mine)
        .order_by(LlmCall.id.desc())
        .limit(limit)
    )
    return tuple(
        LlmCallRow(
            at=call.at,
            client=client,
            task=call.task,
            model=call.model,
            outcome=call.outcome,
            tokens=call.tokens_in + call.tokens_out,
            cost_micros=call.cost_micros,
            latency_ms=call.latency_ms,
        )
        for call, client in rows
    )
