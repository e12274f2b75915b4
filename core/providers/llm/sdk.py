"""What both official SDKs share: the client they speak through, and their errors turned into ours.

They speak httpx2. Ours follows no redirect (the key would travel along), reads an answer only up to
a size and a time, asks for plain bytes (a small packed answer may unpack to gigabytes), and keeps
no connection.
"""

import importlib
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from core.errors import ProviderError
from core.providers.http import LARGEST, retry_at, untrusted
from core.providers.llm.voice import Vendor

M = TypeVar("M", bound=BaseModel)
CODE = re.compile(r"[\w.-]{1,60}")
REST_AND_WHOLE = ("remaining", "limit")
NOTHING_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class TooMuch(httpx2.TransportError):
    """The answer is larger, slower or otherwise than we read."""


def loaded(name: str) -> Any:
    """An SDK's module, only where there is a key: it takes a second and 100 MB."""
    return importlib.import_module(name)


def client(ca_file: Path | None) -> httpx2.Client:
    """A client for an SDK; `ca_file` holds a further authority to trust."""
    return httpx2.Client(
        headers={"Accept-Encoding": "identity"},
        follow_redirects=False,
        trust_env=False,
        verify=_trust(ca_file) if ca_file else True,
        limits=httpx2.Limits(max_keepalive_connections=0),
        event_hooks={"response": [_limit]},
    )


def refused(vendor: Vendor, response: httpx2.Response, now: datetime) -> ProviderError:
    """The error for an answer that is none."""
    headers = response.headers
    again = retry_at(headers.get("retry-after"), now, headers.get("date"))
    return vendor.refusal(response.status_code, code_in(_json(response)), again)


def unreached(vendor: Vendor, error: BaseException | None) -> ProviderError:
    """The error for a call without an answer. The exception's own text may hold the key."""
    if isinstance(error, NOTHING_SENT):
        if untrusted(error):
            return vendor.untrusted()
        return vendor.unreached()
    if isinstance(error, TooMuch):
        return vendor.broken("answered with more than we read")
    if isinstance(error, httpx2.TimeoutException):
        return vendor.broken("did not answer in time")
    return vendor.broken("broke off in the middle")


def read(vendor: Vendor, shape: type[M], body: Any, status: int = 200) -> M:
    """The vendor's answer in the shape we need. An error inside a good status is an error."""
    if code := code_in(body):
        inner = body["error"].get("code") if isinstance(body["error"], dict) else None
        inner = inner if isinstance(inner, int) and 400 <= inner < 600 else 500
        raise vendor.refusal(inner, code)
    try:
        return shape.model_validate(body)
    except ValidationError:
        raise vendor.broken("gave an answer that cannot be read", status) from None


def read_response(vendor: Vendor, shape: type[M], response: httpx2.Response) -> M:
    """The same of an SDK's raw response."""
    return read(vendor, shape, _json(response), response.status_code)


def code_in(body: Any) -> str:
    """The vendor's own word for its error ("" where there is none), never its sentence: that may
    repeat what was sent.
    """
    error = body.get("error") if isinstance(body, dict) else None
    if not error:
        return ""
    words = [error.get("code"), error.get("type")] if isinstance(error, dict) else [error]
    found = (word for word in words if isinstance(word, str) and CODE.fullmatch(word))
    return next(found, "error")


def _json(response: httpx2.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def left(headers: Mapping[str, str], name: str) -> str | None:
    """What an answer says is left: "3,999 of 4,000 requests, 79 of 80 tokens". `name` is the header
    of the vendor, with {kind} (requests, tokens) and {what} (remaining, limit) in it.
    """
    told = []
    for kind in ("requests", "tokens"):
        rest, whole = (headers.get(name.format(kind=kind, what=w), "") for w in REST_AND_WHOLE)
        if rest.isdigit() and whole.isdigit():
            told.append(f"{int(rest):,} of {int(whole):,} {kind}")
    return ", ".join(told) or None


class _Limited(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, seconds: float) -> None:
        self._inner = inner
        self._until = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._inner:
            size += len(part)
            if size > LARGEST or time.monotonic() > self._until:
                raise TooMuch("the answer is larger or slower than we read")
            yield part

    def close(self) -> None:
        self._inner.close()


def _limit(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise TooMuch("the answer is packed, which was not asked for")
    timeouts = response.request.extensions.get("timeout", {})
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Limited(response.stream, timeouts.get("read") or 60.0)


def _trust(ca_file: Path) -> SSLContext:
    context = create_default_context()
    context.load_verify_locations(ca_file)
    return context
