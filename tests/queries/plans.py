"""What the database would do for the statements a query sends: no table read whole, no sort."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

LARGE = ("leads", "messages", "contacts", "accounts", "lead_events", "threads", "review_items",
         "facts", "events", "classifications", "enrolments", "lead_scores", "signals",
         "match_pairs", "match_keys", "merges")  # fmt: skip


def plans(session: Session, ask: Callable[[], object]) -> list[tuple[str, str]]:
    """(statement, line of its plan) for each statement that `ask` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, parameters: Any, _x: Any, _m: bool) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    engine = session.get_bind()
    assert isinstance(engine, Engine)
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    connection = session.connection()
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    return [
        (statement, line[-1])
        for statement, parameters in sent
        for line in connection.exec_driver_sql(explain + statement, parameters)
    ]


def whole_reads(found: list[tuple[str, str]]) -> list[str]:
    """Plan lines that read one of the large tables from end to end."""
    scan = re.compile(rf"(^SCAN|Seq Scan on) ({'|'.join(LARGE)})\b")
    return [f"{line}: {statement}" for statement, line in found if scan.search(line)]


def sorts(found: list[tuple[str, str]]) -> list[str]:
    """Plan lines that sort rows in memory; of SQLite alone."""
    return [f"{line}: {statement}" for statement, line in found if "TEMP B-TREE" in line]
