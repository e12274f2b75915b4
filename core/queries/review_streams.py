"""Which review items a list is about: walks by index, and what narrows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import ReviewKind, ReviewState
from core.queries import paging
from db.models import Contact, Lead, ReviewItem

CAP = 999
OLDEST_FIRST = paging.Order((ReviewItem.id,), rising=True)


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


def streams(
    session: Session,
    viewer: Viewer,
    kind: ReviewKind | None,
    *,
    now: datetime,
    campaign_id: int | None = None,
) -> list[Select[Any]]:
    """A walk a client and kind, and the few whose snooze is over."""
    kinds = tuple(ReviewKind) if kind is None else (kind,)
    clients = paging.client_ids(session, viewer)
    of = () if campaign_id is None else (ReviewItem.campaign_id == campaign_id,)
    found: list[Select[Any]] = [
        select(ReviewItem.id).where(
            ReviewItem.client_id == client_id,
            ReviewItem.kind == each,
            ReviewItem.state == ReviewState.WAITING,
            *of,
        )
        for client_id in clients
        for each in kinds
    ]
    if awake := woken(session, clients, now):
        again = select(ReviewItem.id).where(ReviewItem.id.in_(awake), *of)
        found.append(again.where(ReviewItem.kind.in_(kinds)))
    return found


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
