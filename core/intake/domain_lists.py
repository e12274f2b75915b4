"""The lists of mail domains and words that addresses are judged by: where each is from, and when.

The fourth class, competitors, is each campaign's own list.
"""

from dataclasses import dataclass
from importlib.metadata import version

import disposable_email_domains

from core.domain.mail_domains import FREE_MAIL, ROLE_WORDS


@dataclass(frozen=True, slots=True)
class DomainList:
    """One list on record."""

    name: str
    source: str
    dated: str
    entries: int


def lists() -> tuple[DomainList, ...]:
    """Every list in use."""
    package = version("disposable-email-domains")
    return (
        DomainList("Free mail", "the providers' own sign-up pages", "2026-11", len(FREE_MAIL)),
        DomainList(
            "Disposable",
            "github.com/disposable-email-domains/disposable-email-domains",
            f"version {package} of its Python package",
            len(disposable_email_domains.blocklist),
        ),
        DomainList(
            "Role accounts", "RFC 2142 and usual words in seven languages", "2026-11",
            len(ROLE_WORDS),
        ),
    )  # fmt: skip
