"""A mail as it came, read into plain values. Nothing in it is trusted, and nothing in it may
break the reading: what cannot be decoded is replaced, what is too large is cut.
"""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from quopri import decodestring

from charset_normalizer import from_bytes

from core.errors import Invalid
from core.intake.html_text import text_of

LONGEST_TEXT = 200_000  # characters of a body that are kept
LONGEST_HEADER = 4_000
MOST_PARTS = 200
_ID = re.compile(r"<[^<>\s]{1,300}>")
_NUL = str.maketrans({"\0": "", "\r": None})
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the mail: its type and text (empty for what is no text)."""

    content_type: str
    text: str
    filename: str = ""
    report_type: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What we read of a mail. `text` is the body as text, with its quotes and signature."""

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str
    from_name: str
    to_addresses: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    headers: dict[str, str]
    parts: tuple[Part, ...] = ()
    report_type: str = ""
    content_type: str = "text/plain"
    boxes: tuple[str, ...] = field(default=())

    def header(self, name: str) -> str:
        """A header's decoded value, "" where there is none."""
        return self.headers.get(name.lower(), "")


def parse(raw: bytes) -> ParsedMail:
    """The mail; Invalid with its reason only for what is no mail at all."""
    if not raw.strip():
        raise Invalid("The mail is empty.")
    try:
        message = message_from_bytes(raw)
        parts = tuple(_leaves(message))
    except RecursionError:
        raise Invalid("The mail is nested too deeply to be read.") from None
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError) as e:
        raise Invalid(f"The mail cannot be read ({type(e).__name__}).") from None
    headers = _headers(message)
    name, address = _person(headers.get("from", ""))
    return ParsedMail(
        message_id=next(iter(_ID.findall(headers.get("message-id", ""))), None)
        or headers.get("message-id", "").strip()[:300]
        or None,
        in_reply_to=tuple(_ID.findall(headers.get("in-reply-to", "")))[:20],
        references=tuple(_ID.findall(headers.get("references", "")))[-50:],
        from_address=address,
        from_name=name,
        to_addresses=_addresses(headers, ("to", "cc")),
        subject=" ".join(headers.get("subject", "").split())[:500],
        sent_at=_moment(headers.get("date", "")),
        text=_body(message, parts)[:LONGEST_TEXT],
        headers=headers,
        parts=parts,
        report_type=_parameter(message, "report-type"),
        content_type=message.get_content_type(),
        boxes=_addresses(headers, ("delivered-to", "x-original-to", "envelope-to", "to", "cc")),
    )


def decoded(value: object) -> str:
    """A header's value with its encoded words read, whatever state they are in."""
    text = _bytes_in(_clean(str(value)))
    if "=?" not in text:
        return text
    return _clean(_WORD.sub(_word, _BETWEEN.sub(r"\1", text)))


def _word(found: re.Match[str]) -> str:
    """One encoded word (RFC 2047); one that cannot be read stays as it is."""
    charset, how, content = found.groups()
    try:
        if how in "bB":
            raw = b64decode(content + "=" * (-len(content) % 4), validate=True)
        else:
            raw = decodestring(content.encode(), header=True)
    except ValueError:
        return found.group()
    return _decode(raw, charset.partition("*")[0])


def _headers(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in list(message.raw_items())[:300]:
        key = _clean(str(name)).lower()
        if key in ("delivered-to", "to", "cc", "received") and key in found:
            found[key] = f"{found[key]}, {decoded(value)}"[:LONGEST_HEADER]
        else:
            found.setdefault(key, " ".join(decoded(value)[:LONGEST_HEADER].split("\n")))
    return found


def _leaves(message: Message) -> list[Part]:
    found: list[Part] = []
    for part in message.walk():
        if len(found) >= MOST_PARTS:
            break
        if part.is_multipart() and part.get_content_maintype() != "message":
            continue
        found.append(_leaf(part))
    return found


def _leaf(part: Message) -> Part:
    kind = part.get_content_type()
    name = decoded(_parameter(part, "name") or _filename(part))[:200]
    if part.is_multipart():  # a delivery status, or a mail within the mail: its headers
        blocks = part.get_payload()
        inner = [block for block in blocks if isinstance(block, Message)]
        lines = [f"{k}: {decoded(v)}" for b in inner for k, v in [*b.items(), ("", "")]]
        return Part(kind, "\n".join(lines)[:LONGEST_TEXT])
    if not kind.startswith(("text/", "message/")):
        return Part(kind, "", name)
    attached = "attachment" in str(part.get("content-disposition", "")).lower()
    text = _text(part)[:LONGEST_TEXT]
    return Part(kind, text, name or ("attachment" if attached else ""))


def _body(message: Message, parts: tuple[Part, ...]) -> str:
    """The first plain text, else the first HTML as text; nothing of a mail within the mail."""
    own = _own_parts(message)
    for kind, convert in (("text/plain", str), ("text/html", text_of)):
        texts = [convert(_text(p)) for p in own if p.get_content_type() == kind]
        joined = "\n\n".join(text.strip() for text in texts if text.strip())
        if joined:
            return joined
    return parts[0].text.strip() if len(parts) == 1 else ""


def _own_parts(message: Message) -> list[Message]:
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_maintype() == "message":
            continue
        if part.is_multipart():
            waiting[:0] = [sub for sub in part.get_payload() if isinstance(sub, Message)]
        elif not _filename(part) or part.get_content_type() == "text/plain":
            found.append(part)
    return found


def _text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        payload = None
    if not isinstance(payload, bytes):
        plain = part.get_payload()
        return _bytes_in(_clean(plain)) if isinstance(plain, str) else ""
    return _clean(_decode(payload[: LONGEST_TEXT * 4], _parameter(part, "charset")))


def _decode(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            if name:
                return content.decode(name.strip("'\" ").lower())
        except (LookupError, ValueError):
            continue
    best = from_bytes(content[:20_000]).best()
    name = best.encoding if best is not None else "latin-1"
    return content.decode(name, "replace")


def _bytes_in(text: str) -> str:
    """Raw eight-bit bytes that the parser kept as surrogates, decoded."""
    if not _SURROGATES.search(text):
        return text
    return _clean(_decode(text.encode("utf-8", "surrogateescape"), ""))


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_NUL)


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name)
    except (ValueError, LookupError, AssertionError, TypeError, IndexError):
        return ""
    if isinstance(found, tuple):
        return str(found[2])
    return str(found) if found else ""


def _filename(part: Message) -> str:
    try:
        return str(part.get_filename() or "")
    except (ValueError, LookupError, AssertionError, TypeError, IndexError):
        return ""


def _person(value: str) -> tuple[str, str]:
    try:
        name, address = parseaddr(value)
    except (ValueError, IndexError):
        name, address = "", ""
    if "@" not in address or " " in address.strip():
        found = re.search(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+", value)
        address = found.group() if found else address
    return " ".join(name.split())[:200], address.strip().lower()[:320]


def _addresses(headers: dict[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    values = [headers[name] for name in names if name in headers]
    try:
        pairs = getaddresses(values)
    except (ValueError, IndexError):
        return ()
    found = (address.strip().lower()[:320] for _, address in pairs if "@" in address)
    return tuple(dict.fromkeys(found))[:100]


def _moment(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
