"""Reads the mailboxes, files each mail to its lead, sorts it and acts.

Safe to run twice, beside itself, or to be killed: a mail has one key in the database, and the
cursor moves on only in the transaction that files the mails before it.
"""

import re
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import logs
from core.domain import keys
from core.domain.bounces import Bounce
from core.domain.replies import Reading
from core.domain.replies import read as read_words
from core.domain.states import IntentLayer, ReplyIntent
from core.errors import AicmoError, Invalid, Misconfigured, ProviderError
from core.intake import bounces
from core.intake import mail as intake
from core.intake.mail import ParsedMail
from core.pipeline.mail_accounts import inbox_account
from core.pipeline.report import Report
from core.providers.inbox.port import Cursor, Fetched, Inbox, RawMail
from core.public import tokens
from core.public.tokens import Secret
from core.runtime import Runtime
from core.services import mailbox_health, mailboxes, matching, replies, set_aside
from core.services.replies import Incoming
from db.models import Campaign
from db.session import reading, transaction

BATCH = 200
AT_ONCE = 50  # mails filed in one transaction
BELIEVED = timedelta(days=30)  # how old a Date header may be to be believed
_LINK = re.compile(r"/u/([\w.~-]{20,300})")


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: read, known, own, set_aside, unreadable (mailboxes), and one for each intent."""
    counts: Counter[str] = Counter()
    with reading(rt.sessions) as session:
        client_id = _client_of(session, campaign_id)
        found = [mailboxes.connection(session, one) for one in mailboxes.all_ids(session)]
    for connection in found:
        if connection is None or rt.stopping():
            continue
        if client_id is not None and connection.client_id != client_id:
            continue
        with (
            logs.about(client=connection.client_id, mailbox=connection.mailbox_id),
            closing(rt.providers.inbox(inbox_account(rt, connection))) as inbox,
        ):
            _Box(rt, inbox, connection, counts, limit).read_all()
    return Report({word: number for word, number in counts.items() if number})


class _Box:
    """One mailbox's turn: fetch outside any transaction, file in small ones."""

    def __init__(
        self,
        rt: Runtime,
        inbox: Inbox,
        connection: mailboxes.Connection,
        counts: Counter[str],
        limit: int | None,
    ) -> None:
        self._rt = rt
        self._inbox = inbox
        self._mailbox_id, self._client_id = connection.mailbox_id, connection.client_id
        self._address = connection.address.lower()
        self._cursor = Cursor(connection.uidvalidity, connection.last_uid)
        self._counts = counts
        self._limit = limit

    def read_all(self) -> None:
        """Until nothing new is there, or reading fails."""
        while not self._rt.stopping():
            size = BATCH if self._limit is None else min(BATCH, self._limit - self._counts["read"])
            if size <= 0:
                return
            try:
                fetched = self._inbox.fetch(self._cursor, size)
            except ProviderError as error:
                self._unreadable(error)
                return
            self._take_in(fetched)
            if len(fetched.mails) < size:
                return

    def _take_in(self, fetched: Fetched) -> None:
        now = self._rt.now()
        for at in range(0, max(len(fetched.mails), 1), AT_ONCE):
            chunk = fetched.mails[at : at + AT_ONCE]
            last = at + AT_ONCE >= len(fetched.mails)
            uid = fetched.cursor.last_uid if last else chunk[-1].uid
            cursor = Cursor(fetched.cursor.uidvalidity, uid)
            self._file_chunk(chunk, cursor, now)
            self._cursor = cursor
        self._counts["read"] += len(fetched.mails)

    def _file_chunk(self, chunk: tuple[RawMail, ...], cursor: Cursor, now: datetime) -> None:
        read = self._new([one for raw in chunk if (one := self._read(raw, now)) is not None])
        try:
            with transaction(self._rt.sessions) as session:
                outcome = self._file_together(session, read, now)
                self._note(session, cursor, now)
        except (AicmoError, SQLAlchemyError):
            outcome = Counter(self._file_alone(one, now) for one in read)
            with transaction(self._rt.sessions) as session:
                self._note(session, cursor, now)
        self._counts.update(outcome)

    def _new(self, read: list[Incoming]) -> list[Incoming]:
        """Those not taken in before; a model is asked about what the rules leave unclear."""
        if not read:
            return []
        with reading(self._rt.sessions) as session:
            known = replies.known_keys(session, [one.key for one in read])
        self._counts["known"] += sum(one.key in known for one in read)
        return [self._told(one) for one in read if one.key not in known]

    def _told(self, one: Incoming) -> Incoming:
        if one.reading.intent is not ReplyIntent.UNCLEAR or not one.visible.strip():
            return one
        try:
            said = self._rt.providers.llm_for(self._client_id).classify_reply(one.visible)
        except ProviderError:
            return one  # the rules' word stands: unclear, and a person reads it
        if said is None:
            return one
        evidence = f"Read by {said.model}: {one.visible[:150]}"
        told = replace(
            one.reading,
            intent=said.intent,
            layer=IntentLayer.LLM,
            confidence=said.confidence,
            evidence=evidence,
        )
        return replace(one, reading=told)

    def _file_together(self, session: Session, read: list[Incoming], now: datetime) -> Counter[str]:
        if not read:
            return Counter()
        ids = [one for each in read for one in (*each.mail.in_reply_to, *each.mail.references)]
        kept = matching.gather(session, self._mailbox_id, ids)
        return Counter(
            replies.file(session, self._mailbox_id, one, now=now, gathered=kept) for one in read
        )

    def _file_alone(self, one: Incoming, now: datetime) -> str:
        try:
            with transaction(self._rt.sessions) as session:
                return replies.file(session, self._mailbox_id, one, now=now)
        except (AicmoError, SQLAlchemyError) as error:
            reason = error.sentence if isinstance(error, AicmoError) else "It cannot be stored."
            with transaction(self._rt.sessions) as session:
                set_aside.put(session, self._mailbox_id, one.key, reason, now=now)
            return "set_aside"

    def _note(self, session: Session, cursor: Cursor, now: datetime) -> None:
        mailboxes.was_read(
            session,
            self._mailbox_id,
            uidvalidity=cursor.uidvalidity,
            last_uid=cursor.last_uid,
            now=now,
        )

    def _read(self, raw: RawMail, now: datetime) -> Incoming | None:
        """The mail, read and sorted; None for our own, and for what cannot be read at all (set
        aside with its reason).
        """
        try:
            incoming = read_mail(
                raw.raw, self._mailbox_id, self._address, secret=self._rt.settings.secrets, now=now
            )
        except Invalid as error:
            key = keys.inbound_message(self._mailbox_id, None, raw.raw)
            with transaction(self._rt.sessions) as session:
                set_aside.put(session, self._mailbox_id, key, error.sentence, now=now)
            self._counts["set_aside"] += 1
            return None
        if incoming.mail.from_address == self._address and incoming.bounce is None:
            self._counts["own"] += 1
            return None
        return incoming

    def _unreadable(self, error: ProviderError) -> None:
        self._counts["unreadable"] += 1
        now = self._rt.now()
        with transaction(self._rt.sessions) as session:
            mailboxes.was_not_read(session, self._mailbox_id, error.sentence, now=now)
            if isinstance(error, Misconfigured):
                advice = error.advice or "Correct the inbox's settings, then start it again."
                mailbox_health.pause(
                    session, self._mailbox_id, error.sentence, advice=advice, now=now
                )


