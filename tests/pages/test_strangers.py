"""Every page, for nobody and for somebody who works for another client."""

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.states import Role
from db.models import AuditEntry, DailyRollup, User
from db.session import Sessions, transaction
from pages.ui.frame import GROUPS
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_message,
    make_review_item,
    make_thread,
    make_user,
)
from tests.pages.conftest import App, seen

PAGES = [entry.file for entries in GROUPS.values() for entry in entries]
SECRET = "Zyxomma"  # stands in every text of the other client


@pytest.fixture
def stranger(sessions: Sessions) -> User:
    """Works for one client; everything there is belongs to another."""
    with transaction(sessions) as session:
        other = make_client(session, name=f"{SECRET} Ltd")
        campaign = make_campaign(session, other, name=f"{SECRET} plan", counts={"review": 1})
        contact = make_contact(
            session, other, make_account(session, other, name=SECRET), first_name=SECRET,
            email=f"{SECRET.lower()}@secret.example",
        )  # fmt: skip
        lead = make_lead(session, campaign, contact, state="review")
        box = make_mailbox(session, other, address=f"{SECRET.lower()}@box.example")
        make_review_item(session, lead, why=SECRET)
        make_message(session, lead, box, subject=SECRET)
        make_thread(session, box, lead, subject=SECRET, needs_us=True)
        session.add(DailyRollup(campaign_id=campaign.id, client_id=other.id, day=NOW.date(),
                                reached=7))  # fmt: skip
        session.add(AuditEntry(client_id=other.id, actor_name=SECRET, action="x", subject="x:1",
                               at=NOW))  # fmt: skip
        return make_user(session, Role.MANAGER, [make_client(session, name="Ours")])


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_signing_in(app: App, stranger: User, page: str) -> None:
    at = app(page)

    assert not at.exception
    assert not at.title
    assert [button.label for button in at.button] == ["Sign in"]
    assert SECRET not in everything(at)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_nothing_of_the_other_client(
    signed_in: App, stranger: User, page: str
) -> None:
    at = signed_in(stranger, page)

    assert not at.exception
    assert at.title
    assert SECRET.lower() not in everything(at).lower()


@pytest.mark.parametrize(
    ("page", "query"),
    [("campaigns.py", "campaign"), ("leads.py", "lead"), ("leads.py", "campaign"),
     ("mail.py", "thread"), ("mail.py", "message"), ("review_queue.py", "item"),
     ("analytics.py", "campaign"), ("exports.py", "deliverable"), ("content.py", "sequence")],
)  # fmt: skip
def test_a_deep_link_to_the_other_client_leaks_nothing(
    signed_in: App, stranger: User, page: str, query: str
) -> None:
    at = signed_in(stranger, page, **{query: "1"})

    assert not at.exception
    assert SECRET.lower() not in everything(at).lower()


def everything(at: AppTest) -> str:
    links = [f"{link.label} {link.page}" for link in at.get("page_link")]
    options = [str(option) for box in at.selectbox for option in box.options]
    return "\n".join([seen(at), *links, *options])
