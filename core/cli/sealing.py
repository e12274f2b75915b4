"""reencrypt: what is stored encrypted goes under a changed AICMO_SECRET_KEY."""

from collections import Counter

import typer

from core.cli.frame import Json, note, opened, say, say_json
from core.domain.access import SYSTEM
from core.runtime import Runtime
from core.services import sealing
from db.session import transaction

AT_ONCE = 200


def add_to(app: typer.Typer) -> None:
    """Puts the command on the command line."""
    app.command("reencrypt")(reencrypt)


def reencrypt(json: Json = False) -> None:
    """Encrypt stored secrets with AICMO_SECRET_KEY, after it was changed; does no harm twice."""
    with opened() as rt:
        done, unreadable = _renew(rt)
        if done:
            with transaction(rt.sessions) as session:
                sealing.remember(session, SYSTEM, count=done, now=rt.now())
    if json:
        say_json({"renewed": done, "unreadable": dict(unreadable)})
    else:
        say(f"{done} stored secrets were encrypted anew. The others are under the newest already.")
    if unreadable:
        where = ", ".join(f"{name} ({number})" for name, number in unreadable.items())
        note(
            f"No known secret reads these: {where}. Put the former one into AICMO_SECRET_KEYS_OLD "
            "and run this again, or enter them anew in Settings."
        )
        raise typer.Exit(1)


def _renew(rt: Runtime) -> tuple[int, Counter[str]]:
    done, unreadable = 0, Counter[str]()
    for place in sealing.places():
        after: object | None = None
        while True:
            with transaction(rt.sessions) as session:
                turn = sealing.renew(session, place, after=after, limit=AT_ONCE)
            done += turn.renewed
            if turn.unreadable:
                unreadable[place.name] += turn.unreadable
            after = turn.last
            if after is None:
                break
    return done, unreadable
