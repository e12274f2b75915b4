"""The same person? Two records with whatever fields they have → probability and evidence."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from core.learn import matching_address, matching_contact
from core.learn import matching_fields as fields
from core.learn import matching_names as names
from core.learn.matching_blocks import block_key
from core.learn.matching_fields import Commonness, Told
from core.learn.matching_names import Agreement
from core.learn.matching_text import sound, spelt

SURE = 0.95  # suggested from here on
_OF_A_HOUSE = frozenset(("area_same", "street_same", "house_same", "country_same", "title_same"))
_OF_ONE_PERSON = frozenset(
    """linkedin_same phone_same mail_tag mail_own mail_domain_typo born born_turned born_typo
    street_same""".split()  # noqa: SIM905
)
_UNSURE = 2.0  # bits: a probability of 0.8
_RANKS = {one: 6 if one is Agreement.MISSING else int(one) for one in Agreement}
_BEST = 2 * min(_RANKS.values())
_FIRST = {one: f"first_{one.name.lower()}" for one in Agreement}
_LAST = {one: f"last_{one.name.lower()}" for one in Agreement}
_FEWEST = 4_000  # a short list is judged as if it had this many people


class Person(NamedTuple):
    """One record; whatever is not known is empty. `born` in figures, year first."""

    key: int
    first: str = ""
    last: str = ""
    email: str = ""
    free_mail: bool = False
    role_account: bool = False
    company: str = ""
    domain: str = ""
    phone: str = ""
    linkedin: str = ""
    title: str = ""
    house: str = ""
    street: str = ""
    estate: str = ""  # a second line of the address
    town: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""
    born: str = ""


class Ready(NamedTuple):
    """A person prepared once, compared often."""

    of: Person
    first: tuple[str, ...]
    last: tuple[str, ...]
    generation: str
    local: str  # the address before the @, without dots and tags
    domain: str
    company: str
    linkedin: str
    phone: str
    street: str
    estate: str
    town: str
    region: str
    title: tuple[str, ...]


class Verdict(NamedTuple):
    """What is thought of a pair."""

    probability: float
    told: tuple[Told, ...]


def ready(person: Person) -> Ready:
    """The person with its values folded."""
    first, last = names.words_of(person.first), names.words_of(person.last)
    local, _, domain = person.email.partition("@")
    return Ready(
        of=person,
        first=first,
        last=last,
        generation=names.generation(person.last) or names.generation(person.first),
        local=fields.mailbox_name(local),
        domain=person.domain or ("" if person.free_mail else domain),
        company=matching_contact.company_key(person.company),
        linkedin=matching_contact.slug(person.linkedin),
        phone=matching_contact.figures_of(person.phone),
        street=spelt(person.street),
        estate=spelt(person.estate),
        town=spelt(person.town),
        region=spelt(person.region),
        title=_words_of_title(person.title),
    )


@lru_cache(maxsize=65_536)
def _words_of_title(title: str) -> tuple[str, ...]:
    return tuple(sorted(set(spelt(title).split())))


def commonness(people: Sequence[Ready], *, people_in_all: int | None = None) -> Commonness:
    """How common names, companies, phones and places are among these."""
    values = {
        "first": ["".join(one.first) for one in people],
        "last": ["".join(one.last) for one in people],
        "domain": [one.domain for one in people],
        "company": [one.company for one in people],
        "phone": [one.phone for one in people],
        "local": [one.local for one in people],
        "town": [one.town for one in people],
        "region": [one.region for one in people],
        "postcode": [one.of.postcode for one in people],
        "street": [place for one in people for place in (one.street, one.estate)],
        "house": [one.of.house for one in people],
        "born": [one.of.born for one in people],
    }
    return Commonness.of(values, people=people_in_all or len(people), sample=len(people))


def keys(one: Ready) -> frozenset[int]:
    """The blocks a record is in."""
    return frozenset(block_key(*parts) for parts in _keys(one) if all(parts))


def compare(left: Ready, right: Ready, common: Commonness) -> Verdict:
    """The probability that both are one person, and each field's word on it."""
    named = list(_names(left, right, common))
    agree = _agree(named)
    told = [
        *matching_contact.told(left, right, common, agree),
        *matching_address.told(left, right, common),
    ]
    told = [*named, *_colleagues(told, agree)]
    date = fields.born(left.of.born, right.of.born)
    if date is not None:
        told.append(date)
    bits = sum(one.bits for one in told) - math.log2(max(common.people, _FEWEST) / 2)
    if _namesakes(told):
        bits = min(bits, _UNSURE)
    return Verdict(probability_of(bits), tuple(told))


def probability_of(bits: float) -> float:
    """Odds in bits as a probability."""
    return 1.0 / (1.0 + math.exp2(-max(-60.0, min(60.0, bits))))


def _agree(named: Iterable[Told]) -> bool:
    """Whether the names are compatible: nothing in them speaks against."""
    return all(one.bits > -1 for one in named)


