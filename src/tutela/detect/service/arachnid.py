"""The shape of Arachnid Shield (standards/03), so that its clients ask here after one changed address.

Each call stands at ``/arachnid/v1/...`` and at ``/v1/...``: the client joins ``v1/media/`` to its base
address the way a browser does, so a base without a slash at its end loses its last part.
HTTP Basic: the user is the name under which the token was given out, the password is the token.
Needs the role ``detail``; off unless ``service.arachnid_enabled``. ``v1/url/`` fetches, through the guarded
network door, only where ``service.arachnid_urls`` says so.

What this shape cannot say: adults' images (lists of the class ``adult_ncii`` are not asked for it), that a
match is only a candidate, and the digests of the listed file, which never leave (null in the details).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tutela.detect.fingerprints.shapes import VALUE_BYTES, Fingerprint
from tutela.detect.matching.ladder import DIGESTS
from tutela.detect.service.answers import check_current, freshness_headers
from tutela.detect.service.bodies import receive, receive_json
from tutela.detect.service.hook_bodies import reference_of
from tutela.detect.service.problems import BadInput, NoToken, headers_of, in_words, problem_of, unreadable
from tutela.detect.service.questions import refuse_url
from tutela.detect.service.strict_json import Fields, check_known, load_object
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX
from tutela.kernel.errors import Invalid, TutelaError
from tutela.kernel.log import declare_words

if TYPE_CHECKING:
    from tutela.detect.matching.shapes import Match
    from tutela.detect.service.bodies import Body
    from tutela.detect.service.matcher import Looked
    from tutela.detect.service.roles import Caller
    from tutela.detect.service.running import Service

declare_words("arachnid_media", "arachnid_pdq", "arachnid_url")

#: Where the calls stand; the second place is for a base address without a path.
PREFIXES = ("/arachnid/v1", "/v1")
NOTHING = "no-known-match"
#: Our legal classes in Arachnid's words (standards/03 section 3.2). Material whose class nobody said is of
#: the wider class; ``adult_ncii`` is not about children and has no word there.
CLASSIFICATIONS = {
    "csam": "csam",
    "generated_csam": "csam",
    "exploitative": "harmful-abusive-material",
    "": "harmful-abusive-material",
}
#: Near matches told in one answer; a film may have thousands (performance.md section 10, trap 12).
DETAILS_MAX = 100
#: Longest user name and token that are looked at, in characters (``token_file``: 64 and 68).
_BASIC_CHARACTERS_MAX = 1_024
_CREDENTIALS = "a valid token is needed: its name as user, the token itself as password (HTTP Basic)"
_WORST_FIRST = ("csam", "harmful-abusive-material")

_Handler = Callable[["Service", Request, "Caller"], Awaitable[dict[str, Any]]]


def routes(service: Service) -> list[BaseRoute]:
    """The three calls at both places; none unless ``service.arachnid_enabled``."""
    if not service.settings.arachnid_enabled:
        return []
    calls: Sequence[tuple[str, _Handler]] = (("media", _media), ("pdq", _pdq), ("url", _url))
    return [
        Route(f"{prefix}/{call}/", _answered(service, handler), methods=["POST"], name=f"arachnid_{call}")
        for prefix in PREFIXES
        for call, handler in calls
    ]


def _answered(service: Service, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler for callers with the role; every error of ours as ``{"detail": text}``."""

    async def answer(request: Request) -> Response:
        try:
            with service.admission.place():
                caller = await _caller(service, request)
                fields = await handler(service, request, caller)
        except TutelaError as error:
            return _refusal(error)
        beside = freshness_headers(getattr(request.state, "looked", ()))
        return JSONResponse(fields, headers={"Cache-Control": "no-store", **beside})

    return answer


def _refusal(error: TutelaError) -> Response:
    detail = in_words(problem_of(error))
    headers = headers_of(error)
    if isinstance(error, NoToken):
        headers["WWW-Authenticate"] = 'Basic realm="tutela", charset="UTF-8"'
    return JSONResponse({"detail": detail}, status_code=error.http_status, headers=headers)


async def _caller(service: Service, request: Request) -> Caller:
    untrusted_name, untrusted_token = parse_basic(request.headers.get("authorization", ""))
    try:
        caller = await service.caller_of(untrusted_token, "detail", request=request)
    except NoToken as error:
        raise NoToken(_CREDENTIALS) from error
    if untrusted_name != caller.name:
        raise NoToken(_CREDENTIALS)
    return caller


def parse_basic(untrusted_header: str) -> tuple[str, str]:
    """User and password of HTTP Basic (RFC 7617), two empty texts for anything else."""
    scheme, _, credentials = untrusted_header.partition(" ")
    if scheme.lower() != "basic" or len(credentials) > _BASIC_CHARACTERS_MAX:
        return "", ""
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password


async def _media(service: Service, request: Request, caller: Caller) -> dict[str, Any]:
    reference = reference_of(request.headers)
    service.check_rate(caller)
    body = receive(request, service.bodies, service.admission)
    return await _scanned(service, request, caller, body, reference)


