"""Perplexity's Agent API, POST /v1/agent. It takes strict bodies (a field it does not know is a
400), and a run that failed comes back with status 200.

No search tool is given: what we ask is answered from the facts in the question.
"""

from contextlib import closing
from datetime import UTC, datetime
from math import ceil
from typing import Any

from core.config import Settings
from core.errors import ProviderError, Unavailable, Uncertain
from core.providers.http import Answer, Http
from core.providers.llm import sdk
from core.providers.llm.responses import Response, Usage
from core.providers.llm.typed import Typed
from core.providers.llm.voice import CHECK_SECONDS, Asked, Prices, Said, Vendor
from core.providers.verdict import Verdict

VENDOR = Vendor(
    "perplexity", "Perplexity", "PERPLEXITY", "https://www.perplexity.ai/account/api/keys"
)
FAILED = ("failed", "cancelled")


class Perplexity:
    """One voice."""

    name = VENDOR.name
    quota: str | None = None  # its answers tell only when to wait

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.model = settings.perplexity_model
        self.prices = Prices(settings.perplexity_price_in, settings.perplexity_price_out)

    def say(self, asked: Asked, seconds: float, now: datetime) -> Said:
        """One POST /v1/agent."""
        form = {"name": asked.task, "schema": asked.schema, "strict": True}
        body = {
            "model": self.model,
            "instructions": asked.instructions,
            "input": [{"role": role, "content": text} for role, text in asked.turns],
            "max_output_tokens": asked.most_tokens,
            "response_format": {"type": "json_schema", "json_schema": form},
            "store": False,
        }
        found = self._call("POST", "/v1/agent", seconds, now, body)
        answer = sdk.read(VENDOR, Response, found.body, found.status)
        if answer.status in FAILED:
            raise VENDOR.refusal(500, answer.status)
        usage = answer.usage or Usage()
        return Said(
            answer.text,
            answer.model or self.model,
            answer.outcome,
            usage.input_tokens,
            usage.output_tokens,
            _cost(usage),
        )

    def check(self) -> Verdict:
        """GET /v1/models, which costs nothing and asks for no key."""
        return VENDOR.verdict(self._models)

    def _models(self) -> str:
        found = self._call("GET", "/v1/models", CHECK_SECONDS, datetime.now(UTC))
        if not isinstance(found.body, dict):
            raise VENDOR.broken("gave an answer that cannot be read", found.status)
        return f"{VENDOR.label} answers; whether it takes the key shows only in a real call."

    def _call(
        self, method: str, path: str, seconds: float, now: datetime, body: Any = None
    ) -> Answer:
        http = Http(
            VENDOR.label,
            VENDOR.url(self._settings.perplexity_base_url),
            headers={"Authorization": f"Bearer {VENDOR.key(self._settings.perplexity_api_key)}"},
            clock=lambda: now,
            read_timeout=seconds,
            ca_file=self._settings.tls_ca_file,
        )
        with closing(http):
            try:
                # repeatable or not decides only whether we learn that it may have been billed
                return http.call(method, path, repeatable=False, body=body)
            except ProviderError as error:
                raise _ours(error) from None


def build(settings: Settings) -> Typed:
    """The adapter."""
    return Typed(Perplexity(settings), attempt_seconds=settings.llm_attempt_seconds)


def _ours(error: ProviderError) -> ProviderError:
    """The same with this vendor's advice. `error` is what HTTP alone can tell."""
    status = error.status
    if isinstance(error, Uncertain) and (status is None or status < 400):
        error.provider = VENDOR.name
        return error
    if status is None:
        error.provider = VENDOR.name
        return VENDOR.unreached() if isinstance(error, Unavailable) else error
    return VENDOR.refusal(status, retry_at=getattr(error, "retry_at", None))


def _cost(usage: Usage) -> int | None:
    """What the vendor says it cost, in millionths of a dollar, tools included."""
    total = (usage.cost or {}).get("total_cost")
    return ceil(total * 1_000_000) if isinstance(total, int | float) else None
