"""The list feed: recipients fetch their lists with the threatexchange library or its CLI as they are.

Of the exchanges that threatexchange 1.2.17 has built in, only ``stop_ncii`` takes a base address in its
credentials (``TX_STOPNCII_KEYS=key,subscription,base``), so the wire form is that of StopNCII's
``FetchHashes`` (standards/05). It stands for nothing else: legal class and list are in every record.

Off until a token names lists (``tutela service token add --feed LIST``); such a token has a purpose and an
end. ``x-functions-key`` carries the token, ``Ocp-Apim-Subscription-Key`` the recipient's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.columns import KIND_NAMES, microseconds_of
from tutela.detect.matching.gathering import columns_of_list
from tutela.detect.matching.live import LiveList
from tutela.detect.service.canary import Canaries, open_key
from tutela.detect.service.deliveries import FOLDER, Deliveries, Delivery
from tutela.detect.service.feed_book import FIRST_START, Book, Bookshelf, brought_up
from tutela.detect.service.feed_rows import Source, class_names, current_rows
from tutela.detect.service.problems import BadInput, NotAllowed, NoToken
from tutela.detect.service.roles import Caller
from tutela.detect.service.running import Service
from tutela.kernel.clock import Clock, iso_utc
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.log import declare_words, get_logger

if TYPE_CHECKING:
    from tutela.detect.service.shelf_list import ShelfList

#: Where the feed stands below the service's address; with it the client's base address.
PREFIX = "/feed/v1"
#: What StopNCII calls our kinds (standards/05 section 5.2).
SIGNAL_TYPES = {"pdq": "ImagePDQ", "md5": "VideoMD5"}
#: Records of one page when nothing is said, and at most. The client asks for 800 (standards/05 section 5.1).
PAGE_SIZE, PAGE_SIZE_MAX = 800, 5_000
#: Threads of a process for the feed: comparing a million entries takes seconds; uploads go first (ours).
THREADS = 2
#: Seconds that a fetch waits for changes that are on their way, and after which one is to come back where the
#: lists are being made anew (changing.WAIT_SECONDS; the making takes minutes at a million entries; ours).
WAIT_SECONDS, BEHIND_RETRY_SECONDS = 2.0, 60.0
#: Largest time a recipient may come with: the year 9999, so that it stays a date.
_START_MAX = 253_402_300_799
#: Who withdraws, where no list holds the value any more.
_WITHDRAWN_BY = "tutela"

declare_words("feed", "feed_back")
_log = get_logger("service")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request: changes from ``start`` on, ``size`` at a time; ``upto`` and ``cursor`` on later pages.

    ``upto`` is the state of the book when the first page was given.
    """

    start: int = FIRST_START
    size: int = PAGE_SIZE
    upto: int | None = None
    cursor: int = -1


