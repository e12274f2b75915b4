"""Lists that are laid in a campaign's folder."""

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.intake import sniff
from core.pipeline import harvest, watched
from core.services import mappings
from db.models import Client, Contact, ImportBatch, Suppression
from db.session import reading, transaction
from tests.factories import NOW, make_campaign


def watching(rt, **given) -> tuple[int, Path]:
    """A campaign that watches its folder, and the folder."""
    with transaction(rt.sessions) as session:
        campaign = make_campaign(session, **{"settings": {"watch_folder": True}} | given)
        slug = session.get_one(Client, campaign.client_id).slug
        folder = watched.folder_of(rt.data_dir, slug, campaign.id)
    folder.mkdir(parents=True)
    return campaign.id, folder


def lay(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def batches(rt) -> list[ImportBatch]:
    with reading(rt.sessions) as session:
        found = list(session.scalars(select(ImportBatch).order_by(ImportBatch.id)))
        session.expunge_all()
    return found


def test_a_list_is_taken_once_and_what_is_none_is_told_why(rt):
    _, folder = watching(rt)
    lay(folder, "people.csv", "Email\nanna@acme.example\n")
    lay(folder, "broken.csv", "%PDF-1.7 nothing")
    lay(folder, "readme.md", "not a list")

    first = harvest.run(rt)
    lay(folder, "again.csv", "Email\nanna@acme.example\n")
    second = harvest.run(rt)

    assert (first["queued"], first["created"], first["refused"]) == (1, 1, 1)
    assert "PDF" in first.notes[0]
    assert (second["queued"], second["created"]) == (0, 0)
    assert {file.name for file in (folder / "done").iterdir()} == {"people.csv", "again.csv"}
    assert "PDF" in (folder / "failed" / "broken.csv.reason.txt").read_text()
    assert (folder / "readme.md").exists()
    assert len(batches(rt)) == 1


def test_a_list_that_may_still_grow_is_left_until_it_rests(rt):
    _, folder = watching(rt)
    file = lay(folder, "people.csv", "Email\nanna@acme.example\n")
    just = (rt.now() - timedelta(seconds=2)).timestamp()
    os.utime(file, (just, just))

    early = watched.run(rt)
    before = (rt.now() - timedelta(seconds=20)).timestamp()
    os.utime(file, (before, before))
    late = watched.run(rt)

    assert (early["queued"], late["queued"]) == (0, 1)


def test_two_files_of_one_name_are_both_kept(rt):
    _, folder = watching(rt)
    for who in ("anna", "ben"):
        lay(folder, "people.csv", f"Email\n{who}@acme.example\n")
        watched.run(rt)

    assert {file.name for file in (folder / "done").iterdir()} == {"people.csv", "people (2).csv"}


def test_a_source_is_read_as_somebody_decided_before(rt, tmp_path):
    campaign_id, folder = watching(rt)
    text = "Wohin,Rufname\nanna@acme.example,Anna\n"
    with transaction(rt.sessions) as session:
        sheet = sniff.sniff(lay(tmp_path, "first.csv", text))
        given = {"Wohin": "email", "Rufname": None}
        mappings.save(session, SYSTEM, campaign_id, sheet, given, name="Fair", now=NOW)
    lay(folder, "people.csv", text.replace("Wohin,Rufname", "WOHIN,rufname"))

    harvest.run(rt)

    (batch,) = batches(rt)
    assert batch.mapping["columns"] == {"WOHIN": "email", "rufname": None}


def test_a_list_of_those_who_unsubscribed_becomes_suppressions(rt):
    _, folder = watching(rt)
    lay(folder, "unsubscribed_2026.csv", "Email\nanna@acme.example\n")

    report = harvest.run(rt)

    assert (report["suppressed"], report["created"]) == (1, 0)
    with reading(rt.sessions) as session:
        assert session.scalars(select(Suppression.value)).all() == ["anna@acme.example"]
        assert session.scalars(select(Contact.id)).all() == []


def test_only_campaigns_that_watch_their_folder_are_looked_at(rt):
    _, folder = watching(rt, settings={})
    _, paused = watching(rt, state="paused")
    for one in (folder, paused):
        lay(one, "people.csv", "Email\nanna@acme.example\n")

    assert watched.run(rt).counts == {}
