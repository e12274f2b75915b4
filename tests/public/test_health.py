"""What watchers outside are told: alive, and ready or not, part by part."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.public.health import SILENT
from core.public.routes import ROUTES
from core.queries.health import SCHEDULER
from core.runtime import Runtime
from core.services import heartbeats
from db.session import transaction


@pytest.fixture
def web(rt: Runtime) -> Iterator[TestClient]:
    app = Starlette(routes=ROUTES)
    app.state.rt = rt
    with TestClient(app) as client:
        yield client


def beat(rt: Runtime, ago: timedelta = timedelta(0)) -> None:
    with transaction(rt.sessions) as session:
        at = rt.now() - ago
        heartbeats.beat(session, name="scheduler:test", kind=SCHEDULER, started_at=at, now=at)


def test_all_is_well(rt: Runtime, web: TestClient) -> None:
    beat(rt, timedelta(seconds=12))

    answer = web.get("/ready")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "status": "ready",
        "parts": {
            "database": {"ok": True},
            "schema": {"ok": True},
            "scheduler": {"ok": True, "seconds": 12},
        },
    }


def test_without_a_scheduler_it_is_not_ready_and_says_what_to_do(web: TestClient) -> None:
    answer = web.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["parts"]["scheduler"] == {
        "ok": False, "seconds": None, "said": "No scheduler runs. Start one: python scheduler.py"
    }  # fmt: skip


def test_a_scheduler_that_fell_silent_is_told_with_its_age(rt: Runtime, web: TestClient) -> None:
    beat(rt, SILENT + timedelta(seconds=1))

    answer = web.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["parts"]["scheduler"]["seconds"] == 181


def test_an_old_schema_is_not_ready(rt: Runtime, web: TestClient) -> None:
    beat(rt)
    with transaction(rt.sessions) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    answer = web.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["parts"]["schema"]["said"] == "Run `python -m core migrate`."
    assert answer.json()["parts"]["database"]["ok"]


@pytest.mark.sqlite
def test_a_database_that_does_not_answer_is_told_and_the_process_still_lives(
    rt: Runtime, web: TestClient
) -> None:
    beat(rt)
    rt.engine.dispose()
    for path in rt.data_dir.parent.glob("**/*.db*"):
        path.rename(path.parent / f"{path.name}.gone")
        path.mkdir()

    answer, alive = web.get("/ready"), web.get("/health")

    assert answer.status_code == 503
    assert {part["said"] for part in answer.json()["parts"].values()} == {
        "The database does not answer."
    }
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})


def test_a_balancer_may_ask_for_some_parts_only(web: TestClient) -> None:
    some = web.get("/ready?part=database&part=schema")
    wrong = web.get("/ready?part=moon")

    assert (some.status_code, list(some.json()["parts"])) == (200, ["database", "schema"])
    assert wrong.status_code == 400
    assert wrong.json()["said"].startswith("There is no part moon. Known are: database,")
