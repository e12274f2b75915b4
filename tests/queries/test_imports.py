"""Files that were put in."""

from core.domain.access import SYSTEM
from core.queries import imports
from db.session import Sessions, reading, transaction
from tests.factories import make_campaign, make_client, viewer_of
from tests.factories_desk import make_batch, make_reject


def test_the_latest_files_come_first_with_how_far_they_are(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        campaign = make_campaign(session)
        make_batch(session, campaign.client_id, rows=0, rows_done=0)
        half = make_batch(session, campaign.client_id, rows=10, rows_done=5)
        half.campaign_id = campaign.id

    with reading(sessions) as session:
        rows = imports.batches(session, SYSTEM)
        of_campaign = imports.batches(session, SYSTEM, campaign_id=campaign.id)

    assert [row.share for row in rows] == [0.5, None]
    assert [row.batch_id for row in of_campaign] == [half.id]


def test_all_rows_not_taken_can_be_read_chunk_by_chunk(sessions: Sessions, monkeypatch) -> None:
    with transaction(sessions) as session:
        batch = make_batch(session, make_client(session).id)
        for row_no in (7, 2, 5):
            make_reject(session, batch, row_no)
    monkeypatch.setattr(imports, "CHUNK", 2)

    with reading(sessions) as session:
        rows = list(imports.all_rejects(session, SYSTEM, batch.id))

    assert [row.row_no for row in rows] == [2, 5, 7]
    assert rows[0].cells == ("Anna", "")


def test_another_clients_file_is_not_there(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        batch = make_batch(session, make_client(session).id)
        make_reject(session, batch, 1)
        stranger = viewer_of(make_client(session))

        assert imports.batches(session, stranger) == ()
        assert imports.batch(session, stranger, batch.id) is None
        assert imports.rejects(session, stranger, batch.id) == ()
