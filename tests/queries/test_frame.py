"""What the frame and its pages ask: badges, search, campaigns, figures, the audit trail."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import ReviewKind, Role, SuppressionReason
from core.queries import (
    audit,
    campaigns,
    home,
    mailbox_setup,
    mailboxes,
    search,
    sequences,
)
from core.queries import suppressions as suppressed
from core.services import audit as trail
from db.models import Alarm, Client, Contact, Suppression, Task
from db.session import Sessions, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_sequence,
    make_thread,
    make_user,
    viewer_of,
)
from tests.factories_desk import make_draft
from tests.queries.plans import plans, whole_reads

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)
TODAY = NOW.date()


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session, name="Halden Foods")


def test_badges_count_what_waits_for_this_viewer(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client)
    make_review_item(session, make_lead(session, campaign=campaign, state="review"))
    make_review_item(session, make_lead(session, state="review"))  # another client's
    make_thread(session, make_mailbox(session, client), needs_us=True)
    session.add(Alarm(key="a", client_id=None, severity="act", title="t", advice="a",
                      page="settings", since=NOW))  # fmt: skip
    session.flush()

    ours, all_ = home.badges(session, viewer_of(client)), home.badges(session, ADMIN)

    assert (str(ours.review), str(ours.replies), str(ours.alarms)) == ("1", "1", "1")
    assert str(all_.review) == "2"
    assert ours.act
    assert home.waiting_by_kind(session, ADMIN)[ReviewKind.LEAD].number == 2


def test_a_reply_that_has_a_draft_is_counted_once(session: Session, client: Client) -> None:
    lead, mailbox = (
        make_lead(session, make_campaign(session, client)),
        make_mailbox(session, client),
    )
    make_thread(session, mailbox, lead, needs_us=True)
    make_draft(session, make_thread(session, mailbox, lead, needs_us=True))

    assert home.replies_undrafted(session, viewer_of(client)).number == 1
    assert home.badges(session, viewer_of(client)).replies.number == 2


def test_badges_stop_counting_at_their_cap(
    session: Session, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "CAP", 1)
    for _ in range(3):
        make_thread(session, make_mailbox(session, client), needs_us=True)

    assert str(home.badges(session, ADMIN).replies) == "1+"


def test_tasks_of_mine_and_of_nobody_are_due(session: Session, client: Client) -> None:
    for key, owner, hours in (("a", None, 2), ("b", None, 30)):
        session.add(Task(key=key, client_id=client.id, kind="answer", title=key, owner_id=owner,
                         due_at=NOW + timedelta(hours=hours), created_at=NOW))  # fmt: skip
    session.flush()

    due = home.tasks_due(session, ADMIN, until=NOW + timedelta(days=1))

    assert [(task.title, task.client) for task in due] == [("a", "Halden Foods")]


def test_onboarding_goes_step_by_step(session: Session) -> None:
    before = home.onboarding(session, ADMIN)
    client = make_client(session)
    make_mailbox(session, client)
    after = home.onboarding(session, ADMIN)

    assert (before.done, before.finished, after.done) == (0, False, 3)


def test_mail_of_today_is_counted(session: Session, client: Client) -> None:
    lead = make_lead(session, campaign=make_campaign(session, client))
    box = make_mailbox(session, client)
    make_message(session, lead, box, due_at=NOW + timedelta(hours=1))
    make_message(session, lead, box, state="sent", sent_at=NOW, step=2)

    assert mailboxes.goes_today(session, ADMIN, now=NOW) == 1
    assert home.sent_since(session, ADMIN, since=NOW - timedelta(hours=2)).number == 1


def test_the_search_finds_by_name_address_and_campaign(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, name="Spring for founders")
    address = "maren@lumen.example"
    names = {"first_name": "Maren", "last_name": "Vogt"}
    contact = make_contact(session, client, email=address, email_key=address, **names)
    lead = make_lead(session, campaign=campaign, contact=contact)
    make_thread(session, make_mailbox(session, client), lead, subject="A question")
    make_lead(session)

    def titles(words: str, viewer: Viewer = ADMIN) -> set[str]:
        return {hit.title for hit in search.everywhere(session, viewer, words)}

    assert titles("founders") == {"Spring for founders"}
    assert titles("maren@") == {"Maren Vogt", "A question"}
    assert titles("vogt") == {"Maren Vogt"}
    assert titles("Maren Vogt") == titles("vogt maren") == {"Maren Vogt"}
    assert titles("m") == set()
    assert titles("vogt", viewer_of()) == set()


def test_the_audit_trail_is_for_whoever_sees_the_client(session: Session, client: Client) -> None:
    for client_id in (client.id, None):
        trail.record(session, ADMIN, "changed", "client:1", client_id=client_id, now=NOW)
    session.flush()

    assert len(audit.page(session, ADMIN).rows) == 2
    assert len(audit.page(session, viewer_of(client)).rows) == 1
    assert audit.page(session, viewer_of()).rows == ()


def test_the_audit_trail_names_what_was_changed(session: Session, client: Client) -> None:
    campaign = make_campaign(session, client, name="Spring")
    ann = make_user(session, name="Ann Example")
    lead = make_lead(session, campaign, make_contact(session, client, first_name="Maren"))
    item, mailbox = make_review_item(session, lead), make_mailbox(session, client)
    for subject in (
        *(f"campaign:{campaign.id}", f"lead:{lead.id}", f"review:{item.id}", "campaign:999"),
        *(f"mailbox:{mailbox.id}", f"user:{ann.id}", "setting:demo"),
    ):
        trail.record(session, ADMIN, "changed", subject, client_id=client.id,
                     after={"owner": ann.id}, now=NOW)  # fmt: skip
    session.flush()

    page = audit.page(session, viewer_of(client))

    found = {row.about.kind + row.about.name: row.about.page for row in page.rows}
    person = f"Maren {session.get_one(Contact, lead.contact_id).last_name}"
    assert found == {
        "campaignSpring": "campaigns.py", f"lead{person}": "leads.py",
        f"review{person}": "leads.py", "campaign": "", f"mailbox{mailbox.address}": "settings.py",
        "userAnn Example": "settings.py", "settingdemo": "",
    }  # fmt: skip
    assert page.rows[0].after == {"owner": "Ann Example"}
    assert str(page.total) == "7"


def test_suppressions_of_ours_and_of_the_agency(session: Session, client: Client) -> None:
    def add(value: str, of: int | None) -> None:
        row = {"kind": "address", "reason": SuppressionReason.MANUAL, "source": "test", "at": NOW}
        scope = f"client:{of}" if of else "agency"
        session.add(Suppression(scope=scope, client_id=of, value=value, **row))

    add("ann@one.example", client.id)
    add("bob@two.example", None)
    add("cat@three.example", make_client(session).id)
    session.flush()

    ours = viewer_of(client)
    assert [row.value for row in suppressed.page(session, ours).rows] == [
        "bob@two.example", "ann@one.example",
    ]  # fmt: skip
    assert [row.client for row in suppressed.page(session, ours, words="ANN").rows] == [
        "Halden Foods"
    ]


def test_sequences_come_with_steps_and_wordings(session: Session, client: Client) -> None:
    library = make_sequence(session, None, tier="hot")
    own = make_sequence(session, client, texts=[("A", "b"), ("C", "d")])
    make_sequence(session, make_client(session))

    known = sequences.available(session, viewer_of(client), client_id=client.id)

    assert [row.id for row in known] == [library.id, own.id]
    assert [step.wordings[0].subject for step in known[1].steps] == ["A", "C"]
    assert known[1].days == 3
    campaign = make_campaign(session, client, fallback_sequence_id=own.id)
    used = sequences.in_use(session, viewer_of(client), campaign.id)
    assert {row.id for row in used} == {library.id, own.id}
    assert sequences.in_use(session, viewer_of(), campaign.id) == ()


def test_a_mailbox_never_tells_its_password(session: Session, client: Client) -> None:
    box = make_mailbox(session, client)

    found = mailbox_setup.one(session, viewer_of(client), box.id)

    assert found is not None
    assert (found.address, found.has_secret) == (box.address, False)
    assert mailbox_setup.one(session, viewer_of(), box.id) is None


HOT: dict[str, Callable[[Session, Viewer], Any]] = {
    "badges": home.badges,
    "undrafted": home.replies_undrafted,
    "waiting": home.waiting_by_kind,
    "due": lambda session, viewer: mailboxes.goes_today(session, viewer, now=NOW),
    "next send": lambda session, viewer: mailboxes.next_send(session, viewer, now=NOW) or 0,
    "sent": lambda session, viewer: home.sent_since(session, viewer, since=NOW),
    "onboarding": home.onboarding,
    "search": lambda session, viewer: search.everywhere(session, viewer, "maren"),
    "campaigns": lambda session, viewer: campaigns.page(session, viewer, now=NOW),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("ask", HOT.values(), ids=HOT)
@pytest.mark.parametrize("everything", [True, False], ids=["admin", "manager"])
def test_no_large_table_is_read_whole(
    session: Session,
    client: Client,
    ask: Callable[[Session, Viewer], Any],
    everything: bool,
) -> None:
    make_lead(session, campaign=make_campaign(session, client))
    viewer = ADMIN if everything else viewer_of(client)

    found = plans(session, lambda: ask(session, viewer))

    assert found
    assert whole_reads(found) == []
