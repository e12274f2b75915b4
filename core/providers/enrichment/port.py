"""What AICMO asks of a provider of facts: what is known of these people and their companies?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from core.providers.verdict import Verdict

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


@dataclass(frozen=True, slots=True)
class FoundFact:
    """One value as found. `confidence` 0..1, `cost_micros` millionths of the agency's currency."""

    about: About
    field: str
    value: str | int | float | bool | list[str]
    confidence: float
    cost_micros: int = 0
    provider: str = "local"  # who found it


Findings = Mapping[int, tuple[FoundFact, ...]]


class EnrichmentPort(Protocol):
    """One provider of facts. What it does not find it leaves out; it never invents."""

    name: str

    def enrich(self, subjects: Sequence[Subject]) -> Findings:
        """Facts by `ref`, for at most 1,000 subjects. A subject without facts may be missing."""
        ...

    def check(self) -> Verdict:
        """Whether it could be asked now; costs nothing."""
        ...
