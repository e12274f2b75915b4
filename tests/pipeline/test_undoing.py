"""An import undone as a whole."""

from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint, func, select
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.domain.states import BatchState, LeadState, MessageState
from core.errors import Invalid
from core.pipeline import harvest, undoing
from core.queries import imports as queries
from core.services import contacts, import_undo, imports
from db.base import Base
from db.models import (
    Account,
    AuditEntry,
    Campaign,
    Client,
    Contact,
    ContactTag,
    ImportBatch,
    ImportChange,
    Lead,
    LeadEvent,
    Message,
    Suppression,
)
from db.session import reading, transaction
from tests.factories import NOW, make_campaign, make_client, make_mailbox, make_message, viewer_of

GOING = ("leads", "contacts", "accounts")
HEADINGS = "Email,First Name,City,Company,Tags,Shoe size,Opt out"


def campaign_of(rt, client: Client | None = None) -> int:
    with transaction(rt.sessions) as session:
        return make_campaign(session, *([client] if client else [])).id


def put_in(rt, campaign_id: int, tmp_path: Path, *rows: str, policy: str = "fill") -> int:
    file = tmp_path / f"people{len(list(tmp_path.iterdir()))}.csv"
    file.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding="utf-8")
    with transaction(rt.sessions) as session:
        batch_id = imports.start(
            session, SYSTEM, campaign_id, file, folder=rt.data_dir / "imports", now=NOW,
            policy=policy,
        ).id  # fmt: skip
    harvest.run_batch(rt, batch_id)
    return batch_id


def undo(rt, batch_id: int) -> dict[str, int]:
    with transaction(rt.sessions) as session:
        import_undo.begin(session, SYSTEM, batch_id, now=NOW)
    return dict(undoing.run_one(rt, batch_id).counts)


def mail(session: Session, state: MessageState) -> None:
    """A mail to the only lead there is."""
    lead = session.scalars(select(Lead)).one()
    mailbox = make_mailbox(session, session.get_one(Client, lead.client_id))
    make_message(session, lead, mailbox, state=state)


def count(rt, model: type[Base]) -> int:
    with reading(rt.sessions) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def contact_of(rt, key: str) -> Contact:
    with reading(rt.sessions) as session:
        found = session.scalars(select(Contact).where(Contact.email_key == key)).one()
        session.expunge(found)
    return found


def test_what_an_import_made_is_gone_and_the_file_may_come_again(rt, tmp_path):
    campaign_id = campaign_of(rt)
    rows = ("anna@acme.example,Anna,Ulm,Acme,a;b,38,", "ben@acme.example,Ben,,,,,")
    batch_id = put_in(rt, campaign_id, tmp_path, *rows)

    counts = undo(rt, batch_id)
    again = put_in(rt, campaign_id, tmp_path, *rows)

    assert counts == {"undone": 1, "removed": 2, "kept": 0}
    with reading(rt.sessions) as session:
        first, second = session.scalars(select(ImportBatch).order_by(ImportBatch.id)).all()
        assert (first.state, first.undone_at) == (BatchState.UNDONE, rt.now())
        assert (second.id, second.created) == (again, 2)
        actions = session.scalars(select(AuditEntry.action)).all()
    assert "import undone" in actions
    assert [count(rt, one) for one in (Contact, Account, Lead, LeadEvent)] == [2, 1, 2, 2]


