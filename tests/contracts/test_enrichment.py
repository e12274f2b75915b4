"""What every provider of facts and verdicts must do; an adapter without a case fails."""

import pytest

from core.domain.states import EmailStatus, ProviderState
from core.providers.enrichment.port import Subject
from core.providers.registry import ADAPTERS, builder

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
VERDICTS = {
    "local": [
        ("anna@firm.de", EmailStatus.UNKNOWN),
        ("no address", EmailStatus.INVALID),
        ("anna@firm.onion", EmailStatus.INVALID),
        ("anna@mailinator.com", EmailStatus.RISKY),
        ("änne@firm.de", EmailStatus.UNKNOWN),
        ("a!nna@firm.de", EmailStatus.UNKNOWN),
    ]
}


def test_every_adapter_has_its_case():
    assert set(FACTS) == set(ADAPTERS["enrichment"])
    assert set(VERDICTS) == set(ADAPTERS["verification"])


@pytest.mark.parametrize(
    ("provider", "subject", "wanted"),
    [(provider, *case) for provider, cases in FACTS.items() for case in cases],
)
def test_facts_are_what_the_provider_said_and_no_more(settings, provider, subject, wanted):
    adapter = builder("enrichment", provider)(settings)

    found = adapter.enrich([subject])[subject.ref]

    values = {fact.field: fact.value for fact in found}
    assert {field: values[field] for field in wanted} == wanted
    assert bool(wanted) == bool(values)
    assert all(0 < fact.confidence <= 1 and fact.provider == provider for fact in found)


@pytest.mark.parametrize(
    ("provider", "address", "wanted"),
    [(provider, *case) for provider, cases in VERDICTS.items() for case in cases],
)
def test_a_verdict_is_one_of_four(settings, provider, address, wanted):
    adapter = builder("verification", provider)(settings)

    verdict = adapter.verify([address])[address]

    assert verdict.status is wanted
    assert verdict.reason


@pytest.mark.parametrize("port", ["enrichment", "verification"])
def test_a_check_costs_nothing_and_says_how_it_stands(settings, port):
    for provider in ADAPTERS[port]:
        assert builder(port, provider)(settings).check().state is ProviderState.HEALTHY