class Feed:
    """The blocking core: brings a recipient's book up to date and gives its pages. Threads may share it."""

    def __init__(
        self, folder: Path, shelf: Any, clock: Clock, *, head: Callable[[], int] = lambda: 0
    ) -> None:
        """``folder`` holds books and record; the key of the canaries stands beside it. ``head`` is the number
        of the newest change of the log; 0 where there is none to be behind of.
        """
        self._folder, self._shelf, self._clock, self._head = folder, shelf, clock, head
        self._books, self._deliveries = Bookshelf(folder), Deliveries(folder)

    def page(self, caller: Caller, ask: Ask) -> dict[str, Any]:
        """The answer to one request, recorded before it is given. Raises Refused, Unavailable."""
        first = ask.upto is None
        book = self._brought_up(caller) if first else self._books.read(caller.name)
        upto = book.synced if ask.upto is None else ask.upto
        rows, cursor = book.page(start=ask.start, cursor=ask.cursor, size=ask.size)
        self._record(caller, ask, rows, last=cursor is None)
        records = [_record_of(row, book.names) for row in rows]
        return {
            "count": len(records),
            "nextPageToken": None if cursor is None else f"{upto:x}.{cursor:x}",
            # In the middle of a fetch nothing is settled: who stops here begins again where he began.
            "nextSetTimestamp": ask.start if cursor is not None else max(ask.start, upto + 1),
            "hasMoreRecords": cursor is not None,
            "hashRecords": records,
        }

    def _brought_up(self, caller: Caller) -> Book:
        """The recipient's book, after its lists as they stand now.

        As it is while the lists are behind: where they are made anew from the log (a restore, a damaged
        list), what is not there yet is no withdrawal. Raises Unavailable then for one without a book.
        """
        if self._is_behind():
            book = self._books.read(caller.name)
            if not book.synced:
                raise Unavailable("the lists are not there yet", retry_after_seconds=BEHIND_RETRY_SECONDS)
            return book
        now = self._clock.now()
        lists = self._lists(caller)
        versions = {one.name: _version(one, now) for one in lists}
        moment = microseconds_of(now)
        book = self._books.read(caller.name)
        if book.is_current(versions, moment):
            return book
        canaries = Canaries(key=open_key(self._folder.parent))

        def change(book: Book) -> Book:
            if book.is_current(versions, moment):
                return book
            names = tuple(dict.fromkeys((*book.names, *versions)))
            current = current_rows(
                [_source(one, now) for one in lists],
                names=names,
                canaries=canaries,
                recipient=caller.name,
                now=now,
            )
            return brought_up(
                replace(book, names=names),
                current,
                versions,
                now_seconds=int(now.timestamp()),
                order_key=canaries.order_key(caller.name),
            )

        return self._books.change(caller.name, change)

    def _is_behind(self) -> bool:
        """True when the lists lack changes of the log, after waiting for them a little; or nobody can say."""
        try:
            head = self._head()
            if head:
                self._shelf.wait(head, WAIT_SECONDS)
            return bool(head) and self._shelf.applied().sequence < head
        except Unavailable:
            return True

    def _lists(self, caller: Caller) -> Sequence[ShelfList]:
        """Those that are there. One that answers no question here (its share is 0) goes on being given: a
        pause is no withdrawal, and would take the whole list from everybody at once.
        """
        there = sorted(caller.feeds & set(self._shelf.names()))
        lists: Sequence[ShelfList] = self._shelf.named(there)
        return lists

    def _record(self, caller: Caller, ask: Ask, rows: NDArray[np.void], *, last: bool) -> None:
        withdrawn = int((rows["lists"] == 0).sum())
        delivery = Delivery(
            time=iso_utc(self._clock.now()),
            recipient=caller.name,
            token=caller.id,
            purpose=caller.purpose,
            lists=tuple(sorted(caller.feeds)),
            values=len(rows) - withdrawn,
            withdrawn=withdrawn,
            start=ask.start,
            last=last,
        )
        self._deliveries.record(delivery)
        _log.info("feed_page", token=caller.id, values=delivery.values, withdrawn=withdrawn)


def _version(one: ShelfList, now: datetime) -> str:
    """What changes whenever other entries of the list are to leave, but for ends of validity."""
    standing = one.standing
    silent = len(standing.without_past(now).disabled)
    return f"{one.version} {standing.born}.{standing.change} {silent}"


def _source(one: ShelfList, now: datetime) -> Source:
    """The list as it stands. It is opened for this reading alone: a list that is asked grows meanwhile.

    It may be newer than the version that was taken before; then the next fetch compares again.
    """
    with LiveList(one.live.folder) as own:
        columns = columns_of_list(own)
        silent = frozenset(one.standing.without_past(now).disabled)
        return Source(name=one.name, header=own.header, columns=columns, disabled=silent)


