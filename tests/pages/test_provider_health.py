"""Provider Health says what is broken and what to do; admins act on it, others read."""

from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.states import BreakerState, JobState, ProviderState, Role
from core.queries.installation import BACKUP
from core.runtime import Runtime
from core.services import heartbeats
from db.models import (
    Alarm,
    JobAttempt,
    JobRun,
    LlmCall,
    ProviderHealth,
    ProviderHour,
    Setting,
    User,
)
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_client, make_mailbox, make_user
from tests.pages.conftest import App, seen

PAGE = "provider_health.py"
ADVICE = "Make a new key at https://console.anthropic.com/settings/keys, set ANTHROPIC_API_KEY."
DOWN = {
    "port": "llm", "provider": "anthropic", "state": ProviderState.DOWN, "success": 0.412,
    "latency_ms": 1840.0, "calls": 412, "failures_in_row": 7, "breaker": BreakerState.OPEN,
    "breaker_until": NOW + timedelta(minutes=3), "last_error": "Anthropic refuses the key (401).",
    "last_error_at": NOW, "advice": ADVICE,
}  # fmt: skip


@pytest.fixture
def admin(sessions: Sessions) -> User:
    with transaction(sessions) as session:
        return make_user(session, role=Role.ADMIN)


@pytest.fixture
def ids(sessions: Sessions) -> dict[str, int]:
    """An LLM that is down, one that stands in, and a sender."""
    rows = [
        ProviderHealth(**DOWN),
        ProviderHealth(
            port="llm", provider="openai", success=0.99, latency_ms=920.0, quota="1,204 credits"
        ),
        ProviderHealth(port="llm", provider="template", success=1.0),
        ProviderHealth(port="email", provider="folder"),
    ]
    with transaction(sessions) as session:
        session.add_all(rows)
        session.add(
            Alarm(
                key="provider:llm:anthropic", severity="act", since=NOW, page="provider_health",
                title="Anthropic is down (language models)", advice=ADVICE,
            )
        )  # fmt: skip
        session.flush()
        return {row.provider: row.id for row in rows}


def row(sessions: Sessions, row_id: int) -> ProviderHealth:
    with reading(sessions) as session:
        found = session.get_one(ProviderHealth, row_id)
        session.expunge(found)
        return found


@pytest.fixture
def awake(sessions: Sessions) -> None:
    """A scheduler that runs."""
    with transaction(sessions) as session:
        heartbeats.beat(session, name="s1", kind="scheduler", started_at=NOW, now=NOW)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_it_says_first_what_is_broken_and_what_to_do(
    signed_in: App, admin: User, ids: dict[str, int], awake: None
) -> None:
    at = signed_in(admin, PAGE)

    alarm = next(error.value for error in at.error if "Anthropic is down" in error.value)
    assert not at.exception
    assert "set ANTHROPIC" in alarm
    assert "The rest works." in seen(at)  # another stands in: degraded, not down
    assert "**To do:** Make a new key" in seen(at)
    assert "41.2% good · 1,840 ms" in seen(at)
    assert "Held back, next try in 3 min" in seen(at)
    assert "Left: 1,204 credits" in seen(at)


