"""How each provider of facts, verdicts and people is reached on loopback, and the shape its vendor
publishes for requests. A provider without a case here fails the suite.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug import Request

from core.config import Settings
from core.providers.enrichment.port import Subject
from core.providers.registry import builder
from core.providers.search.port import Wanted

PAYLOADS = Path(__file__).parent / "payloads" / "lookups"
KEY = "key-of-the-tests-0123456789"
ADDRESS = "anna.berg@nordlicht-digital.de"
ANNA = Subject(1, ADDRESS, "nordlicht-digital.de", "Anna", "Berg", company="Nordlicht Digital")
CY = Subject(2, "cy.moe@nordlicht-digital.de", "nordlicht-digital.de", "Cy", "Moe")
BO = Subject(3, "bo.lund@nordlicht-digital.de", "nordlicht-digital.de", "Bo", "Lund")
WANTED = Wanted(titles=("VP Marketing",), seniorities=("c_level",), sizes=("11-50",))


class Strict(BaseModel):
    """A field that is not published is an error."""

    model_config = ConfigDict(extra="forbid")


Words = Annotated[str, Field(min_length=1)]


class ApolloPerson(Strict):
    """Of people/match (query) and of each of bulk_match's details (body)."""

    first_name: Words | None = None
    last_name: Words | None = None
    email: Words | None = None
    organization_name: Words | None = None
    domain: Words | None = None
    linkedin_url: Words | None = None
    id: Words | None = None


class ApolloMatch(ApolloPerson):
    reveal_personal_emails: Literal["false"]
    reveal_phone_number: Literal["false"]


class ApolloBulk(Strict):
    details: Annotated[list[ApolloPerson], Field(min_length=1, max_length=10)]


class ApolloSearch(Strict):
    person_titles: list[Words] = Field(alias="person_titles[]")
    person_seniorities: list[Literal["c_suite"]] = Field(alias="person_seniorities[]")
    ranges: list[Annotated[str, Field(pattern=r"^\d+,\d+$")]] = Field(
        alias="organization_num_employees_ranges[]"
    )
    page: list[Literal["1"]]
    per_page: list[Literal["100"]]


class DropcontactPerson(Strict):
    email: Words | None = None
    first_name: Words | None = None
    last_name: Words | None = None
    company: Words | None = None
    website: Words | None = None
    linkedin: Words | None = None
    country: Words | None = None


class DropcontactBatch(Strict):
    data: Annotated[list[DropcontactPerson], Field(min_length=1, max_length=250)]
    siren: bool
    language: Literal["en", "fr"]


class HunterSearch(Strict):
    domain: Words
    limit: Annotated[int, Field(ge=1, le=100)]
    type: Literal["personal", "generic"]


class HunterVerifier(Strict):
    email: Words


class PdlPerson(Strict):
    email: Words
    first_name: Words | None = None
    last_name: Words | None = None
    company: Words | None = None
    profile: Words | None = None
    min_likelihood: Annotated[int, Field(ge=1, le=10)]
    titlecase: Literal["true"]


@dataclass(frozen=True, slots=True)
class Case:
    """One provider of one port. `ask`: one question of it that may cost."""

    port: str
    provider: str
    key: str  # the names of settings
    base: str
    header: str
    method: str
    path: str
    request: type[Strict]
    ask: Callable[[Any], Any]
    check: str  # the path of its check
    well: str  # the payload of a good check
    quota: str | None

    def settings(self, settings: Settings, root: str, **more: Any) -> Settings:
        """Settings under which the adapter speaks to the server on loopback."""
        quick = {"dropcontact_poll_seconds": 0.01, "hunter_poll_seconds": 0.01}
        given = {self.key: SecretStr(KEY), self.base: root.rstrip("/")}
        return settings.model_copy(update={"lookup_read_seconds": 5.0, **quick, **given, **more})

    def build(self, settings: Settings) -> Any:
        """The adapter."""
        return builder(self.port, self.provider)(settings)

    def recorded(self, name: str) -> dict[str, Any]:
        """A recorded answer of this vendor."""
        return recorded(f"{self.provider}_{name}")

    def asked(self, request: Request) -> Strict:
        """A request in the shape that its vendor publishes, else an error."""
        assert request.headers[self.header] == KEY
        if request.data:
            return self.request.model_validate_json(request.data)
        if any(name.endswith("[]") for name in request.args):
            return self.request.model_validate(request.args.to_dict(flat=False))
        return self.request.model_validate(request.args.to_dict())


def recorded(name: str) -> dict[str, Any]:
    """One payload file."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


APOLLO = ("apollo", "apollo_api_key", "apollo_base_url", "x-api-key")
DROPCONTACT = (
    "dropcontact", "dropcontact_api_key", "dropcontact_base_url", "X-Access-Token",
    "POST", "/v1/enrich/all", DropcontactBatch,
)  # fmt: skip
HUNTER = ("hunter", "hunter_api_key", "hunter_base_url", "X-API-KEY", "GET")
CASES = {
    "enrichment apollo": Case(
        "enrichment", *APOLLO, "POST", "/api/v1/people/match", ApolloMatch,
        lambda one: one.enrich([ANNA]), "/v1/auth/health", "health", None,
    ),
    "enrichment apollo bulk": Case(
        "enrichment", *APOLLO, "POST", "/api/v1/people/bulk_match", ApolloBulk,
        lambda one: one.enrich([ANNA, CY, BO]), "/v1/auth/health", "health", None,
    ),
    "search apollo": Case(
        "search", *APOLLO, "POST", "/api/v1/people/bulk_match", ApolloBulk,
        lambda one: one.reveal(["a", "b", "c"]), "/v1/auth/health", "health", None,
    ),
    "enrichment dropcontact": Case(
        "enrichment", *DROPCONTACT, lambda one: one.enrich([ANNA]),
        "/v1/account/credits", "credits", "15,277 credits",
    ),
    "verification dropcontact": Case(
        "verification", *DROPCONTACT, lambda one: one.verify([ADDRESS]),
        "/v1/account/credits", "credits", "15,277 credits",
    ),
    "enrichment hunter": Case(
        "enrichment", *HUNTER, "/v2/domain-search", HunterSearch,
        lambda one: one.enrich([ANNA, CY]), "/v2/account", "account", "380 searches",
    ),
    "verification hunter": Case(
        "verification", *HUNTER, "/v2/email-verifier", HunterVerifier,
        lambda one: one.verify([ADDRESS]), "/v2/account", "account", "0 verifications",
    ),
    "enrichment peopledatalabs": Case(
        "enrichment", "peopledatalabs", "pdl_api_key", "pdl_base_url", "X-API-Key",
        "GET", "/v5/person/enrich", PdlPerson, lambda one: one.enrich([ANNA]),
        "/v5/autocomplete", "autocomplete", "4,310 credits",
    ),
}  # fmt: skip
FREE = {"enrichment": {"local"}, "verification": {"local", "mx"}, "search": set()}
