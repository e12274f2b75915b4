"""Simulated people: who they are, where they work, and how they take being written to.

Every address lies under `.example` (RFC 2606), so that nothing of a simulation can ever reach a
living person.
"""

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from core.simulation.countries import COUNTRIES, Country
from core.simulation.trades import SIZES, STEMS, TITLES, TRADES, Trade


class Temperament(StrEnum):
    """How a person takes a campaign mail. One for life, but for those who are away first."""

    SILENT = "silent"
    INTERESTED = "interested"
    MEETING = "meeting"
    QUESTION = "question"
    NOT_NOW = "not_now"
    NOT_INTERESTED = "not_interested"
    WRONG_PERSON = "wrong_person"
    REFERRAL = "referral"
    LEFT_COMPANY = "left_company"
    OUT_OF_OFFICE = "out_of_office"
    OPT_OUT_LINK = "opt_out_link"
    OPT_OUT_REPLY = "opt_out_reply"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"


T = Temperament
A = TypeVar("A")
JUNIORS = ("junior", "intern", "specialist")
Mix = Mapping[Temperament, float]

# parts of a hundred; what is missing stays silent
GOOD_LIST: Mix = {
    T.INTERESTED: 3.2,
    T.MEETING: 2.4,
    T.QUESTION: 2.6,
    T.NOT_NOW: 2.4,
    T.NOT_INTERESTED: 4.2,
    T.WRONG_PERSON: 1.0,
    T.REFERRAL: 1.4,
    T.LEFT_COMPANY: 0.9,
    T.OUT_OF_OFFICE: 5.5,
    T.OPT_OUT_LINK: 1.0,
    T.OPT_OUT_REPLY: 1.0,
    T.HARD_BOUNCE: 0.7,
    T.SOFT_BOUNCE: 0.9,
}
OLD_LIST: Mix = {**GOOD_LIST, T.HARD_BOUNCE: 18.0, T.LEFT_COMPANY: 3.0, T.COMPLAINT: 0.6}
LIVELY: Mix = {**GOOD_LIST, T.SOFT_BOUNCE: 3.0, T.HARD_BOUNCE: 2.0, T.COMPLAINT: 0.1}
EVERYTHING: Mix = {**{t: 5.0 for t in T if t is not T.SILENT}, T.COMPLAINT: 2.0}
AFTER_ABSENCE: tuple[Temperament, ...] = (T.SILENT, T.SILENT, T.INTERESTED, T.QUESTION, T.MEETING)

_SPELLED = "ae oe ue ss o l i ae aa d d th"
_LETTERS = str.maketrans(dict(zip("äöüßøłıæåđðþ", _SPELLED.split(" "), strict=True)))


