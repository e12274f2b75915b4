"""How the present leads would move under other rules, before anybody saves them. Writes nothing.

Both scores of a lead are made now and from the same rows, so that only the rules differ. A long
list is looked at in a sample: equal slices from its beginning to its end.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import scoring
from core.domain.access import Viewer
from core.domain.profile import Icp, Reason
from core.domain.scoring import Rules, Score
from core.domain.states import LeadState, Tier
from core.services import bulk, guard, icp, rules, scores
from core.services.subjects import subject_of
from db.models import Account, Campaign, Contact, Lead

SAMPLE = 2000  # leads looked at: about half a second
SLICES = 20
EXAMPLES = 10  # of each way a lead may move
COUNTED = 100_000
MANY = 50  # leads that move; or a fifth of all, where that is FEW or more
FEW = 5
STATES = (LeadState.ENRICHED, *scores.RESCORED)

_lead, _contact, _account = map(bulk.table_of, (Lead, Contact, Account))


@dataclass(frozen=True, slots=True)
class Moved:
    """One lead that would change its tier, and the reason that changed most."""

    lead_id: int
    name: str
    company: str | None
    was: Tier
    now: Tier
    total_was: int
    total_now: int
    why: str


@dataclass(frozen=True, slots=True)
class Passing:
    """How many leads reach the threshold, lie in the grey band below it, or below that."""

    reach: int = 0
    grey: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`counts`: (tier now, tier then) → leads looked at; `of` so many, counted up to a cap."""

    counts: Mapping[tuple[Tier, Tier], int]
    examples: tuple[Moved, ...]
    before: Passing
    after: Passing
    looked_at: int
    of: int
    same: bool  # the rules are those that the campaign has

    @property
    def moved(self) -> int:
        """How many of those looked at would change their tier."""
        return sum(number for (was, now), number in self.counts.items() if was is not now)

    @property
    def moving(self) -> int:
        """How many of all would change their tier, as the sample says."""
        return round(self.moved * self.of / self.looked_at) if self.looked_at else 0

    @property
    def many(self) -> bool:
        """Whether so many move that one should be asked before."""
        return self.moving >= MANY or (self.moved >= FEW and 5 * self.moved >= self.looked_at)


@dataclass(frozen=True, slots=True)
class _Pair:
    lead_id: int
    was: Score
    now: Score

    @property
    def way(self) -> tuple[Tier, Tier]:
        return self.was.tier, self.now.tier


def preview(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    icp_document: Mapping[str, Any],
    rules_document: Mapping[str, Any],
    now: datetime,
    sample: int = SAMPLE,
) -> WhatIf:
    """The campaign's open leads under its own rules and under these; Invalid with a sentence where
    these contradict themselves.
    """
    campaign = guard.owned(session, viewer, Campaign, campaign_id)
    icp.checked(icp_document)
    rules.checked(rules_document)
    known = scores.audience(session, campaign_id)
    then = replace(
        known,
        icp=icp.icp_of(icp_document),
        rules=rules.rules_of(
            rules_document, version=known.rules.version + 1, settings=campaign.settings
        ),
    )
    pairs: list[_Pair] = []
    for rows in _slices(session, campaign.id, sample):
        pairs += _scored(session, rows, (known.icp, known.rules), (then.icp, then.rules), now)
    return WhatIf(
        counts=Counter(pair.way for pair in pairs),
        examples=_examples(session, pairs),
        before=_passing([pair.was for pair in pairs], known.rules),
        after=_passing([pair.now for pair in pairs], then.rules),
        looked_at=len(pairs),
        of=max(len(pairs), _count(session, campaign.id)),
        same=then.icp == known.icp
        and replace(then.rules, version=known.rules.version) == known.rules,
    )


