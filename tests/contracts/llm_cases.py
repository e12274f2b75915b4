"""How each language model is reached on loopback, and the shape its vendor publishes for requests.

A vendor without a case here fails the suite.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from werkzeug import Request

from core.config import Settings

PAYLOADS = Path(__file__).parent / "payloads" / "llm"
KEY = "key-of-the-tests-0123456789"


class Strict(BaseModel):
    """A field that is not published is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


Words = Annotated[str, Field(min_length=1)]
FormatName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Turn(Strict):
    role: Literal["user", "assistant"]
    content: Words


class AnthropicFormat(Strict):
    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class AnthropicConfig(Strict):
    format: AnthropicFormat


class AnthropicRequest(Strict):
    """POST /v1/messages; no temperature, no prefilled turn of the assistant at the end."""

    model: Words
    max_tokens: Annotated[int, Field(ge=1)]
    system: Words
    messages: Annotated[list[Turn], Field(min_length=1)]
    output_config: AnthropicConfig

    @property
    def turns(self) -> list[Turn]:
        return self.messages

    @property
    def instructions(self) -> str:
        return self.system

    @property
    def schema_of_answer(self) -> dict[str, Any]:
        return self.output_config.format.schema_


class OpenAIFormat(Strict):
    type: Literal["json_schema"]
    name: FormatName
    schema_: dict[str, Any] = Field(alias="schema")
    strict: Literal[True]


class OpenAIText(Strict):
    format: OpenAIFormat


class OpenAIRequest(Strict):
    """POST /responses; the format lies flat under text."""

    model: Words
    instructions: Words
    input: Annotated[list[Turn], Field(min_length=1)]
    max_output_tokens: Annotated[int, Field(ge=16)]
    text: OpenAIText
    store: Literal[False]

    @property
    def turns(self) -> list[Turn]:
        return self.input

    @property
    def schema_of_answer(self) -> dict[str, Any]:
        return self.text.format.schema_


class PerplexityForm(Strict):
    name: FormatName
    schema_: dict[str, Any] = Field(alias="schema")
    strict: Literal[True]


class PerplexityFormat(Strict):
    type: Literal["json_schema"]
    json_schema: PerplexityForm


class PerplexityRequest(Strict):
    """POST /v1/agent; the format lies at the top."""

    model: Words
    instructions: Words
    input: Annotated[list[Turn], Field(min_length=1)]
    max_output_tokens: Annotated[int, Field(ge=16)]
    response_format: PerplexityFormat
    store: Literal[False]

    @property
    def turns(self) -> list[Turn]:
        return self.input

    @property
    def schema_of_answer(self) -> dict[str, Any]:
        return self.response_format.json_schema.schema_


@dataclass(frozen=True, slots=True)
class Case:
    """One vendor: its settings, its paths, and what its requests must look like."""

    provider: str
    key: str  # the names of settings
    base_url: str
    path: str  # under the server's root
    models: str
    request: type[Strict]
    lets_in: Callable[[Request], bool]
    cost_micros: int  # of the recorded answer, at the prices in force by default
    inside: str = ""  # what of the base address is not the server's root

    def settings(self, settings: Settings, root: str, **more: Any) -> Settings:
        """Settings under which the adapter speaks to the server on loopback."""
        given = {self.key: SecretStr(KEY), self.base_url: root.rstrip("/") + self.inside}
        return settings.model_copy(update={"llm_attempt_seconds": 5.0, **given, **more})

    def recorded(self, name: str) -> dict[str, Any]:
        """A recorded answer: source, date, status, headers, body."""
        return recorded(f"{self.provider}_{name}")

    def answered(self, answer: Any) -> dict[str, Any]:
        """The recorded good answer, with other words."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        found = json.dumps(self.recorded("answered"))
        changed: dict[str, Any] = json.loads(found.replace('"ANSWER"', json.dumps(text)))
        return changed


def recorded(name: str) -> dict[str, Any]:
    """One payload file."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _bearer(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {KEY}"


def _anthropic(request: Request) -> bool:
    # documents name x-api-key; the SDK (2.12.0, version 2026-10-21) sends the key as a bearer
    version = request.headers.get("anthropic-version")
    keyed = request.headers.get("x-api-key") == KEY or _bearer(request)
    return keyed and version == "2026-10-21"


CASES = {
    "anthropic": Case(
        *("anthropic", "anthropic_api_key", "anthropic_base_url"),
        *("/v1/messages", "/v1/models", AnthropicRequest, _anthropic),
        cost_micros=812 * 3 + 96 * 15,
    ),
    "openai": Case(
        *("openai", "openai_api_key", "openai_base_url"),
        *("/v1/responses", "/v1/models", OpenAIRequest, _bearer),
        cost_micros=640 * 1 + 88 * 6,
        inside="/v1",
    ),
    "perplexity": Case(
        *("perplexity", "perplexity_api_key", "perplexity_base_url"),
        *("/v1/agent", "/v1/models", PerplexityRequest, _bearer),
        cost_micros=790,
    ),
}
LOCAL = ("template",)
