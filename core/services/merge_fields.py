"""What merges of contacts and of companies have in common: fields laid over, facts moved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from db.models import Account, Base, Contact, Fact, Signal

_MOMENTS = ("consent_at",)


def lay(kept: Base, gone: Base, fields: Sequence[str], chosen: Collection[str]) -> dict[str, Any]:
    """Chosen fields and gaps of `kept` are taken from `gone`; gives what stood there before."""
    before = {}
    for name in fields:
        mine, theirs = getattr(kept, name), getattr(gone, name)
        before[name] = mine.isoformat() if isinstance(mine, datetime) else mine
        if theirs not in (None, "") and (name in chosen or mine in (None, "")):
            setattr(kept, name, theirs)
    return before


def put_back(kept: Base, before: Mapping[str, Any]) -> None:
    """The fields as they were before the merge."""
    for name, value in before.items():
        moment = name in _MOMENTS and value is not None
        setattr(kept, name, datetime.fromisoformat(value) if moment else value)


def move_subjects(session: Session, gone: str, kept: str) -> dict[str, Any]:
    """Facts and signals of `gone` (`contact:12`) go over where `kept` has none of that kind."""
    moved: dict[str, Any] = {"gone": gone, "kept": kept}
    mine, theirs = Fact, aliased(Fact)
    facts = session.execute(
        select(mine.id).where(
            mine.subject == gone,
            ~select(theirs.id)
            .where(
                theirs.subject == kept,
                theirs.field == mine.field,
                theirs.provider == mine.provider,
            )
            .exists(),
        )
    ).scalars()
    moved["facts"] = list(facts)
    sign, other = Signal, aliased(Signal)
    signals = session.execute(
        select(sign.id).where(
            sign.subject == gone,
            ~select(other.id)
            .where(
                other.subject == kept,
                other.kind == sign.kind,
                other.source == sign.source,
                other.observed_at == sign.observed_at,
            )
            .exists(),
        )
    ).scalars()
    moved["signals"] = list(signals)
    session.execute(update(Fact).where(Fact.id.in_(moved["facts"])).values(subject=kept))
    session.execute(update(Signal).where(Signal.id.in_(moved["signals"])).values(subject=kept))
    return moved


def move_subjects_back(session: Session, moved: Mapping[str, Any]) -> None:
    """Takes `move_subjects` back."""
    for model, ids in ((Fact, moved["facts"]), (Signal, moved["signals"])):
        session.execute(
            update(model)
            .where(model.id.in_(ids), model.subject == moved["kept"])
            .values(subject=moved["gone"])
        )


def move_aliases(
    session: Session, model: type[Contact] | type[Account], gone: int, kept: int
) -> list[int]:
    """Those that were merged into `gone` before are `kept` now: one step, never a chain."""
    found = session.execute(
        update(model)
        .where(model.merged_into_id == gone)
        .values(merged_into_id=kept)
        .returning(model.id)
    ).scalars()
    return sorted(found.all())