def _slices(session: Session, campaign_id: int, sample: int) -> Iterator[Sequence[Any]]:
    """All open leads where they are few, else equal slices by id, each read by the index."""
    mine = _lead.c.campaign_id == campaign_id
    ends = select(func.min(_lead.c.id), func.max(_lead.c.id)).where(mine)
    low, high = session.connection().execute(ends).one()
    if low is None:
        return
    query = select(*scores.KNOWN).select_from(scores.FROM).where(mine, _lead.c.state.in_(STATES))
    ordered = query.order_by(_lead.c.id)
    few = bulk.named(session.connection().execute(ordered.limit(sample + 1)))
    if len(few) <= sample:
        yield few
        return
    step = max(1, (high - low + 1) // SLICES)
    for start in range(low, high + 1, step):
        within = ordered.where(_lead.c.id >= start, _lead.c.id < start + step)
        rows = bulk.named(session.connection().execute(within.limit(max(1, sample // SLICES))))
        if rows:
            yield rows


def _count(session: Session, campaign_id: int) -> int:
    open_ = select(_lead.c.id).where(_lead.c.campaign_id == campaign_id, _lead.c.state.in_(STATES))
    inner = open_.limit(COUNTED).subquery()
    return session.connection().execute(select(func.count()).select_from(inner)).scalar_one()


def _scored(
    session: Session,
    rows: Sequence[Any],
    was: tuple[Icp, Rules],
    then: tuple[Icp, Rules],
    now: datetime,
) -> list[_Pair]:
    signals = scores.signals_of(session, rows)
    touches = scores.touches_of(session, rows, now)
    pairs = []
    for row in rows:
        about = scores.about(signals, row)
        known, acts = subject_of(row), touches.get(row.id, ())
        both = [scoring.score(known, *one, now, signals=about, touches=acts) for one in (was, then)]
        pairs.append(_Pair(row.id, *both))
    return pairs


def _passing(given: Sequence[Score], under: Rules) -> Passing:
    reach = sum(score.total >= under.threshold for score in given)
    below = sum(score.total < under.threshold - under.grey for score in given)
    return Passing(reach, len(given) - reach - below, below)


def _examples(session: Session, pairs: Sequence[_Pair]) -> tuple[Moved, ...]:
    """The leads of each way that move furthest, with names."""
    by_way: dict[tuple[Tier, Tier], list[_Pair]] = {}
    for pair in pairs:
        if pair.was.tier is not pair.now.tier:
            by_way.setdefault(pair.way, []).append(pair)
    shown = [
        pair
        for some in by_way.values()
        for pair in sorted(some, key=lambda p: -abs(p.now.total - p.was.total))[:EXAMPLES]
    ]
    names = _names(session, [pair.lead_id for pair in shown])
    return tuple(
        Moved(
            pair.lead_id, *names[pair.lead_id], *pair.way, pair.was.total, pair.now.total,
            _why(pair.was, pair.now),
        )
        for pair in shown
    )  # fmt: skip


def _names(session: Session, lead_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    query = (
        select(
            *(_lead.c.id, _contact.c.first_name, _contact.c.last_name, _contact.c.email),
            _account.c.name,
        )
        .select_from(scores.FROM)
        .where(bulk.among(session, _lead.c.id, list(lead_ids)))
    )
    return {
        row.id: (" ".join(p for p in (row.first_name, row.last_name) if p) or row.email, row.name)
        for row in session.connection().execute(query)
    }


def _why(was: Score, now: Score) -> str:
    """The criterion whose answer changed most; else the rule of tiers."""
    before = {reason.criterion: reason for reason in was.reasons if reason.axis == "fit"}
    after = {reason.criterion: reason for reason in now.reasons if reason.axis == "fit"}
    changed = [
        (*_weight(before.get(name), after.get(name)), name)
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
    if not changed:
        return f"Total {now.total}, was {was.total}: the rule of tiers is another one."
    name = max(changed)[-1]
    old, new = before.get(name), after.get(name)
    if new is None:
        return f"No longer asked: {name}." if old and old.of else "No longer excluded."
    if old is None:
        return new.sentence
    return f"{new.sentence} Before: {old.points} of {old.of}."


def _weight(old: Reason | None, new: Reason | None) -> tuple[int, int]:
    """How much an answer changed: in points, then in what it is worth; an exclusion is all."""
    if any(one is not None and not one.of for one in (new, old)):
        return 1000, 0
    points = (new.points if new else 0) - (old.points if old else 0)
    worth = (new.of if new else 0) - (old.of if old else 0)
    return abs(points), abs(worth)
