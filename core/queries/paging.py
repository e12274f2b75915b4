"""Pages of long lists: cut by key, never by offset, and counted only up to a cap.

A list is read from one or more *streams*: each a select that one index serves in the wanted order
(one client, one campaign, one state…). The streams are merged here, so that several clients or
states cost several short index walks instead of a sort over all rows.
"""

import base64
import binascii
import heapq
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from db.models import Client

Item = TypeVar("Item")
Other = TypeVar("Other")

SIZE = 50
CAP = 10_000
EXAMINED = 40_000  # rows a page looks through at most when no index serves a filter


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, as far as was counted."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of a list; `next` and `prev` are cursors for the URL, None at the ends.

    `total` is counted up to a cap. `partly`: the search stopped after looking through many rows;
    `next` goes on from there.
    """

    rows: tuple[Item, ...]
    next: str | None = None
    prev: str | None = None
    total: Count | None = None
    partly: bool = False

    def of(self, rows: Iterable[Other]) -> "Page[Other]":
        """The same page with its rows told in full."""
        return Page(tuple(rows), self.next, self.prev, self.total, self.partly)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after (next) or before (prev) the row with this key."""

    way: Literal["next", "prev"]
    key: tuple[Any, ...]

    def encode(self) -> str:
        """Text that is safe in a URL."""
        parts = [{"t": v.isoformat()} if isinstance(v, datetime) else v for v in self.key]
        text = json.dumps([self.way, parts], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str | None, width: int) -> Cursor | None:
    """The cursor of a URL, or None (the first page) for anything that is not one of ours."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        way, parts = json.loads(raw)
        key = tuple(_value(part) for part in parts)
    except (ValueError, TypeError, KeyError, binascii.Error):
        return None
    if way not in ("next", "prev") or len(key) != width:
        return None
    return Cursor(way, key)


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a list is sorted by; the last must be unique. Highest first unless `rising`."""

    columns: tuple[Any, ...]
    rising: bool = False

    def up(self, cursor: Cursor | None) -> bool:
        """Whether rows are read from low to high: a page before the cursor is read backwards."""
        return self.rising != (cursor is not None and cursor.way == "prev")

    def apply(self, stream: Select[Any], cursor: Cursor | None) -> Select[Any]:
        """The stream from the cursor on, in the cursor's direction."""
        up = self.up(cursor)
        stream = stream.order_by(*(c.asc() if up else c.desc() for c in self.columns))
        if cursor is None:
            return stream
        mark, key = self._sides(cursor.key)
        return stream.where(mark > key if up else mark < key, *self._first(cursor.key, up))

    def until(self, key: tuple[Any, ...], up: bool) -> ColumnElement[bool]:
        """Up to this key, itself included."""
        mark, end = self._sides(key)
        return and_(mark <= end if up else mark >= end, *self._first(key, not up))

    def _first(self, key: tuple[Any, ...], above: bool) -> list[ColumnElement[bool]]:
        """The same of the first column alone, where the columns are of two tables: PostgreSQL finds
        no bound for its walk in a comparison of both.
        """
        first = self.columns[0]
        if len({column.class_ for column in self.columns}) == 1:
            return []
        return [first >= key[0] if above else first <= key[0]]

    def _sides(self, key: tuple[Any, ...]) -> tuple[Any, Any]:
        single = len(self.columns) == 1
        return (self.columns[0], key[0]) if single else (tuple_(*self.columns), key)


Narrow = Sequence[ColumnElement[bool]]  # conditions on the table that no index serves


def read(
    session: Session,
    streams: Sequence[Select[Any]],
    order: Order,
    *,
    cursor: str | None = None,
    size: int = SIZE,
    narrow: Narrow = (),
    examined: int | None = None,
) -> Page[Row[Any]]:
    """One page of the merged streams. The sort columns must stand first in each select.

    `narrow` is tried on `examined` rows (EXAMINED unless given) of all streams at most; then the
    page may be `partly`.
    """
    width = len(order.columns)
    at = _fitting(decode(cursor, width), order)
    up = order.up(at)
    found: list[Row[Any]] = []
    edges: list[tuple[Any, ...]] = []
    for stream in streams:
        base = order.apply(stream, at)
        edge = _edge(session, base, len(streams), width, examined) if narrow else None
        if edge is not None:
            base = base.where(order.until(edge, up))
        rows = session.execute(base.where(*narrow).limit(size + 1)).all()
        found += rows
        if edge is not None and len(rows) <= size:
            edges.append(edge)
    return _cut(found, edges, at, (width, size, up))


