"""Home shows what a role may act on, and a task can be ticked off there."""

import pytest

from core.domain.states import Role
from db.models import Task, User
from db.session import Sessions, reading, transaction
from tests.factories import (
    NOW,
    make_campaign,
    make_client,
    make_lead,
    make_mailbox,
    make_review_item,
    make_thread,
    make_user,
)
from tests.pages.conftest import App, seen


@pytest.fixture
def people(sessions: Sessions) -> dict[Role, User]:
    """Somebody of each role, a task that is late, a lead to decide, a reply to answer."""
    with transaction(sessions) as session:
        client = make_client(session)
        lead = make_lead(session, make_campaign(session, client), state="review")
        make_review_item(session, lead)
        make_thread(session, make_mailbox(session, client), lead, needs_us=True)
        session.add(
            Task(key="t", client_id=client.id, lead_id=lead.id, kind="successor",
                 title="Look for the successor of Ann", due_at=NOW, created_at=NOW)
        )  # fmt: skip
        return {role: make_user(session, role, [client]) for role in (Role.OPERATOR, Role.VIEWER)}


def test_a_task_is_ticked_off(signed_in: App, people: dict[Role, User], sessions: Sessions) -> None:
    at = signed_in(people[Role.OPERATOR], "home.py")
    (tick,) = [button for button in at.button if (button.key or "").startswith("home.task.")]

    tick.click().run()

    with reading(sessions) as session:
        assert session.query(Task).one().done_at is not None
    assert not [button for button in at.button if (button.key or "").startswith("home.task.")]


def test_who_may_not_decide_is_not_shown_what_waits(
    signed_in: App, people: dict[Role, User]
) -> None:
    at = signed_in(people[Role.VIEWER], "home.py")

    labels = [metric.label for metric in at.metric]
    assert labels[:2] == ["Reached, last 28 days", "Replies, last 28 days"]
    assert "to decide" not in seen(at)
    assert not [button for button in at.button if (button.key or "").startswith("home.task.")]
