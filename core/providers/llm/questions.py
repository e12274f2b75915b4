"""Each task as a question: instructions from a file, facts as data, and the shape of the answer.

The facts lie in one JSON object between <data> and </data>. Within it every bracket and every
invisible character is written as an escape, so no text can end the block or hide in it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from core.providers.llm import prompts
from core.providers.llm.port import AnswerBrief, Classified, Draft, KnownFacts
from core.providers.llm.prompts import Prompt
from core.providers.llm.shapes import (
    AnswerShape,
    IntentShape,
    OpeningShape,
    Shape,
    SummaryShape,
    schema_of,
)

R = TypeVar("R")
LONGEST = 12_000  # characters of one text; the rest of a longer one is left out
OPEN, CLOSE = "<data>", "</data>"
FENCED = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question(Generic[R]):
    """One task ready to be asked of any vendor. `bounds` is what the shape checks against."""

    prompt: Prompt
    facts: Mapping[str, Any]
    shape: type[Shape]
    result: Callable[[Any, str], R]  # the checked answer and the model's name → the port's value
    bounds: Mapping[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer."""
        return schema_of(self.shape)

    @property
    def key(self) -> str:
        """SHA-256 over all that decides the answer, and nothing of the vendor."""
        parts = [self.prompt.task, self.prompt.version, self.prompt.instructions, self.facts]
        text = json.dumps([*parts, self.schema], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def block(self) -> str:
        """The facts as a block of data."""
        return f"{OPEN}\n{_escaped(self.facts)}\n{CLOSE}"

    def read(self, text: str) -> Shape:
        """The checked answer; pydantic's ValidationError where it cannot be used."""
        text = text.strip()
        fenced = FENCED.match(text)
        found = fenced.group(1) if fenced else text
        return self.shape.model_validate_json(found, context=dict(self.bounds))


def draft_answer(brief: AnswerBrief) -> Question[Draft]:
    """An answer to a reply. Its only link is the booking link."""
    facts = {
        "incoming": brief.incoming[:LONGEST],
        "intent": str(brief.intent),
        "first_name": brief.first_name,
        "company": brief.company,
        "sender_name": brief.sender_name,
        "client_name": brief.client_name,
        "booking_link": brief.booking_link,
    }
    return Question(
        prompts.load("draft_answer"),
        facts,
        AnswerShape,
        lambda answer, model: Draft(answer.text, model),
        {"links": frozenset({brief.booking_link} - {""})},
    )


def summarise(texts: Sequence[str], *, sentences: int) -> Question[Draft]:
    """The gist in so many sentences."""
    return Question(
        prompts.load("summarise"),
        {"texts": [text[:LONGEST] for text in texts], "sentences": sentences},
        SummaryShape,
        lambda answer, model: Draft(" ".join(answer.sentences), model),
        {"most": sentences},
    )


def personalise(known: KnownFacts) -> Question[Draft | None]:
    """An opening sentence; its numbers are those of the facts."""
    facts = {name: text[:LONGEST] for name, text in known.facts.items() if text}
    return Question(
        prompts.load("personalise"),
        {"facts": facts},
        OpeningShape,
        lambda answer, model: Draft(answer.sentence, model) if answer.sentence else None,
        {"words": frozenset(facts.values())},
    )


def classify_reply(text: str) -> Question[Classified | None]:
    """What a reply wants."""
    return Question(
        prompts.load("classify_reply"),
        {"reply": text[:LONGEST]},
        IntentShape,
        lambda answer, model: Classified(answer.intent, answer.confidence, model),
    )


def _escaped(facts: Mapping[str, Any]) -> str:
    # within JSON, brackets and invisible characters can only stand in texts
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    return "".join(_escape(c) if _must_go(c) else c for c in text)


def _must_go(char: str) -> bool:
    # a line break here is json.dumps's own: one in a text is already written \n
    return char in "<>&" or not (char.isprintable() or char == "\n")


def _escape(char: str) -> str:
    # \uXXXX, above the first plane as a pair, as JSON has it
    return json.dumps(char)[1:-1] if ord(char) > 0x7F else f"\\u{ord(char):04x}"
