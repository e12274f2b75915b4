"""Work on many leads: done whole, once, with reasons, by whoever takes it, and undone."""

import csv

import pytest

from core.domain.access import SYSTEM, Act
from core.domain.lists import BulkAct, BulkState
from core.domain.states import LeadState, Role
from core.errors import AicmoError, IllegalMove, Invalid, NotAllowed, NotFound
from core.pipeline import bulk
from core.queries import lead_columns, leads, marks
from core.queries.leads import LeadFilter
from core.runtime import Runtime
from core.services import bulk_jobs, bulk_work, custom_fields, lists, users
from db.models import AuditEntry, BulkJob, Contact, Lead, LeadEvent, Suppression
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_user,
    viewer_of,
)


@pytest.fixture
def office(sessions: Sessions):
    """(viewer, client id, five lead ids) of a manager; another client has one lead."""
    with transaction(sessions) as session:
        client = make_client(session)
        campaign = make_campaign(session, client)
        ids = [make_lead(session, campaign, state="scored", total=n).id for n in range(5)]
        make_lead(session, state="scored")
        user = make_user(session, Role.MANAGER, [client])
        return viewer_of(client, user=user), client.id, ids


def begun(sessions: Sessions, viewer, act: BulkAct, wanted=None, **params: object) -> int:
    with transaction(sessions) as session:
        asked = wanted or LeadFilter()
        return bulk_jobs.start(session, viewer, act, asked, params, now=NOW).id


def job(sessions: Sessions, job_id: int) -> BulkJob:
    with transaction(sessions) as session:
        return session.get_one(BulkJob, job_id)


def states(sessions: Sessions, ids: list[int]) -> list[str]:
    with reading(sessions) as session:
        return [str(session.get_one(Lead, lead_id).state) for lead_id in ids]


