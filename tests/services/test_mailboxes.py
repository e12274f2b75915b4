"""Mailboxes and sequences: made, changed, and refused where they cannot be."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Role
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.services import alarms, library, mailbox_health, mailboxes, sequences
from core.services.sequences import NewStep
from db.models import Alarm, AuditEntry, Client, Mailbox, TemplateVariant
from db.session import Sessions, transaction
from tests.factories import NOW, make_client, make_mailbox, make_sequence, viewer_of


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with transaction(sessions) as opened:
        yield opened


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session)


@pytest.fixture
def manager(client: Client) -> Viewer:
    return viewer_of(client)


def test_a_mailbox_is_made_with_its_address_in_lower_case(
    session: Session, client: Client, manager: Viewer
) -> None:
    box = mailboxes.create(
        session, manager, client.id, address=" Sam@Agency.Example ", name="Sam", now=NOW
    )

    assert (box.address, box.state, box.daily_cap) == ("sam@agency.example", "active", 50)
    with pytest.raises(Invalid, match="already has"):
        mailboxes.create(session, manager, client.id, address=box.address, name="S", now=NOW)


@pytest.mark.parametrize(
    "given",
    [
        {"address": "no address"},
        {"name": " "},
        {"name": "Sam\nBcc: x"},
        {"daily_cap": -1},
        {"domain_cap": 0},
        {"min_gap_seconds": "2"},
        {"colour": "red"},
        {"window": {"days": []}},
        {"window": {"days": [1], "start": "soon", "end": "17:00"}},
        {"window": {"days": [1], "start": "18:00", "end": "17:00"}},
        {"settings": {"security": "ssl3"}},
        {"imap": {"port": 99999}},
    ],
)
def test_what_makes_no_mailbox_is_one_sentence(
    session: Session, client: Client, manager: Viewer, given: dict[str, Any]
) -> None:
    values = {"address": "a@b.example", "name": "Sam", "now": NOW} | given

    with pytest.raises(Invalid):
        mailboxes.create(session, manager, client.id, **values)


def test_an_operator_may_not_change_how_mail_goes_out(session: Session, client: Client) -> None:
    box = make_mailbox(session, client)

    with pytest.raises(NotAllowed):
        mailboxes.pause(session, viewer_of(client, role=Role.OPERATOR), box.id, reason="", now=NOW)


def test_passwords_never_stand_in_the_audit(
    session: Session, client: Client, manager: Viewer
) -> None:
    box = make_mailbox(session, client, next_send_at=NOW, last_uid=9)

    mailboxes.edit(
        session,
        manager,
        box.id,
        version=box.version,
        now=NOW,
        secret="hunter2",
        imap={"host": "mail.x.example", "port": 993, "security": "tls"},
        window={"days": [0, 1], "start": "08:00", "end": "12:00"},
        ramp_from=NOW.date(),
    )

    session.flush()
    (entry,) = session.scalars(select(AuditEntry))
    assert entry.after["secret"] == "set"
    assert "hunter2" not in str(entry.after)
    assert (box.secret, box.next_send_at, box.last_uid) == ("hunter2", None, 0)
    with pytest.raises(Stale):
        mailboxes.edit(session, manager, box.id, version=1, now=NOW, name="X")


def test_a_paused_mailbox_starts_again_and_its_alarm_ends(
    session: Session, client: Client, manager: Viewer
) -> None:
    box = make_mailbox(session, client)
    assert mailbox_health.pause(session, box.id, "Bounces.", advice="Look.", now=NOW)
    assert not mailbox_health.pause(session, box.id, "Bounces.", advice="Look.", now=NOW)
    session.refresh(box)

    mailboxes.start(session, manager, box.id, now=NOW)
    session.flush()

    assert (box.state, box.state_reason) == ("active", None)
    assert session.scalars(select(Alarm)).one().cleared_at == NOW
    assert not alarms.clear(session, mailbox_health.alarm_key(box.id), now=NOW)


def test_a_person_pauses_a_mailbox(session: Session, client: Client, manager: Viewer) -> None:
    box = make_mailbox(session, client)

    mailboxes.pause(session, manager, box.id, reason="", now=NOW)

    assert (box.state, box.state_reason) == ("paused", "Paused by Tester.")


def test_a_mailbox_that_is_not_there_has_no_connection(session: Session) -> None:
    assert mailboxes.connection(session, 99) is None


@pytest.mark.parametrize(
    ("status", "reason", "dead"),
    [
        (550, "550 5.1.1 no such user", True),
        (550, "550 user unknown", True),
        (554, "554 5.1.1 no such user", False),
        (550, "550 5.7.1 blocked: user unknown", False),
        (None, "mailbox not found", True),
        (550, "550 go away", False),
    ],
)
def test_only_a_dead_address_is_the_addresss_fault(
    status: int | None, reason: str, dead: bool
) -> None:
    assert mailbox_health.is_dead_address(status, reason) is dead


def test_a_sequence_is_made_with_checked_texts(
    session: Session, client: Client, manager: Viewer
) -> None:
    steps = [NewStep(0, (("Hi {{ first_name }}", "A"), ("Hello", "B"))), NewStep(3, (("x", "y"),))]

    made = sequences.create(
        session, manager, client_id=client.id, name="Spring", steps=steps, now=NOW
    )

    found = sequences.steps_of(session, made.id)
    assert [step.position for step in found] == [1, 2]
    assert [w.label for w in sequences.wordings_of(session, found[0].template_id)] == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("", [NewStep(0, (("s", "b"),))]),
        ("Spring", []),
        ("Spring", [NewStep(0, ())]),
        ("Spring", [NewStep(0, (("s", "b"),) * 6)]),
        ("Spring", [NewStep(-1, (("s", "b"),))]),
        ("Spring", [NewStep(0, (("", "b"),))]),
        ("Spring", [NewStep(0, (("x" * 301, "b"),))]),
        ("Spring", [NewStep(0, (("s", "{{ nonsense }}"),))]),
    ],
    ids=["name", "none", "no-text", "six", "before", "empty", "long", "field"],
)
def test_a_sequence_that_cannot_be_is_refused(
    session: Session, client: Client, manager: Viewer, name: str, steps: list[NewStep]
) -> None:
    with pytest.raises(Invalid):
        sequences.create(session, manager, client_id=client.id, name=name, steps=steps, now=NOW)


def test_a_text_is_edited_with_its_version(
    session: Session, client: Client, manager: Viewer
) -> None:
    make_sequence(session, client)
    variant = session.scalars(select(TemplateVariant)).one()
    words = {"subject": "S", "body": "B", "now": NOW}

    sequences.edit_wording(session, manager, variant.id, version=1, **words)

    assert (variant.subject, variant.version) == ("S", 2)
    with pytest.raises(Stale):
        sequences.edit_wording(session, manager, variant.id, version=1, **words)
    with pytest.raises(NotFound):
        sequences.edit_wording(session, manager, 999, version=1, **words)


def test_the_librarys_texts_are_copied_not_changed(
    session: Session, client: Client, manager: Viewer
) -> None:
    hot = next(iter(library.install(session, NOW).values()))
    step = sequences.steps_of(session, hot)[0]
    variant = session.scalars(
        select(TemplateVariant).where(TemplateVariant.template_id == step.template_id)
    ).first()
    assert variant is not None

    with pytest.raises(NotAllowed):
        sequences.edit_wording(
            session, manager, variant.id, subject="S", body="B", version=1, now=NOW
        )
    copied = sequences.copy(session, manager, hot, client_id=client.id, now=NOW)

    assert (copied.client_id, copied.name) == (client.id, "Hot (copy)")
    assert len(sequences.steps_of(session, copied.id)) == len(sequences.steps_of(session, hot))
    foreign = make_sequence(session, make_client(session))
    with pytest.raises(NotFound):
        sequences.copy(session, manager, foreign.id, client_id=client.id, now=NOW)


def test_every_mailbox_is_read_whatever_its_state(session: Session, client: Client) -> None:
    boxes = [make_mailbox(session, client, state=state) for state in ("active", "paused")]

    assert mailboxes.all_ids(session) == [box.id for box in boxes]
    assert session.get_one(Mailbox, boxes[0].id).state == "active"
