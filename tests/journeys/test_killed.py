"""Every stage is killed in the middle, at many points, and run again: none doubled, none lost."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.config import Settings
from core.domain.states import JobName, MessageState
from core.simulation import cast
from core.simulation.people import EVERYTHING
from db.models import ImportBatch, Lead, Message
from db.session import reading, transaction
from tests.journeys.stories import SCENE, Story, story

ROOT = Path(__file__).resolve().parents[2]
EARLY = "2,4,5,7,8,10,11,13"
LATE = "4,9,13,19,29,43,60,90,160"


Ends = Callable[[JobName, Story, str], list[str]]


@pytest.fixture(scope="module")
def forker() -> Iterator[subprocess.Popen[str]]:
    """A process of tests.journeys.killed that answers until the last test of the file."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.killed"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate(timeout=10)


@pytest.fixture
def children(
    forker: subprocess.Popen[str], environment: dict[str, str], tmp_path: Path, database_kind: str
) -> Ends:
    """Runs a stage in children that die, or that begin together; tells how they ended. What is left
    after a death says little of the database: on PostgreSQL they die at every second point.
    """

    def ends(stage: JobName, told: Story, how: str) -> list[str]:
        if database_kind != "sqlite":
            how = ",".join(how.split(",")[::2])
        errors = tmp_path / "errors.txt"
        request = {
            "stage": stage,
            "now": told.clock.now().isoformat(),
            "how": how,
            "environment": environment,
            "errors": str(errors),
        }
        assert forker.stdin is not None
        assert forker.stdout is not None
        forker.stdin.write(json.dumps(request) + "\n")
        forker.stdin.flush()
        answer = forker.stdout.readline()
        assert answer, errors.read_text()
        found: list[str] = json.loads(answer)
        assert set(found) <= {"killed", "left 0"}, errors.read_text()
        return found

    return ends


@pytest.mark.parametrize(
    ("stage", "before", "points"),
    [
        (JobName.ENRICH, JobName.HARVEST, EARLY),
        (JobName.SCORE, JobName.ENRICH, EARLY),
        (JobName.QUALIFY, JobName.SCORE, EARLY),
        (JobName.ROUTE, JobName.QUALIFY, EARLY),
        (JobName.NURTURE, JobName.ROUTE, LATE),
        (JobName.ROLLUPS, JobName.REPLIES, EARLY),
        (JobName.TIDY, JobName.REPLIES, EARLY),
    ],
    ids=lambda value: value.value if isinstance(value, JobName) else "",
)
def test_a_killed_stage_goes_on_where_it_was(
    settings: Settings,
    children: Ends,
    stage: JobName,
    before: JobName,
    points: str,
) -> None:
    with story(settings, people=30) as told:
        told.up_to(before)
        told.office.decide()

        ends = children(stage, told, points)
        told.run(stage)
        (again,) = told.run(stage)

        assert "killed" in ends
        assert not worked(again.counts, stage)
        assert told.broken() == ()
        assert stuck_before(told, stage) == 0


def test_a_killed_import_takes_each_row_once(settings: Settings, children: Ends) -> None:
    with story(settings, people=20) as told:
        path = told.list_file(400, seed=2)
        queued(told, path)

        ends = children(JobName.HARVEST, told, EARLY)
        told.run(JobName.HARVEST)

        assert "killed" in ends
        with reading(told.rt.sessions) as session:
            state, rows, done = session.execute(
                select(ImportBatch.state, ImportBatch.rows, ImportBatch.rows_done)
                .order_by(ImportBatch.id.desc())
                .limit(1)
            ).one()
            leads = session.scalar(select(func.count()).select_from(Lead))
            created = session.scalar(select(func.sum(ImportBatch.created)))
        assert (state, rows) == ("completed", done)
        assert leads == created
        assert told.broken() == ()


def test_a_killed_dispatch_sends_nothing_twice_and_hides_nothing(
    settings: Settings, children: Ends
) -> None:
    with story(settings, people=30) as told:
        told.up_to(JobName.NURTURE)
        told.office.decide()
        planned = count(told, MessageState.APPROVED)

        ends = children(JobName.DISPATCH, told, LATE)
        told.run(JobName.DISPATCH)
        told.clock.advance(minutes=30)
        told.run(JobName.TIDY, JobName.DISPATCH)

        assert "killed" in ends
        assert told.broken() == ()
        assert planned == count(told, MessageState.SENT) + count(told, MessageState.UNCERTAIN)
        assert 0 < count(told, MessageState.UNCERTAIN) <= ends.count("killed")


def test_killed_reading_files_each_mail_once(settings: Settings, children: Ends) -> None:
    with story(settings, people=60, mix=EVERYTHING) as told:
        told.up_to(JobName.DISPATCH)
        written = answered(told)

        ends = children(JobName.REPLIES, told, LATE)
        told.run(JobName.REPLIES)
        (again,) = told.run(JobName.REPLIES)

        assert "killed" in ends
        assert written == count(told, MessageState.RECEIVED) > 10
        assert not worked(again.counts, JobName.REPLIES)
        assert told.broken() == ()


@pytest.mark.parametrize("stage", [JobName.DISPATCH, JobName.REPLIES, JobName.NURTURE])
def test_two_at_once_share_the_work(settings: Settings, children: Ends, stage: JobName) -> None:
    order = (JobName.ROUTE, JobName.NURTURE, JobName.DISPATCH, JobName.REPLIES)
    with story(settings, people=60, mix=EVERYTHING) as told:
        told.up_to(order[order.index(stage) - 1])
        told.office.decide()
        written = answered(told) if stage is JobName.REPLIES else 0

        ends = children(stage, told, "x2")
        (again,) = told.run(stage)

        assert ends == ["left 0", "left 0"]
        assert not worked(again.counts, stage)
        assert count(told, MessageState.RECEIVED) == written
        assert told.broken() == ()


def worked(counts: Mapping[str, int], stage: JobName) -> dict[str, int]:
    """What a stage did beyond looking: rollups count the days they look at."""
    idle = {"held", "days", "rows", "mailboxes"} if stage is JobName.ROLLUPS else {"held"}
    return {word: number for word, number in counts.items() if number and word not in idle}


def stuck_before(told: Story, stage: JobName) -> int:
    """Leads that the stage should have taken on."""
    waits_in = {
        JobName.ENRICH: "harvested",
        JobName.SCORE: "enriched",
        JobName.QUALIFY: "scored",
        JobName.ROUTE: "qualified",
        JobName.NURTURE: "routed",
    }
    with reading(told.rt.sessions) as session:
        found = select(func.count()).select_from(Lead).where(Lead.state == waits_in.get(stage, ""))
        return (session.scalar(found) or 0) if stage in waits_in else 0


def queued(told: Story, path: Path) -> None:
    """A list that waits for harvest."""
    with transaction(told.rt.sessions) as session:
        cast.imports.start(
            *(session, told.staged.manager, told.staged.campaigns[SCENE.name], path),
            folder=told.rt.data_dir / "imports",
            now=told.rt.now(),
        )


def count(told: Story, state: MessageState) -> int:
    """How many messages are in a state."""
    with reading(told.rt.sessions) as session:
        found = select(func.count()).select_from(Message).where(Message.state == state)
        return session.scalar(found) or 0


def answered(told: Story) -> int:
    """People's answers lie in the inbox, unread; how many."""
    mails = 0
    for letter in told.world.post.collect(told.clock.now()):
        for reaction in told.world.crowd.react(letter):
            if reaction.mail is not None:
                told.world.post.deliver(reaction.mailbox, reaction.mail)
                mails += 1
    told.clock.advance(days=4)
    return mails