@dataclass(frozen=True, slots=True)
class Company:
    """A simulated employer."""

    name: str
    domain: str
    trade: Trade
    country: Country
    city: str
    employees: int
    revenue: int
    technologies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person. `answers` is the step (from 1) that moves them; `slow` their delay in
    hours.
    """

    first: str
    last: str
    address: str
    title: str
    seniority: str
    department: str
    phone: str
    company: Company
    temperament: Temperament
    after: Temperament
    answers: int
    slow: float
    away_days: int

    @property
    def name(self) -> str:
        """First and last name, as in a From header."""
        return f"{self.first} {self.last}"

    @property
    def language(self) -> str:
        """The language of their mail client, two letters."""
        return self.company.country.language


@dataclass(frozen=True, slots=True)
class Taste:
    """Whom a list was put together for: of each property so many of a hundred are as wanted."""

    industries: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sizes: tuple[int, int] = (0, 10**9)
    share: int = 85


ANYBODY = Taste(share=0)


class Population:
    """Makes people and companies, the same ones for the same random source; no address twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._domains: set[str] = set()
        self._addresses: set[str] = set()

    def people(self, count: int, *, mix: Mix = GOOD_LIST, taste: Taste = ANYBODY) -> list[Person]:
        """`count` people in companies of one to six of them."""
        made: list[Person] = []
        while len(made) < count:
            company = self.company(taste)
            size = self._rng.choices((1, 2, 3, 4, 6), (40, 28, 16, 10, 6))[0]
            made.extend(
                self.person(company, mix=mix, taste=taste)
                for _ in range(min(size, count - len(made)))
            )
        return made

    def company(self, taste: Taste = ANYBODY) -> Company:
        """One company with a domain nobody else has."""
        rng = self._rng
        country = self._liked(
            COUNTRIES, lambda c: c.code in taste.countries, taste, [c.weight for c in COUNTRIES]
        )
        trade = self._liked(TRADES, lambda t: t.industry in taste.industries, taste)
        city = rng.choice(country.cities)
        name, domain = self._company_name(trade, city)
        least, most = taste.sizes
        size = self._liked(SIZES, lambda n: least <= n <= most, taste)
        employees = min(max(int(size * rng.uniform(0.8, 1.2)), 3), 20_000)
        tools = rng.sample(trade.technologies, k=min(len(trade.technologies), rng.randint(1, 3)))
        revenue = int(round(employees * rng.uniform(80_000, 240_000), -4))
        return Company(name, domain, trade, country, city, employees, revenue, tuple(tools))

    def person(
        self,
        company: Company,
        *,
        mix: Mix = GOOD_LIST,
        taste: Taste = ANYBODY,
        temperament: Temperament | None = None,
    ) -> Person:
        """One person of the company, with a temperament drawn from the mix unless it is given."""
        rng = self._rng
        first, last, address = self._named(company)
        title, seniority, department = self._liked(
            TITLES, lambda t: t[2] in taste.departments and t[1] not in JUNIORS, taste
        )
        return Person(
            first=first,
            last=last,
            address=address,
            title=title,
            seniority=seniority,
            department=department,
            phone=f"+{rng.randint(30, 99)} {rng.randint(100, 999)} 555 {rng.randint(1000, 9999)}",
            company=company,
            temperament=temperament or _draw(rng, mix),
            after=rng.choice(AFTER_ABSENCE),
            answers=rng.choices((1, 2, 3), (58, 28, 14))[0],
            slow=round(rng.choice((0.4, 1.5, 3, 6, 20, 28, 50, 75)) * rng.uniform(0.7, 1.3), 2),
            away_days=rng.randint(3, 16),
        )

    def _liked(
        self,
        all_of: Sequence[A],
        liked: Callable[[A], bool],
        taste: Taste,
        weights: Sequence[int] | None = None,
    ) -> A:
        """One of all, or mostly one of those that are liked."""
        picky = self._rng.uniform(0, 100) < taste.share
        chosen = [one for one in all_of if liked(one)] if picky else []
        if chosen:
            return self._rng.choice(chosen)
        return self._rng.choices(all_of, weights)[0]

    def _company_name(self, trade: Trade, city: str) -> tuple[str, str]:
        for attempt in range(1000):
            stem, noun = self._rng.choice(STEMS), self._rng.choice(trade.nouns)
            label = f"{stem} {noun}" if attempt < 4 else f"{stem} {noun} {city}"
            domain = f"{plain(label).replace(' ', '-')}.example"
            if domain not in self._domains:
                self._domains.add(domain)
                return label, domain
        raise RuntimeError("There are no names left for companies; make fewer people.")

    def _named(self, company: Company) -> tuple[str, str, str]:
        country, rng = company.country, self._rng
        number = 0
        while True:
            first, last = rng.choice(country.first), rng.choice(country.last)
            number += 1
            tail = "" if number < 6 else str(number)
            address = f"{plain(first)}.{plain(last)}{tail}@{company.domain}"
            if address not in self._addresses:
                self._addresses.add(address)
                return first, last, address


def plain(text: str) -> str:
    """ASCII, lower case: how a name is written in an address."""
    spelled = text.lower().translate(_LETTERS)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


def _draw(rng: random.Random, mix: Mix) -> Temperament:
    point = rng.uniform(0, 100)
    for temperament, share in mix.items():
        point -= share
        if point < 0:
            return temperament
    return Temperament.SILENT
