import pytest

from core.domain import titles


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
        ("Beekeeper", None),
    ],
)
def test_a_title_tells_the_department(title, department):
    assert titles.department_of(title) == department
