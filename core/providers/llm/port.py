"""What we ask of a language model. Text from mails is material in it, never an instruction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.domain.states import ReplyIntent
from core.providers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class AnswerBrief:
    """What a drafted answer may know. `incoming` is the visible text of their mail."""

    intent: ReplyIntent
    incoming: str
    first_name: str = ""
    company: str = ""
    sender_name: str = ""
    client_name: str = ""
    booking_link: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a person's review. `model` says who wrote it."""

    text: str
    model: str


@dataclass(frozen=True, slots=True)
class Classified:
    """What a reply wants, from 0 to 1 sure. `model` says who thinks so."""

    intent: ReplyIntent
    confidence: float
    model: str


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known of a lead, by field (title, company, industry, city…), and nothing else."""

    facts: dict[str, str] = field(default_factory=dict)


class Llm(Protocol):
    """A language model, or the local template. Every call may be repeated."""

    @property
    def name(self) -> str:
        """Who answers."""
        ...

    def draft_answer(self, brief: AnswerBrief) -> Draft:
        """An answer to a reply, for review; never sent by itself."""
        ...

    def summarise(self, texts: Sequence[str], *, sentences: int = 3) -> Draft:
        """The gist of the texts in at most so many sentences."""
        ...

    def personalise(self, known: KnownFacts) -> Draft | None:
        """One opening sentence from known facts only; None where too little is known."""
        ...

    def classify_reply(self, text: str) -> Classified | None:
        """What a reply wants, for those that rules leave unclear; None where it cannot tell."""
        ...

    def check(self) -> Verdict:
        """Whether it could answer now; without side effects or cost."""
        ...
