"""One open alarm a trouble; what is well again is closed, and may be raised anew."""

from datetime import timedelta

from core.domain.access import SYSTEM
from core.queries import health, home
from core.runtime import Runtime
from core.services import alarms
from core.services.alarms import Severity
from db.session import reading, transaction
from tests.factories import NOW, make_client, viewer_of


def raised(rt: Runtime, key: str = "k", **given: object) -> bool:
    words = {"title": "Down", "advice": "Mend it.", "page": "mail", "now": NOW} | given
    with transaction(rt.sessions) as session:
        return alarms.raise_alarm(session, key=key, **words)


def open_ones(rt: Runtime) -> list[tuple[str, str]]:
    with reading(rt.sessions) as session:
        return [(alarm.key, alarm.title) for alarm in health.alarms(session, SYSTEM)]


def test_the_same_trouble_is_one_alarm_with_the_newest_words(rt: Runtime) -> None:
    first, second = raised(rt), raised(rt, title="Still down")

    assert (first, second) == (True, False)
    assert open_ones(rt) == [("k", "Still down")]


def test_a_cleared_alarm_can_be_raised_again(rt: Runtime) -> None:
    raised(rt)
    with transaction(rt.sessions) as session:
        cleared = alarms.clear(session, "k", now=NOW)
        again = alarms.clear(session, "k", now=NOW)

    assert (cleared, again, open_ones(rt)) == (True, False, [])
    assert raised(rt)


def test_the_badge_counts_what_is_open_and_forgets_what_is_cleared(rt: Runtime) -> None:
    raised(rt)
    raised(rt, "watch", severity=Severity.WATCH)
    with reading(rt.sessions) as session:
        before = home.badges(session, SYSTEM)

    with transaction(rt.sessions) as session:
        alarms.clear(session, "k", now=NOW)
    with reading(rt.sessions) as session:
        after = home.badges(session, SYSTEM)

    assert (str(before.alarms), before.act) == ("2", True)
    assert (str(after.alarms), after.act) == ("1", False)


def test_what_stands_still_comes_before_what_is_to_be_watched(rt: Runtime) -> None:
    raised(rt, "old", now=NOW - timedelta(hours=1))
    raised(rt, "watch", severity=Severity.WATCH)
    raised(rt, "new")

    assert [key for key, _ in open_ones(rt)] == ["new", "old", "watch"]


def test_a_stranger_sees_the_apps_alarms_but_not_another_clients(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        ours, theirs = make_client(session), make_client(session)
    raised(rt, "app")
    raised(rt, "theirs", client_id=theirs.id)

    with reading(rt.sessions) as session:
        seen = [alarm.key for alarm in health.alarms(session, viewer_of(ours))]

    assert seen == ["app"]
