"""Mail as people and servers write it: replies with quotes and signatures, absence notes, bounces,
complaints. Plain values in, raw bytes out; no clock, no folder.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from html import escape

from core.simulation import phrases
from core.simulation.people import Person

_HEADERS = BytesHeaderParser()  # no policy: thousands of mails are only looked at from outside
_WHOLE = BytesParser(policy=policy.default)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of ours as it lay in the outbox."""

    mailbox: str
    message_id: str
    in_reply_to: str
    references: str
    sender: str
    recipient: str
    subject: str
    unsubscribe: str | None
    at: datetime
    raw: bytes

    @property
    def text(self) -> str:
        """Its words, as whoever answers quotes them."""
        body = _WHOLE.parsebytes(self.raw).get_body(("plain", "html"))
        return body.get_content() if body is not None else ""


def read(mailbox: str, raw: bytes, *, at: datetime) -> Letter:
    """A mail of ours, parsed; `at` stands in where it has no Date."""
    mail = _HEADERS.parsebytes(raw)

    def header(name: str) -> str:
        value = str(mail.get(name, "")).replace("\r\n", "").replace("\n", "")
        return str(make_header(decode_header(value))) if "=?" in value else value.strip()

    links = [part.strip(" <>") for part in header("List-Unsubscribe").split(",")]
    return Letter(
        mailbox=mailbox,
        message_id=header("Message-ID"),
        in_reply_to=header("In-Reply-To"),
        references=header("References"),
        sender=header("From"),
        recipient=parseaddr(header("To"))[1].lower(),
        subject=header("Subject"),
        unsubscribe=next((link for link in links if link.startswith("http")), None),
        at=parsedate_to_datetime(header("Date")) if mail["Date"] else at,
        raw=raw,
    )


def reply(person: Person, letter: Letter, text: str, *, at: datetime, rng: random.Random) -> bytes:
    """A person's answer: their words, a signature, our mail quoted beneath; at times as HTML too,
    and now and then from a client that forgets the threading headers.
    """
    mail = _envelope(person, letter, at=at, rng=rng)
    mail["Subject"] = _answered(letter.subject)
    if rng.random() < 0.97:
        mail["In-Reply-To"] = letter.message_id
        mail["References"] = f"{letter.references} {letter.message_id}".strip()
    signature = _signature(person)
    heading = _quote_heading(person, letter)
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.strip().splitlines())
    mail.set_content(f"{text}\n\n{signature}\n\n{heading}\n{quoted}\n")
    if rng.random() < 0.35:
        words = "".join(f"<p>{escape(p)}</p>" for p in f"{text}\n\n{signature}".split("\n\n"))
        below = escape(letter.text.strip()).replace("\n", "<br>")
        mail.add_alternative(
            f'<html><body>{words}<div class="gmail_quote"><div class="gmail_attr">'
            f"{escape(heading)}</div><blockquote>{below}</blockquote></div></body></html>",
            subtype="html",
        )
    return mail.as_bytes()


def away(person: Person, letter: Letter, text: str, *, at: datetime, rng: random.Random) -> bytes:
    """An absence note as mail servers send it (RFC 3834)."""
    mail = _envelope(person, letter, at=at, rng=rng)
    words = phrases.AWAY_SUBJECTS.get(person.language, phrases.AWAY_SUBJECTS["en"])
    mail["Subject"] = words.format(subject=letter.subject)
    mail["In-Reply-To"] = letter.message_id
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(f"{text}\n\n{_signature(person)}\n")
    return mail.as_bytes()


def bounce(letter: Letter, *, status: str, said: str, at: datetime, number: int) -> bytes:
    """A delivery report (RFC 3464) as Postfix writes it; a status of 4.x.x is one that may pass."""
    failed = status.startswith("5")
    host = f"mx.{letter.recipient.partition('@')[2]}"
    outcome = "could not be delivered" if failed else "has not been delivered yet"
    words = (
        f"This is the mail system at host {host}.\n\nI'm sorry to have to inform you that your "
        f"message {outcome} to one or more recipients.\n\n<{letter.recipient}>: host {host} said: "
        f"{said}\n"
    )
    report = (
        f"Reporting-MTA: dns; {host}\n\nFinal-Recipient: rfc822; {letter.recipient}\n"
        f"Action: {'failed' if failed else 'delayed'}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}\n"
    )
    subject = (
        "Undelivered Mail Returned to Sender" if failed else "Delayed Mail (still being retried)"
    )
    return _report(letter, "delivery-status", subject, (words, report), at=at, number=number)


def complaint(letter: Letter, *, at: datetime, number: int) -> bytes:
    """An abuse report (ARF, RFC 5965) as a feedback loop sends it."""
    words = "This is an email abuse report for an email message received from your network.\n"
    report = (
        "Feedback-Type: abuse\nUser-Agent: FeedbackLoop/1.0\nVersion: 1\n"
        f"Original-Mail-From: <{letter.mailbox}>\nOriginal-Rcpt-To: <{letter.recipient}>\n"
        f"Arrival-Date: {format_datetime(letter.at)}\n"
    )
    return _report(letter, "feedback-report", "Abuse report", (words, report), at=at, number=number)


def stray(mailbox: str, sender: str, subject: str, text: str, *, at: datetime) -> bytes:
    """A mail that answers nothing of ours."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, mailbox, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{int(at.timestamp())}.stray@{parseaddr(sender)[1].partition('@')[2]}>"
    mail.set_content(text + "\n")
    return mail.as_bytes()


def spelled(day: date, language: str) -> str:
    """A date in words of the language, as people write it."""
    known = language if language in phrases.DATES else "en"
    month = phrases.MONTHS[known][day.month - 1]
    return phrases.DATES[known].format(day=day.day, month=month, year=day.year)


def _envelope(person: Person, letter: Letter, *, at: datetime, rng: random.Random) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f'"{person.name}" <{person.address}>'
    mail["To"] = letter.mailbox
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{rng.getrandbits(64):016x}@{person.company.domain}>"
    return mail


def _report(
    letter: Letter, kind: str, subject: str, parts: tuple[str, str], *, at: datetime, number: int
) -> bytes:
    host = f"mx.{letter.recipient.partition('@')[2]}"
    head = letter.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", "replace")
    border = f"{number:08X}.{int(at.timestamp())}/{host}"
    text = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@{host} (Mail Delivery System)\n"
        f"To: {letter.mailbox}\nSubject: {subject}\nDate: {format_datetime(at)}\n"
        f"Message-ID: <{number:08d}.{int(at.timestamp())}@{host}>\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; "
        f'report-type={kind};\n\tboundary="{border}"\n\n'
        f"This is a MIME-encapsulated message.\n\n--{border}\nContent-Type: text/plain; "
        f"charset=us-ascii\n\n{parts[0]}\n--{border}\nContent-Type: message/{kind}\n\n{parts[1]}\n"
        f"--{border}\nContent-Type: text/rfc822-headers\n\n{head}\n\n--{border}--\n"
    )
    return text.replace("\n", "\r\n").encode()


def _answered(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _signature(person: Person) -> str:
    wish = phrases.GREETINGS.get(person.language, phrases.GREETINGS["en"])
    return (
        f"{wish},\n{person.name}\n\n-- \n{person.name}\n{person.title} | {person.company.name}\n"
        f"{person.phone} | www.{person.company.domain}"
    )


def _quote_heading(person: Person, letter: Letter) -> str:
    words = phrases.QUOTED.get(person.language, phrases.QUOTED["en"])
    when = f"{spelled(letter.at.date(), person.language)} {letter.at:%H:%M}"
    return words.format(when=when, sender=letter.sender)
