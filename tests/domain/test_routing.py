import pytest

from core.domain.routing import Condition, Rule, fault, matches, next_owner, route
from core.domain.states import Tier

FACTS = {
    "country": "DE",
    "employees": 120,
    "title": "VP Marketing",
    "technologies": ["HubSpot", "Segment"],
    "industry": None,
}


@pytest.mark.parametrize(
    ("field", "operator", "value", "holds"),
    [
        ("country", "is", "de", True),
        ("country", "is_not", "de", False),
        ("technologies", "is", "hubspot", True),
        ("technologies", "is", "hub", False),
        ("country", "one_of", ["AT", "DE"], True),
        ("country", "one_of", "at, de", True),
        ("country", "one_of", ["AT"], False),
        ("title", "contains", "marketing", True),
        ("technologies", "contains", "hub", True),
        ("technologies", "contains", "sap", False),
        ("employees", "at_least", 120, True),
        ("employees", "at_least", "121", False),
        ("employees", "at_most", 120, True),
        ("employees", "at_most", "many", False),
        ("industry", "at_least", 1, False),
        ("industry", "at_most", 1, False),
        ("industry", "is_known", None, False),
        ("industry", "is_unknown", None, True),
        ("nonsense", "is_known", None, False),
        ("country", "sounds_like", "DE", False),
    ],
)
def test_a_condition_asks_one_field(field, operator, value, holds):
    assert matches(Rule((Condition(field, operator, value),)), FACTS) is holds


def test_conditions_are_joined_by_and_or_by_or():
    right, wrong = Condition("country", "is", "DE"), Condition("country", "is", "FR")

    assert not matches(Rule((right, wrong)), FACTS)
    assert matches(Rule((right, wrong), every=False), FACTS)
    assert matches(Rule(()), FACTS)


def test_the_first_matching_rule_decides():
    rules = (
        Rule((Condition("country", "is", "FR"),), sequence_id=1),
        Rule((Condition("country", "is", "DE"),), sequence_id=2, owner_id=7, name="Germany"),
        Rule((), sequence_id=3),
    )

    found = route(FACTS, Tier.HOT, rules, {Tier.HOT: 9})

    assert (found.sequence_id, found.owner_id) == (2, 7)
    assert "Germany" in found.sentence


def test_a_rule_may_name_the_owner_alone():
    found = route(FACTS, Tier.HOT, (Rule((), owner_id=7),), {Tier.HOT: 9})

    assert (found.sequence_id, found.owner_id) == (9, 7)


def test_without_a_rule_the_tier_decides_then_the_fallback_then_nobody():
    assert route(FACTS, Tier.COOL, (), {Tier.COOL: 4}).sequence_id == 4
    assert route(FACTS, Tier.COLD, (), {Tier.COOL: 4}, fallback=5).sequence_id == 5
    lost = route(FACTS, Tier.COLD)
    assert lost.sequence_id is None
    assert lost.sentence == "There is no sequence for cold leads, and no fallback."


def test_owners_take_turns():
    loads = {1: 2, 2: 1, 3: 1}

    turns = []
    for _ in range(4):
        owner = next_owner(loads)
        turns.append(owner)
        loads[owner] += 1

    assert turns == [2, 3, 1, 2]
    assert next_owner({}) is None


DE, FR = Condition("country", "is", "DE"), Condition("country", "is", "FR")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ((Rule((DE,), name="Germany"),), "Rule 1 'Germany' gives neither a sequence nor an owner."),
        (
            (Rule((DE,), owner_id=1), Rule((DE, FR), sequence_id=4)),
            "Rule 2 cannot be used: it can never match, for nobody's country is DE and country is "
            "FR.",
        ),
        (
            (Rule((DE,), owner_id=1), Rule((DE, Condition("tier", "is", "hot")), sequence_id=4)),
            "Rule 2 is never reached: Rule 1 stands before it",
        ),
        ((Rule((), owner_id=1, name="All"), Rule((DE,), owner_id=2)), "Rule 1 'All' stands before"),
    ],
)
def test_rules_that_contradict_are_told_in_a_sentence(rules, words):
    sentence = fault(rules)

    assert sentence is not None
    assert words in sentence
    assert sentence.endswith(".")


def test_rules_in_a_good_order_have_no_fault():
    rules = (Rule((DE,), owner_id=1), Rule((FR,), sequence_id=2), Rule((), owner_id=3))

    assert fault(rules) is None
