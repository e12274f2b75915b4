"""search: new people from a provider into a campaign, which is made where it does not exist."""

import time
from typing import Annotated, Any

import typer

from core.cli import workspace
from core.cli.frame import Json, counts_line, note, opened, say, say_json
from core.domain.access import SYSTEM
from core.domain.lookups import SearchState
from core.errors import Invalid
from core.pipeline import harvest, searches
from core.runtime import Runtime
from core.services import searches as service
from db.models import ImportBatch, PeopleSearch
from db.session import reading, transaction

COUNTS = ("bought", "created", "updated", "duplicates", "suppressed", "rejected")
Words = list[str]


def add_to(app: typer.Typer) -> None:
    """Puts the command on the command line."""
    app.command("search")(search)


def search(
    campaign: Annotated[str, typer.Option(help="Made where it does not exist.")],
    title: Annotated[Words | None, typer.Option(help="May be given several times.")] = None,
    seniority: Annotated[Words | None, typer.Option(help="founder, c_level, vp, head …")] = None,
    place: Annotated[Words | None, typer.Option(help="Where the person is.")] = None,
    company_place: Annotated[Words | None, typer.Option(help="Where the company is.")] = None,
    domain: Annotated[Words | None, typer.Option(help="Of a company.")] = None,
    size: Annotated[Words | None, typer.Option(help="Employees, as 11-50.")] = None,
    keywords: Annotated[str, typer.Option(help="Free words.")] = "",
    most: Annotated[int, typer.Option(min=1, max=service.MOST, help="People at most.")] = 100,
    provider: Annotated[str | None, typer.Option(help="By default the first set up.")] = None,
    client: Annotated[str | None, typer.Option(help="By default the first.")] = None,
    json: Json = False,
) -> None:
    """Look for new people: looking is free, each address is bought within the day's money."""
    wanted = {
        "titles": title,
        "seniorities": seniority,
        "places": place,
        "company_places": company_place,
        "domains": domain,
        "sizes": size,
        "keywords": keywords,
    }
    started = time.perf_counter()
    with opened() as rt:
        found = _search(rt, campaign, client, provider, wanted, most)
    found["seconds"] = round(time.perf_counter() - started, 3)
    if json:
        say_json(found)
        return
    say(counts_line({word: found[word] for word in COUNTS}))
    if found["note"]:
        say(str(found["note"]))


def _search(
    rt: Runtime,
    campaign: str,
    client: str | None,
    provider: str | None,
    wanted: dict[str, Any],
    most: int,
) -> dict[str, Any]:
    names = [source.provider for source in rt.providers.sources(service.PORT)]
    if not names or (provider is not None and provider not in names):
        raise Invalid("No such provider of people is set up. Set its key, as APOLLO_API_KEY.")
    with transaction(rt.sessions) as session:
        place = workspace.prepared(session, rt, campaign, client)
        order = service.order(
            session,
            SYSTEM,
            place.campaign_id,
            provider=provider or names[0],
            wanted=wanted,
            most=most,
            now=rt.now(),
        )
    for sentence in place.said:
        note(sentence)
    report = searches.run_one(rt, order.id)
    for sentence in report.notes:
        note(sentence)
    return _told(rt, order.id, report["bought"])


def _told(rt: Runtime, search_id: int, bought: int) -> dict[str, Any]:
    with reading(rt.sessions) as session:
        batch_id = session.get_one(PeopleSearch, search_id).batch_id
    if batch_id is not None:
        harvest.run_batch(rt, batch_id)
    with reading(rt.sessions) as session:
        found = session.get_one(PeopleSearch, search_id)
        if found.state is SearchState.FAILED:
            raise Invalid(found.note or "The search failed.")
        batch = session.get(ImportBatch, batch_id) if batch_id is not None else None
        counts = {word: getattr(batch, word, 0) for word in COUNTS[1:]}
        return {
            "search": search_id,
            "state": str(found.state),
            "batch": batch_id,
            "bought": bought,
            **counts,
            "note": found.note,
        }
