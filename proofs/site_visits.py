"""Every page of the public's site in every state that somebody without JavaScript can bring it to.

``Site`` asks a WSGI application as a browser would: links, forms, no cookie, no script. ``crawl`` finds the
pages that links and forms lead to; ``VISITS`` are the states that need something wrong, used or crowded.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import parse_qsl, urlencode, urlsplit

from proofs.site_reader import Read, read_page

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

#: Addresses that are there and are no page: files, what machines send, and the way out.
NO_PAGES = frozenset({"asset", "csp_report", "api_reports", "api_self_reports", "leave"})
#: A form that is in order, and ones that are not; addresses lead nowhere.
GOOD = {"addresses": "https://there.test/one", "text": "seen today"}
FORMS: Mapping[str, Mapping[str, str]] = {
    "empty": {"addresses": "", "text": ""},
    "no address": {"addresses": "this is none\nhttp://\nhttp://[::\nftp://there.test/a", "text": ""},
    "onion, local, mail": {
        "addresses": "http://127.0.0.1/\nmailto:a@there.test\nhttp://localhost/",
        "text": "",
    },
    "disputed": {"addresses": "https://me:word@there.test/\nhttps://there.test\\@other.test/", "text": ""},
    "too many": {"addresses": "\n".join(f"https://there.test/{n}" for n in range(101)), "text": ""},
    "too long": {
        "addresses": "https://there.test/" + "a" * 9_000,
        "text": "a" * 8_001,
        "route": "a" * 2_001,
        "access": "a" * 2_001,
        "referrer": "no address",
    },
    "details": {**GOOD, "referrer": "https://door.test/", "route": "from there", "access": "a password"},
    "urgent": {**GOOD, "urgent": "1"},
    "no receipt": {**GOOD, "no_receipt": "1"},
    "good": GOOD,
}
#: Bytes of a form that is too large to be read.
TOO_LARGE = 9 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer: what was asked for, its status, headers, and the page."""

    path: str
    status: int
    headers: Mapping[str, str]
    html: str
    page: Read


class Site:
    """One WSGI application, asked from one address."""

    def __init__(self, application: WSGIApplication, host: str) -> None:
        self.application, self.host = application, host

    def get(self, path: str, language: str = "en", **query: str) -> Answer:
        """The answer to a link."""
        return self.ask("GET", path, query={"language": language, **query})

    def post(self, path: str, form: Mapping[str, str], language: str = "en") -> Answer:
        """The answer to a form that was shown in a language."""
        query = dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
        sent = {"shown_in": language, **form}
        return self.ask("POST", urlsplit(path).path, query={"language": language, **query}, form=sent)

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a request."""
        where = urlsplit(path)
        asked = urlencode({**dict(parse_qsl(where.query, keep_blank_values=True)), **query})
        body = urlencode(form or {}).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": where.path,
            "QUERY_STRING": asked,
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if form is not None else "",
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": self.host.partition(":")[0],
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_ACCEPT_LANGUAGE": "en",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        return self._answered(environ)

    def _answered(self, environ: dict[str, Any]) -> Answer:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            told.append((status, headers))
            return lambda _data: None

        chunks = self.application(environ, start)
        html = b"".join(chunks).decode("utf-8", "replace")
        getattr(chunks, "close", lambda: None)()
        status, headers = told[-1]
        path = environ["PATH_INFO"]
        return Answer(
            path=path, status=int(status[:3]), headers=dict(headers), html=html, page=read_page(html)
        )


def crawl(site: Site, language: str) -> dict[str, Answer]:
    """Every page that links and forms of the site lead to, from its first page on, by its path."""
    found: dict[str, Answer] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = site.get(path, language)
        if found[path].status == 200:
            waiting += sorted(_inner(found[path].page.links, path) - found.keys())
    return found


def _inner(links: Sequence[str], here: str) -> set[str]:
    """The paths of links that stay on the site; those to another language of a page lead to itself."""
    paths = {urlsplit(link).path or here for link in links if not urlsplit(link).netloc}
    return {path for path in paths if path.startswith("/") and "." not in path.rpartition("/")[2]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A state of a page by its name: what is asked for, what else must be so, and the status that answers."""

    name: str
    status: int
    path: str
    form: Mapping[str, str] | None = None
    host: str = ""
    so: Callable[[], Any] | None = field(default=None, compare=False)

    def made(self, site: Site, language: str) -> Answer:
        """The answer."""
        site = Site(site.application, self.host) if self.host else site
        with self.so() if self.so else ExitStack():
            if self.form is None:
                return site.get(self.path, language)
            return site.post(self.path, self.form, language)


@contextmanager
def crowded() -> Iterator[None]:
    """More come than can be kept."""
    from tutela.hotline.intake.crowd import crowd

    with mock.patch.object(crowd(), "admit", return_value=False):
        yield


@contextmanager
def patched(name: str, failure: BaseException) -> Iterator[None]:
    """Something of ours fails so."""
    with mock.patch(name, side_effect=failure):
        yield


@contextmanager
def full() -> Iterator[None]:
    """Neither database nor spare area takes a report."""
    from tutela.kernel.errors import Unavailable

    with ExitStack() as stack:
        for module in ("forms", "receipt_views"):
            stack.enter_context(patched(f"tutela.hotline.intake.{module}.keep_report", Unavailable("full")))
        yield


@contextmanager
def database_away() -> Iterator[None]:
    """The database does not answer."""
    from django.db import OperationalError

    with patched("tutela.hotline.intake.receipt_views.standing_of", OperationalError("away")):
        yield


@contextmanager
def known_notice() -> Iterator[None]:
    """The number is that of a notice that went out."""
    at = datetime(2026, 5, 4, tzinfo=UTC)
    with mock.patch("tutela.hotline.takedown.public_views.sent_on", return_value=at):
        yield


