"""The ideal customer profile and its criteria of fit: what is asked, what is known, what it earns.

A criterion is one row of CRITERIA. A new one is a field of Icp, a field of Subject where there is
none yet, and a row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from core.domain.titles import tokens


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

    def __str__(self) -> str:
        if self.least is None:
            return f"up to {self.most:,}"
        return (
            f"{self.least:,} or more" if self.most is None else f"{self.least:,} to {self.most:,}"
        )


class Subject(NamedTuple):
    """What is known of a person and their company; None and empty mean unknown."""

    title: str | None = None
    seniority: str | None = None
    department: str | None = None
    language: str | None = None
    industry: str | None = None
    employees: int | None = None
    revenue: int | None = None
    country: str | None = None
    region: str | None = None
    technologies: tuple[str, ...] = ()
    keywords: str | None = None  # free text in which keywords are looked for
    domain: str | None = None
    founded: int | None = None
    business_model: str | None = None


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

    def hit(self, subject: Subject) -> str | None:
        """What of the subject is excluded, in words."""
        if self.domains and subject.domain and _under(subject.domain, self.domains):
            return f"{subject.domain} is a competitor's domain"
        if self.countries and subject.country in self.countries:
            return f"The country {subject.country} is excluded"
        if (
            self.industries
            and subject.industry
            and _best(self.industries, subject.industry)[1] == 1
        ):
            return f"The industry '{subject.industry}' is excluded"
        if self.titles and subject.title and _best(self.titles, subject.title)[1] == 1:
            return f"The title '{subject.title}' is excluded"
        return None


DEFAULT_WEIGHTS: Mapping[str, int] = {
    "title": 20,
    "seniority": 10,
    "department": 10,
    "industry": 20,
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

    def weight(self, criterion: str) -> int:
        """What the criterion is worth in points: the campaign's word, else the default."""
        for name, weight in self.weights:
            if name == criterion:
                return weight
        return DEFAULT_WEIGHTS[criterion]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of fit."""

    name: str
    asked: Callable[[Icp], bool]
    judge: Callable[[Subject, Icp, int], Reason]


def _phrases(
    name: str, wanted: Callable[[Icp], tuple[str, ...]], have: Callable[[Subject], str | None]
) -> Criterion:
    """A text against phrases: all words of one give full points, half of them half."""

    def judge(subject: Subject, icp: Icp, weight: int) -> Reason:
        text = have(subject)
        if not text:
            return _unknown(name, weight)
        phrase, share = _best(wanted(icp), text)
        if not share:
            return _missed(name, weight, f"'{text}'")
        points = round(weight * share)
        how = "matches" if share == 1 else "is near"
        sentence = f"{_heading(name)} '{text}' {how} {phrase}: +{points} of {weight}."
        return Reason("fit", name, points, weight, sentence, True)

    return Criterion(name, lambda icp: bool(wanted(icp)), judge)


def _one_of(
    name: str, wanted: Callable[[Icp], tuple[str, ...]], have: Callable[[Subject], str | None]
) -> Criterion:
    """A word that must be one of those wanted, upper and lower case alike."""

    def judge(subject: Subject, icp: Icp, weight: int) -> Reason:
        word = have(subject)
        if not word:
            return _unknown(name, weight)
        if word.casefold() not in _folded(wanted(icp)):
            return _missed(name, weight, spoken(word))
        sentence = f"{_heading(name)} {spoken(word)} is wanted: +{weight} of {weight}."
        return Reason("fit", name, weight, weight, sentence, True)

    return Criterion(name, lambda icp: bool(wanted(icp)), judge)


def _between(
    name: str, wanted: Callable[[Icp], Range | None], have: Callable[[Subject], int | None]
) -> Criterion:
    """A number in a range; just outside gives half."""

    def judge(subject: Subject, icp: Icp, weight: int) -> Reason:
        number, span = have(subject), wanted(icp) or Range()
        if number is None:
            return _unknown(name, weight)
        shown = f"{number:,}" if name != "company age" else str(number)
        if number in span:
            points, how = weight, "lies in"
        elif span.near(number) and name != "company age":
            points, how = round(weight / 2), "lies just outside of"
        else:
            return _missed(name, weight, shown, f"The campaign asks for {span}")
        sentence = f"{_heading(name)} {shown} {how} {span}: +{points} of {weight}."
        return Reason("fit", name, points, weight, sentence, True)

    return Criterion(name, lambda icp: wanted(icp) is not None, judge)


def _technologies(subject: Subject, icp: Icp, weight: int) -> Reason:
    if not subject.technologies:
        return _unknown("technologies", weight)
    have = _folded(subject.technologies)
    found = [wanted for wanted in icp.technologies if wanted.casefold() in have]
    if not found:
        return _missed("technologies", weight, ", ".join(subject.technologies[:3]))
    points = weight if len(found) >= min(2, len(icp.technologies)) else round(weight * 0.7)
    sentence = f"Uses {', '.join(found)}: +{points} of {weight}."
    return Reason("fit", "technologies", points, weight, sentence, True)


def _keywords(subject: Subject, icp: Icp, weight: int) -> Reason:
    if not subject.keywords:
        return _unknown("keywords", weight)
    found = [word for word in icp.keywords if _mentions(subject.keywords, word)]
    if not found:
        return Reason("fit", "keywords", 0, weight, f"No keyword found: 0 of {weight}.", True)
    points = weight if len(found) >= min(2, len(icp.keywords)) else round(weight * 0.7)
    sentence = f"Speaks of {', '.join(found)}: +{points} of {weight}."
    return Reason("fit", "keywords", points, weight, sentence, True)


CRITERIA: tuple[Criterion, ...] = (
    _phrases("title", lambda i: i.titles, lambda s: s.title),
    _one_of("seniority", lambda i: i.seniorities, lambda s: s.seniority),
    _one_of("department", lambda i: i.departments, lambda s: s.department),
    _phrases("industry", lambda i: i.industries, lambda s: s.industry),
    _between("employees", lambda i: i.employees, lambda s: s.employees),
    _between("revenue", lambda i: i.revenue, lambda s: s.revenue),
    _one_of("country", lambda i: i.countries, lambda s: s.country),
    _one_of("region", lambda i: i.regions, lambda s: s.region),
    Criterion("technologies", lambda i: bool(i.technologies), _technologies),
    Criterion("keywords", lambda i: bool(i.keywords), _keywords),
    _one_of("language", lambda i: i.languages, lambda s: s.language),
    _between("company age", lambda i: i.founded, lambda s: s.founded),
    _one_of("business model", lambda i: i.business_models, lambda s: s.business_model),
)


@lru_cache(maxsize=65536)
def _best(phrases: tuple[str, ...], text: str) -> tuple[str, float]:
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
def _mentions(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word.casefold())}\b", text.casefold()) is not None


@lru_cache(maxsize=4096)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


@lru_cache(maxsize=65536)
def _under(domain: str, domains: tuple[str, ...]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in domains)


def _unknown(name: str, weight: int) -> Reason:
    sentence = f"{_heading(name)} is unknown: neither match nor miss."
    return Reason("fit", name, 0, weight, sentence, False)


def _missed(name: str, weight: int, value: str, wanted: str = "") -> Reason:
    asked = wanted or "The campaign looks for others"
    sentence = f"{_heading(name)} {value}: 0 of {weight}. {asked}."
    return Reason("fit", name, 0, weight, sentence, True)


_HEADINGS = {"company age": "Founded in"}
_SPOKEN = {"c_level": "C-level", "vp": "VP", "it": "IT", "hr": "HR"}


def spoken(word: str) -> str:
    """A stored word as people say it: `c_level` is C-level, `human_resources` human resources."""
    return _SPOKEN.get(word, word.replace("_", " "))


def _heading(name: str) -> str:
    return _HEADINGS.get(name, name.capitalize())
