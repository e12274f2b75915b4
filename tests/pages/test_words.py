"""No raw word, number or moment reaches a person."""

import inspect
from datetime import timedelta
from enum import StrEnum

import pytest

from core.domain import lists, matches, pace, states
from core.domain.access import Viewer
from core.domain.states import EmailStatus, LeadState, NoticeState, Role, Tier
from core.exports import words as exported
from core.queries.health import AlarmRow
from pages.ui import links, words
from tests.factories import NOW

BERLIN = Viewer(1, "Ann", Role.VIEWER, timezone="Europe/Berlin")
UNSEEN = {NoticeState}  # on no page yet
SHOWN = [
    kind
    for words_of in (states, lists, matches, pace)
    for _, kind in inspect.getmembers(words_of, inspect.isclass)
    if issubclass(kind, StrEnum) and kind is not StrEnum and kind not in UNSEEN
]
COLOURS = {"red", "orange", "yellow", "blue", "green", "violet", "gray"}


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_every_stored_word_has_a_label_and_a_colour(kind: type[StrEnum]) -> None:
    known = words.WORDS[kind]

    assert set(known) == {str(state) for state in kind}
    assert {word.colour for word in known.values()} <= COLOURS
    assert len({word.label for word in known.values()}) == len(known)


@pytest.mark.parametrize("kind", [LeadState, Tier, EmailStatus])
def test_a_file_says_the_states_of_a_lead_as_the_pages_do(kind: type[StrEnum]) -> None:
    assert [exported.stored(state) for state in kind] == list(words.labels(kind).values())


def test_words_of_states_and_of_other_texts() -> None:
    assert words.label(LeadState.REVIEW) == "To review"
    assert words.chip(LeadState.REVIEW, also=3) == (
        ":orange-badge[:material/rate_review: To review 3]"
    )
    assert words.label("llm") == "LLM"
    assert words.label("something_new") == "Something new"
    assert words.label(None) == "—"
    assert words.icon(None) == ""


@pytest.mark.parametrize(
    ("apart", "shown"),
    [
        (timedelta(), "Today 10:00"),
        (timedelta(hours=-11), "Yesterday 23:00"),
        (timedelta(days=1), "Tomorrow 10:00"),
        (timedelta(days=3), "Thu 5 Mar 10:00"),
        (timedelta(days=-6), "Tue 10:00"),
        (timedelta(days=20), "22 Mar"),
        (timedelta(days=-100), "22 Nov 2025"),
    ],
    ids=str,
)
def test_moments_are_short_and_in_the_persons_zone(apart: timedelta, shown: str) -> None:
    assert words.moment(NOW + apart, BERLIN, NOW) == shown


def test_the_full_moment_names_its_zone() -> None:
    assert words.full(NOW, BERLIN) == "Mon 2 March 2026, 10:00 CET"
    assert words.full(None, BERLIN) == words.moment(None, BERLIN, NOW) == "—"
    assert words.moment(NOW, Viewer(1, "x", Role.VIEWER, timezone="Mars"), NOW) == "Today 09:00"


def test_numbers_money_and_shares() -> None:
    assert [words.number(n) for n in (1284, 12.34, 2.0, None)] == ["1,284", "12.3", "2", "—"]
    assert words.number(5, "ms") == "5 ms"
    assert [words.money(n) for n in (123456, 5000, -150, None)] == [
        "€1,234.56",
        "€50",
        "−€1.50",
        "—",
    ]
    assert words.money(100, "PLN") == "PLN 1"
    assert [words.percent(80, 1284), words.percent(1, 0), words.percent(None)] == ["6.2%", "—", "—"]
    assert words.points(7, 100, 6, 100) == "+1.0 pt"
    assert words.points(1, 100, 1, 100) == words.points(1, 0, 1, 1) == ""
    assert [words.size(n) for n in (None, 812, 14_540, 3_250_000)] == [
        "—",
        "812 B",
        "14.2 kB",
        "3.1 MB",
    ]
    assert words.counted(1, "mailbox", "mailboxes") == "1 mailbox"
    assert words.counted(1200, "step") == "1,200 steps"


def test_spans() -> None:
    spans = [0.42, 12, 240, 7_300, 86_400, 260_000]

    shown = [words.duration(span) for span in spans]

    assert shown == ["0.4 s", "12 s", "4 min", "2 h", "1 day", "3 days"]
    assert words.ago(NOW, NOW) == "just now"
    assert words.ago(None, NOW) == words.duration(None) == "—"


@pytest.mark.parametrize(
    "given",
    ["**bold**", "[link](http://evil.example)", "<script>", "# title", "$x$", ":red[x]", "- item",
     "1. item", "a_b_c", "![x](y)", "`code`", "ann@halden.example", "www.evil.example", "https://evil.example"],
)  # fmt: skip
def test_text_from_outside_stays_text(given: str) -> None:
    shown = words.text(given)

    assert shown != given
    assert shown.replace(":gray[]", "").replace("\\", "") == given
    assert shown.isascii()


def test_an_alarms_page_leads_somewhere() -> None:
    named = ["settings", "settings.py", "Provider Health", "mail?x=1", "nowhere"]

    found = [links.page_of(name) for name in named]

    assert found == ["settings.py", "settings.py", "provider_health.py", "mail.py",
                     "provider_health.py"]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "page", "role", "place"),
    [
        ("provider:email:smtp:mailbox:5", "provider_health", Role.MANAGER,
         ("settings.py", {"part": "mailboxes", "mailbox": "5"})),
        ("provider:email:smtp:mailbox:5", "provider_health", Role.VIEWER,
         ("mail.py", {"part": "mailboxes"})),
        ("mailbox:6:paused", "mail", Role.VIEWER, ("mail.py", {"part": "mailboxes"})),
        ("job:score:all", "provider_health", Role.ADMIN, ("provider_health.py", {"part": "jobs"})),
        ("webhook:1", "settings", Role.ADMIN, ("settings.py", {"part": "webhooks"})),
        ("provider:llm:acme", "provider_health", Role.ADMIN, ("provider_health.py", {})),
    ],
    ids=["server", "server-seen-only", "paused", "job", "webhook", "provider"],
)  # fmt: skip
def test_an_alarm_leads_to_where_it_is_mended(
    key: str, page: str, role: Role, place: tuple[str, dict[str, str]]
) -> None:
    alarm = AlarmRow(key, None, None, "act", "It is down.", "Mend it.", page, NOW)

    assert links.of_alarm(alarm, Viewer(1, "Ann", role)) == place
