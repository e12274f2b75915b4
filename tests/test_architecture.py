"""The walls between the rooms: who may know whom, and how large a thing may grow.

The tables are the law, the walk below them only reads. A wall that is in the way is moved here, in
the open, with its reason; it is never climbed over in the room itself.
"""

import ast
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.providers.registry import ADAPTERS

pytestmark = pytest.mark.uncounted  # it reads the code and runs none
ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("app.py", "scheduler.py", "core/**/*.py", "db/**/*.py", "pages/**/*.py")

WEB = (
    "httpcore",
    "httpx",
    "httpx2",
    "requests",
    "urllib.request",
    "smtplib",
    "imaplib",
    "imapclient",
    "socket",
)
SDKS = ("openai", "anthropic", "boto3")
ADAPTER_FILES = {file for vendors in ADAPTERS.values() for file in vendors.values()}

# room: what it must never import. A longer room name wins over a shorter one.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "core.domain": ("core", "db", "pages"),  # and nothing but the standard library: see STANDARD
    "core.services": (
        "core.providers",
        "core.pipeline",
        "core.runtime",
        "core.exports",
        *WEB,
        *SDKS,
    ),
    "core.queries": (
        "core.services",
        "core.providers",
        "core.pipeline",
        "core.runtime",
        *WEB,
        *SDKS,
    ),
    "core.providers": ("db", "core.services", "core.queries", "core.pipeline", "core.runtime"),
    "core.exports": ("db", "core.providers", "core.services", "core.runtime", "sqlalchemy", *WEB),
    "core.intake": ("db", "core.providers", "core.services", "core.runtime", "sqlalchemy", *WEB),
    "core.learn": ("db", "core.providers", "core.services", "core.runtime", "sqlalchemy", *WEB),
    "core.pipeline": (*WEB, *SDKS),
    "core.public": ("core.pipeline", *WEB, *SDKS),
    "db": ("core", "pages"),
    "db.migrations": ("core.services", "core.pipeline", "core.providers", "pages"),
    "pages": ("db.models", "sqlalchemy", "core.pipeline", "core.runtime.build", *WEB, *SDKS),
    "pages.ui": ("db.models", "core.pipeline", *WEB, *SDKS),
}
# room: what it may import all the same
PERMITTED: dict[str, tuple[str, ...]] = {
    "core.domain": ("core.domain",),
    "db": ("core.domain", "db"),
    # the doors from pages to long work: a job run, a file made or taken in, a webhook tested, a
    # provider asked, a key tried, a CRM's dry run
    "pages": (
        *("core.pipeline.runner", "core.pipeline.outputs", "core.pipeline.deliver"),
        *("core.pipeline.provider_desk", "core.pipeline.provider_keys", "core.pipeline.crm_desk"),
    ),
    "pages.ui": (
        *("core.pipeline.runner", "core.pipeline.outputs", "core.pipeline.harvest"),
        "core.pipeline.bulk",
    ),
}
STANDARD = ("core.domain",)  # rooms that know the standard library and themselves

# thing: the only rooms that may import it
RESERVED: dict[str, tuple[str, ...]] = {
    "streamlit": ("pages", "app"),
    "streamlit_authenticator": ("pages",),
    "core.runtime": (
        *("core.pipeline", "core.public", "core.simulation", "core.__main__", "core.cli"),
        *("pages", "app", "scheduler"),
    ),
    "core.simulation": ("core.simulation", "core.__main__", "core.cli"),
    "opentelemetry": ("core.otlp",),  # loaded only where a collector is named
    "core.__main__": (),
    "core.cli": ("core.__main__", "core.cli"),
    "pages": ("pages",),
}
NAMES_ADAPTERS = ("core.runtime", "core.providers.registry")
COMMITS = ("db.session", "db.migrations")  # Alembic's own environment ends its own transaction
SESSION_STATE = ("pages.ui",)
NO_CLOCK = (
    *("core.domain", "core.services", "core.queries", "core.pipeline", "core.exports"),
    *("core.intake", "core.learn", "pages"),
)
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
NO_NAME_FOR_A_MODULE = {
    *("blast", "prospect", "process", "handle", "handler", "handlers", "manager", "managers"),
    *("helper", "helpers", "util", "utils", "data", "info", "common", "misc"),
}

