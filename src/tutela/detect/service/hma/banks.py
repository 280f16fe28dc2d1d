"""``/c/banks`` and ``/c/bank/<name>``: a bank is one of our lists, under the same name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.matching.shapes import ListHeader
from tutela.detect.service.bodies import receive_json
from tutela.detect.service.changes import LIST_NAME, Draft
from tutela.detect.service.hma.answers import Denied, Wrong, said
from tutela.detect.service.hma.exported import checked_ratio
from tutela.detect.service.hma.shape import Hma, route
from tutela.detect.service.strict_json import load_object
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.shelf import ListState

declare_words(
    "hma_banks",
    "hma_bank",
    "hma_bank_create",
    "hma_bank_update",
    "hma_bank_delete",
)
#: Names that can be given to new banks (HMA, storage/postgres/database.py: _bank_name_ok).
_NEW_NAME = re.compile(r"[A-Z_][A-Z0-9_]*", re.ASCII)


def routes(hma: Hma) -> list[Route]:
    """The routes about whole banks."""
    return [
        route(hma, "GET", "/c/banks", hma_banks),
        route(hma, "POST", "/c/banks", hma_bank_create, curates=True),
        route(hma, "GET", "/c/bank/{bank}", hma_bank),
        route(hma, "PUT", "/c/bank/{bank}", hma_bank_update, curates=True),
        route(hma, "DELETE", "/c/bank/{bank}", hma_bank_delete, curates=True),
    ]


async def hma_banks(hma: Hma, _request: Request, _caller: Caller) -> Response:
    """All banks with their shares."""
    return said(await hma.service.in_thread(_all, hma))


async def hma_bank(hma: Hma, request: Request, _caller: Caller) -> Response:
    """One bank with its share."""
    return said(bank_fields(await hma.service.in_thread(bank_state, hma, request.path_params["bank"])))


async def hma_bank_create(hma: Hma, request: Request, caller: Caller) -> Response:
    """A new bank."""
    fields = await body_of(hma, request, caller)
    name, ratio = _new_name(fields), _new_ratio(fields)
    if name in await hma.service.in_thread(hma.shelf.names):
        raise Denied("Bank already exists")
    now = hma.service.clock.now()
    header = ListHeader(
        name=name,
        version=iso_utc(now),
        source="HMA shape",
        law=hma.rules.bank_law,
        legal_class=hma.rules.bank_class,
        created=now,
    )
    await hma.changing.change(hma, Draft(list=name, act="create", caller=caller.name, header=header))
    if ratio is not None and ratio != 1.0:
        await hma.changing.change(hma, Draft(list=name, act="ratio", caller=caller.name, ratio=ratio))
    return said({"name": name, "matching_enabled_ratio": 1.0 if ratio is None else ratio}, 201)


async def hma_bank_update(hma: Hma, request: Request, caller: Caller) -> Response:
    """The share of questions that a bank answers."""
    fields = await body_of(hma, request, caller)
    state = await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
    if fields.get("name") not in (None, state.name):
        raise Wrong("a bank cannot be renamed here; make a new one")
    ratio = _new_ratio(fields)
    if ratio is not None and ratio != state.ratio:
        draft = Draft(list=state.name, act="ratio", caller=caller.name, ratio=ratio, seed=state.seed)
        await hma.changing.change(hma, draft)
    new = state.ratio if ratio is None else ratio
    return said({"name": state.name, "matching_enabled_ratio": new})


async def hma_bank_delete(hma: Hma, request: Request, caller: Caller) -> Response:
    """The end of a bank; also said of one that is not there, as HMA does."""
    try:
        state = await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
    except Refused:
        return said({"message": "Done"})
    await hma.changing.change(hma, Draft(list=state.name, act="retire", caller=caller.name))
    return said({"message": "Done"})


async def body_of(hma: Hma, request: Request, caller: Caller) -> Mapping[str, Any]:
    """The JSON object of a request, its fields unchecked; another body is charged. Raises Invalid, Busy."""
    with hma.service.charged(caller):
        body = await receive_json(request, hma.service.bodies, hma.service.admission)
        return load_object(body).untrusted


def bank_state(hma: Hma, untrusted_name: str) -> ListState:
    """The list behind a bank. Raises Refused for one that is not there, and for lists of harmless files;
    Unavailable while it may be on its way, for Coop forgets a bank that it is told is gone. Blocks.
    """
    try:
        state = hma.shelf.state(untrusted_name)
    except Invalid:
        state = _late_state(hma, untrusted_name)
    if state.header.known_good:
        raise Refused("bank not found")
    return state


def _late_state(hma: Hma, untrusted_name: str) -> ListState:
    """The list behind a bank once this replica shows all that the log holds. Raises Refused, Unavailable."""
    head = hma.service.log.head()
    hma.shelf.wait(head, hma.rules.change_wait_seconds)
    if hma.shelf.applied().sequence < head:
        raise Unavailable("this replica is behind: it cannot say yet which banks there are")
    try:
        return hma.shelf.state(untrusted_name)
    except Invalid as error:
        raise Refused("bank not found") from error


def bank_fields(state: ListState) -> dict[str, Any]:
    """A bank as HMA's JSON."""
    return {"name": state.name, "matching_enabled_ratio": state.ratio}


def _all(hma: Hma) -> list[dict[str, Any]]:
    states = [hma.shelf.state(name) for name in hma.shelf.names()]
    return [bank_fields(state) for state in states if not state.header.known_good]


def _new_name(fields: Mapping[str, Any]) -> str:
    name = fields.get("name")
    if not isinstance(name, str) or not _NEW_NAME.fullmatch(name) or not LIST_NAME.fullmatch(name):
        raise Wrong("Bank names must be UPPER_WITH_UNDERSCORE, at most 100 characters")
    return name


def _new_ratio(fields: Mapping[str, Any]) -> float | None:
    """``enabled_ratio``, else what ``enabled`` says, else None. Raises Wrong."""
    ratio, enabled = fields.get("enabled_ratio"), fields.get("enabled")
    if ratio is None and enabled is not None:
        if not isinstance(enabled, bool):
            raise Wrong("enabled is true or false")
        return float(enabled)
    try:
        return None if ratio is None else checked_ratio(ratio)
    except ValueError as error:
        raise Wrong(f"enabled_ratio: {error}") from error
