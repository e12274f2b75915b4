import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core.domain.access import SYSTEM
from core.domain.head_counts import LISTED
from core.domain.states import BatchState, LeadState, SuppressionKind, SuppressionReason
from core.pipeline import harvest
from core.queries import leads
from core.services import imports, suppressions
from core.services.import_plan import POLICIES
from db.models import Account, Campaign, Client, Contact, ImportBatch, ImportReject, Lead, LeadEvent
from db.session import reading, transaction
from tests.factories import NOW, make_campaign

HEADINGS = "Email,First Name,Last Name,Title,Company,Country,# Employees,Favourite colour"
COUNTED = ("created", "updated", "duplicates", "suppressed", "rejected")


def listed(tmp_path: Path, *rows: str, headings: str = HEADINGS, name: str = "people.csv") -> Path:
    file = tmp_path / name
    file.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return file


def active(rt, **given) -> int:
    with transaction(rt.sessions) as session:
        return make_campaign(session, **given).id


def put_in(rt, campaign_id: int, file: Path, **given) -> ImportBatch:
    with transaction(rt.sessions) as session:
        folder = rt.data_dir / "imports"
        batch = imports.start(
            session, SYSTEM, campaign_id, file, folder=folder, now=rt.now(), **given
        )
        batch_id = batch.id
    harvest.run_batch(rt, batch_id)
    return of(rt, batch_id)


def of(rt, batch_id: int) -> ImportBatch:
    return only(rt, select(ImportBatch).where(ImportBatch.id == batch_id))


def only(rt, query):
    with reading(rt.sessions) as session:
        row = session.execute(query).scalar_one()
        session.expunge(row)
    return row


def client_of(rt, campaign_id: int) -> Client:
    join = select(Client).join(Campaign, Campaign.client_id == Client.id)
    return only(rt, join.where(Campaign.id == campaign_id))


def counts(batch: ImportBatch) -> dict[str, int]:
    found = {word: getattr(batch, word) for word in COUNTED}
    assert sum(found.values()) == batch.rows == batch.rows_done
    return {word: number for word, number in found.items() if number}


def count(rt, model) -> int:
    with reading(rt.sessions) as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_list_becomes_contacts_companies_and_leads(rt, tmp_path):
    campaign_id = active(rt)
    file = listed(
        tmp_path,
        "anna@acme.example,ANNA,BERG,VP Marketing,Acme GmbH,Germany,51-200,blue",
        "ben@acme.example,Ben,Cole,CEO,,,,",
    )

    batch = put_in(rt, campaign_id, file)

    assert counts(batch) == {"created": 2}
    assert batch.state is BatchState.COMPLETED
    anna = only(rt, select(Contact).order_by(Contact.id).limit(1))
    company = only(rt, select(Account))
    lead = only(rt, select(Lead).where(Lead.contact_id == anna.id))
    event = only(rt, select(LeadEvent).where(LeadEvent.lead_id == lead.id))
    assert (anna.first_name, anna.last_name, anna.country) == ("Anna", "Berg", "DE")
    assert anna.custom == {"Favourite colour": "blue"}
    assert (company.key, company.name, company.employees) == ("acme.example", "Acme GmbH", 126)
    assert company.custom == {LISTED: "51–200"}
    assert (lead.state, lead.account_id, lead.batch_id) == ("harvested", company.id, batch.id)
    with reading(rt.sessions) as session:
        assert [one.employees for one in leads.rows(session, SYSTEM, [lead.id])] == ["51–200"]
    assert (event.kind, event.reason) == ("import", "Imported from people.csv")


def test_the_same_file_twice_creates_nothing(rt, tmp_path):
    campaign_id = active(rt)
    file = listed(
        tmp_path,
        "anna@acme.example,Anna,Berg,CEO,Acme,DE,10,red",
        "anna@acme.example,Anna,Berg,CFO,Acme,DE,20,blue",
        "ben@acme.example,Ben,Cole,CEO,Acme,DE,30,",
    )
    put_in(rt, campaign_id, file)

    for policy in POLICIES:
        assert counts(put_in(rt, campaign_id, file, policy=policy)) == {"duplicates": 3}
    assert (count(rt, Contact), count(rt, Lead), count(rt, LeadEvent)) == (2, 2, 2)


@pytest.mark.parametrize(
    ("policy", "word", "title", "city"),
    [
        ("fill", "updated", "CEO", "Berlin"),
        ("overwrite", "updated", "CFO", "Berlin"),
        ("skip", "duplicates", "CEO", None),
    ],
)
def test_a_known_lead_is_filled_overwritten_or_left_alone(rt, tmp_path, policy, word, title, city):
    campaign_id = active(rt)
    first = listed(tmp_path, "anna@acme.example,CEO,", headings="Email,Title,City")
    put_in(rt, campaign_id, first)
    second = listed(tmp_path, "Anna@ACME.example,CFO,Berlin", headings="Email,Title,City")

    batch = put_in(rt, campaign_id, second, policy=policy)

    assert counts(batch) == {word: 1}
    anna = only(rt, select(Contact))
    assert (anna.title, anna.city) == (title, city)


