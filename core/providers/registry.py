"""Which adapters exist, by port and provider. A module is imported only when it is chosen."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import SetupError
from core.providers.limits import Limit

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
    "enrichment": {  # asked cheapest first, each for what is still missing
        "local": "core.providers.enrichment.local",
        "apollo": "core.providers.enrichment.apollo",
        "hunter": "core.providers.enrichment.hunter",
        "dropcontact": "core.providers.enrichment.dropcontact",
        "peopledatalabs": "core.providers.enrichment.peopledatalabs",
    },
    "verification": {
        "local": "core.providers.verification.local",
        "mx": "core.providers.verification.mx",
        "hunter": "core.providers.verification.hunter",
        "dropcontact": "core.providers.verification.dropcontact",
    },
    "search": {"apollo": "core.providers.search.apollo"},
    "llm": {  # in the order they are asked unless a person or AICMO_LLM_PROVIDER says otherwise
        "anthropic": "core.providers.llm.anthropic",
        "openai": "core.providers.llm.openai",
        "perplexity": "core.providers.llm.perplexity",
        "template": "core.providers.llm.template",
    },
    "crm": {  # one of them is kept in step: what a person chose, never a chain
        "airtable": "core.providers.crm.airtable",
        "hubspot": "core.providers.crm.hubspot",
        "csv": "core.providers.crm.local",
    },
    "automation": {  # webhooks: by the kind of the endpoint, never a chain
        "generic": "core.providers.automation.generic",
        "make": "core.providers.automation.make",
        "zapier": "core.providers.automation.zapier",
        "slack": "core.providers.automation.slack",
    },
}
NEEDS: dict[str, dict[str, str]] = {  # the setting without which an adapter is not asked
    "llm": {
        "anthropic": "anthropic_api_key",
        "openai": "openai_api_key",
        "perplexity": "perplexity_api_key",
    },
    "enrichment": {
        "apollo": "apollo_api_key",
        "hunter": "hunter_api_key",
        "dropcontact": "dropcontact_api_key",
        "peopledatalabs": "pdl_api_key",
    },
    "verification": {
        "mx": "mx_lookups",  # a switch: no key is needed
        "hunter": "hunter_api_key",
        "dropcontact": "dropcontact_api_key",
    },
    "search": {"apollo": "apollo_api_key"},
    "crm": {"airtable": "airtable_api_key", "hubspot": "hubspot_access_token"},
}
PRICES: dict[str, dict[str, str]] = {  # the setting of what a subject costs; others cost nothing
    "enrichment": {
        "apollo": "apollo_price",
        "hunter": "hunter_price",
        "dropcontact": "dropcontact_price",
        "peopledatalabs": "pdl_price",
    },
    "verification": {"hunter": "hunter_verify_price", "dropcontact": "dropcontact_price"},
    "search": {"apollo": "apollo_price"},
}
# settings that admins may enter in the app → whose they are; a key of several ports is the first's
KEYS: dict[str, tuple[str, str]] = {
    need: (port, provider)
    for port, needs in reversed(NEEDS.items())
    for provider, need in reversed(needs.items())
    if need != "mx_lookups"
}
KEYS = dict(reversed(KEYS.items())) | {"slack_webhook_url": ("automation", "slack")}
HOOKS: dict[str, str] = {"make_webhook_url": "make"}  # settings that are a webhook → its kind
LIMITS: dict[str, dict[str, Limit]] = {  # ours, until a person sets another on Provider Health
    "llm": {
        "anthropic": Limit(50, 60),
        "openai": Limit(300, 60),
        "perplexity": Limit(50, 60),
    },
    "enrichment": {
        "apollo": Limit(50, 60),
        "hunter": Limit(60, 10),
        "dropcontact": Limit(50, 1),
        "peopledatalabs": Limit(90, 60),
    },
    "verification": {"hunter": Limit(40, 10), "dropcontact": Limit(50, 1)},
    "search": {"apollo": Limit(50, 60)},
    "crm": {"airtable": Limit(5, 1), "hubspot": Limit(40, 10)},
}
LOCAL: dict[str, str] = {  # needs no network; the last of every chain
    "email": "folder",
    "inbox": "folder",
    "enrichment": "local",
    "verification": "local",
    "llm": "template",
    "crm": "csv",
}
LABELS: dict[str, str] = {  # in sentences; others are written as they are, with a capital
    "smtp": "SMTP", "imap": "IMAP", "openai": "OpenAI", "folder": "The local folder",
    "hubspot": "HubSpot", "csv": "The local CSV files",
    "peopledatalabs": "People Data Labs", "mx": "The DNS",
    "local": "The local rules", "template": "The local templates",
}  # fmt: skip
OF_ENVIRONMENT: dict[str, str] = {"email": "smtp", "inbox": "imap"}  # SMTP_*, IMAP_* settings

Adapters = Mapping[str, Mapping[str, str | Builder]]


def builder(port: str, provider: str, adapters: Adapters = ADAPTERS) -> Builder:
    """The `build` of the chosen adapter; SetupError where there is none of that name."""
    found = named(port, provider, adapters)
    if callable(found):
        return found
    build: Builder = importlib.import_module(found).build
    return build


def named(port: str, provider: str, adapters: Adapters = ADAPTERS) -> str | Builder:
    """The entry of that name; SetupError where there is none."""
    found = adapters.get(port, {}).get(provider)
    if found is None:
        known = ", ".join(sorted(adapters.get(port, {}))) or "none"
        raise SetupError(f"There is no {port} provider called {provider}. Known are: {known}.")
    return found


def label(provider: str) -> str:
    """A provider's name in a sentence; a second one of the same kind (`smtp#2`) says so."""
    plain, _, again = provider.partition("#")
    return LABELS.get(plain, plain.capitalize()) + (f" ({again})" if again else "")


def is_set_up(port: str, provider: str, settings: object, adapters: Adapters = ADAPTERS) -> bool:
    """Whether an adapter has the setting it needs; one that a test puts in its place needs none."""
    need = NEEDS.get(port, {}).get(provider)
    if need is None or callable(adapters[port][provider]):
        return True
    found = getattr(settings, need, None)
    if isinstance(found, bool):
        return found
    return bool(found and found.get_secret_value().strip())


def price(port: str, provider: str, settings: object) -> float:
    """What a subject costs there, in the agency's currency."""
    setting = PRICES.get(port, {}).get(provider)
    return 0.0 if setting is None else float(getattr(settings, setting))


def with_others(others: Adapters | None) -> Adapters:
    """The adapters that exist, with those of `others` put over them (tests, the simulation)."""
    if not others:
        return ADAPTERS
    ports = dict.fromkeys((*ADAPTERS, *others))
    return {port: {**ADAPTERS.get(port, {}), **others.get(port, {})} for port in ports}
