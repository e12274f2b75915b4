import pytest

from core.domain.conditions import Condition, catches, fault, met, spoken, unmet


def asked(*given: tuple) -> tuple[Condition, ...]:
    return tuple(Condition(*one) for one in given)


def test_what_does_not_hold_is_named():
    first, second = asked(("country", "is", "DE"), ("fit", "at_least", 75))

    assert unmet((first, second), {"country": "DE", "fit": 60}) == (second,)


def test_a_condition_is_told_in_words():
    assert spoken(Condition("email_status", "is", "valid")) == "email status is valid"
    assert spoken(Condition("country", "one_of", ["DE", "AT"])) == "country is one of DE, AT"
    assert spoken(Condition("title", "is_unknown")) == "title is unknown"


@pytest.mark.parametrize(
    "conditions",
    [
        (("country", "is", "DE"), ("country", "is", "FR")),
        (("country", "is", "DE"), ("country", "is_not", "de")),
        (("country", "one_of", "DE, AT"), ("country", "one_of", ["FR"])),
        (("country", "one_of", "DE, AT"), ("country", "is", "CH")),
        (("employees", "at_least", 500), ("employees", "at_most", 50)),
        (("employees", "is", 10), ("employees", "at_least", "50")),
        (("title", "is", "CEO"), ("title", "contains", "marketing")),
        (("title", "is_known",), ("title", "is_unknown",)),
        (("title", "is_unknown",), ("title", "contains", "head")),
        (("tags", "is_unknown",), ("tags", "is", "vip")),
        (("tags", "is", "vip"), ("tags", "is_not", "VIP")),
        (("tags", "contains", "vip"), ("tags", "is_not", "vip")),
    ],
)  # fmt: skip
def test_conditions_that_nobody_can_meet_are_found(conditions):
    wrong = fault(asked(("source", "is", "list"), *conditions), every=True)

    assert wrong is not None
    assert wrong.startswith("it can never match, for nobody's ")
    assert fault(asked(*conditions), every=False) is None


@pytest.mark.parametrize(
    "conditions",
    [
        (),
        (("tags", "is", "vip"), ("tags", "is", "partner")),
        (("tags", "one_of", "vip, partner"), ("tags", "is_not", "cold")),
        (("country", "one_of", "DE, AT"), ("country", "is_not", "AT")),
        (("employees", "at_least", 50), ("employees", "at_most", 50)),
        (("employees", "at_least", 50), ("employees", "is_known",)),
        (("title", "contains", "head"), ("title", "contains", "sales"), ("title", "is_not", "x")),
        (("title", "is_not", "CEO"),),
        (("title", "is_unknown",), ("country", "is_unknown",)),
        (("title", "is_known",),),
    ],
)  # fmt: skip
def test_conditions_that_somebody_can_meet_are_let_be(conditions):
    assert fault(asked(*conditions), every=True) is None


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("country", "is", ""), "'country is …' needs a value"),
        (("country", "one_of", []), "'country is one of …' needs a value"),
        (("employees", "at_least", "many"), "'employees is at least many' needs a number"),
        ((" ", "is", "DE"), "a condition needs a field"),
    ],
)
def test_a_condition_that_asks_nothing_is_found(condition, words):
    assert fault(asked(condition), every=False) == words


def test_several_words_meet_one_of_several():
    facts = {"tags": ["VIP", "partner"]}

    assert met(asked(("tags", "one_of", "vip, cold")), True, facts)
    assert not met(asked(("tags", "one_of", ["cold"])), True, facts)


DE, BIG, HOT = ("country", "is", "DE"), ("employees", "at_least", 50), ("tier", "is", "hot")


@pytest.mark.parametrize(
    ("first", "first_every", "then", "then_every", "surely"),
    [
        ((), True, (DE,), True, True),
        ((DE,), True, (), True, False),
        ((DE,), True, (DE, BIG), True, True),
        ((DE, BIG), True, (DE,), True, False),
        ((DE, BIG), False, (DE, HOT), True, True),
        ((DE, BIG), False, (HOT,), True, False),
        ((DE, BIG, HOT), False, (DE, BIG), False, True),
        ((DE, BIG), False, (DE, HOT), False, False),
        ((DE,), True, (DE, BIG), False, False),
        ((DE,), False, (DE, BIG), True, True),
        ((DE, BIG), True, (DE, BIG), False, False),
    ],
)
def test_one_set_catches_all_of_another(first, first_every, then, then_every, surely):
    assert catches(asked(*first), first_every, asked(*then), then_every) is surely
