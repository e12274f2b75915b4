"""What speaks for and against a pair, in sentences for whoever decides."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.learn.matching_companies import Ready as ReadyCompany
from core.learn.matching_fields import Told
from core.learn.matching_people import Ready as ReadyPerson
from core.learn.matching_people import Verdict

_RARE = 7.0  # bits from which a value is called rare


class Evidence(NamedTuple):
    """One sentence; above 0 bits it speaks for the pair, below against."""

    sentence: str
    bits: float


PEOPLE: Mapping[str, str] = {
    "turned": "First and family name have changed places",
    "first_same": "Same first name: {first}",
    "first_part": "First names that hold each other: {first} / {other_first}",
    "first_variant": "{first} and {other_first} are forms of one name",
    "first_typo": "First names one slip apart: {first} / {other_first}",
    "first_initial": "An initial that fits: {first} / {other_first}",
    "first_similar": "First names alike: {first} / {other_first}",
    "first_different": "Different first names: {first} / {other_first}",
    "last_same": "Same family name: {last}",
    "last_part": "One family name holds the other: {last} / {other_last}",
    "last_typo": "Family names a slip apart: {last} / {other_last}",
    "last_initial": "An initial that fits: {last} / {other_last}",
    "last_similar": "Family names alike: {last} / {other_last}",
    "last_different": "Different family names: {last} / {other_last}",
    "generation": "Junior and senior",
    "role": "One address is a shared mailbox",
    "mail_tag": "The addresses differ by dots or a +tag alone",
    "mail_domain_typo": "The addresses differ by a slip in the domain",
    "mail_typo": "The addresses differ by one slip",
    "mail_local": "Same part before the @",
    "mail_own": "Same part before the @, which is not made of the name",
    "mail_other": "Two addresses in one company",
    "company_same": "Same company: {company}",
    "company_alike": "Companies alike: {company} / {other_company}",
    "company_other": "Different companies: {company} / {other_company}",
    "linkedin_same": "Same LinkedIn profile",
    "linkedin_other": "Different LinkedIn profiles",
    "phone_same": "Same phone number: {phone}",
    "phone_other": "Different phone numbers",
    "title_same": "Same title: {title}",
    "title_alike": "Titles alike: {title} / {other_title}",
    "title_other": "Different titles: {title} / {other_title}",
    "area_same": "Same town: {town}",
    "area_other": "Different towns: {town} / {other_town}",
    "country_same": "Same country",
    "country_other": "Different countries: {country} / {other_country}",
    "street_same": "Same street",
    "street_other": "Different streets",
    "house_same": "Same house number",
    "house_other": "Different house numbers",
    "born": "Same date of birth",
    "born_turned": "Day and month of birth have changed places",
    "born_typo": "Dates of birth one figure apart",
    "born_other": "Different dates of birth",
}
COMPANIES: Mapping[str, str] = {
    "name_same": "The same name but for its legal form: {name}",
    "name_initials": "One name is the initials of the other: {name} / {other_name}",
    "name_alike": "Names alike: {name} / {other_name}",
    "name_other": "Different names: {name} / {other_name}",
    "form_same": "Same legal form",
    "form_other": "Different legal forms",
    "domain_same": "Same domain: {domain}",
    "domain_sister": "One domain under two endings: {domain} / {other_domain}",
    "domain_alike": "Domains a slip apart: {domain} / {other_domain}",
    "domain_other": "Different domains: {domain} / {other_domain}",
    "domain_name": "The domain of one is the name of the other",
    "town_same": "Same town: {town}",
    "town_other": "Different towns: {town} / {other_town}",
    "country_same": "Same country",
    "country_other": "Different countries: {country} / {other_country}",
    "phone_same": "Same phone number",
    "phone_other": "Different phone numbers",
}


def of_people(left: ReadyPerson, right: ReadyPerson, verdict: Verdict) -> tuple[Evidence, ...]:
    """The evidence on two people, the strongest first."""
    return _sentences(PEOPLE, left.of, right.of, verdict.told)


def of_companies(left: ReadyCompany, right: ReadyCompany, verdict: Verdict) -> tuple[Evidence, ...]:
    """The evidence on two companies, the strongest first."""
    return _sentences(COMPANIES, left.of, right.of, verdict.told)


def _sentences(
    words: Mapping[str, str], left: object, right: object, told: Sequence[Told]
) -> tuple[Evidence, ...]:
    found = [
        Evidence(_sentence(words[one.kind], left, right, one.bits), round(one.bits, 1))
        for one in told
        if one.kind in words and abs(one.bits) >= 0.25
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.bits)))


def _sentence(words: str, left: object, right: object, bits: float) -> str:
    given: dict[str, str] = {}
    for name in _FIELDS if "{" in words else ():
        mine, theirs = getattr(left, name, ""), getattr(right, name, "")
        given[name], given[f"other_{name}"] = mine or theirs or "—", theirs or "—"
    rare = " (rare here)" if bits >= _RARE and words.startswith("Same f") else ""
    return (words.format(**given) + rare)[:200]


_FIELDS = (*("first", "last", "company", "phone", "title", "town", "country", "name", "domain"),)
