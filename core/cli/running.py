"""run and self-check: jobs by hand, and whether the providers are well."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from core.cli import approving
from core.cli.frame import (
    CLI,
    Json,
    campaign_id_of,
    counts_line,
    note,
    opened,
    say,
    say_json,
    table,
)
from core.domain.access import SYSTEM
from core.domain.states import JobName, JobState, ProviderState
from core.pipeline import provider_checks, runner
from core.pipeline.jobs import JOBS, PIPELINE
from core.pipeline.runner import RunResult
from core.queries import health
from core.queries.health import ProviderRow
from core.runtime import Runtime
from db.session import reading

WATCH = 10.0  # seconds between two checks
WHOLE = "pipeline"
RUNNABLE = (WHOLE, *(str(job.name) for job in JOBS))


def add_to(app: typer.Typer) -> None:
    """Puts the commands on the command line."""
    app.command("run")(run)
    app.command("self-check")(self_check)


def _runnable(job: str) -> str:
    if job not in RUNNABLE:
        raise typer.BadParameter(f"There is no job {job}. Choose from: {', '.join(RUNNABLE)}.")
    return job


def run(
    job: Annotated[str, typer.Argument(help=" | ".join(RUNNABLE), callback=_runnable)],
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    client: Annotated[str | None, typer.Option(help="Whose campaign it is.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many items.")] = None,
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="Approve the campaign's leads and messages.")
    ] = False,
    json: Json = False,
) -> None:
    """Run a job now, in a slot of its own; `pipeline` is harvest to nurture in order."""
    with opened() as rt:
        with reading(rt.sessions) as session:
            campaign_id = campaign_id_of(session, campaign, client)
        if auto_approve:
            approving.turn_on(rt, campaign_id)
        names = PIPELINE if job == WHOLE else (JobName(job),)
        results = _run(rt, names, campaign_id, limit)
        if auto_approve:
            approving.approve_waiting(rt, campaign_id)
    if json:
        shown = [_shape(result) for result in results]
        say_json(shown if job == WHOLE else shown[0])
    else:
        _tell(results)
    if results[-1].error:
        note(results[-1].error)
        raise typer.Exit(1)


def _run(
    rt: Runtime, names: Sequence[JobName], campaign_id: int | None, limit: int | None
) -> list[RunResult]:
    """One after another; what follows a failed one is left."""
    results: list[RunResult] = []
    for name in names:
        results.append(runner.run_job(rt, name, campaign_id=campaign_id, by=CLI, limit=limit))
        if results[-1].state is JobState.FAILED:
            break
    return results


def _tell(results: Sequence[RunResult]) -> None:
    for result in results:
        say(f"{result.job} {result.state}: {counts_line(result.counts)} ({result.seconds} s)")
        for sentence in result.notes:
            say(f"  {sentence}")


def self_check(
    status: Annotated[
        bool, typer.Option("--status", help="Tell what is known, ask nobody.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again and again until Ctrl-C.")] = False,
    json: Json = False,
) -> None:
    """Ask every configured provider whether it could work, without side effects."""
    with opened() as rt:
        while True:
            if not status:
                provider_checks.check_all(rt)
            with reading(rt.sessions) as session:
                rows = health.providers(session, SYSTEM)
            needed = health.standing_still(rows)
            if json:
                say_json({"healthy": not needed, "providers": [_provider(row) for row in rows]})
            else:
                _draw(rows)
            if not watch:
                break
            time.sleep(WATCH)
    if needed:
        row = needed[0]
        note(f"{row.provider} ({row.port}) is down. {row.advice or row.last_error or ''}".strip())
        raise typer.Exit(1)


def _shape(result: RunResult) -> dict[str, Any]:
    return {
        "job": str(result.job),
        "slot": result.slot,
        "state": str(result.state),
        "counts": result.counts,
        "seconds": result.seconds,
    }


def _provider(row: ProviderRow) -> dict[str, Any]:
    return {
        "port": row.port,
        "provider": row.provider,
        "state": str(row.state),
        "configured": row.configured,
        "success_rate": row.success,
        "latency_ms": row.latency_ms,
        "last_error": row.last_error,
        "advice": row.advice,
    }


def _draw(rows: tuple[ProviderRow, ...]) -> None:
    headings = ("port", "provider", "for", "state", "success", "ms", "what to do")
    table(
        headings,
        [
            (
                row.port,
                row.provider,
                row.mailbox or "all",
                row.state,
                None if row.success is None else f"{row.success:.0%}",
                None if row.latency_ms is None else f"{row.latency_ms:.0f}",
                row.advice or row.last_error if row.state is not ProviderState.HEALTHY else "",
            )
            for row in rows
        ],
    )
