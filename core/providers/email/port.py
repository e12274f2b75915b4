"""What we ask of whoever carries our mail, and the mail itself in the form it goes out."""

from binascii import b2a_qp
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from core.errors import Rejected
from core.providers.verdict import Verdict

LINE = 900  # RFC 5322 permits 998 characters a line


@dataclass(frozen=True, slots=True)
class Email:
    """One mail, ready to go. `key` is our exactly-once key, `header_id` its Message-ID."""

    key: str
    header_id: str
    from_address: str
    from_name: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox as a sender needs it. `security` is starttls, tls or none; `outbox` a folder;
    `fallback` are further ways out for the same mailbox, asked when nothing happened at this one.
    """

    mailbox_id: int
    address: str
    provider: str
    host: str | None
    port: int | None
    security: str
    username: str | None
    password: SecretStr | None
    outbox: Path
    ca_file: Path | None = None
    fallback: tuple["MailAccount", ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the mail over (accepted is not delivered)."""

    provider: str
    ref: str | None = None
    raw: dict[str, Any] = field(default_factory=dict)


class EmailSender(Protocol):
    """Carries the mails of one mailbox; keeps its connection until `close`.

    `honours_keys`: whether sending the same key twice gives one mail.
    """

    name: str
    honours_keys: bool

    def send(self, email: Email) -> Accepted:
        """Hands one mail over; raises Unavailable, Uncertain, Rejected or Misconfigured."""
        ...

    def check(self) -> Verdict:
        """Whether mails could be handed over now; sends nothing."""
        ...

    def close(self) -> None:
        """Lets the connection go; a later `send` opens a new one."""
        ...


def as_bytes(email: Email) -> bytes:
    """The mail as RFC 5322 wants it: text and HTML, 7-bit clean, CRLF line ends.

    A line break in an address, a name or a header would smuggle headers in: Rejected.
    """
    boundary = f"=_{sha256(email.header_id.encode()).hexdigest()[:32]}"
    head = [
        ("From", _person(email.from_name, email.from_address)),
        ("To", _person(email.to_name, email.to_address)),
        ("Subject", email.subject),
        ("Message-ID", email.header_id),
        *email.headers,
        ("MIME-Version", "1.0"),
    ]
    if email.at is not None:
        head.insert(3, ("Date", format_datetime(email.at)))
    lines = [_header(name, value) for name, value in head]
    if email.html is None:
        return "\r\n".join(lines).encode("ascii") + b"\r\n" + _part("plain", email.text)
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
    cut = f"--{boundary}\r\n".encode()
    parts = cut + _part("plain", email.text) + cut + _part("html", email.html)
    end = f"--{boundary}--\r\n".encode()
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + parts + end


def _part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    body = b2a_qp(("\r\n".join(lines) + "\r\n").encode("utf-8", "replace"), istext=True)
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + body


def _person(name: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        return formataddr((name, f"{local}@{domain.encode('idna').decode()}"), "utf-8")
    except (UnicodeError, ValueError):
        raise Rejected(f"The address {address!r} cannot be used in a mail.") from None


def _header(name: str, value: str) -> str:
    if "\r" in value or "\n" in value or "\0" in value:
        raise Rejected(f"The mail's {name} contains a line break, so it was not sent.")
    if not value.isascii():
        value = Header(value, "utf-8", header_name=name, maxlinelen=76).encode(linesep="\r\n")
    elif len(value) > LINE:
        value = "\r\n ".join(value.split(" "))
    return f"{name}: {value}"
