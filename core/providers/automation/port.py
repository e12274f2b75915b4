"""The port of webhooks: telling one endpoint of one event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from core.errors import Misconfigured

SECONDS = 10.0  # for a whole call, from looking the name up to the last byte


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to tell, and how long it may take. `allowed`: the host may be private (an admin's
    word).
    """

    kind: str
    url: SecretStr
    secret: SecretStr
    allowed: bool = False
    ca_file: Path | None = None
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Notice:
    """One event as it is told. `id` is the idempotency key, the same at every try."""

    id: str
    kind: str
    subject: str
    at: datetime
    client: Mapping[str, Any] | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The endpoint took it. `note` says where that means less than it seems to."""

    status: int
    note: str = ""


class Gone(Misconfigured):
    """Nobody is at this address any more: it must not be called again."""


class Hook(Protocol):
    """Tells one endpoint. Every error but Rejected and Gone may be followed by another try with
    the same notice: it carries the same idempotency key.
    """

    def tell(self, notice: Notice, *, now: datetime) -> Receipt:
        """One POST; raises one of the four errors, or Gone."""
        ...
