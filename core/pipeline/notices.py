"""Tells admins of alarms outside the app: by e-mail, and in a chat channel where one is set.

Safe to run twice, beside itself, or to be killed: each notice is claimed in a transaction of its
own before it goes out. A channel that is away is left for this turn.
"""

from collections import Counter
from contextlib import closing

from pydantic import SecretStr

from core import gateways, logs
from core.domain.states import EndpointKind, NoticeState
from core.errors import (
    AicmoError,
    ProviderError,
    Rejected,
    Unavailable,
    Uncertain,
    outcome_of,
)
from core.keyring import in_environment
from core.providers.automation.port import Notice, Target
from core.providers.email.port import Email
from core.runtime import Runtime
from core.services import notices
from core.services.notices import CHAT, EMAIL, Told
from db.session import transaction

log = logs.get("notices")


def tell(rt: Runtime) -> Counter[str]:
    """Tells what is new and due; counts by state. Whatever goes wrong stays with its notice."""
    url = rt.providers.settings.slack_webhook_url
    chat = bool(url and url.get_secret_value().strip())
    with transaction(rt.sessions) as session:
        notices.plan(session, chat=chat, now=rt.now())
        due = notices.claim(session, now=rt.now())
    counts: Counter[str] = Counter()
    away: set[str] = set()
    for told in due:
        state, error = _outcome(rt, told, away)
        with transaction(rt.sessions) as session:
            notices.settle(session, told, state, error, now=rt.now())
        counts[state] += 1
    return counts


def _outcome(rt: Runtime, told: Told, away: set[str]) -> tuple[NoticeState, str]:
    if told.channel in away:
        return NoticeState.WAITING, "The channel was away."
    try:
        _write(rt, told)
    except Uncertain as error:
        return NoticeState.UNCERTAIN, error.sentence
    except Rejected as error:
        return NoticeState.FAILED, error.sentence
    except AicmoError as error:  # away, or set up wrongly: nothing happened
        away.add(told.channel)
        # not its sentence: a provider's words may name people
        log.warning("an alarm could not be told", channel=told.channel, outcome=_kind(error))
        return NoticeState.WAITING, logs.scrub(error.sentence)
    return NoticeState.SENT, ""


def _kind(error: AicmoError) -> str:
    return outcome_of(error) if isinstance(error, ProviderError) else type(error).__name__


def _write(rt: Runtime, told: Told) -> None:
    if told.channel == EMAIL:
        _mail(rt, told)
    elif told.channel == CHAT:
        _chat(rt, told)


def _mail(rt: Runtime, told: Told) -> None:
    account, _ = gateways.of_environment(rt.settings, rt.data_dir)
    if not told.address:
        raise Rejected("The admin has no access any more.")
    title, advice, when = _words(told)
    link = f"{rt.settings.public_url.rstrip('/')}/{told.page}"
    text = f"{title}\n\n{advice}\n\n{when}\n{link}\n"
    with closing(rt.providers.email(account)) as sender:
        sender.send(
            Email(
                key=f"alarm:{told.notice_id}",
                header_id=f"<alarm-{told.notice_id}.{told.since:%Y%m%d%H%M%S}@aicmo>",
                from_address=account.address,
                from_name="AICMO",
                to_address=told.address,
                to_name=told.name,
                subject=f"AICMO: {title}",
                text=text,
                headers=(("Auto-Submitted", "auto-generated"),),
                at=rt.now(),
            )
        )


def _chat(rt: Runtime, told: Told) -> None:
    url = rt.providers.settings.slack_webhook_url
    if url is None:
        raise Unavailable("No channel is set any more.")
    target = Target(
        kind=EndpointKind.SLACK,
        url=url,
        secret=SecretStr(rt.settings.secret),
        allowed=in_environment(rt.settings, "slack_webhook_url"),
    )
    title, advice, when = _words(told)
    notice = Notice(
        id=f"alarm-{told.notice_id}",
        kind="alarm.cleared" if told.over else "alarm.raised",
        subject=told.key,
        at=told.over or told.since,
        client=None,
        payload={"alarm": {"title": title, "advice": f"{advice} {when}" if told.over else advice}},
    )
    rt.providers.hook(target).tell(notice, now=rt.now())


def _words(told: Told) -> tuple[str, str, str]:
    """Title, what to do, and when, for somebody who sees nothing else."""
    since = f"{told.since:%d %b %Y %H:%M} UTC"
    if told.over is None:
        return told.title, told.advice, f"Since {since}."
    until = f"{told.over:%d %b %Y %H:%M} UTC"
    return f"Over: {told.title}", "Nothing is left to do.", f"It lasted from {since} to {until}."
