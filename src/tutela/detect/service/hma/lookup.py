"""``/m/lookup``, ``/m/raw_lookup``, ``/m/compare``: signals, uploads and addresses against the banks.

A file, sent or fetched, is looked at as in every other shape: all shown forms, all eight orientations; one
whose digest is listed is the listed picture itself and has the distance 0. A signal is compared as HMA does.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.shapes import Match
from tutela.detect.service.answers import check_current
from tutela.detect.service.bodies import receive_json
from tutela.detect.service.hma.addressed import fetch_named
from tutela.detect.service.hma.answers import Wrong, said
from tutela.detect.service.hma.hashing import asked_signals, digest_of, pdq_of
from tutela.detect.service.hma.shape import Hma, flag, route, signal_named
from tutela.detect.service.hma.signals import Signal
from tutela.detect.service.hma.uploads import Upload, receive_form
from tutela.detect.service.hook_bodies import reference_of
from tutela.detect.service.strict_json import load_object
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.matcher import Looked
    from tutela.detect.service.roles import Caller

declare_words(
    "hma_lookup_signal",
    "hma_lookup_file",
    "hma_raw_lookup",
    "hma_compare",
)
#: Kinds whose match means that a photo is the listed file, byte for byte.
_SAME_FILE = frozenset({"md5", "sha1", "sha256"})
#: Characters of a seed or of the names of banks.
_TEXT_MAX = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How a question was asked: banks it is restricted to (None: all), and the coin (0 to 1)."""

    banks: frozenset[str] | None
    coin: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was met, and the banks that answer this question."""

    looked: Sequence[Looked]
    banks: Collection[str]

    def tells(self, match: Match) -> bool:
        """Whether the answer names the match."""
        return match.list in self.banks


def routes(hma: Hma) -> list[Route]:
    """The routes below ``/m`` that compare."""
    return [
        route(hma, "GET", "/m/lookup", hma_lookup_signal),
        route(hma, "POST", "/m/lookup", hma_lookup_file),
        route(hma, "GET", "/m/raw_lookup", hma_raw_lookup),
        route(hma, "POST", "/m/compare", hma_compare),
    ]


async def hma_lookup_signal(hma: Hma, request: Request, caller: Caller) -> Response:
    """Bank to matches of one signal; of an address as ``hma_lookup_file``, or ``signal_type`` alone."""
    if request.query_params.get("url"):
        hma.service.check_rate(caller)
        untrusted_type = request.query_params.get("signal_type")
        told = await _file_told(hma, request, caller, fetch_named(hma, request), untrusted_type)
        return said(told if untrusted_type is None else told[untrusted_type])
    with hma.service.charged(caller):
        signal, prints = _question(hma, request)
    found = await _found(hma, request, caller, prints, _asked(request))
    return said(await _told(hma, found, signal))


async def hma_lookup_file(hma: Hma, request: Request, caller: Caller) -> Response:
    """Signal type to bank to matches of an upload."""
    hma.service.check_rate(caller)
    return said(await _file_told(hma, request, caller, receive_form(request, hma.service)))


async def _file_told(
    hma: Hma,
    request: Request,
    caller: Caller,
    arriving: AbstractAsyncContextManager[Upload],
    untrusted_type: str | None = None,
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Signal type to bank to matches of a file that is sent, or fetched; of one type where it is named."""
    asked, reference = _asked(request), reference_of(request.headers)
    async with arriving as upload:
        signals = asked_signals(hma, request, upload.content)
        if untrusted_type is not None:
            signals = [_among(signals, untrusted_type)]
        question = partial(_look_at, hma, upload, signals)
        looked = await hma.service.look(caller, question)
    request.state.looked = looked
    found = Found(looked=looked, banks=await hma.service.in_thread(_answering, hma, asked))
    await hma.service.announce(caller, looked, reference, told=found.tells)
    told = {one.name: await hma.service.in_thread(_by_bank, hma, found, one) for one in signals}
    if not any(told.values()):
        check_current(looked, hma.service.settings.behind_seconds_max)
    return told


def _among(signals: Sequence[Signal], untrusted_type: str) -> Signal:
    """The one of this name. Raises Wrong where the file has no such signal."""
    found = next((one for one in signals if one.name == untrusted_type), None)
    if found is None:
        raise Wrong(f"no such signal_type for this file; it has {', '.join(one.name for one in signals)}")
    return found


async def hma_raw_lookup(hma: Hma, request: Request, caller: Caller) -> Response:
    """Numbers of the contents that a signal meets, whatever the share of their banks."""
    with hma.service.charged(caller):
        signal, prints = _question(hma, request)
    asked, with_distance = replace(_asked(request), coin=0.0), flag(request, "include_distance")
    found = await _found(hma, request, caller, prints, asked)
    by_bank = await _told(hma, found, signal)
    matches = [match for bank in by_bank.values() for match in bank]
    return said({"matches": matches if with_distance else [one["bank_content_id"] for one in matches]})


async def hma_compare(hma: Hma, request: Request, caller: Caller) -> Response:
    """Whether two values of a signal type match, and how far apart they are."""
    hma.service.check_rate(caller)
    body = await receive_json(request, hma.service.bodies, hma.service.admission)
    fields = load_object(body).untrusted
    return said({name: _compared(signal_named(hma, name), pair) for name, pair in fields.items()})


