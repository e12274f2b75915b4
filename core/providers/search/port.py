"""What AICMO asks of a provider that knows people we do not: who fits, and how are they written to?

Looking is free and tells no address; an address is bought one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.providers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for: each is a list of alternatives, empty means any."""

    titles: tuple[str, ...] = ()
    seniorities: tuple[str, ...] = ()  # our words: founder, c_level, vp …
    places: tuple[str, ...] = ()  # where the person is
    company_places: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()  # `11-50`
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of those who fit: their numbers at the provider, only where it has an address."""

    numbers: tuple[str, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One person with an address: `row` by our fields for lists (email, first_name, company …)."""

    row: Mapping[str, str]
    cost_micros: int
    raw: Any = field(default=None, repr=False)


class SearchPort(Protocol):
    """One provider of people."""

    name: str
    at_once: int  # addresses in one call
    price_micros: int  # an address

    def look(self, wanted: Wanted, page: int) -> Page:
        """A page (from 1) of those who fit. Free."""
        ...

    def reveal(self, numbers: Sequence[str]) -> Mapping[str, Found]:
        """By number, with their addresses; who has none after all is missing, and not billed."""
        ...

    def check(self) -> Verdict:
        """Whether it could be asked now; costs nothing."""
        ...