def count(
    session: Session,
    streams: Sequence[Select[Any]],
    order: Order | None = None,
    *,
    narrow: Narrow = (),
    cap: int = CAP,
    examined: int | None = None,
) -> Count:
    """How many rows the streams hold, counted up to `cap`: "10,000+" and no table read whole.

    With `narrow` an order must be given: as many rows are looked at as `read` would.
    """
    number, cut = 0, False
    for stream in streams:
        bounded = stream
        if narrow and order is not None:
            base = order.apply(stream, None)
            edge = _edge(session, base, len(streams), len(order.columns), examined)
            if edge is not None:
                bounded, cut = stream.where(order.until(edge, order.rising)), True
        inner = bounded.where(*narrow).limit(cap + 1 - number).subquery()
        number += session.execute(select(func.count()).select_from(inner)).scalar_one()
        if number > cap:
            return Count(cap, more=True)
    return Count(number, more=cut)


def client_ids(session: Session, viewer: Viewer) -> tuple[int, ...]:
    """The clients a list is about: the viewer's scope, spelt out."""
    scope = viewer.scope()
    if scope is not None:
        return tuple(sorted(scope))
    return tuple(session.execute(select(Client.id).order_by(Client.id)).scalars())


def within(column: Any, viewer: Viewer, *, focused: bool = True) -> ColumnElement[bool]:
    """The condition that limits a query to the viewer's clients.

    Not `focused`: for one thing asked for by its id, which the client switcher does not hide.
    """
    scope = viewer.scope() if focused else viewer.clients
    seen: ColumnElement[bool] = column.is_not(None) if scope is None else column.in_(scope)
    return seen


def _edge(
    session: Session, base: Select[Any], streams: int, width: int, examined: int | None
) -> tuple[Any, ...] | None:
    """The key of the last row that is looked at, None where the stream is shorter.

    The one skip over rows in the house: a constant number of index entries, no row is read.
    """
    probe = base.with_only_columns(*list(base.selected_columns)[:width])
    most = EXAMINED if examined is None else examined
    found = session.execute(probe.offset(max(1, most // streams) - 1).limit(1)).first()
    return None if found is None else tuple(found)


def _cut(
    found: list[Row[Any]],
    edges: list[tuple[Any, ...]],
    at: Cursor | None,
    shape: tuple[int, int, bool],
) -> Page[Row[Any]]:
    """Merges, keeps one page, and says where the neighbours begin."""
    width, size, up = shape
    back = at is not None and at.way == "prev"
    pick = heapq.nsmallest if up else heapq.nlargest
    rows = pick(size + 1, found, key=lambda row: tuple(row[:width]))
    edge = (min(edges) if up else max(edges)) if edges else None
    if edge is not None:  # what lies beyond the nearest edge is not complete yet
        rows = [row for row in rows if _reached(tuple(row[:width]), edge, up)]
    more, partly = len(rows) > size, False
    rows = rows[:size]
    if not more and edge is not None:
        more, partly = True, True
    last = tuple(rows[-1][:width]) if rows and not partly else edge
    if back:
        rows.reverse()
    onward = last if more else None
    first = tuple(rows[0][:width]) if rows else (at.key if at else None)
    end = tuple(rows[-1][:width]) if rows else (at.key if at else None)
    if back:
        before, after = onward, end
    else:
        before, after = (first if at else None), onward
    return Page(
        tuple(rows),
        next=Cursor("next", after).encode() if after else None,
        prev=Cursor("prev", before).encode() if before else None,
        partly=partly,
    )


def _fitting(cursor: Cursor | None, order: Order) -> Cursor | None:
    """The cursor, or None where it was cut from a list in another order."""
    if cursor is None:
        return None
    kinds = [column.type.python_type for column in order.columns]
    fits = all(isinstance(part, kind) for part, kind in zip(cursor.key, kinds, strict=True))
    return cursor if fits else None


def _reached(key: tuple[Any, ...], edge: tuple[Any, ...], up: bool) -> bool:
    return key <= edge if up else key >= edge


def _value(part: Any) -> Any:
    if isinstance(part, dict):
        moment = datetime.fromisoformat(part["t"])
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment
    if not isinstance(part, int | str) or (isinstance(part, int) and abs(part) >= 2**63):
        raise TypeError("not a part of a key")
    return part
