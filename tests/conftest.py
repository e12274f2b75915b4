"""What every test may ask for: a real database, a clock moved by hand, a runtime at home.

With AICMO_TEST_DATABASE_URL set (an SQLAlchemy address of a PostgreSQL maintenance database), each
test that touches a database runs on SQLite and on PostgreSQL.
"""

import gc
import importlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import bcrypt
import hypothesis
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from core.collector import SELDOM
from core.config import Settings
from db.session import Sessions, connect, sessions_for
from tests.databases import PostgreSQL, SQLite

if TYPE_CHECKING:
    from core.runtime import Runtime

SERVER = "AICMO_TEST_DATABASE_URL"
EVERYTHING = "AICMO_TEST_ALL"
# Stories through many rooms. Each room has tests of its own, and what those leave out counts as not
# covered; counting along here would only take time, a quarter of the whole run.
UNCOUNTED = ("pages", "journeys", "browser")
MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-tests-that-is-long-enough"
AT_HOME = ("127.0.0.1", "::1", "localhost", "localhost.localdomain", "")

# an unusual zone, so that whoever forgets UTC is found out wherever the tests run
os.environ.setdefault("TZ", "Asia/Kathmandu")
time.tzset()
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime = MONDAY_MORNING) -> None:
        self._now = start

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Moves on by a timedelta or its parts, as in `advance(days=2)`; gives the new present."""
        self._now += by if by is not None else timedelta(**parts)
        return self._now


def _is_page(metafunc: pytest.Metafunc) -> bool:
    """Whether it draws a page: that says nothing about PostgreSQL beyond what the tests of its
    queries and services say, and takes minutes. With AICMO_TEST_ALL=1 pages run on both too.
    """
    return metafunc.definition.path.parent.name == "pages" and not os.environ.get(EVERYTHING)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives each test its databases: both kinds where there is a server, SQLite alone elsewhere."""
    if "database_kind" not in metafunc.fixturenames:
        return
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    if "postgres" in marked:
        absent = pytest.mark.skipif(not os.environ.get(SERVER), reason=f"{SERVER} is not set")
        metafunc.parametrize("database_kind", [pytest.param("postgresql", marks=absent)])
    elif os.environ.get(SERVER) and not marked & {"browser", "sqlite"} and not _is_page(metafunc):
        # what is covered is counted on SQLite; counting it again only takes time
        again = pytest.param("postgresql", marks=pytest.mark.uncounted)
        metafunc.parametrize("database_kind", ["sqlite", again])


@contextmanager
def _uncounted(config: pytest.Config) -> Iterator[None]:
    """What runs within does not count as covered, and takes less time."""
    counting = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if counting is None:
        yield
        return
    counting.pause()
    try:
        yield
    finally:
        counting.resume()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Iterator[object]:
    """Collecting counts nothing: each worker would pay double for it. What runs when a module is
    imported is counted by tests/test_rooms.py, once.
    """
    with _uncounted(session.config):
        return (yield)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the garbage collector need not look at it again after
    every few tests, nor at what a test makes as often as it would.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Leaves stories, and what runs a second time on PostgreSQL, out of what is counted."""
    story = item.path.parent.name in UNCOUNTED
    if not story and item.get_closest_marker("uncounted") is None:
        return (yield)
    with _uncounted(item.config):
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """bcrypt takes a quarter of a second on purpose, in production; not for hundreds of tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, rounds=4))
        yield


@pytest.fixture(scope="session", autouse=True)
def one_compiler() -> Iterator[None]:
    """What SQLAlchemy made of a statement serves all tests of a worker. It remembers by engine, and
    each test has its own: they are told to be the same where they are the same kind, with the same
    key. A quarter of the time of whatever touches a database went there.
    """
    remembered: LRUCache[object, object] = LRUCache(5_000)

    def kind(dialect: DefaultDialect) -> tuple[object, ...]:
        keys = getattr(getattr(dialect, "aicmo_cipher", None), "_fernets", ())
        return (type(dialect), tuple(key._signing_key for key in keys))

    def remember(connection: Connection) -> None:
        connection.execution_options(compiled_cache=remembered)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: kind(one) == kind(other))
        event.listen(Engine, "engine_connect", remember)
        yield
        event.remove(Engine, "engine_connect", remember)


