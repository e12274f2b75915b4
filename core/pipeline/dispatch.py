"""Sends what is approved and due.

Safe to run twice, beside itself, or to be killed anywhere: a message is claimed in a transaction
of its own before the call, so no other turn takes it; what was claimed and not recorded becomes
uncertain (tidy) and is never sent again by itself.
"""

import os
import platform
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import logs
from core.domain.states import MessageKind
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.pipeline.mail_accounts import mail_account
from core.pipeline.report import Report
from core.providers.email.port import Accepted, Email, EmailSender
from core.public import tokens
from core.runtime import Runtime
from core.services import mailbox_health, mailboxes, outcomes, rendering, sending
from core.services.sending import Claimed, Held
from core.telemetry import MESSAGES
from db.session import reading, transaction

GIVE_UP = 3  # refusals in a row ("not now") after which a mailbox rests until the next turn

Record = Callable[[Session], None]


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: sent, uncertain, failed, put_off, held, cancelled (in `held`), paused."""
    counts: Counter[str] = Counter()
    with reading(rt.sessions) as session:
        ids = sending.mailboxes_with_due(session, now=rt.now(), campaign_id=campaign_id)
    for mailbox_id in ids:
        if limit is not None and sum(counts[word] for word in _TRIED) >= limit:
            break
        with reading(rt.sessions) as session:
            found = mailboxes.connection(session, mailbox_id)
        if found is None or rt.stopping():
            continue
        with (
            logs.about(client=found.client_id, mailbox=mailbox_id),
            closing(rt.providers.email(mail_account(rt, found))) as sender,
        ):
            turn = _Turn(rt, sender, mailbox_id, campaign_id, counts, limit)
            turn.send_all()
    for word in _TRIED:
        rt.telemetry.count(MESSAGES, counts[word], state=word)
    return Report({word: number for word, number in counts.items() if number})


_TRIED = ("sent", "uncertain", "failed", "put_off")


class _Turn:
    """One mailbox's turn: claim → call → record, until nothing is due or something stops it.

    The record of one message and the claim of the next share a transaction.
    """

    def __init__(
        self,
        rt: Runtime,
        sender: EmailSender,
        mailbox_id: int,
        campaign_id: int | None,
        counts: Counter[str],
        limit: int | None,
    ) -> None:
        self._rt = rt
        self._sender = sender
        self._mailbox_id = mailbox_id
        self._campaign_id = campaign_id
        self._counts = counts
        self._limit = limit
        self._worker = f"{platform.node()}:{os.getpid()}"[:80]
        self._refused = 0

    def send_all(self) -> None:
        """Until the mailbox has nothing more to send now."""
        record: Record | None = None
        while True:
            going = self._may_go_on()
            claimed = self._turn_over(record, going)
            record = None
            if not going or claimed is None:
                return
            if isinstance(claimed, Held):
                self._counts["held"] += claimed.number
                if claimed.whole_mailbox:
                    return
                continue
            record = self._send(claimed)

    def _may_go_on(self) -> bool:
        tried = sum(self._counts[word] for word in _TRIED)
        full = self._limit is not None and tried >= self._limit
        return not (full or self._refused >= GIVE_UP or self._rt.stopping())

    def _turn_over(self, record: Record | None, going: bool) -> Claimed | Held | None:
        if not going:
            if record is not None:
                _alone(self._rt, record)
            return None
        try:
            return self._record_and_claim(record)
        except SQLAlchemyError:
            if record is not None:  # the claim may have been the trouble; the record must stand
                _alone(self._rt, record)
            raise

    def _record_and_claim(self, record: Record | None) -> Claimed | Held | None:
        with transaction(self._rt.sessions) as session:
            if record is not None:
                record(session)
            return sending.claim(
                session,
                self._mailbox_id,
                now=self._rt.now(),
                worker=self._worker,
                campaign_id=self._campaign_id,
            )

    def _send(self, claimed: Claimed) -> Record:
        now = self._rt.now()
        try:
            accepted = self._sender.send(email_of(self._rt, claimed, now))
        except ProviderError as error:
            return self._failure(claimed, error, now)
        self._refused = 0
        self._counts["sent"] += 1
        return lambda session: _sent(session, claimed, accepted, now)

    def _failure(self, claimed: Claimed, error: ProviderError, now: datetime) -> Record:
        reason = error.sentence
        if isinstance(error, Uncertain):
            self._counts["uncertain"] += 1
            return lambda session: outcomes.unknown(session, claimed, reason, now=now)
        if isinstance(error, Rejected):
            self._counts["failed"] += 1
            status = error.status
            return lambda session: outcomes.refused(
                session, claimed, reason, status=status, now=now
            )
        self._counts["put_off"] += 1
        self._refused += 1
        until = error.retry_at if isinstance(error, Unavailable) else None
        advice = error.advice or "Correct the mailbox's settings, then start it again."
        if isinstance(error, Misconfigured):
            self._refused = GIVE_UP
            self._counts["paused"] += 1

        def put_off(session: Session) -> None:
            outcomes.put_off(session, claimed, reason, now=now, until=until)
            if isinstance(error, Misconfigured):
                mailbox_health.pause(session, claimed.mailbox_id, reason, advice=advice, now=now)

        return put_off


def _alone(rt: Runtime, record: Record) -> None:
    with transaction(rt.sessions) as session:
        record(session)


def _sent(session: Session, claimed: Claimed, accepted: Accepted, now: datetime) -> None:
    outcomes.sent(session, claimed, provider=accepted.provider, ref=accepted.ref, now=now)


def email_of(rt: Runtime, claimed: Claimed, now: datetime) -> Email:
    """The mail as it goes out: campaign mail with footer and List-Unsubscribe (RFC 8058)."""
    footer, headers = None, list(_thread_headers(claimed))
    if claimed.kind == MessageKind.STEP and claimed.lead_id is not None:
        settings = rt.settings
        url = tokens.unsubscribe_url(
            settings.public_url, settings.secret, claimed.client_id, claimed.lead_id
        )
        footer = rendering.Footer(claimed.client_name, claimed.postal_address, url)
        mailto = f"mailto:{claimed.from_address}?subject=unsubscribe"
        headers.append(("List-Unsubscribe", f"<{url}>, <{mailto}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    text, html = rendering.with_footer(claimed.body_text, footer)
    return Email(
        key=claimed.key,
        header_id=claimed.header_id,
        from_address=claimed.from_address,
        from_name=claimed.from_name,
        to_address=claimed.to_address,
        to_name=claimed.to_name,
        subject=claimed.subject,
        text=text,
        html=html,
        headers=tuple(headers),
        at=now,
    )


def _thread_headers(claimed: Claimed) -> list[tuple[str, str]]:
    if not claimed.in_reply_to:
        return []
    references = claimed.references or claimed.in_reply_to
    return [("In-Reply-To", claimed.in_reply_to), ("References", references)]
