"""Which adapters exist, by port and provider. A module is imported only when it is chosen."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import SetupError

Builder = Callable[[Any], Any]  # takes the settings, or the account for e-mail and inbox

ADAPTERS: dict[str, dict[str, str]] = {
    "email": {
        "folder": "core.providers.email.folder",
        "smtp": "core.providers.email.smtp",
    },
    "inbox": {
        "folder": "core.providers.inbox.folder",
        "imap": "core.providers.inbox.imap",
    },
    "enrichment": {"local": "core.providers.enrichment.local"},
    "verification": {"local": "core.providers.verification.local"},
    "llm": {"template": "core.providers.llm.template"},
}
LOCAL: dict[str, str] = {  # needs no network; the last of every chain
    "email": "folder",
    "inbox": "folder",
    "enrichment": "local",
    "verification": "local",
    "llm": "template",
}
OF_ENVIRONMENT: dict[str, str] = {"email": "smtp", "inbox": "imap"}  # SMTP_*, IMAP_* settings

Adapters = Mapping[str, Mapping[str, str | Builder]]


def builder(port: str, provider: str, adapters: Adapters = ADAPTERS) -> Builder:
    """The `build` of the chosen adapter; SetupError where there is none of that name."""
    found = adapters.get(port, {}).get(provider)
    if found is None:
        known = ", ".join(sorted(adapters.get(port, {}))) or "none"
        raise SetupError(f"There is no {port} provider called {provider}. Known are: {known}.")
    if callable(found):
        return found
    build: Builder = importlib.import_module(found).build
    return build


def with_others(others: Adapters | None) -> Adapters:
    """The adapters that exist, with those of `others` put over them (tests, the simulation)."""
    if not others:
        return ADAPTERS
    ports = dict.fromkeys((*ADAPTERS, *others))
    return {port: {**ADAPTERS.get(port, {}), **others.get(port, {})} for port in ports}
