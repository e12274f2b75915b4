"""What AICMO asks of a provider of verdicts: will mail to these addresses arrive?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain.states import EmailStatus
from core.providers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Ticket:
    """An answer that takes its time can be had under this number, about so many seconds later."""

    number: str
    seconds: float


@dataclass(frozen=True, slots=True)
class EmailVerdict:
    """One address's verdict with the reason in words; `cost_micros` as for facts. `final` is False
    where the provider itself asks to be asked again.
    """

    status: EmailStatus
    reason: str
    disposable: bool = False
    role_account: bool = False
    free_mail: bool = False
    cost_micros: int = 0
    final: bool = True
    raw: Any = None


Verdicts = Mapping[str, EmailVerdict]


class VerificationPort(Protocol):
    """One provider of verdicts on addresses. What it declares is as for enrichment."""

    name: str
    at_once: int
    price_micros: int
    on_record: bool

    def verify(self, addresses: Sequence[str]) -> Verdicts | Ticket:
        """Verdicts by address (as given); unknown where it cannot tell."""
        ...

    def collect(self, ticket: Ticket, addresses: Sequence[str]) -> Verdicts | None:
        """What a ticket stands for; None while it is not ready. Costs nothing."""
        ...

    def check(self) -> Verdict:
        """Whether it could be asked now; costs nothing."""
        ...
