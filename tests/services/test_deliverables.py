"""Deliverables from order to download: who may, in which state, once."""

from dataclasses import dataclass, replace

import pytest

from core.domain.access import Viewer
from core.domain.periods import named
from core.domain.states import DeliverableKind, DeliverableState, ReviewState, Role
from core.errors import IllegalMove, Invalid, NotAllowed, NotFound
from core.services import deliverables, review
from db.models import AuditEntry, Client, Deliverable, ReviewItem
from db.session import Sessions, reading, transaction
from tests.conftest import Clock
from tests.factories import NOW, make_campaign, make_client, make_user, viewer_of
from tests.factories_outputs import make_deliverable

K, D = DeliverableKind, DeliverableState
PERIOD = named("28d", NOW.date())


@dataclass(frozen=True)
class World:
    client: Client
    campaign_id: int
    manager: Viewer
    operator: Viewer
    viewer: Viewer
    stranger: Viewer


@pytest.fixture
def world(sessions: Sessions) -> World:
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, Role.MANAGER, [client])
        manager = viewer_of(client, user=user)
        return World(
            client=client,
            campaign_id=make_campaign(session, client, name="Spring").id,
            manager=manager,
            operator=replace(manager, role=Role.OPERATOR),
            viewer=replace(manager, role=Role.VIEWER),
            stranger=viewer_of(make_client(session)),
        )


def ordered(sessions: Sessions, world: World, kind: K = K.REPORT, form: str = "pdf") -> int:
    with transaction(sessions) as session:
        return deliverables.plan(
            session, world.manager, kind, form, period=PERIOD, now=NOW,
            campaign_id=world.campaign_id,
        ).id  # fmt: skip


def finished(sessions: Sessions, world: World, kind: K = K.REPORT, form: str = "pdf") -> int:
    row_id = ordered(sessions, world, kind, form)
    with transaction(sessions) as session:
        deliverables.finish(
            session, world.manager, row_id, path=f"deliverables/x/{row_id}/f.{form}", size=3,
            sha256="ab" * 32, snapshot={"rows": 1}, now=NOW,
        )  # fmt: skip
    return row_id


def test_every_order_is_the_next_edition(sessions: Sessions, world: World) -> None:
    first, second = ordered(sessions, world), ordered(sessions, world)

    with reading(sessions) as session:
        editions = [session.get_one(Deliverable, row).edition for row in (first, second)]
        title = session.get_one(Deliverable, second).title
    assert editions == [1, 2]
    assert title.startswith(f"{world.client.name} · Client report · Spring · ")


def test_what_is_finished_waits_for_a_persons_word_once(sessions: Sessions, world: World) -> None:
    row_id = finished(sessions, world)
    with transaction(sessions) as session:
        deliverables.finish(session, world.manager, row_id, path="x", size=9, sha256="cd" * 32,
                            snapshot={}, now=NOW)  # fmt: skip

    with reading(sessions) as session:
        row = session.get_one(Deliverable, row_id)
        items = session.query(ReviewItem).all()
        assert (row.state, row.bytes, row.snapshot) == (
            D.REVIEW,
            3,
            {"anonymous": False, "rows": 1},
        )
        assert [(item.deliverable_id, item.state) for item in items] == [
            (row_id, ReviewState.WAITING)
        ]


def test_an_approval_settles_the_review_and_opens_the_download(
    sessions: Sessions, world: World
) -> None:
    row_id = finished(sessions, world)
    with reading(sessions) as session, pytest.raises(NotAllowed):
        deliverables.download(session, world.viewer, row_id)

    with transaction(sessions) as session:
        deliverables.approve(session, world.manager, row_id, now=NOW)
        deliverables.approve(session, world.manager, row_id, now=NOW)

    with reading(sessions) as session:
        found = deliverables.download(session, world.viewer, row_id)
        item = session.query(ReviewItem).one()
        actions = [entry.action for entry in session.query(AuditEntry).all()]
        assert found.name == "f.pdf"
        assert item.state is ReviewState.WITHDRAWN
        assert actions.count("deliverable approved") == 1


def test_the_review_queue_approves_it_too(sessions: Sessions, world: World) -> None:
    row_id = finished(sessions, world)

    with transaction(sessions) as session:
        item = session.query(ReviewItem).one()
        review.approve(session, world.manager, item.id, version=item.version, now=NOW)

    with reading(sessions) as session:
        assert session.get_one(Deliverable, row_id).state is D.APPROVED
        assert session.query(ReviewItem).one().state is ReviewState.APPROVED


