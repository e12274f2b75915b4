"""user add | passwd | disable."""

import sys
from typing import Annotated

import typer

from core.cli.frame import Json, client_named, opened, say, say_json
from core.domain.access import SYSTEM
from core.domain.states import Role
from core.errors import Invalid
from core.services import users
from db.session import transaction

people = typer.Typer(help="People who sign in.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="The user name.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


def add_to(app: typer.Typer) -> None:
    """Puts the commands on the command line."""
    app.add_typer(people, name="user")


@people.command("add")
def add(
    username: Who,
    email: Annotated[str, typer.Option(help="Their e-mail address.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OPERATOR,
    name: Annotated[str | None, typer.Option(help="Their name; by default the user name.")] = None,
    client: Annotated[list[str] | None, typer.Option(help="A client they work for.")] = None,
    password_stdin: FromStdin = False,
    json: Json = False,
) -> None:
    """Let somebody in; prints the password once unless it was given."""
    with opened() as rt, transaction(rt.sessions) as session:
        owners = [client_named(session, wanted) for wanted in client or []]
        given = _given(password_stdin)
        user, password = users.add(
            session,
            SYSTEM,
            username=username,
            name=name or username,
            email=email,
            role=role,
            client_ids=[owner.id for owner in owners if owner],
            password=given,
            now=rt.now(),
        )
        made = {"username": user.username, "role": str(user.role)}
    _tell(made, None if given else password, json=json)


@people.command("passwd")
def passwd(username: Who, password_stdin: FromStdin = False, json: Json = False) -> None:
    """Give somebody a new password; all their sessions end."""
    with opened() as rt, transaction(rt.sessions) as session:
        given = _given(password_stdin)
        user = users.by_username(session, SYSTEM, username)
        password = users.reset_password(session, SYSTEM, user.id, now=rt.now(), password=given)
        made = {"username": user.username}
    _tell(made, None if given else password, json=json)


@people.command("disable")
def disable(username: Who, json: Json = False) -> None:
    """Let somebody in no more; what they did stays."""
    with opened() as rt, transaction(rt.sessions) as session:
        user = users.by_username(session, SYSTEM, username)
        users.disable(session, SYSTEM, user.id, now=rt.now())
        made = {"username": user.username, "disabled": True}
    if json:
        say_json(made)
    else:
        say(f"{username} may not sign in any more.")


def _given(password_stdin: bool) -> str | None:
    if not password_stdin:
        return None
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise Invalid("No password came on standard input.")
    return password


def _tell(made: dict[str, str], password: str | None, *, json: bool) -> None:
    if json:
        say_json({**made, "password": password})
    elif password:
        say(f"{made['username']}: password {password} (shown only now).")
    else:
        say(f"{made['username']}: done.")
