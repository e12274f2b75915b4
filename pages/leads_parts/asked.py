"""What the URL asks of the list of leads; the widgets beside it only write the URL."""

from datetime import date, datetime, time, timedelta
from typing import Any

from core.domain.access import Viewer
from core.domain.states import LeadState, Tier
from core.intake import countries
from core.queries.lead_filters import AXES, Asked, LeadFilter, LeadSort, Op
from core.runtime import Runtime
from pages.ui import filters
from pages.ui.formats import zone

OWN = ("own1", "own2", "own3")  # conditions on the client's own fields: "12.is.Gold"
NAMES = (
    *("q", "campaign", "state", "tier", "sort", "score", *AXES, "days", "touched", "from", "to"),
    *("source", "owner", "list", "tags", "batch", "country", "company", "size", *OWN),
)
SIZES = {  # of companies, as the URL holds them
    "1-10": "1–10 people", "11-50": "11–50 people", "51-200": "51–200 people",
    "201-500": "201–500 people", "501-1000": "501–1,000 people",
    "1001-5000": "1,001–5,000 people", "5001-": "5,001 people or more",
}  # fmt: skip
KEPT = (*NAMES, "cols")  # what a saved view holds


def wanted(rt: Runtime, viewer: Viewer) -> LeadFilter:
    """The filter of the URL; what cannot be read counts as not asked."""
    now = rt.now()
    low, high = _ends("score")
    least, most = _size()
    return LeadFilter(
        campaign_id=filters.whole("campaign"),
        states=tuple(LeadState(one) for one in filters.words_of("state", LeadState)),
        tiers=tuple(Tier(one) for one in filters.words_of("tier", Tier)),
        score_from=low,
        score_to=high,
        **_axes(),
        source=filters.value("source") or None,
        owner_id=filters.whole("owner"),
        batch_id=filters.whole("batch"),
        list_id=filters.whole("list"),
        tags=tuple(int(one) for one in filters.value("tags").split(",") if _is_id(one)),
        custom=tuple(one for name in OWN if (one := own(name)) is not None),
        since=_start(filters.date_of("from"), viewer) or _ago("days", now),
        until=_start(filters.date_of("to"), viewer, days=1),
        touched_since=_ago("touched", now),
        touched_until=_ago("touched", now, before=True),
        countries=filters.words_of("country", countries.named()),
        company=filters.value("company").strip()[:200],
        employees_from=least,
        employees_to=most,
        text=filters.value("q").strip(),
        sort=sort(),
    )


def sort() -> LeadSort:
    """How the list is sorted; the newest first where the URL does not say."""
    given = filters.value("sort")
    return LeadSort(given) if given in set(LeadSort) else LeadSort.NEWEST


def own(name: str) -> Asked | None:
    """A condition on an own field, as a parameter of the URL holds it."""
    field_id, _, rest = filters.value(name).partition(".")
    op, _, value = rest.partition(".")
    if not _is_id(field_id) or op not in set(Op) or not (value or op in (Op.ANY, Op.NONE)):
        return None
    return Asked(int(field_id), Op(op), value)


def present() -> dict[str, str]:
    """The part of the URL that a saved view keeps."""
    return {name: filters.value(name) for name in KEPT if filters.value(name)}


def _axes() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for axis in AXES:
        found[f"{axis}_from"], found[f"{axis}_to"] = _ends(axis)
    return found


def _size() -> tuple[int | None, int | None]:
    low, _, high = (filters.value("size") if filters.value("size") in SIZES else "").partition("-")
    return int(low) if low else None, int(high) if high else None


def _ends(name: str) -> tuple[int | None, int | None]:
    low, high = filters.ends(name)
    return low or None, high if high < 100 else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _start(day: date | None, viewer: Viewer, *, days: int = 0) -> datetime | None:
    """The beginning of a day where the viewer lives."""
    if day is None or not 1900 < day.year < 3000:
        return None
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=zone(viewer))


def _ago(name: str, now: datetime, *, before: bool = False) -> datetime | None:
    """ "7" is since seven days ago; "-30", asked for with `before`, is until thirty days ago."""
    given = filters.value(name)
    if before != given.startswith("-"):
        return None
    days = given.lstrip("-")
    return now - timedelta(days=int(days)) if days.isdecimal() and len(days) < 5 else None
