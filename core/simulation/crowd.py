"""How simulated people take what is written to them: pure, seeded, one letter at a time."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.domain.states import ReplyIntent
from core.simulation import letters, phrases
from core.simulation.letters import Letter
from core.simulation.people import Person, Temperament

T = Temperament
MEANT: dict[Temperament, ReplyIntent] = {
    T.INTERESTED: ReplyIntent.INTERESTED,
    T.MEETING: ReplyIntent.MEETING,
    T.QUESTION: ReplyIntent.QUESTION,
    T.NOT_NOW: ReplyIntent.NOT_NOW,
    T.NOT_INTERESTED: ReplyIntent.NOT_INTERESTED,
    T.WRONG_PERSON: ReplyIntent.WRONG_PERSON,
    T.REFERRAL: ReplyIntent.REFERRAL,
    T.LEFT_COMPANY: ReplyIntent.LEFT_COMPANY,
    T.OUT_OF_OFFICE: ReplyIntent.OUT_OF_OFFICE,
    T.OPT_OUT_REPLY: ReplyIntent.UNSUBSCRIBE,
}
HARD = (
    (
        "5.1.1",
        "550 5.1.1 <{to}>: Recipient address rejected: User unknown in mailbox table",
    ),
    ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
    ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found"),
)
SOFT = (
    ("4.2.2", "452 4.2.2 <{to}>: Mailbox full"),
    ("4.4.1", "connect to mx: Connection timed out"),
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Something a person or their server does at a moment: a mail to us, or a press on our
    unsubscribe button. `meant` is what a mail is about, in truth.
    """

    at: datetime
    mailbox: str
    person: Person
    mail: bytes | None = None
    unsubscribe: str | None = None
    meant: ReplyIntent | None = None


class Crowd:
    """Everybody who may be written to. Mail to strangers comes back as undeliverable."""

    def __init__(self, people: Iterable[Person], rng: random.Random) -> None:
        self._rng = rng
        self._people = {person.address: person for person in people}
        self._colleagues: dict[str, Person] = {}
        self._got: Counter[str] = Counter()
        self._answered: set[str] = set()
        self._talked: set[str] = set()  # whoever wrote a second time has said it all
        self._back: dict[str, datetime] = {}
        self._number = 0

    def add(self, people: Iterable[Person]) -> None:
        """More people who may be written to."""
        self._people |= {person.address: person for person in people}

    def introduce(self, pairs: Iterable[tuple[Person, Person]]) -> None:
        """Whom a person names when asked for a colleague."""
        self._colleagues |= {person.address: colleague for person, colleague in pairs}

    def react(self, letter: Letter) -> list[Reaction]:
        """What comes of a letter, soon or days later; mostly nothing."""
        person = self._people.get(letter.recipient)
        if person is None:
            return []
        self._got[person.address] += 1
        if person.address in self._answered:
            return self._talk_on(person, letter)
        if person.temperament is T.OUT_OF_OFFICE:
            return self._absent(person, letter)
        return self._moved(person, person.temperament, letter)

    def _moved(self, person: Person, mood: Temperament, letter: Letter) -> list[Reaction]:
        if mood is T.HARD_BOUNCE:
            return [self._bounce(person, letter, HARD)]
        if mood is T.SOFT_BOUNCE:
            return [self._bounce(person, letter, SOFT)] if self._got[person.address] == 1 else []
        if mood is T.SILENT or self._got[person.address] < self._patience(person, mood):
            return []
        self._answered.add(person.address)
        at = working(letter.at + timedelta(hours=person.slow))
        if mood is T.OPT_OUT_LINK and letter.unsubscribe:
            return [Reaction(at, letter.mailbox, person, unsubscribe=letter.unsubscribe)]
        if mood is T.COMPLAINT:
            self._number += 1
            raw = letters.complaint(letter, at=at, number=self._number)
            return [Reaction(at, letter.mailbox, person, raw)]
        if mood is T.LEFT_COMPANY:
            at = letter.at + timedelta(minutes=2)
            text = self._say(person, mood, at.date())
            raw = letters.away(person, letter, text, at=at, rng=self._rng)
            return [Reaction(at, letter.mailbox, person, raw, meant=MEANT[mood])]
        return [self._answer(person, mood if mood in MEANT else T.OPT_OUT_REPLY, letter, at)]

    def _talk_on(self, person: Person, letter: Letter) -> list[Reaction]:
        curious = person.temperament in (T.INTERESTED, T.QUESTION)
        if not curious or not letter.in_reply_to or person.address in self._talked:
            return []
        self._talked.add(person.address)
        if self._rng.random() > 0.55:
            return []
        at = working(letter.at + timedelta(hours=person.slow))
        return [self._answer(person, T.MEETING, letter, at)]

    def _absent(self, person: Person, letter: Letter) -> list[Reaction]:
        back = self._back.setdefault(person.address, letter.at + timedelta(days=person.away_days))
        if letter.at >= back:
            return self._moved(person, person.after, letter)
        at = letter.at + timedelta(seconds=40)
        text = self._say(person, T.OUT_OF_OFFICE, back.date())
        raw = letters.away(person, letter, text, at=at, rng=self._rng)
        meant = ReplyIntent.OUT_OF_OFFICE
        return [Reaction(at, letter.mailbox, person, raw, meant=meant)]

    def _answer(self, person: Person, mood: Temperament, letter: Letter, at: datetime) -> Reaction:
        days = self._rng.randint(35, 75) if mood is T.NOT_NOW else self._rng.randint(3, 8)
        text = self._say(person, mood, working(at + timedelta(days=days)).date(), letter)
        raw = letters.reply(person, letter, text, at=at, rng=self._rng)
        return Reaction(at, letter.mailbox, person, raw, meant=MEANT[mood])

    def _bounce(
        self, person: Person, letter: Letter, causes: Sequence[tuple[str, str]]
    ) -> Reaction:
        status, said = self._rng.choice(causes)
        self._number += 1
        at = letter.at + timedelta(minutes=self._rng.randint(1, 9))
        raw = letters.bounce(
            letter, status=status, said=said.format(to=letter.recipient), at=at, number=self._number
        )
        return Reaction(at, letter.mailbox, person, raw, meant=ReplyIntent.BOUNCED)

    def _say(
        self, person: Person, mood: Temperament, day: date, letter: Letter | None = None
    ) -> str:
        sayings = phrases.SAYINGS[mood]
        language = person.language if person.language in sayings else "en"
        colleague = self._colleagues.get(person.address, person)
        name = letter.sender.partition("<")[0].strip(' "') if letter else ""
        return self._rng.choice(sayings[language]).format(
            us=name.partition(" ")[0] or "there",
            me=person.name,
            day=letters.spelled(day, language),
            colleague=colleague.name,
            colleague_address=colleague.address,
            company=person.company.name,
        )

    def _patience(self, person: Person, mood: Temperament) -> int:
        at_once = (T.COMPLAINT, T.LEFT_COMPANY)
        return 1 if mood in at_once or person.temperament is T.OUT_OF_OFFICE else person.answers


def working(moment: datetime) -> datetime:
    """The moment, or the next one at which somebody sits at a desk (Monday to Friday, 7 to 18)."""
    if moment.hour >= 18:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(7), moment.tzinfo)
    if moment.hour < 7:
        moment = moment.replace(hour=7)
    if moment.weekday() >= 5:
        moment += timedelta(days=7 - moment.weekday())
    return moment
