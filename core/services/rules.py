"""The rules of a campaign as a document that people edit: tiers, qualification, routing, approval.

The document is checked at its border: what contradicts itself is refused with a sentence.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.domain import approval, conditions, routing
from core.domain.approval import Approval
from core.domain.conditions import Condition
from core.domain.scoring import Rules, TierRule
from core.domain.states import Tier
from core.errors import Invalid
from core.services import documents


class TierDocument(BaseModel):
    """The visible rule: shares of the axes, and the totals from which a tier begins."""

    model_config = ConfigDict(extra="forbid")
    fit: float = Field(0.5, ge=0, le=1)
    opportunity: float = Field(0.3, ge=0, le=1)
    engagement: float = Field(0.2, ge=0, le=1)
    hot: int = Field(75, ge=0, le=100)
    hot_fit: int = Field(60, ge=0, le=100)
    warm: int = Field(55, ge=0, le=100)
    cool: int = Field(35, ge=0, le=100)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(self.fit + self.opportunity + self.engagement - 1) > 0.001:
            raise ValueError("the shares of fit, opportunity and engagement must add up to 1")
        if not self.hot > self.warm > self.cool:
            raise ValueError("hot must begin above warm, and warm above cool")
        return self


class ConditionDocument(BaseModel):
    """One question to one field."""

    model_config = ConfigDict(extra="forbid")
    field: str
    operator: str = "is"
    value: Any = None

    @field_validator("operator")
    @classmethod
    def _known(cls, given: str) -> str:
        if given not in conditions.OPERATORS:
            raise ValueError(f"'{given}' is none of: {', '.join(conditions.OPERATORS)}")
        return given


class RouteDocument(BaseModel):
    """A custom rule of routing."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field("", max_length=100)
    every: bool = True
    conditions: list[ConditionDocument] = Field(default_factory=list)
    sequence_id: int | None = None
    owner_id: int | None = None


class ApprovalDocument(BaseModel):
    """A rule that lets pass what would wait for a person."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field("", max_length=100)
    every: bool = True
    conditions: list[ConditionDocument] = Field(min_length=1)


class RulesDocument(BaseModel):
    """Tier, qualification, routing and approval of a campaign."""

    model_config = ConfigDict(extra="forbid")
    tier: TierDocument = Field(default_factory=TierDocument)
    threshold: int = Field(35, ge=0, le=100)
    grey: int = Field(10, ge=0, le=100)
    least_confidence: int = Field(40, ge=0, le=100)
    allow_duplicates: bool = False
    routes: list[RouteDocument] = Field(default_factory=list)
    sequences: dict[Tier, int] = Field(default_factory=dict)
    approvals: list[ApprovalDocument] = Field(default_factory=list)


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are stored; Invalid with a sentence where they contradict themselves.

    Rules that were stored before a contradiction was known of still run (see the readers below).
    """
    read = _read(document)
    routes, _ = routes_of(document)
    wrong = routing.fault(routes) or approval.fault(approvals_of(document))
    if wrong is not None:
        raise Invalid(wrong)
    return read.model_dump(mode="json", exclude_unset=True)


def rules_of(
    document: Mapping[str, Any], *, version: int = 1, settings: Mapping[str, Any] | None = None
) -> Rules:
    """The rules of tier and qualification; `settings` are the campaign's (b2b, address_check)."""
    read = _read(document)
    switches = settings or {}
    return Rules(
        version=version,
        tier=TierRule(**read.tier.model_dump()),
        threshold=read.threshold,
        grey=read.grey,
        least_confidence=read.least_confidence,
        b2b=bool(switches.get("b2b", True)),
        verified_only=switches.get("address_check", "local") != "local",
        allow_duplicates=read.allow_duplicates,
    )


def routes_of(document: Mapping[str, Any]) -> tuple[tuple[routing.Rule, ...], dict[Tier, int]]:
    """The custom rules of routing in their order, and the campaign's own sequences by tier."""
    read = _read(document)
    rules = tuple(
        routing.Rule(
            conditions=_conditions(rule.conditions),
            every=rule.every,
            sequence_id=rule.sequence_id,
            owner_id=rule.owner_id,
            name=rule.name,
        )
        for rule in read.routes
    )
    return rules, dict(read.sequences)


def approvals_of(document: Mapping[str, Any]) -> tuple[Approval, ...]:
    """The rules that let pass what would wait for a person, in their order."""
    return tuple(
        Approval(_conditions(rule.conditions), every=rule.every, name=rule.name)
        for rule in _read(document).approvals
    )


def _conditions(given: Sequence[ConditionDocument]) -> tuple[Condition, ...]:
    return tuple(Condition(one.field, one.operator, one.value) for one in given)


def _read(document: Mapping[str, Any]) -> RulesDocument:
    return documents.read(RulesDocument, document, "These rules")
