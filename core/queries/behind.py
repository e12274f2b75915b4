"""The rows behind a number: "why this number" opens exactly what was counted, page by page."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from core.domain.access import Viewer
from core.domain.figures import Behind, Dimension, Metric
from core.domain.periods import Period
from core.domain.states import ConversionKind, EventKind, MessageKind, MessageState, ReplyIntent
from core.queries import entered, paging
from core.queries.breakdowns import (
    BY_LEAD,
    BY_MAIL,
    NONE,
    last_step_before,
    sent_steps,
)
from core.queries.paging import Order, Page
from core.queries.scopes import Scope, during, first_positive, scope_of
from db.models import Account, Campaign, Contact, Conversion, Event, Lead, Message

SIZE = 25
Stream = Select[Any]


def rows(
    session: Session,
    viewer: Viewer,
    metric: Metric,
    *,
    period: Period,
    campaign_id: int | None = None,
    dimension: Dimension | None = None,
    key: str | None = None,
    cursor: str | None = None,
    size: int = SIZE,
) -> Page[Behind]:
    """What was counted as `metric` in the period, the newest first; with `dimension` and `key`
    only one line of the table.
    """
    scope = scope_of(session, viewer, campaign_id)
    build, order = _STREAMS[metric]
    if metric is Metric.REACHED and dimension in BY_MAIL:
        build, order = _sent, Order((Message.sent_at, Message.id))
    narrow = _narrowed(metric, dimension, key, period)
    streams = [
        narrow(build(Scope((client,), scope.campaign_id), period)) for client in scope.clients
    ]
    page = paging.read(session, streams, order, cursor=cursor, size=size)
    people = _people(session, [row.lead_id for row in page.rows])
    told = tuple(_told(row, people) for row in page.rows)
    return Page(told, page.next, page.prev, paging.count(session, streams), page.partly)


def came_in(
    session: Session,
    viewer: Viewer,
    stage: str,
    *,
    period: Period,
    campaign_id: int | None = None,
    cursor: str | None = None,
    size: int = SIZE,
) -> Page[Behind]:
    """The leads of one stage of the funnel: those that came in in the period and got to it."""
    scope = scope_of(session, viewer, campaign_id)
    if stage not in entered.STAGES:
        return Page(())
    streams = [
        _select(Lead.created_at, Lead.id, Lead.id.label("lead_id"), Lead.source).where(
            Scope((client,), scope.campaign_id).of(Lead),
            during(Lead.created_at, period),
            entered.got_to()[stage],
        )
        for client in scope.clients
    ]
    order = Order((Lead.created_at, Lead.id))
    page = paging.read(session, streams, order, cursor=cursor, size=size)
    people = _people(session, [row.lead_id for row in page.rows])
    told = tuple(_told(row, people) for row in page.rows)
    return Page(told, page.next, page.prev, paging.count(session, streams), page.partly)


def _select(*columns: Any) -> Stream:
    """Its columns are: moment, id, lead_id, and what tells most about the row."""
    return select(*columns)


def _reached(scope: Scope, period: Period) -> Stream:
    return _select(Lead.reached_at, Lead.id, Lead.id.label("lead_id"), Lead.source).where(
        scope.of(Lead), during(Lead.reached_at, period)
    )


def _sent(scope: Scope, period: Period) -> Stream:
    return (
        _select(Message.sent_at, Message.id, Message.lead_id, Message.step.label("step"))
        .join(Lead, Lead.id == Message.lead_id)
        .where(*sent_steps(scope, period))
    )


def _replied(scope: Scope, period: Period) -> Stream:
    return _select(Lead.replied_at, Lead.id, Lead.id.label("lead_id"), Lead.source).where(
        scope.of(Lead), during(Lead.replied_at, period)
    )


def _positive(scope: Scope, period: Period) -> Stream:
    return (
        _select(Message.received_at, Message.id, Message.lead_id, Message.intent)
        .join(Lead, Lead.id == Message.lead_id)
        .where(first_positive(scope), during(Message.received_at, period))
    )


def _bounced(scope: Scope, period: Period) -> Stream:
    return (
        _select(Event.at, Event.id, Event.lead_id, Event.kind)
        .join(Lead, Lead.id == Event.lead_id)
        .where(scope.of(Event), Event.kind == EventKind.BOUNCED, during(Event.at, period))
    )


def _converted(kind: ConversionKind) -> Callable[[Scope, Period], Stream]:
    def build(scope: Scope, period: Period) -> Stream:
        return (
            _select(Conversion.at, Conversion.id, Conversion.lead_id, Conversion.kind)
            .join(Lead, Lead.id == Conversion.lead_id)
            .where(scope.of(Conversion), Conversion.kind == kind, during(Conversion.at, period))
        )

    return build


_STREAMS: Mapping[Metric, tuple[Callable[[Scope, Period], Stream], Order]] = {
    Metric.REACHED: (_reached, Order((Lead.reached_at, Lead.id))),
    Metric.REPLIED: (_replied, Order((Lead.replied_at, Lead.id))),
    Metric.POSITIVE: (_positive, Order((Message.received_at, Message.id))),
    Metric.BOUNCED: (_bounced, Order((Event.at, Event.id))),
    Metric.MEETINGS: (
        _converted(ConversionKind.MEETING),
        Order((Conversion.at, Conversion.id)),
    ),
    Metric.WON: (_converted(ConversionKind.WON), Order((Conversion.at, Conversion.id))),
}
_MOMENT = {Metric.REPLIED: Lead.replied_at, Metric.POSITIVE: Message.received_at}


def _narrowed(
    metric: Metric, dimension: Dimension | None, key: str | None, period: Period
) -> Callable[[Stream], Stream]:
    """Limits a stream to one line of a table."""
    if dimension is None or key is None:
        return lambda stream: stream
    if dimension in BY_LEAD:
        split = BY_LEAD[dimension]
        return lambda stream: split.join(stream).where(_equals(split.column, key))
    column = BY_MAIL[dimension].column
    if metric is Metric.REACHED:
        once = ~_sent_before(column, period)
        return lambda stream: stream.where(_equals(column, key), once)
    return lambda stream: stream.where(_after_step(metric, column, key))


def _sent_before(column: Any, period: Period) -> Any:
    """Whether the lead got an earlier step of the same line in the period: it counts once."""
    earlier = aliased(Message)
    same = getattr(earlier, column.key)
    return (
        select(earlier.id)
        .where(earlier.lead_id == Message.lead_id, earlier.kind == MessageKind.STEP)
        .where(earlier.state == MessageState.SENT, during(earlier.sent_at, period))
        .where((same == column) | (same.is_(None) & column.is_(None)), earlier.id < Message.id)
        .correlate_except(earlier)
        .exists()
    )


def _after_step(metric: Metric, column: Any, key: str) -> Any:
    """Whether the last step before the reply has this step, variant or mailbox."""
    moment = _MOMENT.get(metric, Lead.replied_at)
    return and_(
        last_step_before(Lead.id, moment).is_not(None),
        _equals(last_step_before(Lead.id, moment, column), key),
    )


def _equals(column: Any, key: str) -> Any:
    if key == NONE:
        return column.is_(None)
    return column == (int(key) if column.type.python_type is int else key)


def _told(row: Any, people: dict[int, tuple[str, str, str | None, str]]) -> Behind:
    moment, row_id, lead_id, _ = row
    return Behind(row_id, lead_id, *people[lead_id], _what(row), moment)


def _what(row: Any) -> str:
    """The stored word that tells most about the row: the source, the step, the sense."""
    word = row[3]
    if isinstance(word, ReplyIntent):
        return str(word)
    return f"step {word}" if "step" in row._fields else str(word)


def _people(session: Session, lead_ids: list[int]) -> dict[int, tuple[str, str, str | None, str]]:
    statement = (
        select(Lead.id, Contact.first_name, Contact.last_name, Contact.email)
        .add_columns(Account.name, Campaign.name)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .where(Lead.id.in_(lead_ids))
    )
    return {
        lead_id: (" ".join(filter(None, (first, last))) or email, email, company, campaign)
        for lead_id, first, last, email, company, campaign in session.execute(statement)
    }
