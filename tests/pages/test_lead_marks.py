"""Tags, lists, own fields, views, columns and work on many leads, as people meet them."""

import pytest

from core.domain.access import SYSTEM
from core.domain.lists import BulkState
from core.domain.states import LeadState, Role
from core.errors import Stale
from core.pipeline import bulk
from core.queries import marks
from core.runtime import Runtime
from core.services import custom_fields, lists, tags
from db.models import BulkJob, Client, Contact, Lead, SavedView
from db.session import Sessions, reading, transaction
from pages.leads_parts import narrowing
from tests.factories import NOW, make_campaign, make_client, make_lead, make_user, viewer_of
from tests.pages.conftest import App, seen

NAUGHTY = "<script>alert(1)</script> [x](javascript:y) =1+1"


@pytest.fixture
def office(sessions: Sessions):
    """(user, lead ids) of one client with three leads, a naughty tag, a list and a field."""
    with transaction(sessions) as session:
        client = make_client(session, name="Northwind")
        user = make_user(session, Role.OPERATOR, [client], name="Olga")
        viewer = viewer_of(client, user=user, role=Role.OPERATOR)
        campaign = make_campaign(session, client)
        made = [make_lead(session, campaign, state="scored", total=n) for n in (10, 50, 90)]
        tag = tags.tag(session, viewer, client.id, NAUGHTY, now=NOW)
        tags.add_many(session, tag, [made[0].contact_id], now=NOW)
        lists.create(session, viewer, client.id, "Fair", now=NOW)
        custom_fields.define(session, viewer, client.id, "Seats", "number", now=NOW)
        return user, [lead.id for lead in made]


def test_filters_and_columns_of_the_url_hold(signed_in: App, office) -> None:
    user, _ = office

    at = signed_in(user, "leads.py", tags="1", score="0-40", cols="name,tags,custom-1", sort="name")

    assert not at.exception
    (frame,) = [table.value for table in at.dataframe]
    assert list(frame.columns) == ["Name", "Tags", "Seats"]
    assert frame["Tags"].tolist() == [[NAUGHTY]]
    assert "1 of 1 lead\n" in seen(at)


def test_what_the_url_cannot_mean_is_not_asked(signed_in: App, office) -> None:
    user, _ = office
    odd = {"score": "9-1", "tier": "x", "from": "soon", "own1": "1.is", "tags": "a", "sort": "?"}

    at = signed_in(user, "leads.py", **odd, cols="nothing", touched="--")

    assert not at.exception
    assert "3 of 3 leads" in seen(at)


def test_fields_of_one_name_say_whose_they_are(sessions: Sessions, office) -> None:
    with transaction(sessions) as session:
        other = make_client(session, name="Contoso")
        custom_fields.define(session, SYSTEM, other.id, "Seats", "number", now=NOW)

        told = narrowing.named(marks.fields(session, SYSTEM), SYSTEM)

    assert list(told.values()) == ["Seats (Northwind)", "Seats (Contoso)"]


