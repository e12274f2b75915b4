"""A chain asks in order, moves on by what the error says about the world, and keeps health."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.domain.states import BreakerState
from core.errors import Misconfigured, ProviderError, Rejected, SetupError, Unavailable, Uncertain
from core.providers import registry
from core.providers.breaker import FAILURES, FIRST_WAIT, Breaker
from core.providers.chain import Chain, Member
from core.providers.faces import Source
from core.providers.health import NoBook, Standing
from core.providers.limits import Limit, Patience
from tests.conftest import Clock


class Provider:
    """Answers its name, or raises what it was given."""

    def __init__(self, name: str, *errors: ProviderError) -> None:
        self.name = name
        self.errors = list(errors)
        self.asked = 0

    def find(self, what: str, *, loud: bool = False) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return f"{self.name}: {what}{'!' if loud else ''}"


def chain(*providers: Provider, book: NoBook, clock: Clock) -> Chain[Provider]:
    members = [Member(provider.name, lambda p=provider: p) for provider in providers]
    return Chain("enrichment", members, book=book, clock=clock.now)


@pytest.fixture
def book() -> NoBook:
    return NoBook()


def ask(asked: Chain[Provider], *, repeatable: bool = False) -> str:
    return asked.ask(lambda provider: provider.find("x"), repeatable=repeatable)


def test_the_first_that_answers_is_enough(book: NoBook, clock: Clock) -> None:
    first, second = Provider("first"), Provider("second")

    answer = ask(chain(first, second, book=book, clock=clock))

    assert (answer, second.asked) == ("first: x", 0)
    assert [(call.provider, call.ok) for call in book.calls] == [("first", True)]


def test_it_moves_on_when_surely_nothing_happened(book: NoBook, clock: Clock) -> None:
    first, second = Provider("first", Unavailable("down", provider="first")), Provider("second")

    assert ask(chain(first, second, book=book, clock=clock)) == "second: x"


@pytest.mark.parametrize("kind", [Uncertain, Rejected, Misconfigured])
def test_what_may_have_been_done_is_not_done_elsewhere(
    kind: type[ProviderError], book: NoBook, clock: Clock
) -> None:
    first, second = Provider("first", kind("?")), Provider("second")

    with pytest.raises(kind):
        ask(chain(first, second, book=book, clock=clock))
    assert second.asked == 0


@pytest.mark.parametrize("kind", [Uncertain, Rejected, Misconfigured, Unavailable])
def test_reading_moves_on_after_any_error(
    kind: type[ProviderError], book: NoBook, clock: Clock
) -> None:
    first, second = Provider("first", kind("?")), Provider("second")

    assert ask(chain(first, second, book=book, clock=clock), repeatable=True) == "second: x"


def test_all_failed_is_one_error_with_every_cause_and_the_earliest_next_try(
    book: NoBook, clock: Clock
) -> None:
    soon, late = clock.now() + timedelta(minutes=1), clock.now() + timedelta(minutes=9)
    first = Provider("first", Unavailable("too many", provider="first", retry_at=late))
    second = Provider("second", Unavailable("asleep", provider="second", retry_at=soon))

    with pytest.raises(Unavailable) as caught:
        ask(chain(first, second, book=book, clock=clock))

    assert "first: too many" in caught.value.sentence
    assert "second: asleep" in caught.value.sentence
    assert caught.value.retry_at == soon


def test_all_of_one_kind_keep_that_kind_and_their_advice(book: NoBook, clock: Clock) -> None:
    first, second = (
        Provider(name, Misconfigured("no key", provider=name, advice="Set the key."))
        for name in ("first", "second")
    )

    with pytest.raises(Misconfigured) as caught:
        ask(chain(first, second, book=book, clock=clock), repeatable=True)

    assert caught.value.advice == "Set the key."


def test_mixed_causes_may_be_tried_later(book: NoBook, clock: Clock) -> None:
    first, second = Provider("first", Rejected("no")), Provider("second", Unavailable("later"))

    with pytest.raises(Unavailable):
        ask(chain(first, second, book=book, clock=clock), repeatable=True)


def test_an_open_breaker_is_skipped_until_its_time(book: NoBook, clock: Clock) -> None:
    first = Provider("first", *[Unavailable("down")] * FAILURES)
    both = chain(first, Provider("second"), book=book, clock=clock)
    for _ in range(FAILURES):
        ask(both)

    skipped = ask(both)
    asked = first.asked
    clock.advance(FIRST_WAIT)
    back = ask(both)

    assert (skipped, asked, back) == ("second: x", FAILURES, "first: x")
    assert book.standing("enrichment", "first").breaker.state is BreakerState.CLOSED


def test_alone_behind_an_open_breaker_it_says_when_to_come_back(book: NoBook, clock: Clock) -> None:
    first = Provider("first", *[Unavailable("down")] * FAILURES)
    alone = chain(first, book=book, clock=clock)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            ask(alone)

    with pytest.raises(Unavailable) as caught:
        ask(alone)

    assert (caught.value.retry_at, first.asked) == (clock.now() + FIRST_WAIT, FAILURES)


def test_a_no_is_no_fault_of_the_provider(book: NoBook, clock: Clock) -> None:
    first = Provider("first", *[Rejected("no such person")] * 2 * FAILURES)
    alone = chain(first, book=book, clock=clock)
    for _ in range(2 * FAILURES):
        with pytest.raises(Rejected):
            ask(alone)

    assert {call.ok for call in book.calls} == {None}
    assert book.standing("enrichment", "first").breaker.state is BreakerState.CLOSED


class Ordered(NoBook):
    """A person put the second first and turned the third off; nobody placed the first."""

    def standing(self, port: str, provider: str, part: str = "") -> Standing:
        position = {"second": 1, "third": 2}.get(provider, 0)
        return Standing(enabled=provider != "third", position=position)


def test_a_persons_order_and_switches_hold(clock: Clock) -> None:
    book = Ordered()
    providers = [Provider(name) for name in ("third", "first", "second")]
    asked = chain(*providers, book=book, clock=clock)

    assert ask(asked) == "second: x"
    assert [member.provider for member in asked.in_order()] == ["second", "first"]


def test_reading_insists_after_a_short_wait(book: NoBook, clock: Clock) -> None:
    waits: list[float] = []
    first = Provider("first", Unavailable("away"), Unavailable("away"))
    asked = patient(first, book=book, clock=clock, sleep=waits.append)

    assert ask(asked, repeatable=True) == "first: x"
    assert [call.ok for call in book.calls] == [False, False, True]
    assert 0.1 <= waits[0] <= 0.2 <= waits[1] <= 0.4


def test_what_may_be_done_once_is_tried_once(book: NoBook, clock: Clock) -> None:
    first = Provider("first", Unavailable("away"))
    asked = patient(first, book=book, clock=clock, sleep=never)

    with pytest.raises(Unavailable):
        ask(asked)
    assert first.asked == 1


def test_a_provider_that_names_a_time_is_left_alone_until_then(book: NoBook, clock: Clock) -> None:
    later = clock.now() + timedelta(seconds=1)
    first = Provider("first", Unavailable("wait", retry_at=later))
    asked = patient(first, Provider("second"), book=book, clock=clock, sleep=never)

    early = ask(asked, repeatable=True)
    clock.advance(seconds=1)

    assert (early, ask(asked, repeatable=True)) == ("second: x", "first: x")


def test_a_call_has_one_time_for_all_its_members(book: NoBook, clock: Clock) -> None:
    slow = [Provider(name, Unavailable("away"), Unavailable("away")) for name in ("one", "two")]
    asked = patient(*slow, book=book, clock=clock, sleep=time.sleep, seconds=0.05)

    with pytest.raises(Unavailable):
        ask(asked, repeatable=True)
    assert slow[0].asked == 1


def test_our_own_limit_is_waited_for_only_shortly(clock: Clock) -> None:
    waits: list[float] = []
    book = Limited(0.5, 0.0, 60.0)
    limits = {"first": Limit(5, 1)}
    first, second = Provider("first"), Provider("second")
    asked = patient(first, second, book=book, clock=clock, sleep=waits.append, limits=limits)

    assert ask(asked, repeatable=True) == "first: x"
    assert ask(asked, repeatable=True) == "second: x"
    assert waits == [0.5]
    assert [call.provider for call in book.calls] == ["first", "second"]


def test_a_try_that_another_process_has_is_not_made_here(clock: Clock) -> None:
    book = Taken()
    book.hold("enrichment", "first", "", Breaker(BreakerState.OPEN, 5, clock.now()))
    first, second = Provider("first"), Provider("second")

    assert ask(chain(first, second, book=book, clock=clock)) == "second: x"
    assert first.asked == 0


def patient(
    *providers: Provider, book: NoBook, clock: Clock, seconds: float = 30.0, **given: Any
) -> Chain[Provider]:
    members = [Member(provider.name, lambda p=provider: p) for provider in providers]
    patience = Patience(seconds, attempts=3)
    return Chain("enrichment", members, book=book, clock=clock.now, patience=patience, **given)


def never(seconds: float) -> None:
    raise AssertionError(f"it waited {seconds} s")


class Limited(NoBook):
    """Says how long to wait, each word once."""

    def __init__(self, *waits: float) -> None:
        super().__init__()
        self.waits = list(waits)

    def take(self, port: str, provider: str, limit: Limit) -> float:
        return self.waits.pop(0)


class Taken(NoBook):
    """Another process has the one try."""

    def hold(self, port: str, provider: str, part: str, breaker: Breaker) -> bool:
        super().hold(port, provider, part, breaker)
        return False


def test_with_none_turned_on_a_person_must_act(book: NoBook, clock: Clock) -> None:
    with pytest.raises(Misconfigured, match="No enrichment provider is turned on"):
        ask(chain(book=book, clock=clock))


def test_one_member_can_be_asked_alone_with_the_chains_breaker(book: NoBook, clock: Clock) -> None:
    asked = chain(Provider("first", Rejected("no")), Provider("second"), book=book, clock=clock)
    first, second = (Source(asked, member) for member in asked.in_order())

    with pytest.raises(Rejected):
        first.ask(lambda p: p.find("x"))

    assert second.ask(lambda p: p.find("y")) == "second: y"
    assert (second.provider, second.adapter.name) == ("second", "second")
    assert [call.provider for call in book.calls] == ["first", "second"]


def test_an_unknown_provider_is_named_with_those_known() -> None:
    with pytest.raises(SetupError, match="folder, smtp"):
        registry.builder("email", "pigeon")


def test_other_adapters_are_put_over_those_that_exist() -> None:
    build: Callable[[Any], Any] = Provider
    adapters = registry.with_others({"email": {"smtp": build}, "fax": {"x": build}})

    assert registry.builder("email", "smtp", adapters) is build
    assert registry.builder("fax", "x", adapters) is build
    assert registry.builder("email", "folder", adapters).__module__.endswith("email.folder")
    assert registry.with_others(None) is registry.ADAPTERS
