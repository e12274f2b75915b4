"""What a collector is told of the work: spans and figures. Nothing of OpenTelemetry is loaded, and
nobody is told anything, until OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

with rt.telemetry.span("job score", job="score", run=7) as span:
    span.tell(state="completed")

Attributes are words and numbers of ours (jobs, ports, providers, states, ids): never a text that a
person or a provider wrote.
"""

import importlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from core.config import Settings
from core.errors import ANSWERED, ProviderError, SetupError, outcome_of

Word = str | int | float | bool

RUNS, RUN_SECONDS, COUNTS = "aicmo.job.runs", "aicmo.job.seconds", "aicmo.job.counts"
CALLS, CALL_SECONDS = "aicmo.provider.calls", "aicmo.provider.seconds"
MESSAGES = "aicmo.messages"
FIGURES = {  # name → (unit, what it says); those in seconds are kept as histograms
    RUNS: ("{run}", "Runs of jobs, by job and state."),
    RUN_SECONDS: ("s", "How long a run took, by job."),
    COUNTS: ("{item}", "What runs counted, by job and word (sent, scored, …)."),
    CALLS: ("{call}", "Calls of providers, by port, provider and outcome."),
    CALL_SECONDS: ("s", "How long a provider took to answer, by port and provider."),
    MESSAGES: ("{message}", "Messages that were tried, by what became of them."),
}


class Span:
    """A piece of work under way."""

    def tell(self, **words: Word) -> None:
        """Adds what became known meanwhile."""

    def failed(self, kind: str) -> None:
        """It did not end well: the kind of the trouble, never its text."""


class Telemetry:
    """Tells nobody: what is in force while no collector is named."""

    @contextmanager
    def span(self, name: str, **_words: Word) -> Iterator[Span]:
        """A piece of work from now until the block ends; an Exception marks it as failed."""
        yield Span()

    def past(self, name: str, seconds: float, *, failed: str = "", **words: Word) -> None:
        """A piece of work that has just ended."""

    def count(self, figure: str, number: int = 1, /, **words: Word) -> None:
        """Adds to a figure."""

    def took(self, figure: str, seconds: float, /, **words: Word) -> None:
        """One more duration of a figure."""

    def close(self) -> None:
        """Hands over what is still held back, for a moment at most."""

    def called(
        self, port: str, provider: str, outcome: str, seconds: float, part: str = ""
    ) -> None:
        """A provider was asked: a span and two figures."""
        failed = "" if outcome == ANSWERED else outcome
        words: dict[str, Word] = {"port": port, "provider": provider, "outcome": outcome}
        self.past(f"{port} {provider}", seconds, failed=failed, **words, part=part)
        self.count(CALLS, **words)
        self.took(CALL_SECONDS, seconds, port=port, provider=provider)

    @contextmanager
    def call(self, port: str, provider: str) -> Iterator[None]:
        """The same around a call that no chain makes."""
        started, outcome = time.perf_counter(), ANSWERED
        try:
            yield
        except ProviderError as error:
            outcome = outcome_of(error)
            raise
        finally:
            self.called(port, provider, outcome, time.perf_counter() - started)


def of(settings: Settings) -> Telemetry:
    """What the settings ask for; SetupError where the collector's address is none."""
    endpoint = (settings.otel_endpoint or "").strip()
    if not endpoint:
        return Telemetry()
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SetupError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is no address. It begins with http:// or https://, as in "
            "http://localhost:4318; remove it where there is no collector."
        )
    found: Telemetry = importlib.import_module("core.otlp").build(settings, endpoint)
    return found
