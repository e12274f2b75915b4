"""The ledger of language models, kept in the database.

A call is on record, with the most it may cost, before it is made: what cannot be written must not
be spent. What cannot be written afterwards never undoes the answer.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.providers.llm.terms import Attempt, Ended, Remembered
from core.services import llm_calls
from db.session import Sessions, reading, transaction

MICROS = 1_000_000

log = logs.get("llm")


class DatabaseLedger:
    """Implements core.providers.llm.terms.Ledger; threads and processes may share it."""

    def __init__(
        self, sessions: Sessions, clock: Callable[[], datetime], usual_budget: float
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._usual_micros = int(usual_budget * MICROS)

    def begin(self, attempt: Attempt) -> int | None:
        """The call's number, or None where the client's money for the day does not cover it."""
        with transaction(self._sessions) as session:
            number, covered = llm_calls.begin(
                session,
                _call(attempt),
                most_micros=attempt.most_micros,
                usual_micros=self._usual_micros,
                now=self._clock(),
            )
        return number if covered else None

    def end(self, number: int, ended: Ended) -> None:
        """What came of it. Unwritten, the call keeps counting at its most."""
        try:
            with transaction(self._sessions) as session:
                llm_calls.end(
                    session,
                    number,
                    ended.outcome,
                    tokens_in=ended.tokens_in,
                    tokens_out=ended.tokens_out,
                    cost_micros=ended.cost_micros,
                    latency_ms=ended.latency_ms,
                )
        except SQLAlchemyError as error:
            log.warning("the end of a call was not written", call=number, exc_info=error)

    def remembered(self, key: str) -> Remembered | None:
        """The answer to an identical prompt."""
        with reading(self._sessions) as session:
            found = llm_calls.remembered(session, key, now=self._clock())
            if found is None:
                return None
            return Remembered(found.provider, found.model, found.answer)

    def remember(self, key: str, task: str, version: str, answer: Remembered) -> None:
        """Keeps an answer for the next time."""
        row = {
            "key": key,
            "task": task,
            "prompt_version": version,
            "provider": answer.provider,
            "model": answer.model[:120],
            "answer": dict(answer.answer),
        }
        try:
            with transaction(self._sessions) as session:
                llm_calls.remember(session, row, now=self._clock())
        except SQLAlchemyError as error:
            log.warning("an answer was not kept", task=task, exc_info=error)

    def repeated(self, attempt: Attempt) -> None:
        """An answer was given from memory."""
        try:
            with transaction(self._sessions) as session:
                llm_calls.repeated(session, _call(attempt), now=self._clock())
        except SQLAlchemyError as error:
            log.warning("a repeated answer was not written", exc_info=error)


def _call(attempt: Attempt) -> dict[str, Any]:
    return {
        "client_id": attempt.client_id,
        "provider": attempt.provider,
        "model": attempt.model[:120],
        "task": attempt.task,
        "prompt_version": attempt.version,
    }
