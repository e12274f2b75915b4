"""What a contact's address, phone, profile, company and title say of whether two are one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import tldextract

from core.learn.matching_fields import Commonness, Told
from core.learn.matching_firms import bare_name
from core.learn.matching_text import is_typo, likeness, plain, spelt

if TYPE_CHECKING:
    from core.learn.matching_people import Ready

_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
_PROFILE = re.compile(r"linkedin\.com/(?:in|pub)/([^/?#\s]+)", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def slug(address: str) -> str:
    """What a LinkedIn profile is known by, whatever the country, scheme and tail of its address."""
    found = _PROFILE.search(address)
    return unquote(found.group(1)).casefold() if found else ""


@lru_cache(maxsize=65_536)
def figures_of(phone: str) -> str:
    """The figures of a number; too few of them reach nobody."""
    bare = re.sub(r"\D", "", phone.partition("x")[0]).removeprefix("00")
    return bare if len(bare) >= 7 else ""


@lru_cache(maxsize=65_536)
def company_key(name: str) -> str:
    """A company's name without its legal form."""
    return bare_name(name)


@lru_cache(maxsize=131_072)
def site_of(domain: str) -> tuple[str, str]:
    """(label, label and suffix) of a domain: `www.shop.acme.co.uk` → `acme`, `acme.co.uk`."""
    if not domain:
        return "", ""
    found = _SUFFIXES(domain)
    label, suffix = found.domain, found.suffix
    if not suffix and found.subdomain:  # an ending that nobody registers: what is before it
        label, suffix = found.subdomain.rpartition(".")[2], found.domain
    return spelt(label.replace("-", "")).replace(" ", ""), f"{label}.{suffix}"


def told(left: "Ready", right: "Ready", common: Commonness, agree: bool) -> Iterator[Told]:
    """`agree`: whether the names do not contradict each other."""
    yield from _address(left, right, common, agree)
    yield from _company(left, right, common)
    if left.linkedin and right.linkedin:
        same = left.linkedin == right.linkedin
        yield Told("linkedin_same" if same else "linkedin_other", 15.0 if same else -13.0)
    yield from _phone(left, right, common)
    if left.title and right.title:
        yield _title(left.title, right.title)


def _address(left: "Ready", right: "Ready", common: Commonness, agree: bool) -> Iterator[Told]:
    one, other = left.of, right.of
    if not one.email or not other.email:
        return
    if one.role_account or other.role_account:  # a desk is not a person
        if one.role_account != other.role_account:
            yield Told("role", -8.0)
        return
    home, away = one.email.rpartition("@")[2], other.email.rpartition("@")[2]
    if left.local == right.local and len(left.local) > 1:
        yield from _same_local(left, right, common, home, away)
    elif home == away and is_typo(left.local, right.local) and agree:
        yield Told("mail_typo", 2.0 if one.free_mail else 1.5)
    elif home == away and not one.free_mail and not agree:
        yield Told("mail_other", -2.0)  # two addresses in one house for two names


def _same_local(
    left: "Ready", right: "Ready", common: Commonness, home: str, away: str
) -> Iterator[Told]:
    if home == away:
        yield Told("mail_tag", 13.0)
    elif is_typo(home, away) and len(left.local) > 4:
        yield Told("mail_domain_typo", 8.0)
    elif len(left.local) > 5:
        rarity = common.bits("local", left.local, least=2, most=9)
        if _of_name(left):  # then the names have said it already
            yield Told("mail_local", min(rarity, 0.5))
        else:
            yield Told("mail_own", rarity)


def _of_name(one: "Ready") -> bool:
    last, first = "".join(one.last), "".join(one.first)
    local = plain(one.local)
    return bool((last and last[:5] in local) or (len(first) > 2 and first[:4] in local))


def _company(left: "Ready", right: "Ready", common: Commonness) -> Iterator[Told]:
    if left.domain and left.domain == right.domain:
        bits = common.bits("domain", left.domain, least=2, most=10)
        yield Told("company_same", bits - 0.7)
    elif left.company and right.company:
        if left.company == right.company:
            bits = common.bits("company", left.company, least=2, most=10)
            yield Told("company_same", bits - 1.2)
        elif (
            is_typo(left.company, right.company)
            or likeness(left.company, right.company) > 0.94
            or _sisters(left.domain, right.domain)
        ):
            yield Told("company_alike", 4.0)
        else:
            yield Told("company_other", -3.0)
    elif left.domain and right.domain:
        sisters = _sisters(left.domain, right.domain)
        yield Told("company_alike", 4.0) if sisters else Told("company_other", -3.0)


@lru_cache(maxsize=65_536)
def _sisters(one: str, other: str) -> bool:
    """Whether one domain goes on from the other: acme.com, acme.de, acme-group.io."""
    short, long = sorted((site_of(one)[0], site_of(other)[0]), key=len)
    return len(short) > 3 and long.startswith(short)


def _phone(left: "Ready", right: "Ready", common: Commonness) -> Iterator[Told]:
    if not left.phone or not right.phone:
        return
    short, long = sorted((left.phone, right.phone), key=len)
    tail = short.lstrip("0")[-9:]
    if len(tail) >= 7 and long.endswith(tail):
        bits = common.bits("phone", left.phone, right.phone, least=1, most=10)
        if left.domain and left.domain == right.domain:
            bits -= 4.0  # a switchboard is shared by all who work there
        yield Told("phone_same", max(1.0, bits))
    else:
        yield Told("phone_other", -0.8)


def _title(left: tuple[str, ...], right: tuple[str, ...]) -> Told:
    if left == right:
        return Told("title_same", 2.0)
    if set(left) & set(right):
        return Told("title_alike", 0.5)
    return Told("title_other", -0.6)
