"""The audience of a campaign as a document that people edit, and as the values that rules read.

The document is checked at its border: what contradicts itself is refused with a sentence.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.domain import addresses, routing, scoring
from core.domain.profile import DEFAULT_WEIGHTS, Exclusions, Range
from core.domain.scoring import Icp, Rules, TierRule
from core.domain.states import Tier
from core.errors import Invalid
from core.intake import countries

D = TypeVar("D", bound=BaseModel)


class RangeDocument(BaseModel):
    """From min to max, both included; either may be left out."""

    model_config = ConfigDict(extra="forbid")
    min: int | None = Field(None, ge=0)
    max: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"the least ({self.min:,}) is more than the most ({self.max:,})")
        return self

    def value(self) -> Range | None:
        """As the rules read it; None where both ends are open."""
        empty = self.min is None and self.max is None
        return None if empty else Range(self.min, self.max)


def _codes(given: list[str]) -> list[str]:
    codes = []
    for name in given:
        code = countries.iso(name)
        if code is None:
            raise ValueError(f"'{name}' is no country that we know")
        codes.append(code)
    return list(dict.fromkeys(codes))


def _words(given: list[str]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in given if word.strip()))


class ExcludeDocument(BaseModel):
    """Whom the campaign never wants; `domains` are competitors."""

    model_config = ConfigDict(extra="forbid")
    industries: list[str] = Field(default_factory=list)
    countries: list[str] = Field(default_factory=list)
    titles: list[str] = Field(default_factory=list)
    domains: list[str] = Field(default_factory=list)

    _clean = field_validator("industries", "titles")(_words)
    _iso = field_validator("countries")(_codes)

    @field_validator("domains")
    @classmethod
    def _are_domains(cls, given: list[str]) -> list[str]:
        found = [(name, addresses.domain_key(name.rpartition("@")[2])) for name in given]
        wrong = next((name for name, key in found if key is None), None)
        if wrong is not None:
            raise ValueError(f"'{wrong}' is no domain")
        return [key for _, key in found if key]


class IcpDocument(BaseModel):
    """Whom a campaign looks for. Every field may be left out: then it is not asked."""

    model_config = ConfigDict(extra="forbid")
    industries: list[str] = Field(default_factory=list)
    sub_industries: list[str] = Field(default_factory=list)
    employees: RangeDocument = Field(default_factory=RangeDocument)
    revenue: RangeDocument = Field(default_factory=RangeDocument)
    founded: RangeDocument = Field(default_factory=RangeDocument)
    countries: list[str] = Field(default_factory=list)
    regions: list[str] = Field(default_factory=list)
    titles: list[str] = Field(default_factory=list)
    seniorities: list[str] = Field(default_factory=list)
    departments: list[str] = Field(default_factory=list)
    technologies: list[str] = Field(default_factory=list)
    keywords: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    business_models: list[str] = Field(default_factory=list)
    weights: dict[str, int] = Field(default_factory=dict)
    exclude: ExcludeDocument = Field(default_factory=ExcludeDocument)

    _clean = field_validator(
        *("industries", "sub_industries", "regions", "titles", "seniorities", "departments"),
        *("technologies", "keywords", "languages", "business_models"),
    )(_words)
    _iso = field_validator("countries")(_codes)

    @field_validator("employees", "revenue", "founded", mode="before")
    @classmethod
    def _open(cls, given: Any) -> Any:
        return {} if given is None else given

    @field_validator("weights")
    @classmethod
    def _known(cls, given: dict[str, int]) -> dict[str, int]:
        for name, weight in given.items():
            if name not in DEFAULT_WEIGHTS:
                raise ValueError(f"there is no criterion called '{name}'")
            if not 0 <= weight <= 100:
                raise ValueError(f"the weight of {name} must be between 0 and 100")
        return given

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        for name in ("countries", "industries", "titles"):
            never = {word.casefold() for word in getattr(self.exclude, name)}
            both = [word for word in getattr(self, name) if word.casefold() in never]
            if both:
                raise ValueError(f"'{both[0]}' is both wanted and excluded")
        return self


class TierDocument(BaseModel):
    """The visible rule: shares of the axes, and the totals from which a tier begins."""

    model_config = ConfigDict(extra="forbid")
    fit: float = Field(0.5, ge=0, le=1)
    opportunity: float = Field(0.3, ge=0, le=1)
    engagement: float = Field(0.2, ge=0, le=1)
    hot: int = Field(75, ge=0, le=100)
    hot_fit: int = Field(60, ge=0, le=100)
    warm: int = Field(55, ge=0, le=100)
    cool: int = Field(35, ge=0, le=100)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(self.fit + self.opportunity + self.engagement - 1) > 0.001:
            raise ValueError("the shares of fit, opportunity and engagement must add up to 1")
        if not self.hot > self.warm > self.cool:
            raise ValueError("hot must begin above warm, and warm above cool")
        return self


class ConditionDocument(BaseModel):
    """One question to one field."""

    model_config = ConfigDict(extra="forbid")
    field: str
    operator: str = "is"
    value: Any = None

    @field_validator("operator")
    @classmethod
    def _known(cls, given: str) -> str:
        if given not in routing.OPERATORS:
            raise ValueError(f"'{given}' is none of: {', '.join(routing.OPERATORS)}")
        return given


class RouteDocument(BaseModel):
    """A custom rule of routing."""

    model_config = ConfigDict(extra="forbid")
    name: str = ""
    every: bool = True
    conditions: list[ConditionDocument] = Field(default_factory=list)
    sequence_id: int | None = None
    owner_id: int | None = None


class RulesDocument(BaseModel):
    """Tier, qualification and routing of a campaign."""

    model_config = ConfigDict(extra="forbid")
    tier: TierDocument = Field(default_factory=TierDocument)
    threshold: int = Field(35, ge=0, le=100)
    grey: int = Field(10, ge=0, le=100)
    least_confidence: int = Field(40, ge=0, le=100)
    allow_duplicates: bool = False
    routes: list[RouteDocument] = Field(default_factory=list)
    sequences: dict[Tier, int] = Field(default_factory=dict)


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The ICP as it is stored: only what was given, countries as codes; Invalid with a sentence."""
    return _read(IcpDocument, document, "This audience").model_dump(mode="json", exclude_unset=True)


