"""The same company? Names, domains and towns → probability and evidence."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.learn import matching_fields as fields
from core.learn.matching_blocks import block_key
from core.learn.matching_contact import figures_of, site_of
from core.learn.matching_fields import Commonness, Told
from core.learn.matching_firms import GENERIC, SLIPS, Firm, firm, same_word
from core.learn.matching_people import Verdict, probability_of
from core.learn.matching_text import is_typo, likeness, sound, spelt

SURE = 0.8
_FEWEST = 2_000
_WELL_KNOWN = 8  # times that a word stands in names of companies


@dataclass(frozen=True, slots=True)
class Company:
    """One record; whatever is not known is empty."""

    key: int
    name: str = ""
    domain: str = ""
    town: str = ""
    country: str = ""
    phone: str = ""


class Ready(NamedTuple):
    """A company prepared once, compared often."""

    of: Company
    name: Firm
    label: str  # of the domain, without what is before and behind it
    site: str  # label and suffix
    town: str
    phone: str


def ready(company: Company) -> Ready:
    """The company with its values folded."""
    label, site = site_of(company.domain)
    return Ready(
        company, firm(company.name), label, site, spelt(company.town), figures_of(company.phone)
    )


def commonness(companies: Sequence[Ready], *, companies_in_all: int | None = None) -> Commonness:
    """How common words, towns and countries are among these."""
    values = {
        "word": [word for one in companies for word in dict.fromkeys(one.name.words)],
        "town": [one.town for one in companies],
        "country": [one.of.country for one in companies],
        "label": [one.label for one in companies],
    }
    return Commonness.of(values, people=companies_in_all or len(companies), sample=len(companies))


def keys(one: Ready) -> frozenset[int]:
    """The blocks a company is in."""
    return frozenset(block_key(*parts) for parts in _keys(one) if all(parts))


def compare(left: Ready, right: Ready, common: Commonness) -> Verdict:
    """The probability that both are one company, and each field's word on it."""
    named = _name(left, right, common)
    told = [named, *_form(left.name, right.name), *_domain(left, right, named, common)]
    told += _place(left, right, common)
    if left.phone and right.phone:
        same = left.phone[-9:] == right.phone[-9:]
        told.append(Told("phone_same" if same else "phone_other", 8.0 if same else -0.7))
    bits = sum(one.bits for one in told) - math.log2(max(common.people, _FEWEST) / 2)
    return Verdict(probability_of(bits), tuple(told))


def _name(left: Ready, right: Ready, common: Commonness) -> Told:
    one, other = left.name, right.name
    if not one.joined or not other.joined:
        return Told("name_missing", 0.0)
    if one.joined == other.joined:
        return Told("name_same", min(20.0, _worth(one.words, common) + 2.5))
    if _acronym(one, other) or _acronym(other, one):
        length = min(len(one.joined), len(other.joined))
        return Told("name_initials", min(15.0, 4.0 * length - 1.0))
    here = {left.town, right.town, left.of.country.casefold(), right.of.country.casefold()}
    bits = _aligned(one, other, common, here)
    whole = _whole(one, other, common)
    kind = "name_alike" if max(bits, whole) > 0 else "name_other"
    return Told(kind, max(bits, whole))


def _aligned(one: Firm, other: Firm, common: Commonness, here: set[str]) -> float:
    """Word by word: what both share counts by its rarity, what one lacks counts against."""
    left, right, bits = list(one.words), list(other.words), 0.0
    matched = sorted(
        ((_meet(a, b, common), a, b) for a in left for b in right), key=lambda found: -found[0]
    )
    for quality, a, b in matched:
        if quality > 0 and a in left and b in right:
            left.remove(a)
            right.remove(b)
            bits += max(0.5, _worth((a, b), common) / 2 - (1.0 - quality) * 5.0)
    mine = sum(_lack(word, common, here) for word in left)
    theirs = sum(_lack(word, common, here) for word in right)
    return min(18.0, bits - mine - theirs - 2.0 * min(mine, theirs))


def _meet(one: str, other: str, common: Commonness) -> float:
    """How far two words are the same; two words that are both well known are no slip."""
    quality = same_word(one, other)
    if quality not in SLIPS:
        return quality
    known = min(common.count("word", one), common.count("word", other))
    return 0.0 if known > _WELL_KNOWN else quality


def _lack(word: str, common: Commonness, here: set[str]) -> float:
    """What a word takes away that the other name does not have."""
    if word in here:  # where it is, not what it is
        return 0.4
    if word.isdigit():
        return 6.0
    if word in GENERIC or len(word) == 1:
        return 0.8
    return 1.5 + 0.3 * common.bits("word", word, least=3, most=12)


