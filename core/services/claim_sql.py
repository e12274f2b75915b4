"""The statements of claim, record and stop, built once: they run hundreds of times a second."""

from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Table,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.keys import suppression_scope
from core.domain.states import (
    CampaignState,
    Direction,
    MailboxState,
    MessageKind,
    MessageState,
    SuppressionKind,
)
from db.models import (
    Base,
    Campaign,
    Client,
    Contact,
    Enrolment,
    Lead,
    Mailbox,
    MailboxDay,
    Message,
    SequenceStep,
    Suppression,
)
from db.ready import Ready

PARENTS = 5  # parent domains that are looked up: a.b.c.example.com has four


def table_of(model: type[Base]) -> Table:
    """The plain table: statements on it skip what the mapper does for each row."""
    return cast(Table, model.__table__)


_m, _box, _day = table_of(Message), table_of(Mailbox), table_of(MailboxDay)
_lead, _contact, _client = table_of(Lead), table_of(Contact), table_of(Client)
_campaign, _walk = table_of(Campaign), table_of(Enrolment)
_step, _never = table_of(SequenceStep), table_of(Suppression)


def word(of: StrEnum) -> ColumnElement[str]:
    """A word of ours in the statement's text. As a parameter it would make SQLite plan anew each
    time, to see whether an index of some states alone serves.
    """
    return literal_column(f"'{of.value}'")


_due = (_m.c.state == word(MessageState.APPROVED)) & (_m.c.due_at <= bindparam("now"))
OUT = _m.c.direction == word(Direction.OUT)
# a person's answer goes whatever becomes of the campaign, and does not wait for the gap
_runs = or_(
    _m.c.kind == word(MessageKind.ANSWER),
    _m.c.campaign_id.is_(None),
    _campaign.c.state == word(CampaignState.ACTIVE),
)
_free = or_(
    _m.c.kind == word(MessageKind.ANSWER),
    _box.c.next_send_at.is_(None),
    _box.c.next_send_at <= bindparam("now"),
)

_with_due = (
    select(_m.c.mailbox_id)
    .select_from(
        _m.join(_box, _box.c.id == _m.c.mailbox_id).outerjoin(
            _campaign, _campaign.c.id == _m.c.campaign_id
        )
    )
    .where(_due, OUT, _box.c.state == word(MailboxState.ACTIVE), _runs, _free)
    .distinct()
    .order_by(_m.c.mailbox_id)
)

MAILBOX = Ready(
    select(
        *(_box.c.id, _box.c.name, _box.c.state, _box.c.daily_cap, _box.c.ramp_start),
        *(_box.c.ramp_step, _box.c.ramp_from, _box.c.min_gap_seconds, _box.c.domain_cap),
        *(_box.c.window, _box.c.next_send_at),
    )
    .where(_box.c.id == bindparam("box"))
    .with_for_update()  # PostgreSQL: two dispatchers count after each other; SQLite has one writer
)

_next_delay = (
    select(_step.c.delay_days)
    .where(_step.c.sequence_id == _walk.c.sequence_id, _step.c.position > _m.c.step)
    .order_by(_step.c.position)
    .limit(literal_column("1"))
    .scalar_subquery()
)

COPIED = (
    *("key", "kind", "client_id", "campaign_id", "lead_id", "enrolment_id", "thread_id", "step"),
    *("in_reply_to", "references", "from_address", "to_address", "subject", "body_text"),
)

_candidate = (
    select(
        *(_m.c[name] for name in COPIED),
        *(_m.c.id, _m.c.header_id, _m.c.attempts, _m.c.content_hash, _m.c.approved_hash),
        _m.c.state_reason,
        _lead.c.state.label("lead_state"),
        *(_contact.c.email_key, _contact.c.first_name, _contact.c.last_name, _contact.c.country),
        _contact.c.timezone.label("contact_zone"),
        _campaign.c.settings.label("campaign_settings"),
        _client.c.name.label("client_name"),
        _client.c.timezone.label("client_zone"),
        _client.c.postal_address,
        _walk.c.state.label("enrolment_state"),
        _walk.c.resume_at,
        _next_delay.label("next_delay"),
    )
    .select_from(
        _m.join(_client, _client.c.id == _m.c.client_id)
        .join(_box, _box.c.id == _m.c.mailbox_id)
        .outerjoin(_lead, _lead.c.id == _m.c.lead_id)
        .outerjoin(_contact, _contact.c.id == _lead.c.contact_id)
        .outerjoin(_campaign, _campaign.c.id == _m.c.campaign_id)
        .outerjoin(_walk, _walk.c.id == _m.c.enrolment_id)
    )
    .where(_m.c.mailbox_id == bindparam("box"), _due, OUT, _runs, _free)
    .order_by(_m.c.due_at, _m.c.id)
    .limit(literal_column("1"))
)

