"""From a prompt to a typed answer, the same for every vendor: attempts within a time, the shape
checked and asked for once more, money held back before and every call on record after.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import stamina
import stamina.instrumentation
from pydantic import ValidationError

from core.domain.states import LlmOutcome
from core.errors import (
    Misconfigured,
    ProviderError,
    Rejected,
    Unavailable,
    Uncertain,
    Withheld,
)
from core.providers.llm import questions
from core.providers.llm.port import AnswerBrief, Classified, Draft, KnownFacts
from core.providers.llm.questions import Question
from core.providers.llm.shapes import Shape
from core.providers.llm.terms import Attempt, Ended, Remembered, Terms
from core.providers.llm.voice import Asked, Said, Voice, asked
from core.providers.verdict import Verdict

R = TypeVar("R")
ATTEMPTS = 3
TURNS = 2  # the question, and once more with what was wrong with the answer
LEAST = 0.2  # seconds without which no attempt is begun
FIRST_WAIT, LONGEST_WAIT, JITTER = 0.5, 8.0, 1.0  # seconds between attempts

stamina.instrumentation.set_on_retry_hooks(())  # it would print; every attempt is on record here


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: what it says, and the shape it has or why it has not."""

    said: Said
    answer: Shape | None
    fault: str = ""


class Typed:
    """One vendor's voice as a port. Costs money: asked on terms (see `under`)."""

    def __init__(self, voice: Voice, *, attempt_seconds: float, terms: Terms | None = None) -> None:
        self.name = voice.name
        self._voice = voice
        self._attempt_seconds = attempt_seconds
        self._terms = terms or Terms()

    @property
    def quota(self) -> str | None:
        """What the vendor's last answer said is left; None where it tells nothing."""
        return self._voice.quota

    def under(self, terms: Terms) -> "Typed":
        """The same vendor on these terms."""
        return Typed(self._voice, attempt_seconds=self._attempt_seconds, terms=terms)

    def draft_answer(self, brief: AnswerBrief) -> Draft:
        """An answer to a reply, for review; its only link is the booking link."""
        return self._ask(questions.draft_answer(brief))

    def summarise(self, texts: Sequence[str], *, sentences: int = 3) -> Draft:
        """The gist in at most so many sentences."""
        return self._ask(questions.summarise(texts, sentences=sentences))

    def personalise(self, known: KnownFacts) -> Draft | None:
        """One opening sentence, or None: nothing is asked where nothing is known."""
        if not any(known.facts.values()):
            return None
        return self._ask(questions.personalise(known))

    def classify_reply(self, text: str) -> Classified | None:
        """What a reply wants."""
        return self._ask(questions.classify_reply(text))

    def check(self) -> Verdict:
        """The vendor's free check."""
        return self._voice.check()

    def _ask(self, question: Question[R]) -> R:
        until = time.monotonic() + self._terms.seconds
        words = asked(question)
        for _ in range(TURNS):
            heard = self._heard(question, words, until)
            if heard.answer is not None:
                self._remember(question, heard.said.model, heard.answer)
                return question.result(heard.answer, heard.said.model)
            words = words.again(heard.said.text, heard.fault)
        raise Rejected(
            f"{self.name} answered {TURNS} times in a way that cannot be used: {heard.fault}.",
            provider=self.name,
        )

    def _heard(self, question: Question[Any], words: Asked, until: float) -> Heard:
        """One answer, in up to three attempts within the time."""

        def wait(error: Exception) -> bool | float:
            if not isinstance(error, Unavailable) or isinstance(error, Withheld):
                return False
            left = until - time.monotonic()
            if error.retry_at is None:
                return left > FIRST_WAIT
            named = (error.retry_at - self._terms.clock()).total_seconds()
            return max(named, 0.0) if named < left else False

        for attempt in stamina.retry_context(
            on=wait,
            attempts=ATTEMPTS,
            timeout=None,  # `wait` knows the time
            wait_initial=FIRST_WAIT,
            wait_max=LONGEST_WAIT,
            wait_jitter=JITTER,
        ):
            with attempt:
                heard = self._attempt(question, words, until)
        return heard

    def _attempt(self, question: Question[Any], words: Asked, until: float) -> Heard:
        seconds = min(self._attempt_seconds, until - time.monotonic())
        if seconds < LEAST:
            raise Withheld(f"No time was left to ask {self.name}.", provider=self.name)
        most = self._voice.prices.most(words)
        number = self._begin(question, most)
        started = time.perf_counter()
        try:
            said = self._voice.say(words, seconds, self._terms.clock())
        except ProviderError as error:
            cost = most if _perhaps_billed(error) else 0
            ended = Ended(_outcome(error), cost_micros=cost, latency_ms=_since(started))
            self._terms.ledger.end(number, ended)
            raise _repeatable(error) from None
        heard = _read(question, said)
        self._terms.ledger.end(number, self._ended(heard, _since(started)))
        if said.outcome is not LlmOutcome.ANSWERED:
            raise Rejected(_WHY[said.outcome].format(self.name), provider=self.name)
        return heard

    def _begin(self, question: Question[Any], most: int) -> int:
        terms, prompt = self._terms, question.prompt
        number = terms.ledger.begin(
            Attempt(
                terms.client_id, self.name, self._voice.model, prompt.task, prompt.version, most
            )
        )
        if number is None:
            now = terms.clock()
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            raise Withheld(
                f"The money for language models is used up for today, so {self.name} was not"
                " asked.",
                provider=self.name,
                advice="Raise the daily budget, or wait until tomorrow (UTC).",
                retry_at=midnight,
            )
        return number

    def _ended(self, heard: Heard, latency_ms: float) -> Ended:
        said, outcome = heard.said, heard.said.outcome
        if outcome is LlmOutcome.ANSWERED and heard.answer is None:
            outcome = LlmOutcome.UNUSABLE
        cost = said.cost_micros
        if cost is None:
            cost = self._voice.prices.of(said.tokens_in, said.tokens_out)
        return Ended(outcome, said.tokens_in, said.tokens_out, cost, latency_ms)

    def _remember(self, question: Question[Any], model: str, answer: Shape) -> None:
        kept = Remembered(self.name, model, answer.model_dump(mode="json"))
        prompt = question.prompt
        self._terms.ledger.remember(question.key, prompt.task, prompt.version, kept)