async def _scanned(
    service: Service,
    request: Request,
    caller: Caller,
    arriving: AbstractAsyncContextManager[Body],
    reference: str,
) -> dict[str, Any]:
    """``ScannedMedia`` of a file that is sent, or fetched."""
    async with arriving as body:
        looked = await service.look(caller, lambda: (service.matcher.media(body.fd),))
    request.state.looked = looked
    await service.announce(caller, looked, reference, told=_has_a_word)
    fields = media_fields(looked[0])
    if fields["match_type"] is None and not looked[0].decision.known_good:
        check_current(looked, service.settings.behind_seconds_max)
    return fields


def media_fields(looked: Looked) -> dict[str, Any]:
    """``ScannedMedia`` of one file. Raises BadInput for one that could not be read and is not known."""
    prints, matches = looked.prints, _told(looked)
    if prints.trouble is not None and not matches and not looked.decision.known_good:
        raise unreadable(prints.trouble)
    exact = any(match.kind in DIGESTS for match in matches)
    return {
        "size_bytes": prints.size_bytes,
        "sha1_base32": base64.b32encode(prints.digest("sha1")).decode(),
        "sha256_hex": prints.digest("sha256").hex().upper(),
        "classification": _worst(matches),
        "match_type": ("exact" if exact else "near") if matches else None,
        "near_match_details": None if exact else (_details(matches) or None),
    }


async def _pdq(service: Service, request: Request, caller: Caller) -> dict[str, Any]:
    reference = reference_of(request.headers)
    with service.charged(caller):
        fields = load_object(await receive_json(request, service.bodies, service.admission))
        check_known(fields, ("hashes",))
        hashes = parse_hashes(fields, count_max=service.settings.batch_items_max)
    service.check_rate(caller, len(hashes))
    items = [[Fingerprint(kind="pdq", value=value, form="f0/r0")] for value in hashes.values()]
    looked = await service.look(caller, partial(service.matcher.items, items))
    request.state.looked = looked
    await service.announce(caller, looked, reference, told=_has_a_word)
    scanned = [pdq_fields(one) for one in looked]
    if any(fields["match_type"] is None for fields in scanned):
        check_current(looked, service.settings.behind_seconds_max)
    return {"scanned_hashes": dict(zip(hashes, scanned, strict=True))}


def parse_hashes(fields: Fields, *, count_max: int) -> dict[str, bytes]:
    """The 32 bytes of each hash by its text. Raises Invalid naming the one that is none."""
    hashes: dict[str, bytes] = {}
    for number, text in enumerate(fields.items("hashes", count_max=count_max)):
        try:
            value = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
        except (binascii.Error, ValueError):
            value = b""
        if len(value) != VALUE_BYTES["pdq"]:
            raise Invalid("a PDQ hash is base64 of 32 bytes, 44 characters", field=f"hashes[{number}]")
        hashes[text] = value
    return hashes


def pdq_fields(looked: Looked) -> dict[str, Any]:
    """``PDQMatch`` of one hash; an object without a match too, since the client cannot read null there."""
    matches = _told(looked)
    return {
        "classification": _worst(matches),
        "match_type": "near" if matches else None,
        "near_match_details": _details(matches)[0] if matches else None,
    }


async def _url(service: Service, request: Request, caller: Caller) -> dict[str, Any]:
    reference = reference_of(request.headers)
    service.check_rate(caller)
    fields = load_object(await receive_json(request, service.bodies, service.admission))
    check_known(fields, ("url",))
    if service.fetches is None or not service.settings.arachnid_urls:
        refuse_url(("url",))
        raise BadInput("is not looked up", field="url", right="the file itself at v1/media/")
    address = fields.text("url", characters_max=URL_CHARACTERS_MAX, needed=True)
    file = service.fetches.body(address, service.admission, bytes_max=service.bodies.bytes_max)
    return await _scanned(service, request, caller, file, reference)


def _told(looked: Looked) -> list[Match]:
    """The matches this shape has a word for; none for a file that a list of harmless files vouches for."""
    if looked.decision.known_good:
        return []
    return [match for match in looked.decision.matches if _has_a_word(match)]


def _has_a_word(match: Match) -> bool:
    return match.legal_class in CLASSIFICATIONS


def _worst(matches: Iterable[Match]) -> str:
    found = {CLASSIFICATIONS[match.legal_class] for match in matches}
    return next((name for name in _WORST_FIRST if name in found), NOTHING)


def _details(matches: Iterable[Match]) -> list[dict[str, Any]]:
    """``NearMatchDetail`` for each moment and class, the worst class first; digests are never told."""
    near = {
        (_seconds(match.form), CLASSIFICATIONS[match.legal_class])
        for match in matches
        if match.kind not in DIGESTS
    }
    ordered = sorted(near, key=lambda one: (_WORST_FIRST.index(one[1]), one[0]))
    return [
        {"timestamp": seconds, "sha1_base32": None, "sha256_hex": None, "classification": classification}
        for seconds, classification in ordered[:DETAILS_MAX]
    ]


def _seconds(form: str) -> float:
    """The moment of a film's frame (``t12.000/mx``), 0.0 for a picture."""
    if not form.startswith("t"):
        return 0.0
    try:
        return float(form[1:].partition("/")[0])
    except ValueError:
        return 0.0
