"""Leads whose outcome is known, many at once, and predictions, as tests need them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core.domain.predictions import HistorySource, PredictorState
from core.domain.states import ConversionKind, LeadState
from core.learn.predict_card import Card, Figures
from db.models import (
    Account,
    Campaign,
    Client,
    Contact,
    Conversion,
    Lead,
    LeadPrediction,
    Predictor,
)
from tests.benchmarks import made_histories
from tests.factories import NOW, make_contact, make_lead, number


def make_outcomes(
    session: Session, campaign: Campaign, count: int = 240, *, signal: float = 2.0, seed: int = 1
) -> list[Lead]:
    """Leads of the months before, converted or marked as lost; industry and size tell which."""
    made = made_histories.make(seed, rows=count, signal=signal, rate=0.4).history
    first, told = number(), made.columns
    client_id, place = campaign.client_id, f"{number()}.example"
    accounts = [
        Account(
            client_id=client_id, key=f"{n}.{place}", domain=f"{n}.{place}", name=f"Company {n}",
            industry=told["Industry"][n], employees=told["Employees"][n],
            created_at=NOW, updated_at=NOW,
        )
        for n in range(count)
    ]  # fmt: skip
    session.add_all(accounts)
    session.flush()
    contacts = [
        Contact(
            client_id=client_id, account_id=account.id, email=f"p{first}.{n}@{account.domain}",
            email_key=f"p{first}.{n}@{account.domain}", email_domain=account.domain,
            seniority=told["Seniority"][n], free_mail=bool(told["Free mail"][n]), custom={
                "Contract value": 900 + n if made.outcome[n] else None,
            }, created_at=NOW, updated_at=NOW,
        )
        for n, account in enumerate(accounts)
    ]  # fmt: skip
    session.add_all(contacts)
    session.flush()
    leads = [
        Lead(
            client_id=client_id, campaign_id=campaign.id, contact_id=contact.id,
            account_id=contact.account_id, source="list", version=1,
            state=LeadState.CONVERTED if made.outcome[n] else LeadState.NURTURED,
            state_at=NOW, created_at=(at := NOW - timedelta(days=count + 1 - n)), reached_at=at,
            converted_at=at + timedelta(days=9) if made.outcome[n] else None,
            updated_at=NOW - timedelta(days=1),
        )
        for n, contact in enumerate(contacts)
    ]  # fmt: skip
    session.add_all(leads)
    session.flush()
    session.add_all([
        Conversion(
            key=f"{lead.id}:lost", client_id=client_id, campaign_id=campaign.id, lead_id=lead.id,
            kind=ConversionKind.LOST, currency="EUR", at=lead.created_at + timedelta(days=20),
        )
        for lead in leads if lead.state is LeadState.NURTURED
    ])  # fmt: skip
    session.flush()
    return leads


def make_open_lead(session: Session, campaign: Campaign, **of_account: Any) -> Lead:
    """A lead that nobody knows the outcome of yet."""
    account = Account(
        client_id=campaign.client_id, key=f"open{number()}", name="Open", created_at=NOW,
        updated_at=NOW, **of_account,
    )  # fmt: skip
    session.add(account)
    session.flush()
    contact = make_contact(session, session.get_one(Client, campaign.client_id), account)
    return make_lead(session, campaign, contact, updated_at=NOW - timedelta(hours=1))


def make_predictor(session: Session, client_id: int, **given: Any) -> Predictor:
    """A proposed version with a card."""
    values: dict[str, Any] = {
        "client_id": client_id, "number": number(), "state": PredictorState.PROPOSED,
        "source": HistorySource.LEADS, "asked": {"quiet_days": None}, "created_at": NOW,
        "trained_at": NOW, "card": card().model_dump(mode="json"), "model": {},
    }  # fmt: skip
    row = Predictor(**values | given)
    session.add(row)
    session.flush()
    return row


def make_said(session: Session, lead: Lead, predictor: Predictor, **given: Any) -> LeadPrediction:
    """What a version says of a lead."""
    values: dict[str, Any] = {
        "lead_id": lead.id, "client_id": lead.client_id, "predictor_id": predictor.id,
        "chance": 0.42, "at": NOW,
        "reasons": [{"column": "Industry", "sentence": "Industry: Retail", "times": 1.5}],
    }  # fmt: skip
    row = LeadPrediction(**values | given)
    session.add(row)
    session.flush()
    return row


def card(*, signal: bool = True) -> Card:
    """A card with plausible figures."""
    figures = Figures(
        rows=100, converted=20, auc=0.7, auc_low=0.6, auc_high=0.8, by_chance=0.001, brier=0.14,
        brier_base=0.16, lift=2.1, bands=(),
    )  # fmt: skip
    return Card(
        rows=500, converted=100, by_time=True, split="By time.", parts=(), used=(), left_out=(),
        figures=figures, signal=signal, verdict="Better than chance.", notes=(), method="Steps.",
    )  # fmt: skip
