"""The chain of language models as one: identical prompts are answered from memory, and all
vendors together keep within one time.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from core.providers.chain import Chain
from core.providers.llm import questions
from core.providers.llm.port import AnswerBrief, Classified, Draft, KnownFacts, Llm
from core.providers.llm.questions import Question
from core.providers.llm.terms import Attempt, Ledger, OnTerms, Terms
from core.providers.verdict import Verdict

R = TypeVar("R")
SHARE = 0.6  # of the time that is left: so a vendor that hangs leaves some for the next


class LlmFace:
    """Language models for one client's work (None: the agency's own)."""

    def __init__(
        self,
        chain: Chain[Llm],
        *,
        ledger: Ledger,
        clock: Callable[[], datetime],
        seconds: float,
        client_id: int | None = None,
    ) -> None:
        self._chain = chain
        self._ledger = ledger
        self._clock = clock
        self._seconds = seconds
        self._client_id = client_id

    @property
    def name(self) -> str:
        """The providers in their order."""
        return " → ".join(member.provider for member in self._chain.in_order())

    def draft_answer(self, brief: AnswerBrief) -> Draft:
        """An answer to a reply, for review; never sent by itself."""
        return self._ask(questions.draft_answer(brief), lambda llm: llm.draft_answer(brief))

    def summarise(self, texts: Sequence[str], *, sentences: int = 3) -> Draft:
        """The gist of the texts in at most so many sentences."""
        question = questions.summarise(texts, sentences=sentences)
        return self._ask(question, lambda llm: llm.summarise(texts, sentences=sentences))

    def personalise(self, known: KnownFacts) -> Draft | None:
        """One opening sentence from known facts only; None where too little is known."""
        return self._ask(questions.personalise(known), lambda llm: llm.personalise(known))

    def classify_reply(self, text: str) -> Classified | None:
        """What a reply wants; None where nobody can tell."""
        return self._ask(questions.classify_reply(text), lambda llm: llm.classify_reply(text))

    def check(self) -> Verdict:
        """The verdict of the first that answers."""
        return self._chain.ask(lambda llm: llm.check(), repeatable=True)

    def _ask(self, question: Question[R], do: Callable[[Llm], R]) -> R:
        known = self._ledger.remembered(question.key)
        if known is not None:
            try:
                answer = question.shape.model_validate(known.answer, context=dict(question.bounds))
            except ValidationError:
                pass  # the shape has changed since: asked anew
            else:
                self._repeated(question, known.provider, known.model)
                return question.result(answer, known.model)
        until = time.monotonic() + self._seconds

        def on_terms(llm: Llm) -> R:
            if not isinstance(llm, OnTerms):
                return do(llm)
            seconds = SHARE * (until - time.monotonic())
            return do(llm.under(Terms(seconds, self._client_id, self._ledger, self._clock)))

        return self._chain.ask(on_terms, repeatable=True)

    def _repeated(self, question: Question[R], provider: str, model: str) -> None:
        prompt = question.prompt
        self._ledger.repeated(
            Attempt(self._client_id, provider, model, prompt.task, prompt.version)
        )
