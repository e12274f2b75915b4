"""Whose value stays, field by field, and a plan that survives whatever was stored."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.crm import FIELDS, Plan, as_stored, read_plan, settle
from core.domain.crm_states import CrmRule, CrmWho

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "base", "ours_at", "value", "both"),
    [
        ("newest", "A", "A", None, NOW, "A", False),
        ("newest", "A", "B", "B", BEFORE, "A", False),  # only ours changed, long ago
        ("newest", "B", "A", "B", NOW, "A", False),  # only theirs changed
        ("newest", "A", "B", "C", NOW, "A", True),
        ("newest", "A", "B", "C", BEFORE - timedelta(hours=1), "B", True),
        ("newest", "A", "B", None, NOW, "A", True),
        ("newest", "", "B", None, NOW, "B", False),  # gaps are filled
        ("newest", "A", "", None, BEFORE, "A", False),
        ("ours", "", "B", None, NOW, "B", False),
        ("theirs", "A", "", None, NOW, "A", False),
        ("ours", "", "B", "B", NOW, "", False),  # emptied on purpose
        ("theirs", "B", "", "B", NOW, "", False),
        ("ours", "B", "A", "B", BEFORE, "B", False),
        ("theirs", "A", "B", "B", NOW, "B", False),
    ],
)
def test_a_field_is_settled_by_what_changed_since_both_agreed(
    rule: str, ours: str, theirs: str, base: str | None, ours_at: datetime, value: str, both: bool
) -> None:
    settled = settle(CrmRule(rule), ours, theirs, base, ours_at=ours_at, theirs_at=BEFORE)

    assert settled.value == value
    assert settled.both_changed is both
    assert settled.ours_changes is (value != ours)
    assert settled.theirs_changes is (value != theirs)


def test_a_plan_comes_back_as_it_was_stored() -> None:
    plan = Plan(
        on=True, crm="hubspot", clients=frozenset({3, 1}), who=CrmWho.REPLIED, interactions=False,
        conversions=False, rules={"title": CrmRule.THEIRS},
    )  # fmt: skip

    assert read_plan(as_stored(plan)) == plan
    assert plan.rule("title") is CrmRule.THEIRS
    assert plan.rule("city") is CrmRule.NEWEST


@pytest.mark.parametrize(
    "stored", [None, "x", {"clients": "all", "who": "x", "rules": [1], "on": "yes", "crm": None}]
)
def test_what_cannot_be_read_counts_as_not_set(stored: object) -> None:
    assert read_plan(stored) == Plan()


def test_unknown_rules_and_fields_are_left_out() -> None:
    plan = read_plan({"rules": {"title": "loudest", "shoe": "ours", "company": "theirs"}})

    assert {name: plan.rule(name) for name in FIELDS} == {
        **dict.fromkeys(FIELDS, CrmRule.NEWEST),
        "company": CrmRule.OURS,
    }
