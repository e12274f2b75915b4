"""Two contacts, or two companies, become one: by a person's word, field by field, and back again.

The one that goes stays as another address (or name) of the one that was kept: a list that holds it
finds the kept one. What the merge moved stands in its record, so that it can be undone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.domain.matches import MatchKind, MatchState
from core.errors import IllegalMove, Invalid
from core.services import audit, guard, match_store, merge_accounts, merge_contacts
from db.models import Account, Contact, Lead, MatchPair, Merge, Setting
from db.upsert import insert_new

BY_ITSELF = "merge_by_itself"  # a client's setting: {"from": 0.995}; without it, never
LEAST_BY_ITSELF = 0.99
FIELDS = {
    MatchKind.CONTACT: merge_contacts.FIELDS,
    MatchKind.ACCOUNT: merge_accounts.FIELDS,
}
_WORDS = {MatchKind.CONTACT: "contact", MatchKind.ACCOUNT: "company"}


def merge(
    session: Session,
    viewer: Viewer,
    kind: MatchKind,
    kept_id: int,
    gone_id: int,
    *,
    chosen: Collection[str] = (),
    pair_id: int | None = None,
    now: datetime,
) -> Merge:
    """Merges `gone` into `kept`. `chosen` are the fields that are taken from `gone`; all others
    stay, and gaps are filled. Doing it twice is refused by a unique constraint, with a sentence.
    """
    kept, gone = _both(session, viewer, kind, kept_id, gone_id)
    strange = sorted(set(chosen) - set(FIELDS[kind]))
    if strange:
        raise Invalid(f"{', '.join(strange)}: no such field can be chosen.")
    merge_id = _record(session, viewer, kind, kept, gone, pair_id, now)
    before: dict[str, Any] = {}
    moved: dict[str, Any] = {}
    if isinstance(kept, Contact) and isinstance(gone, Contact):
        before, moved = merge_contacts.join(session, viewer, kept, gone, set(chosen), now=now)
    elif isinstance(kept, Account) and isinstance(gone, Account):
        before, moved = merge_accounts.join(session, kept, gone, set(chosen), now=now)
    moved["pairs"] = match_store.close_pairs(session, kind, gone.id)
    _settle_pair(session, viewer, kind, kept.id, gone.id, MatchState.MERGED, now)
    row = session.get_one(Merge, merge_id)
    row.before, row.moved = before, moved
    _audit(session, viewer, f"{_WORDS[kind]}s merged", row, now)
    session.flush()
    return row


def merge_pair(
    session: Session,
    viewer: Viewer,
    pair_id: int,
    *,
    keep: int | None = None,
    chosen: Collection[str] = (),
    now: datetime,
) -> Merge | None:
    """Merges a suggested pair; without `keep`, the one whose leads are further, else the older.
    None where the pair is no longer open.
    """
    pair = guard.owned(session, viewer, MatchPair, pair_id, Act.EDIT_LEADS)
    if pair.state != MatchState.OPEN:
        return None
    ids = (pair.low_id, pair.high_id)
    kept_id = keep if keep is not None else _worthier(session, pair)
    if kept_id not in ids:
        raise Invalid("Keep one of the two that are shown.")
    gone_id = ids[1] if kept_id == ids[0] else ids[0]
    return merge(
        session, viewer, pair.kind, kept_id, gone_id, chosen=chosen, pair_id=pair.id, now=now
    )


def not_the_same(session: Session, viewer: Viewer, pair_id: int, *, now: datetime) -> MatchPair:
    """A person says that the two are two. It is remembered for ever: they are not asked again."""
    pair = guard.owned(session, viewer, MatchPair, pair_id, Act.EDIT_LEADS)
    if pair.state == MatchState.APART:
        return pair
    if pair.state == MatchState.MERGED:
        raise IllegalMove("These two were merged. Undo the merge first.")
    _settle_pair(session, viewer, pair.kind, pair.low_id, pair.high_id, MatchState.APART, now)
    audit.record(
        session, viewer, "said to be two", subject(f"{pair.kind}-pair", pair.id), now=now,
        client_id=pair.client_id, after={"low": pair.low_id, "high": pair.high_id},
    )  # fmt: skip
    session.refresh(pair)
    return pair


def ask_again(session: Session, viewer: Viewer, pair_id: int, *, now: datetime) -> MatchPair:
    """Takes back "not the same": the pair waits again."""
    pair = guard.owned(session, viewer, MatchPair, pair_id, Act.EDIT_LEADS)
    if pair.state == MatchState.APART:
        pair.state, pair.decided_by_id, pair.decided_at = MatchState.OPEN, None, None
        audit.record(
            session, viewer, "asked again", subject(f"{pair.kind}-pair", pair.id), now=now,
            client_id=pair.client_id,
        )  # fmt: skip
        session.flush()
    return pair


def undo(session: Session, viewer: Viewer, merge_id: int, *, now: datetime) -> Merge:
    """Puts back what the merge moved, where nobody changed it since. Sequences that it stopped
    stay stopped: a person lets them go on.
    """
    row = guard.owned(session, viewer, Merge, merge_id, Act.EDIT_LEADS)
    kept, gone = _get(session, row.kind, row.kept_id), _get(session, row.kind, row.gone_id)
    if kept is None or gone is None:
        raise IllegalMove("One of the two does not exist any more, so this cannot be undone.")
    if kept.merged_into_id is not None:
        raise IllegalMove("The one that was kept was merged again later. Undo that merge first.")
    undone = session.execute(
        update(Merge)
        .where(Merge.id == merge_id, Merge.undone_at.is_(None))
        .values(undone_at=now, undone_by_id=viewer.user_id)
        .returning(Merge.id)
    ).scalar_one_or_none()
    if undone is None:
        raise IllegalMove("This merge was undone already.")
    gone.merged_into_id, gone.updated_at = None, now
    session.flush()
    if isinstance(kept, Contact) and isinstance(gone, Contact):
        merge_contacts.part(session, viewer, kept, gone, row, now=now)
    elif isinstance(kept, Account) and isinstance(gone, Account):
        merge_accounts.part(session, kept, gone, row, now=now)
    _open_again(session, row)
    session.refresh(row)
    _audit(session, viewer, f"merge of {_WORDS[row.kind]}s undone", row, now)
    return row


def by_themselves(session: Session) -> dict[int, float]:
    """Clients whose setting merges sure pairs by itself, and from which probability on."""
    rows = session.execute(select(Setting.scope, Setting.value).where(Setting.name == BY_ITSELF))
    found = {}
    for scope, value in rows:
        least = value.get("from") if isinstance(value, dict) else None
        if isinstance(least, int | float) and scope.startswith("client:"):
            found[int(scope.partition(":")[2])] = max(LEAST_BY_ITSELF, float(least))
    return found


def _get(session: Session, kind: MatchKind, row_id: int) -> Contact | Account | None:
    if kind == MatchKind.CONTACT:
        return session.get(Contact, row_id)
    return session.get(Account, row_id)


def _both(
    session: Session, viewer: Viewer, kind: MatchKind, kept_id: int, gone_id: int
) -> tuple[Contact | Account, Contact | Account]:
    """Both rows, with what speaks against merging them said."""
    word = _WORDS[kind]
    model: type[Contact | Account] = Contact if kind == MatchKind.CONTACT else Account
    kept = guard.owned(session, viewer, model, kept_id, Act.EDIT_LEADS)
    gone = guard.owned(session, viewer, model, gone_id, Act.EDIT_LEADS)
    if kept.id == gone.id:
        raise Invalid(f"A {word} cannot be merged with itself.")
    if kept.client_id != gone.client_id:
        raise Invalid(f"A {word} of another client stays with that client.")
    if kept.merged_into_id == gone.id:
        raise Invalid("That would go round in a circle: the other one was merged into this one.")
    if kept.merged_into_id is not None:
        raise Invalid(f"The {word} to be kept was merged away already. Keep the one it went into.")
    if gone.merged_into_id is not None:
        raise Invalid(f"This {word} was merged already. Undo that merge first.")
    return kept, gone


def _record(
    session: Session,
    viewer: Viewer,
    kind: MatchKind,
    kept: Contact | Account,
    gone: Contact | Account,
    pair_id: int | None,
    now: datetime,
) -> int:
    """The merge's own row, which only one of two at once can write."""
    row = {
        "client_id": kept.client_id, "kind": kind, "kept_id": kept.id, "gone_id": gone.id,
        "pair_id": pair_id, "by_id": viewer.user_id, "by_name": viewer.name, "at": now,
        "before": {}, "moved": {},
    }  # fmt: skip
    merge_id = insert_new(session, Merge, row)
    if merge_id is None:
        raise Invalid(f"This {_WORDS[kind]} was merged already. Look again.")
    gone.merged_into_id, gone.updated_at, kept.updated_at = kept.id, now, now
    session.flush()
    return merge_id


