"""The one place that turns transport and status into our four errors. For vendors that speak JSON.

Only a connection that was never made (refused, no such name, no answer to the connect) and 429 are
surely nothing: Unavailable. Whatever else breaks in the middle may have been done: Uncertain, or
Unavailable where the call may be repeated.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from ssl import SSLCertVerificationError, SSLContext, create_default_context
from typing import Any

import httpx

from core.errors import Misconfigured, ProviderError, Rejected, Unavailable, Uncertain
from core.providers import limits

CONNECT, READ = 10.0, 25.0  # seconds
LARGEST = 5 * 1024 * 1024  # bytes of an answer
DEEPEST = 10  # causes of an error that are looked through
NOT_TRUSTED = (
    "Check the provider's address. If a proxy of yours answers, put its authority into "
    "AICMO_TLS_CA_FILE."
)
LONGEST_WAIT = timedelta(days=1)  # a Retry-After beyond that is not believed


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its status, its JSON (None where it is empty) and its headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a vendor's own word in a refusal means, where its status alone would mislead."""

    kind: type[ProviderError]
    advice: str = ""


class Http:
    """Calls one provider. Keeps its connections until `close`."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        read_timeout: float = READ,
        ca_file: Path | None = None,
        transport: httpx.BaseTransport | None = None,
        advice: str = "",
        meanings: Mapping[str, Meaning] | None = None,
        rest: timedelta | None = None,
    ) -> None:
        """`advice` for a refused key; `meanings` by words in the body of a refusal, the first that
        is there counts; `rest` after a 429 that names no time.
        """
        self.provider = provider
        self._advice = advice or f"Check the key of {provider} and what its plan permits."
        self._meanings = meanings or {}
        self._rest = rest
        self._clock = clock
        self._read_timeout = read_timeout
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json", **(headers or {})},
            timeout=httpx.Timeout(read_timeout, connect=CONNECT),
            follow_redirects=False,  # a redirect would take our key elsewhere
            trust_env=False,
            verify=_trust(ca_file) if ca_file else True,
            transport=transport,
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; JSON in, JSON out. Raises one of the four errors, never httpx's own.

        `repeatable`: asking twice does no harm (reading), so what broke off is Unavailable. It
        takes no longer than the chain's call has left.
        """
        seconds = limits.left(self._read_timeout)
        request = self._client.build_request(
            method, path, json=body, params=params, headers=dict(headers or {}),
            timeout=httpx.Timeout(seconds, connect=min(CONNECT, seconds)),
        )  # fmt: skip
        try:
            answer = self._client.send(request, stream=True)
            with closing(answer):
                raw = self._read(answer, repeatable, give_up=time.monotonic() + 2 * seconds)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            if untrusted(error):
                raise Misconfigured(
                    f"The certificate of {self.provider} is not one of its address, or nobody we "
                    "trust signed it, so nothing was sent.",
                    provider=self.provider,
                    advice=NOT_TRUSTED,
                ) from None
            raise Unavailable(
                f"{self.provider} could not be reached.",
                provider=self.provider,
                advice="Check the network and the provider's address.",
            ) from None
        except httpx.HTTPError as error:
            raise self._broken(f"broke off ({type(error).__name__})", repeatable) from None
        return self._judged(answer, raw, repeatable)

    def close(self) -> None:
        """Lets the connections go."""
        self._client.close()

    def _read(self, answer: httpx.Response, repeatable: bool, *, give_up: float) -> bytes:
        parts, size, status = [], 0, answer.status_code
        for part in answer.iter_bytes():
            size += len(part)
            if size > LARGEST:
                raise self._broken("answered with more than we read", repeatable, status)
            if time.monotonic() > give_up:
                raise self._broken("answered too slowly", repeatable, status)
            parts.append(part)
        return b"".join(parts)

    def _judged(self, answer: httpx.Response, raw: bytes, repeatable: bool) -> Answer:
        status = answer.status_code
        if 200 <= status < 300:
            return Answer(status, self._parsed(raw, status, repeatable), dict(answer.headers))
        if status >= 400 and (told := self._told(status, raw)):
            raise told
        if status == 429:
            raise self._wait(answer)
        if status == 402:
            raise Misconfigured(
                f"{self.provider} says that the credit or plan is used up (402).",
                provider=self.provider,
                status=status,
                advice=f"Add credit at {self.provider}, or put another provider first.",
            )
        if status in (401, 403):
            raise Misconfigured(
                f"{self.provider} does not let us in ({status}).",
                provider=self.provider,
                status=status,
                advice=self._advice,
            )
        if 400 <= status < 500:
            raise Rejected(
                f"{self.provider} refused this ({status}){_reason(raw)}",
                provider=self.provider,
                status=status,
            )
        if 300 <= status < 400:
            raise Misconfigured(
                f"{self.provider} points elsewhere ({status}); we do not follow.",
                provider=self.provider,
                status=status,
                advice="Check the provider's address.",
            )
        raise self._broken(f"answered {status}", repeatable, status)

    def _told(self, status: int, raw: bytes) -> ProviderError | None:
        """What the vendor's own word means, where it is one we know."""
        for word, meaning in self._meanings.items():
            if word.encode() in raw:
                sentence = f"{self.provider} refused this ({status}){_reason(raw)}"
                return meaning.kind(
                    sentence, provider=self.provider, status=status, advice=meaning.advice
                )
        return None

    def _wait(self, answer: httpx.Response) -> Unavailable:
        now = self._clock()
        when = retry_at(answer.headers.get("retry-after"), now, answer.headers.get("date"))
        if when is None and self._rest is not None:
            when = now + self._rest
        return Unavailable(
            f"{self.provider} asks us to wait (429).",
            provider=self.provider,
            status=429,
            retry_at=when,
        )

    def _parsed(self, raw: bytes, status: int, repeatable: bool) -> Any:
        if not raw.strip():
            return None
        try:
            return json.loads(raw)
        except ValueError:
            raise self._broken("gave no JSON", repeatable, status) from None

    def _broken(self, what: str, repeatable: bool, status: int | None = None) -> ProviderError:
        kind: type[ProviderError] = Unavailable if repeatable else Uncertain
        return kind(f"{self.provider} {what}.", provider=self.provider, status=status)


