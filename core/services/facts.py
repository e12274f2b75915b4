"""What enrichment found, written down: facts with their provider, gaps filled, addresses judged."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, case, func, or_, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.keys import subject
from core.domain.states import ContactLifecycle, EmailStatus, LeadState
from core.services import bulk
from core.services.lead_moves import LeadMove, move_many
from db.models import Account, Contact, Fact, Lead

CONTACT_GAPS = (
    *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
    *("city", "state", "country", "language", "timezone"),
)
ACCOUNT_GAPS = ("name", "industry", "employees", "revenue", "country", "city")

_contact, _account, _lead = (bulk.table_of(model) for model in (Contact, Account, Lead))


class Found(NamedTuple):
    """One value found about a contact or its account; `cost_micros` as in the table of facts."""

    about: str  # contact or account
    field: str
    value: Any
    provider: str
    confidence: float
    cost_micros: int = 0
    kept: bool = False  # it is in the table of facts already


class Judged(NamedTuple):
    """The verdict on a contact's address, and when to ask again."""

    status: EmailStatus
    disposable: bool
    ask_at: datetime


class Enriched(NamedTuple):
    """One harvested lead with all that was found; `judged` is None where nobody was asked."""

    lead_id: int
    client_id: int
    contact_id: int
    account_id: int | None
    found: tuple[Found, ...]
    judged: Judged | None


def record(
    session: Session, viewer: Viewer, enriched: Sequence[Enriched], *, now: datetime
) -> frozenset[int]:
    """Facts, filled gaps and verdicts of these leads, which become `enriched`; gives their ids.

    What a person or a list said before is never overwritten. Doing it twice changes nothing.
    """
    fill(session, enriched, now=now)
    moves = [
        LeadMove(one.lead_id, LeadState.ENRICHED, _reason(one), {"enriched_at": now})
        for one in enriched
    ]
    return move_many(session, viewer, moves, now=now)


def keep(session: Session, enriched: Sequence[Enriched], *, now: datetime) -> None:
    """The facts and verdicts alone, so that what was paid for is safe before anything goes on."""
    facts = [row for one in enriched for row in _facts(one, now)]
    unique = {(row["subject"], row["field"], row["provider"]): row for row in facts}
    bulk.lay_over(
        session,
        Fact,
        [unique[key] for key in sorted(unique)],  # in one order, so that twins do not lock
        on=("subject", "field", "provider"),
        change=("value", "confidence", "cost_micros", "observed_at"),
    )
    _judge(session, enriched, now)


def fill(session: Session, enriched: Sequence[Enriched], *, now: datetime) -> None:
    """Facts and verdicts, and what is empty filled with the surest of them; no lead moves."""
    keep(session, enriched, now=now)
    _fill(session, Contact, CONTACT_GAPS, _gaps(enriched, "contact"), now)
    _fill(session, Account, ACCOUNT_GAPS, _gaps(enriched, "account"), now)
    _fill_technologies(session, _gaps(enriched, "account"))


def _facts(one: Enriched, now: datetime) -> Iterator[dict[str, Any]]:
    for fact in one.found:
        row_id = one.contact_id if fact.about == "contact" else one.account_id
        if row_id is not None and not fact.kept:
            yield {
                "client_id": one.client_id,
                "subject": subject(fact.about, row_id),
                "field": fact.field,
                "value": fact.value,
                "provider": fact.provider,
                "confidence": fact.confidence,
                "cost_micros": fact.cost_micros,
                "observed_at": now,
            }


def _gaps(enriched: Sequence[Enriched], about: str) -> Mapping[int, dict[str, Any]]:
    """By row id the best value of each field; the surer of two wins."""
    best: dict[int, dict[str, tuple[float, Any]]] = {}
    for one in enriched:
        row_id = one.contact_id if about == "contact" else one.account_id
        for fact in one.found:
            if fact.about != about or row_id is None:
                continue
            known = best.setdefault(row_id, {}).get(fact.field)
            if known is None or known[0] < fact.confidence:
                best[row_id][fact.field] = (fact.confidence, fact.value)
    return {
        row_id: {field: value for field, (_, value) in values.items()}
        for row_id, values in best.items()
    }


def _fill(
    session: Session,
    model: type[Contact] | type[Account],
    columns: tuple[str, ...],
    gaps: Mapping[int, dict[str, Any]],
    now: datetime,
) -> None:
    if not gaps:
        return
    given = [
        {"b_id": row_id} | {f"v_{name}": found.get(name) for name in columns}
        for row_id, found in sorted(gaps.items())
    ]
    bulk.run(session, _filling(model, columns), given, {"b_now": now})


@lru_cache(maxsize=4)
def _filling(model: type[Contact | Account], columns: tuple[str, ...]) -> Any:
    table = bulk.table_of(model)
    values = {
        name: func.coalesce(
            func.nullif(table.c[name], "")
            if name not in ("employees", "revenue")
            else table.c[name],
            bindparam(f"v_{name}", type_=table.c[name].type),
        )
        for name in columns
    }
    statement = update(table).where(table.c.id == bindparam("b_id"))
    return statement.values(**values, updated_at=bindparam("b_now"))


def _fill_technologies(session: Session, gaps: Mapping[int, dict[str, Any]]) -> None:
    """A list is filled where it is empty; empty lists are no NULL."""
    for row_id, found in sorted(gaps.items()):
        if found.get("technologies"):
            known = session.get(Account, row_id)
            if known is not None and not known.technologies:
                known.technologies = list(found["technologies"])
    session.flush()


def _judge(session: Session, enriched: Sequence[Enriched], now: datetime) -> None:
    """Writes verdicts; `unknown` never takes away what was known, but counts as looked at."""
    judged = {one.contact_id: one.judged for one in enriched if one.judged is not None}
    if not judged:
        return
    given = [
        {
            "b_id": contact_id,
            "b_status": one.status,
            "b_disposable": one.disposable,
            "b_ask_at": one.ask_at,
            "b_lifecycle": _lifecycle(one.status),
        }
        for contact_id, one in sorted(judged.items())
    ]
    bulk.run(session, _judging(), given, {"b_now": now})


@lru_cache(maxsize=1)
def _judging() -> Any:
    verdict: BindParameter[str] = bindparam("b_status")
    fresh = or_(_contact.c.email_status == EmailStatus.UNKNOWN, verdict != EmailStatus.UNKNOWN)
    return (
        update(_contact)
        .where(_contact.c.id == bindparam("b_id"))
        .values(
            email_status=case((fresh, verdict), else_=_contact.c.email_status),
            email_status_at=bindparam("b_now"),
            email_ask_at=bindparam("b_ask_at"),
            disposable=or_(_contact.c.disposable, bindparam("b_disposable")),
            lifecycle=case(
                (_contact.c.lifecycle == ContactLifecycle.NEW, bindparam("b_lifecycle")),
                else_=_contact.c.lifecycle,
            ),
        )
    )


def _lifecycle(status: EmailStatus) -> ContactLifecycle:
    valid = status is EmailStatus.VALID
    return ContactLifecycle.VERIFIED if valid else ContactLifecycle.ENRICHED


def _reason(one: Enriched) -> str:
    providers = sorted({fact.provider for fact in one.found})
    if not providers:
        return "Nothing new was found."
    count = len(one.found)
    return f"{count} fact{'s' if count > 1 else ''} from {', '.join(providers)}."