def checked_rules(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are stored; Invalid with a sentence."""
    return _read(RulesDocument, document, "These rules").model_dump(mode="json", exclude_unset=True)


def icp_of(document: Mapping[str, Any]) -> Icp:
    """The ICP as the rules of scoring read it."""
    read = _read(IcpDocument, document, "This audience")
    never = read.exclude
    return Icp(
        industries=tuple(read.industries),
        sub_industries=tuple(read.sub_industries),
        employees=read.employees.value(),
        revenue=read.revenue.value(),
        countries=tuple(read.countries),
        regions=tuple(read.regions),
        titles=tuple(read.titles),
        seniorities=tuple(read.seniorities),
        departments=tuple(read.departments),
        technologies=tuple(read.technologies),
        keywords=tuple(read.keywords),
        languages=tuple(read.languages),
        founded=read.founded.value(),
        business_models=tuple(read.business_models),
        exclude=Exclusions(
            industries=tuple(never.industries),
            countries=tuple(never.countries),
            titles=tuple(never.titles),
            domains=tuple(never.domains),
        ),
        weights=tuple(read.weights.items()),
    )


def rules_of(
    document: Mapping[str, Any], *, version: int = 1, settings: Mapping[str, Any] | None = None
) -> Rules:
    """The rules of tier and qualification; `settings` are the campaign's (b2b, address_check)."""
    read = _read(RulesDocument, document, "These rules")
    switches = settings or {}
    return Rules(
        version=version,
        tier=TierRule(**read.tier.model_dump()),
        threshold=read.threshold,
        grey=read.grey,
        least_confidence=read.least_confidence,
        b2b=bool(switches.get("b2b", True)),
        verified_only=switches.get("address_check", "local") != "local",
        allow_duplicates=read.allow_duplicates,
    )


def routes_of(document: Mapping[str, Any]) -> tuple[tuple[routing.Rule, ...], dict[Tier, int]]:
    """The custom rules of routing in their order, and the campaign's own sequences by tier."""
    read = _read(RulesDocument, document, "These rules")
    rules = tuple(
        routing.Rule(
            conditions=tuple(
                routing.Condition(one.field, one.operator, one.value) for one in rule.conditions
            ),
            every=rule.every,
            sequence_id=rule.sequence_id,
            owner_id=rule.owner_id,
            name=rule.name,
        )
        for rule in read.routes
    )
    return rules, dict(read.sequences)


@lru_cache(maxsize=1)
def criteria() -> tuple[str, ...]:
    """The criteria of fit that can be given a weight."""
    return tuple(DEFAULT_WEIGHTS)


def signals() -> tuple[str, ...]:
    """The opportunity signals that are worth points of their own."""
    return tuple(scoring.SIGNALS)


def _read(model: type[D], document: Mapping[str, Any], what: str) -> D:
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"{what} cannot be used: {where + ': ' if where else ''}{reason}.") from None
