import pytest

from core.domain.approval import EVERYTHING, Approval, approving, fault, told
from core.domain.conditions import Condition

GOOD, VALID = Condition("fit", "at_least", 75), Condition("email_status", "is", "valid")
RULES = (Approval((GOOD, VALID), name="Good and verified"), Approval((GOOD,), every=False))


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"fit": 80, "email_status": "valid"}, RULES[0]),
        ({"fit": 80, "email_status": "risky"}, RULES[1]),
        ({"fit": 70, "email_status": "valid"}, None),
        ({}, None),
    ],
)
def test_the_first_rule_that_applies_lets_the_lead_pass(facts, rule):
    assert approving(RULES, facts) is rule


def test_everything_passes_where_the_campaign_says_so():
    assert approving((EVERYTHING,), {}) is EVERYTHING


def test_a_rule_without_a_name_is_told_by_its_conditions():
    assert told(RULES[0]) == "Good and verified"
    assert told(Approval((GOOD, VALID))) == "fit is at least 75 and email status is valid"
    assert told(Approval((GOOD, VALID), every=False)).count(" or ") == 1


def test_rules_that_nobody_meets_are_found():
    never = Approval((GOOD, Condition("fit", "at_most", 50)))

    assert fault(RULES) is None
    assert (fault((*RULES, never)) or "").startswith("Approval rule 3 cannot be used: it can never")
    assert "'Odd'" in (fault((Approval((Condition("", "is", 1),), name="Odd"),)) or "")
