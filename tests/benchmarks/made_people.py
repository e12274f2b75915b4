"""Contacts of one client made by a seed: a long tail of names, some people there twice.

Twice by: a private address, an alias, a nickname, a slip, a new job with the same profile, a
company that moved its domain. Strangers that look alike: namesakes at other companies, relatives
in one company, one switchboard for all.
"""

import itertools
import random
from collections.abc import Callable

from core.learn.matching_people import Person
from tests.benchmarks.made_companies import OWNERS, TOWNS

FIRST = """
Robert Anna Michael Katharina Thomas Elizabeth James William Julia Peter Susan Daniel Laura
Alexander Maria Christian Sophie Andreas Margaret Joseph Emma Richard Hannah David Lena Matthew
Irina Nicholas Giulia Stephen Carmen Edward Ingrid Anthony Yuki Samuel Fatima Benjamin Chloe
Gregory Noor Patrick Astrid Charles Olga Frederick Wanda Vincent Tuula George Beatriz Martin
Renata Oscar Leticia Hugo Marta Felix Paula Simon Agnes Victor Nadia Leon Clara""".split()  # noqa: SIM905
SHORT = {
    "Robert": "Bob", "Michael": "Mike", "Katharina": "Kathi", "Thomas": "Tom", "William": "Bill",
    "Elizabeth": "Liz", "James": "Jim", "Susan": "Sue", "Daniel": "Dan", "Alexander": "Sascha",
    "Margaret": "Peggy", "Joseph": "Joe", "Richard": "Rick", "David": "Dave", "Matthew": "Matt",
    "Nicholas": "Nick", "Stephen": "Steve", "Edward": "Ted", "Anthony": "Tony", "Samuel": "Sam",
    "Benjamin": "Ben", "Gregory": "Greg", "Patrick": "Paddy", "Charles": "Chuck", "George": "Georg",
    "Frederick": "Fred", "Andreas": "Andi", "Vincent": "Vince", "Victor": "Vic",
}  # fmt: skip
TITLES = ("CMO", "Head of Marketing", "Sales Manager", "CEO", "Buyer", "Engineer", "Controller")
HOMES = ("gmail.com", "gmx.de", "outlook.com", "yahoo.com")
Change = Callable[[random.Random, Person, int], Person]


def make(count: int = 100_000, seed: int = 5) -> tuple[list[Person], dict[int, int]]:
    """About `count` records, and the person that each stands for."""
    chance = random.Random(seed)
    names = _surnames(chance)
    commoner = list(itertools.accumulate(1 / (rank + 30) for rank in range(len(names))))
    firms = list(itertools.accumulate(1 / (rank + 20) for rank in range(max(10, count // 15))))
    people: list[Person] = []
    truth: dict[int, int] = {}
    taken: set[str] = set()  # an address has one contact
    entity = 0
    while len(people) < count:
        entity += 1
        last = chance.choices(names, cum_weights=commoner)[0]
        firm = chance.choices(range(len(firms)), cum_weights=firms)[0]
        person = _person(chance, last, names[firm % len(names)], firm, len(people))
        for one in (person, _again(chance, person, len(people) + 1)):
            if one is not None and one.email not in taken:
                taken.add(one.email)
                truth[len(people)] = entity
                people.append(one._replace(key=len(people)))
    return people, truth


def _again(chance: random.Random, person: Person, key: int) -> Person | None:
    return chance.choice(CHANGES)(chance, person, key) if chance.random() < 0.05 else None


def _surnames(chance: random.Random) -> list[str]:
    """The commonest first, 20,000 in all."""
    heads = [name[: chance.randint(3, 6)] for name in OWNERS for _ in range(260)]
    tails = ("son", "er", "mann", "ini", "ski", "sen", "ez", "aru", "berg", "ley", "ova", "ides")
    made = dict.fromkeys(head + chance.choice("aeiou") + chance.choice(tails) for head in heads)
    return [*OWNERS, *made]


def _person(chance: random.Random, last: str, house: str, firm: int, key: int) -> Person:
    first = chance.choice(FIRST)
    domain = f"{house.lower()}{firm}.com"
    town, _, country = chance.choice(TOWNS).partition(":")
    number = chance.randrange(1000) if chance.random() < 0.1 else ""
    return Person(
        key, first, last, f"{first}.{last}{number}@{domain}".lower(), company=f"{house} {firm}",
        domain=domain, phone=_phone(chance, firm), title=chance.choice(TITLES), town=town,
        country=country, linkedin=_profile(chance, first, last) if chance.random() < 0.5 else "",
    )  # fmt: skip


def _phone(chance: random.Random, firm: int) -> str:
    if chance.random() < 0.4:
        return ""
    tail = 0 if chance.random() < 0.3 else chance.randrange(10_000, 99_999)
    return f"+49{firm:07d}{tail}"


def _profile(chance: random.Random, first: str, last: str) -> str:
    tail = f"{chance.randrange(16**6):06x}"
    return f"https://www.linkedin.com/in/{first}-{last}-{tail}".lower()


def _private(chance: random.Random, one: Person, key: int) -> Person:
    email = f"{one.first[0]}{one.last}{chance.randrange(100)}@{chance.choice(HOMES)}".lower()
    return one._replace(key=key, email=email, free_mail=True, domain="", title="")


def _alias(chance: random.Random, one: Person, key: int) -> Person:
    return one._replace(key=key, email=f"{one.first[0]}{one.last}@{one.domain}".lower(), phone="")


def _nickname(chance: random.Random, one: Person, key: int) -> Person:
    first = SHORT.get(one.first, f"{one.first[0]}.")
    return one._replace(key=key, first=first, email=f"{first}@{one.domain}".lower(), linkedin="")


def _slip(chance: random.Random, one: Person, key: int) -> Person:
    at = chance.randrange(1, len(one.last))
    last = one.last[:at] + chance.choice("aeiounrst") + one.last[at + 1 :]
    return one._replace(key=key, last=last, email=f"{one.first}.{last}@{one.domain}".lower())


def _new_job(chance: random.Random, one: Person, key: int) -> Person:
    domain = f"elsewhere{chance.randrange(999)}.com"
    profile = one.linkedin or _profile(chance, one.first, one.last)
    email = f"{one.first}.{one.last}@{domain}".lower()
    phone = one.phone if one.linkedin == "" else ""
    return one._replace(
        key=key, email=email, domain=domain, company="Elsewhere", linkedin=profile, phone=phone
    )


def _moved(chance: random.Random, one: Person, key: int) -> Person:
    domain = one.domain.replace(".com", "-group.io")
    return one._replace(key=key, email=one.email.replace(one.domain, domain), domain=domain)


CHANGES: tuple[Change, ...] = (_private, _alias, _nickname, _slip, _new_job, _moved)
