"""Companies found by the beginning of their domain or name, and leads by their company's size and
by country.

A company is looked up by what it is known by (its domain, else its name): the first word of the
text finds it there by an index, the whole of it is then asked of domain and name.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from core.queries.lead_search import TOP
from db.models import Account, Contact, Lead

Condition = ColumnElement[bool]
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae"})
MANY = 5_000  # companies
TWO_TABLES = ("country", "company", "employees")  # parts of a filter that look beyond the lead
JOINTS = ("", "-", " ")  # between the words of a name in a domain, or in a key of its own


def heads(clients: Sequence[int], text: str) -> list[list[Condition]]:
    """Leads of such companies, a walk for each client and beginning."""
    whole, joined = _whole(Account, text), Lead.account_id == Account.id
    return [
        [Account.client_id == one, _from(Account, start), *whole, joined]
        for one in clients
        for start in _starts(text)
    ]


def common(session: Session, clients: Sequence[int], text: str) -> bool:
    """Whether so many companies begin with the first of several words that looking through their
    names takes longer than meeting their leads on a walk.
    """
    starts = _starts(text) if len(text.split()) > 1 else ()
    some = [
        select(Account.id).where(Account.client_id == one, _from(Account, start)).offset(MANY)
        for one in clients
        for start in starts
    ]
    return any(session.execute(query.limit(1)).first() is not None for query in some)


def of_company(text: str) -> Condition:
    """Whether a lead is of such a company."""
    return func.coalesce(_of_its_company(_beginning(Account, text)), false())


def of_size(least: int | None, most: int | None) -> Condition:
    """Whether a lead's company has so many employees."""
    employees = _of_its_company(Account.employees)
    ends = [] if least is None else [employees >= least]
    return and_(*ends, *([] if most is None else [employees <= most]))


def of_country(countries: Sequence[str]) -> Condition:
    """Whether a person is in one of the countries: their own, else their company's."""
    own = select(Contact.country).where(Contact.id == Lead.contact_id).correlate(Lead)
    found = func.coalesce(own.scalar_subquery(), _of_its_company(Account.country))
    return found.in_(countries)


def _of_its_company(told: Any) -> Any:
    """What is told of a lead's company. As a value, which is asked lead by lead: PostgreSQL would
    turn an EXISTS round, and begin with all companies of which it holds.
    """
    return select(told).where(Account.id == Lead.account_id).correlate(Lead).scalar_subquery()


def _beginning(company: Any, text: str) -> Condition:
    """Companies whose domain or name begins with the text."""
    found = or_(false(), *(_from(company, start) for start in _starts(text)))
    return and_(found, *_whole(company, text))


def _starts(text: str) -> tuple[str, ...]:
    """What a company may be known by that begins with the first word."""
    words = text.casefold().split()
    ways = _spellings(words[0]) if words else ()
    return tuple(dict.fromkeys(one for way in ways for one in (way, f"name:{way}")))


def _whole(company: Any, text: str) -> list[Condition]:
    """Of several words, that domain or name begins with all of them."""
    words = text.casefold().split()
    if len(words) < 2:
        return []
    keys = {joint.join(way.split()) for way in _spellings(" ".join(words)) for joint in JOINTS}
    begins = [_from(company, one) for key in sorted(keys) for one in (key, f"name:{key}")]
    named = func.lower(company.name)
    begins += [named.startswith(way, autoescape=True) for way in _lowered(" ".join(text.split()))]
    return [or_(*begins)]


def _from(company: Any, start: str) -> Condition:
    found: Condition = and_(company.key >= start, company.key < start + TOP)
    return found


def _spellings(text: str) -> tuple[str, ...]:
    """As it is, as domains spell it, and without accents."""
    bare = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in bare if not unicodedata.combining(char))
    return tuple(dict.fromkeys((text, text.translate(_SPELT), plain)))


def _lowered(text: str) -> tuple[str, ...]:
    """As the database's lower() may leave a text: SQLite's knows A to Z only."""
    plain = "".join(char.lower() if char.isascii() else char for char in text)
    return tuple(dict.fromkeys((plain, text.lower())))
