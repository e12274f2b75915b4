"""Rules of a campaign that let a lead pass which would wait for a person, such as `fit at least 75
and email status is valid`. They never overrule what turns a lead away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import conditions
from core.domain.conditions import Condition, Facts


@dataclass(frozen=True, slots=True)
class Approval:
    """Conditions that must `all` hold (or any of them)."""

    conditions: tuple[Condition, ...]
    every: bool = True
    name: str = ""


EVERYTHING = Approval((), name="Everything that would wait")


def approving(rules: Sequence[Approval], facts: Facts) -> Approval | None:
    """The first rule that lets the lead pass."""
    for rule in rules:
        if conditions.met(rule.conditions, rule.every, facts):
            return rule
    return None


def told(rule: Approval) -> str:
    """The rule's name, or its conditions where it has none."""
    between = " and " if rule.every else " or "
    return rule.name or between.join(map(conditions.spoken, rule.conditions))


def fault(rules: Sequence[Approval]) -> str | None:
    """What contradicts in a list of rules, as a sentence."""
    for number, rule in enumerate(rules, start=1):
        wrong = conditions.fault(rule.conditions, rule.every)
        if wrong is not None:
            name = f" '{rule.name}'" if rule.name else ""
            return f"Approval rule {number}{name} cannot be used: {wrong}."
    return None
