"""Logs are JSON lines that hold no address and no secret."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import logs


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    logs.configure(tmp_path, to_stderr=False)
    yield tmp_path / "logs" / "aicmo.log"
    logs.close()


def written(path: Path) -> dict[str, object]:
    return json.loads(path.read_text(encoding="utf-8").splitlines()[-1])


def test_a_line_is_json_with_time_and_level(lines: Path) -> None:
    logs.get("room").info("something ended", job="score", counts={"sent": 3}, seconds=1.5)

    line = written(lines)

    assert (line["event"], line["level"], line["logger"]) == (
        "something ended",
        "info",
        "aicmo.room",
    )
    assert (line["counts"], line["seconds"]) == ({"sent": 3}, 1.5)
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    "given",
    [
        {"password": "hunter2"},
        {"smtp_password": "hunter2"},
        {"api_key": "hunter2"},
        {"Authorization": "hunter2"},
        {"email": "hunter2"},
        {"body_text": "hunter2"},
        {"nested": {"token": "hunter2"}},
        {"many": [{"secret": "hunter2"}]},
        {"why": "no box hunter2@firm.example here"},
        {"url": "postgresql://bob:hunter2@host/db"},
        {"why": "Bearer hunter2"},
        {"path": Path("/x/hunter2@firm.example")},
    ],
    ids=str,
)
def test_secrets_and_people_are_starred_out(given: dict[str, object], lines: Path) -> None:
    logs.get("room").warning("look", **given)

    assert "hunter2" not in lines.read_text(encoding="utf-8")


def test_an_exception_is_told_by_kind_and_place_not_by_its_text(lines: Path) -> None:
    try:
        raise ValueError("hunter2")
    except ValueError as error:
        logs.get("room").error("it failed", exc_info=error)

    line = written(lines)
    assert line["exception"] == "ValueError"
    assert "test_an_exception" in str(line["where"])
    assert "hunter2" not in str(line)


def test_the_scheduler_also_speaks_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(tmp_path, to_stderr=True)

    logs.get("room").info("hello")
    logs.close()

    assert json.loads(capsys.readouterr().err)["event"] == "hello"
