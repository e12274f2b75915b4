"""Questions to providers: claimed with the most they may cost before they are asked, then ended.

The unique row (client, subject, port, provider, day) is what keeps a killed run, a twin and a
second run from paying twice; the sum of a client's rows of the day is what keeps its money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.domain.lookups import ASK_AGAIN, LookupOutcome, affordable
from core.services import bulk, settings
from db.models import Lookup

BUDGET = "lookup_daily_budget_micros"  # a client's own, of settings; the agency's currency
GIVEN_UP = timedelta(days=29)  # after that no ticket is honoured
_ENDED = (LookupOutcome.FOUND, LookupOutcome.MISSED, LookupOutcome.REJECTED)
_LOCK = 7_301_002  # of PostgreSQL's advisory locks, this one is ours


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is asked, at what price, and what may be spent; all amounts in millionths."""

    client_id: int
    port: str
    provider: str
    price: int
    a_lead: int
    usual_budget: int
    search_id: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be asked: row numbers by subject, and how many must not for the day's money."""

    rows: Mapping[str, int]
    over_budget: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of one question."""

    row_id: int
    outcome: LookupOutcome
    cost_micros: int = 0
    facts: int = 0
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Open:
    """A ticket whose answer is still to be had: row numbers and subjects, in the order asked."""

    client_id: int
    port: str
    provider: str
    ticket: str
    rows: tuple[tuple[int, str], ...]
    at: datetime


def claim(session: Session, terms: Terms, subjects: Sequence[str], *, now: datetime) -> Claim:
    """Takes what may be asked on record: not asked lately, within the ceiling of a lead and the
    client's money of the day.
    """
    if not subjects:
        return Claim({})
    _one_at_a_time(session, terms.client_id)
    today = now.date()
    had = _had(session, terms, subjects, today)
    wanted = [one for one in dict.fromkeys(subjects) if one not in had]
    places = dict(enumerate(wanted))
    spent = _spent(session, terms.client_id, wanted, today)
    left = budget(session, terms.client_id, terms.usual_budget)
    left -= spent_today(session, terms.client_id, today)
    kept = affordable(
        places,
        terms.price,
        {place: spent.get(one, 0) for place, one in places.items()},
        a_lead=terms.a_lead,
        today=left,
    )
    rows = [_row(terms, places[place], now) for place in kept]
    return Claim(_inserted(session, rows), _for_money(places, kept, terms, spent))


def hold(session: Session, row_ids: Sequence[int], ticket: str) -> None:
    """The answer to these will be had under a ticket; it survives a crash."""
    session.execute(update(Lookup).where(_these(session, row_ids)).values(ticket=ticket))


def release(session: Session, row_ids: Sequence[int]) -> None:
    """These were surely not asked: nothing is on record, they may be asked at once."""
    session.execute(delete(Lookup).where(_these(session, row_ids)))


def end(session: Session, ended: Sequence[Ended], *, now: datetime) -> None:
    """What came of them."""
    for one in ended:
        session.execute(
            update(Lookup)
            .where(Lookup.id == one.row_id)
            .values(
                outcome=one.outcome,
                cost_micros=one.cost_micros,
                facts=one.facts,
                answer=one.answer,
                ticket=None,
                ended_at=now,
            )
        )


def uncertain(session: Session, row_ids: Sequence[int], *, now: datetime) -> None:
    """No answer came back: what they may have cost keeps counting."""
    session.execute(
        update(Lookup)
        .where(_these(session, row_ids))
        .values(outcome=LookupOutcome.UNCERTAIN, ticket=None, ended_at=now)
    )


def open_tickets(session: Session, *, now: datetime) -> tuple[Open, ...]:
    """Every ticket, the oldest first; those too old are given up."""
    session.execute(
        update(Lookup)
        .where(Lookup.ticket.is_not(None), Lookup.at < now - GIVEN_UP)
        .values(outcome=LookupOutcome.UNCERTAIN, ticket=None, ended_at=now)
    )
    rows = session.scalars(select(Lookup).where(Lookup.ticket.is_not(None)).order_by(Lookup.id))
    groups: dict[tuple[int, str, str, str], list[Lookup]] = {}
    for row in rows:
        key = (row.client_id, row.port, row.provider, row.ticket or "")
        groups.setdefault(key, []).append(row)
    return tuple(
        Open(*key, tuple((row.id, row.subject) for row in found), found[0].at)
        for key, found in groups.items()
    )


def budget(session: Session, client_id: int, usual: int) -> int:
    """A client's money for a day; `usual` where nobody set it to a whole number."""
    found = settings.value(session, BUDGET, client_id=client_id)
    whole = isinstance(found, int) and not isinstance(found, bool)
    return max(found, 0) if whole else usual


