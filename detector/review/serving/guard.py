"""Who may look at the page: the browser that this program has opened, and nothing else.

A local page is within reach of more than its user: of every other site that the browser shows (which can send requests,
and by DNS rebinding even be taken for this page), and of every other program and user of the computer. Nothing is
answered but to whoever holds the cookie that a token, good for one use, was exchanged for.

What this cannot keep out: a program that runs as the same user reads the nights' files anyway, and browsers hand a
cookie to every port of one host, so a page of another local server that the user opens could take it along.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTRANCE = "/enter"
"""Where a token is exchanged for the cookie."""

TOKEN_LIVES_S = 60.0
MOST_BODY_BYTES = 1_000_000
"""A request that says more is refused: the labels of 5,000 events are a third of it."""
MOST_QUERY_BYTES = 16_000
"""The names of a thousand nights are no more."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
POLICY = "content-security-policy"
HEADERS = {
    POLICY: CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
"""Stand on every answer, refusals too."""

_READS = frozenset({"GET", "HEAD"})
_LONGEST_NUMBER = 20
_OWN_SITE = frozenset({"same-origin", "none"})
_LOG = logging.getLogger("fasciwatch.review")


class _Token(NamedTuple):
    secret: str
    dies_s: float


class Gate:
    """The tokens and cookies of one server.

    Parameters
    ----------
    port
        Where it listens.
    on_taken
        Called where a token is shown a second time: somebody else may have been first.
    clock
        Gives seconds.
    """

    def __init__(
        self, port: int, on_taken: Callable[[], None] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self.cookie = f"fasciwatch-{port}"
        self._entry = threading.Event()
        self._on_taken = on_taken
        self._clock = clock
        self._fresh: list[_Token] = []
        self._used: dict[str, str] = {}
        self._sessions: set[str] = set()

    @property
    def entered(self) -> bool:
        """Whether the latest token has been made use of."""
        return self._entry.is_set()

    def wait_for_entry(self) -> bool:
        """Wait until the latest token has been made use of, or is dead; gives whether it was the former."""
        return self._entry.wait(TOKEN_LIVES_S)

    def new_token(self) -> str:
        """Give a token that opens the page once, within `TOKEN_LIVES_S`."""
        self._entry.clear()
        token = _Token(secrets.token_urlsafe(32), self._clock() + TOKEN_LIVES_S)
        self._fresh = [token]  # of an older one nobody makes use any more
        return token.secret

    def enter(self, shown: str) -> str | None:
        """Exchange a token for the value of a cookie; None where it is dead.

        A token that is shown twice has been seen by two, and nobody can tell which is the user: the cookie it was
        exchanged for is taken back.
        """
        for token in list(self._fresh):
            if hmac.compare_digest(token.secret.encode(), shown.encode()):
                self._fresh.remove(token)
                if self._clock() >= token.dies_s:
                    return None
                session = secrets.token_urlsafe(32)
                self._used[token.secret] = session
                self._sessions.add(session)
                self._entry.set()
                return session
        for used, session in self._used.items():
            if hmac.compare_digest(used.encode(), shown.encode()):
                self._sessions.discard(session)
                if self._on_taken is not None:
                    self._on_taken()
        return None

    def knows(self, shown: str) -> bool:
        """Whether this is the value of a cookie that was given out."""
        return any(hmac.compare_digest(session.encode(), shown.encode()) for session in self._sessions)


class _Sealed:
    """Sends an answer on, with `HEADERS` on it.

    Parameters
    ----------
    send
        What sends it.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                if name != POLICY or POLICY not in headers:  # a sheet has one of its own, which allows less
                    headers[name] = value
        await self._send(message)

    async def instead(self, answer: ASGIApp, scope: Scope, receive: Receive) -> None:
        """Send another answer, unless one has begun."""
        if not self._begun:
            await answer(scope, receive, self)


class Guard:
    """Refuses what does not come from the page's own browser, and says on every answer what the page may do.

    Parameters
    ----------
    app
        What answers the rest.
    gate
        Who has entered.
    home
        Where to go after entering: a path of this server.
    """

    def __init__(self, app: ASGIApp, gate: Gate, home: str = "/") -> None:
        self._app = app
        self._gate = gate
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        sealed = _Sealed(send)
        try:
            answer = self._refusal(scope)
            if answer is not None:
                await answer(scope, receive, sealed)
            elif scope["path"] == ENTRANCE:
                await self._enter(scope)(scope, receive, sealed)
            else:
                await self._app(scope, _bounded(receive), sealed)
        except Exception as error:  # noqa: BLE001 - a traceback would tell the log names of nights and wearables
            where = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s at %s line %s", type(error).__name__, where.name, where.lineno)
            await sealed.instead(PlainTextResponse("this went wrong; the terminal says where", 500), scope, receive)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """Say why a request is refused; None where it is not."""
        headers = Headers(scope=scope)
        checks = (self._other_name, self._too_much, self._written_by_others, self._asked_by_others)
        return next((answer for check in checks if (answer := check(scope, headers)) is not None), None)

    def _other_name(self, _scope: Scope, headers: Headers) -> ASGIApp | None:
        """Refuse a name that somebody has had lead to this computer: its page would be taken for this one's own."""
        hosts = headers.getlist("host")
        if len(hosts) == 1 and hosts[0] in self._gate.hosts:
            return None
        return PlainTextResponse("this page has no such name", 421)

    def _too_much(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        if len(scope["query_string"]) <= MOST_QUERY_BYTES and _told_bytes(headers) <= MOST_BODY_BYTES:
            return None
        return PlainTextResponse("too much at once", 413)

    def _written_by_others(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """Refuse what another page writes, or nobody says who."""
        if scope["method"] in _READS or headers.getlist("origin") == [f"http://{headers['host']}"]:
            return None
        return PlainTextResponse("only the page itself may write", 403)

    def _asked_by_others(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """Refuse who has not entered, and what another page asks for (of the same computer: it has the cookie)."""
        if scope["path"] == ENTRANCE:
            return None
        if headers.get("sec-fetch-site", "none") not in _OWN_SITE and headers.get("sec-fetch-mode") != "navigate":
            return PlainTextResponse("only the page itself may ask", 403)
        if self._gate.knows(_cookie(headers, self._gate.cookie)):
            return None
        return PlainTextResponse(
            "Only the browser that fasciwatch review opens sees this. Press Enter in its terminal, or start it again.",
            401,
        )

    def _enter(self, scope: Scope) -> ASGIApp:
        """Exchange the token; who has been let in already just goes on, as by the browser's button back.

        No redirect: after one from the file that the browser was opened on, the browser would hold the cookie back,
        since another site began it. A page that goes on by itself is this site's own.
        """
        if scope["method"] not in _READS:
            return PlainTextResponse("nothing is written here", 405)
        goes_on = HTMLResponse(
            '<!doctype html><html lang="en"><title>fasciwatch</title><link rel="icon" href="/static/icon.svg">'
            f'<meta http-equiv="refresh" content="0; url={self._home}"><p><a href="{self._home}">fasciwatch</a></html>'
        )
        if self._gate.knows(_cookie(Headers(scope=scope), self._gate.cookie)):
            return goes_on
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        session = self._gate.enter(shown)
        if session is None:
            return PlainTextResponse("This address has been used, or is too old. Press Enter in the terminal.", 401)
        goes_on.set_cookie(self._gate.cookie, session, httponly=True, samesite="strict", path="/")
        return goes_on


def _cookie(headers: Headers, name: str) -> str:
    """Return the value of a cookie; "" where it is not there."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(headers.getlist("cookie")))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def _told_bytes(headers: Headers) -> int:
    """How long a body says it is; none that says nonsense is short."""
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) < _LONGEST_NUMBER else MOST_BODY_BYTES + 1


def _bounded(receive: Receive) -> Receive:
    """Count what comes: a body need not say its length."""
    left = MOST_BODY_BYTES

    async def count() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, "too much at once")
        return message

    return count
