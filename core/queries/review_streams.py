"""Which review items a list is about: walks by index, what narrows them, and their order.

What can still have an effect comes first: leads and first mails of a finished campaign, which go no
further whatever is said, stand behind all others. In both parts the oldest comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import CampaignState, ReviewKind, ReviewState
from core.queries import paging
from core.queries.paging import Cursor, Page
from db.models import Campaign, Contact, Lead, ReviewItem

CAP = 999
OLDEST_FIRST = paging.Order((ReviewItem.id,), rising=True)
OF_CAMPAIGN = (ReviewKind.LEAD, ReviewKind.MESSAGE)  # what a finished campaign lets go no further
OVER = "over."  # stands before a cursor into the second part
_END = 2**62  # behind every item


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter over what waits: a campaign, scores (both ends included), words of the reason or of
    the person's name or address.
    """

    campaign_id: int | None = None
    least: int | None = None
    most: int | None = None
    words: str = ""

    def narrow(self) -> list[ColumnElement[bool]]:
        """What no index serves, as conditions on the item."""
        found: list[ColumnElement[bool]] = []
        scored = [Lead.total >= self.least] if self.least is not None else []
        scored += [Lead.total <= self.most] if self.most is not None else []
        if scored:
            found.append(select(Lead.id).where(Lead.id == ReviewItem.lead_id, *scored).exists())
        if self.words:
            found.append(self._says(self.words.lower()))
        return found

    def _says(self, words: str) -> ColumnElement[bool]:
        person = (
            select(Lead.id)
            .join(Contact, Contact.id == Lead.contact_id)
            .where(
                Lead.id == ReviewItem.lead_id,
                or_(
                    Contact.name_key.contains(words, autoescape=True),
                    Contact.email_key.contains(words, autoescape=True),
                ),
            )
        )
        why = func.lower(ReviewItem.why).contains(words, autoescape=True)
        return or_(why, person.exists())


ANY = Wanted()


def in_turn(
    session: Session,
    viewer: Viewer,
    *,
    kind: ReviewKind | None = None,
    wanted: Wanted = ANY,
    now: datetime,
    cursor: str | None = None,
    after: int | None = None,
    size: int = paging.SIZE,
) -> Page[Any]:
    """One page of ids in the order in which they are decided; it begins at the cursor or behind
    an item.
    """
    cursor = _behind(session, after) if after else cursor or ""

    def part(over: bool, begins: str | None, many: int) -> Page[Any]:
        walks = streams(session, viewer, kind, now=now, campaign_id=wanted.campaign_id, over=over)
        narrow = wanted.narrow()
        return paging.read(session, walks, OLDEST_FIRST, cursor=begins, size=many, narrow=narrow)

    if cursor.startswith(OVER):
        page = part(True, cursor[len(OVER) :], size)
        before = OVER + page.prev if page.prev else Cursor("prev", (_END,)).encode()
        return replace(page, next=OVER + page.next if page.next else None, prev=before)
    page = part(False, cursor, size)
    if page.next:
        return page
    room = size - len(page.rows)
    rest = part(True, None, max(room, 1))
    if not room:
        return replace(page, next=OVER if rest.rows else None)
    behind = OVER + rest.next if rest.next else None
    return replace(page, rows=(*page.rows, *rest.rows), next=behind, partly=rest.partly)


def streams(
    session: Session,
    viewer: Viewer,
    kind: ReviewKind | None,
    *,
    now: datetime,
    campaign_id: int | None = None,
    over: bool = False,
) -> list[Select[Any]]:
    """A walk a client and kind, and the few whose snooze is over: of what can have an effect, or
    of what is over.
    """
    kinds = tuple(ReviewKind) if kind is None else (kind,)
    if over:
        kinds = tuple(each for each in kinds if each in OF_CAMPAIGN)
    clients = paging.client_ids(session, viewer)
    of = () if campaign_id is None else (ReviewItem.campaign_id == campaign_id,)
    found: list[Select[Any]] = [
        select(ReviewItem.id).where(
            ReviewItem.client_id == client_id,
            ReviewItem.kind == each,
            ReviewItem.state == ReviewState.WAITING,
            _finished(over) if each in OF_CAMPAIGN else true(),
            *of,
        )
        for client_id in clients
        for each in kinds
    ]
    if awake := woken(session, clients, now):
        again = select(ReviewItem.id).where(ReviewItem.id.in_(awake), *of)
        found.append(again.where(ReviewItem.kind.in_(kinds), _over() if over else not_(_over())))
    return found


def _behind(session: Session, item_id: int) -> str:
    """The cursor that begins behind an item."""
    over = session.scalar(select(ReviewItem.id).where(ReviewItem.id == item_id, _over()))
    return (OVER if over else "") + Cursor("next", (item_id,)).encode()


def _over() -> ColumnElement[bool]:
    return and_(ReviewItem.kind.in_(OF_CAMPAIGN), _finished(True))


def _finished(over: bool) -> ColumnElement[bool]:
    """Whether the item's campaign is finished, or is not; an item of none is not."""
    known = select(Campaign.id).where(
        Campaign.id == ReviewItem.campaign_id, Campaign.state == CampaignState.FINISHED
    )
    return known.exists() if over else ~known.exists()


def woken(session: Session, clients: Sequence[int], now: datetime) -> tuple[int, ...]:
    """Snoozed items whose time has come, before the hourly tidying wakes them."""
    found = session.execute(
        select(ReviewItem.id)
        .where(
            ReviewItem.state == ReviewState.SNOOZED,
            ReviewItem.snoozed_until <= now,
            ReviewItem.client_id.in_(clients),
        )
        .limit(CAP)
    )
    return tuple(found.scalars())
