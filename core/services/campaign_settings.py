"""The checked document behind campaigns.settings: who approves, when mail goes out, which leads."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.domain import windows
from core.errors import Invalid


class WindowDocument(BaseModel):
    """Weekdays (0 is Monday) and hours, in the recipient's zone."""

    days: list[int] = Field(default_factory=lambda: [0, 1, 2, 3, 4], min_length=1)
    start: time = time(9)
    end: time = time(17)

    @field_validator("days")
    @classmethod
    def _weekdays(cls, days: list[int]) -> list[int]:
        if any(day not in range(7) for day in days):
            raise ValueError("a weekday is a number from 0 (Monday) to 6 (Sunday)")
        return sorted(set(days))

    @model_validator(mode="after")
    def _in_order(self) -> "WindowDocument":
        if self.start >= self.end:
            raise ValueError("the sending window must end after it starts")
        return self


class CampaignSettings(BaseModel):
    """Every known key. What is not given keeps the app's default and is not stored."""

    model_config = ConfigDict(extra="allow")

    auto_approve_leads: bool = False
    auto_approve_messages: bool = False
    approve: Literal["all", "first", "none"] = "first"
    timezone: str = "UTC"
    window: WindowDocument = Field(default_factory=WindowDocument)
    stop_colleagues: bool = False
    b2b: bool = True
    watch_folder: bool = False
    sources: list[str] = Field(default_factory=list)

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, zone: str) -> str:
        if zone not in windows.zones():
            raise ValueError(f"{zone} is no time zone")
        return zone


def read(document: Mapping[str, Any]) -> CampaignSettings:
    """The document with the defaults filled in; Invalid with a sentence where it cannot be used."""
    try:
        return CampaignSettings.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"These settings cannot be used: {where}: {reason}.") from None


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is stored: only what was given, in JSON's own types."""
    return read(document).model_dump(mode="json", exclude_unset=True) | _times(document)


def _times(document: Mapping[str, Any]) -> dict[str, Any]:
    """The window with its hours as HH:MM, as core.domain.windows reads them."""
    if "window" not in document:
        return {}
    window = read(document).window
    hours = {"start": f"{window.start:%H:%M}", "end": f"{window.end:%H:%M}"}
    return {"window": {"days": window.days, **hours}}
