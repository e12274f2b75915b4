"""The ideal customer profile: whom a campaign looks for, whom never; and what is known of somebody.

A new question of fit is a field of Icp, a field of Subject where there is none yet, a weight, and a
row of criteria.CRITERIA.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from core.domain.head_counts import Band
from core.domain.titles import like, meant, tokens


@dataclass(frozen=True, slots=True)
class Range:
    """From least to most, both included; None is open."""

    least: int | None = None
    most: int | None = None

    def __contains__(self, number: int) -> bool:
        return (self.least is None or number >= self.least) and (
            self.most is None or number <= self.most
        )

    def near(self, number: int) -> bool:
        """Within half as much again outside of it."""
        low = self.least is None or number * 1.5 >= self.least
        return low and (self.most is None or number <= self.most * 1.5)

    def spoken(self, form: str = ",") -> str:
        """In words; `form` is how a number is written ("d" for years)."""
        if self.least is None:
            return f"up to {self.most:{form}}" if self.most is not None else "any number"
        least = f"{self.least:{form}}"
        return f"{least} or more" if self.most is None else f"{least} to {self.most:{form}}"


class Subject(NamedTuple):
    """What is known of a person and their company; None and empty mean unknown."""

    title: str | None = None
    seniority: str | None = None
    department: str | None = None
    language: str | None = None
    industry: str | None = None
    employees: int | Band | None = None
    revenue: int | None = None
    country: str | None = None
    region: str | None = None
    technologies: tuple[str, ...] = ()
    keywords: str | None = None  # free text in which keywords are looked for
    domain: str | None = None  # of the address
    founded: int | None = None
    business_model: str | None = None
    sub_industry: str | None = None
    company_domain: str | None = None


class Reason(NamedTuple):
    """Why a criterion gave what it gave. `known` is False where the lead says nothing to it."""

    axis: str
    criterion: str
    points: int
    of: int
    sentence: str
    known: bool


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whom the campaign never wants."""

    industries: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()  # competitors

    @property
    def anything(self) -> bool:
        """Whether anybody is excluded."""
        return bool(self.industries or self.countries or self.titles or self.domains)

    def competitor(self, subject: Subject) -> str | None:
        """The competitor whom the person works for, by address or by company, in words."""
        if not self.domains:
            return None
        for domain in (subject.domain, subject.company_domain):
            if domain and _under(domain, self.domains):
                return f"{domain} is a competitor's domain"
        return None

    def hit(self, subject: Subject) -> str | None:
        """What of the subject is excluded, in words."""
        if not self.anything:
            return None
        return self.competitor(subject) or self.unwanted(subject)

    def unwanted(self, subject: Subject) -> str | None:
        """The country, industry or title that is excluded, in words."""
        if self.countries and subject.country in self.countries:
            return f"The country {subject.country} is excluded"
        for industry in (subject.industry, subject.sub_industry) if self.industries else ():
            if industry and best_phrase(self.industries, industry)[1] == 1:
                return f"The industry '{industry}' is excluded"
        if self.titles and subject.title and best_title(self.titles, subject.title)[1] == 1:
            return f"The title '{subject.title}' is excluded"
        return None


DEFAULT_WEIGHTS: Mapping[str, int] = {
    "title": 20,
    "seniority": 10,
    "department": 10,
    "industry": 20,
    "sub-industry": 10,
    "employees": 15,
    "revenue": 10,
    "country": 10,
    "region": 5,
    "technologies": 10,
    "keywords": 8,
    "language": 5,
    "company age": 5,
    "business model": 5,
}


@dataclass(frozen=True, slots=True)
class Icp:
    """Whom a campaign looks for. What is left empty is not asked."""

    industries: tuple[str, ...] = ()
    sub_industries: tuple[str, ...] = ()
    employees: Range | None = None
    revenue: Range | None = None
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    seniorities: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    founded: Range | None = None
    business_models: tuple[str, ...] = ()
    exclude: Exclusions = field(default_factory=Exclusions)
    weights: tuple[tuple[str, int], ...] = ()

    def __hash__(self) -> int:
        return hash((self.titles, self.industries, self.countries))  # asked for with every lead

    def weight(self, criterion: str) -> int:
        """What the criterion is worth in points: the campaign's word, else the default."""
        for name, weight in self.weights:
            if name == criterion:
                return weight
        return DEFAULT_WEIGHTS[criterion]


@lru_cache(maxsize=65536)
def best_phrase(phrases: tuple[str, ...], text: str) -> tuple[str, float]:
    """The phrase that the text meets best: 1 for all its words, 0.5 for half of them or more."""
    have = tokens(text)
    best, most = "", 0.0
    for phrase in phrases:
        words = tokens(phrase)
        share = len(words & have) / len(words) if words else 0.0
        share = 1.0 if share == 1 else 0.5 if share >= 0.5 else 0.0
        if share > most:
            best, most = phrase, share
    return best, most


@lru_cache(maxsize=65536)
def best_title(titles: tuple[str, ...], text: str) -> tuple[str, float]:
    """The title that the text meets best: 1 for all its words, 0.5 for the same function at another
    rank. Words that say only the rank bring nobody near, and another's rank is not one's own:
    "Vice President" is no president, "Assistant to the CEO" no CEO.
    """
    have = meant(text)
    for one in titles:
        if (words := meant(one)) and words <= have:
            return one, 1.0
    near = next((one for one in titles if like(one, text)), "")
    return near, 0.5 if near else 0.0


@lru_cache(maxsize=65536)
def _under(domain: str, domains: tuple[str, ...]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in domains)
