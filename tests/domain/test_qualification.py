import pytest

from core.domain.profile import Exclusions
from core.domain.qualification import Candidate, buying_intent, lift, qualify
from core.domain.scoring import Icp, Rules, Score, Subject
from core.domain.states import EmailStatus, LeadState, Tier

ICP = Icp(exclude=Exclusions(domains=("rival.example",), countries=("KP",), industries=("Arms",)))
GOOD = Score(80, 0, 0, 50, 90, Tier.COOL, ())
PERSON = Candidate(Subject(domain="acme.example"), "anna@acme.example", EmailStatus.VALID)
WORST = Candidate(
    Subject(domain="rival.example"),
    "info@gmail.com",
    EmailStatus.INVALID,
    disposable=True,
    role_account=True,
    free_mail=True,
    suppressed="opted out",
    duplicate_of="Autumn",
)


def decided(candidate: Candidate = PERSON, score: Score = GOOD, rules: Rules | None = None):
    return qualify(candidate, score, ICP, rules or Rules())


def test_a_good_fit_with_a_valid_address_qualifies():
    decision = decided()

    assert (decision.to, decision.code) == (LeadState.QUALIFIED, "threshold")
    assert decision.sentence == "Score 50 reaches the campaign's 35."


def test_the_order_is_fixed_each_obstacle_hides_those_behind_it():
    case, poor = WORST, GOOD._replace(total=10, confidence=0)
    removed = [
        ("suppressed", {"suppressed": None}),
        ("invalid_address", {"email_status": EmailStatus.RISKY}),
        ("disposable_address", {"disposable": False}),
        ("competitor", {"subject": Subject(domain="acme.example", country="KP")}),
        ("excluded", {"subject": PERSON.subject}),
        ("duplicate", {"duplicate_of": None}),
        ("role_account", {"role_account": False}),
        ("free_mail", {"free_mail": False}),
        ("risky_address", {"email_status": EmailStatus.UNKNOWN}),
        ("unverified_address", {"email_status": EmailStatus.VALID}),
    ]

    codes = []
    for _, gone in removed:
        codes.append(decided(case, poor).code)
        case = case._replace(**gone)

    assert codes == [code for code, _ in removed]
    assert decided(case, poor).code == "low_confidence"
    assert decided(case, poor._replace(confidence=90)).code == "below_threshold"


@pytest.mark.parametrize(
    ("candidate", "state"),
    [
        (PERSON._replace(suppressed="opted out"), LeadState.SUPPRESSED),
        (PERSON._replace(email_status=EmailStatus.INVALID), LeadState.REJECTED),
        (PERSON._replace(disposable=True), LeadState.REJECTED),
        (PERSON._replace(subject=Subject(country="KP")), LeadState.REJECTED),
        (PERSON._replace(subject=Subject(industry="Arms")), LeadState.REJECTED),
        (PERSON._replace(duplicate_of="Autumn"), LeadState.REJECTED),
        (PERSON._replace(role_account=True), LeadState.REVIEW),
        (PERSON._replace(free_mail=True), LeadState.REVIEW),
        (PERSON._replace(email_status=EmailStatus.RISKY), LeadState.REVIEW),
        (PERSON._replace(email_status=EmailStatus.UNKNOWN), LeadState.REVIEW),
    ],
)
def test_each_obstacle_leads_where_the_rules_say_with_a_sentence(candidate, state):
    decision = decided(candidate)

    assert decision.to is state
    assert decision.sentence.endswith(".")


def test_the_score_decides_last():
    assert decided(score=GOOD._replace(total=35)).to is LeadState.QUALIFIED
    assert decided(score=GOOD._replace(total=34)).code == "grey_band"
    assert decided(score=GOOD._replace(total=25)).to is LeadState.REVIEW
    assert decided(score=GOOD._replace(total=24)).to is LeadState.REJECTED


def test_a_local_look_at_the_address_is_enough_unless_the_campaign_wants_a_provider():
    looked_at = PERSON._replace(email_status=EmailStatus.UNKNOWN, checked=True)

    assert decided(looked_at).to is LeadState.QUALIFIED
    assert decided(looked_at, rules=Rules(verified_only=True)).code == "unverified_address"


def test_campaigns_for_private_people_and_doubled_leads_can_be_allowed():
    assert decided(PERSON._replace(free_mail=True), rules=Rules(b2b=False)).code == "threshold"
    doubled = PERSON._replace(duplicate_of="Autumn")
    assert decided(doubled, rules=Rules(allow_duplicates=True)).code == "threshold"


def test_intent_to_buy_lifts_one_tier_and_is_named():
    decision = decided(PERSON._replace(words="Call: budget approved, wants a demo"))

    assert (decision.tier, decision.lifted) == (Tier.WARM, True)
    assert "'budget approved'" in decision.sentence


def test_hot_cannot_be_lifted():
    assert lift(Tier.HOT) is Tier.HOT
    assert lift(Tier.COLD) is Tier.COOL


@pytest.mark.parametrize("text", ["", "no interest", "budget is a word"])
def test_other_words_are_no_intent(text):
    assert buying_intent(text) is None
