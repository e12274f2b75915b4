"""A contact's fields as both sides can compare them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.crm import FIELDS, KEPT_HERE, Plan, Settled, settle
from core.intake import clean
from db.models import Account, Contact, CrmLink

_COMPARED: dict[str, Callable[[str], str | None]] = {
    "country": clean.country, "phone": lambda text: clean.phone(text), "linkedin": clean.linkedin,
}  # fmt: skip
_LONGEST = {
    "first_name": 120, "last_name": 120, "title": 200, "phone": 40, "linkedin": 300, "city": 120,
    "country": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field on which the two sides differ, and what is to become of it."""

    name: str
    ours: str
    theirs: str
    settled: Settled


def ours_of(contact: Contact, account: Account | None) -> dict[str, str]:
    """Our values; without one: empty text."""
    found = {name: getattr(contact, name) for name in FIELDS if name != "company"}
    found["company"] = account.name if account else None
    return {name: compared(name, value) or "" for name, value in found.items()}


def compared(name: str, value: str | None) -> str | None:
    """A value as both sides would write it; None where we could not keep it as it is."""
    text = clean.text(value or "").replace("\n", " ")
    read = _COMPARED.get(name)
    form = (read(text) if read and text else None) or text
    return form if len(form) <= _LONGEST.get(name, len(form)) else None


def differences(
    plan: Plan,
    names: frozenset[str],
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    base: Mapping[str, str],
    *,
    ours_at: datetime,
    theirs_at: datetime,
) -> tuple[FieldChange, ...]:
    """Where the two sides differ, settled field by field. What we could not keep is left alone."""
    found = []
    for name in FIELDS:
        there = compared(name, theirs.get(name))
        if name not in names or there is None:
            continue
        settled = settle(
            plan.rule(name), ours[name], there, base.get(name),
            ours_at=ours_at, theirs_at=theirs_at,
        )  # fmt: skip
        if settled.ours_changes and name in KEPT_HERE:
            continue
        if settled.ours_changes or settled.theirs_changes:
            found.append(FieldChange(name, ours[name], there, settled))
    return tuple(found)


def wanted(
    names: frozenset[str],
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    changes: tuple[FieldChange, ...],
) -> dict[str, str]:
    """All values as the CRM is to have them: what is not to change stays as it is written there."""
    settled = {change.name: change.settled.value for change in changes}
    return {
        name: settled[name] if name in settled else theirs.get(name) or value
        for name, value in ours.items()
        if name in names
    }


def agreed(link: CrmLink, ours: Mapping[str, str], changes: tuple[FieldChange, ...]) -> None:
    """Keeps what both sides have now; where the CRM has yet to change, what they had before."""
    pending = {change.name for change in changes if change.settled.theirs_changes}
    taken = {change.name: change.settled.value for change in changes}
    link.base = {name: link.base[name] for name in pending if name in link.base} | {
        name: taken.get(name, value) for name, value in ours.items() if name not in pending
    }
