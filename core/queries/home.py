"""What the frame and the home page tell: what waits for a person, alarms, onboarding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import (
    CampaignState,
    DeliverableState,
    MessageState,
    ReviewKind,
    ReviewState,
)
from core.queries import paging
from core.queries.paging import Count
from db.models import (
    Alarm,
    Campaign,
    Client,
    Deliverable,
    Lead,
    Mailbox,
    Message,
    ReviewItem,
    Task,
    Thread,
)

CAP = 999


@dataclass(frozen=True, slots=True)
class Badges:
    """The counts beside the pages' names, each counted up to a cap."""

    review: Count
    replies: Count
    alarms: Count
    act: bool  # whether one of the alarms needs a person, not only watching


@dataclass(frozen=True, slots=True)
class Due:
    """A task of a person: what, for whom, by when."""

    id: int
    title: str
    kind: str
    due_at: datetime
    lead_id: int | None
    thread_id: int | None
    client: str


@dataclass(frozen=True, slots=True)
class Onboarding:
    """Which first steps are done, in their order: (what, done, page)."""

    steps: tuple[tuple[str, bool, str], ...]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(done for _, done, _ in self.steps)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == len(self.steps)


def badges(session: Session, viewer: Viewer) -> Badges:
    """To review, replies waiting, alarms: one round trip, each part a short walk of one index."""
    clients = paging.client_ids(session, viewer)
    parts = {
        "review": review_waiting(clients),
        "replies": replies_waiting(clients),
        "alarms": _open_alarms(viewer),
        "act": _open_alarms(viewer).where(Alarm.severity == "act"),
    }
    counts = [
        select(literal(name).label("what"), func.count().label("n")).select_from(
            part.limit(CAP + 1).subquery(name)
        )
        for name, part in parts.items()
    ]
    found = {row.what: int(row.n) for row in session.execute(union_all(*counts))}
    return Badges(
        review=_capped(found["review"]),
        replies=_capped(found["replies"]),
        alarms=_capped(found["alarms"]),
        act=found["act"] > 0,
    )


def review_waiting(clients: Sequence[int]) -> Select[int]:
    """Ids of items that wait for a decision; all kinds are named so that the index serves it."""
    return select(ReviewItem.id).where(
        ReviewItem.client_id.in_(clients),
        ReviewItem.kind.in_(list(ReviewKind)),
        ReviewItem.state == ReviewState.WAITING,
    )


def replies_waiting(clients: Sequence[int]) -> Select[int]:
    """Ids of threads in which the next word is ours."""
    return select(Thread.id).where(Thread.client_id.in_(clients), Thread.needs_us.is_(true()))


def replies_undrafted(session: Session, viewer: Viewer) -> Count:
    """How many threads need our word and have no draft that waits for a decision: those that have
    one stand under reply drafts already.
    """
    drafted = select(Message.id).where(
        Message.thread_id == Thread.id, Message.state == MessageState.REVIEW
    )
    stream = replies_waiting(paging.client_ids(session, viewer)).where(~drafted.exists())
    return paging.count(session, [stream], cap=CAP)


def waiting_by_kind(session: Session, viewer: Viewer) -> dict[ReviewKind, Count]:
    """How many items of each kind wait for a decision, each counted up to a cap."""
    clients = paging.client_ids(session, viewer)
    counts = [
        select(literal(str(kind)).label("kind"), func.count().label("n")).select_from(
            review_waiting(clients)
            .where(ReviewItem.kind == kind)
            .limit(CAP + 1)
            .subquery(f"of_{kind}")
        )
        for kind in ReviewKind
    ]
    found = session.execute(union_all(*counts))
    return {ReviewKind(row.kind): _capped(int(row.n)) for row in found}


def tasks_due(
    session: Session, viewer: Viewer, *, until: datetime, limit: int = 8
) -> tuple[Due, ...]:
    """Open tasks due by `until`, the most urgent first: the viewer's own and nobody's."""
    mine = or_(Task.owner_id == viewer.user_id, Task.owner_id.is_(None))
    statement = (
        select(Task.id, Task.title, Task.kind, Task.due_at, Task.lead_id, Task.thread_id)
        .add_columns(Client.name)
        .join(Client, Client.id == Task.client_id)
        .where(paging.within(Task.client_id, viewer), Task.done_at.is_(None), mine)
        .where(Task.due_at <= until)
        .order_by(Task.due_at, Task.id)
        .limit(limit)
    )
    return tuple(Due(*row) for row in session.execute(statement))


def sent_since(session: Session, viewer: Viewer, *, since: datetime) -> Count:
    """Messages sent since a moment (today's midnight in the viewer's zone)."""
    stream = select(Message.id).where(
        Message.client_id.in_(paging.client_ids(session, viewer)), Message.sent_at >= since
    )
    return paging.count(session, [stream], cap=9_999)


def onboarding(session: Session, viewer: Viewer) -> Onboarding:
    """The first steps of a new agency or client, each looked up by one row."""
    clients = paging.client_ids(session, viewer)
    started = Campaign.state != CampaignState.DRAFT
    approved = Deliverable.state == DeliverableState.APPROVED
    questions = (
        ("Add a client", "settings.py", select(Client.id).where(Client.id.in_(clients))),
        (
            "Give the client its postal address",
            "settings.py",
            select(Client.id).where(Client.id.in_(clients), Client.postal_address.is_not(None)),
        ),
        (
            "Connect a mailbox",
            "settings.py",
            select(Mailbox.id).where(Mailbox.client_id.in_(clients)),
        ),
        (
            "Make a campaign",
            "campaigns.py",
            select(Campaign.id).where(Campaign.client_id.in_(clients)),
        ),
        ("Import leads", "leads.py", select(Lead.id).where(Lead.client_id.in_(clients))),
        (
            "Start the campaign",
            "campaigns.py",
            select(Campaign.id).where(Campaign.client_id.in_(clients), started),
        ),
        (
            "Approve a client report",
            "exports.py",
            select(Deliverable.id).where(Deliverable.client_id.in_(clients), approved),
        ),
    )
    steps = tuple(
        (what, session.scalar(question.limit(1)) is not None, page)
        for what, page, question in questions
    )
    return Onboarding(steps)


def _open_alarms(viewer: Viewer) -> Select[int]:
    """Open alarms of the viewer's clients and of the app itself, as queries.health lists them."""
    return select(Alarm.id).where(
        Alarm.cleared_at.is_(None),
        or_(Alarm.client_id.is_(None), paging.within(Alarm.client_id, viewer)),
    )


def _capped(number: int) -> Count:
    return Count(min(number, CAP), more=number > CAP)
