"""What PostgreSQL's planner is told, where we know more than it does; SQLite needs no telling."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.base import Base

_ONE_BY_ONE = text(
    "SELECT "
    + ", ".join(
        f"set_config('{name}', '{value}', true)"
        for name, value in (
            *((f"enable_{way}", "off") for way in ("seqscan", "hashjoin", "mergejoin")),
            *(("max_parallel_workers_per_gather", "0"), ("jit", "off")),
            ("random_page_cost", "1.1"),  # else it walks far along a key rather than by an index
        )
    )
)


def one_by_one(session: Session) -> None:
    """Until the transaction ends, rows are found by an index and joined one by one.

    For a page of a long list: its walk looks at some thousands of rows at most, and nothing it is
    joined with is to be read whole for them. The planner cannot know: it takes LIMIT and the bound
    of a walk for less than they are, all the more before a table was analysed.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ONE_BY_ONE)


def by_one_worker(session: Session) -> None:
    """Until the transaction ends, no question is spread over workers: for an answer that takes a
    tenth of a second, to start them takes longer than they save, and others want the processors.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT set_config('max_parallel_workers_per_gather', '0', true)"))


def look_anew(session: Session, models: Sequence[type[Base]]) -> None:
    """Measures tables that have just grown, which autovacuum does some time later and where it is
    on. By a small sample, as that takes a tenth of the time; what others are at is left to them.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(model.__tablename__ for model in models)
        session.execute(text("SELECT set_config('default_statistics_target', '30', true)"))
        session.execute(text(f"ANALYZE (SKIP_LOCKED) {names}"))
