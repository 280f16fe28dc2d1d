"""Lists and their entries: what curators change, and the counts that statistics reads.

No address here gives a value, not even to the role that wrote it (decisions.md section 9, threat ST-17):
lists leave only by publishing to a named recipient.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.service.answers import freshness_fields
from tutela.detect.service.bodies import receive_json
from tutela.detect.service.changes import Act, Draft
from tutela.detect.service.changing import NO_STORE, WAIT_SECONDS, Changes, changed
from tutela.detect.service.entries_json import checked_entry_id, parse_entries, parse_entry
from tutela.detect.service.headers_json import checked_list_name, parse_list_header, same_list
from tutela.detect.service.list_facts import ListFacts
from tutela.detect.service.problems import NotAllowed
from tutela.detect.service.strict_json import Fields, check_known, load_object
from tutela.kernel.errors import Conflict, Unavailable
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.matching.shapes import ListEntry
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.running import Service
    from tutela.detect.service.shelf import Shelf

#: When to ask again while this replica is behind, in seconds: within one a change is to be live.
BEHIND_SECONDS = 1.0
Handler = Callable[[Request], Awaitable[Response]]

declare_words("lists", "list", "list_release", "entries", "entry", "entry_disable", "entry_enable")


def routes(service: Service, *, wait_seconds: float = WAIT_SECONDS) -> list[BaseRoute]:
    """Everything under ``/v1/lists``. ``wait_seconds``: how long an answer waits until a change is live."""
    api = ListsApi(service, wait_seconds=wait_seconds)
    one, entry = "/v1/lists/{list}", "/v1/lists/{list}/entries/{entry}"
    act = partial(partial, api.entry_act)
    return [
        api.route("/v1/lists", "lists", {"GET": api.index}),
        api.route(one, "list", {"GET": api.show, "PUT": api.create, "DELETE": partial(api.act, "retire")}),
        api.route(f"{one}/release", "list_release", {"POST": partial(api.act, "release")}),
        api.route(f"{one}/entries", "entries", {"POST": api.add}),
        api.route(entry, "entry", {"GET": api.entry, "PUT": api.put, "DELETE": act("remove")}),
        api.route(f"{entry}/disable", "entry_disable", {"POST": act("disable")}),
        api.route(f"{entry}/enable", "entry_enable", {"POST": act("enable")}),
    ]


class ListsApi:
    """The handlers of one service process."""

    def __init__(self, service: Service, *, wait_seconds: float) -> None:
        shelf = cast("Shelf", service.shelf)
        self._service = service
        self._facts = ListFacts(shelf)
        self._changes = Changes(service, shelf, wait_seconds=wait_seconds)

    def route(self, path: str, name: str, handlers: Mapping[str, Handler]) -> Route:
        """One address with a handler for each method, which begins only when there is a place for it."""

        async def answer(request: Request) -> Response:
            with self._service.admission.place():
                return await handlers["GET" if request.method == "HEAD" else request.method](request)

        return Route(path, answer, methods=list(handlers), name=name)

    async def index(self, request: Request) -> Response:
        """All lists with their counts."""
        await self._reader(request)
        _check_no_parameters(request)
        return await self._shown(lambda: {"lists": self._facts.all()})

    async def show(self, request: Request) -> Response:
        """One list with its counts."""
        await self._reader(request)
        _check_no_parameters(request)
        return await self._shown(partial(self._facts.one, request.path_params["list"]))

    async def entry(self, request: Request) -> Response:
        """One entry, without its values."""
        await self._curator(request)
        names = request.path_params
        return await self._shown(partial(self._facts.entry, names["list"], names["entry"]))

    async def create(self, request: Request) -> Response:
        """A new list; nothing where it stands already in the same words."""
        caller = await self._curator(request)
        name = checked_list_name(request.path_params["list"])
        fields = await self._body(request)
        wished = parse_list_header(fields, name, self._service.clock.now())
        current = await self._changes.caught_up()
        standing = await self._service.in_thread(self._facts.header_if_any, name)
        if standing is None:
            draft = Draft(list=name, act="create", caller=caller.name, header=wished)
            return await self._changes.answer(draft, status=201, patient=current)
        if not same_list(standing, wished, fields):
            raise Conflict("the list is there and says something else about itself")
        if not current:  # it may have been retired by a change that is not live here yet
            raise Unavailable("this replica is behind its change log", retry_after_seconds=BEHIND_SECONDS)
        return await self._unchanged()

    async def put(self, request: Request) -> Response:
        """A new entry; nothing where it stands already in the same words."""
        caller = await self._curator(request)
        name, entry = request.path_params["list"], checked_entry_id(request.path_params["entry"])
        fields = await self._body(request)
        current = await self._changes.caught_up()
        header = await self._service.in_thread(self._facts.header, name)
        return await self._added(caller, name, parse_entry(fields, entry, header), current=current)

    async def add(self, request: Request) -> Response:
        """Several entries as one change; nothing where all of them stand already."""
        caller = await self._curator(request)
        name = request.path_params["list"]
        fields = await self._body(request)
        current = await self._changes.caught_up()
        header = await self._service.in_thread(self._facts.header, name)
        return await self._added(caller, name, parse_entries(fields, header), current=current)

    async def _added(
        self, caller: Caller, name: str, rows: Sequence[ListEntry], *, current: bool
    ) -> Response:
        """All entries of ``rows`` as one change. Raises Conflict when one of them stands in other words.

        Where they stand already that is said only if nothing can end them any more: neither a change that
        is not live here yet (not ``current``), nor a removal that waits for a release.
        """
        standing = await self._service.in_thread(self._facts.stands, name, rows)
        applied = await self._service.in_thread(self._service.shelf.applied)
        if all(standing) and current and name not in applied.holds:
            return await self._unchanged()
        if False in standing:
            number = standing.index(False) + 1
            raise Conflict(f"entry number {number} is there and says something else; remove it first")
        draft = Draft(list=name, act="add", caller=caller.name, entries=tuple(rows))
        return await self._changes.answer(draft, status=201, patient=current)

    async def act(self, act: Act, request: Request) -> Response:
        """Retire a list, or release what it holds."""
        caller = await self._curator(request)
        name = request.path_params["list"]
        current = await self._changes.caught_up()
        await self._service.in_thread(self._facts.check_name, name)  # one that cannot be read can go as well
        return await self._changes.answer(Draft(list=name, act=act, caller=caller.name), patient=current)

    async def entry_act(self, act: Act, request: Request) -> Response:
        """Remove, disable or enable one entry."""
        caller = await self._curator(request)
        name, entry = request.path_params["list"], request.path_params["entry"]
        fields = await self._until(request) if act == "disable" else Fields(place="", untrusted={})
        until = fields.moment("until")
        if until is not None and until <= self._service.clock.now():
            fields.wrong("until", "must lie in the future")
        current = await self._changes.caught_up()
        await self._service.in_thread(self._facts.entry, name, entry)
        draft = Draft(list=name, act=act, caller=caller.name, ids=(entry,), until=until)
        return await self._changes.answer(draft, patient=current)

    async def _until(self, request: Request) -> Fields:
        """The body ``{"until": ...}``, which may be left out."""
        if (
            request.headers.get("content-length", "") in ("", "0")
            and "transfer-encoding" not in request.headers
        ):
            return Fields(place="", untrusted={})
        fields = await self._body(request)
        check_known(fields, ("until",))
        return fields

    async def _body(self, request: Request) -> Fields:
        return load_object(await receive_json(request, self._service.bodies, self._service.admission))

    async def _curator(self, request: Request) -> Caller:
        caller = await self._service.caller(request, "curate")
        self._service.check_rate(caller)
        _check_no_parameters(request)
        return caller

    async def _reader(self, request: Request) -> Caller:
        """Who may see counts. Raises NoToken, NotAllowed, Busy."""
        try:
            caller = await self._service.caller(request, "statistics")
        except NotAllowed:
            try:
                caller = await self._service.caller(request, "curate")
            except NotAllowed as error:
                raise NotAllowed("the token has neither the role statistics nor curate") from error
        self._service.check_rate(caller)
        return caller

    async def _shown(self, facts: Callable[[], Mapping[str, object]]) -> Response:
        """The answer with how far this replica is, which is asked first: the facts may only be newer."""
        freshness = await self._service.in_thread(self._service.matcher.freshness)
        fields = await self._service.in_thread(facts)
        return JSONResponse({**fields, **freshness_fields(freshness)}, headers=NO_STORE)

    async def _unchanged(self) -> Response:
        applied = await self._service.in_thread(self._service.shelf.applied)
        return changed(applied.sequence)


def _check_no_parameters(request: Request) -> None:
    """Returns when the address has no parameters: what is not read must not look as if it were."""
    check_known(Fields(place="", untrusted=request.query_params), ())
