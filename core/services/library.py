"""The four sequences that come with the app: hot, warm, cool, cold. Installed once, never
changed afterwards; a client that wants other words copies one.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.states import Tier
from core.services import sequences
from core.services.sequences import NewStep
from db.models import Sequence

_FIRM = "{{ company | default('your company') }}"

HOT = (
    NewStep(
        0,
        (
            (
                "{{ first_name }}, a quick idea for {{ company | default('you') }}",
                "Hi {{ first_name }},\n\n"
                "{% if title %}As {{ title }} you{% else %}You{% endif %} probably hear from many "
                "agencies, so I will be short.\n\n"
                f"I have one concrete idea for how {_FIRM} could win more of the right customers, "
                "and I can show it to you in 15 minutes.\n\n"
                "Would Tuesday or Thursday suit you?",
            ),
            (
                "15 minutes for {{ company | default('one idea') }}?",
                "Hi {{ first_name }},\n\n"
                f"I looked at how {_FIRM} presents itself and noted one thing that costs you "
                "enquiries, with a way to change it.\n\n"
                "May I show it to you in 15 minutes this week?",
            ),
        ),
    ),
    NewStep(
        3,
        (
            (
                "The idea I mentioned",
                "Hi {{ first_name }},\n\n"
                "I know that weeks fill up, so here it is in one line: start with the customers "
                "who already know you, measure what they do, and spend only there.\n\n"
                "I can walk you through what that means for "
                f"{_FIRM}. Is next week better?",
            ),
        ),
    ),
    NewStep(
        5,
        (
            (
                "Shall I close this?",
                "Hi {{ first_name }},\n\n"
                "I have not heard from you, which is an answer too. If the moment is wrong, tell "
                "me when to ask again. If somebody else looks after this, a name would help me.\n\n"
                "Otherwise I will not write again.",
            ),
        ),
    ),
)
WARM = (
    NewStep(
        0,
        (
            (
                "A question about {{ company | default('your marketing') }}",
                "Hi {{ first_name }},\n\n"
                f"who looks after new customers at {_FIRM}? I ask because we help companies"
                "{% if industry %} in {{ industry | lower }}{% endif %} to find out which of their "
                "channels really pay, and to put the money there.\n\n"
                "Is that a subject for you at the moment?",
            ),
        ),
    ),
    NewStep(
        4,
        (
            (
                "One example",
                "Hi {{ first_name }},\n\n"
                "to make it less abstract: we start with a short review of three channels, with "
                "numbers, and you decide afterwards whether to go on. It takes you half an hour."
                "\n\nWould that be useful?",
            ),
        ),
    ),
    NewStep(
        6,
        (
            (
                "Worth a talk?",
                "Hi {{ first_name }},\n\n"
                "a yes, a no or a “later” all help me. If later, which month should I write "
                "again?",
            ),
        ),
    ),
    NewStep(
        9,
        (
            (
                "My last note",
                "Hi {{ first_name }},\n\n"
                f"this is my last note. If the subject comes up at {_FIRM}, just answer this "
                "mail.",
            ),
        ),
    ),
)
COOL = (
    NewStep(
        0,
        (
            (
                "Which of your channels pays, {{ first_name }}?",
                "Hi {{ first_name }},\n\n"
                "many teams cannot say which of their campaigns brings customers and which only "
                f"brings clicks. If {_FIRM} is one of them, I can send you a checklist of ten "
                "questions that shows where to look.\n\n"
                "Shall I?",
            ),
        ),
    ),
    NewStep(
        6,
        (
            (
                "The checklist",
                "Hi {{ first_name }},\n\n"
                "the first question of the checklist: “Of your last ten customers, how many can "
                "you trace to their first contact with you?”\n\n"
                "If the answer is below five, the other nine are worth a look. Should I send "
                "them?",
            ),
        ),
    ),
    NewStep(
        10,
        (
            (
                "Should I leave it?",
                "Hi {{ first_name }},\n\n"
                "I will leave it here. If you would like the checklist after all, one word is "
                "enough.",
            ),
        ),
    ),
)
COLD = (
    NewStep(
        0,
        (
            (
                "Hello from {{ client_name }}",
                "Hi {{ first_name | default('there') }},\n\n"
                "we have not been in touch yet. {{ client_name }} helps companies like "
                f"{_FIRM} to be found by the customers who fit them.\n\n"
                "Is this something that you think about this year?",
            ),
        ),
    ),
    NewStep(
        8,
        (
            (
                "Now or later",
                "Hi {{ first_name | default('there') }},\n\n"
                "a short question: is winning customers a subject for this quarter, for a later "
                "one, or not at all? I will act on whatever you answer.",
            ),
        ),
    ),
    NewStep(
        14,
        (
            (
                "Last question",
                "Hi {{ first_name | default('there') }},\n\n"
                "I will not write again after this. If somebody else is the right person, I am "
                "grateful for a name.",
            ),
        ),
    ),
)

LIBRARY: dict[Tier, tuple[NewStep, ...]] = {
    Tier.HOT: HOT,
    Tier.WARM: WARM,
    Tier.COOL: COOL,
    Tier.COLD: COLD,
}


def install(session: Session, now: datetime) -> dict[Tier, int]:
    """The ids of the library's sequences by tier; makes those that are not there yet."""
    present = {
        tier: sequence_id
        for tier, sequence_id in session.execute(
            select(Sequence.tier, Sequence.id)
            .where(Sequence.client_id.is_(None), Sequence.tier.is_not(None))
            .order_by(Sequence.id.desc())
        )
        if tier is not None
    }
    for tier, steps in LIBRARY.items():
        if tier not in present:
            made = sequences.build(
                session,
                client_id=None,
                name=tier.value.capitalize(),
                steps=steps,
                tier=tier,
                now=now,
            )
            present[tier] = made.id
    return {tier: present[tier] for tier in LIBRARY}
