"""What a cell looks like, whatever stands above it: address, link, number, date, country."""

import re

from core.domain import addresses
from core.intake import countries

_LINKEDIN = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:in|pub)/\S+", re.I)
_SITE = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?:/\S*)?", re.I)
_NUMBER = re.compile(r"[-+]?[$€£]?\s?\d[\d.,' \u202f]*%?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ].*)?")
_PHONE = re.compile(r"(?:\+|00|\(|0)[\d\s()./-]{6,20}(?:\s?(?:x|ext\.?)\s?\d{1,5})?")


def looks_like_address(cell: str) -> bool:
    """An e-mail address."""
    return "@" in cell and addresses.normalise(cell) is not None


def looks_like_linkedin(cell: str) -> bool:
    """A person's LinkedIn page."""
    return _LINKEDIN.fullmatch(cell) is not None


def looks_like_site(cell: str) -> bool:
    """A web address or a bare domain."""
    return _SITE.fullmatch(cell) is not None and not looks_like_number(cell)


def looks_like_number(cell: str) -> bool:
    """A number, an amount or a share."""
    return _NUMBER.fullmatch(cell) is not None


def looks_like_date(cell: str) -> bool:
    """A date in figures, with or without a time."""
    return _DATE.fullmatch(cell) is not None


def looks_like_phone(cell: str) -> bool:
    """A telephone number: begins with +, 0 or a bracket and has at least seven figures."""
    if _PHONE.fullmatch(cell) is None or looks_like_date(cell):
        return False
    return 7 <= sum(char.isdigit() for char in cell) <= 15


def looks_like_country(cell: str) -> bool:
    """The name of a country in one of our languages, or its code."""
    return countries.iso(cell) is not None


def looks_like_value(cell: str) -> bool:
    """Anything that would be no heading."""
    return (
        looks_like_number(cell)
        or looks_like_date(cell)
        or looks_like_linkedin(cell)
        or (looks_like_site(cell) and "." in cell)
        or looks_like_address(cell)
    )
