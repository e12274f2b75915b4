"""Logs as JSON lines without people's addresses and without secrets.

log = logs.get("runner")
log.info("run ended", job="score", seconds=1.2)
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

SECRET = re.compile(r"passw|secret|token|api_?key|authori[sz]ation|cookie|credential", re.I)
PERSONAL = frozenset(
    {"email", "address", "to_address", "from_address", "name", "first_name", "last_name"}
    | {"phone", "subject_line", "body", "body_text", "text", "raw"}
)
ADDRESS = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+")
IN_URL = re.compile(r"(?<=://)[^/\s:@]*:[^/\s]*@")
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
LARGEST = 10 * 1024 * 1024
KEPT = 5


def get(room: str) -> Any:
    """A logger of one room. Nothing is shown below warnings until `configure` was called."""
    return structlog.wrap_logger(
        logging.getLogger(f"aicmo.{room}"),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_kind,
            cleaned,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def configure(data_dir: Path, *, to_stderr: bool, level: int = logging.INFO) -> None:
    """Sends logs to `<data_dir>/logs/aicmo.log`, and to stderr for the scheduler."""
    ours = logging.getLogger("aicmo")
    close()
    ours.setLevel(level)
    ours.propagate = False
    if to_stderr:
        ours.addHandler(logging.StreamHandler(sys.stderr))
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    ours.addHandler(
        RotatingFileHandler(
            folder / "aicmo.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True
        )
    )


def close() -> None:
    """Lets the files go."""
    ours = logging.getLogger("aicmo")
    for handler in list(ours.handlers):
        ours.removeHandler(handler)
        handler.close()


def about(**ids: Any) -> AbstractContextManager[None]:
    """Every line within says what it is about: `with logs.about(job="score", run=7):`."""
    return structlog.contextvars.bound_contextvars(**ids)


def scrub(text: str) -> str:
    """The text without addresses, passwords in URLs and bearer tokens."""
    text = IN_URL.sub("***@", text)
    return BEARER.sub(r"\1 ***", ADDRESS.sub("***", text))


def cleaned(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The last processor before the line is made: secrets and personal fields are starred out."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if SECRET.search(key) or key.casefold() in PERSONAL:
        return "***"
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, item) for item in value]
    return value if isinstance(value, bool | int | float | None) else scrub(str(value))


def _exception_kind(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Of an exception its kind and where it arose: its text may hold what a person wrote."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["where"] = _where(error)
    return event


def _where(error: BaseException) -> list[str]:
    lines, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return lines[-8:]
