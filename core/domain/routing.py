"""Which sequence and which owner a qualified lead gets: the first matching rule, else its tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.domain import conditions
from core.domain.conditions import Condition, Facts
from core.domain.states import Tier

__all__ = ["Condition", "Facts", "Route", "Rule", "fault", "matches", "next_owner", "route"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must `all` hold (or any of them), and what follows."""

    conditions: tuple[Condition, ...]
    every: bool = True
    sequence_id: int | None = None
    owner_id: int | None = None
    name: str = ""


class Route(NamedTuple):
    """Where a lead goes; without a sequence it has to wait, and the sentence says for what."""

    sequence_id: int | None
    owner_id: int | None
    sentence: str


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether a lead's facts meet the rule. A rule without conditions meets everybody."""
    return conditions.met(rule.conditions, rule.every, facts)


def fault(rules: Sequence[Rule]) -> str | None:
    """What contradicts in a list of rules, as a sentence: one that gives nothing, that nobody can
    meet, or that is never reached because an earlier one takes everybody whom it would take.
    """
    for number, rule in enumerate(rules, start=1):
        name = _named(number, rule)
        if rule.sequence_id is None and rule.owner_id is None:
            return f"{name} gives neither a sequence nor an owner. Choose one, or take it away."
        wrong = conditions.fault(rule.conditions, rule.every)
        if wrong is not None:
            return f"{name} cannot be used: {wrong}."
        for before, earlier in enumerate(rules[: number - 1], start=1):
            if conditions.catches(earlier.conditions, earlier.every, rule.conditions, rule.every):
                return (
                    f"{name} is never reached: {_named(before, earlier)} stands before it and "
                    "takes the same leads. Change their order or their conditions."
                )
    return None


def route(
    facts: Facts,
    tier: Tier,
    rules: Sequence[Rule] = (),
    by_tier: Mapping[Tier, int] | None = None,
    fallback: int | None = None,
) -> Route:
    """The first rule that matches and names a sequence or an owner, else the tier's sequence, else
    the fallback.
    """
    rule = next((rule for rule in rules if matches(rule, facts)), None)
    owner = rule.owner_id if rule else None
    if rule and rule.sequence_id is not None:
        return Route(rule.sequence_id, owner, f"Rule '{rule.name or 'without a name'}' matches.")
    sequence = (by_tier or {}).get(tier)
    if sequence is not None:
        return Route(sequence, owner, f"The sequence for {tier} leads.")
    if fallback is not None:
        return Route(fallback, owner, f"No sequence for {tier} leads, so the campaign's fallback.")
    return Route(None, owner, f"There is no sequence for {tier} leads, and no fallback.")


def next_owner(loads: Mapping[int, int]) -> int | None:
    """The owner with the fewest leads of the campaign, the lowest id first: a round robin that
    needs no memory and stays fair when somebody joins.
    """
    return min(loads, key=lambda owner: (loads[owner], owner), default=None)


def _named(number: int, rule: Rule) -> str:
    return f"Rule {number} '{rule.name}'" if rule.name else f"Rule {number}"
