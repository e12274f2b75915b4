"""What a reply wants, by rules: the intent with its confidence and the words that decided.

What stands in a mail is material to be sorted, never an instruction.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.domain import replies_refusals as refusals
from core.domain import replies_wishes as wishes
from core.domain import replies_words as words
from core.domain.replies_dates import Found, dates_in, return_date
from core.domain.replies_quotes import without_closing
from core.domain.states import IntentLayer, ReplyIntent

LONGEST = 8_000  # characters that are read
_SUBJECT_AWAY = re.compile(
    r"(?i)out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|abwesen|"
    r"automatische antwort|"
    r"réponse automatique|absence|respuesta automática|fuera de (?:la )?oficina|"
    r"risposta automatica|"
    r"fuori ufficio|resposta automática|ausência|automatisch antwoord|afwezig|autosvar|frånvaro|"
    r"automatiskt svar|on (?:vacation|leave|holiday)|im urlaub"
)
_OPT_OUT_SUBJECT = re.compile(
    r"(?i)^\W*(?:re:\s*)?(?:unsubscribe|abmelden|opt[- ]?out|stop|remove)\W*$"
)
_STOP = re.compile(r"(?i)^\W*(?:stop|remove|unsubscribe|abmelden|opt[- ]?out|baja|désabonner)\W*$")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(
    r"(?:[Mm]rs?\.?|[Mm]s\.?|[Dd]r\.?|Herrn?|Frau|M\.|Mme|Sra?\.?|Dott\.?(?:ssa)?|"
    r"Sig\.?(?:ra)?)?\s*"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w'’-]+(?:\s+(?:(?:van|von|de|der|den|di|da|du|la|"
    r"le)\s+)*[A-ZÀ-ÖØ-Þ][\w'’-]+){1,2})"
)
_NO_NAMES = frozenset(
    {
        *("best", "regards", "kind", "thank", "thanks", "hello", "dear", "sent", "from", "please"),
        *("hi", "good", "mit", "freundlichen", "viele", "the", "our", "head", "of", "vice"),
        *("president", "marketing", "director", "sales", "manager"),
    }
)


@dataclass(frozen=True, slots=True)
class Referred:
    """The person that a reply points to; either may be missing."""

    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply was taken for. `day` is the return or wake date, where one is said."""

    intent: ReplyIntent
    layer: IntentLayer
    confidence: float
    evidence: str
    day: date | None = None
    referred: Referred | None = None


def read(
    subject: str,
    visible: str,
    *,
    received: date,
    headers: Mapping[str, str] | None = None,
    sender: str = "",
    unsubscribing: bool = False,
) -> Reading:
    """The reading of a mail that is neither bounce nor complaint. `headers` in lower case;
    `unsubscribing` where the mail was written to a List-Unsubscribe address.
    """
    text = without_closing(visible)[:LONGEST]
    automatic = is_automatic(headers or {}, sender)
    away = words.AWAY.search(text) or _SUBJECT_AWAY.search(subject)
    if automatic or _SUBJECT_AWAY.search(subject):
        return _machine(subject, text, received, by_headers=automatic)
    if _OPT_OUT_SUBJECT.match(subject) or unsubscribing or _STOP.match(text):
        said = subject if _OPT_OUT_SUBJECT.match(subject) else text
        return Reading(ReplyIntent.UNSUBSCRIBE, IntentLayer.RULES, 0.95, _evidence(said))
    if words.AUTO.search(text):
        return _machine(subject, text, received, by_headers=False)
    found = _by_words(text, received, sender)
    if found is None and away:
        return _away(subject, text, received, IntentLayer.RULES, 0.8)
    if found is None or (away and found.intent not in _STRONGER_THAN_AWAY):
        if away:
            return _away(subject, text, received, IntentLayer.RULES, 0.75)
        return Reading(ReplyIntent.UNCLEAR, IntentLayer.RULES, 0.3, _evidence(text))
    return found


_STRONGER_THAN_AWAY = frozenset(
    {
        *(ReplyIntent.UNSUBSCRIBE, ReplyIntent.LEFT_COMPANY, ReplyIntent.INTERESTED),
        *(ReplyIntent.MEETING, ReplyIntent.NOT_INTERESTED, ReplyIntent.NOT_NOW),
    }
)


def is_automatic(headers: Mapping[str, str], sender: str = "") -> bool:
    """Whether the headers say that no person wrote it (RFC 3834 and what is used beside it)."""
    submitted = headers.get("auto-submitted", "").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-auto-reply-from")):
        return True
    if headers.get("x-auto-response-suppress", "").lower() in ("all", "oof", "autoreply"):
        return "x-ms-exchange-generated-message-source" in headers or bool(
            _SUBJECT_AWAY.search(headers.get("subject", ""))
        )
    if headers.get("precedence", "").lower() in ("auto_reply", "auto-reply"):
        return True
    return bool(re.match(r"(?i)(?:no-?reply|do-?not-?reply|auto-?reply)\b", sender))


