"""What AICMO asks of a provider of facts: what is known of these people and their companies?

A provider declares what the waterfall must know: how many it takes in one call, what a subject
costs at most, which fields it may answer, and whether its questions are written down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket

About = Literal["contact", "account"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom to look up. `ref` is ours and comes back with the facts; texts are "" where unknown."""

    ref: int
    email: str
    domain: str
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    company: str = ""
    linkedin: str = ""
    country: str = ""  # ISO 3166-1 alpha-2
    free_mail: bool = False
    role_account: bool = False  # info@ and the like: nobody in particular


@dataclass(frozen=True, slots=True)
class FoundFact:
    """One value as found. `confidence` 0..1."""

    about: About
    field: str
    value: str | int | float | bool | list[str]
    confidence: float
    provider: str = "local"  # who found it


@dataclass(frozen=True, slots=True)
class Finding:
    """All that was said of one subject. `cost_micros`: millionths of the agency's currency;
    `verdict` on its own address where the answer holds one; `raw` the answer as it came.
    """

    facts: tuple[FoundFact, ...] = ()
    cost_micros: int = 0
    verdict: EmailVerdict | None = None
    raw: Any = None


Findings = Mapping[int, Finding]


class EnrichmentPort(Protocol):
    """One provider of facts. What it does not find it leaves out; it never invents."""

    name: str
    at_once: int  # subjects in one call
    by_domain: bool  # one call is about one company's domain
    price_micros: int  # a subject, at most
    on_record: bool  # whether its questions are claimed and kept
    answers: frozenset[str]  # `contact.title`, `account.industry` …

    def takes(self, subject: Subject) -> bool:
        """Whether enough is known of the subject to ask."""
        ...

    def enrich(self, subjects: Sequence[Subject]) -> Findings | Ticket:
        """By `ref`; a subject nobody knows may be missing. A ticket where it takes its time."""
        ...

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """What a ticket stands for; None while it is not ready. Costs nothing."""
        ...

    def check(self) -> Verdict:
        """Whether it could be asked now; costs nothing."""
        ...
