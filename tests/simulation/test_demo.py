"""The demo workspace, small: everything it promises is there, and nothing real is ever wiped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.states import Role
from core.errors import Invalid
from core.runtime import Runtime
from core.services import clients
from core.simulation import cast, demo, invariants, slate
from db.models import (
    Alarm,
    Campaign,
    Client,
    Conversion,
    DailyRollup,
    Mailbox,
    Message,
    ProviderHealth,
    ReviewItem,
    Spend,
    Thread,
)
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_lead, make_mailbox, make_message

FRIDAY = datetime(2026, 3, 6, 11, 30, tzinfo=UTC)


@pytest.mark.sqlite  # PostgreSQL is played by the rehearsal, in a third of the time
@pytest.mark.slow
@pytest.mark.uncounted  # the rehearsal counts what plays
def test_the_demo_shows_what_every_page_needs(rt: Runtime, clock: Clock) -> None:
    clock.advance(FRIDAY - clock.now())

    made = demo.build(rt, scale=0.07)

    assert made.broken == ()
    assert made.messages["sent"] > 150
    assert made.messages["uncertain"] == 1
    assert {"interested", "meeting", "out_of_office", "bounced"} <= set(made.replies)
    assert all(Path(path).is_file() for path in made.deliverables)
    assert {Path(path).suffix for path in made.deliverables} == {".pdf", ".pptx", ".csv"}
    assert [person.role for person in made.people] == ["admin", "manager", "operator", "viewer"]
    with reading(rt.sessions) as session:
        states = set(session.scalars(select(Campaign.state)))
        paused = session.scalars(select(Mailbox.address).where(Mailbox.state == "paused")).all()
        down = session.scalars(
            select(ProviderHealth.provider).where(ProviderHealth.state == "down")
        ).all()
        waiting = set(session.scalars(select(ReviewItem.kind).where(ReviewItem.state == "waiting")))
        alarms = session.scalars(select(Alarm.key).where(Alarm.cleared_at.is_(None))).all()
        lately = session.scalar(
            select(func.count(func.distinct(Message.lead_id))).where(
                Message.step == 1, Message.sent_at > FRIDAY - timedelta(days=7)
            )
        )
        stray = session.scalars(select(Thread.id).where(Thread.lead_id.is_(None))).all()
        latest = session.scalar(select(func.max(Message.sent_at)))
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Conversion, Spend, DailyRollup)
        ]
        out = select(Message.header_id).where(Message.state.in_(("sent", "uncertain")))
        arrived = dict.fromkeys(session.scalars(out).all(), 1)
        assert invariants.broken(session, arrived) == ()
    assert states == {"active", "paused", "finished"}
    assert len(paused) == 1
    assert any(key.startswith("provider:email:smtp:") for key in alarms)
    assert lately  # the last week is alive
    assert down == ["smtp"]
    assert {"lead", "message", "uncertain_send", "deliverable"} <= waiting
    assert len(stray) == 2
    assert latest is not None
    assert (FRIDAY - latest).days < 2
    assert all(counts)


def test_an_earlier_demo_is_taken_away_whole(rt: Runtime) -> None:
    slate.wipe(rt, clients=("Old",), now=rt.now())
    with transaction(rt.sessions) as session:
        lead = make_lead(session, state="nurtured")
        client = session.get_one(Client, lead.client_id)
        client.name = "Old"
        make_message(session, lead, make_mailbox(session, client))
    (rt.data_dir / "outbox").mkdir()

    slate.wipe(rt, clients=("New",), now=rt.now())

    assert not (rt.data_dir / "outbox").exists()
    with reading(rt.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 0
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert slate.refuse_real_work(session)


def test_a_workspace_with_real_clients_is_left_alone(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        for name in ("Real & Sons", "Zebra"):
            clients.create(session, SYSTEM, name=name, now=rt.now())

    with pytest.raises(Invalid, match="Real & Sons and 1 more"):
        demo.build(rt)

    with reading(rt.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 2


def test_a_real_client_beside_a_demo_keeps_it_from_being_wiped(rt: Runtime) -> None:
    slate.wipe(rt, clients=("Old",), now=rt.now())
    with transaction(rt.sessions) as session:
        for name in ("Old", "Real & Sons"):
            clients.create(session, SYSTEM, name=name, now=rt.now())

    with pytest.raises(Invalid, match="Real & Sons"):
        demo.build(rt)


def test_whoever_signs_in_already_is_known(rt: Runtime) -> None:
    cast.person(rt, "admin", "Ada Admin", Role.ADMIN, (), "UTC")

    assert cast.is_taken(rt, "Admin ")
    assert not cast.is_taken(rt, "mina")
