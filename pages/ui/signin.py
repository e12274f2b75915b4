"""Who is signed in: the card, the cookie, the way out.

The session remembers name, epoch and end; the person's row is read anew at every run, so that a
disabled person or a raised epoch is out at once. streamlit-authenticator's cookie carries the same
over a reload. The clock of both is 12 hours from the sign-in.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

import extra_streamlit_components as stx
import jwt
import streamlit as st
from streamlit_authenticator.models.cookie_model import CookieModel

from core.errors import AicmoError
from core.queries import users
from core.queries.users import SignedIn
from core.runtime import Runtime
from core.services import passwords, sign_in
from db.session import reading, transaction
from pages.ui import focus, words

_WHO = "signin.who"  # (username, epoch, end as a timestamp)
_SAYS = "signin.says"
_COOKIE = "signin.cookie"  # "keep" or "drop", until the browser did it
NAME = "aicmo_session"


class Cookie(CookieModel):
    """The library's signed cookie, without its component on every page (it reruns the page), with
    an end that is the same moment in every zone.
    """

    def __init__(self, key: str) -> None:
        self.cookie_name = NAME
        self.cookie_key = key
        self.cookie_expiry_days = sign_in.SESSION_LENGTH.total_seconds() / 86_400
        self.token = None
        self.exp_date = None

    @cached_property
    def cookie_manager(self) -> stx.CookieManager:
        """The component that reaches the browser's cookies, put on the page when needed."""
        return stx.CookieManager(key="signin.all")

    def keep(self, subject: str, key: str) -> None:
        """Writes the cookie for "name#epoch"."""
        st.session_state["username"] = subject
        self.exp_date = self._set_exp_date()
        self.cookie_manager.set(
            self.cookie_name,
            self._token_encode(),
            key=key,
            expires_at=datetime.fromtimestamp(self.exp_date, UTC),
            secure=str(st.context.url or "").startswith("https://") or None,
        )

    def drop(self, key: str) -> None:
        """Empties it and lets it end."""
        self.cookie_manager.set(
            self.cookie_name, "", key=key, expires_at=datetime.fromtimestamp(0, UTC)
        )

    def _token_decode(self) -> dict[str, object] | bool:
        try:  # the library prints what is wrong, and lets some broken tokens through as errors
            return dict(jwt.decode(self.token, self.cookie_key, algorithms=["HS256"]))
        except jwt.PyJWTError:
            return False


def current(rt: Runtime) -> SignedIn | None:
    """Who is signed in now, with the chosen client as the viewer's focus; None for nobody."""
    known = st.session_state.get(_WHO) or _from_cookie(rt)
    if known is None:
        return None
    username, epoch, end = known
    with reading(rt.sessions) as session:
        found = users.signed_in(session, username, epoch)
    if found is None or rt.now().timestamp() >= end:
        _forget("Your session ended. Sign in again.")
        return None
    return replace(found, viewer=focus.narrowed(found.viewer))


def sign_out() -> None:
    """Ends this browser's session."""
    _forget("You are signed out.")


def card(rt: Runtime) -> None:
    """The sign-in page: brand, one card, nothing else."""
    with _centred():
        with st.form("signin.form", border=False):
            st.text_input("Name", key="signin.name", autocomplete="username")
            st.text_input(
                "Password", type="password", key="signin.password", autocomplete="current-password"
            )
            if said := st.session_state.pop(_SAYS, ""):
                st.warning(words.text(said), icon=":material/info:")
            st.form_submit_button(
                "Sign in", type="primary", width="stretch", on_click=_try, args=(rt,)
            )
        st.caption("No access yet, or the password is lost? An admin of your agency can help.")
    _settle_cookie(rt)


