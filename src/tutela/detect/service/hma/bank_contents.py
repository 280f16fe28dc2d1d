"""``/c/bank/<name>/content`` and ``/signal``: one content is one entry, with all its fingerprints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.matching.build import CROPS_PERCENT, crop_of
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS, ListEntry
from tutela.detect.service.changes import Draft
from tutela.detect.service.hma.addressed import fetch_named
from tutela.detect.service.hma.answers import Wrong, said
from tutela.detect.service.hma.banks import bank_fields, bank_state, body_of
from tutela.detect.service.hma.contents import carried_entry, new_content_id, parse_content_id
from tutela.detect.service.hma.exported import DISABLED_TS, ENABLED_TS, checked_number
from tutela.detect.service.hma.hashing import asked_signals, digest_of, fingerprints, pdq_of
from tutela.detect.service.hma.shape import Hma, flag, route, signal_named
from tutela.detect.service.hma.signals import Signal
from tutela.detect.service.hma.uploads import Upload, receive_form
from tutela.detect.service.values_json import is_everybodys
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.shelf import EntryFacts, ListState

declare_words(
    "hma_content_add",
    "hma_signal_add",
    "hma_content",
    "hma_content_update",
    "hma_content_delete",
)
#: Characters of a note (HMA, schemas/curation.py).
NOTE_MAX = 255
#: How far ahead a content may be switched off (HMA, blueprints/curation.py: five_years_from_now).
_AHEAD_MAX = timedelta(days=5 * 365)
_DIGESTS = ("md5", "sha1", "sha256")
_EVERYBODYS = "everybody has this value, such as an empty file or a plain picture: it cannot be listed"


#: Kind, value, and the crop that it is of (``c5``) or "".
_Value = tuple[str, bytes, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _New:
    """A content to be made: its signals by HMA's names, all its values by our kinds and crops, its note."""

    signals: Mapping[str, bytes]
    values: frozenset[_Value]
    note: str = ""


def routes(hma: Hma) -> list[Route]:
    """The routes about contents."""
    one = "/c/bank/{bank}/content/{content}"
    return [
        route(hma, "POST", "/c/bank/{bank}/content", hma_content_add, curates=True),
        route(hma, "POST", "/c/bank/{bank}/signal", hma_signal_add, curates=True),
        route(hma, "GET", one, hma_content),
        route(hma, "PUT", one, hma_content_update, curates=True),
        route(hma, "DELETE", one, hma_content_delete, curates=True),
    ]


async def hma_content_add(hma: Hma, request: Request, caller: Caller) -> Response:
    """The number of a file, sent or fetched, that is a new content now, and its signals."""
    state = await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
    hma.service.check_rate(caller)
    by_address = bool(request.query_params.get("url"))
    async with fetch_named(hma, request) if by_address else receive_form(request, hma.service) as upload:
        signals = asked_signals(hma, request, upload.content)
        note = _note(upload.untrusted_fields.get("note", ""))
        new = await hma.service.admission.look(partial(_looked_at, hma, upload, signals, note))
    return await _add(hma, caller, state, new)


async def hma_signal_add(hma: Hma, request: Request, caller: Caller) -> Response:
    """The number of a new content that is given by its signals."""
    state = await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
    fields = await body_of(hma, request, caller)
    if not fields:
        raise Wrong("No signals given")
    values = {name: _value(hma, name, untrusted) for name, untrusted in fields.items()}
    return await _add(hma, caller, state, _New(signals=values, values=_kinds(hma, values)))


async def hma_content(hma: Hma, request: Request, _caller: Caller) -> Response:
    """One content, never its values: they leave only by publishing (decisions.md section 9)."""
    if flag(request, "include_signals"):
        raise Wrong("values of a bank are not given back; publish the list to a named recipient")
    state, entry, number = await _named(hma, request)
    facts = await hma.service.in_thread(hma.shelf.entry, state.name, entry)
    return said(_content(state, number, facts))


async def hma_content_update(hma: Hma, request: Request, caller: Caller) -> Response:
    """One content, switched on or off."""
    state, entry, number = await _to_change(hma, request)
    fields = await body_of(hma, request, caller)
    if "disable_until_ts" in fields:
        draft = _switch(hma, state.name, entry, caller, fields["disable_until_ts"])
        await hma.changing.change(hma, draft)
    facts = await hma.service.in_thread(hma.shelf.entry, state.name, entry)
    return said(_content(state, number, facts))


async def hma_content_delete(hma: Hma, request: Request, caller: Caller) -> Response:
    """How many contents are gone: one, or none."""
    try:
        state, entry, _ = await _to_change(hma, request)
    except Refused:
        await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
        return said({"deleted": 0})
    await hma.changing.change(hma, Draft(list=state.name, act="remove", caller=caller.name, ids=(entry,)))
    return said({"deleted": 1})


