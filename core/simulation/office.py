"""What the agency's people do in a simulated world, through the same services as the pages: decide
in the review queue, settle what is uncertain, book meetings and their worth.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from sqlalchemy import select

from core.domain.access import Viewer
from core.domain.states import (
    ConversionKind,
    Direction,
    MailboxState,
    ReplyIntent,
    ReviewKind,
    ReviewState,
)
from core.runtime import Runtime
from core.services import conversions, mailboxes, review, review_bulk, tasks, threads
from db.models import Client, Lead, Mailbox, Message, ReviewItem, Task, Thread
from db.session import reading, transaction

K = ConversionKind
BULK = 200


@dataclass(frozen=True, slots=True)
class Habits:
    """How thorough the office is, in shares: of leads and first mails approved, of leads turned
    away, of drafts sent, of threads settled a day after the last word; the rest waits.
    """

    leads: float = 0.9
    turned_away: float = 0.1
    mails: float = 1.0
    drafts: float = 1.0
    threads: float = 1.0
    opportunity: float = 0.6
    won: float = 0.45
    settles: bool = True  # uncertain sends
    starts: tuple[str, ...] = ()  # mailboxes that are started again after a pause
    deal: tuple[int, int] = (4_000, 60_000)  # whole units of the client's currency


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """A conversion that will be marked at a moment."""

    at: datetime
    lead_id: int
    kind: K
    value_minor: int
    currency: str


class Office:
    """Works on behalf of one viewer; draws its decisions from a random source."""

    def __init__(
        self,
        rt: Runtime,
        viewer: Viewer,
        client_id: int,
        rng: random.Random,
        habits: Habits | None = None,
    ) -> None:
        self._rt = rt
        self._viewer = viewer
        self._client_id = client_id
        self._rng = rng
        self.habits = habits or Habits()
        self._coming: list[Expected] = []
        self._read_to = 0
        self._left: set[int] = set()  # items somebody looked at and let lie

    def decide(self) -> None:
        """Goes through the review queue once."""
        self._say_yes(ReviewKind.MESSAGE, self.habits.mails)
        self._say_yes(ReviewKind.REPLY_DRAFT, self.habits.drafts)
        self._decide_leads()

    def settle(self, arrived: Mapping[str, int]) -> int:
        """Settles uncertain sends by looking at what really came out; gives how many."""
        waiting = self._waiting(ReviewKind.UNCERTAIN_SEND) if self.habits.settles else []
        with transaction(self._rt.sessions) as session:
            for item_id, version in waiting:
                item = session.get_one(ReviewItem, item_id)
                message = session.get_one(Message, item.message_id)
                out = bool(arrived.get(message.header_id or ""))
                review.settle(
                    *(session, self._viewer, item_id),
                    version=version,
                    sent=out,
                    now=self._rt.now(),
                )
        return len(waiting)

    def start_mailboxes(self) -> None:
        """Starts again what was paused, where that is the office's habit."""
        if not self.habits.starts:
            return
        with transaction(self._rt.sessions) as session:
            paused = session.scalars(
                select(Mailbox.id).where(
                    *(Mailbox.client_id == self._client_id, Mailbox.state == MailboxState.PAUSED),
                    Mailbox.address.in_(self.habits.starts),
                )
            )
            for mailbox_id in paused.all():
                mailboxes.start(session, self._viewer, mailbox_id, now=self._rt.now())

    def book(self) -> None:
        """Marks meetings that were agreed, and later what became of them."""
        self._look_for_meetings()
        now = self._rt.now()
        while self._coming and self._coming[0].at <= now:
            due = heappop(self._coming)
            with transaction(self._rt.sessions) as session:
                conversions.record(
                    *(session, self._viewer, due.lead_id, due.kind),
                    value_minor=due.value_minor,
                    currency=due.currency,
                    at=due.at,
                    note=None,
                    now=now,
                )

    def tidy_inbox(self) -> None:
        """Settles the threads in which nothing happened for a day."""
        now = self._rt.now()
        with reading(self._rt.sessions) as session:
            quiet = session.scalars(
                select(Thread.id).where(
                    *(Thread.client_id == self._client_id, Thread.needs_us.is_(True)),
                    *(Thread.lead_id.is_not(None), Thread.last_at < now - timedelta(days=1)),
                )
            ).all()
        with transaction(self._rt.sessions) as session:
            for thread_id in quiet:
                if self._rng.random() < self.habits.threads:
                    threads.settle(session, self._viewer, thread_id, now=now)

    def do_tasks(self) -> None:
        """Does what is due; where the office is not thorough, some of it."""
        now = self._rt.now()
        with transaction(self._rt.sessions) as session:
            due = session.scalars(
                select(Task.id)
                .where(Task.client_id == self._client_id, Task.done_at.is_(None))
                .where(Task.due_at <= now)
                .order_by(Task.id)
            ).all()
            for task_id in due:
                if self._rng.random() < self.habits.threads:
                    tasks.finish(session, self._viewer, task_id, now=now)

    def _look_for_meetings(self) -> None:
        with reading(self._rt.sessions) as session:
            rows = session.execute(
                select(Message.id, Lead.id, Message.created_at, Client.currency)
                .join(Lead, Lead.id == Message.lead_id)
                .join(Client, Client.id == Lead.client_id)
                .where(
                    *(Message.id > self._read_to, Message.direction == Direction.IN),
                    Message.client_id == self._client_id,
                    Message.intent == ReplyIntent.MEETING,
                )
                .order_by(Message.id)
            ).all()
        for message_id, lead_id, filed, currency in rows:
            self._read_to = message_id
            for expected in self._what_becomes(lead_id, filed, currency):
                heappush(self._coming, expected)

    def _what_becomes(self, lead_id: int, at: datetime, currency: str) -> Sequence[Expected]:
        rng, habits = self._rng, self.habits
        if rng.random() > 0.85:
            return ()
        met = at + timedelta(days=rng.randint(2, 7))
        found = [Expected(met, lead_id, K.MEETING, 0, currency)]
        if rng.random() < habits.opportunity:
            worth = rng.randrange(*habits.deal, 500) * 100
            seen = met + timedelta(days=rng.randint(1, 6))
            found.append(Expected(seen, lead_id, K.OPPORTUNITY, worth, currency))
            if rng.random() < habits.won:
                won = seen + timedelta(days=rng.randint(5, 20))
                found.append(Expected(won, lead_id, K.WON, worth, currency))
        return found

    def _say_yes(self, kind: ReviewKind, share: float) -> None:
        chosen = []
        for item_id, version in self._waiting(kind):
            if self._rng.random() < share:
                chosen.append((item_id, version))
            else:
                self._left.add(item_id)
        self._approve(chosen)

    def _decide_leads(self) -> None:
        chosen, away = [], []
        for item_id, version in self._waiting(ReviewKind.LEAD):
            point = self._rng.random()
            if point < self.habits.leads - self.habits.turned_away:
                chosen.append((item_id, version))
            elif point < self.habits.leads:
                away.append((item_id, version))
            else:
                self._left.add(item_id)
        self._approve(chosen)
        with transaction(self._rt.sessions) as session:
            for item_id, version in away:
                reason = self._rng.choice(("Too small for us", "Not a buyer", "Known customer"))
                review.reject(
                    *(session, self._viewer, item_id),
                    version=version,
                    reason=reason,
                    now=self._rt.now(),
                )

    def _approve(self, items: Sequence[tuple[int, int]]) -> None:
        for start in range(0, len(items), BULK):
            with transaction(self._rt.sessions) as session:
                review_bulk.approve_many(
                    session, self._viewer, items[start : start + BULK], now=self._rt.now()
                )

    def _waiting(self, kind: ReviewKind) -> list[tuple[int, int]]:
        with reading(self._rt.sessions) as session:
            rows = session.execute(
                select(ReviewItem.id, ReviewItem.version)
                .where(
                    *(ReviewItem.client_id == self._client_id, ReviewItem.kind == kind),
                    ReviewItem.state == ReviewState.WAITING,
                )
                .order_by(ReviewItem.id)
            ).all()
        return [(item_id, version) for item_id, version in rows if item_id not in self._left]
