"""What a question to a provider may cost, and when it is worth asking."""

import pytest

from core.domain import lookups


def test_only_what_is_worth_money_and_not_well_known_is_missing() -> None:
    known = {"contact.title": 0.9, "account.industry": 0.4}
    answers = {"contact.title", "account.industry", "account.employees", "contact.phone"}

    assert lookups.missing(known, answers) == {"account.industry", "account.employees"}


@pytest.mark.parametrize(
    ("a_lead", "today", "expected"),
    [
        (100, 1_000, [1, 2, 3]),  # all of them
        (100, 25, [1, 2]),  # the day's money ends
        (30, 1_000, [1, 3]),  # the second has cost 25 already
        (5, 1_000, []),  # a single question is dearer than a lead may be
    ],
)
def test_asked_are_those_that_both_ceilings_allow(
    a_lead: int, today: int, expected: list[int]
) -> None:
    assert lookups.affordable([1, 2, 3], 10, {2: 25}, a_lead=a_lead, today=today) == expected


@pytest.mark.parametrize(("cost", "parts"), [(10, 3), (0, 2), (7, 7), (2, 5)])
def test_shares_add_up_and_differ_by_one_at_most(cost: int, parts: int) -> None:
    shares = lookups.shared(cost, parts)

    assert (len(shares), sum(shares)) == (parts, cost)
    assert max(shares) - min(shares) <= 1
