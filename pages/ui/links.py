"""From a stored page's name to its script."""

PAGES = (
    *("home", "campaigns", "leads", "review_queue", "mail", "content", "analytics", "exports"),
    *("provider_health", "settings"),
)


def page_of(name: str) -> str:
    """The script of a page named in an alarm ("settings", "settings.py", "Settings#mailboxes"); the
    health page for what is unknown.
    """
    plain = name.lower().strip("/").split("#")[0].split("?")[0].removesuffix(".py")
    plain = plain.strip().replace(" ", "_")
    return f"{plain}.py" if plain in PAGES else "provider_health.py"
