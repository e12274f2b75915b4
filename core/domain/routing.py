"""Which sequence and which owner a qualified lead gets: the first matching rule, else its tier."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.states import Tier

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to one field: `country is DE`, `employees at_least 50`."""

    field: str
    operator: str  # a word of OPERATORS
    value: Any = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must `all` hold (or any of them), and what follows."""

    conditions: tuple[Condition, ...]
    every: bool = True
    sequence_id: int | None = None
    owner_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a lead goes; without a sequence it has to wait, and the sentence says for what."""

    sequence_id: int | None
    owner_id: int | None
    sentence: str


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip().casefold()


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _several(value: Any) -> set[str]:
    given = value if isinstance(value, list | tuple) else str(value).split(",")
    return {_text(one) for one in given}


def _is(have: Any, want: Any) -> bool:
    if isinstance(have, list | tuple):
        return _text(want) in {_text(one) for one in have}
    return _text(have) == _text(want)


def _contains(have: Any, want: Any) -> bool:
    if isinstance(have, list | tuple):
        return any(_text(want) in _text(one) for one in have)
    return _text(want) in _text(have)


def _at_least(have: Any, want: Any) -> bool:
    mine, least = _number(have), _number(want)
    return mine is not None and least is not None and mine >= least


def _at_most(have: Any, want: Any) -> bool:
    mine, most = _number(have), _number(want)
    return mine is not None and most is not None and mine <= most


def _known(have: Any, _want: Any) -> bool:
    return have not in (None, "", [], ())


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "is_not": lambda have, want: not _is(have, want),
    "one_of": lambda have, want: _text(have) in _several(want),
    "contains": _contains,
    "at_least": _at_least,
    "at_most": _at_most,
    "is_known": _known,
    "is_unknown": lambda have, want: not _known(have, want),
}


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether a lead's facts meet the rule. A rule without conditions meets everybody; an operator
    that nobody knows meets nobody.
    """
    if not rule.conditions:
        return True
    holds = (_holds(condition, facts) for condition in rule.conditions)
    return all(holds) if rule.every else any(holds)


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


def _holds(condition: Condition, facts: Facts) -> bool:
    operator = OPERATORS.get(condition.operator)
    return operator is not None and operator(facts.get(condition.field), condition.value)