LINES = {"": 300, "pages": 180, "pages.ui": 300, "db.migrations.versions": 3000}  # a room's files
FUNCTION_LINES = 40  # without the docstring
ANY_FUNCTION = ("db.migrations",)


@dataclass(frozen=True, slots=True)
class Module:
    """One source file, read."""

    name: str
    text: str
    nodes: tuple[ast.AST, ...]

    def within(self, rooms: tuple[str, ...]) -> bool:
        """Whether the module is one of the rooms or lies in one."""
        return any(_under(self.name, room) for room in rooms)

    def of(self, table: dict[str, object]) -> str:
        """The longest key of the table that the module lies under ("" where there is none)."""
        return max((room for room in table if _under(self.name, room)), key=len, default="")


def read(name: str, text: str) -> Module:
    """A module from its dotted name and its source."""
    return Module(name, text, tuple(ast.walk(ast.parse(text))))


@functools.cache
def project() -> list[Module]:
    """Every source file of the app; tests are no room."""
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return [read(_dotted(path), path.read_text(encoding="utf-8")) for path in paths]


def forbidden_imports(module: Module) -> Iterator[str]:
    """Imports that a wall stands against."""
    room = module.of(FORBIDDEN)
    for line, target in _imports(module):
        if any(_under(target, ours) for ours in PERMITTED.get(room, ())):
            continue
        top = target.split(".")[0]
        if any(_under(target, banned) for banned in FORBIDDEN.get(room, ())):
            yield f"line {line}: {room} must not import {target}"
        elif room in STANDARD and top not in sys.stdlib_module_names:
            yield f"line {line}: {room} knows the standard library only, not {target}"


def reserved_imports(module: Module) -> Iterator[str]:
    """Imports of a thing that only certain rooms may know."""
    for line, target in _imports(module):
        for thing, rooms in RESERVED.items():
            if _under(target, thing) and not module.within((*rooms, thing)):
                yield f"line {line}: {target} is known only to {', '.join(rooms) or 'nobody'}"


