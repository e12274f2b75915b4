"""Lists to be imported, as work and in chunks, and what an import of them left behind."""

import random
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.intake import ahead
from core.intake.ahead import Order, Read
from core.services import imports
from core.services.imports import Work
from db.models import (
    Account,
    Client,
    Contact,
    ImportBatch,
    ImportChange,
    ImportReject,
    Lead,
    LeadEvent,
)
from db.session import reading, transaction
from tests.factories import NOW, make_account, make_campaign, make_client, make_contact

HEADINGS = "Email,First Name,Title,City,Company,Website,# Employees,Tags,Colour,Opt out"
COUNTED = ("created", "updated", "duplicates", "suppressed", "rejected", "rows_done")


def begun(rt, tmp_path: Path, rows: list[str], *, policy: str = "fill", client=None) -> Work:
    """A list of a campaign of its own, as work."""
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, client and session.get_one(Client, client))
        file = tmp_path / f"people{campaign.id}.csv"
        file.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
        batch = imports.start(
            session, SYSTEM, campaign.id, file, policy=policy, filename="people.csv",
            folder=rt.data_dir / "imports", now=NOW,
        )  # fmt: skip
        batch_id = batch.id
    return going_on(rt, batch_id)


def going_on(rt, batch_id: int) -> Work:
    with transaction(rt.sessions) as session:
        work = imports.begin(session, SYSTEM, batch_id)
    assert work is not None
    return work


def chunks(work: Work, size: int = 2) -> Iterator[list[Read]]:
    return ahead.here(
        Order(work.path, work.sheet, work.columns, work.day_first, work.done, size, work.opted_out)
    )


def counts(rt, work: Work) -> dict[str, int]:
    with reading(rt.sessions) as session:
        batch = session.get_one(ImportBatch, work.batch_id)
        return {word: getattr(batch, word) for word in COUNTED if getattr(batch, word)}


def listed(seed: int) -> list[str]:
    """Persons and companies that come again and again, and say something else each time."""
    rng = random.Random(seed)

    def row() -> str:
        who, company = rng.randrange(25), rng.randrange(6)
        address = f"p{who}@c{who % 6}.example" if rng.random() < 0.95 else f"nobody {who}"
        cells = (
            *(address, f"P{who}", rng.choice(("", "CEO", "CFO")), rng.choice(("", "Ulm", "Bonn"))),
            *(rng.choice(("", f"Company {company}")), rng.choice(("", f"c{company}.example"))),
            *(rng.choice(("", "10", "20", "11-50")), rng.choice(("", "a", "b", "a;c"))),
            *(rng.choice(("", "red", "blue")), "yes" if rng.random() < 0.04 else ""),
        )
        return ",".join(cells)

    return [row() for _ in range(70)]


def furnished(rt) -> int:
    """A client who knows some of them already."""
    with transaction(rt.sessions) as session:
        client = make_client(session)
        account = make_account(session, client, domain="c1.example", name="One")
        make_contact(session, client, account, email="p1@c1.example", title="CTO")
        make_contact(session, client, email="p2@c2.example", title=None, city="Rome")
        kept = make_contact(session, client, email="p3@c3.example")
        make_contact(session, client, email="p9@c3.example", merged_into_id=kept.id)
        return client.id


def everything(rt, work: Work) -> dict[str, object]:
    """What an import left behind, without numbers and times."""
    mine, batch = work.target.client_id, work.batch_id
    contact = (Contact.email_key, Contact.first_name, Contact.title, Contact.city, Contact.tags)
    asked = {
        "people": select(*contact, Contact.custom, Account.key)
        .outerjoin(Account, Account.id == Contact.account_id)
        .where(Contact.client_id == mine),
        "companies": select(
            Account.key, Account.name, Account.domain, Account.employees, Account.custom
        ).where(Account.client_id == mine),
        "leads": select(Contact.email_key, Lead.state, Account.key, LeadEvent.kind)
        .join(Lead, Lead.contact_id == Contact.id)
        .join(LeadEvent, LeadEvent.lead_id == Lead.id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .where(Lead.client_id == mine),
        "rejects": select(ImportReject.row_no, ImportReject.reason).where(
            ImportReject.batch_id == batch
        ),
    }
    changes = select(ImportChange.before, ImportChange.after).where(ImportChange.batch_id == batch)
    with reading(rt.sessions) as session:
        found = {name: sorted(map(repr, session.execute(one))) for name, one in asked.items()}
        found["changes"] = sorted(
            repr([one | {"account_id": "account_id" in one} for one in row])
            for row in session.execute(changes)
        )
    return found | counts(rt, work)
