"""The native API: an upload or its fingerprints against the lists; health, readiness, numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.answers import answer_fields, freshness_fields, item_fields
from tutela.detect.service.bodies import Body, receive, receive_json
from tutela.detect.service.hook_bodies import reference_of
from tutela.detect.service.matcher import Looked
from tutela.detect.service.problems import BadInput, answer_of, problem_of, unreadable
from tutela.detect.service.questions import LISTS_MAX, parse_lists, parse_prints, queries_in, refuse_url
from tutela.detect.service.strict_json import Fields, as_object, check_known, load_object
from tutela.kernel.errors import Invalid
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.running import Service

T = TypeVar("T")

declare_words("match", "match_batch")
#: Statuses that say that something was found, whatever else is wrong with the file.
_FOUND = ("known", "candidate")
_NO_STORE = {"Cache-Control": "no-store"}
#: Bytes of a JSON body from which it is read in a thread: about 10 ms of work (measured, 4 MB take 0.8 s).
LARGE_BYTES = 65_536
_Handler = Callable[[Request], Awaitable[Response]]


def routes(service: Service) -> list[BaseRoute]:
    """``POST /v1/match``, ``POST /v1/match/batch``."""
    return [
        Route("/v1/match", _in_place(service, _match), methods=["POST"], name="match"),
        Route("/v1/match/batch", _in_place(service, _batch), methods=["POST"], name="match_batch"),
    ]


def _in_place(service: Service, handler: Callable[[Service, Request], Awaitable[Response]]) -> _Handler:
    """The handler, which begins only when there is a place for one more request."""

    async def answer(request: Request) -> Response:
        with service.admission.place():
            return await handler(service, request)

    return answer


async def _match(service: Service, request: Request) -> Response:
    caller = await service.caller(request, "match")
    names, reference = _asked_lists(request), reference_of(request.headers)
    if _is_json(request):
        return await _match_prints(service, request, caller, names)
    service.check_rate(caller)
    async with receive(request, service.bodies, service.admission) as body:
        looked = await service.look_at(caller, body, names)
        refused = await service.announce(caller, looked, reference)
        opinions = await _opinions(service, caller, looked, body)
    fields = answer_fields(looked, detailed=caller.has("detail"))
    return _answer(looked, fields | opinions | _hooks(refused))


async def _opinions(service: Service, caller: Caller, looked: Sequence[Looked], body: Body) -> dict[str, Any]:
    """What outside opinions say, for the role ``detail`` and where any is enabled."""
    if service.panel is None or not service.panel.names or not caller.has("detail"):
        return {}
    return {"opinions": [one.fields() for one in await service.opinions(looked, body)]}


def _answer(looked: Sequence[Looked], fields: dict[str, Any]) -> Response:
    """200 for what could be judged; an error beside the status for a file that could not be read."""
    trouble = looked[-1].prints.trouble
    if trouble is None or fields["status"] in _FOUND or looked[-1].decision.known_good:
        return JSONResponse(fields, headers=_NO_STORE)
    return answer_of(unreadable(trouble), **fields)


async def _match_prints(
    service: Service, request: Request, caller: Caller, names: tuple[str, ...]
) -> Response:
    with service.charged(caller):
        asked, prints = await _read(service, request, _question)
    lists = names or asked
    service.check_rate(caller, queries_in(prints))
    looked = await service.look(caller, partial(service.matcher.items, [prints], lists=lists))
    refused = await service.announce(caller, looked, reference_of(request.headers))
    answered = answer_fields(looked, detailed=caller.has("detail")) | _hooks(refused)
    return JSONResponse(answered, headers=_NO_STORE)


async def _batch(service: Service, request: Request) -> Response:
    caller = await service.caller(request, "match")
    names, reference = _asked_lists(request), reference_of(request.headers)
    with service.charged(caller):
        asked, parsed = await _read(service, request, _items)
    lists = names or asked
    questions = [prints for prints in parsed if not isinstance(prints, Invalid)]
    service.check_rate(caller, max(1, sum(map(queries_in, questions))))
    looked = await service.look(caller, partial(service.matcher.items, questions, lists=lists))
    freshness = looked[0].freshness if looked else await service.in_thread(service.matcher.freshness)
    beside = freshness_fields(freshness) | _hooks(await service.announce(caller, looked, reference))
    answers = _answers(parsed, looked, detailed=caller.has("detail"))
    return JSONResponse({"answers": answers, **beside}, headers=_NO_STORE)


async def _read(service: Service, request: Request, parse: Callable[[Service, bytes], T]) -> T:
    """What ``parse`` makes of the JSON body; of a large one in a thread, so that others are answered too."""
    untrusted_body = await receive_json(request, service.bodies, service.admission)
    if len(untrusted_body) > LARGE_BYTES:
        return await service.in_thread(parse, service, untrusted_body)
    return parse(service, untrusted_body)


def _question(service: Service, untrusted_body: bytes) -> tuple[tuple[str, ...], tuple[Fingerprint, ...]]:
    """The lists to ask, none for all, and the fingerprints of one file. Raises Invalid."""
    fields = load_object(untrusted_body)
    refuse_url(fields.untrusted)
    check_known(fields, ("prints", "lists"))
    return parse_lists(fields), parse_prints(fields, prints_max=service.settings.prints_max)


def _items(
    service: Service, untrusted_body: bytes
) -> tuple[tuple[str, ...], list[tuple[Fingerprint, ...] | Invalid]]:
    """The lists to ask, none for all, and the fingerprints or the error of each item. Raises Invalid."""
    fields = load_object(untrusted_body)
    refuse_url(fields.untrusted)
    check_known(fields, ("items", "lists"))
    lists = parse_lists(fields)
    untrusted_items = fields.items("items", count_max=service.settings.batch_items_max)
    return lists, [_item(service, number, item) for number, item in enumerate(untrusted_items)]


def _item(service: Service, number: int, untrusted: object) -> tuple[Fingerprint, ...] | Invalid:
    """The fingerprints of one item, or what is wrong with it: one bad item stops no other."""
    try:
        item = as_object(untrusted, f"items[{number}]")
        refuse_url(item.untrusted)
        check_known(item, ("prints",))
        return parse_prints(item, prints_max=service.settings.prints_max)
    except Invalid as error:
        return error


def _answers(
    parsed: Sequence[tuple[Fingerprint, ...] | Invalid], looked: Sequence[Looked], *, detailed: bool
) -> list[dict[str, Any]]:
    """One answer or error for each item, in order."""
    found = iter(looked)
    return [
        {"error": problem_of(item)}
        if isinstance(item, Invalid)
        else item_fields(next(found), detailed=detailed)
        for item in parsed
    ]


def _hooks(refused: int) -> dict[str, int]:
    """How many web-hooks could not be kept, where there are such."""
    return {"hooks_refused": refused} if refused else {}


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _asked_lists(request: Request) -> tuple[str, ...]:
    """The names of ``?list=...``, which may be repeated. Raises Invalid for any other parameter."""
    refuse_url(request.query_params)
    check_known(Fields(place="", untrusted=request.query_params), ("list",))
    names = tuple(dict.fromkeys(request.query_params.getlist("list")))
    if len(names) > LISTS_MAX or not all(names):
        raise BadInput(
            "these are no names of lists", field="list", right=f"at most {LISTS_MAX} names of lists"
        )
    return names
