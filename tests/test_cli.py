"""The command line: exact shapes, exit codes, one sentence where something is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core import cli
from core.domain.access import SYSTEM
from core.domain.states import CampaignState, LeadState, MessageState
from core.intake import sniff
from core.runtime import Runtime
from core.services import mappings
from db.models import Campaign, Client, Contact, Lead, Mailbox, Message, User
from db.session import reading, transaction
from tests.factories import NOW, make_campaign, make_client

PEOPLE = """Email,First Name,Last Name,Job Title,Company,Shoe size
anna@acme.example,Anna,Berg,VP Marketing,Acme,38
bob@globex.example,Bob,Hill,Head of Sales,Globex,44
nobody,No,Body,CEO,None,39
"""
IMPORTED = [
    *("batch", "mapping", "confidence", "rows", "created", "updated", "duplicates", "suppressed"),
    *("rejected", "rejects_file", "seconds"),
]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one line of JSON on stdout."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> Done:
        code = cli.main(arguments)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return command


@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return str(path)


def counted(rt: Runtime, model: type, **where: object) -> int:
    with reading(rt.sessions) as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**where)) or 0


def test_from_a_list_to_sent_mails_and_files(
    run: Run, rt: Runtime, people: str, tmp_path: Path
) -> None:
    imported = run("import", people, "--campaign", "Spring", "--auto-approve", "--json").json
    pipeline = run("run", "pipeline", "--campaign", "Spring", "--json").json
    sent = run("run", "dispatch", "--json").json
    again = run("run", "dispatch", "--json").json
    out = tmp_path / "list.csv"
    exported = run(
        *("export", "lead_list", "--campaign", "Spring", "--format", "csv", "--out", str(out)),
        "--json",
    ).json

    assert (imported["created"], imported["rejected"]) == (2, 1)
    assert [turn["job"] for turn in pipeline] == [
        *("harvest", "enrich", "score", "qualify", "route", "nurture")
    ]
    assert {turn["state"] for turn in pipeline} == {"completed"}
    assert (sent["counts"], again["counts"]) == ({"sent": 2}, {})
    assert len(list(rt.data_dir.glob("outbox/*/*.eml"))) == 2
    assert list(exported) == ["path", "kind", "format", "bytes", "sha256", "seconds"]
    assert out.stat().st_size == exported["bytes"]


@pytest.mark.parametrize(
    ("policy", "first", "updated"),
    [("fill", "Anna", 0), ("overwrite", "Ann", 1), ("skip", "Anna", 0)],
)
def test_an_import_says_what_wins_for_people_who_are_known(
    run: Run, people: str, rt: Runtime, tmp_path: Path, policy: str, first: str, updated: int
) -> None:
    run("import", people, "--campaign", "Spring")
    again = tmp_path / "again.csv"
    again.write_text("Email,First Name\nanna@acme.example,Ann\n", encoding="utf-8")

    done = run("import", str(again), "--campaign", "Spring", "--policy", policy, "--json")
    refused = run("import", str(again), "--campaign", "Spring", "--policy", "guess")

    assert (done.json["updated"], done.json["duplicates"]) == (updated, 1 - updated)
    with reading(rt.sessions) as session:
        named = select(Contact.first_name).where(Contact.email_key == "anna@acme.example")
        assert session.scalars(named).one() == first
    assert refused.code == 1
    assert "There is no policy 'guess'" in refused.err


def test_an_import_may_use_the_mapping_that_was_saved_for_its_source(
    run: Run, people: str, rt: Runtime
) -> None:
    nothing = run("import", people, "--campaign", "Spring", "--mapping", "saved")
    with transaction(rt.sessions) as session:
        client = session.scalars(select(Client)).first() or make_client(session)
        campaign = make_campaign(session, client, name="Autumn")
        sheet = sniff.sniff(Path(people))
        given = {"Email": "email", "First Name": "last_name"}
        mappings.save(session, SYSTEM, campaign.id, sheet, given, name="Own", now=NOW)

    offered = run("import", people, "--campaign", "Autumn", "--dry-run")
    used = run("import", people, "--campaign", "Autumn", "--mapping", "saved", "--json")

    assert (nothing.code, "no saved mapping" in nothing.err) == (1, True)
    assert "--mapping saved" in offered.err
    assert used.json["mapping"]["First Name"] == "last_name"


def test_a_list_of_those_who_unsubscribed_makes_no_leads(
    run: Run, people: str, tmp_path: Path
) -> None:
    file = str(Path(people).rename(tmp_path / "unsubscribed.csv"))

    done = run("import", file, "--campaign", "Spring", "--json")
    otherwise = run("import", file, "--campaign", "Spring", "--leads", "--dry-run", "--json")

    assert (done.json["created"], done.json["suppressed"]) == (0, done.json["rows"] - 1)
    assert "nobody in this list" in done.err
    assert otherwise.json["suppressed"] == done.json["suppressed"]


def test_an_import_tells_what_it_took_in_the_fixed_shape(
    run: Run, rt: Runtime, people: str
) -> None:
    done = run("import", people, "--campaign", "Spring", "--json")

    assert list(done.json) == IMPORTED
    assert done.json["mapping"]["Email"] == "email"
    assert done.json["mapping"]["Shoe size"] is None
    assert Path(done.json["rejects_file"]).is_file()
    assert "Made the campaign Spring for Default client." in done.err
    assert counted(rt, Campaign, state=CampaignState.ACTIVE) == 1


def test_the_same_file_twice_creates_nothing(run: Run, rt: Runtime, people: str) -> None:
    run("import", people, "--campaign", "Spring")

    second = run("import", people, "--campaign", "spring", "--json")

    assert (second.json["created"], second.json["duplicates"]) == (0, 2)
    assert (second.err, counted(rt, Campaign), counted(rt, Mailbox)) == ("", 1, 1)


def test_a_dry_run_counts_and_writes_nothing(run: Run, rt: Runtime, people: str) -> None:
    done = run("import", people, "--campaign", "Spring", "--dry-run", "--json")

    assert list(done.json) == IMPORTED
    assert (done.json["batch"], done.json["created"], done.json["rejected"]) == (None, 2, 1)
    assert [counted(rt, model) for model in (Client, Campaign, Lead, Mailbox)] == [0, 0, 0, 0]


@pytest.mark.parametrize("as_file", [True, False])
def test_a_mapping_can_be_given(
    as_file: bool, run: Run, rt: Runtime, people: str, tmp_path: Path
) -> None:
    mapping = json.dumps({"Shoe size": "notes"})
    (tmp_path / "mapping.json").write_text(mapping)
    given = str(tmp_path / "mapping.json") if as_file else mapping

    done = run("import", people, "--campaign", "Spring", "--mapping", given, "--json")

    assert done.json["mapping"]["Shoe size"] == "notes"


@pytest.mark.parametrize("mapping", ["nonsense", "{", "[]", '{"Email": 5}'])
def test_a_mapping_that_is_none_is_refused(mapping: str, run: Run, people: str) -> None:
    done = run("import", people, "--campaign", "Spring", "--mapping", mapping)

    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)


def test_for_people_counts_are_a_line(run: Run, rt: Runtime, people: str) -> None:
    done = run("import", people, "--campaign", "Spring")

    assert "created 2" in done.out
    assert "Rejected rows with their reasons: " in done.out


def test_a_client_is_named_and_a_wrong_one_refused(run: Run, rt: Runtime, people: str) -> None:
    with transaction(rt.sessions) as session:
        make_client(session, name="First")
        make_client(session, name="Acme", slug="acme")

    good = run("import", people, "--campaign", "Spring", "--client", "acme")
    bad = run("import", people, "--campaign", "Spring", "--client", "Nobody")

    assert (good.code, bad.code, bad.err) == (0, 1, "There is no client called Nobody.\n")
    with reading(rt.sessions) as session:
        owner = session.scalar(select(Client.name).join(Campaign))
    assert owner == "Acme"


def test_a_campaign_of_two_clients_must_be_told_apart(run: Run, rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        for name in ("One", "Two"):
            make_campaign(session, make_client(session, name=name), name="Spring")

    vague = run("run", "score", "--campaign", "Spring")
    clear = run("run", "score", "--campaign", "Spring", "--client", "Two")

    assert (vague.code, "--client" in vague.err, clear.code) == (1, True, 0)


def test_what_waits_is_approved_when_asked_to(run: Run, rt: Runtime, people: str) -> None:
    run("import", people, "--campaign", "Spring")
    run("run", "pipeline")
    waiting = counted(rt, Message, state=MessageState.REVIEW)

    run("run", "pipeline", "--campaign", "Spring", "--auto-approve")

    assert (waiting, counted(rt, Message, state=MessageState.APPROVED)) == (2, 2)
    assert counted(rt, Lead, state=LeadState.NURTURED) == 2


def test_auto_approve_wants_a_campaign(run: Run, rt: Runtime) -> None:
    done = run("run", "pipeline", "--auto-approve")

    assert (done.code, "--campaign" in done.err) == (1, True)


def test_a_run_has_the_fixed_shape(run: Run, rt: Runtime) -> None:
    done = run("run", "rollups", "--json")

    assert list(done.json) == ["job", "slot", "state", "counts", "seconds"]
    assert (done.json["job"], done.json["state"]) == ("rollups", "completed")
    assert done.json["slot"].startswith("hand:")


def test_a_run_is_told_to_people_too(run: Run, rt: Runtime) -> None:
    assert run("run", "rollups").out.startswith("rollups completed: days 0")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nonsense"),
        ("run",),
        ("nonsense",),
        ("import", "/no/such/file.csv", "--campaign", "x"),
        ("export", "report", "--campaign", "x", "--format", "docx"),
        ("user", "add", "bob", "--email", "b@x.example", "--role", "king"),
        ("simulate", "--leads", "0"),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_two(arguments: tuple[str, ...], run: Run, rt: Runtime) -> None:
    assert run(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "score", "--campaign", "Nope"),
        ("export", "report", "--campaign", "Nope", "--format", "pdf"),
        ("user", "passwd", "nobody"),
        ("user", "disable", "nobody"),
        ("backup", "/no/such/folder/copy.db"),
    ],
    ids=" ".join,
)
def test_what_is_refused_is_one_sentence(arguments: tuple[str, ...], run: Run, rt: Runtime) -> None:
    done = run(*arguments, "--json")

    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")

    assert done.code == 0
    assert all(command in done.out for command in cli.ROOMS)


def test_without_a_schema_the_command_that_mends_it_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, empty_database_url: str, people: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    refused = run("import", people, "--campaign", "Spring")
    ill = run("doctor", "--json")
    first = run("migrate", "--json")
    second = run("migrate")

    assert (refused.code, "python -m core migrate" in refused.err) == (1, True)
    assert (ill.code, ill.json["healthy"]) == (1, False)
    assert (first.json["before"], first.json["changed"]) == (None, True)
    assert "password" in first.err
    assert (second.out.startswith("The schema is the newest"), second.err) == (True, "")


def test_a_database_that_cannot_be_reached_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/x")

    refused, ill = run("run", "score"), run("doctor", "--json")

    assert (refused.code, refused.err.count("\n"), ill.code) == (1, 1, 1)
    assert "hunter2" not in refused.err + ill.out


def test_the_self_check_has_the_fixed_shape(run: Run, rt: Runtime) -> None:
    done = run("self-check", "--json")

    assert (done.code, done.json["healthy"]) == (0, True)
    assert {row["port"] for row in done.json["providers"]} >= {"email", "inbox", "llm"}
    assert list(done.json["providers"][0]) == [
        *("port", "provider", "state", "configured", "success_rate", "latency_ms"),
        *("last_error", "advice"),
    ]


def test_a_needed_provider_that_is_down_ends_with_one(run: Run, rt: Runtime) -> None:
    (rt.data_dir / "outbox").write_text("a file where a folder should be")

    done = run("self-check", "--json")
    known = run("self-check", "--status", "--json")
    table = run("self-check", "--status")

    assert (done.code, done.json["healthy"], known.json["healthy"]) == (1, False, False)
    assert "folder (email) is down" in known.err
    assert "folder" in table.out


def test_the_doctor_finds_a_sound_installation(run: Run, rt: Runtime) -> None:
    done = run("doctor", "--json")

    found = {check["name"]: check["state"] for check in done.json["checks"]}
    assert (done.code, found["database"], found["scheduler"]) == (0, "ok", "warning")
    assert run("doctor").out.count("ok") >= 4


def test_the_doctor_warns_of_an_open_gateway_and_a_readable_key(
    run: Run, rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_REAL_EMAIL_GATEWAY", "true")
    monkeypatch.delenv("AICMO_SECRET_KEY")
    (rt.data_dir / "secret.key").write_text("x" * 40)
    (rt.data_dir / "secret.key").chmod(0o644)

    found = {check["name"]: check["state"] for check in run("doctor", "--json").json["checks"]}

    assert (found["e-mail gateway"], found["secret key"]) == ("warning", "error")


def test_people_are_let_in_and_out(
    run: Run, rt: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("correct horse battery staple\n")

    added = run("user", "add", "bob", "--email", "bob@agency.example", "--json").json
    with (tmp_path / "password").open() as typed:
        monkeypatch.setattr("sys.stdin", typed)
        given = run("user", "passwd", "bob", "--password-stdin")
        empty = run("user", "passwd", "bob", "--password-stdin")
    new = run("user", "passwd", "bob")
    gone = run("user", "disable", "bob", "--json").json

    assert (added["role"], bool(added["password"])) == ("operator", True)
    assert (given.out, empty.code) == ("bob: done.\n", 1)
    assert "shown only now" in new.out
    assert gone == {"username": "bob", "disabled": True}
    with reading(rt.sessions) as session:
        assert session.scalar(select(User.disabled_at)) is not None


def test_disabling_is_told_to_people_too(run: Run, rt: Runtime) -> None:
    run("user", "add", "bob", "--email", "bob@agency.example")

    assert run("user", "disable", "bob").out == "bob may not sign in any more.\n"


@pytest.mark.sqlite
def test_a_backup_is_made(run: Run, rt: Runtime, tmp_path: Path) -> None:
    made = run("backup", str(tmp_path / "one.db"), "--json").json

    assert list(made) == ["path", "bytes", "seconds"]
    assert run("backup", str(tmp_path / "two.db")).out.startswith(str(tmp_path / "two.db"))


def test_the_mailbox_of_the_environment_is_used_where_there_is_one(
    run: Run, rt: Runtime, people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_FROM_EMAIL", "sam@agency.example")
    monkeypatch.setenv("IMAP_HOST", "127.0.0.1")

    done = run("import", people, "--campaign", "Spring")

    with reading(rt.sessions) as session:
        box = session.execute(
            select(Mailbox.address, Mailbox.provider, Mailbox.inbox_provider, Mailbox.settings)
        ).one()
    assert tuple(box) == ("sam@agency.example", "smtp", "imap", {})
    assert "until the gateway is on" in done.err


def test_a_data_directory_that_is_none_is_one_sentence(
    run: Run, rt: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("AICMO_DATA_DIR", str(tmp_path / "file"))

    done = run("run", "score")

    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)


@pytest.mark.sqlite  # a simulated world lives in SQLite, whatever the workspace
def test_a_simulated_world_keeps_its_promises(run: Run, rt: Runtime) -> None:
    done = run("simulate", "--leads", "10", "--days", "1", "--json")
    told = run("simulate", "--leads", "10", "--days", "1")

    assert (done.code, done.json["broken"]) == (0, [])
    assert told.out.startswith("Leads: ")
