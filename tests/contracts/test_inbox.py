"""What every inbox must do: read in order, once, and leave everything as it was."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.domain.states import ProviderState
from core.errors import Misconfigured, Unavailable
from core.providers.inbox import port
from core.providers.inbox.port import Cursor, Inbox, InboxAccount
from core.providers.registry import ADAPTERS, builder
from tests import dovecot as imap_server
from tests.dovecot import Dovecot, dovecot
from tests.smtp_sink import free_port, make_authority

USER = "sam@agency.example"
START = Cursor(None, 0)


@dataclass
class Case:
    """An inbox, a way to put a mail into it, and a look at what lies there."""

    inbox: Inbox
    deliver: Callable[[bytes], None]
    lies_there: Callable[[], list[str]]


def mail(subject: str) -> bytes:
    return f"From: anna@x.example\r\nSubject: {subject}\r\n\r\nHello {subject}\r\n".encode()


def account_of(tmp_path: Path, server: Dovecot | None = None) -> InboxAccount:
    return InboxAccount(
        mailbox_id=1,
        address=USER,
        provider="imap" if server else "folder",
        host=server.host if server else None,
        port=server.port if server else None,
        security="none",
        username=USER,
        password=SecretStr(imap_server.PASSWORD),
        folder="INBOX",
        inbox_dir=tmp_path / "inbox",
    )


def folder_case(tmp_path: Path, stack: ExitStack) -> Case:
    account = account_of(tmp_path)
    account.inbox_dir.mkdir()
    count = iter(range(1000))

    def deliver(raw: bytes) -> None:
        (account.inbox_dir / f"{next(count):04}.eml").write_bytes(raw)

    def lies_there() -> list[str]:
        return sorted(path.name for path in account.inbox_dir.iterdir())

    return Case(builder("inbox", "folder")(account), deliver, lies_there)


def imap_case(tmp_path: Path, stack: ExitStack) -> Case:
    if imap_server.MISSING:
        pytest.skip(imap_server.MISSING)
    server = stack.enter_context(dovecot())
    inbox = builder("inbox", "imap")(account_of(tmp_path, server))
    return Case(inbox, lambda raw: server.deliver(USER, raw), lambda: server.flags(USER))


CASES = {"folder": folder_case, "imap": imap_case}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with ExitStack() as stack:
        made = CASES[request.param](tmp_path, stack)
        stack.enter_context(closing(made.inbox))
        yield made


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A real IMAP server."""
    if imap_server.MISSING:
        pytest.skip(imap_server.MISSING)
    with dovecot() as running:
        yield running


def test_every_adapter_has_a_case() -> None:
    assert set(CASES) == set(ADAPTERS["inbox"])


def test_an_empty_inbox_gives_nothing(case: Case) -> None:
    fetched = case.inbox.fetch(START, 10)

    assert (fetched.mails, fetched.cursor.last_uid) == ((), 0)


def test_mails_come_once_in_their_order_and_in_batches(case: Case) -> None:
    for number in range(5):
        case.deliver(mail(str(number)))

    first = case.inbox.fetch(START, 3)
    second = case.inbox.fetch(first.cursor, 3)
    third = case.inbox.fetch(second.cursor, 3)

    assert [one.raw for one in (*first.mails, *second.mails)] == [mail(str(n)) for n in range(5)]
    assert third.mails == ()


def test_what_comes_later_is_found_later(case: Case) -> None:
    case.deliver(mail("one"))
    first = case.inbox.fetch(START, 10)
    case.deliver(mail("two"))

    second = case.inbox.fetch(first.cursor, 10)

    assert [one.raw for one in second.mails] == [mail("two")]


def test_nothing_is_marked_moved_or_deleted(case: Case) -> None:
    case.deliver(mail("one"))
    before = case.lies_there()

    case.inbox.fetch(START, 10)
    case.inbox.check()
    case.inbox.close()

    assert case.lies_there() == before


