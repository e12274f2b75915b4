"""What providers of facts and people say, and nothing more. How they fail: test_lookups."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from core.config import Settings
from core.domain.states import EmailStatus
from core.providers.enrichment.port import Finding, Subject
from core.providers.registry import builder
from core.providers.search.port import Page
from core.providers.verification.port import Ticket
from tests.contracts.lookup_cases import (
    ADDRESS,
    ANNA,
    BO,
    CASES,
    CY,
    WANTED,
    ApolloSearch,
    Case,
    recorded,
)  # fmt: skip
from tests.contracts.test_lookups import plain

__all__ = ["plain"]

FACTS = {
    "local": [
        (Subject(1, "jo.lee@shop.fr", "shop.fr", title="Head of Sales"), {"seniority": "head"}),
        (Subject(1, "jo.lee@shop.fr", "shop.fr"), {"country": "FR", "first_name": "Jo"}),
        (Subject(1, "jo@shop.co.uk", "shop.co.uk"), {"country": "GB", "name": "Shop"}),
        (Subject(1, "jo@shop.io", "shop.io"), {"name": "Shop"}),
        (Subject(1, "jo@shop.io", "shop.io", company="The Shop"), {}),
        (Subject(1, "jo@gmail.com", "gmail.com", free_mail=True), {}),
        (Subject(1, "jo@gmail.com", "gmail.com", country="ES"), {"timezone": "Europe/Madrid"}),
        (Subject(1, "jo@shop.com", "shop.com", country="JP"), {"timezone": "Asia/Tokyo"}),
        (Subject(1, "jo@gmail.com", "gmail.com", country="US", free_mail=True), {}),
        (Subject(1, "j.lee@shop.com", "shop.com", company="S"), {}),
        (Subject(1, "a_b1@shop.com", "shop.com", company="S"), {}),
    ]
}


@pytest.mark.parametrize(
    ("provider", "subject", "wanted"),
    [(provider, *case) for provider, cases in FACTS.items() for case in cases],
)
def test_facts_are_what_the_provider_said_and_no_more(settings, provider, subject, wanted):
    adapter = builder("enrichment", provider)(settings)

    found = adapter.enrich([subject])[subject.ref]

    values = {fact.field: fact.value for fact in found.facts}
    assert {field: values[field] for field in wanted} == wanted
    assert bool(wanted) == bool(values)
    assert all(0 < fact.confidence <= 1 and fact.provider == provider for fact in found.facts)


def adapter_of(name: str, settings: Settings, httpserver: HTTPServer, **more: Any) -> Any:
    return CASES[name].build(CASES[name].settings(settings, httpserver.url_for(""), **more))


def gives(httpserver: HTTPServer, path: str, name: str, **changed: Any) -> None:
    found = recorded(name)
    httpserver.expect_oneshot_request(path).respond_with_json(
        found["body"] | changed, found["status"], found["headers"]
    )


def values(finding: Finding) -> dict[str, Any]:
    return {f"{fact.about}.{fact.field}": fact.value for fact in finding.facts}


def only(case: Case, httpserver: HTTPServer) -> Any:
    """The one request, in its published shape."""
    ((request, _),) = httpserver.log
    assert (request.method, request.path) == (case.method, case.path)
    return case.asked(request)


PERSON = {"contact.first_name": "Anna", "contact.last_name": "Berg",
          "contact.title": "VP Marketing", "contact.department": "marketing"}  # fmt: skip


def test_apollo_tells_a_person_their_company_and_the_addresss_status(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["enrichment apollo"]
    gives(httpserver, case.path, "apollo_match")

    found = adapter_of("enrichment apollo", plain, httpserver).enrich([ANNA])[1]

    asked = only(case, httpserver)
    assert (asked.email, asked.organization_name) == (ADDRESS, "Nordlicht Digital")
    told = values(found)
    assert PERSON.items() <= told.items()
    assert (told["contact.seniority"], told["contact.country"]) == ("vp", "DE")
    assert (told["account.employees"], told["account.revenue"]) == (42, 5_200_000)
    assert told["account.technologies"] == ["Google Analytics", "HubSpot"]
    assert (found.cost_micros, found.verdict.status) == (30_000, EmailStatus.VALID)
    assert found.raw["id"]


def test_apollo_knows_nobody_and_takes_nothing_for_it(
    plain: Settings, httpserver: HTTPServer
) -> None:
    gives(httpserver, "/api/v1/people/match", "apollo_nobody")

    assert adapter_of("enrichment apollo", plain, httpserver).enrich([ANNA]) == {}


def test_apollos_answers_to_many_go_to_whom_they_are_about(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["enrichment apollo bulk"]
    gives(httpserver, case.path, "apollo_bulk")

    found = adapter_of("enrichment apollo bulk", plain, httpserver).enrich([ANNA, CY, BO])

    assert len(only(case, httpserver).details) == 3
    assert set(found) == {ANNA.ref, BO.ref}
    assert values(found[BO.ref])["contact.title"] == "Account Manager"
    assert found[BO.ref].verdict.status is EmailStatus.RISKY


def test_an_answer_about_somebody_else_is_dropped(plain: Settings, httpserver: HTTPServer) -> None:
    gives(httpserver, "/api/v1/people/bulk_match", "apollo_bulk")

    found = adapter_of("enrichment apollo bulk", plain, httpserver).enrich([BO, CY, ANNA])

    assert found == {}


@pytest.mark.parametrize(
    ("name", "path", "answer"),
    [
        ("enrichment apollo", "/api/v1/people/match", "apollo_match"),
        ("enrichment peopledatalabs", "/v5/person/enrich", "peopledatalabs_person"),
    ],
)
def test_who_works_elsewhere_by_now_brings_no_facts_of_the_new_company(
    name: str, path: str, answer: str, plain: Settings, httpserver: HTTPServer
) -> None:
    gives(httpserver, path, answer)
    moved = replace(ANNA, domain="altona-media.de", company="Altona Media")

    found = adapter_of(name, plain, httpserver).enrich([moved])[1]

    assert not any(field.startswith("account.") for field in values(found))
    assert "contact.title" not in values(found)


def test_people_data_labs_tells_only_what_the_plan_includes(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["enrichment peopledatalabs"]
    gives(httpserver, case.path, "peopledatalabs_person")

    found = adapter_of("enrichment peopledatalabs", plain, httpserver).enrich([ANNA])[1]

    assert only(case, httpserver).min_likelihood == 6
    told = values(found)
    assert PERSON.items() <= told.items()
    assert (told["account.employees"], told["contact.country"]) == (30, "DE")
    assert "contact.city" not in told  # came as true
    assert {fact.confidence for fact in found.facts} == {0.9}


def test_people_data_labs_knows_nobody_with_a_404(plain: Settings, httpserver: HTTPServer) -> None:
    gives(httpserver, "/v5/person/enrich", "peopledatalabs_nobody")

    assert adapter_of("enrichment peopledatalabs", plain, httpserver).enrich([ANNA]) == {}


def test_hunter_asks_once_for_all_of_a_domain_and_bills_once(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["enrichment hunter"]
    gives(httpserver, case.path, "hunter_domain")

    found = adapter_of("enrichment hunter", plain, httpserver).enrich([CY, ANNA])

    assert only(case, httpserver).domain == "nordlicht-digital.de"
    assert PERSON.items() <= values(found[ANNA.ref]).items()
    assert values(found[CY.ref]) == {"account.name": "Nordlicht Digital"}
    assert [found[one.ref].cost_micros for one in (CY, ANNA)] == [40_000, 0]
    assert found[ANNA.ref].verdict.status is EmailStatus.VALID


def test_hunter_knows_nobody_and_takes_nothing_for_it(
    plain: Settings, httpserver: HTTPServer
) -> None:
    gives(httpserver, "/v2/domain-search", "hunter_nobody")

    found = adapter_of("enrichment hunter", plain, httpserver).enrich([ANNA])[1]

    assert (found.facts, found.cost_micros, found.verdict) == ((), 0, None)


def test_dropcontact_gives_a_ticket_that_is_not_ready_at_once(
    plain: Settings, httpserver: HTTPServer
) -> None:
    case = CASES["enrichment dropcontact"]
    adapter = adapter_of("enrichment dropcontact", plain, httpserver)
    gives(httpserver, case.path, "dropcontact_taken")
    later = f"{case.path}/qzmxcdsqoietzuqh"
    gives(httpserver, later, "dropcontact_not_ready")
    gives(httpserver, later, "dropcontact_ready")

    ticket = adapter.enrich([ANNA])
    first, second = adapter.collect(ticket, [ANNA]), adapter.collect(ticket, [ANNA])

    assert isinstance(ticket, Ticket)
    assert case.asked(httpserver.log[0][0]).data[0].email == ADDRESS
    assert first is None
    assert PERSON.items() <= values(second[1]).items()
    assert (second[1].cost_micros, second[1].verdict.status) == (60_000, EmailStatus.VALID)


def test_dropcontact_takes_nothing_where_it_finds_no_address(
    plain: Settings, httpserver: HTTPServer
) -> None:
    adapter = adapter_of("enrichment dropcontact", plain, httpserver)
    gives(httpserver, "/v1/enrich/all/7", "dropcontact_ready", data=[{"first_name": "Anna"}])

    found = adapter.collect(Ticket("7", 0), [ANNA])[1]

    assert (found.cost_micros, found.verdict) == (0, None)


def test_a_vendors_words_are_cleaned_or_left_out(plain: Settings, httpserver: HTTPServer) -> None:
    nasty = {
        "first_name": "ANNA\x00", "last_name": "B" * 400, "title": "=cmd|' /C calc'!A0\n\tCEO",
        "city": {"a": 1}, "country": "Nowhere", "linkedin_url": "javascript:alert(1)",
        "organization": {"estimated_num_employees": True, "annual_revenue": "much",
                         "technology_names": ["A", 3, None, "A"], "name": "  Nord  licht "},
    }  # fmt: skip
    gives(httpserver, "/api/v1/people/match", "apollo_match", person=nasty)
    subject = replace(ANNA, company="")

    found = adapter_of("enrichment apollo", plain, httpserver).enrich([subject])[1]

    told = values(found)
    assert told["contact.first_name"] == "Anna"
    assert "\n" not in told["contact.title"]
    assert told["account.technologies"] == ["A"]
    assert told["account.name"] == "Nord licht"
    left_out = ("contact.last_name", "contact.city", "contact.country", "contact.linkedin")
    assert not told.keys() & {*left_out, "account.employees", "account.revenue"}


def test_a_search_finds_people_and_buys_their_addresses(
    plain: Settings, httpserver: HTTPServer
) -> None:
    adapter = adapter_of("search apollo", plain, httpserver)
    gives(httpserver, "/api/v1/mixed_people/api_search", "apollo_page")
    gives(httpserver, "/api/v1/people/bulk_match", "apollo_bulk")

    page = adapter.look(WANTED, 1)
    found = adapter.reveal([*page.numbers, "gone"])

    search, reveal = (request for request, _ in httpserver.log)
    assert ApolloSearch.model_validate(search.args.to_dict(flat=False))
    assert len(CASES["search apollo"].asked(reveal).details) == 3
    assert (page.more, page.total, len(page.numbers)) == (False, 3, 2)
    assert [one.row["email"] for one in found.values()] == [ADDRESS, BO.email]
    assert found[page.numbers[0]].row["website"] == "nordlicht-digital.de"
    assert found[page.numbers[0]].cost_micros == 30_000


def test_both_known_tops_of_a_search_are_read(plain: Settings, httpserver: HTTPServer) -> None:
    adapter = adapter_of("search apollo", plain, httpserver)
    top = {"page": 1, "per_page": 100, "total_entries": 250, "total_pages": 3}
    gives(
        httpserver, "/api/v1/mixed_people/api_search", "apollo_page",
        total_entries=None, pagination=top,
    )  # fmt: skip

    page = adapter.look(WANTED, 1)

    assert isinstance(page, Page)
    assert (page.more, page.total) == (True, 250)