@contextmanager
def standing(*, only_words: bool) -> Iterator[None]:
    """The receipt is that of a report of words alone, or of one with addresses of every outcome."""
    from tutela.hotline.intake.outcomes import OUTCOMES, SENTENCES
    from tutela.hotline.intake.queries import Standing

    told = () if only_words else tuple((SENTENCES[one], 1) for one in OUTCOMES)
    found = Standing(digest="d" * 64, told=told, only_words=only_words)
    with mock.patch("tutela.hotline.intake.receipt_views.standing_of", return_value=found):
        yield


@contextmanager
def said_who() -> Iterator[None]:
    """The settings say who runs the pages: all of it, in digits, so that the words beside it stand out."""
    from django.conf import settings

    from tutela.hotline.operator_settings import OperatorSettings

    words = [name for name, one in OperatorSettings.model_fields.items() if one.annotation is str]
    operator = OperatorSettings(**{name: str(number) for number, name in enumerate(words)})
    with mock.patch.object(settings, "TUTELA_OPERATOR", operator):
        yield


@contextmanager
def all_asked() -> Iterator[None]:
    """Too many ask for the page of answers."""
    from tutela.hotline.partners.public_views import pace

    with mock.patch.object(pace(), "take", return_value=False):
        yield


def visits(receipt: str, link: str, answer: str) -> Iterator[Visit]:
    """Every state beside those that links lead to; of a receipt, a helpline's link and a referral's token."""
    for path in ("/report", "/me", "/threat"):
        for name, form in FORMS.items():
            kept = name in {"details", "urgent", "no receipt", "good"}
            status = 200 if kept else 422
            yield Visit(name=f"{path} {name}", status=status, path=path, form=form)
        yield Visit(name=f"{path} crowded", status=429, path=path, form=GOOD, so=crowded)
        yield Visit(name=f"{path} full", status=503, path=path, form=GOOD, so=full)
        large = {"addresses": "a" * TOO_LARGE}
        yield Visit(name=f"{path} too large", status=413, path=path, form=large)
    yield from _of_receipts(receipt)
    yield Visit(name="link used up", status=404, path="/t?t=none")
    yield Visit(name="link", status=200, path=f"/t?t={link}")
    yield Visit(name="link, form empty", status=422, path="/t", form={"link": link, **FORMS["empty"]})
    yield Visit(name="verify, none of ours", status=200, path="/verify/x")
    yield Visit(name="verify, ours", status=200, path="/verify/x", so=known_notice)
    yield from _of_answers(answer)
    yield Visit(name="imprint, said", status=200, path="/imprint", so=said_who)
    yield Visit(name="privacy, said", status=200, path="/privacy", so=said_who)
    yield Visit(name="no such page", status=404, path="/nowhere")
    yield Visit(name="no host of ours", status=400, path="/", host="elsewhere.test")
    for country in ["-", *telling_countries()]:
        yield Visit(name=f"help, {country}", status=200, path=f"/help?country={country}")


def telling_countries() -> list[str]:
    """Countries whose help, taken together, is of every kind and says everything that is said besides."""
    from tutela.kernel.help import countries, help_for
    from tutela.kernel.help.contacts import KINDS

    chosen, said = [], set[str]()
    for code, _ in countries("en"):
        told = {word for one in help_for(code, kinds=KINDS) for word in (one.kind, *one.notes)}
        if not told <= said:
            chosen.append(code)
            said |= told
    return chosen


def _of_receipts(receipt: str) -> Iterator[Visit]:
    ours, wrong = {"receipt": receipt}, {"receipt": "one two three"}
    yield Visit(name="receipt, wrong", status=200, path="/receipt", form=wrong)
    yield Visit(name="receipt, right", status=200, path="/receipt", form=ours)
    for only_words in (True, False):
        so = partial(standing, only_words=only_words)
        yield Visit(name=f"receipt, {only_words=}", status=200, path="/receipt", form=ours, so=so)
    for name in ("empty", "no address", "too long"):
        form = {**ours, "add": "1", **FORMS[name]}
        yield Visit(name=f"receipt, add {name}", status=422, path="/receipt", form=form)
    more = {**ours, "add": "1", **GOOD}
    so = partial(standing, only_words=False)
    yield Visit(name="receipt, add crowded", status=429, path="/receipt", form=more, so=crowded)
    yield Visit(name="receipt, add full", status=503, path="/receipt", form=more, so=full)
    yield Visit(name="receipt, add", status=200, path="/receipt", form=more, so=so)
    large = {"addresses": "a" * TOO_LARGE}
    yield Visit(name="receipt, too large", status=413, path="/receipt", form=large)
    yield Visit(name="database away", status=503, path="/receipt", form=ours, so=database_away)
    fault = partial(patched, "tutela.hotline.intake.receipt_views.standing_of", RuntimeError("planted"))
    yield Visit(name="a fault of ours", status=500, path="/receipt", form=ours, so=fault)


def _of_answers(token: str) -> Iterator[Visit]:
    path = f"/answer/{token}"
    yield Visit(name="answer, no such link", status=404, path="/answer/x")
    yield Visit(name="answer, crowded", status=429, path=path, so=all_asked)
    yield Visit(name="answer", status=200, path=path)
    yield Visit(name="answer, nothing chosen", status=422, path=path, form={"outcome": ""})
    long = {"outcome": "received", "reference": "1" * 81}
    yield Visit(name="answer, number too long", status=422, path=path, form=long)
    yield Visit(name="answer, that it goes on", status=200, path=path, form={"outcome": "received"})
    yield Visit(name="answer, how it ended", status=200, path=path, form={"outcome": "no_case"})
