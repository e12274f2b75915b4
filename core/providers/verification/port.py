"""What AICMO asks of a provider of verdicts: will mail to these addresses arrive?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.states import EmailStatus
from core.providers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class EmailVerdict:
    """One address's verdict with the reason in words; `cost_micros` as for facts."""

    status: EmailStatus
    reason: str
    disposable: bool = False
    role_account: bool = False
    free_mail: bool = False
    cost_micros: int = 0


Verdicts = Mapping[str, EmailVerdict]


class VerificationPort(Protocol):
    """One provider of verdicts on addresses."""

    name: str

    def verify(self, addresses: Sequence[str]) -> Verdicts:
        """Verdicts by address (as given), for at most 1,000; unknown where it cannot tell."""
        ...

    def check(self) -> Verdict:
        """Whether it could be asked now; costs nothing."""
        ...
