"""The merge desk as a person sees it: a pair, what stays, merged, taken back."""

import pytest

from core.domain.states import Role
from db.models import Client, Contact, MatchPair
from db.session import Sessions, reading, transaction
from tests.factories import make_campaign, make_client, make_lead, make_user
from tests.factories_matching import make_alike, make_pair
from tests.pages.conftest import App, seen


def a_pair(sessions: Sessions, role: Role = Role.OPERATOR):
    """(user, pair id, ids of both) of one client."""
    with transaction(sessions) as session:
        client = make_client(session)
        user = make_user(session, role, [client])
        one, other = make_alike(session, client, title="CMO")
        other.title = "CEO"
        return user, make_pair(session, one, other).id, (one.id, other.id)


def test_two_are_merged_by_what_was_chosen_and_parted_again(
    signed_in: App, sessions: Sessions
) -> None:
    user, pair, (one, other) = a_pair(sessions)
    at = signed_in(user, "leads.py", view="same")
    assert not at.exception
    assert "97% likely the same" in seen(at)

    at.segmented_control(key=f"merge.{pair}.title").set_value(1).run()
    at.button(key=f"merge.{pair}.do").click().run()

    assert not at.exception
    with reading(sessions) as session:
        assert session.get_one(Contact, one).title == "CEO"
        assert session.get_one(Contact, other).merged_into_id == one
    assert "Nobody is here twice" in seen(at)
    (undo,) = [button for button in at.button if button.label == "Undo"]
    undo.click().run()
    with reading(sessions) as session:
        assert session.get_one(Contact, one).title == "CMO"
        assert session.get_one(Contact, other).merged_into_id is None


@pytest.mark.parametrize(
    ("states", "goes_on", "ends"),
    [
        (("rejected", "review"), (1, 1), "stays rejected."),
        (("harvested", "harvested"), (0, 1), "ends as rejected."),
    ],
)
def test_the_desk_says_which_of_two_leads_goes_on(
    signed_in: App,
    sessions: Sessions,
    states: tuple[str, str],
    goes_on: tuple[int, int],
    ends: str,
) -> None:
    user, pair, ids = a_pair(sessions)
    with transaction(sessions) as session:
        both = [session.get_one(Contact, one) for one in ids]
        campaign = make_campaign(session, session.get_one(Client, both[0].client_id), name="Spring")
        for contact, word in zip(both, states, strict=True):
            make_lead(session, campaign, contact, state=word)
        addresses = [contact.email for contact in both]

    at = signed_in(user, "leads.py", view="same")

    for kept, on in enumerate(goes_on):  # whichever address stays
        at.segmented_control(key=f"merge.{pair}.address").set_value(kept).run()
        (said,) = [line for line in seen(at).splitlines() if "Both are in Spring" in line]
        first, _, second = said.partition(";")
        assert f"the lead of **{addresses[on]}** :" in first
        assert f"the lead of **{addresses[1 - on]}** :" in second
        assert said.endswith(ends)
        assert ("as that address stays" in first) is (states[0] == states[1])


def test_not_the_same_is_remembered_and_can_be_asked_again(
    signed_in: App, sessions: Sessions
) -> None:
    user, pair, _ = a_pair(sessions)
    at = signed_in(user, "leads.py", view="same")

    at.button(key=f"merge.{pair}.apart").click().run()

    assert state(sessions, pair) == "apart"
    at.button(key="merge.again").click().run()
    assert state(sessions, pair) == "open"


def test_who_may_only_look_sees_no_buttons(signed_in: App, sessions: Sessions) -> None:
    user, pair, _ = a_pair(sessions, Role.VIEWER)

    at = signed_in(user, "leads.py", view="same")

    assert not at.exception
    keys = {button.key for button in at.button}
    assert f"merge.{pair}.next" in keys
    assert f"merge.{pair}.do" not in keys


def state(sessions: Sessions, pair: int) -> str:
    with reading(sessions) as session:
        return str(session.get_one(MatchPair, pair).state)
