"""A CRM in memory for tests, its refusals scripted, and a world that is kept in step with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.crm import FIELDS, Plan, Theirs
from core.domain.crm_states import CrmKind, CrmRule
from core.domain.states import ProviderState
from core.errors import ProviderError, Rejected
from core.providers.crm.port import Changes, Interaction, Kept, Person
from core.providers.verdict import Verdict
from core.runtime import Runtime, build
from core.services import crm_plan
from db.models import Client, Contact, CrmLink, Lead, Setting
from db.session import reading, transaction
from tests.factories import NOW, make_account, make_campaign, make_client, make_contact, make_lead

NAME = "fake"


@dataclass
class Cabinet:
    """A CRM: records by address, notes by key, and what it is to say at its next calls."""

    name: str = NAME
    fields: frozenset[str] = frozenset(FIELDS)
    contacts_at_once: int = 10
    interactions_at_once: int = 1
    honours_keys: bool = True
    page: int = 100
    records: dict[str, Theirs] = field(default_factory=dict)
    notes: list[Interaction] = field(default_factory=list)
    script: list[ProviderError | Callable[[], None]] = field(default_factory=list)
    never: set[str] = field(default_factory=set)  # addresses that spoil a whole call
    not_these: dict[str, str] = field(default_factory=dict)  # address → why
    calls: list[str] = field(default_factory=list)
    clock: Callable[[], datetime] = lambda: NOW

    def upsert_contacts(self, people: Sequence[Person]) -> Sequence[Kept]:
        self._called("upsert")
        from_us = {one.email for one in people}
        if spoilt := self.never & from_us:
            raise Rejected(f"{min(spoilt)} is no address.")
        return [self._put(one) for one in people]

    def log_interactions(self, interactions: Sequence[Interaction]) -> Sequence[Kept]:
        self.notes += interactions
        self._called("log")  # what breaks off has been written down
        return [Kept(one.key, one.key) for one in interactions]

    def pull_changes(self, since: datetime | None, cursor: str | None) -> Changes:
        self._called("pull")
        found = sorted(
            (one for one in self.records.values() if since is None or self._at(one) >= since),
            key=lambda one: one.remote_id,
        )
        start = int(cursor or 0)
        end = start + self.page
        return Changes(tuple(found[start:end]), str(end) if end < len(found) else None)

    def check(self) -> Verdict:
        return Verdict(ProviderState.HEALTHY, "At hand.")

    def close(self) -> None:
        pass

    def has(self, email: str, *, at: datetime | None = None, **given: Any) -> Theirs:
        """A record as somebody left it there."""
        known = self.records.get(email)
        fields = {**(known.fields if known else {}), **given.pop("fields", {})}
        rest = {"remote_id": known.remote_id if known else f"r{len(self.records) + 1:03}"}
        self.records[email] = Theirs(
            **{**rest, "email": email, "changed_at": at or self.clock(), **given, "fields": fields}
        )
        return self.records[email]

    def _put(self, one: Person) -> Kept:
        if why := self.not_these.get(one.email):
            return Kept(one.key, None, why)
        known = self.records.get(one.email)
        more = {"opted_out": known.opted_out, "stage": known.stage} if known else {}
        return Kept(one.key, self.has(one.email, fields=dict(one.fields), **more).remote_id)

    def _at(self, one: Theirs) -> datetime:
        return one.changed_at or self.clock()

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.script:
            said = self.script.pop(0)
            if isinstance(said, ProviderError):
                raise said
            said()


def kept_in_step(settings: Settings, clock: Any, cabinet: Cabinet) -> Runtime:
    """A runtime whose real CRM is the cabinet."""
    cabinet.clock = clock.now
    real = settings.model_copy(update={"use_real_crm_gateway": True})
    return build(real, clock=clock.now, adapters={"crm": {cabinet.name: lambda _: cabinet}})


def turn_on(session: Session, crm: str = NAME, **given: Any) -> None:
    """Keeps this CRM in step."""
    stored = session.execute(select(Setting).where(Setting.name == "crm")).scalar_one_or_none()
    plan = Plan(on=True, crm=crm, **given)
    version = stored.version if stored else 0
    crm_plan.change(session, SYSTEM, plan, version=version, now=NOW)


def rules(**given: str) -> dict[str, CrmRule]:
    """Rules by field."""
    return {name: CrmRule(rule) for name, rule in given.items()}


def reached(session: Session, email: str, client: Client | None = None, **given: Any) -> Contact:
    """A contact who was written to, a day old."""
    client = client or make_client(session)
    domain = email.partition("@")[2]
    account = make_account(session, client, domain=domain, name=f"{domain} AG")
    past = NOW - timedelta(days=1)
    account.updated_at = past
    contact = make_contact(session, client, account, email=email, **{"updated_at": past} | given)
    make_lead(session, make_campaign(session, client), contact, state="nurtured", reached_at=past)
    return contact


def link_of(rt: Runtime, contact_id: int, kind: CrmKind = CrmKind.CONTACT) -> CrmLink:
    """The link of a contact, or of its first interaction of a kind."""
    with reading(rt.sessions) as session:
        query = select(CrmLink).where(CrmLink.contact_id == contact_id, CrmLink.kind == kind)
        return _kept(session, session.execute(query.order_by(CrmLink.id)).scalars().first())


def contact_of(rt: Runtime, contact_id: int) -> Contact:
    """The contact as it is now."""
    with reading(rt.sessions) as session:
        return _kept(session, session.get_one(Contact, contact_id))


def edit(rt: Runtime, contact_id: int, **given: Any) -> None:
    """Somebody changes the contact here, now."""
    with transaction(rt.sessions) as session:
        contact = session.get_one(Contact, contact_id)
        for name, value in given.items():
            setattr(contact, name, value)
        contact.updated_at = rt.now()


def lead_of(rt: Runtime, contact_id: int) -> Lead:
    """The contact's lead."""
    with reading(rt.sessions) as session:
        found = select(Lead).where(Lead.contact_id == contact_id)
        return _kept(session, session.execute(found).scalar_one())


def _kept(session: Session, row: Any) -> Any:
    """The row as it stays readable after its session."""
    session.expunge_all()
    return row
