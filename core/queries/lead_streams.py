"""How the list of leads is read: which index walks hold what is wanted, and what is left over.

Sorts and their indexes: newest (client or campaign, state, id), score (…, score_key, id), updated
(client, updated_at, id). What no index serves is tried on a bounded number of rows (paging.read).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import LeadState, Tier
from core.queries import paging
from db.models import Campaign, Contact, Lead

MATCHES = 300  # contacts a search by text looks at, a client
NAME_WORDS = 6  # words of a name that are turned round in a search
TOP = "\U0010ffff"  # sorts after every text with the same beginning


class LeadSort(StrEnum):
    """How the list is sorted; the highest or latest first."""

    NEWEST = "newest"
    SCORE = "score"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What the list is limited to. `owner_id` 0 asks for leads of nobody."""

    campaign_id: int | None = None
    states: tuple[LeadState, ...] = ()
    tiers: tuple[Tier, ...] = ()
    score_from: int | None = None
    score_to: int | None = None
    source: str | None = None
    owner_id: int | None = None
    batch_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    sort: LeadSort = LeadSort.NEWEST


ORDERS = {
    LeadSort.NEWEST: paging.Order((Lead.id,)),
    LeadSort.SCORE: paging.Order((Lead.score_key, Lead.id)),
    LeadSort.UPDATED: paging.Order((Lead.updated_at, Lead.id)),
}


_Conditions = list[ColumnElement[bool]]


def streams(
    session: Session, viewer: Viewer, wanted: LeadFilter
) -> tuple[list[Select[Any]], paging.Narrow]:
    """The selects that hold what is wanted, and the conditions that their indexes do not serve."""
    order = ORDERS[wanted.sort]
    bases: list[_Conditions] = []
    for client_id in _clients(session, viewer, wanted):
        bases += _bases(session, client_id, wanted)
    if wanted.text.strip():
        return [select(*order.columns).where(*base, *_tried(wanted)) for base in bases], ()
    return [select(*order.columns).where(*base) for base in bases], _tried(_left(wanted))


def _clients(session: Session, viewer: Viewer, wanted: LeadFilter) -> tuple[int, ...]:
    """The clients to look at: one where a campaign is asked for, none where it is not theirs."""
    clients = paging.client_ids(session, viewer)
    if wanted.campaign_id is None:
        return clients
    owner = session.execute(
        select(Campaign.client_id).where(Campaign.id == wanted.campaign_id)
    ).scalar_one_or_none()
    return (owner,) if owner in clients else ()


def _bases(session: Session, client_id: int, wanted: LeadFilter) -> list[_Conditions]:
    """The conditions at the head of an index, one list a walk."""
    text = wanted.text.strip().casefold()
    if text:
        return [[Lead.contact_id.in_(_alike(session, client_id, text))]]
    base: _Conditions = [Lead.client_id == client_id]
    if wanted.campaign_id is not None and wanted.sort is not LeadSort.UPDATED:
        base = [Lead.campaign_id == wanted.campaign_id]
    if wanted.sort is LeadSort.NEWEST and wanted.states:
        return [[*base, Lead.state == state] for state in wanted.states]
    if wanted.sort is LeadSort.SCORE:
        base += _scores(wanted)
    return [base]


def _left(wanted: LeadFilter) -> LeadFilter:
    """The filter without what the head of the index serves."""
    if wanted.sort is LeadSort.NEWEST:
        return replace(wanted, campaign_id=None, states=())
    if wanted.sort is LeadSort.SCORE:
        return replace(wanted, campaign_id=None, score_from=None, score_to=None)
    return wanted


def _tried(wanted: LeadFilter) -> _Conditions:
    """Every condition of the filter but the text."""
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.campaign_id, Lead.campaign_id.__eq__),
        (wanted.states or None, Lead.state.in_),
        (wanted.tiers or None, Lead.tier.in_),
        (wanted.source, Lead.source.__eq__),
        (wanted.owner_id, lambda owner: Lead.owner_id == (owner or None)),
        (wanted.batch_id, Lead.batch_id.__eq__),
        (wanted.since, Lead.created_at.__ge__),
        (wanted.until, Lead.created_at.__lt__),
    ]
    return [condition(given) for given, condition in asked if given is not None] + _scores(wanted)


def _scores(wanted: LeadFilter) -> _Conditions:
    low = [] if wanted.score_from is None else [Lead.score_key >= wanted.score_from]
    return low + ([] if wanted.score_to is None else [Lead.score_key <= wanted.score_to])


def name_keys(text: str) -> tuple[str, ...]:
    """What a name may begin with in `name_key` ("last first"), whichever way round it was typed:
    "anna van dyk" is also looked for as "van dyk anna".
    """
    parts = text.split()[:NAME_WORDS]
    turned = (" ".join((*parts[at:], *parts[:at])) for at in range(len(parts)))
    return tuple(dict.fromkeys(turned))


def _alike(session: Session, client_id: int, text: str) -> tuple[int, ...]:
    """Contacts of the client whose address, domain or name begins with the text, some few."""
    ids: list[int] = []
    walks: list[tuple[Any, str]] = [(Contact.email_key, text), (Contact.email_domain, text)]
    walks += [(Contact.name_key, key) for key in name_keys(text)]
    for column, start in walks:
        ids += session.execute(
            select(Contact.id)
            .where(Contact.client_id == client_id, column >= start, column < start + TOP)
            .limit(MATCHES)
        ).scalars()
    return tuple(dict.fromkeys(ids))
