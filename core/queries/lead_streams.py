"""How the list of leads is read: which index walks hold what is wanted, and what is left over.

A part of the filter that few leads fit is walked by its own index, and those few are sorted. Where
every part fits many, the index of the sort is walked, on which they are soon met; what it does not
serve is tried on a bounded number of rows (paging.read). Each part has an index that begins with
the client: see db.models.campaigns.Lead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import lead_companies, lead_conditions, lead_search, paging
from core.queries.lead_conditions import aside, within
from core.queries.lead_filters import Asked, LeadFilter, LeadSort, Op
from db import planner
from db.models import Campaign, Contact, ContactTag, Lead, LeadList, LeadListMember, Tag

__all__ = ["Asked", "LeadFilter", "LeadSort", "Op", "Walk", "streams"]

RARE = 4_000  # so many rows are sorted rather than met on a walk
EXAMINED = 20_000  # rows a page tries at most
EXAMINED_BY_NAME = 8_000  # rows of two tables

ORDERS = {
    LeadSort.NEWEST: paging.Order((Lead.id,)),
    LeadSort.OLDEST: paging.Order((Lead.id,), rising=True),
    LeadSort.SCORE: paging.Order((Lead.score_key, Lead.id)),
    LeadSort.UPDATED: paging.Order((Lead.updated_at, Lead.id)),
    LeadSort.IDLE: paging.Order((Lead.updated_at, Lead.id), rising=True),
    LeadSort.NAME: paging.Order((Contact.name_key, Lead.id), rising=True),
}
BY_ID = (LeadSort.NEWEST, LeadSort.OLDEST)
_Head = list[ColumnElement[bool]]
_NOBODY: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """What paging.read and paging.count are given. `cut`: a search by text did not look at all.
    `counted`: the same leads by an index that serves all of the filter, where there is one.
    """

    streams: list[Select[Any]]
    order: paging.Order
    narrow: tuple[ColumnElement[bool], ...]
    examined: int = EXAMINED
    cut: bool = False
    counted: tuple[Select[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to the leads: the parts of the filter it serves, and the heads of its walks."""

    serves: tuple[str, ...]
    heads: tuple[_Head, ...]
    by_id: bool = True  # whether its index gives them in the order of their ids


def streams(session: Session, viewer: Viewer, wanted: LeadFilter, *, every: bool = False) -> Walk:
    """The walks that hold what is wanted. With `every` (work on all of them, not a page) the order
    is by id whatever the filter, and a search by text looks at all.
    """
    planner.one_by_one(session)
    clients = _clients(session, viewer, wanted)
    order = ORDERS[LeadSort.OLDEST] if every else ORDERS[wanted.sort]
    found = lead_conditions.conditions(session, wanted)
    if wanted.text.strip():
        return _by_text(session, clients, wanted, order, tuple(found.values()), every=every)
    ways = [way for part in _WAYS if (way := part(clients, wanted)) is not None]
    if lead_companies.common(session, clients, wanted.company):
        ways = [way for way in ways if "company" not in way.serves]
    along = _along_the_sort(clients, wanted, ways, order, found, every=every)
    rare = _rarest(session, ways) if along.narrow else None
    if rare is None:
        whole = next((one for one in ways if set(found) <= set(one.serves)), None)
        heads = whole.heads if whole is not None and along.narrow else ()
        return replace(along, counted=tuple(select(Lead.id).where(*head) for head in heads))
    left = lead_conditions.leftover(found, rare.serves)
    ids = [select(Lead.id).where(*head).limit(RARE + 1).correlate(None) for head in rare.heads]
    return Walk([_select(order, Lead.id.in_(some)) for some in ids], order, left)


