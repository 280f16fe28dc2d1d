"""What one process of the service runs on: settings, tokens, lists, matcher, change log, watch, figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request

from tutela.detect.fingerprints.files import is_film
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.ladder import FAMILIES
from tutela.detect.media.shapes import WEB, Limits
from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.bodies import BodyRules
from tutela.detect.service.figures import Figures
from tutela.detect.service.hook_bodies import ANNOUNCED, MatchNews, narrowed
from tutela.detect.service.lane import Lane, Pool
from tutela.detect.service.outside.asking import subject_of
from tutela.detect.service.problems import NotAllowed, NoToken
from tutela.detect.service.rates import Rates
from tutela.detect.service.roles import Caller, Role
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, TutelaError
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.detect.fingerprints.files import FormCollector
    from tutela.detect.matching.shapes import Match
    from tutela.detect.media.opened import Opened
    from tutela.detect.media.shapes import Examined
    from tutela.detect.service.bodies import Body
    from tutela.detect.service.changes import ChangeLog
    from tutela.detect.service.fetched import Fetches
    from tutela.detect.service.hooks import Hooks
    from tutela.detect.service.matcher import Looked, Matcher, Shelf
    from tutela.detect.service.outside.panel import Panel, Spoken

P = ParamSpec("P")
T = TypeVar("T")
#: Threads for short blocking work: files, the change log, tokens (our own; media work has its own).
SHORT_THREADS = 16
#: Threads that wait for outside opinions, so that they keep nothing else waiting (our own).
OUTSIDE_THREADS = 16


class Tokens(Protocol):
    """What is needed of ``tokens.TokenBook``."""

    def caller(self, untrusted_token: str) -> Caller:
        """Who holds the token. Raises Refused with the same face for unknown and expired."""


class Watch(Protocol):
    """What is needed of ``probing.Watch``."""

    def admit(self, caller: Caller, *, now_seconds: float) -> None:
        """Returns when the caller is not cut off as a whole. Raises Refused."""

    def query(
        self,
        caller: Caller,
        prints: Sequence[Fingerprint],
        *,
        met: bool,
        now_seconds: float,
        met_forms: Collection[str],
    ) -> None:
        """Takes note of one query. Raises Refused when the caller is cut off."""


def _everything(_match: Match) -> bool:
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class _Picture:
    """A JPEG on its way: whose it is, what takes its forms, and the lists to ask."""

    caller: Caller
    opened: Opened
    lists: tuple[str, ...]
    sink: FormCollector


@dataclass(kw_only=True, slots=True, eq=False)
class Service:
    """One process's parts. Route modules take it and give routes; nothing else is shared between them."""

    settings: ServiceSettings
    tokens: Tokens
    shelf: Shelf
    matcher: Matcher
    log: ChangeLog
    watch: Watch
    figures: Figures = field(default_factory=Figures)
    clock: Clock = field(default_factory=SystemClock)
    #: Limits of the profile web, for the size of films.
    limits: Limits = WEB
    #: Counts what each caller asks for; without one this process counts its part alone.
    rates: Rates | None = None
    #: Tells others of matches; without them nobody is told.
    hooks: Hooks | None = None
    #: Whom to ask about uploads that no list knows; without one nobody is asked.
    panel: Panel | None = None
    #: Fetches the addresses that callers name; without it none is fetched.
    fetches: Fetches | None = None
    #: Processes of this service, which share the limits of a caller where each counts alone.
    processes: int = 1
    #: The service's data folder (0700): what the list feed gave out is kept in it.
    folder: Path = field(default_factory=lambda: home() / "match")
    #: Where the processes of one start of the service put their numbers together; None: there is only one.
    figures_folder: Path | None = None
    #: What else ends with this process: shelf, change log, tables of the watch.
    also_close: tuple[Callable[[], None], ...] = ()
    admission: Admission = field(init=False)
    bodies: BodyRules = field(init=False)
    _counted: Rates = field(init=False)
    _short: anyio.CapacityLimiter = field(init=False)
    _outside: anyio.CapacityLimiter = field(init=False)
    #: Where JPEGs wait for the sandbox; without one, as with a sandbox that cannot do it, a thread waits.
    _lane: Lane[_Picture, Looked] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        settings = self.settings
        self.admission = Admission(
            AdmissionRules(
                requests_max=settings.requests_max,
                caller_requests_max=settings.caller_requests_max,
                looks_at_once=settings.looks_at_once,
                wait_seconds_max=settings.wait_seconds_max,
                held_bytes_max=settings.held_bytes_max,
            ),
            clock=self.clock,
        )
        self._counted = self.rates or Rates(clock=self.clock, share=1 / max(1, self.processes))
        self.bodies = BodyRules(
            bytes_max=settings.body_bytes_max,
            film_bytes_max=self.limits.film_bytes_max,
            json_bytes_max=settings.json_bytes_max,
            grace_seconds=settings.upload_grace_seconds,
            bytes_per_second_min=settings.upload_bytes_per_second_min,
            clock=self.clock,
        )
        self._short = anyio.CapacityLimiter(SHORT_THREADS)
        self._outside = anyio.CapacityLimiter(OUTSIDE_THREADS)
        pool: object = self.matcher.pool
        if isinstance(pool, Pool):
            self._lane = Lane(
                pool,
                self.matcher.ask,
                self._judge,
                workers=settings.media_workers,
                admission=self.admission,
                in_thread=self.in_thread,
            )

    async def in_thread(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``function`` returns; it runs in one of a few threads and may block for a moment."""
        return await anyio.to_thread.run_sync(partial(function, *args, **kwargs), limiter=self._short)

    async def caller(self, request: Request, role: Role) -> Caller:
        """Who asks, by the header ``Authorization: Bearer``. Raises NoToken (401), NotAllowed (403)."""
        scheme, _, untrusted_token = request.headers.get("authorization", "").partition(" ")
        given = untrusted_token.strip() if scheme.lower() == "bearer" else ""
        return await self.caller_of(given, role, request=request)

    async def caller_of(self, untrusted_token: str, role: Role, *, request: Request) -> Caller:
        """Who holds a token that came another way, if it has the role. Raises NoToken, NotAllowed, and Busy
        where that caller has too many requests in hand.
        """
        try:
            caller = self.tokens.caller(untrusted_token)  # microseconds; the file is read when it changed
        except Refused as error:
            raise NoToken("a valid token is needed: Authorization: Bearer TOKEN") from error
        request.state.caller_id = caller.id
        try:
            caller.require(role)
        except Refused as error:
            raise NotAllowed(f"the token lacks the role {role}") from error
        self.admission.belongs(caller.id)
        return caller

    def check_rate(self, caller: Caller, queries: int = 1) -> None:
        """Returns when the caller may ask so many questions now, and counts them. Raises Busy (429)."""
        self._counted.admit(caller, queries=queries)

    @contextmanager
    def charged(self, caller: Caller) -> Iterator[None]:
        """Where a question is read that says only then how much it asks: one that cannot be read is charged
        too, or nothing would slow its sender down. Raises Busy (429) instead, when it is too much.
        """
        try:
            yield
        except Invalid:
            self.check_rate(caller)
            raise

    async def look(
        self, caller: Caller, question: Callable[[], Sequence[Looked]], *, slow: bool = False
    ) -> Sequence[Looked]:
        """What ``question`` finds, in a thread of the media work, after the watch took note of all of it.

        ``slow`` (``Body.slow``) is for films and archives, which get half of the turns at most.
        Raises Refused (403) for a caller who probes, Busy (429) when the wait for a turn is too long.
        """
        looked = await self.admission.look(partial(self._watched, caller, question), slow=slow)
        for one in looked:
            self.figures.look(one.decision.status)
        return looked

    async def look_at(self, caller: Caller, body: Body, lists: Sequence[str] = ()) -> Sequence[Looked]:
        """What an upload and, where it is a container, its members are, as ``look``.

        A JPEG is looked at without a thread, whose hand-over would cost as much as the picture.
        Raises as ``look`` and ``Matcher.media_all``.
        """
        if body.kind == "jpeg" and self._lane is not None:
            return await self._look_at_jpeg(self._lane, caller, body, tuple(lists))
        everything = partial(self.matcher.media_all, body.fd, lists=lists)
        return await self.look(caller, lambda: tuple(everything()), slow=body.slow)

    async def _look_at_jpeg(
        self, lane: Lane[_Picture, Looked], caller: Caller, body: Body, lists: tuple[str, ...]
    ) -> Sequence[Looked]:
        self.watch.admit(caller, now_seconds=self.clock.now().timestamp())
        self.matcher.check(lists)
        picture = _Picture(caller=caller, opened=body.opened, lists=lists, sink=self.matcher.collector())

        async def alone() -> Looked:
            """A worker has to be begun, or one failed."""
            media = partial(self.matcher.media, body.fd, lists=lists)
            return (await self.look(caller, lambda: (media(),)))[0]

        return (await lane.answer(picture, alone),)

    def _judge(self, examined: Sequence[tuple[_Picture, Examined]]) -> list[Looked | Exception]:
        """What the lists say of pictures, as far as the watch lets their callers hear it."""
        outcomes: dict[int, Looked | Exception] = {}
        for lists in {picture.lists for picture, _ in examined}:
            places = [place for place, (picture, _) in enumerate(examined) if picture.lists == lists]
            try:
                found = self.matcher.looked(
                    [(examined[place][0].sink, examined[place][1]) for place in places], lists=lists
                )
            except TutelaError as error:
                outcomes |= dict.fromkeys(places, error)
                continue
            for place, looked in zip(places, found, strict=True):
                outcomes[place] = self._told(examined[place][0].caller, looked)
        return [outcomes[place] for place in range(len(examined))]

    def _told(self, caller: Caller, looked: Looked) -> Looked | TutelaError:
        """What a caller is told, after the watch took note of it."""
        try:
            self._note(caller, looked)
        except TutelaError as error:
            return error
        self.figures.look(looked.decision.status)
        return looked

    async def announce(
        self,
        caller: Caller,
        looked: Sequence[Looked],
        reference: str,
        *,
        told: Callable[[Match], bool] = _everything,
    ) -> int:
        """How many receivers of web-hooks could not be given what was found; the answer goes out anyway.

        ``reference`` is the caller's own, checked (``hook_bodies.check_reference``). ``told`` says of each
        match whether the answer tells it: nobody hears of more through a web-hook than the caller does.
        """
        decisions = tuple(narrowed(one.decision, told) for one in looked)
        news = MatchNews(decisions=decisions, caller=caller.name, reference=reference)
        if self.hooks is None or news.status not in ANNOUNCED:
            return 0
        return (await self.in_thread(self.hooks.matched, news)).refused

    async def opinions(self, looked: Sequence[Looked], body: Body) -> tuple[Spoken, ...]:
        """What the panel says about an upload that no list knows; takes at most ``opinion_seconds``."""
        itself = looked[-1]
        subject = subject_of(body, itself.prints) if self.panel is not None else None
        if self.panel is None or subject is None:
            return ()
        ask = partial(self.panel.opinions, itself.decision, subject)
        return await anyio.to_thread.run_sync(ask, limiter=self._outside)

    def _watched(self, caller: Caller, question: Callable[[], Sequence[Looked]]) -> Sequence[Looked]:
        self.watch.admit(caller, now_seconds=self.clock.now().timestamp())
        looked = tuple(question())
        if len(looked) > 1 and not looked[0].loose and not caller.has("detail"):
            now_seconds, (prints, forms) = self.clock.now().timestamp(), as_one(looked)
            self.watch.query(caller, prints, met=bool(forms), now_seconds=now_seconds, met_forms=forms)
            return looked
        for one in looked:
            self._note(caller, one)
        return looked

    def _note(self, caller: Caller, looked: Looked) -> None:
        forms, now_seconds = met_forms(looked), self.clock.now().timestamp()
        for prints, met in queries_of(looked):
            self.watch.query(caller, prints, met=met, now_seconds=now_seconds, met_forms=forms)

    def close(self) -> None:
        """Ends the sandbox's workers and lets go of lists and log. Safe to call twice."""
        self.matcher.close()
        if self.hooks is not None:
            self.hooks.close()
        for close in self.also_close:
            close()


def met_forms(looked: Looked) -> frozenset[str]:
    """The forms of one file that met a perceptual entry."""
    return frozenset(match.form for match in looked.decision.matches if match.kind in FAMILIES)


def as_one(looked: Sequence[Looked]) -> tuple[list[Fingerprint], frozenset[str]]:
    """An archive as the watch is told of it where only the worst of all members is answered: as one upload.

    Its fingerprints and the forms that met, each form under the number of its member. One answer tells one
    thing, and an album of alike pictures makes nobody a prober.
    """
    prints = [
        replace(print_, form=f"{number}.{print_.form}")
        for number, one in enumerate(looked)
        for print_ in one.prints.prints
    ]
    met = (f"{number}.{form}" for number, one in enumerate(looked) for form in met_forms(one))
    return prints, frozenset(met)


def queries_of(looked: Looked) -> Iterator[tuple[Sequence[Fingerprint], bool]]:
    """What the watch is told of one file: its fingerprints, and whether they met a perceptual entry.

    Of loose fingerprints each picture's counts by itself, since nobody knows whether they are of one file.
    """
    met = met_forms(looked)
    shown = [one for one in looked.prints.prints if one.kind == "pdq"]
    frames = [one for one in shown if is_film(one.form)]
    pictures = [one for one in shown if not is_film(one.form)]
    if looked.loose and pictures and len(shown) > 1:
        for one in pictures:
            yield (one,), one.form in met
        if frames:
            yield frames, any(one.form in met for one in frames)
    else:
        yield looked.prints.prints, bool(met)