def test_a_whole_result_is_worked_on_and_comes_back_with_its_outcome(
    signed_in: App, sessions: Sessions, rt: Runtime, office, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, ids = office
    monkeypatch.setattr("pages.ui.bulk.in_background", lambda do: do())
    at = signed_in(user, "leads.py", select="1", score="40-100")
    at.selectbox(key="leads.many.act").set_value("move").run()
    assert at.button(key="leads.many.begin").disabled  # nothing is ticked, nothing is meant

    at.toggle(key="leads.many.all").set_value(True).run()
    at.selectbox(key="leads.many.to").set_value(LeadState.REJECTED)
    at.text_input(key="leads.many.reason").set_value("Too small")
    at = at.button(key="leads.many.begin").click().run()

    assert not at.exception
    said = seen(at)
    assert "Move rejected" in said
    assert "2 done" in said
    with transaction(sessions) as session:
        states = [session.get_one(Lead, one).state for one in ids]
    assert states == [LeadState.SCORED, LeadState.REJECTED, LeadState.REJECTED]

    at = next(b for b in at.button if b.label == "Undo").click().run()
    bulk.run(rt)
    with transaction(sessions) as session:
        assert session.get_one(BulkJob, 1).state is BulkState.UNDONE
    assert "2 put back" in seen(at.run())


def test_a_move_without_a_reason_is_refused_with_a_sentence(signed_in: App, office) -> None:
    user, _ = office
    at = signed_in(user, "leads.py", select="1")
    at.selectbox(key="leads.many.act").set_value("move").run()
    at.toggle(key="leads.many.all").set_value(True).run()

    at = at.button(key="leads.many.begin").click().run()

    assert "Say why: the reason stays in the history of every lead." in seen(at)


def test_a_choice_of_all_that_match_is_forgotten_with_another_filter(
    signed_in: App, office
) -> None:
    user, _ = office
    at = signed_in(user, "leads.py", select="1", score="40-100")
    at = at.toggle(key="leads.many.all").set_value(True).run()
    assert not at.button(key="leads.many.begin").disabled

    del at.query_params["score"]
    at = at.run()

    assert at.toggle(key="leads.many.all").label == "All 3 that match"
    assert at.button(key="leads.many.begin").disabled


def test_an_operator_is_not_offered_an_export(signed_in: App, office) -> None:
    user, _ = office

    at = signed_in(user, "leads.py", select="1")

    assert "Export" not in at.selectbox(key="leads.many.act").options


def test_the_tags_lists_and_fields_of_a_lead_are_edited(
    signed_in: App, sessions: Sessions, office
) -> None:
    user, ids = office
    at = signed_in(user, "leads.py", lead=str(ids[0]))
    assert "javascript" in seen(at)  # as text
    at.multiselect(key="lead.lists.ids").set_value([1])
    at = next(b for b in at.button if b.form_id == "lead.lists").click().run()
    at.text_input(key="lead.field.1").set_value("1,200")
    at = next(b for b in at.button if b.form_id == "lead.field.value").click().run()
    at.multiselect(key="lead.tags.names").set_value([])
    at = next(b for b in at.button if b.form_id == "lead.tags").click().run()

    assert not at.exception
    said = seen(at)
    for part in ("Fair", "1,200", "On the lists Fair", "No longer tagged", "Seats: 1200"):
        assert part in said
    with reading(sessions) as session:
        contact = session.get_one(Contact, session.get_one(Lead, ids[0]).contact_id)
        assert (contact.tags, contact.custom) == ([], {"Seats": 1200})


def test_a_value_of_the_wrong_kind_is_a_sentence(signed_in: App, office) -> None:
    user, ids = office
    at = signed_in(user, "leads.py", lead=str(ids[0]))
    at.text_input(key="lead.field.1").set_value("many")

    at = next(b for b in at.button if b.form_id == "lead.field.value").click().run()

    assert "'Seats' wants a number, such as 1200 or 3.5." in seen(at)


def test_an_edit_after_somebody_elses_is_refused_with_a_sentence(
    sessions: Sessions, office
) -> None:
    _, ids = office
    with transaction(sessions) as session:
        viewer = viewer_of(session.get_one(Client, 1), role=Role.ADMIN)
        contact = session.get_one(Contact, session.get_one(Lead, ids[0]).contact_id)
        held = {"version": contact.version, "lead_id": ids[0], "now": NOW}
        tags.put(session, viewer, contact.id, [], **held)

        with pytest.raises(Stale, match="Somebody else changed this contact meanwhile"):
            tags.put(session, viewer, contact.id, ["x"], **held)


def test_a_view_is_saved_and_brings_the_list_back(
    signed_in: App, sessions: Sessions, office
) -> None:
    user, _ = office
    at = signed_in(user, "leads.py", score="40-100", sort="score")
    at.text_input(key="leads.view.name").set_value("Best")
    at = next(b for b in at.button if b.form_id == "leads.view.save").click().run()
    with reading(sessions) as session:
        assert session.get_one(SavedView, 1).query == {"score": "40-100", "sort": "score"}
    at.query_params.clear()

    at = at.run().button(key="leads.view.1").click().run()

    assert not at.exception
    assert "2 of 2 leads" in seen(at)


def test_a_persons_columns_are_kept(signed_in: App, office) -> None:
    user, _ = office
    at = signed_in(user, "leads.py")
    at.multiselect(key="leads.columns.names").set_value(["email", "total"])
    next(b for b in at.button if b.label == "Show these").click().run()

    at = signed_in(user, "leads.py")

    (frame,) = [table.value for table in at.dataframe]
    assert list(frame.columns) == ["E-mail", "Score"]


@pytest.mark.parametrize("part", ["lists", "tags", "fields"])
def test_what_the_client_keeps_is_shown(signed_in: App, office, part: str) -> None:
    user, _ = office

    at = signed_in(user, "leads.py", view="marks", part=part)

    assert not at.exception
    assert {"lists": "Fair", "tags": "script", "fields": "Seats"}[part] in seen(at)


def test_a_list_with_too_long_a_name_is_refused_with_a_sentence(signed_in: App, office) -> None:
    user, _ = office
    at = signed_in(user, "leads.py", view="marks")
    box = next(one for one in at.text_input if one.key == "marks.list.new.name")
    box.set_value("x" * 121)

    at = next(b for b in at.button if b.form_id == "marks.list.new").click().run()

    assert "The name of a list may have 120 characters; this one has 121. Shorten it." in seen(at)
