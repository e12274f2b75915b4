"""What every sender must do, and what each answer of a server means."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.domain.states import ProviderState
from core.errors import Misconfigured, Rejected, Unavailable, Uncertain
from core.providers.email.port import Email, EmailSender, MailAccount, as_bytes
from core.providers.registry import ADAPTERS, builder
from tests.smtp_sink import (
    GO_ON,
    PASSWORD,
    USER,
    Authority,
    Sink,
    free_port,
    make_authority,
    smtp_sink,
)

EMAIL = Email(
    key="1:2:3",
    header_id="<1.2.3.abc@agency.example>",
    from_address=USER,
    from_name="Séra Sales",
    to_address="anna@müller.example",
    to_name="Anna Bërg, PhD",
    subject="Grüße aus Köln — 10 % für Sie",
    text="Hallo Anna,\n\n.a line that begins with a dot\nLänge " + "x" * 2000,
    html="<p>Hallo Anna</p>",
    headers=(("In-Reply-To", "<0@x>"), ("References", "<0@x>")),
)


@dataclass
class Case:
    """A sender and a way to see what it has carried."""

    sender: EmailSender
    carried: "CarriedBy"


class CarriedBy:
    """Reads a sink or a folder."""

    def __init__(self, sink: Sink | None, folder: Path | None) -> None:
        self.sink, self.folder = sink, folder

    def __call__(self) -> list[Message]:
        if self.sink is not None:
            return self.sink.mails
        paths = sorted(self.folder.glob("*.eml")) if self.folder else []
        return [message_from_bytes(path.read_bytes()) for path in paths]


def folder_case(tmp_path: Path, stack: ExitStack) -> Case:
    account = account_of(tmp_path, "folder")
    return Case(builder("email", "folder")(account), CarriedBy(None, account.outbox))


def smtp_case(tmp_path: Path, stack: ExitStack) -> Case:
    authority = make_authority(tmp_path / "ca")
    sink = stack.enter_context(smtp_sink(tls=authority.context(), auth=True))
    account = account_of(tmp_path, "smtp", sink, authority)
    return Case(builder("email", "smtp")(account), CarriedBy(sink, None))


CASES = {"folder": folder_case, "smtp": smtp_case}


def account_of(
    tmp_path: Path, provider: str, sink: Sink | None = None, authority: Authority | None = None
) -> MailAccount:
    return MailAccount(
        mailbox_id=1,
        address=USER,
        provider=provider,
        host="localhost" if sink else None,
        port=sink.port if sink else None,
        security="starttls" if authority else "none",
        username=USER if authority else None,
        password=SecretStr(PASSWORD) if authority else None,
        outbox=tmp_path / "outbox",
        ca_file=authority.ca_file if authority else None,
    )


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with ExitStack() as stack:
        made = CASES[request.param](tmp_path, stack)
        stack.enter_context(closing(made.sender))
        yield made


def test_every_adapter_has_a_case() -> None:
    assert set(CASES) == set(ADAPTERS["email"])


def test_a_mail_arrives_as_it_was_written(case: Case) -> None:
    accepted = case.sender.send(EMAIL)

    (mail,) = case.carried()
    text, html = (part.get_payload(decode=True).decode() for part in mail.get_payload())
    assert accepted.provider == case.sender.name
    assert str(make_header(decode_header(mail["Subject"]))) == EMAIL.subject
    assert "Séra Sales" in str(make_header(decode_header(mail["From"])))
    assert mail["To"].endswith("<anna@xn--mller-kva.example>")
    assert (mail["Message-ID"], mail["In-Reply-To"]) == (EMAIL.header_id, "<0@x>")
    assert text.replace("\r\n", "\n").strip() == EMAIL.text.strip()
    assert html.strip() == EMAIL.html


def test_many_mails_go_one_after_another(case: Case) -> None:
    for number in range(5):
        case.sender.send(replace(EMAIL, key=f"1:2:{number}", header_id=f"<{number}@x>"))

    assert len(case.carried()) == 5


def test_a_check_sends_nothing(case: Case) -> None:
    verdict = case.sender.check()

    assert verdict.state is ProviderState.HEALTHY
    assert case.carried() == []


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": "Hi\r\nBcc: all@x.example"},
        {"to_name": "Anna\nBcc: all@x.example"},
        {"headers": (("X-Note", "a\r\nBcc: all@x.example"),)},
        {"to_address": "anna@x.example\r\nRCPT TO:<all@x.example>"},
    ],
    ids=["subject", "name", "header", "address"],
)
def test_no_header_can_be_smuggled_in(case: Case, bad: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        case.sender.send(replace(EMAIL, **bad))  # type: ignore[arg-type]

    assert case.carried() == []


def test_the_same_key_twice_is_one_file(tmp_path: Path) -> None:
    case = folder_case(tmp_path, ExitStack())

    case.sender.send(EMAIL)
    case.sender.send(EMAIL)

    assert case.sender.honours_keys
    assert len(case.carried()) == 1


def test_a_folder_that_cannot_be_written_is_a_persons_matter(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")
    sender = folder_case(tmp_path, ExitStack()).sender

    with pytest.raises(Misconfigured):
        sender.send(EMAIL)
    assert sender.check().state is ProviderState.DOWN


@pytest.fixture(params=[False, True], ids=["line by line", "together"])
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Sink, EmailSender]]:
    """An unencrypted server on this machine, and its sender."""
    with smtp_sink(pipelining=request.param) as sink:
        sender = builder("email", "smtp")(account_of(tmp_path, "smtp", sink))
        with closing(sender):
            yield sink, sender


def test_one_connection_carries_many_mails(plain: tuple[Sink, EmailSender]) -> None:
    sink, sender = plain

    for _ in range(10):
        sender.send(EMAIL)

    assert (sink.connections, len(sink.mails)) == (1, 10)


def test_implicit_tls_works_with_a_ca_of_ones_own(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "ca")
    with smtp_sink(tls=authority.context(), implicit=True) as sink:
        account = replace(account_of(tmp_path, "smtp", sink), security="tls")
        sender = builder("email", "smtp")(replace(account, ca_file=authority.ca_file))
        with closing(sender):
            sender.send(EMAIL)

        assert len(sink.mails) == 1


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "ca")
    with smtp_sink(tls=authority.context()) as sink:
        account = replace(account_of(tmp_path, "smtp", sink, authority), ca_file=None)

        with pytest.raises(Misconfigured, match="certificate"):
            builder("email", "smtp")(account).send(EMAIL)
        assert sink.mails == []


def test_a_server_without_starttls_gets_nothing(tmp_path: Path) -> None:
    with smtp_sink() as sink:
        account = replace(account_of(tmp_path, "smtp", sink), security="starttls")

        with pytest.raises(Misconfigured, match="STARTTLS"):
            builder("email", "smtp")(account).send(EMAIL)
        assert sink.mails == []


def test_a_wrong_password_is_a_persons_matter_and_never_printed(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "ca")
    with smtp_sink(tls=authority.context(), auth=True) as sink:
        account = account_of(tmp_path, "smtp", sink, authority)
        sender = builder("email", "smtp")(replace(account, password=SecretStr("hunter2")))

        with pytest.raises(Misconfigured) as refused:
            sender.send(EMAIL)
        assert refused.value.status == 535
        assert "hunter2" not in str(refused.value)
        assert sender.check().state is ProviderState.DOWN


def test_a_server_that_wants_a_sign_in_is_a_persons_matter(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "ca")
    with smtp_sink(tls=authority.context(), auth=True) as sink:
        account = account_of(tmp_path, "smtp", sink, authority)

        sender = builder("email", "smtp")(replace(account, username=None))
        with closing(sender), pytest.raises(Misconfigured):
            sender.send(EMAIL)


def test_unencrypted_is_for_this_machine_only(tmp_path: Path) -> None:
    account = replace(
        account_of(tmp_path, "smtp"), host="mail.agency.example", port=25, security="none"
    )

    with pytest.raises(Misconfigured, match="unencrypted"):
        builder("email", "smtp")(account).send(EMAIL)


def test_no_server_at_all_is_a_persons_matter(tmp_path: Path) -> None:
    sender = builder("email", "smtp")(account_of(tmp_path, "smtp"))

    with pytest.raises(Misconfigured):
        sender.send(EMAIL)
    assert sender.check().state is ProviderState.UNCONFIGURED


def test_a_refused_connection_did_surely_nothing(tmp_path: Path) -> None:
    account = replace(account_of(tmp_path, "smtp"), host="127.0.0.1", port=free_port())
    sender = builder("email", "smtp")(account)

    with pytest.raises(Unavailable):
        sender.send(EMAIL)
    assert sender.check().state is ProviderState.DOWN


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("on_rcpt", "450 4.2.1 try again later", Unavailable),
        ("on_rcpt", "421 4.3.2 going down", Unavailable),
        ("on_rcpt", "550 5.1.1 no such user", Rejected),
        ("on_rcpt", "530 5.7.0 sign in first", Misconfigured),
        ("on_rcpt", f"550 5.1.1 no such user, {GO_ON}", Rejected),
        ("on_rcpt", "drop", Unavailable),
        ("on_data", "452 4.3.1 out of space", Unavailable),
        ("on_data", "554 5.7.1 looks like spam", Rejected),
        ("on_data", "drop", Uncertain),
        ("on_data", "garbage", Uncertain),
    ],
)
def test_what_an_answer_means_for_the_world(
    plain: tuple[Sink, EmailSender], where: str, answer: str, error: type[Exception]
) -> None:
    sink, sender = plain
    getattr(sink, where).append(answer)

    with pytest.raises(error) as raised:
        sender.send(EMAIL)
    carried = len(sink.mails)
    sender.send(EMAIL)

    assert type(raised.value) is error
    assert len(sink.mails) == carried + 1


def test_a_refusal_keeps_the_connection(plain: tuple[Sink, EmailSender]) -> None:
    sink, sender = plain
    sink.on_rcpt += ["250 OK", "550 5.1.1 no such user", "450 4.2.1 try again later"]

    sender.send(EMAIL)
    for refusal in (Rejected, Unavailable):
        with pytest.raises(refusal):
            sender.send(EMAIL)
    sender.send(EMAIL)

    assert (sink.connections, len(sink.mails)) == (1, 2)


def test_the_enhanced_code_of_a_refusal_is_kept(plain: tuple[Sink, EmailSender]) -> None:
    sink, sender = plain
    sink.on_rcpt.append("550 5.1.1 no such user")

    with pytest.raises(Rejected, match=r"5\.1\.1") as refused:
        sender.send(EMAIL)
    assert refused.value.status == 550


def test_a_server_that_goes_away_between_two_mails_loses_none(
    plain: tuple[Sink, EmailSender],
) -> None:
    sink, sender = plain
    sink.on_rcpt += ["250 OK", "drop"]

    sender.send(EMAIL)
    with pytest.raises(Unavailable):
        sender.send(EMAIL)
    sender.send(EMAIL)

    assert len(sink.mails) == 2


def test_long_headers_are_folded_within_the_limits() -> None:
    references = " ".join(f"<{number:030d}@agency.example>" for number in range(40))
    email = replace(EMAIL, headers=(("References", references),), html=None)

    raw = as_bytes(email)

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    assert message_from_bytes(raw)["References"].split() == references.split()
