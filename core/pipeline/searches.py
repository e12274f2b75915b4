"""Searches for people: who fits is looked up free, their addresses are bought, a list is made.

Safe to run twice, beside itself, or to be killed: an address is claimed before it is bought and
written when it came, under the money of the client's day; the list and the end of the search are
one transaction, and only the first to end it makes the list.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.domain.access import SYSTEM
from core.domain.lookups import LookupOutcome, SearchState
from core.errors import AicmoError, ProviderError, Unavailable, Uncertain
from core.pipeline.report import Report
from core.pipeline.waterfall import MICROS, patiently
from core.providers.faces import Source
from core.providers.search.port import Found, Page, Wanted
from core.runtime import Runtime
from core.services import imports, lookups, searches
from core.services.lookups import Ended, Terms
from core.services.searches import LISTS, PORT, Order
from db.session import reading, transaction

HEADINGS = (
    *("email", "first_name", "last_name", "title", "seniority", "linkedin", "city", "state"),
    *("country", "company", "website", "industry", "employees"),
)
USED_UP = "The client's money for the day is used up."


def run(rt: Runtime, *, campaign_id: int | None = None) -> Report:
    """Counts: searched, bought (addresses)."""
    report = Report()
    with reading(rt.sessions) as session:
        ids = searches.waiting(session, campaign_id)
    for one in ids:
        if rt.stopping():
            break
        report += run_one(rt, one)
    return report


def run_one(rt: Runtime, search_id: int) -> Report:
    """One search, to its end. A provider out of reach leaves it for the next run; one that needs a
    person fails it, and what was bought becomes a list all the same.
    """
    with transaction(rt.sessions) as session:
        order = searches.begin(session, search_id)
    if order is None:
        return Report()
    source = next((s for s in rt.providers.sources(PORT) if s.provider == order.provider), None)
    if source is None:
        note = f"{order.provider.capitalize()} is turned off or has no key. Set it in Settings."
        return _end(rt, order, SearchState.FAILED, note)
    try:
        told = _Hunt(rt, order, source).run()
    except (Unavailable, Uncertain) as error:
        return Report.of(error.sentence, unanswered=1)
    except ProviderError as error:
        return _end(rt, order, SearchState.FAILED, f"{error.sentence} {error.advice}".strip())
    if told is None:
        return Report()  # the process is to end
    return _end(rt, order, SearchState.COMPLETED, told)


class _Hunt:
    """One search under way."""

    def __init__(self, rt: Runtime, order: Order, source: Source[Any]) -> None:
        self._rt = rt
        self._order = order
        self._source = source
        given = {name: tuple(order.wanted.get(name, ())) for name in LISTS}
        self._wanted = Wanted(**given, keywords=str(order.wanted.get("keywords", "")))

    def run(self) -> str | None:
        """Page after page; gives the note for people, None where it was interrupted."""
        page = self._order.page
        while not self._rt.stopping():
            found = self._look(page)
            stop = self._buy(found.numbers)
            if stop is not None or self._rt.stopping():
                return stop
            with transaction(self._rt.sessions) as session:
                searches.turn_page(
                    session, self._order.search_id, page=page, seen=len(found.numbers)
                )
            if not found.more:
                return ""
            page += 1
        return None

    def _look(self, page: int) -> Page:
        found: Page = patiently(
            self._rt, lambda: self._source.ask(lambda adapter: adapter.look(self._wanted, page))
        )
        return found

    def _buy(self, numbers: Sequence[str]) -> str | None:
        """The addresses of a page, a packet at a time; a note where the search ends here."""
        at_once = self._source.adapter.at_once
        for start in range(0, len(numbers), at_once):
            with reading(self._rt.sessions) as session:
                left = self._order.most - searches.count_found(session, self._order.search_id)
            if left <= 0:
                return ""
            if self._rt.stopping():
                return None
            if self._packet(numbers[start : start + min(at_once, left)]):
                return USED_UP
        return None

    def _packet(self, numbers: Sequence[str]) -> int:
        """One call; gives how many were left for want of money."""
        rt, about = self._rt, {f"person:{number}": number for number in numbers}
        with transaction(rt.sessions) as session:
            claim = lookups.claim(session, self._terms(), list(about), now=rt.now())
        rows = {about[one]: row_id for one, row_id in claim.rows.items()}
        if rows:
            self._ask(rows)
        return claim.over_budget

    def _ask(self, rows: dict[str, int]) -> None:
        rt, ids = self._rt, list(rows.values())
        try:
            found = patiently(rt, lambda: self._source.ask(lambda a: a.reveal(list(rows))))
        except Uncertain:
            with transaction(rt.sessions) as session:
                lookups.uncertain(session, ids, now=rt.now())
            raise
        except ProviderError:
            with transaction(rt.sessions) as session:
                lookups.release(session, ids)
            raise
        ended = [_ended(row_id, found.get(number)) for number, row_id in rows.items()]
        with transaction(rt.sessions) as session:
            lookups.end(session, ended, now=rt.now())

    def _terms(self) -> Terms:
        settings, order = self._rt.settings, self._order
        return Terms(
            client_id=order.client_id,
            port=PORT,
            provider=order.provider,
            price=self._source.adapter.price_micros,
            a_lead=round(settings.lookup_lead_ceiling * MICROS),
            usual_budget=round(settings.lookup_daily_budget * MICROS),
            search_id=order.search_id,
        )


def _ended(row_id: int, found: Found | None) -> Ended:
    if found is None:
        return Ended(row_id, LookupOutcome.MISSED)
    answer = {"row": dict(found.row), "raw": found.raw}
    return Ended(row_id, LookupOutcome.FOUND, found.cost_micros, len(found.row), answer)


def _end(rt: Runtime, order: Order, state: SearchState, note: str) -> Report:
    """The finds as a list, queued, together with the end of the search."""
    with reading(rt.sessions) as session:
        rows = searches.found_rows(session, order.search_id)
    file = _written(rt, order, rows) if rows else None
    if not rows and not note:
        note = "Nobody was found. Ask for less at once, or in other words."
    try:
        with transaction(rt.sessions) as session:
            batch_id = None if file is None else _queued(session, rt, order, file)
            if not searches.finish(
                session, order.search_id, state, note=note, batch_id=batch_id, now=rt.now()
            ):
                raise _Late("A twin was quicker.")
    except _Late:
        return Report()
    return Report({"searched": 1, "bought": len(rows)}, (note,) if note else ())


class _Late(AicmoError):
    """The search was ended meanwhile: nothing of this is kept."""


def _written(rt: Runtime, order: Order, rows: Sequence[dict[str, str]]) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    folder = rt.data_dir / "searches"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{order.provider}-search-{order.search_id}.csv"
    partial = file.with_suffix(".part")
    partial.write_text(out.getvalue(), encoding="utf-8")
    partial.replace(file)
    return file


def _queued(session: Any, rt: Runtime, order: Order, file: Path) -> int:
    batch = imports.start(
        session,
        SYSTEM,
        order.campaign_id,
        file,
        folder=rt.data_dir / "imports",
        mapping={name: name for name in HEADINGS},
        source=f"{order.provider} search",
        now=rt.now(),
    )
    return batch.id
