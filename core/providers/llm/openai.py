"""OpenAI's Responses API through its official SDK, answers held to a strict JSON Schema."""

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from core.config import Settings
from core.providers.llm import sdk
from core.providers.llm.responses import Response, Usage
from core.providers.llm.typed import Typed
from core.providers.llm.voice import CHECK_SECONDS, Asked, Prices, Said, Vendor
from core.providers.verdict import Verdict

if TYPE_CHECKING:
    import openai
    from openai.types.responses import EasyInputMessageParam, ResponseInputParam

LEFT = "x-ratelimit-{what}-{kind}"  # headers
VENDOR = Vendor("openai", "OpenAI", "OPENAI", "https://platform.openai.com/api-keys")
FAILED = ("failed", "cancelled")


class Models(BaseModel):
    """The list of models, of which we need nothing."""

    data: list[dict[str, object]]


class OpenAI:
    """One voice. Its client is made at the first call."""

    name = VENDOR.name
    quota: str | None = None

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.model = settings.openai_model
        self.prices = Prices(settings.openai_price_in, settings.openai_price_out)

    def say(self, asked: Asked, seconds: float, now: datetime) -> Said:
        """One POST /responses, which the vendor is asked not to keep."""
        turns: ResponseInputParam = [_turn(role, text) for role, text in asked.turns]
        client = self._client
        try:
            raw = client.responses.with_raw_response.create(
                model=self.model,
                instructions=asked.instructions,
                input=turns,
                max_output_tokens=asked.most_tokens,
                text={
                    "format": {
                        "type": "json_schema",
                        "name": asked.task,
                        "schema": asked.schema,
                        "strict": True,
                    }
                },
                store=False,
                timeout=seconds,
            )
        except self._sdk.APIStatusError as error:
            raise sdk.refused(VENDOR, error.response, now) from None
        except self._sdk.OpenAIError as error:
            raise sdk.unreached(VENDOR, error.__cause__) from None
        self.quota = sdk.left(raw.http_response.headers, LEFT)
        answer = sdk.read_response(VENDOR, Response, raw.http_response)
        if answer.status in FAILED:
            raise VENDOR.refusal(500, answer.status)
        usage = answer.usage or Usage()
        model = answer.model or self.model
        return Said(answer.text, model, answer.outcome, usage.input_tokens, usage.output_tokens)

    def check(self) -> Verdict:
        """GET /models, which costs nothing."""
        return VENDOR.verdict(self._models)

    def _models(self) -> str:
        now, client = datetime.now(UTC), self._client
        try:
            raw = client.models.with_raw_response.list(timeout=CHECK_SECONDS)
        except self._sdk.APIStatusError as error:
            raise sdk.refused(VENDOR, error.response, now) from None
        except self._sdk.OpenAIError as error:
            raise sdk.unreached(VENDOR, error.__cause__) from None
        found = sdk.read_response(VENDOR, Models, raw.http_response)
        if self.model not in {model.get("id") for model in found.data}:
            raise VENDOR.refusal(404, "model_not_found")
        return f"{VENDOR.label} answers, takes the key and offers {self.model}."

    @cached_property
    def _sdk(self) -> Any:
        return sdk.loaded("openai")

    @cached_property
    def _client(self) -> "openai.OpenAI":
        key = VENDOR.key(self._settings.openai_api_key)
        made: openai.OpenAI = self._sdk.OpenAI(
            api_key=key,
            base_url=VENDOR.url(self._settings.openai_base_url),
            max_retries=0,
            http_client=sdk.client(self._settings.tls_ca_file),
        )
        return made


def build(settings: Settings) -> Typed:
    """The adapter."""
    return Typed(OpenAI(settings), attempt_seconds=settings.llm_attempt_seconds)


def _turn(role: str, text: str) -> "EasyInputMessageParam":
    return {"role": "assistant" if role == "assistant" else "user", "content": text}
