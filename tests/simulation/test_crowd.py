"""Simulated people answer as people do, in mail as real programs write it."""

import email
import email.policy
import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from core.domain.states import ReplyIntent
from core.simulation import artwork, letters
from core.simulation.clock import HandClock
from core.simulation.crowd import Crowd, Reaction, working
from core.simulation.people import Person, Population, Temperament
from core.simulation.post import PostOffice

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
US = "nora@studio.example"
T = Temperament


def person(temperament: Temperament, seed: int = 5) -> Person:
    """Somebody of that temperament."""
    population = Population(random.Random(seed))
    return population.person(population.company(), temperament=temperament)


def letter_to(
    who: Person, *, at: datetime = NOW, number: int = 1, in_reply_to: str | None = None
) -> letters.Letter:
    """A campaign mail to them, as dispatch leaves it in the outbox."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"] = f"Nora Lind <{US}>", who.address
    mail["Subject"], mail["Message-ID"] = "Your autumn campaign", f"<{number}.x@studio.example>"
    mail["List-Unsubscribe"] = "<https://studio.example/u/token>, <mailto:x@studio.example>"
    mail["Date"] = at
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail.set_content("Hello,\n\nmay I show you something?\n")
    return letters.read(US, mail.as_bytes(), at=at)


def answers(who: Person, *, until: int = 4) -> list[Reaction]:
    """What comes of a few mails to them, three days apart."""
    crowd = Crowd([who], random.Random(9))
    days = [NOW + timedelta(days=3 * number) for number in range(until)]
    return [r for n, at in enumerate(days) for r in crowd.react(letter_to(who, at=at, number=n))]


def parsed(reaction: Reaction) -> EmailMessage:
    """The mail of a reaction."""
    mail = email.message_from_bytes(reaction.mail or b"", policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_silent_never_answer() -> None:
    assert answers(person(T.SILENT)) == []


@pytest.mark.parametrize(
    "mood",
    [
        *(T.INTERESTED, T.MEETING, T.QUESTION, T.NOT_NOW, T.NOT_INTERESTED, T.WRONG_PERSON),
        *(T.REFERRAL, T.OPT_OUT_REPLY),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_person_answers_once_in_the_thread_with_a_quote_below(
    mood: Temperament, seed: int
) -> None:
    (reaction,) = answers(person(mood, seed))

    mail = parsed(reaction)
    words = mail.get_body(("plain",))
    assert mail["Subject"].startswith("Re: ")
    assert words is not None
    assert "> may I show you something?" in words.get_content()
    assert reaction.meant is not None
    assert reaction.at > NOW


def test_who_is_away_says_so_and_takes_it_up_on_return() -> None:
    who = person(T.OUT_OF_OFFICE)

    reactions = answers(who, until=9)

    assert parsed(reactions[0])["Auto-Submitted"] == "auto-replied"
    assert reactions[0].meant is ReplyIntent.OUT_OF_OFFICE
    away = [r for r in reactions if r.meant is ReplyIntent.OUT_OF_OFFICE]
    assert all(r.at < NOW + timedelta(days=who.away_days) for r in away)


@pytest.mark.parametrize(("mood", "status"), [(T.HARD_BOUNCE, "5"), (T.SOFT_BOUNCE, "4")])
def test_bounces_are_delivery_reports(mood: Temperament, status: str) -> None:
    mail = parsed(answers(person(mood))[0])

    assert mail.get_content_type() == "multipart/report"
    report = next(p for p in mail.walk() if p.get_content_type() == "message/delivery-status")
    assert f"Status: {status}." in report.as_string()


def test_a_complaint_is_an_abuse_report() -> None:
    (reaction,) = answers(person(T.COMPLAINT))

    assert "Feedback-Type: abuse" in (reaction.mail or b"").decode()


def test_who_opts_out_by_the_link_presses_the_button() -> None:
    (reaction,) = answers(person(T.OPT_OUT_LINK))

    assert reaction.unsubscribe == "https://studio.example/u/token"
    assert reaction.mail is None


def test_who_left_names_a_successor() -> None:
    who, colleague = person(T.LEFT_COMPANY), person(T.SILENT, 6)
    crowd = Crowd([who], random.Random(1))
    crowd.introduce([(who, colleague)])

    (reaction,) = crowd.react(letter_to(who))

    assert parsed(reaction)["Auto-Submitted"] == "auto-replied"


def test_the_curious_go_on_talking_when_they_are_answered() -> None:
    talked = 0
    for seed in range(12):
        who = person(T.INTERESTED, seed)
        crowd = Crowd([], random.Random(seed))
        crowd.add([who])
        for number in range(who.answers):
            crowd.react(letter_to(who, number=number))
        talked += len(crowd.react(letter_to(who, number=9, in_reply_to="<theirs@x.example>")))

    assert 0 < talked < 12


def test_mail_to_strangers_stirs_nobody() -> None:
    assert Crowd([], random.Random(1)).react(letter_to(person(T.INTERESTED))) == []


@pytest.mark.parametrize(
    ("moment", "desk"),
    [
        (datetime(2026, 3, 2, 20, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (datetime(2026, 3, 3, 4, 30, tzinfo=UTC), datetime(2026, 3, 3, 7, 30, tzinfo=UTC)),
        (datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
    ],
    ids=["evening", "night", "Saturday"],
)
def test_people_write_when_they_work(moment: datetime, desk: datetime) -> None:
    assert working(moment) == desk


def test_the_post_takes_each_mail_once_and_numbers_what_it_brings(tmp_path: Path) -> None:
    post = PostOffice(tmp_path)
    assert post.collect(NOW) == []
    folder = tmp_path / "outbox" / US
    folder.mkdir(parents=True)
    (folder / "1.eml").write_bytes(letter_to(person(T.SILENT)).raw)

    first, again = post.collect(NOW), post.collect(NOW)
    paths = [post.deliver(US, b"a"), post.deliver(US, b"b")]

    assert (len(first), len(again)) == (1, 0)
    assert set(post.arrived.values()) == {1}
    assert [path.name for path in paths] == ["00000001.eml", "00000002.eml"]
    assert PostOffice(tmp_path).deliver(US, b"c").name == "00000003.eml"


def test_the_clock_never_goes_back() -> None:
    clock = HandClock(NOW)

    assert clock.advance(hours=1) == NOW + timedelta(hours=1)
    assert clock.move_to(NOW) == clock.now()


def test_logos_are_drawn_as_svg_and_png(tmp_path: Path) -> None:
    drawn, dotted = artwork.save(tmp_path, "A & B", primary="#123456", secondary="#654321")

    assert b"A &amp; B" in drawn.read_bytes()
    assert dotted.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["Ab", "Harrow & Finch Learning"])
def test_a_logo_is_as_wide_as_its_name_in_outlines(name: str) -> None:
    drawn = artwork.svg(name, primary="#123456", secondary="#654321").decode()
    outline, width = artwork.wordmark(name)

    assert outline.get_extents().x1 < width
    assert f'viewBox="0 0 {width} 96"' in drawn
    assert "<text" not in drawn
