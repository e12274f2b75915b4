"""Questions to what is known of a lead: `country is DE and employees at least 50`.

Asked by the rules of routing and of approval. A set of questions that nobody can ever meet is
found before it is kept, and said in a sentence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]
SEVERAL = ("tags", "technologies")  # fields that hold more than one word


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to one field: `country is DE`, `employees at_least 50`."""

    field: str
    operator: str  # a word of OPERATORS
    value: Any = None


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


def _one_of(have: Any, want: Any) -> bool:
    mine = _several(have) if isinstance(have, list | tuple) else {_text(have)}
    return not mine.isdisjoint(_several(want))


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
    "one_of": _one_of,
    "contains": _contains,
    "at_least": _at_least,
    "at_most": _at_most,
    "is_known": _known,
    "is_unknown": lambda have, want: not _known(have, want),
}
WORDS: Mapping[str, str] = {
    "is": "is",
    "is_not": "is not",
    "one_of": "is one of",
    "contains": "contains",
    "at_least": "is at least",
    "at_most": "is at most",
    "is_known": "is known",
    "is_unknown": "is unknown",
}
WITHOUT_VALUE = ("is_known", "is_unknown")


def met(conditions: Sequence[Condition], every: bool, facts: Facts) -> bool:
    """Whether a lead's facts meet all of the conditions (or any of them). None at all meets
    everybody; an operator that nobody knows meets nobody.
    """
    if not conditions:
        return True
    holds = (_holds(condition, facts) for condition in conditions)
    return all(holds) if every else any(holds)


def unmet(conditions: Sequence[Condition], facts: Facts) -> tuple[Condition, ...]:
    """Those of the conditions that do not hold."""
    return tuple(one for one in conditions if not _holds(one, facts))


def spoken(condition: Condition) -> str:
    """The question in words."""
    words = [condition.field.replace("_", " "), WORDS.get(condition.operator, condition.operator)]
    if condition.operator not in WITHOUT_VALUE:
        given = condition.value
        words.append(", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given))
    return " ".join(words)


def fault(conditions: Sequence[Condition], every: bool) -> str | None:
    """What is wrong with a set of conditions, in words without a full stop; None where nothing is:
    one without a value, and those that can never hold together.
    """
    for condition in conditions:
        wrong = _unfit(condition)
        if wrong is not None:
            return wrong
    if not every:
        return None
    for field in dict.fromkeys(condition.field for condition in conditions):
        asked = [condition for condition in conditions if condition.field == field]
        if _impossible(field, asked):
            return "it can never match, for nobody's " + " and ".join(map(spoken, asked))
    return None


def catches(
    first: Sequence[Condition], first_every: bool, then: Sequence[Condition], then_every: bool
) -> bool:
    """Whether the first set surely meets everybody whom the second meets."""
    mine, theirs = _keys(first), _keys(then)
    if not mine:
        return True
    if not theirs:
        return False
    if len(theirs) == 1:
        then_every = True
    if first_every or len(mine) == 1:
        return mine <= theirs if then_every else all(mine <= {one} for one in theirs)
    return not mine.isdisjoint(theirs) if then_every else theirs <= mine


def _holds(condition: Condition, facts: Facts) -> bool:
    operator = OPERATORS.get(condition.operator)
    return operator is not None and operator(facts.get(condition.field), condition.value)


def _unfit(condition: Condition) -> str | None:
    if not condition.field.strip():
        return "a condition needs a field"
    if condition.operator in WITHOUT_VALUE:
        return None
    if condition.value in (None, "", [], ()):
        return f"'{spoken(Condition(condition.field, condition.operator, ''))}…' needs a value"
    if condition.operator in ("at_least", "at_most") and _number(condition.value) is None:
        return f"'{spoken(condition)}' needs a number"
    return None


def _impossible(field: str, asked: Sequence[Condition]) -> bool:
    """Whether no value of the field meets all that is asked of it."""
    return not any(
        all(_holds(condition, {field: value}) for condition in asked)
        for value in _candidates(field, asked)
    )


def _candidates(field: str, asked: Sequence[Condition]) -> Iterable[Any]:
    """Values of which one meets everything asked, if any value does."""
    operators = {condition.operator for condition in asked}
    if "is_unknown" in operators:
        return ([] if field in SEVERAL else None,)
    if field in SEVERAL:
        wanted = [one for c in asked if c.operator in _NAMES for one in _several(c.value)]
        return ([*wanted, "\N{REPLACEMENT CHARACTER}"],)
    named = [_several(c.value) for c in asked if c.operator == "one_of"]
    named += [{_text(c.value)} for c in asked if c.operator == "is"]
    if named:
        return set.intersection(*named)
    bounds = [_number(c.value) for c in asked if c.operator in ("at_least", "at_most")]
    if bounds:
        return tuple(bounds)
    # any text may contain all that is wanted, and be nothing that is not
    parts = [str(c.value) for c in asked if c.operator == "contains"]
    return ("\N{REPLACEMENT CHARACTER}".join([*parts, ""]) or "\N{REPLACEMENT CHARACTER}",)


_NAMES = ("is", "one_of", "contains")


def _keys(conditions: Sequence[Condition]) -> set[tuple[str, str, frozenset[str]]]:
    return {(c.field, c.operator, frozenset(_several(c.value))) for c in conditions}
