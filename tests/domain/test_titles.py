import pytest

from core.domain import titles
from core.domain.profile import best_title


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("Founder & CEO", "founder"),
        ("Inhaberin", "owner"),
        ("VP Marketing", "vp"),
        ("Chief Marketing Officer", "c_level"),
        ("CMO", "c_level"),
        ("Geschäftsführer", "c_level"),
        ("Directrice commerciale", "director"),
        ("Leiter Vertrieb", "head"),
        ("Marketing Manager", "manager"),
        ("Senior Engineer", "senior"),
        ("Junior Buyer", "entry"),
        ("Executive Assistant to the CEO", "entry"),
        ("Marketing Intern", "intern"),
        ("EVP Sales", "vp"),
        ("Assistant Vice President", "director"),
        ("Deputy CEO", "vp"),
        ("Deputy CEO and Head of Sales", "vp"),
        ("Deputy Head of Marketing", "manager"),
        ("Stellvertretender Leiter Vertrieb", "manager"),
        ("Directeur commercial adjoint", "head"),
        ("Assistant Manager", "senior"),
        ("Associate Partner", "vp"),
        ("Deputy, Marketing", None),
        ("Chief Executive", "c_level"),
        ("Vorstand Vertrieb", "c_level"),
        ("PA to CEO", "entry"),
        ("Assistant to", "entry"),
        ("Managing Director's PA", "entry"),
        ("Assistentin der Geschäftsführung", "entry"),
        ("Vorstandsassistenz", "entry"),
        ("Director, Office of the CEO", "director"),
        ("Office of the CEO", None),
        ("Referent des Vorstands", None),
        ("Former CEO", None),
        ("Product Owner", None),
        ("HR Business Partner", None),
        ("Lead Generation Specialist", None),
        ("Something else", None),
        ("", None),
    ],
)
def test_a_title_tells_the_seniority(title, seniority):
    assert titles.seniority_of(title) == seniority


@pytest.mark.parametrize(
    ("title", "department"),
    [
        ("VP Mktg", "marketing"),
        ("Vertriebsleiterin", "sales"),
        ("Head of People", "human_resources"),
        ("CFO", "finance"),
        ("Software Developer", "engineering"),
        ("Managing Director", "management"),
        ("Vice President", "management"),
        ("Personal Assistant to the CFO", "finance"),
        ("Beekeeper", None),
    ],
)
def test_a_title_tells_the_department(title, department):
    assert titles.department_of(title) == department


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("President", "President & CEO"),
        ("President", "Présidente"),
        ("President", "President, Office Products"),
        ("Vice President", "VP Sales"),
        ("Vice President", "EVP, Chief Marketing Officer"),
        ("Vice President", "Vice-Président Commercial"),
        ("Vice President", "VP Office Products"),
        ("CEO", "Founder / Chief Executive"),
        ("CEO", "Co-CEO"),
        ("CEO", "Interim Group CEO"),
        ("CEO", "CEO, PA"),
        ("CEO", "CEO, Advisor to founders"),
        ("Founder", "Founder & Advisor to the Board"),
        ("Geschäftsführer", "Geschäftsleitung"),
        ("Vorstand", "Mitglied des Vorstands"),
        ("Vertriebsleiter", "Leiter Vertrieb"),
        ("Director", "Director, Office of the CEO"),
        ("Manager", "Go-to-Market Manager"),
        ("Head of Sales", "Head of Sales to SMEs"),
        ("Office Manager", "PA to CEO and Office Manager"),
        ("Office Manager", "Executive Assistant & Office Manager"),
        ("Assistant to the CEO", "Personal Assistant to CEO"),
        ("Deputy Head of Marketing", "Deputy Head of Marketing and PR"),
        ("Owner", "Owner"),
        ("Partner", "Managing Partner"),
    ],
)
def test_a_title_meets_what_its_holder_is(wanted, title):
    assert best_title((wanted,), title) == (wanted, 1.0)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("President", "Vice President"),
        ("President", "SVP Marketing"),
        ("Vice President", "Assistant Vice President"),
        ("CEO", "Assistant to the CEO"),
        ("CEO", "Office of the CEO"),
        ("CEO", "CEO's Office"),
        ("CEO", "PA to CEO"),
        ("CEO", "EA to the Group CEO, CFO and COO"),
        ("CEO", "Executive Assistant (CEO)"),
        ("CEO", "Assistant - CEO"),
        ("CEO", "CEO Assistant"),
        ("CEO", "Chief of Staff to the CEO"),
        ("CEO", "Deputy CEO"),
        ("CEO", "ex-CEO"),
        ("CEO", "Executive Vice President & CFO"),
        ("CFO", "PA to CFO"),
        ("Founder", "Founder's Associate"),
        ("Geschäftsführer", "Assistentin der Geschäftsführung"),
        ("Geschäftsführer", "Assistenz Geschäftsführung"),
        ("Vorstand", "Referent des Vorstands"),
        ("Vorstand", "Vorstandsreferentin"),
        ("Manager", "Assistant Manager"),
        ("Chairman", "Vice Chairman"),
        ("Director", "Directeur commercial adjoint"),
        ("Head of Marketing", "Assistant to the Head of Marketing"),
        ("Owner", "Product Owner"),
        ("Partner", "Partner Marketing Manager"),
    ],
)
def test_the_rank_of_whom_somebody_serves_or_stands_below_is_not_met(wanted, title):
    assert best_title((wanted,), title) == ("", 0.0)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("Head of Marketing", "Deputy Head of Marketing"),
        ("Leiter Vertrieb", "Stellvertretender Vertriebsleiter"),
        ("Sales Director", "Directeur commercial adjoint"),
        ("Marketing Manager", "Assistant Marketing Manager"),
        ("Head of Communications", "Director, Office of Communications"),
    ],
)
def test_who_stands_below_a_rank_is_near_by_what_they_do(wanted, title):
    assert best_title((wanted,), title) == (wanted, 0.5)
