"""What every number of Analytics is limited to: the viewer's clients, one campaign, a period."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float

from core.domain.access import Viewer
from core.domain.periods import Period
from core.domain.states import POSITIVE_INTENTS, Direction
from core.queries import paging
from db.models import Message


@dataclass(frozen=True, slots=True)
class Scope:
    """The clients spelt out, so that each condition is a short walk of an index."""

    clients: tuple[int, ...]
    campaign_id: int | None = None

    def of(self, model: Any) -> ColumnElement[bool]:
        """The condition on a table that has client_id and campaign_id."""
        mine: ColumnElement[bool] = model.client_id.in_(self.clients)
        if self.campaign_id is None:
            return mine
        return and_(mine, model.campaign_id == self.campaign_id)


def scope_of(session: Session, viewer: Viewer, campaign_id: int | None = None) -> Scope:
    """The viewer's scope; a foreign campaign leaves nothing of it."""
    return Scope(paging.client_ids(session, viewer), campaign_id)


def during(column: Any, period: Period) -> ColumnElement[bool]:
    """Whether a moment lies in the period."""
    return and_(column >= period.start, column < period.end)


def first_positive(scope: Scope) -> ColumnElement[bool]:
    """Messages that are a lead's first positive reply: one a lead, whatever follows."""
    earlier = aliased(Message)
    before = exists(
        select(earlier.id).where(
            earlier.lead_id == Message.lead_id,
            earlier.direction == Direction.IN,
            earlier.intent.in_(POSITIVE_INTENTS),
            (earlier.received_at < Message.received_at)
            | ((earlier.received_at == Message.received_at) & (earlier.id < Message.id)),
        )
    )
    return and_(
        scope.of(Message),
        Message.direction == Direction.IN,
        Message.lead_id.is_not(None),
        Message.intent.in_(POSITIVE_INTENTS),
        ~before,
    )


def counted(session: Session, statement: Select[Any]) -> dict[Any, int]:
    """{key: count} of a select of two columns."""
    return {key: int(count) for key, count in session.execute(statement)}


class seconds_between(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """Seconds from the first moment to the second."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(seconds_between, "sqlite")
def _sqlite(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    start, end = element.clauses
    days = func.julianday(end) - func.julianday(start)
    return compiler.process(days * 86400.0, **given)


@compiles(seconds_between, "postgresql")
def _postgresql(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    start, end = element.clauses
    return compiler.process(func.extract("epoch", end - start), **given)
