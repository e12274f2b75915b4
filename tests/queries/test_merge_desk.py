"""The merge desk's pairs in their order, one at a time, and read by an index."""

import pytest

from core.domain.access import SYSTEM
from core.domain.matches import MatchKind, MatchState
from core.queries import merge_desk
from core.services import merges
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_account, make_campaign, make_client, make_lead, viewer_of
from tests.factories_matching import make_alike, make_pair
from tests.queries.plans import plans, sorts, whole_reads

CONTACT = MatchKind.CONTACT


def test_the_surest_comes_first_then_the_next_and_at_the_end_the_first_again(
    sessions: Sessions,
) -> None:
    with transaction(sessions) as session:
        clients = [make_client(session) for _ in range(2)]
        pairs = [
            make_pair(session, *make_alike(session, client), probability=probability).id
            for client, probability in zip((*clients, clients[0]), (0.96, 0.99, 0.97), strict=True)
        ]
        decided = make_pair(session, *make_alike(session, clients[0]), state=MatchState.APART).id
        viewer = viewer_of(*clients)

    with reading(sessions) as session:
        found, after = [], None
        for _ in range(4):
            shown = merge_desk.pair(session, viewer, CONTACT, after=after)
            assert shown is not None
            found.append(shown.pair_id)
            after = shown.pair_id
        asked = merge_desk.pair(session, viewer, CONTACT, pair_id=decided)
        count = merge_desk.waiting(session, viewer, CONTACT)

    assert found == [pairs[1], pairs[2], pairs[0], pairs[1]]
    assert asked is not None
    assert asked.pair_id != decided
    assert str(count) == "3"


def test_a_pair_shows_both_sides_and_what_differs(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        one, other = make_alike(session, client, title="CMO")
        other.title = "CEO"
        make_lead(session, make_campaign(session, client, name="Spring"), other)
        make_pair(session, one, other)
        viewer = viewer_of(client)

    with reading(sessions) as session:
        shown = merge_desk.pair(session, viewer, CONTACT)

    assert shown is not None
    assert shown.differing() == ("title",)
    assert (shown.left.known_by, shown.right.known_by) == (one.email, other.email)
    assert [lead.campaign for lead in shown.right.leads] == ["Spring"]


def test_companies_are_shown_and_what_was_merged_lately(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        one = make_account(session, client, name="Acme GmbH", employees=1200)
        other = make_account(session, client, name="Acme")
        make_pair(session, one, other)
        viewer = viewer_of(client)
    with reading(sessions) as session:
        shown = merge_desk.pair(session, viewer, MatchKind.ACCOUNT)
    with transaction(sessions) as session:
        merges.merge(session, SYSTEM, MatchKind.ACCOUNT, one.id, other.id, now=NOW)

    with reading(sessions) as session:
        (done,) = merge_desk.lately(session, viewer)
        nothing = merge_desk.pair(session, viewer, MatchKind.ACCOUNT)

    assert shown is not None
    assert shown.left.fields["employees"] == "1,200"
    assert (done.kept, done.gone) == ("Acme GmbH", "Acme")
    assert nothing is None


@pytest.mark.sqlite
def test_the_pair_in_turn_is_found_by_an_index(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        first = make_pair(session, *make_alike(session, client))
        viewer = viewer_of(client)

    with reading(sessions) as session:
        found = plans(session, lambda: merge_desk.pair(session, viewer, CONTACT, after=first.id))
        counted = plans(session, lambda: merge_desk.waiting(session, viewer, CONTACT))
        lately = plans(session, lambda: merge_desk.lately(session, viewer))

    assert whole_reads([*found, *counted, *lately]) == []
    assert sorts([line for line in [*found, *lately] if "match_pairs" in line[0]]) == []
