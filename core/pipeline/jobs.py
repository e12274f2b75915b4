"""What the clock does: the jobs, in the order in which they run when several are due."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.states import JobName
from core.errors import Invalid
from core.pipeline.report import Report
from core.runtime import Runtime


class Stage(Protocol):
    """Does all due work in small transactions; may be run twice, be killed, have a twin."""

    def __call__(
        self, rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None
    ) -> Report:
        """One turn, for all campaigns or one."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """A stage by its name; its module is imported when it first runs, so that nothing that needs
    one job waits for all. Its default slots stand in core.domain.slots.
    """

    name: JobName
    module: str
    by_campaign: bool = True  # whether it can run for one campaign only

    def stage(self) -> Stage:
        """The stage's `run`."""
        run: Stage = importlib.import_module(self.module).run
        return run


JOBS: tuple[Job, ...] = (
    Job(JobName.HARVEST, "core.pipeline.harvest"),
    Job(JobName.ENRICH, "core.pipeline.enrich"),
    Job(JobName.SCORE, "core.pipeline.score"),
    Job(JobName.QUALIFY, "core.pipeline.qualify"),
    Job(JobName.ROUTE, "core.pipeline.route"),
    Job(JobName.NURTURE, "core.pipeline.nurture"),
    Job(JobName.REPLIES, "core.pipeline.replies"),
    Job(JobName.TIDY, "core.pipeline.tidy"),
    Job(JobName.DISPATCH, "core.pipeline.dispatch"),
    Job(JobName.DELIVER, "core.pipeline.deliver", by_campaign=False),
    Job(JobName.CRM, "core.pipeline.crm", by_campaign=False),
    Job(JobName.BULK, "core.pipeline.bulk", by_campaign=False),
    Job(JobName.MATCHING, "core.pipeline.matching", by_campaign=False),
    Job(JobName.PREDICT, "core.pipeline.predict", by_campaign=False),
    Job(JobName.ROLLUPS, "core.pipeline.rollups"),
    Job(JobName.PROVIDER_CHECKS, "core.pipeline.provider_checks", by_campaign=False),
)
PIPELINE: tuple[JobName, ...] = (
    *(JobName.HARVEST, JobName.ENRICH, JobName.SCORE),
    *(JobName.QUALIFY, JobName.ROUTE, JobName.NURTURE),
)


def job_of(name: JobName, jobs: Sequence[Job] = JOBS) -> Job:
    """The job of that name."""
    for job in jobs:
        if job.name is name:
            return job
    raise Invalid(f"There is no job called {name}.")
