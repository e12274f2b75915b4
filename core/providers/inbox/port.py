"""What we ask of whoever keeps our mailboxes' incoming mail: to be read, never changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from core.providers.verdict import Verdict

LARGEST = 10 * 1024 * 1024  # bytes of one mail that are read; the rest is cut off


@dataclass(frozen=True, slots=True)
class InboxAccount:
    """A mailbox as a reader needs it. `security` is tls, starttls or none."""

    mailbox_id: int
    address: str
    provider: str
    host: str | None
    port: int | None
    security: str
    username: str | None
    password: SecretStr | None
    folder: str
    inbox_dir: Path
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox has been read. Another `uidvalidity` means: read all anew."""

    uidvalidity: int | None
    last_uid: int


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it came; `cut` tells that it was larger than LARGEST."""

    uid: int
    raw: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """Some mails in the order of their UIDs, and the cursor for the next turn."""

    mails: tuple[RawMail, ...]
    cursor: Cursor


class Inbox(Protocol):
    """Reads one mailbox's folder; marks and deletes nothing."""

    name: str

    def fetch(self, cursor: Cursor, limit: int) -> Fetched:
        """At most `limit` mails after the cursor, oldest first; raises Unavailable or
        Misconfigured. The same mail may come again after a change of `uidvalidity`.
        """
        ...

    def check(self) -> Verdict:
        """Whether the folder could be read now."""
        ...

    def close(self) -> None:
        """Lets the connection go; a later `fetch` opens a new one."""
        ...
