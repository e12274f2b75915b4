"""The audience of a campaign as a document that people edit, and as the values that rules read.

The document is checked at its border: what contradicts itself is refused with a sentence.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.domain import addresses, scoring
from core.domain.profile import DEFAULT_WEIGHTS, Exclusions, Range
from core.domain.scoring import Icp
from core.intake import countries, industries
from core.services import documents


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


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The ICP as it is stored: only what was given, countries as codes; Invalid with a sentence."""
    return documents.read(IcpDocument, document, "This audience").model_dump(
        mode="json", exclude_unset=True
    )


def icp_of(document: Mapping[str, Any]) -> Icp:
    """The ICP as the rules of scoring read it."""
    read = documents.read(IcpDocument, document, "This audience")
    never = read.exclude
    return Icp(
        industries=industries.with_standard(read.industries),
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
            industries=industries.with_standard(never.industries),
            countries=tuple(never.countries),
            titles=tuple(never.titles),
            domains=tuple(never.domains),
        ),
        weights=tuple(read.weights.items()),
    )


@lru_cache(maxsize=1)
def criteria() -> tuple[str, ...]:
    """The criteria of fit that can be given a weight."""
    return tuple(DEFAULT_WEIGHTS)


def signals() -> tuple[str, ...]:
    """The opportunity signals that are worth points of their own."""
    return tuple(scoring.SIGNALS)
