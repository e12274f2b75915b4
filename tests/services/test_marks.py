"""Tags, lists, fields and views: names, permissions, versions, and what imports bring."""

from pathlib import Path

import pytest

from core.domain.access import SYSTEM
from core.domain.lists import FieldKind
from core.domain.states import Role
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.pipeline import harvest
from core.queries import leads, marks
from core.queries.leads import LeadFilter
from core.runtime import Runtime
from core.services import custom_fields, imports, lists, tags, views
from db.models import AuditEntry, Contact, Tag
from db.session import Sessions, transaction
from tests.factories import NOW, make_campaign, make_client, make_lead, make_user, viewer_of

NAUGHTY = (
    *(
        "'; DROP TABLE tags;--",
        "<img src=x onerror=alert(1)>",
        "田中さん",
        "\u202etest",
        "%",
        "a\x00b",
    ),
    *("ﷺ" * 9, "=1+1", "[x](javascript:y)", "../../etc/passwd", "𝕿𝖍𝖊", "😀", "null", "0"),
)
UNUSABLE = ("", " ", "\x00", "\u200b", "\n\t", "x" * 81)


def test_a_list_brings_its_tags_and_fields_with_it(
    rt: Runtime, sessions: Sessions, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    rows = "".join(f"p{n}@c{n}.example,vip; Fair,{n},Plan {n % 2}\n" for n in range(12))
    file.write_text("Email,Tags,Seats booked,Our plan\n" + rows, encoding="utf-8")
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        batch = imports.start(
            session, SYSTEM, campaign.id, file, folder=tmp_path / "kept", now=NOW
        ).id
        client_id = campaign.client_id

    harvest.run_batch(rt, batch)

    with transaction(sessions) as session:
        held = {field.name: field for field in marks.fields(session, SYSTEM)}
        assert held["Seats booked"].kind is FieldKind.NUMBER
        assert held["Our plan"].kind is FieldKind.CHOICE
        tag = tags.known(session, client_id, "VIP")
        assert tag is not None
        page = leads.page(session, SYSTEM, LeadFilter(tags=(tag.id,)))
        assert len(page.rows) == 12
        assert page.rows[0].tags == ("Fair", "vip")


def test_whatever_is_typed_is_a_name_or_refused_with_a_sentence(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client_id = make_client(session).id
        for text in UNUSABLE:
            with pytest.raises(Invalid, match="tag"):
                tags.tag(session, SYSTEM, client_id, text, now=NOW)

        made = [tags.tag(session, SYSTEM, client_id, t, now=NOW) for t in NAUGHTY]
        again = tags.tag(session, SYSTEM, client_id, " NULL ", now=NOW)

        assert len({one.id for one in made}) == len(NAUGHTY)
        assert again.name == "null"


def test_a_tag_goes_once_nobody_has_it(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        tag = tags.tag(session, SYSTEM, lead.client_id, "vip", now=NOW)
        tags.add_many(session, tag, [lead.contact_id], now=NOW)
        with pytest.raises(Invalid, match="still on contacts"):
            tags.remove(session, SYSTEM, tag.id, now=NOW)
        contact = session.get_one(Contact, lead.contact_id)
        tags.put(session, SYSTEM, contact.id, [], version=contact.version, lead_id=lead.id, now=NOW)

        tags.remove(session, SYSTEM, tag.id, now=NOW)

        assert session.query(Tag).count() == 0


def test_lists_are_made_renamed_and_removed_by_those_who_may(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, other = make_client(session), make_client(session)
        lead = make_lead(session, make_campaign(session, client))
        viewer, stranger = viewer_of(client), viewer_of(other)
        one = lists.create(session, viewer, client.id, "Fair", now=NOW)
        lists.create(session, viewer, client.id, "Expo", now=NOW)
        with pytest.raises(Invalid, match="already"):
            lists.create(session, viewer, client.id, "FAIR", now=NOW)
        with pytest.raises(Invalid, match="already"):
            lists.rename(session, viewer, one.id, "expo", version=1, now=NOW)
        with pytest.raises(NotFound):
            lists.remove(session, stranger, one.id, now=NOW)
        with pytest.raises(NotAllowed):
            lists.remove(session, viewer_of(client, role=Role.VIEWER), one.id, now=NOW)
        lists.rename(session, viewer, one.id, "Fair 2026", version=1, now=NOW)
        with pytest.raises(Stale):
            lists.rename(session, viewer, one.id, "Again", version=1, now=NOW)
        lists.put(session, viewer, lead.id, [one.id], version=lead.version, now=NOW)
        with pytest.raises(Stale):
            lists.put(session, viewer, lead.id, [], version=1, now=NOW)

        lists.remove(session, viewer, one.id, now=NOW)

        assert [mark.name for mark in marks.lists(session, viewer, sizes=True)] == ["Expo"]
        told = {entry.action for entry in session.query(AuditEntry)}
        assert {"list made", "list renamed", "list removed", "lead put on lists"} <= told


def test_a_field_wants_its_kind_and_its_choices(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        lead = make_lead(session)
        client_id, contact_id = lead.client_id, lead.contact_id
        given = {"lead_id": lead.id, "now": NOW}
        with pytest.raises(Invalid, match="Name the choices"):
            custom_fields.define(session, SYSTEM, client_id, "Plan", FieldKind.CHOICE, now=NOW)
        field = custom_fields.define(
            session, SYSTEM, client_id, "Plan", FieldKind.CHOICE, choices=["A", "B"], now=NOW
        )
        with pytest.raises(Invalid, match="already"):
            custom_fields.define(session, SYSTEM, client_id, "plan", FieldKind.TEXT, now=NOW)
        with pytest.raises(Invalid, match="is one of: A, B"):
            custom_fields.put(session, SYSTEM, contact_id, field.id, "C", version=1, **given)
        with pytest.raises(Invalid, match="5,000 characters"):
            custom_fields.put(session, SYSTEM, contact_id, field.id, "C" * 5001, version=1, **given)
        custom_fields.put(session, SYSTEM, contact_id, field.id, "A", version=1, **given)
        with pytest.raises(Stale):
            custom_fields.put(session, SYSTEM, contact_id, field.id, "B", version=1, **given)

        custom_fields.change(
            session, SYSTEM, field.id, name="Tariff", kind=FieldKind.TEXT, hidden=True, version=1,
            now=NOW,
        )  # fmt: skip

        assert session.get_one(Contact, contact_id).custom == {"Plan": "A"}
        assert marks.fields(session, SYSTEM) == ()
        with pytest.raises(Stale):
            custom_fields.change(
                session, SYSTEM, field.id, name="X", kind=FieldKind.TEXT, version=1, now=NOW
            )


def test_a_view_is_shared_within_its_client_and_removed_by_its_person(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client, other = make_client(session), make_client(session)
        anna = viewer_of(client, user=make_user(session, Role.VIEWER, [client]))
        ben = viewer_of(client, user=make_user(session, Role.OPERATOR, [client]))
        eve = viewer_of(other, user=make_user(session, Role.MANAGER, [other]))
        shared = views.save(
            session, anna, "Hot", {"tier": "hot"}, client_id=client.id, shared=True, now=NOW
        )
        views.save(session, anna, "Mine", {"q": "a"}, now=NOW)
        with pytest.raises(Invalid, match="Choose a client"):
            views.save(session, anna, "x", {"q": "a"}, shared=True, now=NOW)
        with pytest.raises(Invalid, match="too much"):
            views.save(session, anna, "x", {"q": "a" * 5000}, now=NOW)
        with pytest.raises(NotFound):
            views.remove(session, ben, shared.id, now=NOW)
        with pytest.raises(NotAllowed):
            views.choose_columns(session, SYSTEM, ["name"])

        seen = [[view.name for view in marks.views(session, who)] for who in (anna, ben, eve)]

        assert seen == [["Hot", "Mine"], ["Hot"], []]
        views.remove(session, anna, shared.id, now=NOW)
        assert marks.views(session, ben) == ()