def _record_of(row: np.void, names: Sequence[str]) -> dict[str, Any]:
    """A row as the client reads it.

    Its release 1.2.17 never takes a withdrawn value out (it looks at another field: standards/05 section
    5.3), so a withdrawal also carries a vote against, which makes it show the value as DISPUTED.
    """
    key = bytes(row["key"])
    kind = KIND_NAMES[key[0]]
    value = key[1:].ljust(VALUE_BYTES[kind], b"\0")
    classes = [name for bit, name in enumerate(class_names()) if int(row["classes"]) >> bit & 1]
    votes = [_vote(name, "Blocked", classes) for name in _names(int(row["lists"]), names)]
    votes += [_vote(name, "NotBlocked", ["disputed"]) for name in _names(int(row["disputed"]), names)]
    return {
        "lastModtimestamp": int(row["changed"]),
        "signalType": SIGNAL_TYPES[kind],
        "hashValue": value.hex(),
        "hashStatus": "Active" if votes else "Withdrawn",
        "caseNumbers": {},
        "CSPFeedbacks": votes or [_vote(_WITHDRAWN_BY, "NotBlocked", ["withdrawn"])],
    }


def _names(bits: int, names: Sequence[str]) -> list[str]:
    return [name for bit, name in enumerate(names) if bits >> bit & 1]


def _vote(source: str, value: str, tags: Sequence[str]) -> dict[str, Any]:
    return {"source": source, "feedbackValue": value, "tags": list(tags)}


def parse_ask(untrusted: Mapping[str, str]) -> Ask:
    """The request of a query string. Raises BadInput naming the field; unknown fields are passed over."""
    ask = Ask(
        start=_number(untrusted, "startTimestamp", FIRST_START, 0, _START_MAX),
        size=min(PAGE_SIZE_MAX, _number(untrusted, "pageSize", PAGE_SIZE, 1, 1_000_000)),
    )
    token = untrusted.get("nextPageToken", "")
    if not token:
        return ask
    upto, _, cursor = token.partition(".")
    try:
        place = replace(ask, upto=_hex(upto), cursor=_hex(cursor))
    except ValueError as error:
        raise BadInput(
            "is no cursor", field="nextPageToken", right="the value that the page before gave"
        ) from error
    return place


def _number(untrusted: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = untrusted.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= 15 and low <= int(text) <= high):
        raise BadInput("is out of range", field=name, right=f"a whole number from {low} to {high}")
    return int(text)


def _hex(text: str) -> int:
    """Raises ValueError for anything but 1 to 16 lower-case hexadecimal digits."""
    if not text or len(text) > 16 or text.strip("0123456789abcdef"):
        raise ValueError("not a number")
    return int(text, 16)


async def recipient(service: Service, request: Request) -> Caller:
    """Who fetches. Raises NoToken (401), NotAllowed (403) for a token without lists."""
    try:
        caller: Caller = await service.in_thread(
            service.tokens.caller, request.headers.get("x-functions-key", "")
        )
    except Refused as error:
        raise NoToken("x-functions-key holds no valid token") from error
    request.state.caller_id = caller.id
    service.admission.belongs(caller.id)
    if request.headers.get("ocp-apim-subscription-key", "") != caller.name:
        raise NoToken("Ocp-Apim-Subscription-Key is not the name that the token was given to")
    if not caller.feeds:
        raise NotAllowed("no list leaves to this token: the list feed is off for it")
    return caller


def routes(service: Service) -> list[BaseRoute]:
    """``GET /feed/v1/FetchHashes``; what the client could send back is refused."""
    feed = Feed(service.folder / FOLDER, service.shelf, service.clock, head=service.log.head)
    threads = anyio.CapacityLimiter(THREADS)

    async def fetch(request: Request) -> Response:
        with service.admission.place():
            caller = await recipient(service, request)
            ask = parse_ask(request.query_params)
            answer = await anyio.to_thread.run_sync(feed.page, caller, ask, limiter=threads)
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def submit(request: Request) -> Response:
        await recipient(service, request)
        raise NotAllowed("this feed is for reading; tell us about wrong entries outside of it")

    return [
        Route(f"{PREFIX}/FetchHashes", fetch, methods=["GET"], name="feed"),
        Route(f"{PREFIX}/SubmitHashes", submit, methods=["POST"], name="feed_back"),
        Route(f"{PREFIX}/SubmitFeedback", submit, methods=["POST"], name="feed_back"),
    ]
