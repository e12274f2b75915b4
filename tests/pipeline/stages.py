"""Stages for tests of the runner: what they do is set in SCRIPT, what was asked is in CALLS."""

from collections.abc import Callable

from core.domain.states import JobName
from core.pipeline.jobs import Job
from core.pipeline.report import Report
from core.runtime import Runtime

CALLS: list[tuple[int | None, int | None]] = []
SCRIPT: list[Callable[[], Report]] = []

JOBS = (
    Job(JobName.SCORE, "tests.pipeline.stages"),
    Job(JobName.DISPATCH, "tests.pipeline.stages"),
)


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Does the next thing of the script, else reports one."""
    CALLS.append((campaign_id, limit))
    return SCRIPT.pop(0)() if SCRIPT else Report.of(done=1)
