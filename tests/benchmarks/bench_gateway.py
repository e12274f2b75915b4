"""What the gateway costs a call: chain, breaker, health and rate limit, by two processes at once.

    .venv/bin/python -m tests.benchmarks.bench_gateway [calls]

Both processes call a provider that answers after two milliseconds, which are taken off. The narrow
limit is counted in the database with every call, the wide one a few calls at a time.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path

from core import runtime
from core.config import Settings
from core.providers.limits import Limit
from core.runtime import Runtime
from core.services import health
from db.session import transaction
from tests.benchmarks.figures import workspace

CALLS = 2_000
AIM = 3.0  # ms a call at the median
LIMITS = {"a narrow limit": Limit(95, 0.05), "a wide limit": Limit(100_000, 60)}
ADAPTERS = {"enrichment": {"acme": lambda _settings: Acme()}}


class Acme:
    """Answers after a moment, and says how long it took."""

    def find(self) -> float:
        started = time.perf_counter()
        time.sleep(0.002)
        return time.perf_counter() - started


def milliseconds(rt: Runtime, calls: int) -> list[float]:
    """What each call took beyond the call itself."""
    found = []
    for _ in range(calls):
        started = time.perf_counter()
        answered = rt.providers.chain("enrichment").ask(Acme.find, repeatable=True)
        found.append((time.perf_counter() - started - answered) * 1000)
    return found


def beside(settings: Settings, calls: int) -> None:
    """The other process."""
    rt = runtime.build(settings, adapters=ADAPTERS)
    milliseconds(rt, calls)
    rt.close()


def prepare(rt: Runtime, limit: Limit) -> None:
    """A provider with a limit that is kept count of and never reached."""
    with transaction(rt.sessions) as session:
        row = health.rows_for(session, {("enrichment", "acme", "")})["enrichment", "acme", ""]
        row.limit_calls, row.limit_seconds = limit.calls, limit.seconds


def measure(folder: Path, limit: Limit, calls: int) -> list[float]:
    """The calls of one process while another makes as many."""
    with workspace(folder) as rt:
        prepare(rt, limit)
        mine = runtime.build(rt.settings, adapters=ADAPTERS)
        milliseconds(mine, 50)  # warm
        spawn = multiprocessing.get_context("spawn")
        other = spawn.Process(target=beside, args=(rt.settings, calls * 50))
        other.start()
        time.sleep(3)  # until it is at work
        taken = milliseconds(mine, calls)
        busy = other.is_alive()
        other.terminate()
        other.join()
        mine.close()
    if not busy:
        raise RuntimeError("The other process ended too early to disturb.")
    return taken


def main(calls: int = CALLS) -> None:
    """Prints the median and the tail."""
    for what, limit in LIMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            taken = sorted(measure(Path(folder), limit, calls))
        middle, tail = statistics.median(taken), taken[int(len(taken) * 0.95)]
        verdict = "kept" if middle <= AIM else "NOT kept"
        print(
            f"gateway overhead, SQLite, two processes, {what}: {middle:.2f} ms a call at the "
            f"median, {tail:.2f} ms at the 95th percentile ({calls:,} calls; aim {AIM:g} ms "
            f"{verdict})",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
