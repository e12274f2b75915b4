"""What providers of facts and verdicts found, and what it cost; searches for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.lookups import LookupOutcome, SearchState
from core.queries import paging
from db.models import Campaign, Client, Lookup, PeopleSearch, User


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One provider of one port in a period, over the viewer's clients. `asked` counts what ended:
    found, missed, rejected or uncertain. Costs are millionths of the agency's currency.
    """

    port: str
    provider: str
    asked: int
    found: int
    uncertain: int
    under_way: int
    cost_micros: int

    @property
    def hit_rate(self) -> float | None:
        """found / asked."""
        return self.found / self.asked if self.asked else None

    @property
    def cost_per_find(self) -> float | None:
        """Millionths for each subject that something was found of."""
        return self.cost_micros / self.found if self.found else None


@dataclass(frozen=True, slots=True)
class ClientCost:
    """What one client's questions to one provider cost in a period."""

    client_id: int
    client: str
    port: str
    provider: str
    asked: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One search for people."""

    search_id: int
    client: str
    campaign: str
    provider: str
    state: SearchState
    most: int
    seen: int
    note: str | None
    batch_id: int | None
    by: str | None
    at: datetime


def by_provider(
    session: Session, viewer: Viewer, *, since: date, until: date
) -> tuple[SourceRow, ...]:
    """Each provider's finds and costs from day to day (both included), by port and cost."""
    ended = case((Lookup.outcome == LookupOutcome.ASKED, 0), else_=1)
    rows = session.execute(
        select(
            *(Lookup.port, Lookup.provider, func.sum(ended).label("asked")),
            func.sum(case((Lookup.outcome == LookupOutcome.FOUND, 1), else_=0)).label("found"),
            func.sum(case((Lookup.outcome == LookupOutcome.UNCERTAIN, 1), else_=0)).label("lost"),
            func.sum(1 - ended).label("under_way"),
            func.sum(Lookup.cost_micros).label("cost"),
        )
        .where(Lookup.client_id.in_(_whose(session, viewer)), Lookup.day.between(since, until))
        .group_by(Lookup.port, Lookup.provider)
        .order_by(Lookup.port, func.sum(Lookup.cost_micros).desc(), Lookup.provider)
    )
    return tuple(
        SourceRow(
            port=row.port,
            provider=row.provider,
            asked=int(row.asked),
            found=int(row.found),
            uncertain=int(row.lost),
            under_way=int(row.under_way),
            cost_micros=int(row.cost),
        )
        for row in rows
    )


def by_client(
    session: Session, viewer: Viewer, *, since: date, until: date, limit: int = 200
) -> tuple[ClientCost, ...]:
    """Which client's leads cost what at whom, the dearest first."""
    cost = func.sum(Lookup.cost_micros)
    rows = session.execute(
        select(
            *(Lookup.client_id, Client.name, Lookup.port, Lookup.provider),
            *(func.count().label("asked"), cost.label("cost")),
        )
        .join(Client, Client.id == Lookup.client_id)
        .where(Lookup.client_id.in_(_whose(session, viewer)), Lookup.day.between(since, until))
        .group_by(Lookup.client_id, Client.name, Lookup.port, Lookup.provider)
        .order_by(cost.desc(), Client.name, Lookup.provider, Lookup.port)
        .limit(limit)
    )
    return tuple(
        ClientCost(row.client_id, row.name, row.port, row.provider, row.asked, int(row.cost))
        for row in rows
    )


def searches(session: Session, viewer: Viewer, *, limit: int = 20) -> tuple[SearchRow, ...]:
    """The latest searches first."""
    rows = session.execute(
        select(PeopleSearch, Client.name, Campaign.name, User.name)
        .join(Client, Client.id == PeopleSearch.client_id)
        .join(Campaign, Campaign.id == PeopleSearch.campaign_id)
        .outerjoin(User, User.id == PeopleSearch.created_by_id)
        .where(paging.within(PeopleSearch.client_id, viewer))
        .order_by(PeopleSearch.id.desc())
        .limit(limit)
    )
    return tuple(
        SearchRow(
            search_id=found.id,
            client=client,
            campaign=campaign,
            provider=found.provider,
            state=found.state,
            most=found.most,
            seen=found.seen,
            note=found.note,
            batch_id=found.batch_id,
            by=by,
            at=found.created_at,
        )
        for found, client, campaign, by in rows
    )


def _whose(session: Session, viewer: Viewer) -> Sequence[int]:
    """The clients by number, also for those who see all: the index begins with the client."""
    return session.scalars(select(Client.id).where(paging.within(Client.id, viewer))).all()
