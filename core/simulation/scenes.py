"""The demo's cast: two clients of an invented agency, their mailboxes, campaigns and lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.simulation.people import GOOD_LIST, OLD_LIST, Mix


@dataclass(frozen=True, slots=True)
class MailboxScene:
    """A sending identity. `gap` is the least pause between two mails, in minutes."""

    address: str
    name: str
    role: str
    cap: int = 45
    start: int = 12
    gap: int = 9


@dataclass(frozen=True, slots=True)
class Wordings:
    """One step of a sequence: days after the one before, and (label, subject, body) variants."""

    delay: float
    variants: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ListScene:
    """A file of people that is put in on a day (counted from the beginning)."""

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
    icp: Mapping[str, Any]
    settings: Mapping[str, Any]
    targets: Mapping[str, int]
    spend: Mapping[str, int]
    sequence: tuple[str, tuple[Wordings, ...]] | None = None


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
BEGINNING = timedelta(days=DAYS)
EUROPE = ("DE", "AT", "CH", "NL", "BE", "FR", "ES", "IT", "SE", "DK", "PL", "PT")
ISLES = ("GB", "IE", "NL", "BE", "SE", "DK", "DE", "US", "CA", "AU", "ZA")
OFFICE_HOURS = {"days": [0, 1, 2, 3, 4], "start": "08:30", "end": "17:30"}

ROOFTOPS = (
    "Rooftop audits",
    (
        Wordings(
            0,
            (
                (
                    "A",
                    "What the roof of {{ company }} could earn",
                    "Hi {{ first_name }},\n\nmost industrial roofs of your size carry a plant that "
                    "pays for itself in six to eight years. We look at the roof, the load profile "
                    "and the grid connection, and tell you in two pages whether it is worth it.\n\n"
                    "May I send you an example from {{ industry|default('your industry') }}?",
                ),
                (
                    "B",
                    "A two-page answer for {{ company }}",
                    "Hi {{ first_name }},\n\nis solar on your own roof worth it? We answer that on "
                    "two pages, with numbers a bank accepts, within ten working days.\n\nShall I "
                    "show you what such an answer looks like?",
                ),
            ),
        ),
        Wordings(
            4,
            (
                (
                    "A",
                    "What the roof of {{ company }} could earn",
                    "Hi {{ first_name }},\n\na short addition: for the audit we need one "
                    "electricity bill and an address, nothing else. Your team loses no more than "
                    "half an hour.\n\nWould that be of use to you?",
                ),
            ),
        ),
        Wordings(
            7,
            (
                (
                    "A",
                    "What the roof of {{ company }} could earn",
                    "Hi {{ first_name }},\n\nI will leave it at this. Should the question come up "
                    "with the next energy bill, a line to me is enough.",
                ),
            ),
        ),
    ),
)
LEARNING = (
    "Learning budgets",
    (
        Wordings(
            0,
            (
                (
                    "A",
                    "Unused learning budget at {{ company }}?",
                    "Hello {{ first_name }},\n\nteams your size use about a third of what they set "
                    "aside for training. We help managers to spend the rest on what their people "
                    "ask for, and to show what came of it.\n\nWould a ten-minute look at your "
                    "numbers be of interest?",
                ),
                (
                    "B",
                    "How {{ company }} compares on training",
                    "Hello {{ first_name }},\n\nwe compared training budgets of 140 companies in "
                    "{{ industry|default('your field') }} and its neighbours. Two figures "
                    "surprised us.\n\nShall I send you the page with your size class?",
                ),
                (
                    "C",
                    "A question about training",
                    "Hello {{ first_name }},\n\nwho at {{ company }} decides which training is "
                    "paid for? If it is you, I would like to show you something.",
                ),
            ),
        ),
        Wordings(
            3,
            (
                (
                    "A",
                    "Unused learning budget at {{ company }}?",
                    "Hello {{ first_name }},\n\nthe page I mentioned takes two minutes to read. "
                    "Say the word and it is in your inbox.",
                ),
            ),
        ),
    ),
)

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
        MailboxScene("team@lumenfeld.example", "Team Lumenfeld", "Projects", cap=30),
    ),
    campaigns=(
        CampaignScene(
            name="Rooftop audits",
            goal="Audit meetings with plant and energy managers",
            starts=0,
            finishes=58,
            lists=(
                ListScene(0, 700, "apollo", "plants-north.csv"),
                ListScene(9, 300, "fair", "trade-fair-visitors.csv"),
            ),
            icp={},
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/Berlin"},
            targets={"reached": 500, "replied": 60, "meeting": 12, "won": 3},
            spend={"list": 90_000, "tools": 4_500, "hours": 38_000},
            sequence=ROOFTOPS,
        ),
        CampaignScene(
            name="Energy costs in manufacturing",
            goal="Conversations about power purchase agreements",
            starts=21,
            finishes=None,
            lists=(
                ListScene(21, 650, "hubspot", "manufacturing-crm-export.csv"),
                ListScene(48, 450, "apollo", "manufacturing-south.csv"),
                ListScene(87, 180, "fair", "energy-forum-guests.csv"),
            ),
            icp={},
            settings={"approve": "first", "window": OFFICE_HOURS, "timezone": "Europe/Berlin"},
            targets={"reached": 900, "replied": 110, "meeting": 25, "won": 6},
            spend={"list": 120_000, "tools": 5_200, "hours": 52_000, "ads": 30_000},
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
        MailboxScene("events@harrowfinch.example", "Harrow & Finch", "Events", cap=40, start=20),
    ),
    campaigns=(
        CampaignScene(
            name="Learning budgets",
            goal="Demos with people and marketing leaders",
            starts=12,
            finishes=None,
            lists=(
                ListScene(12, 800, "apollo", "isles-and-benelux.csv"),
                ListScene(45, 500, "hubspot", "newsletter-readers.csv"),
                ListScene(86, 160, "fair", "leeds-breakfast-guests.csv"),
            ),
            icp={},
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/London"},
            targets={"reached": 1_000, "replied": 130, "meeting": 30, "won": 8},
            spend={"list": 85_000, "tools": 3_900, "hours": 41_000},
            sequence=LEARNING,
        ),
        CampaignScene(
            name="Event visitors, last year",
            goal="Win back those who visited our stand",
            starts=62,
            finishes=None,
            lists=(ListScene(62, 420, "fair", "stand-visitors-last-year.csv", OLD_LIST),),
            icp={},
            settings={"approve": "none", "window": OFFICE_HOURS, "timezone": "Europe/London"},
            targets={"reached": 300, "replied": 30, "meeting": 6},
            spend={"list": 12_000, "hours": 9_000},
        ),
    ),
)
CLIENTS = (LUMENFELD, HARROW)