def test_a_contact_who_is_new_to_the_campaign_counts_as_created(rt, tmp_path):
    first = active(rt)
    client = client_of(rt, first)
    with transaction(rt.sessions) as session:
        second_id = make_campaign(session, client).id
    file = listed(tmp_path, "anna@acme.example,Anna,Berg,CEO,Acme,DE,10,red")
    put_in(rt, first, file)

    batch = put_in(rt, second_id, file)

    assert counts(batch) == {"created": 1}
    assert (count(rt, Contact), count(rt, Lead)) == (1, 2)


def test_rows_that_cannot_be_taken_are_kept_with_their_reason_and_written_as_a_harmless_file(
    rt, tmp_path
):
    campaign_id = active(rt)
    file = listed(
        tmp_path,
        "anna@acme.example,Anna,Berg,CEO,Acme,DE,10,red",
        ",No,Address,CEO,Acme,DE,10,",
        "broken at acme,Ben,Cole,=cmd|'/c calc'!A1,Acme,DE,10,",
        f"long@acme.example,{'x' * 100_000},Cole,CEO,Acme,DE,10,",
        "wide@acme.example,a,b,c,d,DE,1,red,one,too,many",
        ",,,,,,,",
    )

    batch = put_in(rt, campaign_id, file)

    assert counts(batch) == {"created": 1, "rejected": 5}
    with Path(batch.rejects_path).open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0][-1] == "Reason"
    assert [row[-1] for row in rows[1:]] == [
        "There is no e-mail address.",
        "'broken at acme' is no e-mail address.",
        "The cell under 'First Name' has 100,000 characters; at most 5,000 can be taken.",
        "The row has 11 cells where the headings have 8: "
        "a quote or a separator is missing or too many.",
        "The row is empty.",
    ]
    assert rows[2][3].startswith("'=cmd")
    assert len(rows[3][1]) == 100_000


def test_rejected_rows_can_be_corrected_and_put_in_again(rt, tmp_path):
    campaign_id = active(rt)
    file = listed(tmp_path, "broken at acme,Ben,-Cole,CEO,Acme,DE,10,", "a@acme.example,A,B,C,D,,,")
    rejects = Path(put_in(rt, campaign_id, file).rejects_path)
    mended = rejects.read_text(encoding="utf-8-sig").replace("broken at acme", "ben@acme.example")
    rejects.write_text(mended, encoding="utf-8")

    batch = put_in(rt, campaign_id, rejects)

    assert counts(batch) == {"created": 1}
    ben = only(rt, select(Contact).where(Contact.first_name == "Ben"))
    assert ben.last_name == "-Cole"


def test_who_opted_out_is_suppressed_and_never_a_lead(rt, tmp_path):
    campaign_id = active(rt)
    client = client_of(rt, campaign_id)
    with transaction(rt.sessions) as session:
        suppressions.suppress(
            session,
            SYSTEM,
            "rival.example",
            kind=SuppressionKind.DOMAIN,
            client_id=client.id,
            reason=SuppressionReason.MANUAL,
            source="test",
            now=NOW,
        )
    file = listed(
        tmp_path,
        "out@acme.example,TRUE",
        "in@acme.example,false",
        "any@mail.rival.example,",
        "later@acme.example,",
        "later@acme.example,ja",
        headings="Email,Email Opt Out",
    )

    batch = put_in(rt, campaign_id, file)

    assert counts(batch) == {"created": 2, "suppressed": 3}
    with reading(rt.sessions) as session:
        states = dict(
            session.execute(
                select(Contact.email_key, Lead.state).join(Lead, Lead.contact_id == Contact.id)
            ).all()
        )
        gone = suppressions.suppressed_among(session, client.id, ["out@acme.example", "x@y.zz"])
    assert states == {
        "in@acme.example": LeadState.HARVESTED,
        "later@acme.example": LeadState.SUPPRESSED,
    }
    assert gone == {"out@acme.example"}