def _along_the_sort(
    clients: Sequence[int],
    wanted: LeadFilter,
    ways: Sequence[_Way],
    order: paging.Order,
    found: Mapping[str, ColumnElement[bool]],
    *,
    every: bool,
) -> Walk:
    if every or wanted.sort in BY_ID:
        if not every and (wanted.since or wanted.until):
            rising = order.rising
            order = paging.Order((Lead.created_at, Lead.id), rising=rising)
            way = _created(clients, wanted)
        else:
            if wanted.list_id is not None:
                order = paging.Order((LeadListMember.lead_id,), rising=order.rising)
            way = next((one for one in ways if one.by_id), None)
    else:
        way = _of_sort(clients, wanted)
    way = way or _Way(_NOBODY, tuple([Lead.client_id == one] for one in clients))
    examined = EXAMINED_BY_NAME if wanted.sort is LeadSort.NAME and not every else EXAMINED
    examined //= 1 + sum(name in found for name in lead_companies.TWO_TABLES)
    left = lead_conditions.leftover(found, way.serves)
    return Walk([_select(order, *head) for head in way.heads], order, left, examined)


def _select(order: paging.Order, *head: ColumnElement[bool]) -> Select[Any]:
    """The columns of the order, from the tables that they stand in."""
    made = select(*order.columns)
    tables = {column.class_ for column in order.columns}
    if Contact in tables:
        made = made.select_from(Contact).join(Lead, Lead.contact_id == Contact.id)
    return made.where(*head)


def _rarest(session: Session, ways: Sequence[_Way]) -> _Way | None:
    """The way on which the fewest leads lie, where they are few; counts a few thousand at most."""
    best, fewest = None, RARE + 1
    for way in ways:
        number = 0
        for head in way.heads:
            some = select(Lead.id).where(*head).limit(fewest - number).subquery()
            number += session.execute(select(func.count()).select_from(some)).scalar_one()
            if number >= fewest:
                break
        else:
            best, fewest = way, number
    return best


def _clients(session: Session, viewer: Viewer, wanted: LeadFilter) -> tuple[int, ...]:
    """The clients to look at: one where a campaign, list or tag of one is asked for, none where it
    is not theirs.
    """
    clients = set(paging.client_ids(session, viewer))
    owned: list[tuple[Any, int]] = [(Tag, tag_id) for tag_id in wanted.tags]
    owned += [(Campaign, wanted.campaign_id)] if wanted.campaign_id is not None else []
    owned += [(LeadList, wanted.list_id)] if wanted.list_id is not None else []
    for model, row_id in owned:
        row = session.get(model, row_id)
        clients &= {row.client_id} if row is not None else set()
    return tuple(sorted(clients))