def _compared(signal: Signal, untrusted_pair: object) -> list[Any]:
    if not isinstance(untrusted_pair, list):
        raise Wrong(f"Comparison hashes for {signal.name} was not a list")
    if len(untrusted_pair) != 2:
        raise Wrong("Comparison hash list length must be exactly 2")
    if not all(isinstance(value, str) for value in untrusted_pair):
        raise Wrong(f"Invalid {signal.name} hash: two texts are expected")
    left, right = (_parsed(signal, value) for value in untrusted_pair)
    return signal.compare(left, right)


def _parsed(signal: Signal, untrusted_text: str) -> bytes:
    try:
        return signal.parse(untrusted_text)
    except ValueError as error:
        raise Wrong(f"invalid signal: {error}") from error


def _question(hma: Hma, request: Request) -> tuple[Signal, tuple[Fingerprint, ...]]:
    """The signal that the query asks for. Raises Wrong."""
    untrusted_signal = request.query_params.get("signal")
    untrusted_type = request.query_params.get("signal_type")
    if not untrusted_signal or not untrusted_type:
        raise Wrong("Either url or both signal and signal_type are required")
    signal = signal_named(hma, untrusted_type)
    form = "f0/r0" if signal.kind == "pdq" else "file"
    value = _parsed(signal, untrusted_signal)
    return signal, (Fingerprint(kind=signal.kind, value=value, form=form),)


def _asked(request: Request) -> Asked:
    """Banks and coin of a question. HMA's coin: the first number of Python's generator after the seed."""
    untrusted_banks, untrusted_seed = request.query_params.get("banks"), request.query_params.get("seed")
    if max(len(untrusted_banks or ""), len(untrusted_seed or "")) > _TEXT_MAX:
        raise Wrong(f"seed and banks have at most {_TEXT_MAX} characters")
    # not a secret: the same seed has to give the same coin as HMA's (blueprints/matching.py)
    coin = random.Random(untrusted_seed).random()  # noqa: S311 - HMA's coin, not a secret
    return Asked(
        banks=frozenset(untrusted_banks.split(",")) if untrusted_banks else None,
        coin=0.0 if flag(request, "bypass_coinflip") else coin,
    )


async def _told(hma: Hma, found: Found, signal: Signal) -> dict[str, list[dict[str, Any]]]:
    """Bank to matches. Raises Unavailable where there are none and this replica is behind."""
    by_bank = await hma.service.in_thread(_by_bank, hma, found, signal)
    if not by_bank:
        check_current(found.looked, hma.service.settings.behind_seconds_max)
    return by_bank


async def _found(
    hma: Hma, request: Request, caller: Caller, prints: tuple[Fingerprint, ...], asked: Asked
) -> Found:
    """What one signal meets, after the watch took note of it and web-hooks were told of it.

    Nothing while there is no bank at all.
    """
    reference = reference_of(request.headers)
    hma.service.check_rate(caller)
    if await hma.service.in_thread(_is_empty, hma):
        return Found(looked=(), banks=())
    looked = await hma.service.look(caller, partial(hma.service.matcher.items, [prints]))
    request.state.looked = looked
    found = Found(looked=looked, banks=await hma.service.in_thread(_answering, hma, asked))
    await hma.service.announce(caller, looked, reference, told=found.tells)
    return found


def _look_at(hma: Hma, upload: Upload, signals: list[Signal]) -> Sequence[Looked]:
    """What an upload meets. Blocks. Raises as ``hashing.pdq_of`` does for a picture that says nothing."""
    matcher = hma.service.matcher
    if upload.content == "video":
        prints = [
            Fingerprint(kind=signal.kind, value=digest_of(upload.fd, signal.kind)) for signal in signals
        ]
        return () if _is_empty(hma) else tuple(matcher.items([prints]))
    if _is_empty(hma):
        return ()
    looked = matcher.media(upload.fd)
    if not looked.decision.matches:
        pdq_of(looked.prints)
    return (looked,)


def _is_empty(hma: Hma) -> bool:
    """True when no list answers, and none is on its way: HMA then finds nothing, which is no error."""
    shelf = hma.shelf
    return not shelf.lists() and shelf.applied().sequence >= hma.service.log.head()


def _by_bank(hma: Hma, found: Found, signal: Signal) -> dict[str, list[dict[str, Any]]]:
    """Bank to matches of one signal type, each content once, the nearest first."""
    nearest: dict[tuple[str, str], int | None] = {}
    for match in (match for one in found.looked for match in one.decision.matches):
        counts = match.kind == signal.kind or (signal.kind == "pdq" and match.kind in _SAME_FILE)
        if counts and found.tells(match):
            key = (match.list, match.entry)
            nearest[key] = _nearer(nearest.get(key), _distance(match, signal))
    banks: dict[str, list[dict[str, Any]]] = {}
    for (bank, entry), distance in sorted(nearest.items(), key=lambda one: (one[1] or 0, one[0])):
        number = hma.numbers.number(bank, entry)
        said_of = {"bank_content_id": number, "distance": signal.distance_text(distance)}
        banks.setdefault(bank, []).append(said_of)
    return banks


def _distance(match: Match, signal: Signal) -> int | None:
    return 0 if signal.kind == "pdq" and match.kind in _SAME_FILE else match.distance_bits


def _nearer(left: int | None, right: int | None) -> int | None:
    return right if left is None else left if right is None else min(left, right)


def _answering(hma: Hma, asked: Asked) -> frozenset[str]:
    """The banks that answer the question: it may name some, and the coin falls within a bank's share."""
    ratios = {one.header.name: one.standing.ratio for one in hma.shelf.lists()}
    return frozenset(
        name
        for name, ratio in ratios.items()
        if ratio >= asked.coin and (asked.banks is None or name in asked.banks)
    )
