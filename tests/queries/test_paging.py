"""Lists cut by key: nothing twice, nothing left out, whatever the direction."""

import base64
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.queries import paging
from db.models import Lead
from db.session import Sessions, reading, transaction
from tests.factories import make_campaign, make_client, make_lead

BY_SCORE = paging.Order((Lead.score_key, Lead.id))


def leads_with(sessions: Sessions, *scores: int | None) -> tuple[int, list[int]]:
    """A client with one lead a score."""
    with transaction(sessions) as session:
        campaign = make_campaign(session, make_client(session))
        return campaign.client_id, [make_lead(session, campaign, total=s).id for s in scores]


def stream(*conditions: object):
    return select(Lead.score_key, Lead.id, Lead.source).where(*conditions)


def test_walking_forward_shows_every_row_once_with_the_unscored_last(sessions: Sessions) -> None:
    client_id, ids = leads_with(sessions, 10, None, 90, 50, 50, None, 70)
    seen, cursor = [], None

    with reading(sessions) as session:
        while True:
            streams = [stream(Lead.client_id == client_id)]
            page = paging.read(session, streams, BY_SCORE, cursor=cursor, size=2)
            seen += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break

    assert seen == [ids[2], ids[6], ids[4], ids[3], ids[0], ids[5], ids[1]]


def test_walking_back_gives_the_pages_one_came_from(sessions: Sessions) -> None:
    client_id, _ = leads_with(sessions, 1, 2, 3, 4, 5)
    streams = [stream(Lead.client_id == client_id)]

    with reading(sessions) as session:
        first = paging.read(session, streams, BY_SCORE, size=2)
        second = paging.read(session, streams, BY_SCORE, cursor=first.next, size=2)
        third = paging.read(session, streams, BY_SCORE, cursor=second.next, size=2)
        back = paging.read(session, streams, BY_SCORE, cursor=third.prev, size=2)
        start = paging.read(session, streams, BY_SCORE, cursor=back.prev, size=2)

    assert [len(page.rows) for page in (first, second, third)] == [2, 2, 1]
    assert (first.prev, third.next) == (None, None)
    assert back.rows == second.rows
    assert (start.rows, start.prev) == (first.rows, None)


def test_several_streams_are_merged_in_the_order_of_the_list(sessions: Sessions) -> None:
    one, first = leads_with(sessions, 10, 30, 50)
    two, second = leads_with(sessions, 20, 40)

    with reading(sessions) as session:
        page = paging.read(
            session, [stream(Lead.client_id == one), stream(Lead.client_id == two)], BY_SCORE
        )

    assert [row.id for row in page.rows] == [first[2], second[1], first[1], second[0], first[0]]


def test_a_rising_order_begins_with_the_lowest(sessions: Sessions) -> None:
    client_id, ids = leads_with(sessions, 1, 2, 3)
    order = paging.Order((Lead.id,), rising=True)
    streams = [select(Lead.id).where(Lead.client_id == client_id)]

    with reading(sessions) as session:
        first = paging.read(session, streams, order, size=2)
        second = paging.read(session, streams, order, cursor=first.next, size=2)
        back = paging.read(session, streams, order, cursor=second.prev, size=2)

    assert [row.id for row in (*first.rows, *second.rows)] == ids
    assert back.rows == first.rows


def test_a_search_that_no_index_serves_stops_and_can_go_on(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, ids = leads_with(sessions, 9, 8, 7, 6, 5, 4, 3)
    monkeypatch.setattr(paging, "EXAMINED", 3)
    streams = [stream(Lead.client_id == client_id)]
    found, cursor, partly = [], None, []

    with reading(sessions) as session:
        while True:
            page = paging.read(
                session,
                streams,
                BY_SCORE,
                cursor=cursor,
                narrow=[Lead.id.in_((ids[0], ids[6]))],
            )
            found += [row.id for row in page.rows]
            partly.append(page.partly)
            cursor = page.next
            if cursor is None:
                break

    assert found == [ids[0], ids[6]]
    assert partly == [True, True, False]


def test_a_search_that_finds_a_full_page_is_not_partly(sessions: Sessions) -> None:
    client_id, ids = leads_with(sessions, 9, 8, 7, 6)
    streams = [stream(Lead.client_id == client_id)]

    with reading(sessions) as session:
        page = paging.read(session, streams, BY_SCORE, size=2, narrow=[Lead.source == "test"])
        back = paging.read(
            session,
            streams,
            BY_SCORE,
            size=2,
            cursor=paging.Cursor("prev", (6, ids[3])).encode(),
            narrow=[Lead.source == "test"],
        )

    assert ([row.id for row in page.rows], page.partly) == (ids[:2], False)
    assert [row.id for row in back.rows] == ids[1:3]


def test_what_is_counted_past_the_cap_is_told_with_a_plus(sessions: Sessions) -> None:
    one, _ = leads_with(sessions, 1, 2, 3)
    two, _ = leads_with(sessions, 4)
    streams = [stream(Lead.client_id == one), stream(Lead.client_id == two)]

    with reading(sessions) as session:
        whole = paging.count(session, streams)
        capped = paging.count(session, streams, cap=2)

    assert (str(whole), bool(whole)) == ("4", True)
    assert str(capped) == "2+"
    assert not paging.Count(0)


def test_a_filtered_count_says_when_it_did_not_look_at_all(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, ids = leads_with(sessions, 1, 2, 3)
    monkeypatch.setattr(paging, "EXAMINED", 2)

    with reading(sessions) as session:
        counted = paging.count(
            session, [stream(Lead.client_id == client_id)], BY_SCORE, narrow=[Lead.id == ids[0]]
        )

    assert counted.more


@pytest.mark.parametrize(
    "key", ["1", (1,), (1, [2]), (1, {"t": "x"}), (1, {"t": "2026-03-02"}), (1, {}), (2**70, 1)]
)
def test_a_cursor_that_is_none_of_ours_gives_the_first_page(key: object) -> None:
    text = base64.urlsafe_b64encode(json.dumps(["next", key]).encode()).decode()

    assert paging.decode(text, 2) is None


@pytest.mark.parametrize("text", [None, "", "nonsense", "W10", "é"])
def test_text_that_is_no_cursor_gives_the_first_page(text: str | None) -> None:
    assert paging.decode(text, 2) is None


def test_a_cursor_of_another_order_gives_the_first_page(sessions: Sessions) -> None:
    client_id, ids = leads_with(sessions, 1, 2)
    cursor = paging.Cursor("next", (datetime(2026, 3, 2, tzinfo=UTC), 1)).encode()

    with reading(sessions) as session:
        page = paging.read(session, [stream(Lead.client_id == client_id)], BY_SCORE, cursor=cursor)

    assert [row.id for row in page.rows] == ids[::-1]
    assert paging.decode(cursor, 2) == paging.Cursor("next", (datetime(2026, 3, 2, tzinfo=UTC), 1))
