"""What vendors behind HTTP share: a key that can be one, an address that keeps it secret, answers
in the shape that was published, and a verdict on a check.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from core.domain.states import ProviderState
from core.errors import Misconfigured, ProviderError, Unavailable, Uncertain
from core.providers.verdict import Verdict

M = TypeVar("M", bound=BaseModel)
AT_HOME = ("127.0.0.1", "::1", "localhost")


def key_of(given: SecretStr | None, provider: str, setting: str, where: str) -> str:
    """The key without the blanks around it; Misconfigured where there is none that could be one."""
    key = given.get_secret_value().strip() if given else ""
    advice = f"Make a key at {where}, then set {setting}."
    if not key:
        raise Misconfigured(f"{provider} has no key.", provider=provider, advice=advice)
    if not key.isascii() or not key.isprintable() or " " in key:
        sentence = f"The key of {provider} holds characters that no key has."
        raise Misconfigured(sentence, provider=provider, advice=f"Copy it again. {advice}")
    return key


def base_of(url: str, provider: str, setting: str) -> str:
    """The address, if a key may travel there."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in AT_HOME:
        raise Misconfigured(
            f"{provider} would be asked without encryption.",
            provider=provider,
            advice=f"Set {setting} to an address that begins with https://, or remove it.",
        )
    return url


def understood(shape: type[M], body: Any, provider: str, *, repeatable: bool) -> M:
    """An answer in its published shape; an error inside a good status has another."""
    try:
        return shape.model_validate(body)
    except ValidationError:
        kind: type[ProviderError] = Unavailable if repeatable else Uncertain
        sentence = f"{provider} gave an answer that cannot be read."
        raise kind(sentence, provider=provider) from None


def verdict_of(ask: Callable[[], Verdict]) -> Verdict:
    """What a check says, also where it could not ask."""
    try:
        return ask()
    except Misconfigured as error:
        missing = error.status is None and "has no" in error.sentence
        state = ProviderState.UNCONFIGURED if missing else ProviderState.DOWN
        return Verdict(state, error.sentence, error.advice)
    except ProviderError as error:
        advice = error.advice or "Wait for the next try, or look at its status page."
        return Verdict(ProviderState.DOWN, error.sentence, advice)
