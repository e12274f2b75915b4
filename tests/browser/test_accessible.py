"""What axe-core finds on the pages that people spend their days on."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core import runtime
from core.config import Settings
from core.domain.states import BreakerState, ProviderState, Role
from db.models import Alarm, LlmCall, ProviderHealth, ProviderHour
from db.session import transaction
from tests.browser.conftest import Served
from tests.browser.steps import fill_card, remembered, titled
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GRAVE = ("serious", "critical")
ALSO = ("heading-order",)
PAGES = {
    "": "Home",
    "leads": "Leads",
    "review_queue": "Review Queue",
    "campaigns": "Campaigns",
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# a way to another page that is an act looks as a button does
ALIKE = {
    "link": '.stMain [data-testid="stPageLink-NavLink"]:not([class*="st-key-lines-"] *)',
    "button": '.stMain button[kind="secondary"]:not(:disabled)',
}
# no colour is still on its way to another
FADED = "document.getAnimations().every(one => !(one instanceof CSSTransition))"
# Streamlit's own, not ours to mend: rule → why it is left out
KNOWN = {"svg-img-alt": "the marks in a metric's little chart; the metric says its figure in text"}


def test_nothing_grave_stands_in_anybodys_way_and_nothing_is_fetched_from_beyond(
    served: Served, troubled: tuple[str, ...], page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme="light")
    page.goto(served.url)
    fill_card(page, name="adam")
    titled(page, "Home")
    remembered(page)

    found, looks = {}, dict[tuple[str, Scheme], set[str]]()
    for path, title in (*PAGES.items(), *((face, "Provider Health") for face in troubled)):
        page.goto(f"{served.url}/{path}")
        titled(page, title)
        for scheme in SCHEMES:
            _worn(page, scheme)
            found[scheme, path] = _grave(page, scheme)
            for what, selector in ALIKE.items():
                looks.setdefault((what, scheme), set()).update(_looks(page, selector))

    for scheme in SCHEMES:
        assert looks["link", scheme] == looks["button", scheme] != set()
    assert {place: lines for place, lines in found.items() if lines} == {}
    inside = (served.url, served.url.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(inside)] == []


def _looks(page: Page, selector: str) -> list[str]:
    """How each of these is drawn, in the words of CSS."""
    told = "['borderColor', 'backgroundColor', 'minHeight', 'borderRadius', 'padding']"
    return list(
        page.locator(selector).evaluate_all(
            f"all => all.map(one => {told}.map(name => getComputedStyle(one)[name]).join(' | '))"
        )
    )


@pytest.fixture
def troubled(served: Served, settings: Settings) -> tuple[str, ...]:
    """Provider Health with something of every colour, seen by an admin; its faces."""
    now, rt = datetime.now(UTC), runtime.build(settings)
    with transaction(rt.sessions) as session:
        make_user(session, Role.ADMIN, username="adam")
        rows = [
            ProviderHealth(
                port="llm", provider="anthropic", state=ProviderState.DOWN, success=0.4,
                latency_ms=900.0, failures_in_row=5, breaker=BreakerState.OPEN,
                breaker_until=now + timedelta(minutes=3), last_error="Anthropic refuses the key.",
                last_error_at=now, advice="Make a new key.", quota="9 of 10 requests",
            ),
            ProviderHealth(
                port="llm", provider="openai", state=ProviderState.DEGRADED, success=0.8,
                last_error="OpenAI is in trouble (500).", last_error_at=now,
            ),
            ProviderHealth(port="llm", provider="perplexity", configured=False, advice="Set it."),
            ProviderHealth(port="llm", provider="template", success=1.0, enabled=False),
            ProviderHealth(port="email", provider="smtp", success=1.0),
        ]  # fmt: skip
        session.add_all(rows)
        words = {"since": now, "page": "provider_health", "advice": "Make a new key."}
        session.add(Alarm(key="a", severity="act", title="Anthropic is down", **words))
        session.add(Alarm(key="b", severity="watch", title="OpenAI is slow", **words))
        hour = now.replace(minute=0, second=0, microsecond=0)
        session.add(ProviderHour(port="llm", provider="anthropic", hour=hour, ok=3, failed=1))
        session.add(
            LlmCall(
                provider="anthropic", model="m", task="summarise", prompt_version="1",
                outcome="cut_off", at=now,
            )
        )  # fmt: skip
        session.flush()
        one = f"?provider={rows[0].id}"
    rt.close()
    faces = ("", one, "?part=jobs", "?part=alarms", "?part=inside")
    return tuple(f"provider_health{face}" for face in faces)


def _worn(page: Page, scheme: Scheme) -> None:
    """Changes the theme, and waits until the page wears it."""
    page.emulate_media(color_scheme=scheme)
    expect(page.locator('[data-testid="stApp"]')).to_have_css("color-scheme", scheme)
    page.wait_for_function(FADED)


def _grave(page: Page, scheme: Scheme) -> list[str]:
    """One line a violation: the rule, how often, the first place. In the second theme the colours
    alone are others.
    """
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if scheme == SCHEMES[0]:
        options["rules"] = {rule: {"enabled": False} for rule in KNOWN}
    else:
        options["runOnly"] = ["color-contrast"]
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']} × {len(one['nodes'])}: {one['nodes'][0]['html'][:200]}"
        for one in violations
        if one["impact"] in GRAVE or one["id"] in ALSO
    ]