def _listed(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    if wanted.list_id is None:
        return None
    on = [LeadListMember.list_id == wanted.list_id, LeadListMember.lead_id == Lead.id]
    return _Way(("list",), tuple([*on, aside(Lead.client_id) == one] for one in clients))


def _picked(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    if not wanted.picked:
        return None
    mine = Lead.id.in_(wanted.picked)
    return _Way(("picked",), tuple([mine, aside(Lead.client_id) == one] for one in clients))


def _tagged(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    """By the first tag; whoever asks for several is soon down to few."""
    if not wanted.tags:
        return None
    tag_id = wanted.tags[0]
    on = [ContactTag.tag_id == tag_id, ContactTag.contact_id == Lead.contact_id]
    heads = tuple([*on, aside(Lead.client_id) == one] for one in clients)
    return _Way((f"tag:{tag_id}",), heads, by_id=False)


def _batch(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    if wanted.batch_id is None:
        return None
    mine = Lead.batch_id == wanted.batch_id
    return _Way(("batch",), tuple([mine, aside(Lead.client_id) == one] for one in clients))


def _each(
    name: str, column: Any, given: Callable[[LeadFilter], Sequence[Any]], *, by_id: bool = True
) -> Any:
    """Ways of the form (client, column, id): one walk a value."""

    def way(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
        values = given(wanted)
        heads = ([Lead.client_id == one, column == value] for one in clients for value in values)
        return _Way((name,), tuple(heads), by_id=by_id) if values else None

    return way


def _company(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    text = wanted.company.strip()
    heads = tuple(lead_companies.heads(clients, text)) if text else ()
    return _Way(("company",), heads, by_id=False) if text else None


def _states(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    if not wanted.states:
        return None
    if wanted.campaign_id is None:
        heads = ([Lead.client_id == one, Lead.state == s] for one in clients for s in wanted.states)
        return _Way(("state",), tuple(heads))
    mine = Lead.campaign_id == wanted.campaign_id
    own = ([mine, Lead.state == state] for state in wanted.states)
    return _Way(("campaign", "state"), tuple(own) if clients else ())


def _campaign(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    if wanted.campaign_id is None:
        return None
    return _Way(("campaign",), ([Lead.campaign_id == wanted.campaign_id],) if clients else ())


def _spans(name: str, column: Any, ends: Callable[[LeadFilter], tuple[Any, Any]]) -> Any:
    """Ways of the form (client, column): a span of it."""

    def way(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
        span = within(column, *ends(wanted))
        heads = tuple([Lead.client_id == one, *span] for one in clients)
        return _Way((name,), heads, by_id=False) if span else None

    return way


def _score_ends(wanted: LeadFilter) -> tuple[int | None, int | None]:
    return wanted.score_from, None if wanted.score_to is None else wanted.score_to + 1


_created = _spans("created", Lead.created_at, lambda wanted: (wanted.since, wanted.until))
_touched = _spans(
    "touched", Lead.updated_at, lambda wanted: (wanted.touched_since, wanted.touched_until)
)
_scored = _spans("score", Lead.score_key, _score_ends)
_WAYS: tuple[Callable[[Sequence[int], LeadFilter], _Way | None], ...] = (
    *(_picked, _listed),
    _each("owner", Lead.owner_id, lambda w: [w.owner_id] if w.owner_id else []),
    *(_company, _tagged, _batch, _states),
    _each("tier", Lead.tier, lambda wanted: wanted.tiers, by_id=False),
    _each("source", Lead.source, lambda w: [] if w.source is None else [w.source]),
    *(_campaign, _created, _touched, _scored),
)


def _of_sort(clients: Sequence[int], wanted: LeadFilter) -> _Way | None:
    """The walk of the sort's own index, where it is not by id."""
    if wanted.sort is LeadSort.SCORE:
        return _by_score(clients, wanted)
    if wanted.sort is LeadSort.NAME:
        return _Way(_NOBODY, tuple([Contact.client_id == one] for one in clients))
    return _touched(clients, wanted)  # type: ignore[no-any-return]  # made by _spans


def _by_score(clients: Sequence[int], wanted: LeadFilter) -> _Way:
    """State and tier hang together with the score, so they have an index in its order: else the
    best of the rejected would lie behind everybody else.
    """
    span = within(Lead.score_key, *_score_ends(wanted))
    values: Sequence[tuple[str, Any]] = [("state", Lead.state == one) for one in wanted.states]
    values = values or [("tier", Lead.tier == one) for one in wanted.tiers]
    if values:
        name = values[0][0]
        heads = ([Lead.client_id == one, is_, *span] for one in clients for _, is_ in values)
        return _Way((name, "score"), tuple(heads))
    if wanted.campaign_id is None:
        return _Way(("score",), tuple([Lead.client_id == one, *span] for one in clients))
    mine = [Lead.campaign_id == wanted.campaign_id, *span]
    return _Way(("campaign", "score"), (mine,) if clients else ())


def _by_text(
    session: Session,
    clients: Sequence[int],
    wanted: LeadFilter,
    order: paging.Order,
    narrow: tuple[ColumnElement[bool], ...],
    *,
    every: bool,
) -> Walk:
    """Leads of contacts whose address, domain or name begins with the text."""
    text = wanted.text.strip().casefold()
    if every:
        heads = [[Lead.contact_id.in_(lead_search.all_alike(one, text))] for one in clients]
        return Walk([_select(order, *head) for head in heads], order, narrow)
    ids = {one: lead_search.alike(session, one, text) for one in clients}
    walks = [_select(order, Lead.contact_id.in_(some), *narrow) for some in ids.values()]
    return Walk(
        walks, order, (), cut=any(len(some) >= lead_search.MATCHES for some in ids.values())
    )
