"""``/h/hash``: the signals of an upload, or of the file at an address.

A photo's PDQ comes out of the sandbox, as for every other shape.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.build import crop_of
from tutela.detect.service.hma.addressed import fetch_named
from tutela.detect.service.hma.answers import Denied, Wrong, said
from tutela.detect.service.hma.shape import Hma, route
from tutela.detect.service.hma.signals import ContentType, Signal
from tutela.detect.service.hma.uploads import Upload, receive_form
from tutela.detect.service.problems import unreadable
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.service.roles import Caller

declare_words(
    "hma_hash_url",
    "hma_hash_file",
)
#: Bytes read at once for a digest.
_PIECE_BYTES = 1 << 20


def routes(hma: Hma) -> list[Route]:
    """``GET`` and ``POST /h/hash``."""
    return [route(hma, "GET", "/h/hash", hma_hash_url), route(hma, "POST", "/h/hash", hma_hash_file)]


async def hma_hash_url(hma: Hma, request: Request, caller: Caller) -> Response:
    """Signal type to value of the file at an address."""
    if "url" not in request.query_params:
        raise Wrong("url is required")
    hma.service.check_rate(caller)
    return await _hashed(hma, request, fetch_named(hma, request))


async def hma_hash_file(hma: Hma, request: Request, caller: Caller) -> Response:
    """Signal type to value."""
    hma.service.check_rate(caller)
    return await _hashed(hma, request, receive_form(request, hma.service))


async def _hashed(hma: Hma, request: Request, arriving: AbstractAsyncContextManager[Upload]) -> Response:
    async with arriving as upload:
        signals = asked_signals(hma, request, upload.content)
        values = await hma.service.admission.look(partial(values_of, hma, upload, signals))
    return said({name: value.hex() for name, value in values.items()})


def asked_signals(hma: Hma, request: Request, content: ContentType) -> list[Signal]:
    """The enabled signal types for this content, or those of them that ``types`` names.

    Raises Wrong, and Denied where none is enabled: an empty answer would read as "nothing known".
    """
    enabled = {name: signal for name, signal in hma.signals.items() if signal.content == content}
    if not enabled:
        raise Denied(f"no signal type for the content type {content} is enabled in the settings")
    untrusted = request.query_params.get("types")
    if untrusted is None:
        return list(enabled.values())
    names = [name.strip() for name in untrusted.split(",") if name.strip()]
    if not names or not set(names) <= set(enabled):
        raise Wrong(f"types names some of the enabled signal types: {', '.join(enabled) or 'none'}")
    return [enabled[name] for name in dict.fromkeys(names)]


def values_of(hma: Hma, upload: Upload, signals: list[Signal]) -> dict[str, bytes]:
    """The value of each signal type. Blocks. Raises Wrong when there is none to be had."""
    found: dict[str, bytes] = {}
    for signal in signals:
        if signal.kind == "pdq":
            found[signal.name] = pdq_of(fingerprints(hma, upload))
        else:
            found[signal.name] = digest_of(upload.fd, signal.kind)
    return found


def fingerprints(hma: Hma, upload: Upload, *, crops_percent: tuple[int, ...] = ()) -> FileFingerprints:
    """Digests and upright forms of an upload, exact whatever the recipe: they are kept and listed. Blocks.

    ``crops_percent`` adds centred crops of so much a side, as lists are built (matching.build).
    """
    matcher = hma.service.matcher
    ask = replace(matcher.ask, pdq_mode="exact", crops_percent=crops_percent)
    return Fingerprinter(matcher.pool, ask, dihedral=False).fingerprint(upload.fd)


def pdq_of(prints: FileFingerprints) -> bytes:
    """The PDQ of a picture as it is shown. Raises BadInput, Wrong for a file that has none."""
    if prints.trouble is not None and not any(one.kind == "pdq" for one in prints.prints):
        raise unreadable(prints.trouble)
    if prints.film:
        raise Wrong("this is a film; send it in the field video")
    return upright(prints).value


def upright(prints: FileFingerprints) -> Fingerprint:
    """The first upright PDQ of the whole picture. Raises Wrong."""
    found = next((one for one in prints.prints if one.kind == "pdq" and not crop_of(one.form)), None)
    if found is None:
        reason = next((one.reason for one in prints.unhashable), "there is no picture in it")
        raise Wrong(f"the file has no PDQ: {reason}")
    return found


def digest_of(fd: int, kind: str) -> bytes:
    """MD5 or SHA-256 of the bytes behind ``fd``."""
    digest = hashlib.new(kind, usedforsecurity=False)
    place = 0
    while piece := os.pread(fd, _PIECE_BYTES, place):
        digest.update(piece)
        place += len(piece)
    return digest.digest()
