"""The one way out of every webhook: a signed POST, and what its answer means."""

import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import certifi
import httpcore

from core.domain import targets
from core.errors import Misconfigured, ProviderError, Rejected, Unavailable
from core.providers.automation import guard
from core.providers.automation.guard import Guarded, Resolve
from core.providers.automation.port import Gone, Notice, Receipt, Target
from core.providers.http import retry_at

VERSION = 1  # of the body
LARGEST = 64 * 1024  # bytes of an answer that are read
NOT_THIS_ONE = frozenset({400, 406, 413, 414, 415, 422, 431})  # another notice may be taken
Errors = Mapping[str, type[ProviderError]]  # a vendor's word in an answer → what it means


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def document(notice: Notice) -> dict[str, Any]:
    """The body that everybody gets who has no format of their own."""
    return {
        "version": VERSION,
        "id": notice.id,
        "kind": notice.kind,
        "at": notice.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "client": None if notice.client is None else dict(notice.client),
        "subject": notice.subject,
        "data": dict(notice.payload),
    }


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=<unix>,v1=<hex HMAC-SHA256 of "t.body">`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Door:
    """Tells one endpoint. `errors` are the vendor's own words, `note` what its yes is worth."""

    def __init__(
        self,
        target: Target,
        *,
        errors: Errors | None = None,
        note: str = "",
        resolve: Resolve = guard.look_up,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._target = target
        self._errors = errors or {}
        self._note = note
        self._resolve = resolve
        self._network = network

    def tell(self, notice: Notice, body: Mapping[str, Any], *, now: datetime) -> Receipt:
        """One POST of the body as JSON, signed; raises one of the four errors, or Gone."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode()
        secret = self._target.secret.get_secret_value()
        headers = {
            "Accept-Encoding": "identity",
            "AICMO-Event": notice.kind,
            "AICMO-Signature": signature(secret, raw, int(now.timestamp())),
            "Connection": "close",
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": notice.id,
            "User-Agent": "AICMO-Webhooks/1",
        }
        answer = self._post(raw, headers)
        return self._judged(answer, now)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        url = self._target.url.get_secret_value()
        host = self._checked(url).host
        try:
            with (
                self._pool() as pool,
                pool.stream(
                    "POST",
                    url.strip().partition("#")[0],
                    headers=list(headers.items()),
                    content=body,
                ) as answer,
            ):
                return Answer(answer.status, _start(answer), _headers(answer))
        except httpcore.TimeoutException:
            seconds = f"{self._target.seconds:g}"
            raise Unavailable(f"{host} did not answer within {seconds} seconds.") from None
        except httpcore.ConnectError as error:
            raise _not_connected(host, error) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise Unavailable(f"The connection to {host} broke off.") from None

    def _checked(self, url: str) -> targets.Target:
        try:
            return targets.check(url, allowed=self._target.allowed)
        except ValueError as error:
            raise Misconfigured(str(error), advice=guard.ADVICE) from None

    def _pool(self) -> httpcore.ConnectionPool:
        context = ssl.create_default_context(cafile=certifi.where())
        if self._target.ca_file is not None:
            context.load_verify_locations(self._target.ca_file)
        network = Guarded(
            allowed=self._target.allowed,
            seconds=self._target.seconds,
            resolve=self._resolve,
            network=self._network,
        )
        return httpcore.ConnectionPool(ssl_context=context, network_backend=network, retries=0)

    def _judged(self, answer: Answer, now: datetime) -> Receipt:
        if 200 <= answer.status < 300:
            return Receipt(answer.status, self._note)
        for word, kind in self._errors.items():
            if word in answer.text:
                said = f"The endpoint answered {answer.status}{_said(answer.text)}"
                raise kind(said, status=answer.status)
        raise _error(answer, now)


def _error(answer: Answer, now: datetime) -> ProviderError:
    """What a status means that the vendor has no word for."""
    status, said = answer.status, _said(answer.text)
    if status == 410:
        return Gone(f"The endpoint says it is gone (410){said}", status=status)
    if status in NOT_THIS_ONE:
        return Rejected(f"The endpoint refused this ({status}){said}", status=status)
    if status in (429, 503):
        wait = retry_at(answer.headers.get("retry-after"), now)
        sentence = f"The endpoint asks us to wait ({status})."
        return Unavailable(sentence, status=status, retry_at=wait)
    if 300 <= status < 400:
        sentence = f"The endpoint points elsewhere ({status}); we do not follow."
        return Misconfigured(sentence, status=status)
    if 400 <= status < 500 and status not in (408, 425):
        return Misconfigured(f"The endpoint does not let us in ({status}){said}", status=status)
    return Unavailable(f"The endpoint answered {status}{said}", status=status)


def _start(answer: httpcore.Response) -> str:
    """The answer as text, as far as it is read."""
    raw = b""
    for part in answer.iter_stream():
        raw += part
        if len(raw) > LARGEST:
            break
    return raw[:LARGEST].decode("utf-8", "replace")


def _headers(answer: httpcore.Response) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): v.decode("latin-1") for name, v in answer.headers}


def _not_connected(host: str, error: Exception) -> ProviderError:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
        return Misconfigured(f"The certificate of {host} cannot be trusted.", advice=guard.ADVICE)
    return Unavailable(f"{host} could not be reached.")


def _said(text: str) -> str:
    """The first words of an answer, on one line; nothing of a page of HTML."""
    words = " ".join(text.split())[:120]
    return f": {words}" if words and not words.startswith("<") else "."
