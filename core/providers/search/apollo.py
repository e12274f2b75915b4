"""Apollo's search for people: api_search finds them, people/bulk_match their addresses.

The search wants a master key, costs nothing and tells neither addresses nor whole names. The top of
its answer is not documented beyond doubt: both shapes that are known are read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.config import Settings
from core.intake import emails
from core.providers.search.port import Found, Page, Wanted
from core.providers.vendors import apollo
from core.providers.vendors.line import dig, micros
from core.providers.verdict import Verdict

PER_PAGE, LAST_PAGE = 100, 500
SENIORITY: Mapping[str, str] = {ours: theirs for theirs, ours in apollo.SENIORITY.items()} | {
    "c_level": "c_suite"
}


class ApolloSearch:
    """Knows people by what they do and where."""

    name = apollo.VENDOR.name
    at_once = apollo.AT_ONCE

    def __init__(self, settings: Settings) -> None:
        self.price_micros = micros(settings.apollo_price)
        self._line = apollo.line(settings)

    def look(self, wanted: Wanted, page: int) -> Page:
        """POST /mixed_people/api_search, filters in the query as documented."""
        params = {**_filters(wanted), "page": page, "per_page": PER_PAGE}
        answer = self._line.read("POST", "/api/v1/mixed_people/api_search", params=params).body
        people = dig(answer, "people")
        if not isinstance(people, list):
            raise self._line.broken("gave an answer that cannot be read", paid=False)
        listed = [one for one in people if isinstance(one, Mapping) and _has_address(one)]
        total = dig(answer, "pagination", "total_entries") or dig(answer, "total_entries")
        total = total if isinstance(total, int) else None
        seen = (page - 1) * PER_PAGE + len(people)
        more = len(people) == PER_PAGE if total is None else seen < total
        numbers = tuple(str(one["id"])[:60] for one in listed if one.get("id"))
        return Page(numbers, more and bool(people) and page < LAST_PAGE, total)

    def reveal(self, numbers: Sequence[str]) -> Mapping[str, Found]:
        """POST /people/bulk_match by id."""
        people = apollo.bulk(self._line, [{"id": number} for number in numbers])
        known = {str(person.get("id")): person for person in people if person is not None}
        rows = {number: _row(known[number]) for number in numbers if number in known}
        return {
            number: Found(row, self.price_micros, dict(known[number]))
            for number, row in rows.items()
            if row
        }

    def check(self) -> Verdict:
        """Whether it knows the key."""
        return apollo.check(self._line)


def build(settings: Settings) -> ApolloSearch:
    """The adapter."""
    return ApolloSearch(settings)


def _filters(wanted: Wanted) -> dict[str, Any]:
    given: dict[str, Any] = {
        "person_titles[]": list(wanted.titles),
        "person_seniorities[]": [SENIORITY.get(one, one) for one in wanted.seniorities],
        "person_locations[]": list(wanted.places),
        "organization_locations[]": list(wanted.company_places),
        "q_organization_domains_list[]": list(wanted.domains),
        "organization_num_employees_ranges[]": [s.replace("-", ",") for s in wanted.sizes],
        "q_keywords": wanted.keywords,
    }
    return {name: value for name, value in given.items() if value}


def _has_address(person: Mapping[str, Any]) -> bool:
    """Where it does not say, there may be one."""
    return person.get("has_email") is not False


def _row(person: Mapping[str, Any]) -> dict[str, str]:
    """A person as a row of a list; empty without a usable address."""
    address, _ = emails.read(str(person.get("email") or ""))
    if address is None:
        return {}
    company = person.get("organization")
    company = company if isinstance(company, Mapping) else {}
    given = {
        "email": address,
        "first_name": person.get("first_name"),
        "last_name": person.get("last_name"),
        "title": person.get("title"),
        "seniority": apollo.SENIORITY.get(str(person.get("seniority") or "").lower()),
        "linkedin": person.get("linkedin_url"),
        "city": person.get("city"),
        "state": person.get("state"),
        "country": person.get("country"),
        "company": company.get("name"),
        "website": company.get("primary_domain"),
        "industry": company.get("industry"),
        "employees": company.get("estimated_num_employees"),
    }
    return {name: str(value)[:500] for name, value in given.items() if value not in (None, "")}
