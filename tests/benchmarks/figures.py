"""A workspace for measuring, and how figures are printed."""

import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from core import migration, runtime
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
    migration.migrate(engine)
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


def peak(pid: int | str = "self") -> float:
    """The most memory a process has held since its program began, in MB.

    Not ru_maxrss: a process that was started by another begins with what that one held.
    """
    status = Path(f"/proc/{pid}/status")
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    except OSError:  # it has ended, or this system tells it otherwise
        found = None
    if found is not None:
        return int(found.group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if pid == "self" else 0.0


def peak_with_others() -> float:
    """The same, with that of the processes it has started and that are at work now."""
    tasks = Path("/proc/self/task").glob("*/children")
    return peak() + sum(peak(pid) for one in tasks for pid in one.read_text().split())