def test_all_that_needs_a_person_stands_there_with_its_remedy_and_the_way(
    signed_in: App, admin: User, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        for number, (key, title) in enumerate(
            [("provider:email:smtp:mailbox:5", "SMTP is down"), ("mailbox:6:paused", "It pauses")]
        ):
            session.add(
                Alarm(key=key, severity="act", since=NOW, page="mail", title=title,
                      advice=f"Remedy {number}.")
            )  # fmt: skip
        session.add(Alarm(key="webhook:1", severity="watch", since=NOW, page="settings",
                          title="Watched", advice="Look."))  # fmt: skip

    at = signed_in(admin, PAGE)

    told = " ".join(error.value for error in at.error)
    ways = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert [word in told for word in ("SMTP is down", "Remedy 0.", "Remedy 1.")] == [True] * 3
    assert ways["Open its settings"] == "part=mailboxes&mailbox=5"
    assert ways["Open Mailboxes"] == "part=mailboxes"
    assert "See 1 more alarm" in labels(at)


@pytest.mark.parametrize("page", [PAGE, "home.py"])
def test_it_says_that_no_real_mail_leaves_and_that_no_scheduler_runs(
    signed_in: App, admin: User, page: str
) -> None:
    shown = seen(signed_in(admin, page))

    assert "No real mail leaves this machine" in shown
    assert "USE_REAL_EMAIL_GATEWAY=true" in shown
    assert "The scheduler is not running." in shown
    assert "Ask whoever runs the server to start `python scheduler.py`." in shown


def test_a_mailbox_that_cannot_send_is_not_shown_as_active(
    signed_in: App, admin: User, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        box = make_mailbox(session, make_client(session), provider="smtp")
        part = f"mailbox:{box.id}"
        down = {"state": ProviderState.DOWN, "last_error": "Nobody answers."}
        session.add(ProviderHealth(port="email", provider="smtp", part=part, **down))

    cards = seen(signed_in(admin, "mail.py", part="mailboxes"))
    table = signed_in(admin, "settings.py", part="mailboxes", mailbox=str(box.id))

    assert "Cannot send: Nobody answers." in cards
    assert ":green-badge" not in cards
    assert list(table.dataframe[0].value["State"][0]) == ["Cannot send"]
    assert box.address in [header.value.replace(":gray[]", "") for header in table.header]


def test_without_a_scheduler_nothing_goes_by_itself(
    signed_in: App, admin: User, ids: dict[str, int]
) -> None:
    at = signed_in(admin, PAGE)

    assert "The scheduler is not running." in at.error[0].value
    assert "Until then nothing goes by itself." in seen(at)


def test_a_chain_with_nobody_left_is_down(
    signed_in: App, admin: User, sessions: Sessions, awake: None
) -> None:
    with transaction(sessions) as session:
        session.add(ProviderHealth(**DOWN))

    assert "Until then something stands still." in seen(signed_in(admin, PAGE))


def test_a_language_model_shows_how_its_calls_ended_in_words(
    signed_in: App, admin: User, ids: dict[str, int], sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        for outcome, cost in (("cut_off", 900), ("over_budget", 0), ("answered", 31_000)):
            session.add(
                LlmCall(
                    provider="openai", model="m", task="draft_answer", prompt_version="1",
                    outcome=outcome, cost_micros=cost, tokens_in=900, tokens_out=100, at=NOW,
                )
            )  # fmt: skip

    at = signed_in(admin, PAGE, provider=str(ids["openai"]))

    (table,) = at.dataframe
    shown = table.value
    assert not at.exception
    assert [list(ended) for ended in shown["Ended"]] == [
        ["Answered"], ["Over budget"], ["Cut off"]
    ]  # fmt: skip
    assert list(shown["Cost"]) == ["$0.03", "$0", "under $0.01"]
    assert set(shown["For"]) == {"Draft of an answer"}


@pytest.mark.parametrize("span", ["day", "week", "month"])
def test_one_provider_has_its_history(
    signed_in: App, admin: User, ids: dict[str, int], sessions: Sessions, span: str
) -> None:
    with transaction(sessions) as session:
        for hours in (1, 30, 400):
            at_hour = (NOW - timedelta(hours=hours)).replace(minute=0)
            session.add(
                ProviderHour(
                    port="llm", provider="anthropic", hour=at_hour, ok=3, failed=1,
                    latency_ms_sum=4000.0,
                )
            )  # fmt: skip

    at = signed_in(admin, PAGE, provider=str(ids["anthropic"]), span=span)

    charts = at.get("plotly_chart")
    calls = {"day": 4, "week": 8, "month": 12}[span]
    assert not at.exception
    assert len(charts) == 2
    assert f" of {calls} calls failed" in str(charts[0].proto)


def test_an_admin_turns_it_off_moves_it_and_limits_it(
    signed_in: App, admin: User, ids: dict[str, int], sessions: Sessions, rt: Runtime
) -> None:
    at = signed_in(admin, PAGE, provider=str(ids["anthropic"]))
    order = rt.providers.order("llm")

    at = at.button(key="provider.turn").click().run()
    at = at.button(key="provider.Ask later").click().run()

    assert not at.exception
    assert row(sessions, ids["anthropic"]).enabled is False
    assert rt.providers.order("llm").index("anthropic") == order.index("anthropic") + 1
    assert "Turn on" in labels(at)


def test_a_stale_page_gets_a_sentence(
    signed_in: App, admin: User, ids: dict[str, int], sessions: Sessions
) -> None:
    at = signed_in(admin, PAGE, provider=str(ids["anthropic"]))
    with transaction(sessions) as session:
        session.get_one(ProviderHealth, ids["anthropic"]).version += 1

    at = at.button(key="provider.turn").click().run()

    assert "Somebody else changed these providers meanwhile." in seen(at)
    assert row(sessions, ids["anthropic"]).enabled is True


def test_a_test_mail_says_where_it_landed(
    signed_in: App, admin: User, ids: dict[str, int], rt: Runtime
) -> None:
    at = signed_in(admin, PAGE, provider=str(ids["folder"]))

    at = at.button(key="provider.test").click().run()

    assert "The e-mail gateway is off" in seen(at)
    assert "nothing left this machine" in seen(at)
    assert len(list((rt.data_dir / "outbox").glob("test-*.eml"))) == 1


def test_a_mailboxs_own_way_out_is_tried_too(
    signed_in: App, admin: User, sessions: Sessions, rt: Runtime
) -> None:
    with transaction(sessions) as session:
        box = make_mailbox(session, make_client(session))
        found = ProviderHealth(port="email", provider="folder", part=f"mailbox:{box.id}")
        session.add(found)
    at = signed_in(admin, PAGE, provider=str(found.id))

    at = at.button(key="provider.test").click().run()
    at = at.button(key="provider.check").click().run()

    assert len(list((rt.data_dir / "outbox" / box.address).glob("*.eml"))) == 1
    assert "Mails are written to" in seen(at)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR, Role.VIEWER])
def test_others_only_read(
    signed_in: App, sessions: Sessions, ids: dict[str, int], role: Role
) -> None:
    with transaction(sessions) as session:
        user = make_user(session, role, [make_client(session)])

    at = signed_in(user, PAGE, provider=str(ids["anthropic"]))

    assert "Only admins change providers." in seen(at)
    assert not {"Check now", "Turn off", "Ask later", "Set limit"} & set(labels(at))


def test_many_mailboxes_that_work_are_folded(
    signed_in: App, admin: User, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        for _ in range(5):
            box = make_mailbox(session, client)
            session.add(ProviderHealth(port="email", provider="folder", part=f"mailbox:{box.id}"))

    at = signed_in(admin, PAGE)

    assert [one.label for one in at.expander] == [
        "5 mailboxes work in local folders, while the real e-mail gateway is off"
    ]


def test_the_database_its_backup_and_the_inboxes_have_their_ages(
    signed_in: App, admin: User, sessions: Sessions
) -> None:
    with transaction(sessions) as session:
        make_mailbox(session, make_client(session), synced_at=NOW - timedelta(hours=3))
    never = seen(signed_in(admin, PAGE, part="inside"))
    with transaction(sessions) as session:
        known: dict[str, Any] = {"at": (NOW - timedelta(hours=5)).isoformat(), "bytes": 9}
        session.add(Setting(scope="agency", name=BACKUP, value=known))

    now = seen(signed_in(admin, PAGE, part="inside"))

    assert "Last backup Never" in never
    assert "python -m core backup" in never
    assert "Last backup 5 h ago" in now
    assert "1 inbox · 1 not read for an hour" in now


def test_a_failed_run_shows_its_tries(signed_in: App, admin: User, sessions: Sessions) -> None:
    with transaction(sessions) as session:
        run = JobRun(job="score", slot="s", state=JobState.FAILED, error="It broke.",
                     started_by="test", started_at=NOW, finished_at=NOW)  # fmt: skip
        session.add(run)
        session.flush()
        session.add(
            JobAttempt(run_id=run.id, attempt=1, state=JobState.FAILED, error="It broke.",
                       started_by="test", started_at=NOW)
        )  # fmt: skip

    at = signed_in(admin, PAGE, part="jobs")

    assert not at.exception
    assert "Score failed last time" in seen(at)