def _settle_pair(
    session: Session,
    viewer: Viewer,
    kind: MatchKind,
    one: int,
    other: int,
    state: MatchState,
    now: datetime,
) -> None:
    session.execute(
        update(MatchPair)
        .where(
            MatchPair.kind == kind,
            MatchPair.low_id == min(one, other),
            MatchPair.high_id == max(one, other),
        )
        .values(state=state, decided_by_id=viewer.user_id, decided_at=now)
    )


def _open_again(session: Session, row: Merge) -> None:
    """The pair itself, and those that the merge had closed, wait again."""
    low, high = sorted((row.kept_id, row.gone_id))
    session.execute(
        update(MatchPair)
        .where(MatchPair.kind == row.kind, MatchPair.low_id == low, MatchPair.high_id == high)
        .values(state=MatchState.OPEN, decided_by_id=None, decided_at=None)
    )
    session.execute(
        update(MatchPair)
        .where(MatchPair.id.in_(row.moved.get("pairs", [])), MatchPair.state == MatchState.GONE)
        .values(state=MatchState.OPEN)
    )


def _worthier(session: Session, pair: MatchPair) -> int:
    if pair.kind == MatchKind.ACCOUNT:
        rows = session.execute(
            select(Account.id, Account.domain).where(Account.id.in_((pair.low_id, pair.high_id)))
        )
        return int(min(rows, key=lambda row: (row.domain is None, row.id)).id)
    row = session.execute(
        select(Contact.id)
        .outerjoin(Lead, Lead.contact_id == Contact.id)
        .where(Contact.id.in_((pair.low_id, pair.high_id)))
        .order_by(
            Contact.role_account, Lead.replied_at.is_(None), Lead.reached_at.is_(None), Contact.id
        )
        .limit(1)
    ).scalar()
    return pair.low_id if row is None else row


def _audit(session: Session, viewer: Viewer, action: str, row: Merge, now: datetime) -> None:
    after: dict[str, Any] = {"kept": row.kept_id, "gone": row.gone_id, "merge": row.id}
    audit.record(
        session, viewer, action, subject(str(row.kind), row.kept_id), now=now,
        client_id=row.client_id, after=after,
    )  # fmt: skip
