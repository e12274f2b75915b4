"""The chain of language models as one: memory, time, and what of the vendors' limits is ours."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.states import LlmOutcome
from core.errors import Unavailable, Withheld
from core.providers.chain import Chain, Member
from core.providers.health import NoBook
from core.providers.llm import questions
from core.providers.llm.face import SHARE, LlmFace
from core.providers.llm.port import Draft, KnownFacts
from core.providers.llm.template import Template
from core.providers.llm.terms import Attempt, Ended, NoLedger, Remembered, Terms
from core.providers.llm.typed import Typed
from core.providers.llm.voice import Asked, Prices, Said
from tests.conftest import Clock


class Memory(NoLedger):
    """Keeps answers, and as much money as it was given."""

    def __init__(self, micros: int = 1_000_000) -> None:
        super().__init__()
        self.micros = micros
        self.answers: dict[str, Remembered] = {}
        self.again: list[Attempt] = []

    def begin(self, attempt: Attempt) -> int | None:
        return super().begin(attempt) if attempt.most_micros <= self.micros else None

    def remembered(self, key: str) -> Remembered | None:
        return self.answers.get(key)

    def remember(self, key: str, task: str, version: str, answer: Remembered) -> None:
        self.answers[key] = answer

    def repeated(self, attempt: Attempt) -> None:
        self.again.append(attempt)


@dataclass
class Parrot:
    """A voice that says what it was given."""

    name: str
    text: str = '{"sentences": ["Said."]}'
    model: str = "parrot-1"
    prices: Prices = field(default_factory=lambda: Prices(1, 1))
    seconds: list[float] = field(default_factory=list)
    error: Exception | None = None

    def say(self, asked: Asked, seconds: float, now: Any) -> Said:
        self.seconds.append(seconds)
        if self.error:
            raise self.error
        return Said(self.text, self.model, tokens_in=10, tokens_out=5)

    def check(self) -> Any:
        raise NotImplementedError


def face(book: NoBook, clock: Clock, ledger: NoLedger, *voices: Parrot) -> LlmFace:
    adapters = [Typed(voice, attempt_seconds=1000) for voice in voices]
    members = [Member(one.name, lambda one=one: one) for one in (*adapters, Template())]
    chain: Chain[Any] = Chain("llm", members, book=book, clock=clock.now)
    return LlmFace(chain, ledger=ledger, clock=clock.now, seconds=100, client_id=7)


def test_an_identical_prompt_is_answered_from_memory_and_on_record(clock: Clock) -> None:
    memory, parrot = Memory(), Parrot("a")
    llm = face(NoBook(), clock, memory, parrot)

    first, second = llm.summarise(["Text."]), llm.summarise(["Text."])

    assert first == second == Draft("Said.", "parrot-1")
    assert len(parrot.seconds) == 1
    assert memory.again == [Attempt(7, "a", "parrot-1", "summarise", "1")]


def test_memory_of_another_shape_is_not_given(clock: Clock) -> None:
    memory, parrot = Memory(), Parrot("a")
    key = questions.summarise(["Text."], sentences=3).key
    memory.answers[key] = Remembered("a", "old", {"summary": "Old."})

    found = face(NoBook(), clock, memory, parrot).summarise(["Text."])

    assert found.text == "Said."
    assert not memory.again


def test_each_vendor_has_a_share_of_the_time_so_that_the_next_has_some(clock: Clock) -> None:
    first = Parrot("a", error=Unavailable("no", retry_at=clock.now() + timedelta(hours=1)))
    second = Parrot("b")

    face(NoBook(), clock, Memory(), first, second).summarise(["Text."])

    assert first.seconds == [pytest.approx(100 * SHARE, abs=1)]
    assert second.seconds == [pytest.approx(100 * SHARE, abs=1)]


def test_without_money_only_the_local_one_answers_and_no_vendor_is_blamed(clock: Clock) -> None:
    book, parrot = NoBook(), Parrot("a")

    found = face(book, clock, Memory(micros=10), parrot).summarise(["A text."])

    assert found == Draft("A text.", "template")
    assert not parrot.seconds
    assert [call.provider for call in book.calls] == ["template"]


def test_without_money_a_vendor_alone_says_until_when(clock: Clock) -> None:
    terms = Terms(10, 7, Memory(micros=10), clock.now)

    with pytest.raises(Withheld, match="used up for today") as caught:
        Typed(Parrot("a"), attempt_seconds=5).under(terms).summarise(["A text."])

    assert caught.value.retry_at is not None
    assert (caught.value.retry_at - clock.now()).total_seconds() == 15 * 3600


def test_the_vendors_own_word_on_the_cost_counts(clock: Clock) -> None:
    class Frank(Parrot):
        def say(self, asked: Asked, seconds: float, now: Any) -> Said:
            return replace(super().say(asked, seconds, now), cost_micros=77)

    memory = Memory()

    face(NoBook(), clock, memory, Frank("a")).summarise(["Text."])

    ((_, ended),) = memory.calls
    assert ended is not None
    assert replace(ended, latency_ms=0) == Ended(LlmOutcome.ANSWERED, 10, 5, 77)


def test_nothing_known_asks_nobody(clock: Clock) -> None:
    parrot = Parrot("a")
    llm = face(NoBook(), clock, Memory(), parrot)

    from_nothing = llm.personalise(KnownFacts({}))

    assert from_nothing is None
    assert not parrot.seconds


def test_a_face_names_its_providers_and_checks_the_first_that_answers(clock: Clock) -> None:
    llm = face(NoBook(), clock, NoLedger())

    assert llm.name == "template"
    assert llm.check().reason
    assert llm.classify_reply("Yes") is None