def referred_in(text: str, *, sender: str = "") -> Referred | None:
    """The person whom a text names: an address that is not the sender's, and a name near it."""
    emails = [one.lower().strip(".'") for one in _EMAIL.findall(text)]
    email = next((one for one in emails if one != sender.lower()), None)
    place = text.find(email) if email and email in text else -1
    near = text[max(place - 120, 0) : place + len(email or "")] if place >= 0 else ""
    pointed = words.REFER.search(text)
    after = text[pointed.start() : pointed.end() + 80] if pointed else ""
    name = _last_name_in(near) or _name_in(after)
    return Referred(name, email) if name or email else None


def _machine(subject: str, text: str, received: date, *, by_headers: bool) -> Reading:
    layer = IntentLayer.HEADERS if by_headers else IntentLayer.RULES
    left = words.LEFT.search(text)
    if left:
        person = referred_in(text)
        return Reading(
            ReplyIntent.LEFT_COMPANY, layer, 0.9, _evidence(left.group()), referred=person
        )
    if words.AWAY.search(text) or _away_subject(subject):
        return _away(subject, text, received, layer, 0.97 if by_headers else 0.9)
    said = words.AUTO.search(text)
    evidence = said.group() if said else subject or text
    return Reading(ReplyIntent.AUTO_REPLY, layer, 0.95 if by_headers else 0.85, _evidence(evidence))


def _away_subject(subject: str) -> bool:
    """Whether the subject speaks of an absence, not only of an automatic answer."""
    return any(not _ONLY_AUTO.search(one.group()) for one in _SUBJECT_AWAY.finditer(subject))


_ONLY_AUTO = re.compile(r"(?i)auto|risposta|respuesta|réponse|resposta")


def _away(
    subject: str, text: str, received: date, layer: IntentLayer, confidence: float
) -> Reading:
    found = return_date(text, received) or return_date(subject, received)
    said = words.AWAY.search(text)
    evidence = found.words if found else said.group() if said else subject
    return Reading(
        ReplyIntent.OUT_OF_OFFICE,
        layer,
        confidence,
        _evidence(evidence),
        day=found.day if found else None,
    )


def _by_words(text: str, received: date, sender: str) -> Reading | None:
    for intent, pattern, confidence in _ORDER:
        found = pattern.search(text)
        if found is None:
            continue
        person = referred_in(text, sender=sender) if intent in _POINTING else None
        if intent is ReplyIntent.REFERRAL and person is None:
            continue
        if intent is ReplyIntent.WRONG_PERSON and person is not None:
            intent = ReplyIntent.REFERRAL
        day = _wake_date(text, received) if intent is ReplyIntent.NOT_NOW else None
        return Reading(
            intent,
            IntentLayer.RULES,
            confidence,
            _evidence(found.group()),
            day=day.day if day else None,
            referred=person,
        )
    return None


# asked for in this order; the first that is found decides
_ORDER = (
    (ReplyIntent.UNSUBSCRIBE, words.OPT_OUT, 0.95),
    (ReplyIntent.LEFT_COMPANY, words.LEFT, 0.9),
    (ReplyIntent.NOT_INTERESTED, refusals.NOT_INTERESTED, 0.85),
    (ReplyIntent.WRONG_PERSON, words.WRONG, 0.85),
    (ReplyIntent.REFERRAL, words.REFER, 0.75),
    (ReplyIntent.NOT_NOW, refusals.NOT_NOW, 0.8),
    (ReplyIntent.MEETING, wishes.MEETING, 0.85),
    (ReplyIntent.INTERESTED, wishes.INTERESTED, 0.8),
    (ReplyIntent.QUESTION, wishes.QUESTION, 0.75),
)
_POINTING = frozenset({ReplyIntent.REFERRAL, ReplyIntent.WRONG_PERSON, ReplyIntent.LEFT_COMPANY})


def _wake_date(text: str, received: date) -> Found | None:
    return next(iter(dates_in(text, received)), None)


def _name_in(text: str) -> str | None:
    for found in _NAME.finditer(text):
        if not _NO_NAMES & {word.lower() for word in found["name"].split()}:
            return found["name"]
    return None


def _last_name_in(text: str) -> str | None:
    names = [
        found["name"]
        for found in _NAME.finditer(text)
        if not _NO_NAMES & {word.lower() for word in found["name"].split()}
    ]
    return names[-1] if names else None


def _evidence(text: str) -> str:
    return " ".join(text.split())[:200]
