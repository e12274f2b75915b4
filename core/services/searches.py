"""Searches for people: ordered by a person, worked on by the harvest, their finds a list like any.

Whom a search found stands in the ledger of lookups (subject `person:<their number>`), so that an
address is bought once however often a search is run, and a killed one goes on with what it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.lookups import LookupOutcome, SearchState
from core.domain.states import CampaignState
from core.errors import Invalid
from core.services import audit, guard
from db.models import Campaign, Lookup, PeopleSearch

PORT = "search"
MOST = 10_000
LISTS = ("titles", "seniorities", "places", "company_places", "domains", "sizes")
_OPEN = (SearchState.QUEUED, SearchState.RUNNING)


@dataclass(frozen=True, slots=True)
class Order:
    """A search as a run needs it."""

    search_id: int
    client_id: int
    campaign_id: int
    provider: str
    wanted: Mapping[str, Any]
    most: int
    page: int


def order(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    provider: str,
    wanted: Mapping[str, Any],
    most: int,
    now: datetime,
) -> PeopleSearch:
    """Queues a search. `wanted`: lists of words under the names in LISTS, and `keywords`."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.IMPORT)
    if not 1 <= most <= MOST:
        raise Invalid(f"Look for 1 to {MOST:,} people.")
    kept = _cleaned(wanted)
    if not kept:
        raise Invalid("Say whom to look for: at least one title, place, domain or keyword.")
    found = PeopleSearch(
        client_id=campaign.client_id,
        campaign_id=campaign_id,
        provider=provider[:40],
        wanted=kept,
        most=most,
        state=SearchState.QUEUED,
        created_by_id=viewer.user_id,
        created_at=now,
    )
    session.add(found)
    session.flush()
    audit.record(
        session, viewer, "search ordered", keys.subject("search", found.id),
        client_id=found.client_id, now=now,
        after={"provider": provider, "most": most, **kept},
    )  # fmt: skip
    return found


def waiting(session: Session, campaign_id: int | None = None) -> Sequence[int]:
    """Searches to work on, of active campaigns, or of one asked for by hand."""
    query = (
        select(PeopleSearch.id)
        .join(Campaign, Campaign.id == PeopleSearch.campaign_id)
        .where(PeopleSearch.state.in_(_OPEN))
        .order_by(PeopleSearch.id)
    )
    if campaign_id is None:
        query = query.where(Campaign.state == CampaignState.ACTIVE)
    else:
        query = query.where(PeopleSearch.campaign_id == campaign_id)
    return session.scalars(query).all()


def begin(session: Session, search_id: int) -> Order | None:
    """The search as work, marked as running; None where it is done."""
    found = session.get(PeopleSearch, search_id)
    if found is None or found.state not in _OPEN:
        return None
    found.state = SearchState.RUNNING
    return Order(
        search_id=found.id,
        client_id=found.client_id,
        campaign_id=found.campaign_id,
        provider=found.provider,
        wanted=dict(found.wanted),
        most=found.most,
        page=found.page,
    )


def turn_page(session: Session, search_id: int, *, page: int, seen: int) -> None:
    """A page was read to its end; whoever comes second finds it turned."""
    session.execute(
        update(PeopleSearch)
        .where(PeopleSearch.id == search_id, PeopleSearch.page == page)
        .values(page=page + 1, seen=PeopleSearch.seen + seen)
    )


def found_rows(session: Session, search_id: int) -> list[dict[str, str]]:
    """The people found so far, as rows of a list."""
    answers = session.scalars(
        select(Lookup.answer)
        .where(Lookup.search_id == search_id, Lookup.outcome == LookupOutcome.FOUND)
        .order_by(Lookup.id)
    )
    return [dict(answer["row"]) for answer in answers if answer]


def count_found(session: Session, search_id: int) -> int:
    """How many addresses a search has, those that are just asked for too."""
    asked = (LookupOutcome.FOUND, LookupOutcome.ASKED)
    return int(
        session.scalar(
            select(func.count()).where(Lookup.search_id == search_id, Lookup.outcome.in_(asked))
        )
        or 0
    )


def finish(
    session: Session,
    search_id: int,
    state: SearchState,
    *,
    note: str,
    batch_id: int | None,
    now: datetime,
) -> bool:
    """Ends a search once; False where a twin was quicker."""
    moved = session.execute(
        update(PeopleSearch)
        .where(PeopleSearch.id == search_id, PeopleSearch.state.in_(_OPEN))
        .values(state=state, note=note[:500] or None, batch_id=batch_id, finished_at=now)
        .returning(PeopleSearch.id)
    ).scalar_one_or_none()
    return moved is not None


def _cleaned(wanted: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in LISTS:
        words = (" ".join(str(word).split())[:120] for word in wanted.get(name) or ())
        found = list(dict.fromkeys(word for word in words if word))[:50]
        if found:
            kept[name] = found
    keywords = " ".join(str(wanted.get("keywords") or "").split())[:200]
    return kept | ({"keywords": keywords} if keywords else {})
