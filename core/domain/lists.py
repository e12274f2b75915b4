"""The stored words of tags, lists, custom fields and work on many leads."""

from enum import StrEnum


class FieldKind(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    URL = "url"


class BulkAct(StrEnum):
    """What is done to many leads at once."""

    TAG = "tag"
    UNTAG = "untag"
    LIST = "list"
    UNLIST = "unlist"
    ASSIGN = "assign"
    MOVE = "move"
    SUPPRESS = "suppress"
    EXPORT = "export"


class BulkState(StrEnum):
    """queued → running → completed | stopped | failed; what was done → undoing → undone."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
