"""What is known of a person and their company, as the criteria of fit read it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from core.domain import head_counts
from core.domain.profile import Subject

_NOTHING: Mapping[str, str] = {}


def subject_of(row: Any) -> Subject:
    """What is known of the person and company of a row of scores.KNOWN."""
    own, company = row.custom, row.company_custom
    told = _told({**(company or {}), **(own or {})}) if own or company else _NOTHING
    words, notes, founded = told.get("words"), row.notes, told.get("founded")
    return Subject(
        title=row.title,
        seniority=row.seniority,
        department=row.department,
        language=row.language,
        industry=row.industry,
        employees=head_counts.of(row.employees, company),
        revenue=row.revenue,
        country=row.country or row.company_country,
        region=row.region,
        technologies=tuple(row.technologies or ()),
        keywords=f"{words} {notes}" if words and notes else words or notes or None,
        domain=row.email_domain,
        founded=int(founded) if founded and founded.isdecimal() else None,
        business_model=told.get("business model"),
        sub_industry=told.get("sub-industry"),
        company_domain=row.company_domain,
    )


# what custom fields tell of fit, by their headings
_HEADINGS: Mapping[str, frozenset[str]] = {
    "words": frozenset(
        ("keywords", "description", "short description", "seo description", "about")
    ),
    "founded": frozenset(("founded", "founded year", "year founded", "gründungsjahr")),
    "business model": frozenset(
        ("business model", "business type", "company type", "geschäftsmodell")
    ),
    "sub-industry": frozenset(
        ("sub-industry", "sub industry", "subindustry", "secondary industry", "unterbranche")
    ),
}


def _told(custom: Mapping[str, Any]) -> dict[str, str]:
    """What the custom fields say; all words are taken together, of the rest the first counts."""
    found: dict[str, str] = {}
    for heading, value in custom.items():
        name = _meaning(heading)
        if name is None or value in (None, ""):
            continue
        if name == "words" and name in found:
            found[name] += f" {value}"
        found.setdefault(name, str(value))
    return found


@lru_cache(maxsize=4096)
def _meaning(heading: str) -> str | None:
    plain = heading.replace("_", " ").strip().casefold()
    return next((name for name, known in _HEADINGS.items() if plain in known), None)