def _namesakes(told: Iterable[Told]) -> bool:
    """Whether two companies each have somebody of that name, and nothing but names, towns and
    titles says that they are one. Names go together with places, so their rarity says less here.
    """
    kinds = {one.kind for one in told}
    return "company_other" in kinds and kinds.isdisjoint(_OF_ONE_PERSON)


def _colleagues(told: list[Told], agree: bool) -> Iterator[Told]:
    """Who works in one company works in one town, shares a switchboard, has the titles of the
    house: said once. Two people of different names are colleagues before they are one.
    """
    together = any(one.kind == "company_same" for one in told)
    for one in told:
        if together and one.kind in _OF_A_HOUSE and one.bits > 0:
            yield Told(one.kind, min(one.bits, 1.0 if agree else 0.0))
        elif one.kind == "company_same" and not agree:
            yield Told(one.kind, min(one.bits, 3.0))
        else:
            yield one


def _names(left: Ready, right: Ready, common: Commonness) -> Iterator[Told]:
    straight = crossed = _levels(left.first, left.last, right.first, right.last)
    if _rank(straight) > _BEST + 2:
        crossed = _levels(left.first, left.last, right.last, right.first)
    turned = _rank(crossed) + 2 < _rank(straight)
    first, last = crossed if turned else straight
    other_first, other_last = (right.last, right.first) if turned else (right.first, right.last)
    if turned:
        yield Told("turned", -3.0)
    rare = _rare(common, "first", ("".join(left.first), "".join(other_first)), turned)
    yield Told(_FIRST[first], fields.given_name(first, rare))
    mine, theirs = "".join(left.last), "".join(other_last)
    rare = _rare(common, "last", (mine, theirs), turned)
    bits = fields.family_name(last, rare)
    if last is Agreement.TYPO and not turned:
        bits -= _meant(left, right, mine, theirs, common)
    yield Told(_LAST[last], bits)
    if left.generation != right.generation and left.generation and right.generation:
        yield Told("generation", -9.0)


def _rare(common: Commonness, name: str, both: tuple[str, str], turned: bool) -> float:
    """What agreement on a name is worth; of two that changed places, which is which is unsure."""
    asked = ("first", "last") if turned else (name,)
    most = 9.5 if turned or name == "first" else 10.5
    return min(common.bits(one, *both, least=1.5, most=most) for one in asked)


def _meant(left: Ready, right: Ready, mine: str, theirs: str, common: Commonness) -> float:
    """What speaks against a slip: two slips, both names borne by others too, each spelt so in its
    own address.
    """
    bits = 2.0 * (OSA.distance(mine, theirs, score_cutoff=1) > 1)
    bits += 2.0 * (min(common.count("last", mine), common.count("last", theirs)) > 2)
    return bits + 2.0 * (mine in left.local and theirs in right.local)


@lru_cache(maxsize=65_536)
def _levels(
    first: tuple[str, ...],
    last: tuple[str, ...],
    other: tuple[str, ...],
    other_last: tuple[str, ...],
) -> tuple[Agreement, Agreement]:
    return names.given(first, other), names.family(last, other_last)


def _rank(levels: tuple[Agreement, Agreement]) -> int:
    return _RANKS[levels[0]] + _RANKS[levels[1]]


def _keys(one: Ready) -> Iterator[tuple[str, ...]]:
    first, last = _sounds(one)
    whole = sorted(word for word in (first, last) if word)
    initials = "".join(word[0] for word in whole)
    if len(whole) == 2:
        yield ("name", *whole)
        yield ("house", one.domain or one.company, initials)
        yield ("near", last[:4], first[:1], one.town)
        yield ("near", first, last[:1], one.town)
    if len(one.local) > 5 and not one.of.role_account:
        yield ("local", one.local)
    yield ("linkedin", one.linkedin)
    yield ("phone", one.phone[-9:], initials)
    yield from _keys_of_place(one, first, last, initials)


def _keys_of_place(one: Ready, first: str, last: str, initials: str) -> Iterator[tuple[str, ...]]:
    born, postcode = one.of.born, one.of.postcode
    if born:
        yield ("born", born, initials)
        yield ("born", born, postcode or one.town)
        yield ("born", born, one.of.house, one.region)
        yield ("born", born, first)
        yield ("born", born, last)
    for street in (one.street, one.estate):
        yield ("street", sound(street), one.of.house)
        yield ("street", sound(street), postcode)
    yield ("post", postcode, last)
    yield ("post", postcode, first)
    yield ("post", postcode, one.of.house, initials)
    yield ("town", one.town, last)
    if one.of.house:
        yield ("town", sound(one.town), one.of.house, first)


def _sounds(one: Ready) -> tuple[str, str]:
    first = _sound_of_first(one.first[0]) if one.first else ""
    return first, sound("".join(one.last))


@lru_cache(maxsize=65_536)
def _sound_of_first(word: str) -> str:
    return sound(names.root(word))
