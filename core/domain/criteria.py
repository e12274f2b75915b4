"""The criteria of fit: what is asked, what is known, what it earns, and the sentence that says so.

A criterion is one row of CRITERIA (see core.domain.profile for what it reads).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.domain.head_counts import Band
from core.domain.profile import Icp, Range, Reason, Subject, best_phrase, best_title

KEPT = 16_384  # answers of one question


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of fit to one field of a subject."""

    name: str
    field: str
    asked: Callable[[Icp], bool]
    judge: Callable[[Any, Icp, int], Reason]  # what the field says, the audience, the weight
    alike: bool = True  # many say the same


class Question(dict[Any, Reason]):
    """A criterion as one audience asks it. Thousands of people have the same title or country:
    the same answer is given to all of them.
    """

    def __init__(self, criterion: Criterion, icp: Icp) -> None:
        super().__init__()
        self._criterion, self._icp = criterion, icp
        self.place = Subject._fields.index(criterion.field)
        self.weight = icp.weight(criterion.name)

    def __missing__(self, value: Any) -> Reason:
        reason = self._criterion.judge(value, self._icp, self.weight)
        if self._criterion.alike or not value:
            if len(self) >= KEPT:
                self.clear()
            self[value] = reason
        return reason


def _phrases(
    name: str,
    field: str,
    wanted: Callable[[Icp], tuple[str, ...]],
    best: Callable[[tuple[str, ...], str], tuple[str, float]] = best_phrase,
) -> Criterion:
    """A text against phrases: one that is met gives full points, one that is near half."""

    def judge(text: str | None, icp: Icp, weight: int) -> Reason:
        if not text:
            return _unknown(name, weight)
        phrase, share = best(wanted(icp), text)
        if not share:
            return _missed(name, weight, f"'{text}'")
        points = round(weight * share)
        how = "matches" if share == 1 else "is near"
        sentence = f"{_heading(name)} '{text}' {how} {phrase}: +{points} of {weight}."
        return Reason("fit", name, points, weight, sentence, True)

    return Criterion(name, field, lambda icp: bool(wanted(icp)), judge)


def _one_of(name: str, field: str, wanted: Callable[[Icp], tuple[str, ...]]) -> Criterion:
    """A word that must be one of those wanted, upper and lower case alike."""

    def judge(word: str | None, icp: Icp, weight: int) -> Reason:
        if not word:
            return _unknown(name, weight)
        if word.casefold() not in _folded(wanted(icp)):
            return _missed(name, weight, spoken(word))
        sentence = f"{_heading(name)} {spoken(word)} is wanted: +{weight} of {weight}."
        return Reason("fit", name, weight, weight, sentence, True)

    return Criterion(name, field, lambda icp: bool(wanted(icp)), judge)


def _between(
    name: str, field: str, wanted: Callable[[Icp], Range | None], form: str = ","
) -> Criterion:
    """A number in a range; just outside gives half, but for years (form "d")."""

    def judge(given: int | Band | None, icp: Icp, weight: int) -> Reason:
        span = wanted(icp) or Range()
        if given is None:
            return _unknown(name, weight)
        number, shown = given if isinstance(given, Band) else (given, f"{given:{form}}")
        asked = span.spoken(form)
        if number in span:
            points, how = weight, "lies in"
        elif form == "," and span.near(number):
            points, how = round(weight / 2), "lies just outside of"
        else:
            return _missed(name, weight, shown, f"The campaign asks for {asked}")
        sentence = f"{_heading(name)} {shown} {how} {asked}: +{points} of {weight}."
        return Reason("fit", name, points, weight, sentence, True)

    return Criterion(name, field, lambda icp: wanted(icp) is not None, judge)


def _technologies(have: tuple[str, ...], icp: Icp, weight: int) -> Reason:
    if not have:
        return _unknown("technologies", weight)
    folded = {one.casefold() for one in have}
    found = [wanted for wanted in icp.technologies if wanted.casefold() in folded]
    if not found:
        return _missed("technologies", weight, ", ".join(have[:3]))
    points = weight if len(found) >= min(2, len(icp.technologies)) else round(weight * 0.7)
    sentence = f"Uses {', '.join(found)}: +{points} of {weight}."
    return Reason("fit", "technologies", points, weight, sentence, True)


def _keywords(text: str | None, icp: Icp, weight: int) -> Reason:
    if not text:
        return _unknown("keywords", weight)
    folded = text.casefold()
    found = [word for word in icp.keywords if _mention(word).search(folded)]
    if not found:
        return Reason("fit", "keywords", 0, weight, f"No keyword found: 0 of {weight}.", True)
    points = weight if len(found) >= min(2, len(icp.keywords)) else round(weight * 0.7)
    sentence = f"Speaks of {', '.join(found)}: +{points} of {weight}."
    return Reason("fit", "keywords", points, weight, sentence, True)


CRITERIA: tuple[Criterion, ...] = (
    _phrases("title", "title", lambda i: i.titles, best_title),
    _one_of("seniority", "seniority", lambda i: i.seniorities),
    _one_of("department", "department", lambda i: i.departments),
    _phrases("industry", "industry", lambda i: i.industries),
    _phrases("sub-industry", "sub_industry", lambda i: i.sub_industries),
    _between("employees", "employees", lambda i: i.employees),
    _between("revenue", "revenue", lambda i: i.revenue),
    _one_of("country", "country", lambda i: i.countries),
    _one_of("region", "region", lambda i: i.regions),
    Criterion("technologies", "technologies", lambda i: bool(i.technologies), _technologies),
    Criterion("keywords", "keywords", lambda i: bool(i.keywords), _keywords, alike=False),
    _one_of("language", "language", lambda i: i.languages),
    _between("company age", "founded", lambda i: i.founded, "d"),
    _one_of("business model", "business_model", lambda i: i.business_models),
)


@lru_cache(maxsize=4)
def asked(icp: Icp) -> tuple[Question, ...]:
    """What an audience asks about."""
    return tuple(Question(c, icp) for c in CRITERIA if c.asked(icp) and icp.weight(c.name))


@lru_cache(maxsize=4096)
def _mention(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word.casefold())}\b")


@lru_cache(maxsize=4096)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


def _unknown(name: str, weight: int) -> Reason:
    sentence = f"{_heading(name)} is unknown: it counts neither way."
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