def read_mail(
    raw: bytes, mailbox_id: int, address: str, *, secret: Secret, now: datetime
) -> Incoming:
    """Everything that can be said of a mail without the database: in this order bounce,
    complaint, machine, opt-out, a person's words. Invalid where it is no mail at all.
    """
    mail = intake.parse(raw)
    ours = frozenset({address})
    received = _received(mail, now)
    complaint = bounces.read_complaint(mail)
    bounce = None if complaint else bounces.read_bounce(mail, raw, ours=ours)
    new_words = replies.visible(mail)
    if bounce is not None:
        sorted_as = _as_bounce(bounce)
    elif complaint is not None:
        sorted_as = Reading(ReplyIntent.UNSUBSCRIBE, IntentLayer.HEADERS, 0.99, "complaint (ARF)")
    else:
        sorted_as = read_words(
            mail.subject,
            new_words,
            received=received.date(),
            headers=mail.headers,
            sender=mail.from_address,
        )
    report = bounce is not None or complaint is not None
    return Incoming(
        key=keys.inbound_message(mailbox_id, mail.message_id, raw),
        mail=mail,
        visible=new_words,
        reading=sorted_as,
        received_at=received,
        bounce=bounce,
        complaint=complaint,
        original_id=bounces.original_id(mail) if report else None,
        token_lead=_token_lead(mail, raw, secret),
    )


def _as_bounce(bounce: Bounce) -> Reading:
    said = bounce.enhanced or bounce.basic or ("permanent" if bounce.hard else "temporary")
    evidence = f"{said}: {', '.join(bounce.addresses)}. {bounce.reason}"[:300]
    return Reading(ReplyIntent.BOUNCED, IntentLayer.HEADERS, 0.97, evidence)


def _received(mail: ParsedMail, now: datetime) -> datetime:
    if mail.sent_at is not None and now - BELIEVED <= mail.sent_at <= now:
        return mail.sent_at
    return now


def _token_lead(mail: ParsedMail, raw: bytes, secret: Secret) -> tuple[int, int] | None:
    """A link of ours in the quoted mail tells whose answer it is, where headers are lost."""
    for text in (mail.text, *(part.text for part in mail.parts)):
        for found in _LINK.finditer(text):
            try:
                leaving = tokens.read_unsubscribe(secret, found.group(1))
            except Invalid:
                continue
            return leaving.client_id, leaving.lead_id
    return None


def _client_of(session: Session, campaign_id: int | None) -> int | None:
    if campaign_id is None:
        return None
    query = select(Campaign.client_id).where(Campaign.id == campaign_id)
    return session.execute(query).scalar()