def test_a_huge_mail_is_cut_and_says_so(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.deliver(mail("x") + b"y" * (port.LARGEST + 10))

    (one,) = case.inbox.fetch(START, 10).mails

    assert one.cut
    assert len(one.raw) == port.LARGEST


def test_a_check_of_a_working_inbox_is_healthy(case: Case) -> None:
    assert case.inbox.check().state is ProviderState.HEALTHY


def test_a_folder_reads_files_of_any_name(tmp_path: Path) -> None:
    case = folder_case(tmp_path, ExitStack())
    first = case.inbox.fetch(START, 10)
    (tmp_path / "inbox" / "antwort.eml").write_bytes(mail("by hand"))
    (tmp_path / "inbox" / "notes.txt").write_text("no mail")

    fetched = case.inbox.fetch(first.cursor, 10)

    assert [one.raw for one in fetched.mails] == [mail("by hand")]


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("in the way")
    inbox = builder("inbox", "folder")(account_of(tmp_path))

    assert inbox.check().state is ProviderState.DOWN


def test_another_uidvalidity_means_reading_all_anew(server: Dovecot, tmp_path: Path) -> None:
    inbox = builder("inbox", "imap")(account_of(tmp_path, server))
    server.deliver(USER, mail("one"), mail("two"))

    with closing(inbox):
        first = inbox.fetch(START, 10)
        wrong = Cursor((first.cursor.uidvalidity or 0) + 1, first.cursor.last_uid)
        again = inbox.fetch(wrong, 10)

    assert len(again.mails) == 2
    assert again.cursor == first.cursor


def test_tls_with_a_ca_of_ones_own(tmp_path: Path) -> None:
    if imap_server.MISSING:
        pytest.skip(imap_server.MISSING)
    authority = make_authority(tmp_path / "ca")
    with dovecot(authority) as server:
        plain = account_of(tmp_path, server)
        ways = [
            replace(plain, host="localhost", port=server.tls_port, security="tls"),
            replace(plain, host="localhost", security="starttls"),
        ]
        states = []
        for way in ways:
            inbox = builder("inbox", "imap")(replace(way, ca_file=authority.ca_file))
            states.append(inbox.check().state)
        stranger = builder("inbox", "imap")(ways[0])

        with pytest.raises(Misconfigured, match="certificate"):
            stranger.fetch(START, 1)
    assert states == [ProviderState.HEALTHY, ProviderState.HEALTHY]


def test_a_wrong_password_is_a_persons_matter(server: Dovecot, tmp_path: Path) -> None:
    account = replace(account_of(tmp_path, server), password=SecretStr("hunter2"))
    inbox = builder("inbox", "imap")(account)

    with pytest.raises(Misconfigured) as refused:
        inbox.fetch(START, 1)
    assert "hunter2" not in str(refused.value)
    assert inbox.check().state is ProviderState.DOWN


def test_a_folder_that_is_not_there_is_a_persons_matter(server: Dovecot, tmp_path: Path) -> None:
    inbox = builder("inbox", "imap")(replace(account_of(tmp_path, server), folder="Nowhere"))

    with pytest.raises(Misconfigured):
        inbox.fetch(START, 1)


def test_a_server_that_is_down_is_read_later(tmp_path: Path) -> None:
    account = replace(account_of(tmp_path), provider="imap", host="127.0.0.1", port=free_port())
    inbox = builder("inbox", "imap")(account)

    with pytest.raises(Unavailable):
        inbox.fetch(START, 1)


def test_unencrypted_is_for_this_machine_only(tmp_path: Path) -> None:
    account = replace(account_of(tmp_path), host="mail.agency.example", port=143)

    with pytest.raises(Misconfigured, match="unencrypted"):
        builder("inbox", "imap")(account).fetch(START, 1)


def test_no_server_at_all_is_a_persons_matter(tmp_path: Path) -> None:
    inbox = builder("inbox", "imap")(account_of(tmp_path))

    with pytest.raises(Misconfigured):
        inbox.fetch(START, 1)
    assert inbox.check().state is ProviderState.UNCONFIGURED
