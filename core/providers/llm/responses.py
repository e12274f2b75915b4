"""The answer of a Responses API, which more than one vendor speaks: output items in a row."""

from typing import Any

from pydantic import BaseModel, Field

from core.domain.states import LlmOutcome

OUTCOMES: dict[str, LlmOutcome] = {  # incomplete_details.reason
    "max_output_tokens": LlmOutcome.CUT_OFF,
    "content_filter": LlmOutcome.REFUSED,
}


class Part(BaseModel):
    """One piece of a message: type output_text or refusal."""

    type: str
    text: str = ""


class Item(BaseModel):
    """One thing in the output: type message, reasoning, search_results…"""

    type: str
    content: list[Part] | None = None


class Incomplete(BaseModel):
    """Why an answer ends before its end."""

    reason: str | None = None


class Usage(BaseModel):
    """Tokens; `cost` is one vendor's."""

    input_tokens: int = Field(0, ge=0)
    output_tokens: int = Field(0, ge=0)
    cost: dict[str, Any] | None = None


class Response(BaseModel):
    """What comes back with status 200, whatever became of the run."""

    status: str
    model: str = ""
    output: list[Item] = []
    incomplete_details: Incomplete | None = None
    usage: Usage | None = None

    @property
    def parts(self) -> list[Part]:
        """The pieces of the messages, in order."""
        messages = (item for item in self.output if item.type == "message")
        return [part for message in messages for part in message.content or []]

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(part.text for part in self.parts if part.type == "output_text")

    @property
    def outcome(self) -> LlmOutcome:
        """answered, refused or cut off; a run that failed is told apart before."""
        if any(part.type == "refusal" for part in self.parts):
            return LlmOutcome.REFUSED
        if self.status != "incomplete":
            return LlmOutcome.ANSWERED
        reason = self.incomplete_details.reason if self.incomplete_details else None
        return OUTCOMES.get(reason or "", LlmOutcome.CUT_OFF)
