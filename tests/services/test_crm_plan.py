"""The plan of the CRM: for admins, checked, versioned; and queries that read no table whole."""

from collections.abc import Callable

import pytest

from core.domain.access import SYSTEM, Viewer
from core.domain.crm import Plan
from core.domain.crm_states import CrmKind, CrmRule, CrmWho, LinkState
from core.domain.states import Role
from core.errors import AicmoError, IllegalMove, Invalid, NotAllowed, Stale
from core.queries import crm
from core.services import crm_log, crm_plan
from db.models import CrmLink
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_client, make_contact, viewer_of
from tests.queries.plans import plans

ADMIN = Viewer(None, "Ada", Role.ADMIN, None)


def link(sessions: Sessions, state: LinkState) -> int:
    """A contact's link in this state."""
    with transaction(sessions) as session:
        client = make_client(session)
        contact = make_contact(session, client)
        found = CrmLink(
            client_id=client.id, crm="csv", kind=CrmKind.CONTACT, contact_id=contact.id,
            subject_id=contact.id, state=state, reason="No.", created_at=NOW,
        )  # fmt: skip
        session.add(found)
        session.flush()
        return found.id


@pytest.mark.parametrize(
    ("viewer", "new", "version", "error"),
    [
        (viewer_of(), Plan(on=True), 0, NotAllowed),
        (ADMIN, Plan(rules={"shoe": CrmRule.OURS}), 0, Invalid),
        (ADMIN, Plan(rules={"company": CrmRule.THEIRS}), 0, Invalid),
        (ADMIN, Plan(clients=frozenset({10**6})), 0, Invalid),
        (ADMIN, Plan(on=True), 7, Stale),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_a_sentence(
    sessions: Sessions, viewer: Viewer, new: Plan, version: int, error: type[AicmoError]
) -> None:
    with pytest.raises(error) as caught, transaction(sessions) as session:
        crm_plan.change(session, viewer, new, version=version, now=NOW)

    assert caught.value.sentence.endswith(".")
    with reading(sessions) as session:
        assert crm_plan.plan(session) == Plan()


def test_two_admins_at_once_do_not_overwrite_each_other(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        crm_plan.change(session, ADMIN, Plan(who=CrmWho.REPLIED), version=0, now=NOW)

    with pytest.raises(Stale), transaction(sessions) as session:
        crm_plan.change(session, ADMIN, Plan(on=True), version=0, now=NOW)

    with reading(sessions) as session:
        assert crm.standing(session, ADMIN, "csv").plan == Plan(who=CrmWho.REPLIED)


@pytest.mark.parametrize(
    ("act", "state", "becomes"),
    [
        (crm_plan.try_again, LinkState.SET_ASIDE, LinkState.WAITING),
        (crm_plan.try_again, LinkState.UNCERTAIN, LinkState.WAITING),
        (crm_plan.is_there, LinkState.UNCERTAIN, LinkState.LINKED),
        (crm_plan.is_there, LinkState.SET_ASIDE, None),
        (crm_plan.try_again, LinkState.LINKED, None),
    ],
)
def test_a_person_settles_only_what_was_set_aside(
    sessions: Sessions, act: Callable[..., None], state: LinkState, becomes: LinkState | None
) -> None:
    link_id = link(sessions, state)

    if becomes is None:
        with pytest.raises(IllegalMove), transaction(sessions) as session:
            act(session, ADMIN, link_id, now=NOW)
    else:
        with transaction(sessions) as session:
            act(session, ADMIN, link_id, now=NOW)

    with reading(sessions) as session:
        assert session.get_one(CrmLink, link_id).state is (becomes or state)


def test_others_than_admins_settle_nothing(sessions: Sessions) -> None:
    link_id = link(sessions, LinkState.SET_ASIDE)

    with pytest.raises(NotAllowed), transaction(sessions) as session:
        crm_plan.try_again(session, viewer_of(), link_id, now=NOW)


@pytest.mark.sqlite
def test_what_the_page_shows_is_found_by_an_index(sessions: Sessions) -> None:
    with reading(sessions) as session:
        found = plans(session, lambda: crm.set_aside(session, SYSTEM, "csv"))
        found += plans(session, lambda: crm.standing(session, SYSTEM, "csv"))

    assert [line for _, line in found if line.startswith("SCAN crm_links")] == []
    assert any("ix_crm_links_crm_state_id" in line for _, line in found)


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", crm_log.KINDS)
def test_whether_an_interaction_was_told_is_looked_up(sessions: Sessions, kind: CrmKind) -> None:
    with reading(sessions) as session:
        found = plans(
            session,
            lambda: crm_log.due(session, "csv", kind, again=True, after=0, limit=9, now=NOW),
        )

    assert [line for _, line in found if line.startswith("SCAN crm_links")] == []