# the other steps that wait with one: the same campaign, and the same calendar where people live
WAIT_TOGETHER = (
    update(_m)
    .where(
        _m.c.mailbox_id == bindparam("box"),
        _m.c.kind == word(MessageKind.STEP),
        _due,
        OUT,
        _m.c.client_id == bindparam("client"),
        _m.c.campaign_id.is_not_distinct_from(bindparam("campaign", type_=_m.c.campaign_id.type)),
        exists().where(
            _lead.c.id == _m.c.lead_id,
            _contact.c.id == _lead.c.contact_id,
            _contact.c.timezone.is_not_distinct_from(
                bindparam("zone", type_=_contact.c.timezone.type)
            ),
            _contact.c.country.is_not_distinct_from(
                bindparam("country", type_=_contact.c.country.type)
            ),
        ),
    )
    .values(due_at=bindparam("until"), state_reason=bindparam("why"))
)
TO_DOMAIN = func.lower(_m.c.to_address).like(bindparam("at_domain"), escape="/")

_of_campaign = _m.c.campaign_id == bindparam("campaign")
WITH_DUE, WITH_DUE_OF_CAMPAIGN = Ready(_with_due), Ready(_with_due.where(_of_campaign))
CANDIDATE, CANDIDATE_OF_CAMPAIGN = Ready(_candidate), Ready(_candidate.where(_of_campaign))

SUPPRESSED = Ready(
    select(_never.c.id)
    .where(
        _never.c.scope.in_([suppression_scope(None), bindparam("scope")]),
        or_(
            (_never.c.kind == SuppressionKind.ADDRESS) & (_never.c.value == bindparam("address")),
            (_never.c.kind == SuppressionKind.DOMAIN)
            & _never.c.value.in_([bindparam(f"domain{at}") for at in range(PARENTS)]),
        ),
    )
    .limit(1)
)

COUNTS = Ready(
    select(_day.c.domain, _day.c.sent).where(
        _day.c.mailbox_id == bindparam("box"),
        _day.c.day == bindparam("on"),
        _day.c.domain.in_(["", bindparam("domain")]),
    )
)

CLAIM = Ready(
    update(_m)
    .where(_m.c.id == bindparam("message"), _m.c.state == MessageState.APPROVED)
    .values(
        state=MessageState.SENDING,
        state_reason=None,
        error=None,
        claimed_at=bindparam("at"),
        claimed_by=bindparam("worker"),
        attempts=_m.c.attempts + 1,
        version=_m.c.version + 1,
    )
)

MAILBOX_USED = Ready(
    update(_box)
    .where(_box.c.id == bindparam("box"))
    .values(
        next_send_at=bindparam("free"),
        last_sent_at=bindparam("at"),
        ramp_from=func.coalesce(_box.c.ramp_from, bindparam("ramp", type_=_box.c.ramp_from.type)),
    )
)


COUNTED = ("sent", "bounced", "complained")


@lru_cache(maxsize=8)
def count_up(dialect: str, column: str = "sent") -> Any:
    """One more `sent` (or `bounced`, `complained`) of a mailbox on a day to a domain."""
    made = (postgresql if dialect == "postgresql" else sqlite).insert(_day)
    return made.on_conflict_do_update(
        index_elements=["mailbox_id", "day", "domain"], set_={column: _day.c[column] + 1}
    )


COUNT_UP = {
    dialect: Ready(count_up(dialect), *("mailbox_id", "day", "domain"), *COUNTED)
    for dialect in ("sqlite", "postgresql")
}

UNCOUNT = (
    update(_day)
    .where(
        _day.c.mailbox_id == bindparam("box"),
        _day.c.day == bindparam("on"),
        _day.c.domain.in_(bindparam("domains", expanding=True)),
    )
    .values(sent=case((_day.c.sent > 0, _day.c.sent - 1), else_=0))
)
