"""Keeping a CRM in step: once, in both directions, and never over an opt-out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.config import Settings
from core.domain.access import SYSTEM
from core.domain.crm_states import CrmKind, CrmStage, LinkState
from core.domain.states import ConversionKind, JobName, JobState, LeadState, SuppressionReason
from core.errors import Misconfigured, Unavailable, Uncertain
from core.pipeline import crm, runner
from core.runtime import Runtime
from core.services import crm_plan, suppressions
from db.models import Client, Conversion, CrmLink, CrmSync, Lead, Suppression
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_thread,
)
from tests.factories_crm import (
    NAME,
    Cabinet,
    contact_of,
    edit,
    kept_in_step,
    lead_of,
    link_of,
    reached,
    rules,
    turn_on,
)
from tests.factories_desk import make_event, make_reply

ANNA = "anna@berg.example"


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


@pytest.fixture
def office(settings: Settings, clock: Clock, cabinet: Cabinet) -> Iterator[Runtime]:
    rt = kept_in_step(settings, clock, cabinet)
    yield rt
    rt.close()


def anna(rt: Runtime, **given: object) -> int:
    """Anna, who was written to, and a plan that keeps the CRM in step."""
    with transaction(rt.sessions) as session:
        turn_on(session, **given)
        return reached(session, ANNA, first_name="Anna", title="VP Marketing").id


def test_nothing_is_asked_as_long_as_it_is_off(office: Runtime, cabinet: Cabinet) -> None:
    with transaction(office.sessions) as session:
        reached(session, ANNA)

    report = crm.run(office)

    assert (report.counts, report.notes, cabinet.calls) == ({}, (crm.OFF,), [])


def test_while_the_real_gateway_is_off_files_stand_in(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        turn_on(session, crm="hubspot")
        reached(session, ANNA)

    report = crm.run(rt)

    written = (rt.data_dir / "crm" / "contacts.csv").read_text(encoding="utf-8")
    assert report["pushed"] == 1
    assert ANNA in written


def test_who_was_written_to_is_given_once_however_often_it_runs(
    office: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(office)
    with transaction(office.sessions) as session:
        client = make_client(session)
        make_lead(session, make_campaign(session, client), make_contact(session, client))

    first, second = crm.run(office), crm.run(office)

    link = link_of(office, contact_id)
    assert (first["pushed"], second["pushed"]) == (1, 0)
    assert cabinet.calls.count("upsert") == 1
    assert list(cabinet.records) == [ANNA]
    assert (link.state, link.remote_id) == (LinkState.LINKED, "r001")
    assert cabinet.records[ANNA].fields["title"] == "VP Marketing"
    assert cabinet.records[ANNA].fields["company"] == "berg.example AG"


def test_a_change_here_goes_there_and_a_change_there_comes_here(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    crm.run(office)

    edit(office, contact_id, title="CMO")
    cabinet.has(ANNA, at=clock.advance(minutes=30), fields={"city": "Bergen"})
    clock.advance(minutes=1)
    report = crm.run(office)

    assert (report["changed"], report["pushed"]) == (1, 1)
    assert contact_of(office, contact_id).city == "Bergen"
    assert contact_of(office, contact_id).title == "CMO"
    assert cabinet.records[ANNA].fields["title"] == "CMO"
    assert cabinet.records[ANNA].fields["city"] == "Bergen"


@pytest.mark.parametrize(
    ("rule", "ours_later", "kept"),
    [
        ("ours", False, "CMO"),
        ("theirs", True, "Chief"),
        ("newest", True, "CMO"),
        ("newest", False, "Chief"),
    ],
)
def test_where_both_changed_the_rule_of_the_field_decides(
    office: Runtime, cabinet: Cabinet, clock: Clock, rule: str, ours_later: bool, kept: str
) -> None:
    contact_id = anna(office, rules=rules(title=rule))
    crm.run(office)

    here, there = (20, 10) if ours_later else (10, 20)
    cabinet.has(ANNA, at=clock.now() + timedelta(minutes=there), fields={"title": "Chief"})
    clock.advance(minutes=here)
    edit(office, contact_id, title="CMO")
    clock.advance(minutes=60 - here)
    crm.run(office)
    again = crm.run(office)

    assert contact_of(office, contact_id).title == kept
    assert cabinet.records[ANNA].fields["title"] == kept
    assert (again["changed"], again["pushed"]) == (0, 0)


def test_an_empty_field_never_wipes_out_what_the_other_side_knows(
    office: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(office, rules=rules(city="ours", title="theirs"))
    cabinet.has(ANNA, fields={"city": "Bergen", "title": ""})

    crm.run(office)

    assert contact_of(office, contact_id).city == "Bergen"
    assert cabinet.records[ANNA].fields["title"] == "VP Marketing"


def test_what_was_emptied_on_purpose_is_emptied_on_the_other_side(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    crm.run(office)

    cabinet.has(ANNA, at=clock.advance(hours=1), fields={"title": ""})
    crm.run(office)

    assert contact_of(office, contact_id).title is None


def test_the_same_country_written_otherwise_is_no_change(office: Runtime, cabinet: Cabinet) -> None:
    contact_id = anna(office)
    edit(office, contact_id, country="DE")
    cabinet.has(ANNA, fields={"country": "Germany", "city": "Ulm"})

    crm.run(office)
    edit(office, contact_id, title="CMO")
    crm.run(office)

    assert contact_of(office, contact_id).country == "DE"
    assert cabinet.records[ANNA].fields["country"] == "Germany"
    assert cabinet.records[ANNA].fields["title"] == "CMO"


def test_a_company_there_renames_no_company_here(office: Runtime, cabinet: Cabinet) -> None:
    anna(office, rules={})
    cabinet.has(ANNA, fields={"company": "Somebody Else Ltd"})

    crm.run(office)

    assert cabinet.records[ANNA].fields["company"] == "berg.example AG"


def test_an_opt_out_there_is_a_suppression_here_and_stops_the_lead(
    office: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(office)
    cabinet.has(ANNA, opted_out=True)
    cabinet.has("nobody@else.example", opted_out=True)

    crm.run(office)
    crm.run(office)

    with reading(office.sessions) as session:
        rows = session.execute(select(Suppression).order_by(Suppression.value)).scalars().all()
        session.expunge_all()
    assert [row.value for row in rows] == [ANNA, "nobody@else.example"]
    assert {row.reason for row in rows} == {SuppressionReason.OPT_OUT}
    assert lead_of(office, contact_id).state is LeadState.SUPPRESSED


def test_a_record_without_opt_out_lifts_no_suppression(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    cabinet.has(ANNA, opted_out=True)
    crm.run(office)

    cabinet.has(ANNA, at=clock.advance(hours=1), opted_out=False, fields={"city": "Oslo"})
    crm.run(office)

    with reading(office.sessions) as session:
        client_id = lead_of(office, contact_id).client_id
        assert suppressions.suppressed_among(session, client_id, [ANNA]) == {ANNA}
    assert lead_of(office, contact_id).state is LeadState.SUPPRESSED
    assert contact_of(office, contact_id).city == "Oslo"


def test_a_won_deal_there_is_one_conversion_here(office: Runtime, cabinet: Cabinet) -> None:
    contact_id = anna(office)
    cabinet.has(ANNA, stage=CrmStage.WON)

    first, second = crm.run(office), crm.run(office)

    with reading(office.sessions) as session:
        (row,) = session.execute(select(Conversion)).scalars()
        session.expunge_all()
    assert (first["converted"], second["converted"]) == (1, 0)
    assert (row.kind, row.source) == (ConversionKind.WON, "crm")
    assert lead_of(office, contact_id).state is LeadState.CONVERTED


def test_conversions_from_there_can_be_declined(office: Runtime, cabinet: Cabinet) -> None:
    anna(office, conversions=False)
    cabinet.has(ANNA, stage=CrmStage.WON)

    crm.run(office)

    with reading(office.sessions) as session:
        assert session.execute(select(func.count(Conversion.id))).scalar_one() == 0


def test_nothing_is_overwritten_there_before_all_there_was_seen(
    office: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(office)
    cabinet.page = 1
    cabinet.has("first@else.example")
    cabinet.has(ANNA, fields={"title": "Head of all"}, at=NOW)
    limit = Unavailable("Busy.", retry_at=NOW)
    cabinet.script = [lambda: None, limit]

    with pytest.raises(Unavailable):
        crm.run(office)

    assert "upsert" not in cabinet.calls
    assert contact_of(office, contact_id).title == "VP Marketing"


def test_reading_goes_on_at_the_page_where_it_broke_off(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    anna(office)
    cabinet.page = 1
    for name in ("a", "b", "c"):
        cabinet.has(f"{name}@else.example")
    cabinet.script = [lambda: None, Unavailable("Busy.", retry_at=NOW)]

    with pytest.raises(Unavailable):
        crm.run(office)
    clock.advance(minutes=15)
    report = crm.run(office)

    with reading(office.sessions) as session:
        sync = session.get_one(CrmSync, NAME)
        session.expunge_all()
    assert report["pulled"] == 2
    assert sync.since is not None
    assert sync.last_error is None


def test_a_process_that_died_in_the_middle_of_a_call_gives_the_contact_again(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    cabinet.script = [lambda: None, die]
    with pytest.raises(Killed):
        crm.run(office)
    held = crm.run(office)
    clock.advance(minutes=6)
    after = crm.run(office)

    assert (held["pushed"], after["pushed"]) == (0, 1)
    assert list(cabinet.records) == [ANNA]
    assert link_of(office, contact_id).state is LinkState.LINKED


def test_one_bad_record_is_set_aside_and_the_others_go(office: Runtime, cabinet: Cabinet) -> None:
    anna(office)
    with transaction(office.sessions) as session:
        client = make_client(session)
        bad = reached(session, "bad@x.example", client).id
        odd = reached(session, "odd@y.example", client).id
        reached(session, "good@z.example", client)
    cabinet.never = {"bad@x.example"}
    cabinet.not_these = {"odd@y.example": "The city is unknown."}

    report = crm.run(office)
    again = crm.run(office)

    assert (report["pushed"], report["set_aside"]) == (2, 2)
    assert again["set_aside"] == 0
    assert link_of(office, bad).reason == "bad@x.example is no address."
    assert link_of(office, odd).reason == "The city is unknown."
    assert link_of(office, odd).state is LinkState.SET_ASIDE


def test_what_was_set_aside_is_tried_again_once_it_changed(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    cabinet.not_these = {ANNA: "The title is odd."}
    crm.run(office)

    cabinet.not_these = {}
    clock.advance(minutes=15)
    edit(office, contact_id, title="CMO")
    report = crm.run(office)

    assert report["pushed"] == 1
    assert link_of(office, contact_id).reason is None


def test_the_same_address_at_two_clients_never_mixes_them(
    office: Runtime, cabinet: Cabinet
) -> None:
    first = anna(office)
    with transaction(office.sessions) as session:
        second = reached(session, ANNA, title="Theirs").id

    crm.run(office)

    assert cabinet.records[ANNA].fields["title"] == "VP Marketing"
    assert link_of(office, first).state is LinkState.LINKED
    assert link_of(office, second).state is LinkState.SET_ASIDE
    assert "another client" in (link_of(office, second).reason or "")


def test_a_record_whose_address_changed_is_set_aside(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    crm.run(office)

    record = cabinet.records.pop(ANNA)
    cabinet.has("new@berg.example", at=clock.advance(hours=1), remote_id=record.remote_id)
    crm.run(office)

    assert link_of(office, contact_id).state is LinkState.SET_ASIDE
    assert "another address" in (link_of(office, contact_id).reason or "")


def test_a_contact_that_became_part_of_another_is_left_alone(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    kept = anna(office)
    with transaction(office.sessions) as session:
        client = session.get_one(Client, lead_of(office, kept).client_id)
        gone = reached(session, "old@former.example", client, merged_into_id=kept).id
    cabinet.has("old@former.example", fields={"title": "Intern"}, opted_out=True)

    crm.run(office)

    assert contact_of(office, gone).title == "VP Marketing"
    assert contact_of(office, kept).title == "VP Marketing"
    assert cabinet.records["old@former.example"].fields == {"title": "Intern"}
    with reading(office.sessions) as session:
        values = session.execute(select(Suppression.value)).scalars().all()
    assert values == ["old@former.example"]


def test_only_chosen_clients_are_kept_in_step(office: Runtime, cabinet: Cabinet) -> None:
    with transaction(office.sessions) as session:
        client = make_client(session)
        reached(session, "in@x.example", client)
        reached(session, "out@y.example")
        turn_on(session, clients=frozenset({client.id}))

    crm.run(office)

    assert list(cabinet.records) == ["in@x.example"]


def conversation(rt: Runtime, contact_id: int) -> None:
    """A mail, a reply, and an opt-out."""
    with transaction(rt.sessions) as session:
        lead = session.get_one(Lead, lead_of(rt, contact_id).id)
        box = make_mailbox(session, session.get_one(Client, lead.client_id))
        sent = make_message(session, lead, box, "sent", sent_at=NOW)
        make_reply(session, make_thread(session, box, lead), "Yes <please>")
        make_event(session, sent, kind="unsubscribed")
        make_event(session, sent, kind="opened")


def test_what_happened_is_written_down_once(office: Runtime, cabinet: Cabinet) -> None:
    conversation(office, anna(office))

    first, second = crm.run(office), crm.run(office)

    assert (first["logged"], second["logged"]) == (3, 0)
    assert [note.kind for note in cabinet.notes] == ["Mail sent", "Reply received", "Opted out"]
    assert {note.remote_id for note in cabinet.notes} == {"r001"}
    assert len({note.key for note in cabinet.notes}) == 3


def test_an_interaction_that_may_be_there_is_never_written_twice(
    office: Runtime, cabinet: Cabinet, clock: Clock
) -> None:
    contact_id = anna(office)
    conversation(office, contact_id)
    cabinet.honours_keys = False
    cabinet.script = [lambda: None, lambda: None, Uncertain("It broke off.")]

    with pytest.raises(Uncertain):
        crm.run(office)
    clock.advance(minutes=15)
    report = crm.run(office)

    link = link_of(office, contact_id, CrmKind.MESSAGE)
    assert (link.state, link.reason) == (LinkState.UNCERTAIN, "It broke off.")
    assert report["logged"] == 2
    assert len({note.key for note in cabinet.notes}) == len(cabinet.notes) == 3


@pytest.mark.parametrize(("knows_keys", "state"), [(True, "linked"), (False, "uncertain")])
def test_a_death_while_writing_down_is_mended_or_told(
    office: Runtime, cabinet: Cabinet, clock: Clock, knows_keys: bool, state: str
) -> None:
    contact_id = anna(office)
    conversation(office, contact_id)
    cabinet.honours_keys = knows_keys

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    cabinet.script = [lambda: None, lambda: None, die]
    with pytest.raises(Killed):
        crm.run(office)
    clock.advance(minutes=6)
    crm.run(office)

    assert link_of(office, contact_id, CrmKind.MESSAGE).state == state


def test_a_crm_that_lets_nobody_in_fails_the_run_and_says_why(
    office: Runtime, cabinet: Cabinet
) -> None:
    contact_id = anna(office)
    cabinet.script = [lambda: None, Misconfigured("The key is refused (401).", advice="Mend it.")]

    result = runner.run_job(office, JobName.CRM, by="test")

    with reading(office.sessions) as session:
        sync = session.get_one(CrmSync, NAME)
        session.expunge_all()
    assert (result.state, result.error) == (JobState.FAILED, "The key is refused (401).")
    assert sync.last_error == "The key is refused (401)."
    assert link_of(office, contact_id).state is LinkState.WAITING


def test_a_person_tries_a_record_again(office: Runtime, cabinet: Cabinet) -> None:
    contact_id = anna(office)
    cabinet.not_these = {ANNA: "Not today."}
    crm.run(office)

    cabinet.not_these = {}
    with transaction(office.sessions) as session:
        crm_plan.try_again(session, SYSTEM, link_of(office, contact_id).id, now=NOW)
    crm.run(office)

    assert link_of(office, contact_id).state is LinkState.LINKED


def test_links_are_one_a_subject(office: Runtime, cabinet: Cabinet) -> None:
    conversation(office, anna(office))

    for _ in range(3):
        crm.run(office)

    with reading(office.sessions) as session:
        assert session.execute(select(func.count(CrmLink.id))).scalar_one() == 4
