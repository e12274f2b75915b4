"""What two companies that become one carry over: fields, people, leads, facts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.head_counts import LISTED
from core.services import merge_fields
from db.models import Account, Contact, Lead, Merge

FIELDS = ("name", "industry", "employees", "revenue", "city", "country")


def join(
    session: Session, kept: Account, gone: Account, chosen: Collection[str], *, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Carries over; gives what stood in `kept` before, and what moved."""
    before = merge_fields.lay(kept, gone, FIELDS, chosen)
    before |= {"technologies": list(kept.technologies), "custom": dict(kept.custom)}
    kept.technologies = list(dict.fromkeys((*kept.technologies, *gone.technologies)))
    kept.custom = {**gone.custom, **kept.custom}
    if "employees" in chosen and LISTED in gone.custom:
        kept.custom[LISTED] = gone.custom[LISTED]
    moved: dict[str, Any] = {
        "contacts": _over(session, Contact, gone.id, kept.id),
        "account_leads": _over(session, Lead, gone.id, kept.id),
        "subjects": merge_fields.move_subjects(
            session, keys.subject("account", gone.id), keys.subject("account", kept.id)
        ),
        "aliases": merge_fields.move_aliases(session, Account, gone.id, kept.id),
    }
    session.flush()
    return before, moved


def part(session: Session, kept: Account, gone: Account, row: Merge, *, now: datetime) -> None:
    """Takes `join` back."""
    for name, model in (("contacts", Contact), ("account_leads", Lead)):
        ids = row.moved[name]
        for at in range(0, len(ids), 500):
            session.execute(
                update(model)
                .where(model.id.in_(ids[at : at + 500]), model.account_id == kept.id)
                .values(account_id=gone.id)
            )
    merge_fields.move_subjects_back(session, row.moved["subjects"])
    session.execute(
        update(Account).where(Account.id.in_(row.moved["aliases"])).values(merged_into_id=gone.id)
    )
    merge_fields.put_back(kept, row.before)
    kept.updated_at = now
    session.flush()


def _over(session: Session, model: type[Contact] | type[Lead], gone: int, kept: int) -> list[int]:
    ids = list(session.execute(select(model.id).where(model.account_id == gone)).scalars())
    session.execute(update(model).where(model.account_id == gone).values(account_id=kept))
    return ids
