"""The stored words of keeping a CRM in step, as they stand in the database."""

from enum import StrEnum


class CrmRule(StrEnum):
    """Whose value stays where both sides of a field differ."""

    NEWEST = "newest"
    OURS = "ours"
    THEIRS = "theirs"


class CrmWho(StrEnum):
    """Which contacts a CRM gets to know."""

    REACHED = "reached"  # whoever was written to
    REPLIED = "replied"
    EVERYBODY = "everybody"


class CrmStage(StrEnum):
    """How far the CRM says it came with a person; an adapter's visible dict maps its words."""

    UNKNOWN = "unknown"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"


class CrmKind(StrEnum):
    """What of ours stands behind a record there."""

    CONTACT = "contact"
    MESSAGE = "message"
    EVENT = "event"
    CONVERSION = "conversion"


class LinkState(StrEnum):
    """sending → linked | waiting | set_aside | uncertain; a person tries the last two again."""

    WAITING = "waiting"  # surely not there yet: tried again
    SENDING = "sending"
    LINKED = "linked"
    SET_ASIDE = "set_aside"  # not taken, with its reason
    UNCERTAIN = "uncertain"  # perhaps there: a person looks