def test_an_import_that_stopped_half_way_goes_on_and_counts_every_row_once(rt, tmp_path):
    campaign_id = active(rt)
    rows = [f"p{n % 7000}@acme{n % 7000 % 40}.example,P{n}" for n in range(12_000)]
    file = listed(tmp_path, *rows, headings="Email,First Name")
    with transaction(rt.sessions) as session:
        folder = rt.data_dir / "imports"
        batch_id = imports.start(session, SYSTEM, campaign_id, file, folder=folder, now=NOW).id

    class Killed(BaseException):
        pass

    def die(done: int, rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        harvest.run_batch(rt, batch_id, progress=die)
    assert of(rt, batch_id).rows_done == imports.CHUNK
    harvest.run_batch(rt, batch_id)

    assert counts(of(rt, batch_id)) == {"created": 7_000, "duplicates": 5_000}
    assert harvest.run_batch(rt, batch_id).counts == {}


def test_two_workers_on_one_batch_do_no_harm(rt, tmp_path):
    campaign_id = active(rt)
    file = listed(tmp_path, *(f"p{n}@a.example" for n in range(6_000)), headings="Email")
    with transaction(rt.sessions) as session:
        folder = rt.data_dir / "imports"
        batch_id = imports.start(session, SYSTEM, campaign_id, file, folder=folder, now=NOW).id
    other = []

    def beside(done: int, rows: int) -> None:
        if not other:
            other.append(harvest.run_batch(rt, batch_id))

    report = harvest.run_batch(rt, batch_id, progress=beside)

    assert counts(of(rt, batch_id)) == {"created": 6_000}
    assert report.notes == ("Somebody else goes on with this import.",)


def test_only_active_campaigns_are_harvested_unless_one_is_named(rt, tmp_path):
    campaign_id = active(rt, state="draft")
    with transaction(rt.sessions) as session:
        folder = rt.data_dir / "imports"
        file = listed(tmp_path, "anna@acme.example", headings="Email")
        imports.start(session, SYSTEM, campaign_id, file, folder=folder, now=NOW)

    nothing, named = harvest.run(rt), harvest.run(rt, campaign_id=campaign_id)

    assert (nothing["created"], named["created"]) == (0, 1)


def test_a_batch_whose_file_is_gone_fails_with_a_sentence(rt, tmp_path):
    campaign_id = active(rt)
    with transaction(rt.sessions) as session:
        folder = rt.data_dir / "imports"
        file = listed(tmp_path, "anna@acme.example", headings="Email")
        batch = imports.start(session, SYSTEM, campaign_id, file, folder=folder, now=NOW)
        path, batch_id = Path(batch.path), batch.id
    path.unlink()

    report = harvest.run(rt)

    assert report["failed"] == 1
    assert of(rt, batch_id).state is BatchState.FAILED
    assert "Put it in again" in of(rt, batch_id).error


def test_rejects_are_kept_once_however_often_a_chunk_is_taken(rt, tmp_path):
    campaign_id = active(rt)
    put_in(
        rt,
        campaign_id,
        listed(tmp_path, "nobody", headings="Email,Name"),
        mapping={"Email": "email"},
    )

    assert count(rt, ImportReject) == 1


def test_odd_cells_are_kept_as_text_and_every_row_counts_once(rt, tmp_path):
    campaign_id = active(rt)
    file = tmp_path / "odd.csv"
    rows = (
        b"Email,First Name,Last Name,Personal email,Colour",
        b"a@acme.example,<script>alert(1)</script>,<b>Berg</b>,,=1+1",
        b"b@acme.example,b@acme.example,J\xfcrgen,,+cmd|'/c calc'!A1",
        "c@acme.example,Zoë,Nu\x00ll,,{{ 7*7 }}".encode(),
        b",Dan,Second,d@acme.example,",
        b"a@acme.example,Again,,,",
        b",,,,",
    )
    file.write_bytes(b"\n".join(rows) + b"\n")

    batch = put_in(rt, campaign_id, file)

    assert counts(batch) == {"created": 4, "duplicates": 1, "rejected": 1}
    with reading(rt.sessions) as session:
        found = session.execute(
            select(Contact.first_name, Contact.last_name, Contact.custom).order_by(
                Contact.email_key
            )
        ).all()
    assert [tuple(row) for row in found] == [
        ("<script>alert(1)</script>", "<b>Berg</b>", {"Colour": "=1+1"}),
        (None, "Jürgen", {"First Name": "b@acme.example", "Colour": "+cmd|'/c calc'!A1"}),
        ("Zoë", "Null", {"Colour": "{{ 7*7 }}"}),
        ("Dan", "Second", {"Personal email": "d@acme.example"}),
    ]


@pytest.mark.postgres
def test_after_a_long_list_the_database_knows_how_large_its_tables_are(rt, tmp_path, monkeypatch):
    monkeypatch.setattr(harvest, "LONG", 2)
    rows = "anna@acme.example,Anna,Berg,CEO,Acme,DE,9,", "ben@acme.example,Ben,Cole,CTO,Acme,DE,9,"

    put_in(rt, active(rt), listed(tmp_path, *rows))

    known = text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND reltuples > 0")
    with reading(rt.sessions) as session:
        sizes = dict(session.execute(known).all())
    assert (sizes["contacts"], sizes["leads"], sizes["accounts"]) == (2, 2, 1)