def named_adapters(module: Module) -> Iterator[str]:
    """A vendor's file named, in an import or in a string, by anyone but those who compose."""
    if module.within(NAMES_ADAPTERS):
        return
    strings = [
        (node.lineno, node.value)
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for line, target in [*_imports(module), *strings]:
        named = {file for file in ADAPTER_FILES if _under(target, file)}
        if named - {module.name}:
            yield f"line {line}: only runtime and registry name adapters, not {target}"


def commits(module: Module) -> Iterator[str]:
    """A commit outside the one place that commits."""
    for node in module.nodes:
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if called and node.func.attr == "commit" and not module.within(COMMITS):
            yield f"line {node.lineno}: only db/session.py commits"


def session_state(module: Module) -> Iterator[str]:
    """Streamlit's session state outside pages/ui."""
    for node in module.nodes:
        named = isinstance(node, ast.Attribute) and node.attr == "session_state"
        if named and not module.within(SESSION_STATE):
            yield f"line {node.lineno}: session_state belongs to pages/ui"


def clocks(module: Module) -> Iterator[str]:
    """Reading the machine's clock where `now` is a parameter or rt.now()."""
    for node in module.nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS and module.within(NO_CLOCK):
            yield f"line {node.lineno}: the only clock is rt.now(), given on as `now`"


def vendor_branches(module: Module) -> Iterator[str]:
    """`if provider == "…"`: what a vendor cannot do is a declared fact, not its name."""
    for node in module.nodes:
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        subject = ast.unparse(node.left).split(".")[-1]
        texts = [x for x in node.comparators if isinstance(x, ast.Constant) and x.value]
        if subject in ("provider", "vendor", "adapter") and texts:
            yield f"line {node.lineno}: branches on a provider's name; ask what it can do"


def sizes(module: Module) -> Iterator[str]:
    """Files and functions that grew past the size at which they are split."""
    limit = LINES[module.of(LINES)]
    if (length := len(module.text.splitlines())) > limit:
        yield f"{length} lines, of {limit} at most: split it"
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _function_length(node)
            if length > FUNCTION_LINES and not module.within(ANY_FUNCTION):
                yield f"line {node.lineno}: {node.name} has {length} lines, of {FUNCTION_LINES}"


def module_names(module: Module) -> Iterator[str]:
    """Names that say nothing."""
    if (last := module.name.split(".")[-1]) in NO_NAME_FOR_A_MODULE:
        yield f"'{last}' says nothing: name the thing or the stage"


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    *(forbidden_imports, reserved_imports, named_adapters, commits, session_state, clocks),
    *(vendor_branches, sizes, module_names),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_walls_stand(rule: Callable[[Module], Iterator[str]]) -> None:
    broken = [f"{module.name}: {fault}" for module in project() for fault in rule(module)]

    assert not broken, "\n".join(["", *broken])


LONG = "def walk():\n" + "    step()\n" * 41
OFFENCES = [
    (forbidden_imports, "core.domain.scoring", "import pydantic"),
    (forbidden_imports, "core.domain.scoring", "from core.config import Settings"),
    (forbidden_imports, "db.models.people", "from core import services"),
    (forbidden_imports, "core.services.leads", "import httpx"),
    (forbidden_imports, "core.services.leads", "def f():\n    from core.pipeline import score"),
    (forbidden_imports, "core.queries.review", "from core.services import leads"),
    (forbidden_imports, "core.providers.chain", "from db.session import transaction"),
    (forbidden_imports, "core.exports.deck", "import db.models"),
    (forbidden_imports, "core.pipeline.dispatch", "import smtplib"),
    (forbidden_imports, "pages.leads", "from sqlalchemy import select"),
    (forbidden_imports, "pages.leads", "from db.models import Lead"),
    (forbidden_imports, "pages.leads", "from core.runtime import build"),
    (reserved_imports, "core.services.leads", "import streamlit as st"),
    (reserved_imports, "core.queries.review", "from core.runtime import Runtime"),
    (named_adapters, "core.pipeline.dispatch", "from core.providers.email import smtp"),
    (named_adapters, "core.providers.email.resend", "import core.providers.email.smtp"),
    (named_adapters, "core.services.health", "NAME = 'core.providers.email.smtp'"),
    (commits, "core.services.leads", "def f(session):\n    session.commit()"),
    (session_state, "pages.leads", "st.session_state['x'] = 1"),
    (clocks, "core.domain.windows", "now = datetime.datetime.now(tz)"),
    (vendor_branches, "core.pipeline.dispatch", "if row.provider == 'smtp': pass"),
    (sizes, "core.services.leads", "x = 1\n" * 301),
    (sizes, "pages.leads", "x = 1\n" * 181),
    (sizes, "core.services.leads", LONG),
    (module_names, "core.services.utils", ""),
]


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    OFFENCES,
    ids=[f"{number}-{rule.__name__}" for number, (rule, _, _) in enumerate(OFFENCES)],
)
def test_a_broken_wall_is_noticed(
    rule: Callable[[Module], Iterator[str]], name: str, text: str
) -> None:
    assert list(rule(read(name, text)))


def test_what_is_allowed_passes() -> None:
    allowed = [
        read("core.domain.scoring", "import math\nfrom core.domain.states import LeadState"),
        read("db.models.people", "from core.domain import states\nfrom db.base import Base"),
        read("core.providers.email.smtp", "import smtplib\nfrom core.providers.email import port"),
        read("core.pipeline.dispatch", "from core.providers.email.port import Email"),
        read("db.session", "def f(session):\n    session.commit()"),
        read("pages.leads", "import streamlit as st\nfrom db.session import reading"),
    ]

    assert [fault for module in allowed for rule in RULES for fault in rule(module)] == []


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _under(name: str, room: str) -> bool:
    return room == "" or name == room or name.startswith(room + ".")


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _function_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    docstring = ast.get_docstring(node) is not None and first.end_lineno - first.lineno + 1
    return node.end_lineno - node.lineno + 1 - docstring
