"""What an entry of the audit trail is about, as people know it: its name, and the page it is on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from db.models import (
    Account,
    BulkJob,
    Campaign,
    Client,
    Contact,
    CustomField,
    Deliverable,
    Endpoint,
    Enrolment,
    ImportBatch,
    Lead,
    LeadList,
    Mailbox,
    Message,
    ReviewItem,
    SavedView,
    Sequence,
    Suppression,
    Tag,
    Task,
    Template,
    Thread,
    User,
)


@dataclass(frozen=True, slots=True)
class About:
    """A thing that was changed. `name` is "" where it is gone; `page` is "" where it has none."""

    kind: str
    name: str = ""
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


Find = Callable[[list[int]], "Select[*tuple[Any, ...]]"]  # ids → (id, name, lead or None)
Place = Callable[[int, int | None], tuple[str, dict[str, str]]]

PERSON = func.coalesce(
    func.nullif(
        func.trim(
            func.coalesce(Contact.first_name, "") + " " + func.coalesce(Contact.last_name, "")
        ),
        "",
    ),
    Contact.email,
)


def of(session: Session, subjects: Iterable[str]) -> dict[str, About]:
    """Each subject (`campaign:3`) with its name: one look a kind. The caller made sure that the
    entries may be seen.
    """
    ids: dict[str, list[int]] = defaultdict(list)
    found: dict[str, About] = {}
    for subject in set(subjects):
        kind, _, rest = subject.partition(":")
        if kind in _KINDS and rest.isdecimal():
            ids[kind].append(int(rest))
            found[subject] = About(kind)
        else:
            found[subject] = About(kind, rest)
    for kind, wanted in ids.items():
        find, place = _KINDS[kind]
        for row_id, name, lead_id in session.execute(find(wanted)):
            page, query = place(row_id, lead_id)
            found[f"{kind}:{row_id}"] = About(kind, name or "", page, query)
    return found


def _named(model: Any, name: Any, lead: Any = None) -> Find:
    about = null() if lead is None else lead
    return lambda ids: select(model.id, name, about).where(model.id.in_(ids))


def _people(model: Any, of_model: Any) -> Find:
    """Rows of a lead, by the person's name."""
    return lambda ids: (
        select(model.id, PERSON, Lead.id)
        .join(Lead, Lead.id == of_model)
        .join(Contact, Contact.id == Lead.contact_id)
        .where(model.id.in_(ids))
    )


def _leads(ids: list[int]) -> "Select[*tuple[Any, ...]]":
    joined = select(Lead.id, PERSON, Lead.id).join(Contact, Contact.id == Lead.contact_id)
    return joined.where(Lead.id.in_(ids))


def _reviews(ids: list[int]) -> "Select[*tuple[Any, ...]]":
    return (
        select(ReviewItem.id, func.coalesce(PERSON, Deliverable.title), ReviewItem.lead_id)
        .outerjoin(Lead, Lead.id == ReviewItem.lead_id)
        .outerjoin(Contact, Contact.id == Lead.contact_id)
        .outerjoin(Deliverable, Deliverable.id == ReviewItem.deliverable_id)
        .where(ReviewItem.id.in_(ids))
    )


def _at(page: str, parameter: str) -> Place:
    return lambda row_id, _: (page, {parameter: str(row_id)})


def _part(part: str) -> Place:
    return lambda _row, _lead: ("settings.py", {"part": part})


def _lead(_: int, lead_id: int | None) -> tuple[str, dict[str, str]]:
    return ("leads.py", {"lead": str(lead_id)}) if lead_id else ("", {})


def _nowhere(_row: int, _lead: int | None) -> tuple[str, dict[str, str]]:
    return "", {}


def _import(row_id: int, _: int | None) -> tuple[str, dict[str, str]]:
    return "leads.py", {"view": "import", "batch": str(row_id)}


def _mailbox(row_id: int, _: int | None) -> tuple[str, dict[str, str]]:
    return "settings.py", {"part": "mailboxes", "mailbox": str(row_id)}


def _content(_row: int, _lead: int | None) -> tuple[str, dict[str, str]]:
    return "content.py", {}


_KINDS: Mapping[str, tuple[Find, Place]] = {
    "account": (_named(Account, Account.name), _nowhere),
    "bulk": (_named(BulkJob, BulkJob.act), _nowhere),
    "campaign": (_named(Campaign, Campaign.name), _at("campaigns.py", "campaign")),
    "client": (_named(Client, Client.name), _part("clients")),
    "contact": (_named(Contact, PERSON), _nowhere),
    "deliverable": (_named(Deliverable, Deliverable.title), _at("exports.py", "deliverable")),
    "endpoint": (_named(Endpoint, Endpoint.name), _part("webhooks")),
    "enrolment": (_people(Enrolment, Enrolment.lead_id), _lead),
    "field": (_named(CustomField, CustomField.name), _nowhere),
    "import": (_named(ImportBatch, ImportBatch.filename), _import),
    "lead": (_leads, _lead),
    "list": (_named(LeadList, LeadList.name), _at("leads.py", "list")),
    "mailbox": (_named(Mailbox, Mailbox.address), _mailbox),
    "message": (_named(Message, Message.subject, Message.lead_id), _lead),
    "review": (_reviews, _lead),
    "sequence": (_named(Sequence, Sequence.name), _content),
    "suppression": (_named(Suppression, Suppression.value), _part("suppressions")),
    "tag": (_named(Tag, Tag.name), _nowhere),
    "task": (_named(Task, Task.title, Task.lead_id), _lead),
    "template": (_named(Template, Template.name), _content),
    "thread": (_named(Thread, Thread.subject), _at("mail.py", "thread")),
    "user": (_named(User, User.name), _part("people")),
    "view": (_named(SavedView, SavedView.name), _nowhere),
}
