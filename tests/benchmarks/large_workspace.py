"""A workspace of any size in a few statements: the database makes the rows out of numbers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from core.domain.states import EnrolmentState, LeadState, MessageState, ReplyIntent, Role, Tier
from core.services import bulk
from db.models import (
    Account,
    Base,
    Classification,
    Contact,
    ContactTag,
    Enrolment,
    Event,
    Lead,
    LeadEvent,
    LeadList,
    LeadListMember,
    LeadScore,
    Message,
    ReviewItem,
    Tag,
    Thread,
)
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_mailbox,
    make_sequence,
    make_user,
)

CAMPAIGNS, MAILBOXES, PEOPLE = 10, 5, 4
CHUNK = 50_000
FIRST = ("Anna", "Ben", "Clara", "David", "Eva", "Felix", "Greta", "Hugo", "Ida", "Jan")
LAST = ("Berg", "Cole", "Dahl", "Ernst", "Frank", "Gold", "Haas", "Ivers", "Jung", "Kern", "Lang")
TITLES = ("VP Marketing", "CEO", "Head of Sales", "Marketing Manager", "CTO", "Buyer", "CFO")
SOURCES = ("apollo.csv", "hubspot.csv", "fair 2025", "webinar")
# how many of a hundred leads are in a state
SHARES: Mapping[LeadState, int] = {
    LeadState.HARVESTED: 5,
    LeadState.ENRICHED: 5,
    LeadState.SCORED: 8,
    LeadState.REVIEW: 2,
    LeadState.QUALIFIED: 8,
    LeadState.ROUTED: 4,
    LeadState.NURTURED: 43,
    LeadState.REPLIED: 3,
    LeadState.CONVERTED: 1,
    LeadState.REJECTED: 15,
    LeadState.SUPPRESSED: 6,
}
REASONS = [
    {"axis": "fit", "criterion": "title", "points": 20, "of": 25, "sentence": "Title fits: +20.",
     "known": True},
]  # fmt: skip

_scratch = MetaData()
_numbers = Table("bench_numbers", _scratch, Column("n", BigInteger, primary_key=True))
_words = Table(
    "bench_words",
    _scratch,
    Column("k", Integer, primary_key=True),
    *(Column(name, String(40)) for name in ("first", "last", "title", "source")),
)
_moments = Table(
    "bench_moments",
    _scratch,
    Column("k", Integer, primary_key=True),
    Column("at", DateTime(timezone=True)),
)
_n: ColumnElement[int] = _numbers.c.n


def fill(session: Session, leads: int) -> dict[str, int]:
    """A client with `leads` leads, five lines of history or provider's events for each, and mail.

    Gives the ids that a page asks for.
    """
    client = make_client(session)
    users = [make_user(session, Role.MANAGER, [client]) for _ in range(PEOPLE)]
    campaigns = [make_campaign(session, client, name=f"Campaign {n}") for n in range(CAMPAIGNS)]
    boxes = [make_mailbox(session, client) for _ in range(MAILBOXES)]
    sequence = make_sequence(session, client)
    tag, kept = _marks(session, client.id, users[0].id)
    ids = {
        "client": client.id, "campaign": campaigns[0].id, "box": boxes[0].id, "user": users[0].id,
        "sequence": sequence.id, "tag": tag.id, "list": kept.id,
    }  # fmt: skip
    session.flush()
    connection = session.connection()
    _scratch.create_all(connection)
    _fill_scratch(connection)
    for start in range(1, leads + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, leads + 1))
        connection.execute(_numbers.delete())
        connection.execute(insert(_numbers), [{"n": number} for number in numbers])
        _people(connection, ids)
        _mail(connection, ids)
        _history(connection, ids)
    _scratch.drop_all(connection)
    return ids


def _marks(session: Session, client_id: int, user_id: int) -> tuple[Tag, LeadList]:
    alike = {"client_id": client_id, "created_at": NOW}
    tag = Tag(**alike, name="fair", key="fair")
    kept = LeadList(**alike, name="Dinner", key="dinner")
    session.add_all([tag, kept])
    session.flush()
    return tag, kept


def _fill_scratch(connection: Connection) -> None:
    words = [
        {"k": k, "first": FIRST[k % 10], "last": LAST[k % 11], "title": TITLES[k % 7],
         "source": SOURCES[k % 4]}
        for k in range(1540)
    ]  # fmt: skip
    connection.execute(insert(_words), words)
    moments = [{"k": k, "at": NOW - timedelta(hours=8 * k)} for k in range(1000)]
    connection.execute(insert(_moments), moments)


def _put(
    connection: Connection,
    model: type[Base],
    values: Mapping[str, Any],
    where: Any = None,
) -> None:
    """INSERT … SELECT of one row a number; words and a moment of its own are at hand."""
    table = bulk.table_of(model)
    columns = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    found = (
        select(*columns)
        .select_from(_numbers)
        .join(_words, _words.c.k == (_n * 7) % 1540)
        .join(_moments, _moments.c.k == (_n * 7919) % 1000)
        .where(literal(1) == 1 if where is None else where)
    )
    connection.execute(insert(table).from_select(list(values), found))


def _state() -> ColumnElement[str]:
    whens, up_to = [], 0
    for state, share in SHARES.items():
        up_to += share
        whens.append(((_n * 31 + _n // 100) % 100 < up_to, literal(state.value)))
    return case(*whens, else_=literal(LeadState.HARVESTED.value))


def _among(*states: LeadState) -> ColumnElement[bool]:
    return _state().in_([state.value for state in states])


SCORED = tuple(SHARES)[2:]
REACHED = (LeadState.NURTURED, LeadState.REPLIED, LeadState.CONVERTED)
ANSWERED = (LeadState.REPLIED, LeadState.CONVERTED)


def _people(connection: Connection, ids: Mapping[str, int]) -> None:
    at, company = _moments.c.at, (_n + 5) // 6
    stamps = {"created_at": at, "updated_at": at}
    client = {"client_id": ids["client"]}
    domain = literal("company") + cast(company, String) + ".example"
    _put(
        connection,
        Account,
        {"id": company, **client, "key": domain, "domain": domain, "name": domain,
         "industry": _words.c.title, "employees": _n % 900, "country": "DE", "technologies": [],
         "custom": {}, **stamps},
        where=_n % 6 == 1,
    )  # fmt: skip
    address = literal("p") + cast(_n, String) + "@" + domain
    _put(
        connection,
        Contact,
        {"id": _n, **client, "account_id": company, "email": address, "email_key": address,
         "email_domain": domain, "first_name": _words.c.first, "last_name": _words.c.last,
         "title": _words.c.title, "city": "Berlin", "country": "DE", "tags": [], "custom": {},
         "email_status": "unknown", "lifecycle": "new", "role_account": False, "free_mail": False,
         "disposable": False, "version": 1, **stamps},
    )  # fmt: skip
    total = case((_among(*SCORED), (_n * 7919) % 101), else_=None)
    tiers = [(total >= least, literal(tier.value)) for least, tier in _TIERS]
    reached = case((_among(*REACHED), at), else_=None)
    answered = case((_among(*ANSWERED), at), else_=None)
    _put(
        connection,
        Lead,
        {"id": _n, **client, "campaign_id": ids["campaign"] + _n % CAMPAIGNS, "contact_id": _n,
         "account_id": company, "state": _state(), "state_at": at, "source": _words.c.source,
         "total": total, "fit": total, "opportunity": 0 * total, "engagement": 0 * total,
         "confidence": total, "tier": case(*tiers, else_=None),
         "owner_id": case((_n % 3 == 0, ids["user"] + _n % PEOPLE), else_=None),
         "reached_at": reached, "replied_at": answered, "version": 1, **stamps},
    )  # fmt: skip
    _put(
        connection,
        LeadScore,
        {"lead_id": _n, **client, "rules_version": 1, "fit": 50, "opportunity": 0, "engagement": 0,
         "total": 50, "confidence": 80, "tier": Tier.WARM, "reasons": REASONS, "at": at},
        where=_among(*SCORED),
    )  # fmt: skip
    _put(connection, ContactTag, {"contact_id": _n, "tag_id": ids["tag"]}, where=_n % 50 == 0)
    listed = {"lead_id": _n, "list_id": ids["list"], "at": at}
    _put(connection, LeadListMember, listed, where=_n % 200 == 0)


_TIERS = ((75, Tier.HOT), (50, Tier.WARM), (25, Tier.COOL), (0, Tier.COLD))


def _mail(connection: Connection, ids: Mapping[str, int]) -> None:
    at, campaign = _moments.c.at, ids["campaign"] + _n % CAMPAIGNS
    alike = {"client_id": ids["client"], "campaign_id": campaign, "lead_id": _n}
    box = ids["box"] + _n % MAILBOXES
    _put(
        connection,
        Enrolment,
        {**alike, "id": _n, "sequence_id": ids["sequence"], "mailbox_id": box,
         "state": EnrolmentState.ACTIVE, "next_step": 2, "due_at": at, "created_at": at,
         "version": 1},
        where=_among(LeadState.NURTURED),
    )  # fmt: skip
    _put(
        connection,
        Thread,
        {**alike, "id": _n, "mailbox_id": box, "subject": "Re: Hello", "address": "p@c.example",
         "intent": ReplyIntent.INTERESTED, "needs_us": _n % 4 == 0, "unread": _n % 5 == 0,
         "last_in_at": at, "last_at": at, "version": 1},
        where=_among(*ANSWERED),
    )  # fmt: skip
    mail = {**alike, "mailbox_id": box, "from_address": "sam@agency.example", "attempts": 1,
            "to_address": "p@c.example", "subject": "Hello", "body_text": "We help companies.",
            "headers": {}, "content_hash": "x", "created_at": at, "version": 1}  # fmt: skip
    out = {**mail, "direction": "out", "kind": "step"}
    _put(connection, Message, {**out, "id": _n * 3, "key": _key("s"), "state": MessageState.SENT,
                               "header_id": _key("h"), "sent_at": at, "due_at": at, "step": 1},
         where=_among(*REACHED))  # fmt: skip
    _put(connection, Message, {**out, "id": _n * 3 + 1, "key": _key("a"), "step": 2,
                               "state": MessageState.APPROVED, "due_at": at},
         where=(_n % 20 == 0) & _among(LeadState.NURTURED))  # fmt: skip
    _put(connection, Message, {**mail, "id": _n * 3 + 2, "key": _key("r"), "direction": "in",
                               "kind": "reply", "state": MessageState.RECEIVED, "thread_id": _n,
                               "received_at": at, "visible_text": "Yes.",
                               "intent": ReplyIntent.INTERESTED},
         where=_among(*ANSWERED))  # fmt: skip
    _put(connection, Classification, {"client_id": ids["client"], "message_id": _n * 3 + 2,
                                      "intent": ReplyIntent.INTERESTED, "layer": "rules",
                                      "confidence": 0.9, "evidence": {}, "at": at},
         where=_among(*ANSWERED))  # fmt: skip
    for kind in ("delivered", "opened"):
        _put(connection, Event, {**alike, "message_id": _n * 3, "provider": "smtp", "kind": kind,
                                 "provider_event_id": _key(kind), "by_machine": False, "extra": {},
                                 "at": at},
             where=_among(*REACHED))  # fmt: skip
    _put(connection, ReviewItem, {**alike, "kind": "lead", "subject": _key("lead:"), "why": "?",
                                  "content_hash": "x", "state": "waiting", "created_at": at,
                                  "version": 1},
         where=_among(LeadState.REVIEW))  # fmt: skip


def _key(what: str) -> ColumnElement[str]:
    return literal(what) + cast(_n, String)


def _history(connection: Connection, ids: Mapping[str, int]) -> None:
    for kind in ("import", "state", "score", "state"):
        _put(connection, LeadEvent, {"client_id": ids["client"], "lead_id": _n, "kind": kind,
                                     "reason": "Told.", "actor_name": "AICMO", "extra": {},
                                     "at": _moments.c.at})  # fmt: skip
