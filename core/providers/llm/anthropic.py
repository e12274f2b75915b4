"""Anthropic's Messages API through its official SDK, answers held to a JSON Schema."""

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from core.config import Settings
from core.domain.states import LlmOutcome
from core.providers.llm import sdk
from core.providers.llm.typed import Typed
from core.providers.llm.voice import CHECK_SECONDS, Asked, Prices, Said, Vendor
from core.providers.verdict import Verdict

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import MessageParam

LEFT = "anthropic-ratelimit-{kind}-{what}"  # headers
VENDOR = Vendor(
    "anthropic", "Anthropic", "ANTHROPIC", "https://console.anthropic.com/settings/keys"
)
OUTCOMES: dict[str, LlmOutcome] = {  # stop_reason; of all others the shape is the judge
    "refusal": LlmOutcome.REFUSED,
    "max_tokens": LlmOutcome.CUT_OFF,
    "model_context_window_exceeded": LlmOutcome.CUT_OFF,
}


class Block(BaseModel):
    """One block of content; only text has words."""

    type: str
    text: str = ""


class Usage(BaseModel):
    """Tokens. What was read from or written to the vendor's cache counts apart."""

    input_tokens: int = Field(0, ge=0)
    output_tokens: int = Field(0, ge=0)
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class Message(BaseModel):
    """What we need of an answer."""

    type: Literal["message"]
    model: str
    content: list[Block]
    stop_reason: str | None
    usage: Usage


class Models(BaseModel):
    """The list of models, of which one is enough."""

    data: list[dict[str, object]]


class Anthropic:
    """One voice. Its client is made at the first call."""

    name = VENDOR.name
    quota: str | None = None

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.model = settings.anthropic_model
        self.prices = Prices(settings.anthropic_price_in, settings.anthropic_price_out)

    def say(self, asked: Asked, seconds: float, now: datetime) -> Said:
        """One POST /v1/messages."""
        turns = [_turn(role, text) for role, text in asked.turns]
        client = self._client
        try:
            raw = client.messages.with_raw_response.create(
                model=self.model,
                max_tokens=asked.most_tokens,
                system=asked.instructions,
                messages=turns,
                output_config={"format": {"type": "json_schema", "schema": asked.schema}},
                timeout=seconds,
            )
        except self._sdk.APIStatusError as error:
            raise sdk.refused(VENDOR, error.response, now) from None
        except self._sdk.AnthropicError as error:
            raise sdk.unreached(VENDOR, error.__cause__) from None
        self.quota = sdk.left(raw.http_response.headers, LEFT)
        message = sdk.read_response(VENDOR, Message, raw.http_response)
        usage = message.usage
        cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        return Said(
            "".join(block.text for block in message.content if block.type == "text"),
            message.model,
            OUTCOMES.get(message.stop_reason or "", LlmOutcome.ANSWERED),
            usage.input_tokens + cached,
            usage.output_tokens,
        )

    def check(self) -> Verdict:
        """GET /v1/models?limit=1, which costs nothing."""
        return VENDOR.verdict(self._models)

    def _models(self) -> str:
        now, client = datetime.now(UTC), self._client
        try:
            raw = client.models.with_raw_response.list(limit=1, timeout=CHECK_SECONDS)
        except self._sdk.APIStatusError as error:
            raise sdk.refused(VENDOR, error.response, now) from None
        except self._sdk.AnthropicError as error:
            raise sdk.unreached(VENDOR, error.__cause__) from None
        sdk.read_response(VENDOR, Models, raw.http_response)
        return f"{VENDOR.label} answers and takes the key."

    @cached_property
    def _sdk(self) -> Any:
        return sdk.loaded("anthropic")

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        key = VENDOR.key(self._settings.anthropic_api_key)
        made: anthropic.Anthropic = self._sdk.Anthropic(
            api_key=key,
            base_url=VENDOR.url(self._settings.anthropic_base_url),
            max_retries=0,
            http_client=sdk.client(self._settings.tls_ca_file),
        )
        return made


def build(settings: Settings) -> Typed:
    """The adapter."""
    return Typed(Anthropic(settings), attempt_seconds=settings.llm_attempt_seconds)


def _turn(role: str, text: str) -> "MessageParam":
    if role == "assistant":
        return {"role": "assistant", "content": text}
    return {"role": "user", "content": text}
