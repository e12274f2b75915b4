"""Apollo's API v1, shared by enrichment and the search for people.

Facts: docs.apollo.io (2026-07 to 2026-10). Parameters of people/match travel in the query; nobody
found is a 200 without a person, and costs nothing. A search finds people without their addresses;
these are had from people/bulk_match, at one credit each. A key may pass the check and still be
refused elsewhere with 403: keys are made for single endpoints, a search wants a master key.
"""

from collections.abc import Mapping
from typing import Any

from core.config import Settings
from core.domain.states import EmailStatus
from core.errors import Misconfigured
from core.providers.enrichment.port import Finding, Subject
from core.providers.enrichment.reading import Facts, is_theirs
from core.providers.vendors.line import Line, Vendor, dig, healthy, micros
from core.providers.verdict import Verdict
from core.providers.verification.port import EmailVerdict

VENDOR = Vendor(
    "apollo", "Apollo", "apollo_api_key", "apollo_base_url", "x-api-key",
    "https://app.apollo.io/#/settings/integrations/api",
    permits="that the key may use this endpoint (a search wants a master key)",
)  # fmt: skip
AT_ONCE = 10
CONFIDENCE = 0.9
SENIORITY: Mapping[str, str] = {  # theirs → ours; any other is left to the title
    "founder": "founder", "owner": "owner", "c_suite": "c_level", "partner": "c_level",
    "vp": "vp", "head": "head", "director": "director", "manager": "manager",
    "senior": "senior", "entry": "entry", "intern": "intern",
}  # fmt: skip
STATUS: Mapping[str, EmailStatus] = {  # of email_status; any other is unknown
    "verified": EmailStatus.VALID,
    "extrapolated": EmailStatus.RISKY,
    "likely to engage": EmailStatus.VALID,
    "unavailable": EmailStatus.UNKNOWN,
    "bounced": EmailStatus.INVALID,
}
ANSWERS = frozenset(
    {
        *("contact.first_name", "contact.last_name", "contact.title", "contact.seniority"),
        *("contact.department", "contact.linkedin", "contact.city", "contact.state"),
        *("contact.country", "account.name", "account.industry", "account.employees"),
        *("account.revenue", "account.country", "account.city", "account.technologies"),
    }
)


def line(settings: Settings) -> Line:
    """The line to it."""
    return Line(VENDOR, settings)


def bulk(line: Line, details: list[dict[str, str]]) -> list[Any]:
    """people/bulk_match: a person or None for each of the details, in their order."""
    answer = line.ask(
        "POST",
        "/api/v1/people/bulk_match",
        params={"reveal_personal_emails": "false", "reveal_phone_number": "false"},
        body={"details": details},
    )
    found = dig(answer.body, "matches")
    if not isinstance(found, list) or len(found) != len(details):
        raise line.broken("gave an answer that cannot be read", paid=True)
    return [one if isinstance(one, Mapping) else None for one in found]


def match(line: Line, detail: dict[str, str]) -> Any:
    """people/match: the person, or None."""
    answer = line.ask(
        "POST",
        "/api/v1/people/match",
        params={**detail, "reveal_personal_emails": "false", "reveal_phone_number": "false"},
    )
    person = dig(answer.body, "person")
    if not isinstance(answer.body, Mapping) or not isinstance(person, Mapping | None):
        raise line.broken("gave an answer that cannot be read", paid=True)
    return person


def finding(person: Mapping[str, Any], subject: Subject, price: float) -> Finding:
    """A person as facts; the verdict only where it is on the address that we asked about. Who
    works elsewhere by now has no title here.
    """
    facts = Facts(VENDOR.name, CONFIDENCE)
    facts.put("contact.first_name", person.get("first_name"))
    facts.put("contact.last_name", person.get("last_name"))
    facts.put("contact.linkedin", person.get("linkedin_url"))
    for field in ("city", "state", "country"):
        facts.put(f"contact.{field}", person.get(field))
    company = person.get("organization")
    company = company if isinstance(company, Mapping) else {}
    site = company.get("primary_domain") or company.get("website_url")
    if is_theirs(subject, site, company.get("name")):
        facts.put("contact.seniority", SENIORITY.get(str(person.get("seniority") or "").lower()))
        facts.put_title(person.get("title"))
        _company(facts, company)
    return Finding(facts.all(), micros(price), _verdict(person, subject.email), dict(person))


def is_about(person: Mapping[str, Any], subject: Subject) -> bool:
    """Whether an answer in a row of answers is about this subject: by address, profile or name."""
    if str(person.get("email") or "").lower() == subject.email:
        return True
    if subject.linkedin and _tail(person.get("linkedin_url")) == _tail(subject.linkedin):
        return True
    if subject.last_name:
        return str(person.get("last_name") or "").casefold() == subject.last_name.casefold()
    site = dig(person, "organization", "primary_domain")
    return bool(site) and site == subject.domain


def _tail(url: Any) -> str:
    return str(url or "").rstrip("/").rpartition("/")[2].casefold()


def _company(facts: Facts, company: Mapping[str, Any]) -> None:
    facts.put("account.name", company.get("name"))
    facts.put("account.industry", company.get("industry"))
    facts.put("account.employees", company.get("estimated_num_employees"))
    facts.put("account.revenue", company.get("annual_revenue"))
    facts.put("account.country", company.get("country"))
    facts.put("account.city", company.get("city"))
    facts.put("account.technologies", company.get("technology_names"))


def _verdict(person: Mapping[str, Any], email: str) -> EmailVerdict | None:
    if not email or str(person.get("email") or "").lower() != email:
        return None
    said = str(person.get("email_status") or "").lower()
    status = STATUS.get(said, EmailStatus.UNKNOWN)
    return EmailVerdict(status, f"Apollo says {said or 'nothing'} of it.")


def check(line: Line) -> Verdict:
    """GET /v1/auth/health, which costs nothing; it lies outside of /api/v1."""

    def ask() -> Verdict:
        body = line.read("GET", "/v1/auth/health").body
        if dig(body, "is_logged_in") is not True:
            raise Misconfigured(
                "Apollo does not know the key.",
                provider=VENDOR.name,
                status=401,
                advice=f"Make a new key at {VENDOR.where}, then set APOLLO_API_KEY.",
            )
        return healthy("Apollo knows the key. Whether it may do all shows in a real call.")

    return line.check(ask)