def change_card(rt: Runtime, who: SignedIn) -> None:
    """Asked of those who got their password from somebody else."""
    with _centred():
        st.markdown(f"Welcome, **{words.text(who.viewer.name)}**. Choose a password of your own.")
        with st.form("signin.change", border=False):
            st.text_input(
                "Present password", type="password", key="signin.old",
                autocomplete="current-password",
            )  # fmt: skip
            st.text_input(
                f"New password (at least {passwords.SHORTEST} characters)",
                type="password",
                key="signin.new",
                autocomplete="new-password",
            )
            if said := st.session_state.pop(_SAYS, ""):
                st.warning(words.text(said), icon=":material/info:")
            st.form_submit_button(
                "Save and go on", type="primary", width="stretch", on_click=_change, args=(rt, who)
            )
        st.button("Sign out", type="tertiary", key="signin.leave", on_click=sign_out)
    _settle_cookie(rt)


def settle(rt: Runtime) -> None:
    """Puts the cookie into the browser after a sign-in; drawn by the frame until it is done."""
    _settle_cookie(rt)


def refresh(rt: Runtime, username: str) -> None:
    """Stays signed in here after the epoch was raised by one's own change."""
    with reading(rt.sessions) as session:
        found = users.signed_in(session, username)
    if found is not None:
        _remember(rt, found)


def _centred() -> "st.delta_generator.DeltaGenerator":
    with st.container(horizontal_alignment="center", gap="small"):
        st.space("large")
        st.markdown("# :primary[:material/hub:] AICMO", width="content", text_alignment="center")
        st.caption("Client acquisition, from a list to a deck", width="content")
        return st.container(border=True, width=380)


def _try(rt: Runtime) -> None:
    username = str(st.session_state.get("signin.name", ""))
    password = str(st.session_state.get("signin.password", ""))
    st.session_state["signin.password"] = ""
    now = rt.now()
    with transaction(rt.sessions) as session:
        attempt = sign_in.begin_attempt(session, username, now=now)
    if attempt.refused:
        st.session_state[_SAYS] = attempt.refused
        return
    right = passwords.fits(password, attempt.password_hash)
    with transaction(rt.sessions) as session:
        refusal = sign_in.finish_attempt(session, attempt, right=right, now=now)
    if refusal:
        st.session_state[_SAYS] = refusal
        return
    refresh(rt, username.strip().lower())


def _change(rt: Runtime, who: SignedIn) -> None:
    old, new = (str(st.session_state.get(f"signin.{name}", "")) for name in ("old", "new"))
    try:
        with transaction(rt.sessions) as session:
            sign_in.change_own_password(session, who.viewer, current=old, new=new, now=rt.now())
    except AicmoError as error:
        st.session_state[_SAYS] = error.sentence
        return
    refresh(rt, who.username)


def _remember(rt: Runtime, found: SignedIn) -> None:
    end = (rt.now() + sign_in.SESSION_LENGTH).timestamp()
    st.session_state[_WHO] = (found.username, found.epoch, end)
    st.session_state[_COOKIE] = "keep"
    st.session_state["logout"] = None


def _forget(sentence: str) -> None:
    st.session_state[_WHO] = None
    st.session_state[_COOKIE] = "drop"
    st.session_state["logout"] = True  # the library's word: do not read the old cookie again
    st.session_state[_SAYS] = sentence
    focus.forget()


def _from_cookie(rt: Runtime) -> tuple[str, int, float] | None:
    st.session_state.setdefault("logout", None)
    token = Cookie(rt.settings.secret).get_cookie()
    if not isinstance(token, dict):
        return None
    username, _, epoch = str(token.get("username", "")).rpartition("#")
    if not username or not epoch.isdigit():
        return None
    known = (username, int(epoch), float(token["exp_date"]))
    st.session_state[_WHO] = known
    return known


def _settle_cookie(rt: Runtime) -> None:
    wish = st.session_state.get(_COOKIE)
    known = st.session_state.get(_WHO)
    if wish is None:
        return
    subject = f"{known[0]}#{known[1]}" if known else "nobody"
    key = f"signin.{wish}.{subject}"
    if st.session_state.get(key):  # the component answered: the browser did it
        st.session_state[_COOKIE] = None
        return
    cookie = Cookie(rt.settings.secret)
    if wish == "keep" and known:
        cookie.keep(subject, key)
    else:
        cookie.drop(key)