_WHY = {
    LlmOutcome.REFUSED: "The model of {} declined to answer this.",
    LlmOutcome.CUT_OFF: "The answer of {} was cut off before its end.",
}


def _read(question: Question[Any], said: Said) -> Heard:
    if said.outcome is not LlmOutcome.ANSWERED:
        return Heard(said, None)
    try:
        return Heard(said, question.read(said.text))
    except ValidationError as error:
        return Heard(said, None, _faults(error))


def _faults(error: ValidationError) -> str:
    """What is wrong, without the words of the answer."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    named = [(".".join(str(part) for part in fault["loc"]), fault["msg"]) for fault in faults]
    return "; ".join(f"{where}: {what}" if where else what for where, what in named)[:500]


def _perhaps_billed(error: ProviderError) -> bool:
    return isinstance(error, Uncertain) and (error.status is None or error.status < 500)


def _outcome(error: ProviderError) -> LlmOutcome:
    if isinstance(error, Misconfigured):
        return LlmOutcome.MISCONFIGURED
    return LlmOutcome.REJECTED if isinstance(error, Rejected) else LlmOutcome.UNAVAILABLE


def _repeatable(error: ProviderError) -> ProviderError:
    """Asking a model twice does no harm, so what may have been answered may be asked again."""
    if not isinstance(error, Uncertain):
        return error
    return Unavailable(
        error.sentence, provider=error.provider, status=error.status, advice=error.advice
    )


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
