"""The sequences of the demo's campaigns in their own words, some steps in two or three variants."""

from core.services.sequences import NewStep

ROOFTOPS = (
    NewStep(
        0,
        (
            (
                "What the roof of {{ company }} could earn",
                "Hi {{ first_name }},\n\nmost industrial roofs of your size carry a plant"
                " that pays for itself in six to eight years. We look at the roof, the "
                "load profile and the grid connection, and tell you in two pages whether "
                "it is worth it.\n\nMay I send you an example from {{ "
                "industry|default('your industry') }}?",
            ),
            (
                "A two-page answer for {{ company }}",
                "Hi {{ first_name }},\n\nis solar on your own roof worth it? We answer "
                "that on two pages, with numbers a bank accepts, within ten working "
                "days.\n\nShall I show you what such an answer looks like?",
            ),
        ),
    ),
    NewStep(
        4,
        (
            (
                "What the roof of {{ company }} could earn",
                "Hi {{ first_name }},\n\na short addition: for the audit we need one "
                "electricity bill and an address, nothing else. Your team loses no more "
                "than half an hour.\n\nWould that be of use to you?",
            ),
        ),
    ),
)

LEARNING = (
    NewStep(
        0,
        (
            (
                "Unused learning budget at {{ company }}?",
                "Hello {{ first_name }},\n\nteams your size use about a third of what "
                "they set aside for training. We help managers to spend the rest on what "
                "their people ask for, and to show what came of it.\n\nWould a ten-minute"
                " look at your numbers be of interest?",
            ),
            (
                "How {{ company }} compares on training",
                "Hello {{ first_name }},\n\nwe compared training budgets of 140 companies"
                " in {{ industry|default('your field') }} and its neighbours. Two figures"
                " surprised us.\n\nShall I send you the page with your size class?",
            ),
            (
                "A question about training",
                "Hello {{ first_name }},\n\nwho at {{ company }} decides which training "
                "is paid for? If it is you, I would like to show you something.",
            ),
        ),
    ),
    NewStep(
        3,
        (
            (
                "Unused learning budget at {{ company }}?",
                "Hello {{ first_name }},\n\nthe page I mentioned takes two minutes to "
                "read. Say the word and it is in your inbox.",
            ),
        ),
    ),
)

ENERGY = (
    NewStep(
        0,
        (
            (
                "What {{ company }} will pay for power in 2028",
                "Hi {{ first_name }},\n\nmost companies in "
                "{{ industry|default('your field')|lower }} buy their power a year ahead and hope. "
                "A purchase agreement with a solar park fixes a part of the price for ten years."
                "\n\nMay I send you what that would have meant for a plant of your size in the "
                "last three years?",
            ),
            (
                "Half of the power, one fixed price",
                "Hi {{ first_name }},\n\nwe match plants such as yours with solar parks nearby: "
                "about half of the power at one price, the rest bought as before.\n\nWho at "
                "{{ company }} looks after energy contracts? If it is you, I have two pages for "
                "you.",
            ),
            (
                "A question about power at {{ company }}",
                "Hi {{ first_name }},\n\nwhen does your present electricity contract end? Half a "
                "year before is the right moment to compare it with a purchase agreement.\n\nI "
                "can do that with one bill and tell you honestly if it does not pay.",
            ),
        ),
    ),
    NewStep(
        3,
        (
            (
                "What {{ company }} will pay for power in 2028",
                "Hi {{ first_name }},\n\nan example: a dairy with two shifts fixed 48% of its "
                "power at 6.9 cents. Its finance director now plans with one figure instead of "
                "three.\n\nWould the calculation behind it be of use to you?",
            ),
            (
                "One bill is enough",
                "Hi {{ first_name }},\n\nto see whether it pays for {{ company }} we need one "
                "electricity bill, nothing else. You have the answer within a week, on one page."
                "\n\nShall I tell you where to send it?",
            ),
        ),
    ),
    NewStep(
        5,
        (
            (
                "Later, perhaps?",
                "Hi {{ first_name }},\n\nif the moment is wrong, tell me the month in which your "
                "contract ends, and I write again half a year before.",
            ),
        ),
    ),
    NewStep(
        8,
        (
            (
                "My last mail about power",
                "Hi {{ first_name }},\n\nthis is my last mail about it. If prices move and the "
                "question comes up at {{ company }}, an answer to this mail reaches me.",
            ),
        ),
    ),
)

VISITORS = (
    NewStep(
        0,
        (
            (
                "You were at our stand last year",
                "Hello {{ first_name }},\n\nlast year you looked at our programmes for managers. "
                "Since then we have made them shorter: three mornings instead of three days."
                "\n\nWould the new outline be of interest for {{ company }}?",
            ),
            (
                "Three mornings instead of three days",
                "Hello {{ first_name }},\n\nmany visitors of our stand told us the same: good, "
                "but too long. We listened.\n\nMay I send you the outline of the short "
                "programme?",
            ),
        ),
    ),
    NewStep(
        5,
        (
            (
                "You were at our stand last year",
                "Hello {{ first_name }},\n\nthe first short programme begins in January, two "
                "places are kept for guests of the stand.\n\nShall I keep one for you until "
                "Friday?",
            ),
        ),
    ),
)
