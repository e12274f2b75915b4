"""The criteria of fit: what is asked, what is known, what it earns, and the sentence that says so.

A criterion is one row of CRITERIA (see core.domain.profile for what it reads).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from core.domain.profile import Icp, Range, Reason, Subject, best_phrase


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
        return _text(name, text, wanted(icp), weight) if text else _unknown(name, weight)

    return Criterion(name, lambda icp: bool(wanted(icp)), judge)


def _one_of(
    name: str, wanted: Callable[[Icp], tuple[str, ...]], have: Callable[[Subject], str | None]
) -> Criterion:
    """A word that must be one of those wanted, upper and lower case alike."""

    def judge(subject: Subject, icp: Icp, weight: int) -> Reason:
        word = have(subject)
        return _word(name, word, wanted(icp), weight) if word else _unknown(name, weight)

    return Criterion(name, lambda icp: bool(wanted(icp)), judge)


def _between(
    name: str,
    wanted: Callable[[Icp], Range | None],
    have: Callable[[Subject], int | None],
    form: str = ",",
) -> Criterion:
    """A number in a range; just outside gives half, but for years (form "d")."""

    def judge(subject: Subject, icp: Icp, weight: int) -> Reason:
        number, span = have(subject), wanted(icp) or Range()
        if number is None:
            return _unknown(name, weight)
        shown, asked = f"{number:{form}}", span.spoken(form)
        if number in span:
            points, how = weight, "lies in"
        elif form == "," and span.near(number):
            points, how = round(weight / 2), "lies just outside of"
        else:
            return _missed(name, weight, shown, f"The campaign asks for {asked}")
        sentence = f"{_heading(name)} {shown} {how} {asked}: +{points} of {weight}."
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
    _phrases("sub-industry", lambda i: i.sub_industries, lambda s: s.sub_industry),
    _between("employees", lambda i: i.employees, lambda s: s.employees),
    _between("revenue", lambda i: i.revenue, lambda s: s.revenue),
    _one_of("country", lambda i: i.countries, lambda s: s.country),
    _one_of("region", lambda i: i.regions, lambda s: s.region),
    Criterion("technologies", lambda i: bool(i.technologies), _technologies),
    Criterion("keywords", lambda i: bool(i.keywords), _keywords),
    _one_of("language", lambda i: i.languages, lambda s: s.language),
    _between("company age", lambda i: i.founded, lambda s: s.founded, "d"),
    _one_of("business model", lambda i: i.business_models, lambda s: s.business_model),
)


@lru_cache(maxsize=64)
def asked(icp: Icp) -> tuple[tuple[Criterion, int], ...]:
    """The criteria that an audience asks about, with what each is worth to it."""
    weighed = ((one, icp.weight(one.name)) for one in CRITERIA)
    return tuple((one, weight) for one, weight in weighed if weight and one.asked(icp))


# thousands of people have the same title or country: the same answer is given to all
@lru_cache(maxsize=65536)
def _text(name: str, text: str, wanted: tuple[str, ...], weight: int) -> Reason:
    phrase, share = best_phrase(wanted, text)
    if not share:
        return _missed(name, weight, f"'{text}'")
    points = round(weight * share)
    how = "matches" if share == 1 else "is near"
    sentence = f"{_heading(name)} '{text}' {how} {phrase}: +{points} of {weight}."
    return Reason("fit", name, points, weight, sentence, True)


@lru_cache(maxsize=65536)
def _word(name: str, word: str, wanted: tuple[str, ...], weight: int) -> Reason:
    if word.casefold() not in _folded(wanted):
        return _missed(name, weight, spoken(word))
    sentence = f"{_heading(name)} {spoken(word)} is wanted: +{weight} of {weight}."
    return Reason("fit", name, weight, weight, sentence, True)


@lru_cache(maxsize=65536)
def _mentions(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word.casefold())}\b", text.casefold()) is not None


@lru_cache(maxsize=4096)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


@lru_cache(maxsize=4096)
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
