"""Reached, replied, positive by source, tier, owner, industry, sequence, step, variant, mailbox.

Counted as in the rollups: each by the day it happened. A reply belongs to the last step that went
out before it came.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from core.domain.access import Viewer
from core.domain.figures import Dimension, Group
from core.domain.periods import Period
from core.domain.states import ConversionKind, MessageKind, MessageState
from core.queries import analytics
from core.queries.scopes import Scope, counted, during, first_positive, scope_of
from db import planner
from db.models import (
    Account,
    Conversion,
    Lead,
    Mailbox,
    Message,
    Template,
    TemplateVariant,
    User,
)
from db.models import Sequence as MailSequence

NONE = "-"  # the key of what is not known
MOST = 50


@dataclass(frozen=True, slots=True)
class Split:
    """How leads are split: by a column, of another table where `join` brings it in."""

    column: Any
    join: Callable[[Select[Any]], Select[Any]] = lambda statement: statement
    names: Any = None  # a model whose name (or address) labels the key


def _with_account(statement: Select[Any]) -> Select[Any]:
    return statement.outerjoin(Account, Account.id == Lead.account_id)


BY_LEAD: dict[Dimension, Split] = {
    Dimension.CAMPAIGN: Split(Lead.campaign_id),
    Dimension.SOURCE: Split(Lead.source),
    Dimension.TIER: Split(Lead.tier),
    Dimension.OWNER: Split(Lead.owner_id, names=User.name),
    Dimension.INDUSTRY: Split(Account.industry, _with_account),
    Dimension.SEQUENCE: Split(Lead.sequence_id, names=MailSequence.name),
}
BY_MAIL: dict[Dimension, Split] = {
    Dimension.STEP: Split(Message.step),
    Dimension.VARIANT: Split(Message.variant_id),
    Dimension.MAILBOX: Split(Message.mailbox_id, names=Mailbox.address),
}


def by(
    session: Session,
    viewer: Viewer,
    dimension: Dimension,
    *,
    period: Period,
    campaign_id: int | None = None,
) -> tuple[Group, ...]:
    """One line for each value of the dimension, the most reached first, 50 at most."""
    if dimension is Dimension.CAMPAIGN:
        return analytics.by_campaign(session, viewer, period=period, campaign_id=campaign_id)
    planner.by_one_worker(session)
    scope = scope_of(session, viewer, campaign_id)
    count = _by_lead if dimension in BY_LEAD else _by_mail
    reached, replied, positive, meetings = count(session, scope, dimension, period)
    found = sorted(set(reached) | set(replied) | set(positive), key=lambda k: -reached.get(k, 0))
    labels = _labels(session, dimension, found[:MOST])
    within = _templates(session, found[:MOST]) if dimension is Dimension.VARIANT else {}
    return tuple(
        Group(
            key=NONE if value is None else str(value),
            label=labels.get(value) or ("" if value is None else str(value)),
            reached=reached.get(value, 0),
            replied=replied.get(value, 0),
            positive=positive.get(value, 0),
            meetings=meetings.get(value, 0) if meetings is not None else None,
            within=within.get(value, ""),
        )
        for value in found[:MOST]
    )


def sent_steps(scope: Scope, period: Period | None = None) -> list[Any]:
    """Conditions on Message: steps that went out (in the period)."""
    parts = [scope.of(Message), Message.kind == MessageKind.STEP]
    parts.append(Message.state == MessageState.SENT)
    return parts if period is None else [*parts, during(Message.sent_at, period)]


def last_step_before(lead_id: Any, moment: Any, column: Any = Message.step) -> Any:
    """The number (or another column) of the last step that was sent to a lead before a moment.

    A scalar subquery: joined, PostgreSQL would read the mails of all clients from end to end.
    """
    sent = aliased(Message)
    return (
        select(getattr(sent, column.key))
        .where(
            sent.lead_id == lead_id,
            sent.kind == MessageKind.STEP,
            sent.state == MessageState.SENT,
            sent.sent_at <= moment,
            sent.step.is_not(None),
        )
        .order_by(sent.step.desc(), sent.id.desc())
        .limit(1)
        .correlate_except(sent)
        .scalar_subquery()
    )


Counts = tuple[dict[Any, int], dict[Any, int], dict[Any, int], dict[Any, int] | None]


def _by_lead(session: Session, scope: Scope, dimension: Dimension, period: Period) -> Counts:
    split = BY_LEAD[dimension]

    def leads(*where: Any) -> Select[Any]:
        statement = split.join(select(split.column, func.count()).select_from(Lead))
        return statement.where(*where).group_by(split.column)

    positive = (
        split.join(
            select(split.column, func.count())
            .select_from(Message)
            .join(Lead, Lead.id == Message.lead_id)
        )
        .where(first_positive(scope), during(Message.received_at, period))
        .group_by(split.column)
    )
    meetings = (
        split.join(
            select(split.column, func.count())
            .select_from(Conversion)
            .join(Lead, Lead.id == Conversion.lead_id)
        )
        .where(scope.of(Conversion), Conversion.kind == ConversionKind.MEETING)
        .where(during(Conversion.at, period))
        .group_by(split.column)
    )
    return (
        counted(session, leads(scope.of(Lead), during(Lead.reached_at, period))),
        counted(session, leads(scope.of(Lead), during(Lead.replied_at, period))),
        counted(session, positive),
        counted(session, meetings),
    )


def _by_mail(session: Session, scope: Scope, dimension: Dimension, period: Period) -> Counts:
    column = BY_MAIL[dimension].column
    reached = (
        select(column, func.count(Message.lead_id.distinct()))
        .where(*sent_steps(scope, period))
        .group_by(column)
    )
    answered = _at_step(column, Lead.id, Lead.replied_at)
    liked = _at_step(column, Message.lead_id, Message.received_at)
    return (
        counted(session, reached),
        counted(session, _each(answered.where(scope.of(Lead), during(Lead.replied_at, period)))),
        counted(
            session, _each(liked.where(first_positive(scope), during(Message.received_at, period)))
        ),
        None,
    )


def _at_step(column: Any, lead_id: Any, moment: Any) -> Select[Any]:
    """What the last step before each moment says; nothing where no step went out before."""
    value = last_step_before(lead_id, moment, column).label("value")
    return select(value).where(last_step_before(lead_id, moment).is_not(None))


def _each(values: Select[Any]) -> Select[Any]:
    value = values.subquery().c.value
    return select(value, func.count()).group_by(value)


def _labels(session: Session, dimension: Dimension, values: list[Any]) -> dict[Any, str]:
    if dimension is Dimension.STEP:
        return {value: f"Step {value}" for value in values}
    if dimension is Dimension.VARIANT:
        return _variants(session, values)
    names = (BY_LEAD | BY_MAIL)[dimension].names
    if names is None:
        return {}
    statement = select(names.class_.id, names).where(names.class_.id.in_(values))
    return {key: str(name) for key, name in session.execute(statement)}


def _variants(session: Session, values: list[Any]) -> dict[Any, str]:
    statement = (
        select(TemplateVariant.id, Template.name, TemplateVariant.label)
        .join(Template, Template.id == TemplateVariant.template_id)
        .where(TemplateVariant.id.in_(values))
    )
    return {key: f"{name} · {label}" for key, name, label in session.execute(statement)}


def _templates(session: Session, values: list[Any]) -> dict[Any, str]:
    """The template of each wording: wordings of different steps have different readers."""
    statement = select(TemplateVariant.id, TemplateVariant.template_id)
    found = session.execute(statement.where(TemplateVariant.id.in_(values)))
    return {variant_id: str(template_id) for variant_id, template_id in found}