def test_a_no_needs_a_reason_and_keeps_it(sessions: Sessions, world: World) -> None:
    row_id = finished(sessions, world)

    with transaction(sessions) as session:
        with pytest.raises(Invalid):
            deliverables.reject(session, world.manager, row_id, reason=" ", now=NOW)
        row = deliverables.reject(session, world.manager, row_id, reason="Old logo", now=NOW)
        with pytest.raises(IllegalMove):
            deliverables.approve(session, world.manager, row_id, now=NOW)

    assert (row.state, row.error) == (D.REJECTED, "Old logo")


@pytest.mark.parametrize("who", ["operator", "viewer"])
@pytest.mark.parametrize(("kind", "form"), [(K.REPORT, "pdf"), (K.LEAD_LIST, "csv")])
def test_only_account_managers_make_and_approve(
    sessions: Sessions, world: World, who: str, kind: K, form: str
) -> None:
    row_id = finished(sessions, world, kind, form)
    viewer = getattr(world, who)

    with transaction(sessions) as session:
        with pytest.raises(NotAllowed):
            deliverables.plan(session, viewer, kind, form, period=PERIOD, now=NOW,
                              campaign_id=world.campaign_id)  # fmt: skip
        with pytest.raises(NotAllowed):
            deliverables.approve(session, viewer, row_id, now=NOW)


@pytest.mark.parametrize("who", ["operator", "viewer"])
def test_a_whole_list_is_not_downloaded_by_those_who_may_not_export_it(
    sessions: Sessions, world: World, who: str
) -> None:
    row_id = finished(sessions, world, K.LEAD_LIST, "csv")
    with transaction(sessions) as session:
        deliverables.approve(session, world.manager, row_id, now=NOW)

    with reading(sessions) as session, pytest.raises(NotAllowed, match="whole lists"):
        deliverables.download(session, getattr(world, who), row_id)


def test_a_foreign_deliverable_reads_like_a_missing_one(sessions: Sessions, world: World) -> None:
    row_id = finished(sessions, world)

    with reading(sessions) as session:
        sentences = set()
        for wanted in (row_id, 999_999):
            with pytest.raises(NotFound) as error:
                deliverables.download(session, world.stranger, wanted)
            sentences.add(error.value.sentence)
        with pytest.raises(NotFound):
            deliverables.plan(session, world.stranger, K.REPORT, "pdf", period=PERIOD, now=NOW,
                              campaign_id=world.campaign_id)  # fmt: skip
        with pytest.raises(NotFound):
            deliverables.plan(session, world.stranger, K.REPORT, "pdf", period=PERIOD, now=NOW,
                              client_id=world.client.id)  # fmt: skip
    assert len(sentences) == 1


def test_orders_that_make_no_sense_are_refused(sessions: Sessions, world: World) -> None:
    with transaction(sessions) as session:
        with pytest.raises(Invalid, match="pdf or pptx"):
            deliverables.plan(session, world.manager, K.REPORT, "csv", period=PERIOD, now=NOW,
                              client_id=world.client.id)  # fmt: skip
        with pytest.raises(Invalid, match="which campaign"):
            deliverables.plan(session, world.manager, K.REPORT, "pdf", period=PERIOD, now=NOW)


def test_what_was_interrupted_is_said_to_be(sessions: Sessions, world: World, clock: Clock) -> None:
    lost = ordered(sessions, world)
    later = clock.advance(hours=2)

    with transaction(sessions) as session:
        deliverables.plan(session, world.manager, K.REPORT, "pdf", period=PERIOD, now=later,
                          campaign_id=world.campaign_id)  # fmt: skip

    with reading(sessions) as session:
        row = session.get_one(Deliverable, lost)
        assert (row.state, row.error) == (D.FAILED, deliverables.INTERRUPTED)


def test_a_failure_keeps_its_reason_and_has_no_file(sessions: Sessions, world: World) -> None:
    row_id = ordered(sessions, world)

    with transaction(sessions) as session:
        deliverables.fail(session, world.manager, row_id, "The disk is full.", now=NOW)
        deliverables.fail(session, world.manager, row_id, "Again.", now=NOW)

    with reading(sessions) as session:
        assert session.get_one(Deliverable, row_id).error == "The disk is full."
        with pytest.raises(IllegalMove, match="no file"):
            deliverables.download(session, world.manager, row_id)


def test_an_approved_row_of_old_can_be_read(sessions: Sessions, world: World) -> None:
    with transaction(sessions) as session:
        client = session.get_one(Client, world.client.id)
        row = make_deliverable(session, client, state=D.APPROVED)
        found = deliverables.download(session, world.viewer, row.id)

    assert found.path == row.path
