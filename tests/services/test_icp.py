import pytest

from core.domain.profile import DEFAULT_WEIGHTS, Exclusions, Range
from core.domain.routing import Condition, Rule
from core.domain.scoring import Rules
from core.domain.states import Tier
from core.errors import Invalid
from core.services import icp, rules


def test_an_audience_is_stored_as_given_with_countries_as_codes():
    stored = icp.checked({"countries": ["Germany", "AT", "Österreich"], "titles": [" CEO ", ""]})

    assert stored == {"countries": ["DE", "AT"], "titles": ["CEO"]}


def test_an_audience_is_read_as_values():
    found = icp.icp_of(
        {
            "employees": {"min": 50, "max": 500},
            "revenue": None,
            "weights": {"title": 30},
            "exclude": {"domains": ["anna@Rival.example"], "countries": ["KP"]},
        }
    )

    assert (found.employees, found.revenue) == (Range(50, 500), None)
    assert found.exclude == Exclusions(countries=("KP",), domains=("rival.example",))
    assert (found.weight("title"), found.weight("industry")) == (30, DEFAULT_WEIGHTS["industry"])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"employees": {"min": 500, "max": 50}}, r"the least \(500\) is more than the most \(50\)"),
        ({"revenue": {"min": -1}}, "revenue min"),
        ({"countries": ["Atlantis"]}, "'Atlantis' is no country"),
        ({"countries": ["DE"], "exclude": {"countries": ["Germany"]}}, "both wanted and excluded"),
        ({"exclude": {"domains": ["rival"]}}, "'rival' is no domain"),
        ({"weights": {"shoe size": 3}}, "no criterion called 'shoe size'"),
        ({"weights": {"title": 300}}, "between 0 and 100"),
        ({"colour": "red"}, "colour"),
        ({"titles": "CEO"}, "titles"),
    ],
)
def test_an_audience_that_contradicts_itself_is_refused_with_a_sentence(document, words):
    with pytest.raises(Invalid, match=words) as refused:
        icp.checked(document)

    assert refused.value.sentence.endswith(".")


def test_without_rules_the_defaults_hold():
    assert rules.rules_of({}) == Rules()
    assert rules.rules_of({}, version=3, settings={"b2b": False}).b2b is False
    assert rules.rules_of({}, settings={"address_check": "provider"}).verified_only


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"tier": {"fit": 0.9}}, "add up to 1"),
        ({"tier": {"hot": 50}}, "hot must begin above warm"),
        ({"threshold": 101}, "threshold"),
        ({"routes": [{"conditions": [{"field": "a", "operator": "smells"}]}]}, "'smells' is none"),
        ({"routes": [{"name": "All", "conditions": []}]}, "neither a sequence nor an owner"),
        ({"routes": [{"owner_id": 1}, {"owner_id": 2}]}, "Rule 2 is never reached"),
        ({"approvals": [{"conditions": []}]}, "approvals 0 conditions"),
        (
            {"approvals": [{"conditions": [{"field": "fit", "operator": "at_least"}]}]},
            "Approval rule 1 cannot be used: 'fit is at least …' needs a value",
        ),
    ],
)
def test_rules_that_contradict_are_refused(document, words):
    with pytest.raises(Invalid, match=words):
        rules.checked(document)


def test_routes_are_read_in_their_order():
    document = {
        "routes": [
            {"conditions": [{"field": "country", "value": "DE"}], "sequence_id": 4, "name": "DE"}
        ],
        "sequences": {"hot": 7},
    }

    found, by_tier = rules.routes_of(rules.checked(document))

    assert found == (Rule((Condition("country", "is", "DE"),), sequence_id=4, name="DE"),)
    assert by_tier == {Tier.HOT: 7}
    assert "title" in icp.criteria()
    assert "funding" in icp.signals()
