"""What may be the same as what, and what was said of it."""

from enum import StrEnum


class MatchKind(StrEnum):
    CONTACT = "contact"
    ACCOUNT = "account"


class MatchState(StrEnum):
    """A pair that may be one. `apart` was said by a person, and is remembered for ever."""

    OPEN = "open"
    MERGED = "merged"
    APART = "apart"
    GONE = "gone"  # one of the two was merged with somebody else