def test_everybody_who_fits_is_tagged_once_and_the_list_finds_them(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, ids = office
    first = begun(sessions, viewer, BulkAct.TAG, LeadFilter(score_from=2), name=" VIP ")

    bulk.run(rt)
    again = begun(sessions, viewer, BulkAct.TAG, LeadFilter(score_from=1), name="vip")
    bulk.run(rt)

    done, second = job(sessions, first), job(sessions, again)
    assert (done.state, done.total, done.done, done.skipped) == (BulkState.COMPLETED, 3, 3, 0)
    assert (second.done, second.reasons) == (1, {"Was tagged 'vip' already": 3})
    with reading(sessions) as session:
        tagged = leads.page(session, viewer, LeadFilter(tags=(1,))).rows
        assert [row.lead_id for row in tagged] == ids[:0:-1]
        assert {row.tags for row in tagged} == {("VIP",)}
        contact = session.get_one(Contact, tagged[0].contact_id)
        assert contact.tags == ["VIP"]
        assert session.query(LeadEvent).filter_by(kind="tag").count() == 4


def test_tagging_is_undone_for_those_that_the_job_tagged(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, ids = office
    begun(sessions, viewer, BulkAct.TAG, LeadFilter(picked=(ids[0],)), name="vip")
    all_ = begun(sessions, viewer, BulkAct.TAG, name="vip")
    bulk.run(rt)

    with transaction(sessions) as session:
        bulk_jobs.undo(session, viewer, all_, now=NOW)
    bulk.run(rt)

    assert (job(sessions, all_).state, job(sessions, all_).undone) == (BulkState.UNDONE, 4)
    with reading(sessions) as session:
        left = leads.page(session, viewer, LeadFilter(tags=(1,))).rows
        assert [row.lead_id for row in left] == [ids[0]]


def test_leads_are_moved_only_where_the_table_knows_the_way(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, ids = office
    with transaction(sessions) as session:
        session.get_one(Lead, ids[0]).state = LeadState.HARVESTED
        session.get_one(Lead, ids[1]).state = LeadState.QUALIFIED
    job_id = begun(sessions, viewer, BulkAct.MOVE, to="qualified", reason="All known")

    bulk.run(rt)

    assert states(sessions, ids) == ["harvested"] + ["qualified"] * 4
    assert job(sessions, job_id).reasons == {
        "A lead that is harvested cannot become qualified": 1,
        "Was qualified already": 1,
    }


def test_a_move_that_changes_who_fits_leaves_nobody_out(
    rt: Runtime, sessions: Sessions, office, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, _, ids = office
    monkeypatch.setattr(bulk_work, "CHUNK", 2)
    wanted = LeadFilter(states=(LeadState.SCORED,))
    begun(sessions, viewer, BulkAct.MOVE, wanted, to="review", reason="Look")

    bulk.run(rt)

    assert states(sessions, ids) == ["review"] * 5
    with transaction(sessions) as session:
        bulk_jobs.undo(session, viewer, 1, now=NOW)
    bulk.run(rt)
    assert set(job(sessions, 1).reasons) == {"A lead that is review cannot become scored."}


def test_a_rejection_is_undone_to_where_the_leads_stood(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, ids = office
    job_id = begun(sessions, viewer, BulkAct.MOVE, to="rejected", reason="Too small")
    bulk.run(rt)
    rejected = states(sessions, ids)

    with transaction(sessions) as session:
        bulk_jobs.undo(session, viewer, job_id, now=NOW)
    bulk.run(rt)

    assert (rejected, states(sessions, ids)) == (["rejected"] * 5, ["scored"] * 5)


def test_an_owner_must_work_for_the_client(rt: Runtime, sessions: Sessions, office) -> None:
    viewer, _, ids = office
    with transaction(sessions) as session:
        stranger = make_user(session, Role.OPERATOR, [make_client(session)]).id
    mine = begun(sessions, viewer, BulkAct.ASSIGN, owner_id=viewer.user_id)
    bulk.run(rt)
    theirs = begun(sessions, viewer, BulkAct.ASSIGN, owner_id=stranger)
    bulk.run(rt)

    assert (job(sessions, mine).done, job(sessions, theirs).done) == (5, 0)
    assert job(sessions, theirs).reasons == {"The person does not work for this client": 5}
    with transaction(sessions) as session:
        assert {session.get_one(Lead, one).owner_id for one in ids} == {viewer.user_id}
        bulk_jobs.undo(session, viewer, mine, now=NOW)
    bulk.run(rt)
    with reading(sessions) as session:
        assert {session.get_one(Lead, one).owner_id for one in ids} == {None}


def test_leads_go_on_a_list_and_off_it(rt: Runtime, sessions: Sessions, office) -> None:
    viewer, client_id, ids = office
    with transaction(sessions) as session:
        list_id = lists.create(session, viewer, client_id, "Fair", now=NOW).id
    begun(sessions, viewer, BulkAct.LIST, LeadFilter(score_from=3), list_id=list_id)
    bulk.run(rt)
    begun(sessions, viewer, BulkAct.UNLIST, LeadFilter(score_from=4), list_id=list_id)
    bulk.run(rt)

    with reading(sessions) as session:
        (row,) = leads.page(session, viewer, LeadFilter(list_id=list_id)).rows
    assert (row.lead_id, row.lists) == (ids[3], ("Fair",))


def test_many_are_suppressed_for_good(rt: Runtime, sessions: Sessions, office) -> None:
    viewer, _, ids = office
    job_id = begun(sessions, viewer, BulkAct.SUPPRESS, reason="manual")

    bulk.run(rt)

    assert states(sessions, ids) == ["suppressed"] * 5
    with transaction(sessions) as session:
        assert session.query(Suppression).count() == 5
        with pytest.raises(IllegalMove):
            bulk_jobs.undo(session, viewer, job_id, now=NOW)


def test_a_list_is_exported_with_the_chosen_columns_and_harmless_cells(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, _ = office
    with transaction(sessions) as session:
        client = session.get_one(Lead, 1)
        contact = session.get_one(Contact, client.contact_id)
        contact.first_name, contact.last_name = "=HYPERLINK(1)", "+1"
        contact.phone, contact.country = "+4930", "DE"
        client.state = LeadState.NURTURED
        for of in (client.client_id, make_client(session, name="Other").id):
            field = custom_fields.define(session, SYSTEM, of, "Record ID", "text", now=NOW)
        contact.custom = {field.key: "=7"}
    job_id = begun(sessions, viewer, BulkAct.EXPORT, format="csv", columns=["name", "state"])

    bulk.run(rt)

    with reading(sessions) as session:
        kept = bulk_jobs.download(session, viewer, job_id)
        fields = marks.fields(session, SYSTEM)
    file = bulk.file_of(rt.data_dir, kept)
    assert file is not None
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    heading = ["Name", "State", "E-mail", "Company", "Title", "Phone", "Country", "Record ID"]
    assert rows[0] == heading
    told = dict(zip(heading, rows[1], strict=True))
    assert (told["Name"], told["State"]) == ("'=HYPERLINK(1) +1", "In sequence")
    assert (told["Phone"], told["Country"], told["Record ID"]) == ("'+4930", "DE", "'=7")
    assert "@" in told["E-mail"]
    assert [one.heading for one in lead_columns.exported([], fields)].count("Record ID") == 1
    assert "Record ID (Other)" in [one.heading for one in lead_columns.known(fields).values()]
    assert len(rows) == 6
    assert bulk.file_of(rt.data_dir, "../secret") is None


def test_an_operator_may_not_export_whole_lists(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        operator = viewer_of(make_client(session), role=Role.OPERATOR)
        viewer = viewer_of(make_client(session), role=Role.VIEWER)

        with pytest.raises(NotAllowed):
            bulk_jobs.start(session, operator, BulkAct.EXPORT, LeadFilter(), {}, now=NOW)
        with pytest.raises(NotAllowed):
            bulk_jobs.start(session, viewer, BulkAct.TAG, LeadFilter(), {"name": "x"}, now=NOW)
        assert not operator.may(Act.EXPORT_LISTS)


@pytest.mark.parametrize(
    ("act", "params", "says"),
    [
        (BulkAct.TAG, {"name": "  "}, "Give a tag a name."),
        (BulkAct.TAG, {"name": "x" * 81}, "80 characters"),
        (BulkAct.MOVE, {"to": "qualified", "reason": " "}, "Say why"),
        (BulkAct.MOVE, {"to": "converted", "reason": "x"}, "not moved there by hand"),
        (BulkAct.LIST, {}, "Choose a list"),
        (BulkAct.ASSIGN, {"owner_id": 999}, "does not exist"),
        (BulkAct.EXPORT, {"format": "exe"}, "CSV or XLSX"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    sessions: Sessions, act: BulkAct, params: dict[str, object], says: str
) -> None:
    with transaction(sessions) as session, pytest.raises(Invalid, match=says):
        bulk_jobs.start(session, SYSTEM, act, LeadFilter(), params, now=NOW)


def test_a_job_that_died_goes_on_and_a_twin_comes_to_nothing(
    rt: Runtime, sessions: Sessions, office, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, _, _ = office
    monkeypatch.setattr(bulk_work, "CHUNK", 2)
    job_id = begun(sessions, viewer, BulkAct.TAG, name="vip")
    with transaction(sessions) as session:
        dead = bulk_work.take(session, job_id, now=rt.now())
    assert dead is not None
    with transaction(sessions) as session:
        assert bulk_work.step(session, dead, now=rt.now())
        assert bulk_work.take(session, job_id, now=rt.now()) is None

    clock.advance(minutes=2)
    bulk.run(rt)

    with transaction(sessions) as session:
        assert not bulk_work.step(session, dead, now=rt.now())
    done = job(sessions, job_id)
    assert (done.done, done.skipped, done.state) == (5, 0, BulkState.COMPLETED)


def test_who_lost_their_access_has_nothing_done_in_their_name(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, _ = office
    job_id = begun(sessions, viewer, BulkAct.TAG, name="vip")
    with transaction(sessions) as session:
        users.disable(session, SYSTEM, viewer.user_id, now=NOW)

    bulk.run(rt)

    assert job(sessions, job_id).state is BulkState.FAILED
    assert "may no longer sign in" in (job(sessions, job_id).error or "")


def test_a_stopped_job_does_no_more_and_belongs_to_its_person(
    rt: Runtime, sessions: Sessions, office
) -> None:
    viewer, _, _ = office
    job_id = begun(sessions, viewer, BulkAct.TAG, name="vip")
    with transaction(sessions) as session:
        other = viewer_of(make_client(session), user=make_user(session, Role.MANAGER, []))
        with pytest.raises(NotFound):
            bulk_jobs.stop(session, other, job_id, now=NOW)
        bulk_jobs.stop(session, viewer, job_id, now=NOW)

    bulk.run(rt)

    assert (job(sessions, job_id).state, job(sessions, job_id).done) == (BulkState.STOPPED, 0)
    with reading(sessions) as session:
        told = [one.action for one in session.query(AuditEntry) if one.action.startswith("bulk")]
    assert told == ["bulk tag started", "bulk tag stopped"]
    assert issubclass(NotFound, AicmoError)
