"""A workspace for measuring, and how figures are printed."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core import runtime, schema
from core.config import Settings
from core.runtime import Runtime
from db.session import connect


@contextmanager
def workspace(folder: Path, url: str | None = None) -> Iterator[Runtime]:
    """A runtime on a new SQLite database in `folder`, or on the given empty database."""
    settings = Settings(
        database_url=url or f"sqlite:///{folder / 'bench.db'}",
        data_dir=folder,
        secret_key=SecretStr("a-secret-of-the-benchmarks-long-enough"),
    )
    engine = connect(settings.url())
    schema.migrate(engine)
    engine.dispose()
    rt = runtime.build(settings)
    try:
        yield rt
    finally:
        rt.close()


@dataclass
class Spent:
    """What something took; told when it is done."""

    seconds: float = 0.0
    peak: float = 0.0  # MB of memory at most, since the process began


@contextmanager
def timed(what: str, rows: int) -> Iterator[Spent]:
    """Prints how long it took by the clock, and how busy the processor was with it."""
    spent = Spent()
    started, worked = time.perf_counter(), time.process_time()
    yield spent
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    spent.seconds, spent.peak = seconds, peak()
    rate = f"{rows / seconds:>10,.0f} rows/s"
    took = f"{seconds:>8.2f} s {busy:>8.2f} s busy"
    print(f"{what:<36}{rows:>11,} rows {took} {rate} {spent.peak:>7,.0f} MB", flush=True)


def peak(*, others: bool = False) -> float:
    """The most memory this process has held, in MB; with that of the largest it started."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if others:
        held += resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return held / 1024
