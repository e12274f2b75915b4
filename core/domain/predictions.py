"""The states of a prediction learned from outcomes, from order to use."""

from enum import StrEnum


class PredictorState(StrEnum):
    """One version. A person makes a proposed one active; the one before is then retired."""

    QUEUED = "queued"
    TRAINING = "training"
    NO_SIGNAL = "no_signal"  # trained, and not better than chance beyond doubt
    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"
    FAILED = "failed"


class HistorySource(StrEnum):
    """Where the outcomes come from."""

    LEADS = "leads"
    FILE = "file"


OPEN = (PredictorState.QUEUED, PredictorState.TRAINING)
