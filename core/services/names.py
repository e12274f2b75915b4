"""Names that people give to tags, lists, fields and views: one rule for all."""

from core.errors import Invalid
from core.intake import clean


def named(text: str, what: str, most: int) -> str:
    """The name trimmed, on one line, without control characters; Invalid where it is empty or too
    long. `what` is the thing in words: "a tag".
    """
    name = " ".join(clean.text(text).split())
    if not name:
        raise Invalid(f"Give {what} a name.")
    if len(name) > most:
        raise Invalid(
            f"The name of {what} may have {most} characters; this one has {len(name):,}. "
            "Shorten it."
        )
    return name


def key(name: str) -> str:
    """What tells names apart: "VIP" and "vip" are one."""
    return name.casefold()