def spent_today(session: Session, client_id: int, day: date) -> int:
    """What a client's questions of this UTC day cost so far, those under way at their most."""
    spent = select(func.coalesce(func.sum(Lookup.cost_micros), 0)).where(
        Lookup.client_id == client_id, Lookup.day == day
    )
    return int(session.scalar(spent) or 0)


def forget_answers(session: Session, *, before: datetime, limit: int) -> int:
    """Lets go of answers as they came, from before then; what was read from them stays in facts."""
    old = (
        select(Lookup.id)
        .where(Lookup.answer.is_not(None), Lookup.day < before.date())
        .order_by(Lookup.day)
        .limit(limit)
    )
    ids = session.scalars(old).all()
    session.execute(update(Lookup).where(Lookup.id.in_(ids)).values(answer=None))
    return len(ids)


def _had(session: Session, terms: Terms, subjects: Sequence[str], today: date) -> set[str]:
    """Whom this provider was asked about: today at all, or in 90 days with an answer."""
    found = session.scalars(
        select(Lookup.subject).where(
            Lookup.client_id == terms.client_id,
            bulk.among(session, Lookup.subject, list(subjects)),
            Lookup.port == terms.port,
            Lookup.provider == terms.provider,
            or_(
                Lookup.day == today,
                Lookup.ticket.is_not(None),
                and_(Lookup.outcome.in_(_ENDED), Lookup.day > today - ASK_AGAIN),
            ),
        )
    )
    return set(found)


def _spent(
    session: Session, client_id: int, subjects: Sequence[str], today: date
) -> Mapping[str, int]:
    rows = session.execute(
        select(Lookup.subject, func.sum(Lookup.cost_micros))
        .where(
            Lookup.client_id == client_id,
            bulk.among(session, Lookup.subject, list(subjects)),
            Lookup.day > today - ASK_AGAIN,
        )
        .group_by(Lookup.subject)
    )
    return {row[0]: int(row[1] or 0) for row in rows}


def _for_money(
    places: Mapping[int, str], kept: Sequence[int], terms: Terms, spent: Mapping[str, int]
) -> int:
    """How many were left for the day's money alone."""
    chosen = set(kept)
    return sum(
        place not in chosen and spent.get(one, 0) + terms.price <= terms.a_lead
        for place, one in places.items()
    )


def _row(terms: Terms, subject: str, now: datetime) -> dict[str, Any]:
    return {
        "client_id": terms.client_id,
        "search_id": terms.search_id,
        "subject": subject,
        "port": terms.port,
        "provider": terms.provider,
        "day": now.date(),
        "outcome": LookupOutcome.ASKED,
        "cost_micros": terms.price,
        "at": now,
    }


def _inserted(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Row numbers by subject, of those that nobody else was quicker with."""
    if not rows:
        return {}
    dialect = session.get_bind().dialect.name
    statement = bulk.inserting(dialect, Lookup).values([dict(row) for row in rows])
    table = bulk.table_of(Lookup)
    found = session.execute(
        statement.on_conflict_do_nothing().returning(table.c.id, table.c.subject)
    )
    return {row.subject: row.id for row in sorted(found, key=lambda row: int(row.id))}


def _these(session: Session, row_ids: Sequence[int]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = bulk.among(session, Lookup.id, list(row_ids))
    return found


def _one_at_a_time(session: Session, client_id: int) -> None:
    """Until the transaction ends nobody else takes of this client's money. SQLite's writers are
    one at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, client_id)))
