"""Facts read from the address, its domain and the title alone. Marked as local, honest in how
sure.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import tldextract

from core.domain.states import ProviderState
from core.domain.titles import department_of, seniority_of
from core.providers.enrichment.port import About, Finding, Findings, FoundFact, Subject
from core.providers.enrichment.zones import zone_of_country
from core.providers.verdict import Verdict
from core.providers.verification.port import Ticket

# country codes that are sold as if they were none (ICANN's list of their marketing, 2025)
NO_COUNTRY = frozenset(
    {"io", "ai", "co", "me", "tv", "cc", "fm", "gg", "ly", "to", "sh", "eu", "so"}
)
RENAMED = {"uk": "GB"}
NAME_SEPARATORS = (".", "_")
# the list of public suffixes that ships with the library: no download, ever; read once a process
_split = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class LocalRules:
    """Reads what is there; asks nobody, costs nothing."""

    name = "local"
    at_once = 1000
    by_domain = False
    price_micros = 0
    on_record = False
    answers = frozenset(
        {
            *("contact.first_name", "contact.last_name", "contact.seniority"),
            *("contact.department", "contact.timezone", "account.name", "account.country"),
        }
    )

    def enrich(self, subjects: Sequence[Subject]) -> Findings:
        """Seniority and department from the title; company, country and name from the address."""
        return {subject.ref: Finding(tuple(self._facts(subject))) for subject in subjects}

    def takes(self, subject: Subject) -> bool:
        """Whatever there is, is read."""
        return True

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """It never takes its time."""
        return {}

    def check(self) -> Verdict:
        """Always at hand."""
        return Verdict(ProviderState.HEALTHY, "Reads the address and the title on this machine.")

    def _facts(self, subject: Subject) -> Iterator[FoundFact]:
        yield from _from_title(subject.title)
        yield from _from_local_part(subject)
        parts = _split(subject.domain)
        suffix_country = None if subject.free_mail else _country(parts.suffix)
        zone = zone_of_country(subject.country or suffix_country or "")
        if zone:
            yield _fact("contact", "timezone", *zone)
        if subject.free_mail:
            return
        if parts.domain and not subject.company:
            yield _fact("account", "name", _as_name(parts.domain), 0.4)
        if suffix_country:
            yield _fact("account", "country", suffix_country, 0.6)


def build(_settings: Any) -> LocalRules:
    """Needs no settings."""
    return LocalRules()


def _fact(about: About, field: str, value: str, confidence: float) -> FoundFact:
    return FoundFact(about, field, value, confidence, provider=LocalRules.name)


def _from_title(title: str) -> Iterator[FoundFact]:
    if not title:
        return
    for field, value in (("seniority", seniority_of(title)), ("department", department_of(title))):
        if value:
            yield _fact("contact", field, value, 0.8)


def _from_local_part(subject: Subject) -> Iterator[FoundFact]:
    """anna.berg@… names a person; info@ and aberg@ do not."""
    local = subject.email.partition("@")[0].partition("+")[0]
    for separator in NAME_SEPARATORS:
        first, found, last = local.partition(separator)
        if found and _is_name(first) and _is_name(last):
            if not subject.first_name:
                yield _fact("contact", "first_name", first.title(), 0.5)
            if not subject.last_name:
                yield _fact("contact", "last_name", last.title(), 0.5)
            return


def _is_name(word: str) -> bool:
    return len(word) > 1 and word.isalpha()


def _as_name(label: str) -> str:
    return " ".join(word.capitalize() for word in label.split("-") if word)


def _country(suffix: str) -> str | None:
    last = suffix.rpartition(".")[2]
    if len(last) != 2 or last in NO_COUNTRY:
        return None
    return RENAMED.get(last, last.upper())
