"""People Data Labs, API v5: one person a call, by address.

Facts: peopledatalabs/openAPI-specifications (2024-10) and docs.peopledatalabs.com. Nobody found is
a 404 and not billed; no credits left is a 402. Fields that the plan does not include come as true:
they are no facts. Its header x-ratelimit-remaining is no JSON and is not read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Settings
from core.errors import Rejected
from core.providers.enrichment.port import Finding, Findings, Subject
from core.providers.enrichment.reading import Facts, is_theirs
from core.providers.vendors.line import Line, Vendor, dig, healthy, micros
from core.providers.verdict import Verdict
from core.providers.verification.port import Ticket

VENDOR = Vendor(
    "peopledatalabs", "People Data Labs", "pdl_api_key", "pdl_base_url", "X-API-Key",
    "https://dashboard.peopledatalabs.com/api-keys",
)  # fmt: skip
LEAST_LIKELY = 6  # of 10; below it is somebody else too often
NOBODY = 404
SENIORITY: Mapping[str, str] = {  # job_title_levels → ours; any other is left to the title
    "cxo": "c_level", "owner": "owner", "partner": "c_level", "vp": "vp", "director": "director",
    "manager": "manager", "senior": "senior", "entry": "entry", "training": "intern",
}  # fmt: skip
DEPARTMENT: Mapping[str, str] = {  # job_title_role → ours; any other is left to the title
    "customer_service": "customer_success", "design": "design", "engineering": "engineering",
    "finance": "finance", "human_resources": "human_resources", "legal": "legal",
    "marketing": "marketing", "public_relations": "marketing", "operations": "operations",
    "sales": "sales",
}  # fmt: skip


class PeopleDataLabs:
    """Knows people by their address."""

    name = VENDOR.name
    at_once = 1
    by_domain = False
    on_record = True
    answers = frozenset(
        {
            *("contact.first_name", "contact.last_name", "contact.title", "contact.seniority"),
            *("contact.department", "contact.linkedin", "contact.country", "contact.city"),
            *("account.name", "account.industry", "account.employees"),
        }
    )

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.pdl_price)
        self._line = Line(VENDOR, settings)

    def takes(self, subject: Subject) -> bool:
        """An address is enough, if it is somebody's."""
        return bool(subject.email) and not subject.role_account

    def enrich(self, subjects: Sequence[Subject]) -> Findings:
        """GET /v5/person/enrich for each."""
        found = ((subject.ref, self._one(subject)) for subject in subjects)
        return {ref: finding for ref, finding in found if finding is not None}

    def collect(self, ticket: Ticket, subjects: Sequence[Subject]) -> Findings | None:
        """It never takes its time."""
        return {}

    def check(self) -> Verdict:
        """GET /v5/autocomplete: knows the key, finds nobody."""

        def ask() -> Verdict:
            params = {"field": "company", "text": "a", "size": 1}
            answer = self._line.read("GET", "/v5/autocomplete", params=params)
            left = answer.headers.get("x-totallimit-remaining", "")
            count = int(left) if left.isdigit() else None
            quota = None if count is None else f"{count:,} credits"
            return healthy("People Data Labs knows the key.", quota, left=count)

        return self._line.check(ask)

    def _one(self, subject: Subject) -> Finding | None:
        try:
            answer = self._line.ask("GET", "/v5/person/enrich", params=_params(subject))
        except Rejected as error:
            if error.status == NOBODY:
                return None
            raise
        person = dig(answer.body, "data")
        if not isinstance(person, Mapping):
            raise self._line.broken("gave an answer that cannot be read", paid=True)
        likelihood = dig(answer.body, "likelihood")
        sure = likelihood / 10 if isinstance(likelihood, int) else LEAST_LIKELY / 10
        facts = _facts(subject, person, sure)
        return Finding(facts.all(), self.price_micros, raw=answer.body)


def build(settings: Settings) -> PeopleDataLabs:
    """The adapter."""
    return PeopleDataLabs(settings)


def _params(subject: Subject) -> dict[str, Any]:
    given = {
        "email": subject.email,
        "first_name": subject.first_name,
        "last_name": subject.last_name,
        "company": subject.company,
        "profile": subject.linkedin,
    }
    known = {name: value for name, value in given.items() if value}
    return {**known, "min_likelihood": LEAST_LIKELY, "titlecase": "true"}


def _facts(subject: Subject, person: Mapping[str, Any], sure: float) -> Facts:
    facts = Facts(VENDOR.name, sure)
    for field in ("first_name", "last_name"):
        facts.put(f"contact.{field}", person.get(field))
    facts.put("contact.linkedin", person.get("linkedin_url"))
    facts.put("contact.country", person.get("location_country"))
    facts.put("contact.city", person.get("location_locality"))
    site, name = person.get("job_company_website"), person.get("job_company_name")
    if is_theirs(subject, site, name):
        facts.put("contact.seniority", _level(person.get("job_title_levels")))
        facts.put("contact.department", DEPARTMENT.get(str(person.get("job_title_role"))))
        facts.put_title(person.get("job_title"))
        facts.put("account.name", name)
        facts.put("account.industry", person.get("job_company_industry"))
        facts.put("account.employees", person.get("job_company_size"))
    return facts


def _level(levels: Any) -> str | None:
    found = levels if isinstance(levels, list) else []
    return next((SENIORITY[one] for one in found if one in SENIORITY), None)
