"""Block keys and likely pairs, stored: who is compared with whom, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.domain.matches import MatchKind, MatchState
from core.learn import matching_companies, matching_evidence, matching_people
from core.learn.matching_blocks import CAP
from core.learn.matching_fields import Commonness
from core.services import bulk, match_rows
from core.services.match_rows import Row
from db.models import MatchKey, MatchPair, Setting
from db.upsert import insert_ignore

_key, _pair = bulk.table_of(MatchKey), bulk.table_of(MatchPair)
Pair = tuple[int, int]


def mark(session: Session, kind: MatchKind) -> tuple[datetime, int] | None:
    """Up to where it was looked; held until the transaction ends, so that a twin waits."""
    row = _mark(session, kind)
    if not row.value:
        return None
    return datetime.fromisoformat(row.value["at"]), int(row.value["id"])


def put_mark(session: Session, kind: MatchKind, at: datetime, row_id: int) -> None:
    """It was looked up to here."""
    row = _mark(session, kind)
    row.value = {"at": at.isoformat(), "id": row_id}
    session.flush()


def look(
    session: Session,
    kind: MatchKind,
    client_id: int,
    rows: Sequence[Row],
    common: Commonness,
    *,
    now: datetime,
) -> tuple[int, int]:
    """Compares some rows of one client with those in their blocks; gives (compared, new pairs).

    Open pairs of these rows that are no longer likely go. Safe to repeat: a pair is unique, and
    what a person said of it stays.
    """
    mine = {row.id: row for row in rows}
    keys = {row.id: _keys(kind, row) for row in rows}
    _store_keys(session, kind, client_id, keys)
    wanted = _candidates(session, kind, client_id, keys)
    strangers = {one for pair in wanted for one in pair} - mine.keys()
    known = mine | match_rows.by_ids(session, kind, sorted(strangers))
    found = {}
    for low, high in sorted(wanted):
        if low in known and high in known:
            told = _compared(kind, known[low], known[high], common)
            if told is not None:
                found[low, high] = told
    return len(wanted), _store_pairs(session, kind, client_id, sorted(mine), found, now)


def sure_pairs(
    session: Session, client_id: int, *, least: float, limit: int
) -> Sequence[MatchPair]:
    """Open pairs from a probability on, the surest first."""
    return (
        session.execute(
            select(MatchPair)
            .where(
                MatchPair.client_id == client_id,
                MatchPair.kind.in_(list(MatchKind)),
                MatchPair.state == MatchState.OPEN,
                MatchPair.probability >= least,
            )
            .order_by(MatchPair.probability.desc(), MatchPair.id.desc())
            .limit(limit)
        )
        .scalars()
        .all()
    )


def close_pairs(session: Session, kind: MatchKind, row_id: int) -> list[int]:
    """The open pairs of one that was merged away are gone; gives their ids."""
    closed = session.execute(
        update(MatchPair)
        .where(
            MatchPair.kind == kind,
            or_(MatchPair.low_id == row_id, MatchPair.high_id == row_id),
            MatchPair.state == MatchState.OPEN,
        )
        .values(state=MatchState.GONE)
        .returning(MatchPair.id)
    ).scalars()
    found = sorted(closed.all())
    session.execute(delete(MatchKey).where(MatchKey.kind == kind, MatchKey.row_id == row_id))
    return found


def _mark(session: Session, kind: MatchKind) -> Setting:
    name = f"matching:{kind}"
    insert_ignore(session, Setting, [{"scope": "agency", "name": name, "value": {}, "version": 1}])
    return session.execute(
        select(Setting)
        .where(Setting.scope == "agency", Setting.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _keys(kind: MatchKind, row: Row) -> frozenset[int]:
    if kind == MatchKind.CONTACT:
        return matching_people.keys(row.ready)
    return matching_companies.keys(row.ready)


def _store_keys(
    session: Session, kind: MatchKind, client_id: int, keys: Mapping[int, Iterable[int]]
) -> None:
    old = delete(_key).where(_key.c.kind == kind, bulk.among(session, _key.c.row_id, list(keys)))
    session.execute(old)
    rows = [{"key": key, "row_id": row_id} for row_id in keys for key in sorted(keys[row_id])]
    bulk.ignore(session, MatchKey, rows, {"kind": kind, "client_id": client_id})


def _candidates(
    session: Session, kind: MatchKind, client_id: int, keys: Mapping[int, Iterable[int]]
) -> set[Pair]:
    """The pairs of these rows with whoever is in a block with them; crowded blocks say nothing."""
    asked = sorted({key for mine in keys.values() for key in mine})
    block = (_key.c.kind == kind, _key.c.client_id == client_id)
    connection = session.connection()
    shared = connection.execute(
        select(_key.c.key)
        .where(*block, bulk.among(session, _key.c.key, asked))
        .group_by(_key.c.key)
        .having(func.count().between(2, CAP))
    ).scalars()
    found = connection.execute(
        select(_key.c.key, _key.c.row_id).where(
            *block, bulk.among(session, _key.c.key, shared.all())
        )
    ).all()
    blocks: defaultdict[int, list[int]] = defaultdict(list)
    for key, row_id in found:
        blocks[key].append(row_id)
    return {
        (one, other) if one < other else (other, one)
        for members in blocks.values()
        for one in members
        if one in keys
        for other in members
        if other != one
    }


def _compared(
    kind: MatchKind, left: Row, right: Row, common: Commonness
) -> tuple[float, list[dict[str, Any]]] | None:
    """The probability and its evidence; None where it is not likely enough to be shown."""
    if kind == MatchKind.CONTACT:
        verdict = matching_people.compare(left.ready, right.ready, common)
        if verdict.probability < matching_people.SURE:
            return None
        evidence = matching_evidence.of_people(left.ready, right.ready, verdict)
    else:
        verdict = matching_companies.compare(left.ready, right.ready, common)
        if verdict.probability < matching_companies.SURE:
            return None
        evidence = matching_evidence.of_companies(left.ready, right.ready, verdict)
    return verdict.probability, [one._asdict() for one in evidence]


def _store_pairs(
    session: Session,
    kind: MatchKind,
    client_id: int,
    ids: Sequence[int],
    found: Mapping[Pair, tuple[float, list[dict[str, Any]]]],
    now: datetime,
) -> int:
    standing = {
        (row.low_id, row.high_id): row
        for column in (_pair.c.low_id, _pair.c.high_id)
        for row in session.execute(
            select(_pair).where(_pair.c.kind == kind, bulk.among(session, column, ids))
        )
    }
    past = [
        row.id for pair, row in standing.items()
        if row.state == MatchState.OPEN and pair not in found
    ]  # fmt: skip
    again = [
        row.id for pair, row in standing.items()
        if row.state == MatchState.GONE and pair in found
    ]  # fmt: skip
    for ids, state in ((past, MatchState.GONE), (again, MatchState.OPEN)):
        asked = bulk.among(session, _pair.c.id, ids)
        session.execute(update(_pair).where(asked).values(state=state))
    rows = [
        {"low_id": low, "high_id": high, "probability": told[0], "evidence": told[1]}
        for (low, high), told in found.items()
    ]
    alike = {"client_id": client_id, "kind": kind, "state": MatchState.OPEN, "found_at": now}
    on, change = ("kind", "low_id", "high_id"), ("probability", "evidence")
    bulk.lay_over(session, MatchPair, rows, on=on, change=change, same=alike)
    return len(found.keys() - standing.keys())