async def _to_change(hma: Hma, request: Request) -> tuple[ListState, str, int]:
    """As ``_named``, of an entry that stands. Raises Refused only when it surely does not, else Unavailable.

    A content that another process or replica took a moment ago may not be live here yet: whoever is told
    that it is not there believes that it is gone.
    """
    current = await hma.changing.caught_up(hma)
    try:
        state, entry, number = await _named(hma, request)
        await hma.service.in_thread(hma.shelf.entry, state.name, entry)
    except Refused as error:
        if current:
            raise
        raise Unavailable("this replica is behind: it cannot say yet which contents there are") from error
    return state, entry, number


async def _named(hma: Hma, request: Request) -> tuple[ListState, str, int]:
    """The bank, the entry and the number that a path names. Raises Refused."""
    state = await hma.service.in_thread(bank_state, hma, request.path_params["bank"])
    try:
        number = parse_content_id(request.path_params["content"])
    except ValueError as error:
        raise Refused("content not found") from error
    lists = await hma.service.in_thread(hma.shelf.named, (state.name,))
    entry = await hma.service.in_thread(hma.numbers.entry, state.name, number, lists)
    if not entry:
        raise Refused("content not found")
    return state, entry, number


def _content(state: ListState, number: int, facts: EntryFacts) -> dict[str, Any]:
    until = facts.disabled_until
    off = int(until.timestamp()) if until is not None else DISABLED_TS
    return {
        "id": number,
        "disable_until_ts": off if facts.disabled else ENABLED_TS,
        "original_media_uri": None,
        "bank": bank_fields(state),
        "metadata": None,
        "note": None,
    }


def _switch(hma: Hma, name: str, entry: str, caller: Caller, untrusted_ts: object) -> Draft:
    """The change that switches an entry off until a time, or on. Raises Wrong."""
    now = hma.service.clock.now()
    try:
        stamp = checked_number(untrusted_ts)
    except ValueError as error:
        raise Wrong("disable_until_ts must be a non-negative integer") from error
    if stamp > (now + _AHEAD_MAX).timestamp():
        raise Wrong("disable_until_ts must be less than 5 years in the future")
    if stamp == DISABLED_TS:
        return Draft(list=name, act="disable", caller=caller.name, ids=(entry,))
    until = datetime.fromtimestamp(stamp, UTC)
    if stamp == ENABLED_TS or until <= now:
        return Draft(list=name, act="enable", caller=caller.name, ids=(entry,))
    return Draft(list=name, act="disable", caller=caller.name, ids=(entry,), until=until)


def _value(hma: Hma, name: str, untrusted: object) -> bytes:
    signal = signal_named(hma, name)
    try:
        return signal.parse(untrusted if isinstance(untrusted, str) else "")
    except ValueError as error:
        raise Wrong(f"Invalid {name} signal: {error}") from error


def _kinds(hma: Hma, values: dict[str, bytes]) -> frozenset[_Value]:
    return frozenset((hma.signals[name].kind, value, "") for name, value in values.items())


def _looked_at(hma: Hma, upload: Upload, signals: Sequence[Signal], note: str) -> _New:
    """The content that a file makes, in one look. Blocks. Raises as ``hashing.pdq_of`` does.

    Of a picture its digests, its upright forms and their centred crops; of a film its digests.
    """
    if upload.content == "video":
        digests = {kind: digest_of(upload.fd, kind) for kind in _DIGESTS}
        values = frozenset((kind, value, "") for kind, value in digests.items())
        return _New(signals={one.name: digests[one.kind] for one in signals}, values=values, note=note)
    prints = fingerprints(hma, upload, crops_percent=CROPS_PERCENT)
    pdq = pdq_of(prints)
    values = frozenset(
        (one.kind, one.value, crop_of(one.form)) for one in prints.prints if one.kind in (*_DIGESTS, "pdq")
    )
    return _New(signals={one.name: pdq for one in signals}, values=values, note=note)


def _whole_first(values: frozenset[_Value]) -> dict[tuple[str, bytes], str]:
    """The crop of each value; "" where the whole picture has the value too."""
    return {(kind, value): crop for kind, value, crop in sorted(values, key=lambda one: one[2], reverse=True)}


def _note(untrusted: str) -> str:
    if len(untrusted) > NOTE_MAX:
        raise Wrong(f"note must be {NOTE_MAX} characters or fewer")
    return untrusted


async def _add(hma: Hma, caller: Caller, state: ListState, new: _New) -> Response:
    """Makes the content and says its number."""
    number = new_content_id()
    rows = tuple(
        ListEntry(entry=carried_entry(number), kind=kind, value=value, note=new.note, derived=derived)
        for (kind, value), derived in sorted(_whole_first(new.values).items())
    )
    distance_bits = max(PDQ_DISTANCE_BITS, state.header.thresholds.distance_bits)
    if any(is_everybodys(row.kind, row.value, distance_bits) for row in rows):
        raise Wrong(_EVERYBODYS)
    await hma.changing.change(hma, Draft(list=state.name, act="add", caller=caller.name, entries=rows))
    return said({"id": number, "signals": {name: value.hex() for name, value in new.signals.items()}})
