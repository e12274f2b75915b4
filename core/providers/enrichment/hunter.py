"""Hunter's domain search as a provider of facts: what it knows of a company's people.

One call is about one domain and serves all subjects there; it is billed whether our person is among
those found or not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Settings
from core.domain.states import EmailStatus
from core.providers.enrichment.port import Finding, Findings, Subject
from core.providers.enrichment.reading import Facts
from core.providers.vendors import hunter
from core.providers.vendors.line import dig, micros
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict, Ticket

OF_COMPANY = 0.8
SENIORITY: Mapping[str, str] = {"junior": "entry", "senior": "senior", "executive": "c_level"}
DEPARTMENT: Mapping[str, str] = {  # theirs → ours; any other is left to the title
    "executive": "management", "management": "management", "it": "it", "finance": "finance",
    "sales": "sales", "legal": "legal", "support": "customer_success", "hr": "human_resources",
    "marketing": "marketing", "communication": "marketing", "design": "design",
    "operations": "operations", "engineering": "engineering",
}  # fmt: skip
STATUS: Mapping[str, EmailStatus] = {
    "valid": EmailStatus.VALID, "accept_all": EmailStatus.RISKY, "invalid": EmailStatus.INVALID,
}  # fmt: skip


class Hunter:
    """Knows people by the domain of their company."""

    name = hunter.VENDOR.name
    at_once = 100
    by_domain = True
    on_record = True
    answers = frozenset(
        {
            *("contact.first_name", "contact.last_name", "contact.title", "contact.seniority"),
            *("contact.department", "contact.linkedin", "account.name"),
        }
    )

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.hunter_price)
        self._limit = settings.hunter_search_limit
        self._line = hunter.line(settings)

    def takes(self, subject: Subject) -> bool:
        """A company's own domain is needed; behind a free-mail one stands no company."""
        return bool(subject.domain) and not subject.free_mail and not subject.role_account

    def enrich(self, subjects: Sequence[Subject]) -> Findings:
        """GET /domain-search, once: all subjects are of one domain."""
        params = {"domain": subjects[0].domain, "limit": self._limit, "type": "personal"}
        answer = self._line.ask("GET", "/v2/domain-search", params=params)
        found = dig(answer.body, "data")
        if not isinstance(found, Mapping):
            raise self._line.broken("gave an answer that cannot be read", paid=True)
        people = found.get("emails")
        people = [one for one in people if isinstance(one, Mapping)] if people else []
        known = {str(one.get("value") or "").lower(): one for one in people}
        cost = self.price_micros if people else 0
        findings = {}
        for place, subject in enumerate(subjects):
            facts, verdict = _facts(found.get("organization"), known.get(subject.email))
            cost_here = cost if place == 0 else 0
            raw = dict(known.get(subject.email) or {})
            findings[subject.ref] = Finding(facts.all(), cost_here, verdict, raw or None)
        return findings

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """It never takes its time."""
        return {}

    def check(self) -> Verdict:
        """Whether it knows the key, and how many searches are left."""
        return hunter.check(self._line, "searches")


def build(settings: Settings) -> Hunter:
    """The adapter."""
    return Hunter(settings)


def _facts(company: Any, person: Mapping[str, Any] | None) -> tuple[Facts, EmailVerdict | None]:
    sure = dig(person, "confidence")
    facts = Facts(hunter.VENDOR.name, sure / 100 if isinstance(sure, int | float) else 0.5)
    facts.put("account.name", company, OF_COMPANY)
    if person is None:
        return facts, None
    facts.put("contact.first_name", person.get("first_name"))
    facts.put("contact.last_name", person.get("last_name"))
    facts.put("contact.seniority", SENIORITY.get(str(person.get("seniority"))))
    facts.put("contact.department", DEPARTMENT.get(str(person.get("department"))))
    facts.put_title(person.get("position"))
    facts.put("contact.linkedin", person.get("linkedin"))
    said = str(dig(person, "verification", "status") or "")
    if said not in STATUS:
        return facts, None
    return facts, EmailVerdict(STATUS[said], f"Hunter says {said} of it.")
