"""Bounces and complaints out of mails: the delivery status first, then a kept library that knows
old servers' dialects, then the words of the body.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes

from flufl.bounce import all_failures

from core.domain import bounces
from core.domain.bounces import Bounce
from core.intake.mail import ParsedMail

_SENDER = re.compile(r"(?i)(?:mailer-?daemon|postmaster|mail ?delivery|bounces?[@+\-]|mdaemon)")
_SUBJECT = re.compile(
    r"(?i)undeliver|returned mail|return to sender|delivery (?:status|failure|failed|report|"
    r"notification|problem|error|incomplete|has failed|delay|unsuccess)|mail (?:delivery|system|"
    r"failure|"
    r"error)|failure (?:notice|delivery)|mail could not|message (?:status|not delivered|delayed)|"
    r"nondeliver|non.?deliver|unzustellbar|nicht zustellbar|onbestelbaar|non remis|"
    r"échec de la remise|no entregado|no se puede entregar|mancat[ao] (?:recapito|consegna)|"
    r"impossibile recapitare|não entregue|olevererbart|kunde inte levereras|could not send message|"
    r"warning: (?:could not|message)"
)
_ARRIVED = re.compile(r"(?im)^(?:arrival-date|x-original-message-id)\s*:")
_STATUS = re.compile(r"(?im)^status\s*:\s*([245])\.(\d{1,3})\.(\d{1,3})")
_ACTION = re.compile(r"(?im)^action\s*:\s*(\w+)")
_RECIPIENT = re.compile(
    r"(?im)^(final-recipient|"
    r"original-recipient)\s*:\s*(?:[\w/-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+?)>?\s*$"
)
_DIAGNOSTIC = re.compile(r"(?im)^diagnostic-code\s*:\s*(.+(?:\n[ \t].+)*)")
_ID = re.compile(r"(?im)^message-id\s*:\s*(<[^<>\s]+>)")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A recipient called our mail spam (ARF). `message_id` is that mail's, where it is told."""

    addresses: tuple[str, ...]
    message_id: str | None
    feedback: str


def read_bounce(
    mail: ParsedMail, raw: bytes, *, ours: frozenset[str] = frozenset()
) -> Bounce | None:
    """The bounce that this mail is; None where it is none. A warning of delay is soft."""
    if found := _from_status(mail, ours):
        return found
    text = _words_of(mail)
    refused = "reject" in mail.header("auto-submitted") or "reject" in mail.subject.lower()
    if mail.report_type == "disposition-notification":
        return bounces.read_words(text, ours=ours) if refused else None
    if not _suspect(mail):
        return None
    if found := _from_library(raw, text, ours):
        return found
    if bounces.sounds_like_bounce(text) or _SUBJECT.search(mail.subject):
        return bounces.read_words(text, ours=ours)
    return None


def read_complaint(mail: ParsedMail) -> Complaint | None:
    """The complaint that this mail is (RFC 5965); None where it is none."""
    report = next((p for p in mail.parts if p.content_type == "message/feedback-report"), None)
    if report is None and mail.report_type != "feedback-report":
        return None
    words = report.text if report else ""
    kind = re.search(r"(?im)^feedback-type\s*:\s*([\w-]+)", words)
    if kind and kind.group(1).lower() == "not-spam":
        return None
    told = re.findall(
        r"(?im)^(?:original-rcpt-to|removal-recipient)\s*:\s*<?([^\s<>]+@[^\s<>]+)", words
    )
    returned = _returned(mail)
    if not told:
        told = re.findall(r"(?im)^to\s*:.*?([^\s<>\",]+@[^\s<>\",]+)", returned)
    addresses = tuple(dict.fromkeys(address.lower().rstrip(">") for address in told))
    return Complaint(addresses, original_id(mail), kind.group(1).lower() if kind else "abuse")


def original_id(mail: ParsedMail) -> str | None:
    """The Message-ID of our mail that this report brings back."""
    found = _ID.search(_returned(mail))
    return found.group(1) if found else None


def _from_status(mail: ParsedMail, ours: frozenset[str]) -> Bounce | None:
    report = "\n".join(
        part.text for part in mail.parts if part.content_type == "message/delivery-status"
    )
    if not report:
        return None
    addresses, hard, delayed = [], False, True
    code = None
    for block in re.split(r"\n\s*\n", report):
        recipient = _recipient(block)
        action = _ACTION.search(block)
        word = action.group(1).lower() if action else "failed"
        status = _STATUS.search(block)
        if recipient is None or recipient in ours or word in ("delivered", "relayed", "expanded"):
            continue
        delayed = delayed and word == "delayed"
        addresses.append(recipient)
        hard = hard or (word != "delayed" and not (status and status.group(1) == "4"))
        code = code or (".".join(status.groups()) if status else None)
    if not addresses:
        return None
    said = _DIAGNOSTIC.search(report)
    reason = " ".join(said.group(1).split()) if said else ""
    basic, enhanced = bounces.codes(reason)
    found = tuple(dict.fromkeys(addresses))
    return Bounce(found, hard, basic, code or enhanced, reason[:300], delayed)


def _recipient(block: str) -> str | None:
    found = {name.lower(): address for name, address in _RECIPIENT.findall(block)}
    final, original = found.get("final-recipient"), found.get("original-recipient")
    # the original is what we wrote to; the final may be where it was forwarded
    address = original if original and "." in original.rpartition("@")[2] else final
    return address.lower() if address else None


def _suspect(mail: ParsedMail) -> bool:
    """Whether it is worth reading as a bounce: sender, subject, empty return path or report."""
    return bool(
        mail.report_type == "delivery-status"
        or _SENDER.search(mail.header("from"))
        or mail.header("return-path").strip() == "<>"
        or mail.header("x-failed-recipients")
        or _SUBJECT.search(mail.subject)
    )


def _from_library(raw: bytes, text: str, ours: frozenset[str]) -> Bounce | None:
    try:
        temporary, permanent = all_failures(message_from_bytes(raw))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        return None  # a dialect it stumbles over; the words of the body are still there
    failed = sorted(_text(one) for one in (permanent or temporary))
    addresses = tuple(one for one in failed if one not in ours and "@" in one)
    if not addresses:
        return None
    report = bounces.read_words(text, ours=ours)
    basic, enhanced = (report.basic, report.enhanced) if report else (None, None)
    reason = report.reason if report else ""
    delayed = not permanent and bounces.is_delay(text)
    return Bounce(addresses, bool(permanent), basic, enhanced, reason, delayed)


def _text(address: bytes | str) -> str:
    text = address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
    return text.strip().lower()


def _words_of(mail: ParsedMail) -> str:
    failed = mail.header("x-failed-recipients")
    head = f"X-Failed-Recipients: {failed}\n\n" if failed else ""
    return head + (mail.text or "\n\n".join(part.text for part in mail.parts[:3]))


def _returned(mail: ParsedMail) -> str:
    kinds = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")
    within = [part.text for part in mail.parts if part.content_type in kinds]
    later = [part.text for part in mail.parts[1:] if part.content_type not in kinds]
    return "\n".join([*within, mail.text[-4_000:], *later])