def _worth(words: Sequence[str], common: Commonness) -> float:
    return sum(
        common.bits("word", word, least=2, most=13) * (0.5 if word in GENERIC else 1.0)
        for word in words
    )


def _whole(one: Firm, other: Firm, common: Commonness) -> float:
    """The name as one string, for words written together or apart and slips across them."""
    short, long = sorted((one.joined, other.joined), key=len)
    if len(one.words) == len(other.words) or not short.isalpha() or not long.isalpha():
        return -9.0  # word by word says more
    if is_typo(short, long) or (len(short) > 5 and sound(short) == sound(long)):
        return min(16.0, _least(one, other, common) - 2.0)
    if len(short) > 8 and likeness(short, long) > 0.95:
        return min(8.0, _least(one, other, common) - 6.0)
    return -9.0


def _least(one: Firm, other: Firm, common: Commonness) -> float:
    return min(_worth(one.words, common), _worth(other.words, common))


def _acronym(short: Firm, long: Firm) -> bool:
    if len(long.words) < 2 or not 2 <= len(short.joined) <= 6:
        return False
    return short.joined == long.initials or (
        len(short.words) == 1 and short.joined == long.initials + _LETTER_OF_FORM.get(long.form, "")
    )


_LETTER_OF_FORM = {"ag": "ag", "corp": "c", "co": "c", "sa": "sa", "inc": "i"}


def _form(one: Firm, other: Firm) -> Iterator[Told]:
    if one.form and other.form:
        same = one.form == other.form
        yield Told("form_same" if same else "form_other", 0.8 if same else -1.5)


def _domain(left: Ready, right: Ready, named: Told, common: Commonness) -> Iterator[Told]:
    if left.site and right.site:
        if left.site == right.site:
            yield Told("domain_same", 14.0)
        elif left.label == right.label and len(left.label) > 2:
            made_of_name = named.bits > 0 and _named_after(left.label, left.name)
            yield Told("domain_sister", 1.0 if made_of_name else 6.0)
        elif named.kind != "name_same" and left.label != right.label and _each_its_own(left, right):
            yield Told("domain_other", -6.0)  # a slip is not made in name and domain alike
        elif len(left.label) > 4 and is_typo(left.label, right.label):
            yield Told("domain_alike", 2.5)
        else:
            yield Told("domain_other", -1.2)
    elif named.kind != "name_same":
        label, name = (left.label, right.name) if left.label else (right.label, left.name)
        if label and len(label) > 2 and label in (name.joined, name.initials):
            yield Told("domain_name", 5.0)


def _each_its_own(left: Ready, right: Ready) -> bool:
    return left.label == left.name.joined and right.label == right.name.joined


def _named_after(label: str, name: Firm) -> bool:
    """Whether a domain says no more than the name has said."""
    return (
        name.joined.startswith(label)
        or label.startswith(name.joined)
        or all(word[:4] in label for word in name.words[:2])
    )


def _place(left: Ready, right: Ready, common: Commonness) -> Iterator[Told]:
    if left.town and right.town:
        level = fields.place(left.town, right.town)
        rarity = common.bits("town", left.town, right.town, least=1.5, most=8)
        yield Told(
            "town_same" if level < 3 else "town_other",
            (rarity, rarity - 1.0, rarity - 2.5, -12.0)[level],
        )
    if left.of.country and right.of.country:
        same = left.of.country == right.of.country
        yield Told("country_same" if same else "country_other", 0.4 if same else -9.0)


def _keys(one: Ready) -> Iterator[tuple[str, ...]]:
    name, place = one.name, one.town or one.of.country
    words = [word for word in name.words if word not in GENERIC] or list(name.words)
    sounds = [sound(word) for word in words]
    yield ("name", sound(name.joined))
    yield ("label", one.label)
    yield ("label", name.joined if len(name.joined) > 3 else "")
    yield ("phone", one.phone[-9:])
    for at, word in enumerate(sounds[:4]):
        yield ("word", word)
        for second in sounds[at + 1 : 4]:
            yield ("two", *sorted((word, second)))
    yield ("word", sounds[0] if sounds else "", place)
    joined = "".join(words)
    yield ("ends", joined[:3], joined[-3:] if len(joined) > 6 else "")
    yield ("head", joined[:6] if len(joined) > 5 else "", place)
    yield ("tail", joined[-6:] if len(joined) > 5 else "", place)
    yield ("initials", name.initials if len(name.initials) > 1 else "", place)
    if 2 <= len(name.joined) <= 6:
        yield ("initials", name.joined, place)
        yield ("initials", name.joined)
    if len(name.initials) > 2:
        yield ("initials", name.initials)
