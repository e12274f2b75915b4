"""The demo's cast: two clients of an invented agency, their mailboxes, campaigns and lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.services.sequences import NewStep
from core.simulation.people import GOOD_LIST, OLD_LIST, Mix, Taste
from core.simulation.wordings import ENERGY, LEARNING, ROOFTOPS, VISITORS


@dataclass(frozen=True, slots=True)
class MailboxScene:
    """A sending identity. `gap` is the least pause between two mails, in minutes."""

    address: str
    name: str
    role: str
    joins: int = 0
    cap: int = 45
    start: int = 12
    gap: int = 9


@dataclass(frozen=True, slots=True)
class ListScene:
    """A file of people that is put in on a day (counted from the beginning; LAST)."""

    day: int
    people: int
    style: str
    name: str
    mix: Mix = field(default_factory=lambda: GOOD_LIST)


@dataclass(frozen=True, slots=True)
class CampaignScene:
    """One campaign: when it runs, whom it seeks, what it says, what it should reach and costs."""

    name: str
    goal: str
    starts: int
    finishes: int | None
    lists: tuple[ListScene, ...]
    taste: Taste
    icp: Mapping[str, Any]
    settings: Mapping[str, Any]
    targets: Mapping[str, int]
    spend: Mapping[str, int]
    sequence: tuple[NewStep, ...] = ()


# fit counts for most: of people on a list little else is known
RULES: Mapping[str, Any] = {
    "tier": {
        "fit": 0.75,
        "opportunity": 0.15,
        "engagement": 0.1,
        "hot": 72,
        "warm": 60,
        "cool": 45,
    },
    "threshold": 60,
    "grey": 6,
}


@dataclass(frozen=True, slots=True)
class ClientScene:
    """A customer of the agency."""

    name: str
    website: str
    postal_address: str
    timezone: str
    currency: str
    primary: str
    secondary: str
    mailboxes: tuple[MailboxScene, ...]
    campaigns: tuple[CampaignScene, ...]


DAYS = 90
LAST = -1  # the last working day before now
BEGINNING = timedelta(days=DAYS)
PLANTS = Taste(
    industries=("Industrial Machinery", "Food Production", "Logistics", "Construction"),
    countries=("DE", "AT", "CH", "NL", "DK"),
    departments=("Management", "Operations"),
    sizes=(100, 5_000),
    share=52,
)
MAKERS = Taste(
    industries=("Industrial Machinery", "Food Production", "Healthcare"),
    countries=("DE", "AT", "FR", "IT", "ES", "PL", "SE"),
    departments=("Management", "Operations", "Marketing"),
    sizes=(70, 12_000),
    share=50,
)
OFFICES = Taste(
    industries=("Software", "Financial Services", "Marketing Services", "Education", "Retail"),
    countries=("GB", "IE", "NL", "BE", "SE", "US"),
    departments=("Marketing", "Management", "Sales"),
    sizes=(40, 2_000),
    share=52,
)
PLANT_ICP = {
    "industries": ["Industrial Machinery", "Food Production", "Logistics", "Construction"],
    "employees": {"min": 80, "max": 6000},
    "countries": ["DE", "AT", "CH", "NL", "DK"],
    "seniorities": ["c_level", "founder", "head", "director", "vp"],
    "departments": ["management", "operations"],
    "exclude": {"industries": ["Marketing Services"]},
}
MAKER_ICP = {
    "industries": ["Industrial Machinery", "Food Production", "Healthcare"],
    "employees": {"min": 60, "max": 14000},
    "countries": ["DE", "AT", "FR", "IT", "ES", "PL", "SE"],
    "departments": ["management", "operations", "marketing"],
    "technologies": ["SAP", "Microsoft Dynamics"],
}
OFFICE_ICP = {
    "industries": ["Software", "Financial Services", "Marketing Services", "Education", "Retail"],
    "employees": {"min": 30, "max": 2500},
    "countries": ["GB", "IE", "NL", "BE", "SE", "US"],
    "departments": ["marketing", "management", "sales"],
}
OFFICE_HOURS = {"days": [0, 1, 2, 3, 4], "start": "08:00", "end": "18:00"}

LUMENFELD = ClientScene(
    name="Lumenfeld Solar",
    website="https://www.lumenfeld.example",
    postal_address="Lumenfeld Solar GmbH\nAm Speicherhof 12\n20457 Hamburg\nGermany",
    timezone="Europe/Berlin",
    currency="EUR",
    primary="#0B5C4B",
    secondary="#F2A93B",
    mailboxes=(
        MailboxScene("lena.brandis@lumenfeld.example", "Lena Brandis", "Key accounts"),
        MailboxScene("jonas.ehlert@lumenfeld.example", "Jonas Ehlert", "Industry"),
        MailboxScene("mara.sievert@lumenfeld.example", "Mara Sievert", "Partnerships"),
        MailboxScene("team@lumenfeld.example", "Team Lumenfeld", "Projects", joins=30, cap=30),
    ),
    campaigns=(
        CampaignScene(
            name="Rooftop audits",
            goal="Audit meetings with plant and energy managers",
            starts=0,
            finishes=66,
            lists=(
                ListScene(0, 170, "apollo", "plants-north.csv"),
                ListScene(15, 120, "fair", "trade-fair-visitors.csv"),
                ListScene(31, 100, "apollo", "plants-west.csv"),
            ),
            taste=PLANTS,
            icp=PLANT_ICP,
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/Berlin"},
            targets={"reached": 200, "replied": 30, "meeting": 8, "won": 2},
            spend={"list": 90_000, "tools": 4_500, "hours": 38_000},
            sequence=ROOFTOPS,
        ),
        CampaignScene(
            name="Energy costs in manufacturing",
            goal="Conversations about power purchase agreements",
            starts=21,
            finishes=None,
            lists=(
                ListScene(21, 130, "hubspot", "manufacturing-crm-export.csv"),
                ListScene(43, 130, "apollo", "manufacturing-south.csv"),
                ListScene(57, 150, "apollo", "manufacturing-nordics.csv"),
                ListScene(69, 160, "hubspot", "food-producers.csv"),
                ListScene(84, 180, "apollo", "hospitals-and-clinics.csv"),
                ListScene(LAST, 80, "fair", "energy-forum-guests.csv"),
            ),
            taste=MAKERS,
            icp=MAKER_ICP,
            settings={"approve": "first", "window": OFFICE_HOURS, "timezone": "Europe/Berlin"},
            targets={"reached": 600, "replied": 80, "meeting": 18, "won": 5},
            spend={"list": 120_000, "tools": 5_200, "hours": 52_000, "ads": 30_000},
            sequence=ENERGY,
        ),
    ),
)
HARROW = ClientScene(
    name="Harrow & Finch Learning",
    website="https://www.harrowfinch.example",
    postal_address="Harrow & Finch Learning Ltd\n41 Tanner Row\nLeeds LS1 9ZZ\nUnited Kingdom",
    timezone="Europe/London",
    currency="GBP",
    primary="#4B2E83",
    secondary="#E4572E",
    mailboxes=(
        MailboxScene("isla.marsh@harrowfinch.example", "Isla Marsh", "Advisory"),
        MailboxScene("dev.rao@harrowfinch.example", "Dev Rao", "Advisory"),
        MailboxScene("ruth.ellery@harrowfinch.example", "Ruth Ellery", "Programmes"),
        MailboxScene(
            "events@harrowfinch.example",
            "Harrow & Finch",
            "Events",
            joins=80,
            cap=40,
            start=20,
        ),
    ),
    campaigns=(
        CampaignScene(
            name="Learning budgets",
            goal="Demos with people and marketing leaders",
            starts=12,
            finishes=None,
            lists=(
                ListScene(12, 150, "apollo", "isles-and-benelux.csv"),
                ListScene(35, 140, "hubspot", "newsletter-readers.csv"),
                ListScene(51, 140, "apollo", "retail-academies.csv"),
                ListScene(64, 160, "apollo", "fintech-people-teams.csv"),
                ListScene(77, 160, "hubspot", "webinar-guests.csv"),
                ListScene(LAST, 80, "fair", "leeds-breakfast-guests.csv"),
            ),
            taste=OFFICES,
            icp=OFFICE_ICP,
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/London"},
            targets={"reached": 560, "replied": 85, "meeting": 26, "won": 7},
            spend={"list": 85_000, "tools": 3_900, "hours": 41_000},
            sequence=LEARNING,
        ),
        CampaignScene(
            name="Event visitors, last year",
            goal="Win back those who visited our stand",
            starts=81,
            finishes=None,
            lists=(ListScene(81, 200, "fair", "stand-visitors-last-year.csv", OLD_LIST),),
            taste=OFFICES,
            icp=OFFICE_ICP,
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/London"},
            targets={"reached": 300, "replied": 30, "meeting": 6},
            spend={"list": 12_000, "hours": 9_000},
            sequence=VISITORS,
        ),
    ),
)
CLIENTS = (LUMENFELD, HARROW)
