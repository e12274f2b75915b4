"""Dropcontact as a provider of facts, and of a verdict on the address in the same answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Settings
from core.providers.enrichment.port import Finding, Findings, Subject
from core.providers.enrichment.reading import Facts, is_theirs
from core.providers.vendors import dropcontact
from core.providers.vendors.line import micros
from core.providers.verdict import Verdict
from core.providers.verification.port import Ticket

CONFIDENCE = 0.85


class Dropcontact:
    """Knows people by their address or by name and company."""

    name = dropcontact.VENDOR.name
    at_once = dropcontact.AT_ONCE
    by_domain = False
    on_record = True
    answers = frozenset(
        {
            *("contact.first_name", "contact.last_name", "contact.title", "contact.seniority"),
            *("contact.department", "contact.linkedin", "contact.phone", "account.name"),
        }
    )

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.dropcontact_price)
        self._every = settings.dropcontact_poll_seconds
        self._line = dropcontact.line(settings)

    def takes(self, subject: Subject) -> bool:
        """An address is enough, if it is somebody's."""
        return bool(subject.email) and not subject.role_account

    def enrich(self, subjects: Sequence[Subject]) -> Ticket:
        """Puts the question; the answer is collected later."""
        people = [_record(subject) for subject in subjects]
        return dropcontact.submit(self._line, people, self._every)

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """The answer, once it is ready."""
        people = dropcontact.collect(self._line, ticket, len(subjects))
        if people is None:
            return None
        return {
            subject.ref: self._finding(subject, person)
            for subject, person in zip(subjects, people, strict=True)
        }

    def check(self) -> Verdict:
        """Whether it knows the key, and what credit is left."""
        return dropcontact.check(self._line)

    def _finding(self, subject: Subject, person: Mapping[str, Any]) -> Finding:
        facts = Facts(self.name, CONFIDENCE)
        facts.put("contact.first_name", person.get("first_name"))
        facts.put("contact.last_name", person.get("last_name"))
        facts.put("contact.linkedin", person.get("linkedin"))
        facts.put("contact.phone", person.get("mobile_phone") or person.get("phone"))
        if is_theirs(subject, person.get("website"), person.get("company")):
            facts.put_title(person.get("job"))
            facts.put("account.name", person.get("company"))
        cost = self.price_micros if dropcontact.addresses(person) else 0
        verdict = dropcontact.verdict(person, subject.email)
        return Finding(facts.all(), cost, verdict, dict(person) or None)


def build(settings: Settings) -> Dropcontact:
    """The adapter."""
    return Dropcontact(settings)


def _record(subject: Subject) -> dict[str, str]:
    given = {
        "email": subject.email,
        "first_name": subject.first_name,
        "last_name": subject.last_name,
        "company": subject.company,
        "website": "" if subject.free_mail else subject.domain,
        "linkedin": subject.linkedin,
        "country": subject.country,
    }
    return {name: value for name, value in given.items() if value}
