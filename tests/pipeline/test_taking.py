"""Chunks that are weighed while the one before is stored: as if taken one after the other."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from core import runtime
from core.domain.access import SYSTEM
from core.domain.states import SuppressionReason
from core.errors import Invalid
from core.intake.ahead import Read
from core.pipeline.taking import Overlapping, Progress, Taking, taking
from core.services import imports, suppressions
from core.services.import_plan import POLICIES
from core.services.imports import Work
from db.models import Account, Campaign, Client, Contact, ImportReject, LeadEvent
from db.session import reading, transaction
from tests.factories import NOW, make_contact, make_lead
from tests.pipeline.lists import (
    COUNTED,
    begun,
    chunks,
    counts,
    everything,
    furnished,
    going_on,
    listed,
)


def after(rows: int, act: Callable[[], None]) -> Progress:
    """Does something once `rows` are stored: the next chunk is weighed already."""
    return lambda done, _rows: act() if done == rows else None


@pytest.mark.parametrize("policy", POLICIES)
def test_it_comes_to_the_same_as_one_chunk_after_the_other(rt, tmp_path, policy):
    rows = listed(POLICIES.index(policy))
    plain = begun(rt, tmp_path, rows, policy=policy, client=furnished(rt))
    other = begun(rt, tmp_path, rows, policy=policy, client=furnished(rt))

    Taking(rt, plain).take(chunks(plain, 7))
    overlapping = Overlapping(rt, other)
    overlapping.take(chunks(other, 7))

    assert everything(rt, other) == everything(rt, plain)
    assert overlapping.report.counts == {
        word: counts(rt, other).get(word, 0) for word in COUNTED[:-1]
    }


def test_a_double_in_the_next_chunk_fills_the_gaps_of_the_row_that_is_being_stored(rt, tmp_path):
    work = begun(
        rt, tmp_path,
        ["a@acme.example,Anna,,,Acme,,,,,", "b@acme.example,Ben,,,,,,,,",
         "a@acme.example,Eva,CEO,Ulm,,acme.example,20,,red,", "c@acme.example,,,,,,,,,"],
    )  # fmt: skip

    Overlapping(rt, work).take(chunks(work))

    assert counts(rt, work) == {"created": 3, "duplicates": 1, "rows_done": 4}
    with reading(rt.sessions) as session:
        anna = session.execute(
            select(Contact.first_name, Contact.title, Contact.city, Account.name, Account.employees)
            .join(Account, Account.id == Contact.account_id)
            .where(Contact.email_key == "a@acme.example")
        ).one()
    assert anna == ("Anna", "CEO", "Ulm", "Acme", 20)


def test_what_somebody_changes_meanwhile_is_not_written_over(rt, tmp_path, clock):
    client = furnished(rt)
    row = "p2@c2.example,,CFO,,,,,,,"
    work = begun(rt, tmp_path, ["x@a.example", "y@a.example", row, "z@a.example"], client=client)

    def edited() -> None:
        clock.advance(timedelta(minutes=1))
        with transaction(rt.sessions) as session:
            theirs = update(Contact).where(Contact.email_key == "p2@c2.example")
            session.execute(theirs.values(title="CEO", updated_at=clock.now()))

    overlapping = Overlapping(rt, work, after(2, edited))
    overlapping.take(chunks(work))

    with reading(rt.sessions) as session:
        title = select(Contact.title).where(Contact.email_key == "p2@c2.example")
        assert session.execute(title).scalar_one() == "CEO"
    assert counts(rt, work) == {"created": 4, "rows_done": 4}


def test_whom_somebody_makes_a_lead_meanwhile_is_a_double(rt, tmp_path):
    client = furnished(rt)
    rows = ["x@a.example", "y@a.example", "p1@c1.example", "new@a.example"]
    work = begun(rt, tmp_path, rows, client=client)

    def made() -> None:
        with transaction(rt.sessions) as session:
            campaign = session.get_one(Campaign, work.target.campaign_id)
            known = select(Contact).where(Contact.email_key == "p1@c1.example")
            make_lead(session, campaign, session.execute(known).scalar_one())
            new = make_contact(session, session.get_one(Client, client), email="new@a.example")
            make_lead(session, campaign, new)

    Overlapping(rt, work, after(2, made)).take(chunks(work))

    assert counts(rt, work) == {"created": 2, "updated": 1, "duplicates": 1, "rows_done": 4}


def test_whom_a_person_suppresses_meanwhile_is_no_lead_from_the_next_chunk_but_one(rt, tmp_path):
    work = begun(rt, tmp_path, [f"p{n}@a.example" for n in range(6)])

    def suppressed() -> None:
        with transaction(rt.sessions) as session:
            suppressions.suppress(
                session, SYSTEM, "p5@a.example", client_id=work.target.client_id,
                reason=SuppressionReason.MANUAL, source="test", now=NOW,
            )  # fmt: skip

    Overlapping(rt, work, after(2, suppressed)).take(chunks(work))

    assert counts(rt, work) == {"created": 5, "suppressed": 1, "rows_done": 6}


@pytest.mark.postgres
@pytest.mark.parametrize("bad", [0, 3, 5, 7])
@pytest.mark.parametrize("when", ["looked for", "stored"])
def test_the_one_row_that_the_database_refuses_is_set_aside(rt, tmp_path, bad, when):
    work = begun(rt, tmp_path, [f"p{n % 7}@a.example,,,,Acme,,,,," for n in range(8)])
    given = list(chunks(work, 3))
    person = given[bad // 3][bad % 3][2]
    if when == "stored":
        person.contact["city"] = "x" * 121
    else:
        person.key = "\x00@a.example"

    Overlapping(rt, work).take(given)

    told = {"created": 7} if bad in (0, 7) else {"created": 6, "duplicates": 1}
    assert counts(rt, work) == {**told, "rejected": 1, "rows_done": 8}
    with reading(rt.sessions) as session:
        assert session.execute(select(ImportReject.row_no)).scalars().all() == [bad + 1]


def test_it_stops_between_two_chunks_and_goes_on_there(rt, tmp_path):
    work = begun(rt, tmp_path, [f"p{n % 5}@a.example" for n in range(8)])
    asked = []

    def stopping() -> bool:
        asked.append(True)
        return len(asked) == 2

    whole = Overlapping(replace(rt, stopping=stopping), work).take(chunks(work))

    assert (whole, counts(rt, work)) == (False, {"created": 4, "rows_done": 4})
    rest = going_on(rt, work.batch_id)
    assert Overlapping(rt, rest).take(chunks(rest))
    assert counts(rt, work) == {"created": 5, "duplicates": 3, "rows_done": 8}


def test_what_was_read_before_a_list_breaks_off_is_stored(rt, tmp_path):
    work = begun(rt, tmp_path, [f"p{n}@a.example" for n in range(4)])

    def broken() -> Iterator[list[Read]]:
        yield from chunks(work)
        raise Invalid("The rest cannot be read.")

    with pytest.raises(Invalid):
        Overlapping(rt, work).take(broken())

    assert counts(rt, work) == {"created": 4, "rows_done": 4}


@pytest.mark.parametrize("at", [9, 27, 40])
def test_killed_anywhere_it_takes_each_row_once(rt, settings, tmp_path, at):
    work = begun(rt, tmp_path, [f"p{n % 20}@a{n % 4}.example" for n in range(24)])
    child = os.fork()
    if child == 0:  # dies right before one of its statements or commits, whatever the other does
        _dies(settings, work, at)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL

    rest = going_on(rt, work.batch_id)
    assert rest.done < 24
    Overlapping(rt, rest).take(chunks(rest, 6))

    assert counts(rt, work) == {"created": 20, "duplicates": 4, "rows_done": 24}
    with reading(rt.sessions) as session:
        assert session.execute(select(func.count()).select_from(LeadEvent)).scalar_one() == 20


def _dies(settings, work: Work, at: int) -> None:
    try:
        mine, left = runtime.build(settings), iter(range(at))

        def die(*_: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(mine.engine, "before_cursor_execute", die)
        event.listen(mine.engine, "commit", die)
        Overlapping(mine, work).take(chunks(work, 6))
    finally:
        os._exit(1)


def test_only_a_server_and_a_list_of_several_chunks_gain_by_it(rt, tmp_path):
    work = begun(rt, tmp_path, ["a@a.example"])
    long = replace(work, rows=imports.CHUNK + 1)

    kinds = [type(taking(rt, one)) for one in (work, long)]

    on_a_server = rt.engine.dialect.name == "postgresql"
    assert kinds == [Taking, Overlapping if on_a_server else Taking]