def untrusted(error: BaseException | None) -> bool:
    """Whether a connection ended at the certificate: anywhere among the causes."""
    seen = 0
    while error is not None and seen < DEEPEST:
        if isinstance(error, SSLCertVerificationError):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def retry_at(header: str | None, now: datetime, date: str | None = None) -> datetime | None:
    """The moment a Retry-After names: seconds or an HTTP date; None where it cannot be read.

    A date is the server's; with its Date header `date` a clock that differs from ours costs
    nothing.
    """
    if not header:
        return None
    header = header.strip()
    try:
        if header.isdigit():
            wait = timedelta(seconds=int(header))
        else:
            wait = parsedate_to_datetime(header).astimezone(UTC) - (_moment(date) or now)
    except (ValueError, TypeError, OverflowError):
        return None
    return now + min(max(wait, timedelta(0)), LONGEST_WAIT)


def _moment(date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(date).astimezone(UTC) if date else None
    except (ValueError, TypeError, OverflowError):
        return None


def _trust(ca_file: Path) -> SSLContext:
    """The usual authorities and a further one."""
    context = create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except OSError as error:
        raise Misconfigured(
            f"The file of AICMO_TLS_CA_FILE cannot be read ({error.strerror or 'no certificate'}).",
            advice="Set AICMO_TLS_CA_FILE to a PEM file, or remove it.",
        ) from None
    return context


def _reason(raw: bytes) -> str:
    """The provider's own short word, where its JSON has one in a usual place."""
    try:
        found = json.loads(raw)
    except ValueError:
        return "."
    for key in ("message", "error", "detail", "title"):
        word = found.get(key) if isinstance(found, dict) else None
        if isinstance(word, dict):
            word = word.get("message")
        if isinstance(word, str) and word.strip():
            return f": {word.strip()[:200]}"
    return "."
