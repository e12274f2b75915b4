"""From a list to a client deck by the command line alone, over real SMTP and IMAP servers."""

import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from sqlalchemy import select

from core.domain.states import Direction, ReviewKind
from core.runtime import Runtime
from core.simulation import letters, lists
from core.simulation.people import GOOD_LIST, Person, Population
from db.models import Lead, Message, ReviewItem, Thread
from db.session import reading
from tests import dovecot as imap
from tests.dovecot import Dovecot, dovecot
from tests.smtp_sink import PASSWORD, USER, Sink, make_authority, smtp_sink

ROOT = Path(__file__).resolve().parents[2]
US = "sam@agency.example"

Core = Callable[..., Any]


@pytest.fixture
def sink(tmp_path: Path, environment: dict[str, str]) -> Iterator[Sink]:
    """An SMTP server with STARTTLS and AUTH, named in the environment."""
    authority = make_authority(tmp_path / "ca")
    with smtp_sink(tls=authority.context(), auth=True) as server:
        environment |= {
            "USE_REAL_EMAIL_GATEWAY": "true",
            "AICMO_TLS_CA_FILE": str(authority.ca_file),
            "SMTP_HOST": server.host,
            "SMTP_PORT": str(server.port),
            "SMTP_USERNAME": USER,
            "SMTP_PASSWORD": PASSWORD,
            "SMTP_FROM_EMAIL": US,
        }
        yield server


@pytest.fixture
def mailserver(environment: dict[str, str]) -> Iterator[Dovecot]:
    """Debian's IMAP server, named in the environment."""
    if imap.MISSING:
        pytest.skip(imap.MISSING)
    with dovecot() as server:
        environment |= {
            "IMAP_HOST": server.host,
            "IMAP_PORT": str(server.port),
            "IMAP_SECURITY": "none",
            "IMAP_USERNAME": "sam",
            "IMAP_PASSWORD": imap.PASSWORD,
        }
        yield server


@pytest.fixture
def core(environment: dict[str, str]) -> Core:
    """The command line as a person starts it; gives its JSON."""

    def command(*arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "core", *arguments, "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return command


@pytest.mark.sqlite  # on PostgreSQL tests/test_cli.py gives the same commands, in one process
@pytest.mark.slow
def test_a_list_becomes_mails_replies_and_a_deck(
    rt: Runtime,
    core: Core,
    sink: Sink,
    mailserver: Dovecot,
    tmp_path: Path,
) -> None:
    people = Population(random.Random(4)).people(12, mix=GOOD_LIST)
    file = tmp_path / "people.csv"
    dirt = lists.Dirt(doubled=2, broken=1)
    file.write_bytes(lists.file_of(people, style="apollo", dirt=dirt, rng=random.Random(4)))

    taken = core("import", str(file), "--campaign", "Spring", "--auto-approve")
    runs = core("run", "pipeline", "--campaign", "Spring")
    sent = core("run", "dispatch")
    again = core("run", "dispatch")

    assert (taken["rows"], taken["created"], taken["duplicates"]) == (15, 12, 2)
    assert {one["state"] for one in runs} == {"completed"}
    assert sent["counts"] == {"sent": 12}
    assert again["counts"] == {}
    arrived = Counter(mail["To"] for mail in sink.mails)
    assert len(arrived) == 12
    assert set(arrived.values()) == {1}
    assert sink.connections == 1
    assert all(mail["List-Unsubscribe-Post"] for mail in sink.mails)

    curious = people[0]
    mailserver.deliver("sam", answer_of(curious, sink))
    read = core("run", "replies")
    once = core("run", "replies")

    assert (read["counts"]["interested"], once["counts"]) == (1, {})
    with reading(rt.sessions) as session:
        message = session.execute(
            select(Lead.state, Message.intent, Thread.needs_us)
            .join(Message, Message.lead_id == Lead.id)
            .join(Thread, Thread.id == Message.thread_id)
            .where(Message.direction == Direction.IN)
        ).one()
        drafts = session.scalars(
            select(ReviewItem.id).where(ReviewItem.kind == ReviewKind.REPLY_DRAFT)
        ).all()
    assert tuple(message) == ("replied", "interested", True)
    assert len(drafts) == 1
    assert all(":2," not in name or "S" not in name for name in mailserver.flags("sam"))

    pdf, deck = tmp_path / "out" / "report.pdf", tmp_path / "out" / "report.pptx"
    for path in (pdf, deck):
        made = core(
            *("export", "report", "--campaign", "Spring"),
            *("--format", path.suffix[1:], "--out", str(path)),
        )
        assert made["bytes"] == path.stat().st_size
    opens(pdf, deck, tmp_path)


def answer_of(person: Person, sink: Sink) -> bytes:
    """What they write to the mail that reached them."""
    mail = next(mail for mail in sink.mails if person.address in mail["To"])
    now = datetime.now(UTC)
    letter = letters.read(US, mail.as_bytes(), at=now)
    text = "Hi,\n\nthis is interesting. Could you send me more information?"
    return letters.reply(person, letter, text, at=now, rng=random.Random(2))


def opens(pdf: Path, deck: Path, folder: Path) -> None:
    """Other people's programs take the files without complaint, those that are there."""
    slides = Presentation(str(deck)).slides
    assert len(slides) >= 5
    for command in (["qpdf", "--check", str(pdf)], ["pdfinfo", str(pdf)]):
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    if shutil.which("soffice"):
        home = f"-env:UserInstallation=file://{folder}/office"
        subprocess.run(
            ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, deck],
            capture_output=True,
            timeout=120,
            check=True,
        )
        assert (folder / "report.pdf").stat().st_size > 10_000