@pytest.fixture
def database_kind() -> str:
    """Which database this test runs on; pytest_generate_tests overrides it."""
    return "sqlite"


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[dict[str, SQLite | PostgreSQL]]:
    """The makers of databases, one a kind, shared by a worker's tests."""
    makers: dict[str, SQLite | PostgreSQL] = {"sqlite": SQLite(tmp_path_factory.mktemp("sqlite"))}
    server = PostgreSQL(os.environ[SERVER], worker_id) if os.environ.get(SERVER) else None
    if server:
        makers["postgresql"] = server
    yield makers
    if server:
        server.close()


@pytest.fixture
def database_url(
    database_kind: str, databases: dict[str, SQLite | PostgreSQL], tmp_path: Path
) -> Iterator[str]:
    """A migrated database that no other test sees."""
    with databases[database_kind].clone(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(
    database_kind: str, databases: dict[str, SQLite | PostgreSQL], tmp_path: Path
) -> Iterator[str]:
    """A database without tables that no other test sees."""
    with databases[database_kind].empty(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def defaults() -> Settings:
    """The defaults, whatever the environment, `.env` or secrets.toml say: local providers only."""
    given = {
        name: field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
    }
    return Settings(_env_file=None, **{**given, "secret_key": SecretStr(SECRET)})


@pytest.fixture
def settings(defaults: Settings, database_url: str, tmp_path: Path) -> Settings:
    """The defaults, on this test's database and directory."""
    given = {"database_url": database_url, "data_dir": tmp_path / "var"}
    return defaults.model_copy(update=given)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at a Monday morning."""
    return Clock()


@pytest.fixture
def sessions(settings: Settings) -> Iterator[Sessions]:
    """The session factory of this test's database."""
    engine = connect(settings.url(), secret_keys=[settings.secret])
    yield sessions_for(engine)
    engine.dispose()


@pytest.fixture
def rt(settings: Settings, clock: Clock) -> "Iterator[Runtime]":
    """A runtime on this test's database and clock, with local providers.

    Imported late: tests of the rules alone should not wait for what the runtime composes.
    """
    built = importlib.import_module("core.runtime").build(settings, clock=clock.now)
    yield built
    built.sessions.kw["bind"].dispose()


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The environment for a child process that works on this test's database."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TZ") if name in os.environ}
    fields = Settings.model_fields.items()
    gateways = {str(field.alias): "false" for name, field in fields if name.startswith("use_real")}
    return {
        **kept,
        **gateways,  # whatever a developer's own .env says
        "LC_ALL": "C.UTF-8",
        "DATABASE_URL": settings.url(),
        "AICMO_DATA_DIR": str(settings.data_dir),
        "AICMO_SECRET_KEY": SECRET,
    }


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from outside, no name looked up outside (pytest-socket watches connections)."""
    for name, field in Settings.model_fields.items():
        monkeypatch.delenv(str(field.alias or name).upper(), raising=False)
    look_up, send = socket.getaddrinfo, socket.socket.sendto

    def getaddrinfo(host: str | None, *args: object, **kwargs: object) -> object:
        if host in (None, *AT_HOME, socket.gethostname()):
            return look_up(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, f"tests look up no name outside: {host}")

    def sendto(sender: socket.socket, data: bytes, *rest: object) -> int:
        address = rest[-1]
        if isinstance(address, tuple) and address[0] not in AT_HOME:
            raise OSError(f"tests send nothing outside: {address}")
        return send(sender, data, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "sendto", sendto)