def test_a_number_that_was_given_up_is_nobody_elses(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,,,,")
    gone = contact_of(rt, "anna@acme.example").id
    undo(rt, batch_id)

    with transaction(rt.sessions) as session:
        client_id = session.get_one(Campaign, campaign_id).client_id
        added = contacts.add(session, SYSTEM, client_id, "zoe@acme.example", now=NOW).id
    put_in(rt, campaign_id, tmp_path, "ben@acme.example,Ben,,,,,")

    assert added > gone
    assert contact_of(rt, "ben@acme.example").id > added


def test_the_next_leads_are_numbered_behind_those_that_went(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example", "ben@acme.example")
    with reading(rt.sessions) as session:
        gone = session.scalars(select(Lead.id)).all()
    undo(rt, batch_id)

    put_in(rt, campaign_id, tmp_path, "cleo@acme.example", "dan@acme.example")
    put_in(rt, campaign_id, tmp_path, "eva@acme.example")

    with reading(rt.sessions) as session:
        ids = session.scalars(select(Lead.id).order_by(Lead.id)).all()
        told = session.scalars(select(LeadEvent.lead_id).order_by(LeadEvent.lead_id)).all()
    assert len(ids) == 3
    assert ids[0] > max(gone)
    assert told == ids


@pytest.mark.parametrize("policy", ["fill", "overwrite"])
def test_what_it_changed_is_as_it_was_but_for_what_people_changed_since(rt, tmp_path, policy):
    campaign_id = campaign_of(rt)
    put_in(rt, campaign_id, tmp_path, "anna@web.example,Anna,,,a,38,", "ben@web.example,Ben,,,,,")
    before = contact_of(rt, "anna@web.example")
    rows = ("anna@web.example,Ann,Ulm,Acme,b,39,", "ben@web.example,,Bonn,,c,,")
    batch_id = put_in(rt, campaign_id, tmp_path, *rows, policy=policy)
    changed = contact_of(rt, "ben@web.example")
    assert changed.city == "Bonn"
    with transaction(rt.sessions) as session:
        contacts.edit(session, SYSTEM, changed.id, version=changed.version, city="Kiel", now=NOW)

    undo(rt, batch_id)

    anna, ben = contact_of(rt, "anna@web.example"), contact_of(rt, "ben@web.example")
    for name in ("first_name", "city", "tags", "custom", "account_id"):
        assert getattr(anna, name) == getattr(before, name), name
    assert (ben.city, ben.tags) == ("Kiel", [])
    assert (count(rt, ContactTag), count(rt, ImportChange)) == (1, 0)


def test_a_company_has_its_old_name_again(rt, tmp_path):
    campaign_id = campaign_of(rt)
    put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,Acme,,,")
    row = "anna@acme.example,Anna,,Acme Holding,,,"
    batch_id = put_in(rt, campaign_id, tmp_path, row, policy="overwrite")
    with reading(rt.sessions) as session:
        assert session.scalars(select(Account.name)).one() == "Acme Holding"

    undo(rt, batch_id)

    with reading(rt.sessions) as session:
        assert session.scalars(select(Account.name)).one() == "Acme"


def test_a_contact_that_another_campaign_needs_stays(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,Acme,,,")
    with transaction(rt.sessions) as session:
        client = session.get_one(Client, session.get_one(Campaign, campaign_id).client_id)
        other = make_campaign(session, client).id
    put_in(rt, other, tmp_path, "anna@acme.example,Anna,,Acme,,,")

    counts = undo(rt, batch_id)

    assert counts["removed"] == 1
    assert [count(rt, one) for one in (Contact, Account, Lead)] == [1, 1, 1]


def test_a_lead_with_a_mail_that_waits_is_rejected_with_the_reason(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,,,,")
    with transaction(rt.sessions) as session:
        mail(session, MessageState.REVIEW)

    counts = undo(rt, batch_id)

    assert (counts["removed"], counts["kept"]) == (0, 1)
    with reading(rt.sessions) as session:
        lead = session.scalars(select(Lead)).one()
        assert lead.state is LeadState.REJECTED
        assert str(lead.state_reason).endswith(".csv was undone.")
        assert session.scalars(select(Message.state)).one() is MessageState.CANCELLED


def test_opt_outs_stay(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,,,,yes")

    undo(rt, batch_id)

    assert count(rt, Suppression) == 1


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.UNCERTAIN])
def test_once_somebody_was_written_to_it_is_too_late(rt, tmp_path, state):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,,,,")
    with transaction(rt.sessions) as session:
        mail(session, state)

    with pytest.raises(Invalid, match="can no longer be undone: Anna was written to"):
        undo(rt, batch_id)

    assert count(rt, Lead) == 1


def test_an_undo_that_was_killed_goes_on_with_the_next_harvest(rt, tmp_path, monkeypatch):
    campaign_id = campaign_of(rt)
    rows = [f"p{n}@acme.example,P{n},,Acme,,," for n in range(5)]
    batch_id = put_in(rt, campaign_id, tmp_path, *rows)
    monkeypatch.setattr(import_undo, "CHUNK", 2)
    with transaction(rt.sessions) as session:
        import_undo.begin(session, SYSTEM, batch_id, now=NOW)

    class Killed(BaseException):
        pass

    def die(done: int, created: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        undoing.run_one(rt, batch_id, progress=die)
    assert count(rt, Lead) == 3
    report = harvest.run(rt)

    assert (report["undone"], report["removed"]) == (1, 5)
    assert [count(rt, one) for one in (Lead, Contact, Account)] == [0, 0, 0]
    assert undoing.run_one(rt, batch_id).counts == {}


def test_an_import_under_way_is_stopped(rt, tmp_path):
    campaign_id = campaign_of(rt)
    file = tmp_path / "many.csv"
    file.write_text("Email\n" + "".join(f"p{n}@a.example\n" for n in range(6_000)))
    with transaction(rt.sessions) as session:
        batch_id = imports.start(
            session, SYSTEM, campaign_id, file, folder=rt.data_dir / "imports", now=NOW
        ).id

    def beside(done: int, rows: int) -> None:
        with transaction(rt.sessions) as session:
            import_undo.begin(session, SYSTEM, batch_id, now=NOW)

    harvest.run_batch(rt, batch_id, progress=beside)
    counts = undoing.run_one(rt, batch_id).counts

    assert counts["removed"] == imports.CHUNK
    assert count(rt, Lead) == 0


def test_another_clients_import_is_not_there_to_be_undone(rt, tmp_path):
    campaign_id = campaign_of(rt)
    batch_id = put_in(rt, campaign_id, tmp_path, "anna@acme.example,Anna,,,,,")
    with transaction(rt.sessions) as session:
        stranger = viewer_of(make_client(session))

    with reading(rt.sessions) as session:
        assert "does not exist" in (queries.undo_hindered(session, stranger, batch_id) or "")


def test_every_table_that_points_at_leads_or_contacts_is_thought_of():
    """A new table that names leads must go with them or hold them: add it to GOES or STAYS."""
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "leads"
    }

    told = {model.__tablename__ for model in (*import_undo.GOES, *import_undo.STAYS)}
    assert told == pointing


def test_every_column_that_points_at_what_goes_has_an_index():
    """Without one the database looks through the whole table for each row that goes."""
    bare = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name in GOING for key in column.foreign_keys)
        and not any(first == column.name for first in _first_columns(table))
    ]

    assert bare == []


def _first_columns(table: Table) -> list[str]:
    """The columns by which a row is found."""
    keys = [list(table.primary_key.columns)]
    keys += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [list(one.columns) for one in table.indexes]
    return [columns[0].name for columns in keys if columns]
