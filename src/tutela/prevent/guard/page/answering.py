"""What every answer of the page has in common: who may ask, its header fields, its frame."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from tornado.web import HTTPError, RequestHandler

from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable
from tutela.prevent.guard.page import origins
from tutela.prevent.guard.page.rendering import render
from tutela.prevent.guard.page.sessions import IDLE_SECONDS, Session, is_visit, new_visit
from tutela.prevent.guard.page.site import Site
from tutela.prevent.guard.page.wording import LANGUAGE_NAMES, direction
from tutela.prevent.guard.person.words import FALLBACK, LANGUAGES, words_for
from tutela.prevent.guard.system.accounts import End
from tutela.prevent.guard.system.ports import LOOPBACK

#: Cookies: the visit, and what was chosen for showing. None says what this is, none outlives the browser.
VISIT, LANGUAGE, COUNTRY = "visit", "language", "country"
HEADERS: Final = {
    # no script, no picture, nothing from elsewhere, nobody's frame
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms (Fetch, section 3.2)
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
T = TypeVar("T")


class Answer(RequestHandler):
    """One request. Nothing of it is logged."""

    #: Whether the passphrase has to be given first.
    needs_session = True
    session: Session | None = None
    visit = ""

    def initialize(self, site: Site) -> None:
        """Tornado's own: what the route hands over."""
        self.site = site
        self.words = words_for(FALLBACK)

    def set_default_headers(self) -> None:
        """Tornado's own: called again where an answer begins anew after an error."""
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse what was not asked by this account, of this page, or, for a form, by this page."""
        if not self.site.is_own_account(self._peer(), End(LOOPBACK, self.site.port)):
            raise HTTPError(403)
        if self.request.headers.get("Host", "") not in origins.hosts(self.site.port):
            raise HTTPError(421)
        cookie = self.get_cookie(VISIT, "") or ""
        self.visit = cookie if is_visit(cookie) else self.new_visit()
        self.words = words_for(self._language())
        if self.request.method not in ("GET", "HEAD"):
            self._check_form()
        self.session = self.site.sessions.use(self.visit, self.now_seconds)
        if self.needs_session and self.session is None:
            self.go("/")

    def _peer(self) -> End:
        """The other end; port 0, which is nobody's, where it is gone already."""
        peer = getattr(getattr(self.request.connection, "stream", None), "socket", None)
        try:
            return End(*peer.getpeername()[:2]) if peer is not None else End(LOOPBACK, 0)
        except OSError:
            return End(LOOPBACK, 0)

    def _check_form(self) -> None:
        own = origins.is_own_form(self.request.headers, self.request.headers["Host"])
        token = self.in_form("form")
        if not own or not origins.is_form_token(token, self.site.secret, self.visit):
            raise HTTPError(400)

    def _language(self) -> str:
        cookie = self.get_cookie(LANGUAGE, "") or ""
        if cookie in LANGUAGES:
            return cookie
        consent = self.site.consent
        return consent.language if consent else FALLBACK

    def new_visit(self) -> str:
        """A new visit, which the browser is told."""
        visit = new_visit()
        self.keep_cookie(VISIT, visit)
        return visit

    def keep_cookie(self, name: str, value: str) -> None:
        """Have the browser keep this until it is closed, for this page alone."""
        self.set_cookie(name, value, httponly=True, samesite="Strict")

    @property
    def now_seconds(self) -> float:
        """Seconds since the device started."""
        return self.site.device_clock.read().boot_seconds

    @property
    def private(self) -> bytes:
        """The private key that the passphrase opened. Raises HTTPError without a session."""
        if self.session is None:
            raise HTTPError(403)
        return self.session.private

    async def aside(self, work: Callable[..., T], *arguments: Any) -> T:
        """What ``work`` returns; it runs in a thread, so that the page goes on answering."""
        return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)

    def in_form(self, name: str) -> str:
        """What a form says in this field; empty where it says nothing. From outside."""
        return self.get_body_argument(name, "", strip=False) or ""

    def in_address(self, name: str, otherwise: str = "") -> str:
        """What the address says after its question mark. From outside."""
        return self.get_query_argument(name, otherwise) or ""

    def say(self, name: str, /, **filled: object) -> str:
        """A sentence in the language of the reader."""
        return self.words.say(name, **filled)

    def show(self, page: str, /, *, status: int = 200, **filled: Any) -> None:
        """Answer with a page. ``said`` and ``wrong``: sentences above it; ``heading``: its heading."""
        frame = {
            "say": self.say,
            "heading": self.say(f"page.{page}") if f"page.{page}" in self.words.sentences else "",
            "name": self.site.name,
            "language": self.words.language,
            "direction": direction(self.words.language),
            "languages": LANGUAGE_NAMES,
            "form": origins.form_token(self.site.secret, self.visit),
            "signed_in": self.session is not None,
            "stopped": self.site.running.state() == "stopped",
            "path": self.request.path,
            "said": "",
            "wrong": "",
            "idle_minutes": int(IDLE_SECONDS // 60),
        }
        self.set_status(status)
        self.finish(render(page, **{**frame, **filled}))

    def go(self, path: str) -> None:
        """Answer with the way to another page, which is then asked for."""
        self.redirect(path, status=303)

    def asked_to_say(self, *names: str) -> str:
        """The sentence that the address names, if it is one of these: how a form says what it did."""
        asked = self.in_address("said")
        return self.say(asked) if asked in names else ""

    def log_exception(self, *_: object) -> None:
        """Nothing: a traceback would hold what somebody wrote."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A page that says in one sentence what to do; nothing at all to whom the page does not answer."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if not self.visit:
            self.finish(b"")
            return
        status = error.http_status if isinstance(error, TutelaError) else status_code
        self.show("message", status=status, wrong=self.say(sentence_for(error, status_code)))


def sentence_for(error: object, status_code: int) -> str:
    """The name of the sentence for what went wrong."""
    if isinstance(error, Unavailable):
        return "page.unavailable"
    if isinstance(error, (Refused, Invalid)):
        return "page.not_possible"
    return {400: "page.old_form", 404: "page.not_found"}.get(status_code, "page.not_possible")


class Nothing(Answer):
    """Any other address."""

    needs_session = False

    def prepare(self) -> None:
        """Say that nothing is here."""
        super().prepare()
        raise HTTPError(404)
