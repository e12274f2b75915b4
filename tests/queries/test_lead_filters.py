"""Every filter of the list of leads: what it lets through, together with others, and its cost."""

from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.states import LeadState, Tier
from core.queries import lead_filters, lead_streams, leads, paging
from core.queries.lead_filters import Asked, LeadFilter, LeadSort, Op
from core.services import custom_fields, lists, tags
from db.models import Contact, Lead
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_account, make_campaign, make_client, make_lead, make_user
from tests.queries.plans import plans, sorts, whole_reads

DAY = timedelta(days=1)


@pytest.fixture
def five(sessions: Sessions) -> list[int]:
    """Five leads, the later the better; list 1 has the first, second and third, tag 1 the second
    and third, tag 2 the third; the field 1 is a number, 2 a choice, 3 yes or no, 4 a date.
    """
    with transaction(sessions) as session:
        client = make_client(session)
        owner = make_user(session, clients=[client])
        campaign = make_campaign(session, client)
        made = [
            make_lead(
                session, campaign, state="qualified" if n % 2 else "scored", total=20 * n,
                fit=20 * n, opportunity=n, engagement=100 - n, tier="hot" if n > 2 else "cold",
                created_at=NOW + n * DAY, updated_at=NOW - n * DAY, source=f"s{n % 2}",
                owner_id=owner.id if n == 4 else None,
            )
            for n in range(5)
        ]  # fmt: skip
        for n, lead in enumerate(made):
            key, name, employees = FIRMS[n // 2]
            firm = {"key": key, "name": name, "employees": employees, "country": "FR"}
            if n % 2 == 0:
                account = make_account(session, client, **firm)
            lead.account_id = account.id
            session.get_one(Contact, lead.contact_id).country = "DE" if n > 1 else None
        on = lists.create(session, SYSTEM, client.id, "Fair", now=NOW)
        lists.add_many(session, on.id, [lead.id for lead in made[:3]], now=NOW)
        for name, some in (("VIP", made[1:3]), ("Wine", made[2:3])):
            tag = tags.tag(session, SYSTEM, client.id, name, now=NOW)
            tags.add_many(session, tag, [lead.contact_id for lead in some], now=NOW)
        for name, kind in (
            ('No "1".$', "number"),
            ("Plan", "text"),
            ("Ok", "yes_no"),
            ("On", "date"),
        ):
            custom_fields.define(session, SYSTEM, client.id, name, kind, now=NOW)
        for n, lead in enumerate(made):
            session.get_one(Contact, lead.contact_id).custom = {
                'No "1".$': str(n * 10) if n < 4 else "many", "Plan": f"Größe {n}",
                "Ok": n % 2 == 0, "On": f"2026-03-0{n + 1}",
            }  # fmt: skip
        return [lead.id for lead in made]


FIRMS = (
    ("acme-werke.example", "Acme Werke GmbH", 9),
    ("mueller.example", "Müller & Söhne", 126),
    ("name:acme tools", "Acme Tools", 5_001),
)
CASES = [
    (LeadFilter(countries=("DE",)), [2, 3, 4]),
    (LeadFilter(countries=("FR", "IT"), sort=LeadSort.NAME), [0, 1]),
    (LeadFilter(employees_from=51, employees_to=200), [2, 3]),
    (LeadFilter(employees_from=126, countries=("DE",), sort=LeadSort.SCORE), [2, 3, 4]),
    (LeadFilter(employees_to=9, sort=LeadSort.NAME), [0, 1]),
    (LeadFilter(company="acme"), [0, 1, 4]),
    (LeadFilter(company="Acme werke", sort=LeadSort.SCORE), [0, 1]),
    (LeadFilter(company="acme-werke.ex"), [0, 1]),
    (LeadFilter(company="Müller & sö", sort=LeadSort.NAME), [2, 3]),
    (LeadFilter(company="Acme Tools", employees_from=1), [4]),
    (LeadFilter(company="acme %"), []),
    (LeadFilter(fit_from=20, fit_to=60), [1, 2, 3]),
    (LeadFilter(opportunity_from=3), [3, 4]),
    (LeadFilter(engagement_to=97), [3, 4]),
    (LeadFilter(score_from=40, sort=LeadSort.SCORE), [2, 3, 4]),
    (LeadFilter(list_id=1), [0, 1, 2]),
    (LeadFilter(list_id=1, states=(LeadState.QUALIFIED,)), [1]),
    (LeadFilter(list_id=99), []),
    (LeadFilter(tags=(1,)), [1, 2]),
    (LeadFilter(tags=(1, 2), sort=LeadSort.NAME), [2]),
    (LeadFilter(tags=(1, 99)), []),
    (LeadFilter(tiers=(Tier.HOT,), source="s1"), [3]),
    (LeadFilter(owner_id=0, tiers=(Tier.HOT, Tier.COLD), sort=LeadSort.IDLE), [0, 1, 2, 3]),
    (LeadFilter(since=NOW + DAY, until=NOW + 3 * DAY), [1, 2]),
    (LeadFilter(touched_since=NOW - 2 * DAY, sort=LeadSort.UPDATED), [0, 1, 2]),
    (LeadFilter(touched_until=NOW - 2 * DAY), [3, 4]),
    (LeadFilter(custom=(Asked(1, Op.FROM, "10"), Asked(1, Op.TO, "20"))), [1, 2]),
    (LeadFilter(custom=(Asked(1, Op.FROM, "a lot"),)), []),
    (LeadFilter(custom=(Asked(1, Op.IS, "MANY"),)), [4]),
    (LeadFilter(custom=(Asked(2, Op.HAS, "RößE 3"),)), [3]),
    (LeadFilter(custom=(Asked(2, Op.HAS, "%"),)), []),
    (LeadFilter(custom=(Asked(3, Op.IS, "yes"),), tiers=(Tier.HOT,)), [4]),
    (LeadFilter(custom=(Asked(4, Op.TO, "2026-03-02"),)), [0, 1]),
    (LeadFilter(custom=(Asked(2, Op.NONE),)), []),
    (LeadFilter(custom=(Asked(2, Op.ANY),), source="s0"), [0, 2, 4]),
    (LeadFilter(custom=(Asked(99, Op.ANY),)), []),
    (LeadFilter(custom=(Asked(4, Op.TO, "2026-03-02"),), sort=LeadSort.NAME), [0, 1]),
    (LeadFilter(text="berg", tags=(2,)), [2]),
    (LeadFilter(picked=(1, 3, 99)), [0, 2]),
]  # fmt: skip


@pytest.mark.parametrize("rare", [4_000, 0], ids=["few", "many"])
def test_a_filter_lets_through_who_fits_however_many_there_are(
    sessions: Sessions, five: list[int], monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(lead_streams, "RARE", rare)
    found = {}
    with reading(sessions) as session:
        for number, (wanted, _) in enumerate(CASES):
            page = leads.page(session, SYSTEM, wanted)
            walk = lead_streams.streams(session, SYSTEM, wanted, every=True)
            every = paging.read(session, walk.streams, walk.order, narrow=walk.narrow).rows
            assert page.total is not None
            assert page.total.number == len(page.rows)
            assert sorted(row.lead_id for row in page.rows) == [row[-1] for row in every]
            found[number] = [five.index(row[-1]) for row in every]

    assert found == {number: expected for number, (_, expected) in enumerate(CASES)}


def test_every_order_can_be_walked_to_its_end_and_is_what_it_says(
    sessions: Sessions, five: list[int]
) -> None:
    def walked(sort: LeadSort, **wanted: object) -> list[int]:
        seen, cursor = [], None
        with reading(sessions) as session:
            while True:
                asked = LeadFilter(sort=sort, **wanted)
                page = leads.page(session, SYSTEM, asked, cursor=cursor, size=2)
                seen += [five.index(row.lead_id) for row in page.rows]
                cursor = page.next
                if cursor is None:
                    return seen

    rising, falling = [0, 1, 2, 3, 4], [4, 3, 2, 1, 0]
    assert walked(LeadSort.OLDEST) == walked(LeadSort.UPDATED) == rising
    assert walked(LeadSort.NEWEST) == walked(LeadSort.SCORE) == walked(LeadSort.IDLE) == falling
    assert walked(LeadSort.NAME, source="s0") == [0, 2, 4]
    assert sorted(walked(LeadSort.NAME)) == rising


def test_a_filter_is_kept_as_a_document_and_read_again() -> None:
    wanted = LeadFilter(
        states=(LeadState.REVIEW,), tiers=(Tier.HOT,), tags=(1, 2), fit_from=3, since=NOW,
        custom=(Asked(1, Op.HAS, "x"),), sort=LeadSort.NAME, text="a", picked=(5,),
    )  # fmt: skip

    assert lead_filters.of_document(lead_filters.document(wanted)) == wanted
    assert lead_filters.document(LeadFilter()) == {}
    assert lead_filters.of_document({"gone": 1}) == LeadFilter()


MANY = [
    LeadFilter(owner_id=1),
    LeadFilter(source="s0"),
    LeadFilter(tiers=(Tier.HOT,)),
    LeadFilter(list_id=1),
    LeadFilter(since=NOW),
    LeadFilter(touched_since=NOW - 9 * DAY, sort=LeadSort.UPDATED),
    LeadFilter(sort=LeadSort.OLDEST),
    LeadFilter(sort=LeadSort.IDLE),
    LeadFilter(tiers=(Tier.HOT,), sort=LeadSort.SCORE),
    LeadFilter(states=(LeadState.QUALIFIED,), sort=LeadSort.SCORE),
    LeadFilter(campaign_id=1, tiers=(Tier.HOT,)),
    LeadFilter(countries=("DE",), employees_from=51, company="acme werke"),
    LeadFilter(campaign_id=1, sort=LeadSort.SCORE, tags=(1,)),
]


@pytest.mark.sqlite
@pytest.mark.parametrize("wanted", MANY, ids=lambda one: str(lead_filters.document(one)))
def test_many_that_fit_are_an_index_walk_without_a_sort(
    sessions: Sessions, five: list[int], monkeypatch: pytest.MonkeyPatch, wanted: LeadFilter
) -> None:
    monkeypatch.setattr(lead_streams, "RARE", 0)
    with transaction(sessions) as session:
        found = plans(session, lambda: leads.page(session, SYSTEM, wanted, size=1))

    assert found
    assert whole_reads(found) == []
    assert sorts(found) == []


def test_few_that_fit_are_found_without_reading_a_table(
    sessions: Sessions, five: list[int]
) -> None:
    with transaction(sessions) as session:
        assert session.get_one(Lead, five[0])
        for wanted in (*(case for case, _ in CASES), *MANY):
            found = plans(session, lambda w=wanted: leads.page(session, SYSTEM, w, size=1))
            assert whole_reads(found) == [], wanted
