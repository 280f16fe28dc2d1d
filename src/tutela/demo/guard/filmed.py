"""Films that a page plays: whole, too long, without an end, in ranges, inside other bodies, in segments."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from tutela.demo.guard import films
from tutela.demo.guard.deliveries import Answer, Delivery, Places
from tutela.demo.guard.pictures import Picture
from tutela.demo.guard.scripted import fetching, scoped, slot

_WEBM: Final = "video/webm"
_PLAY: Final = "await play(slot, '{0}');"
#: Bytes beyond what the guard keeps of a film, with its length and without (48 MiB, 12 MiB).
LONG_BYTES, LONG_UNSAID_BYTES = 49 << 20, 13 << 20
_PIECE_BYTES: Final = 1 << 18
#: Segments of a film that never ends, and seconds between them: longer than a page is looked at.
_ENDLESS, _ENDLESS_SECONDS = 100, 0.06


def whole(picture: Picture) -> bytes:
    """A film of the picture."""
    return films.film(picture.encoded("webp"), *picture.drawn().size)


def film(picture: Picture, places: Places) -> Delivery:
    """In one file."""
    return fetching(places, Answer(body=whole(picture), content_type=_WEBM, ranges=True), _PLAY)


def long_film(picture: Picture, places: Places) -> Delivery:
    """In a file that says how long it is, or in one that does not."""
    body = whole(picture)
    if picture.turn % 2:
        return fetching(places, Answer(body=body + films.nothing(LONG_BYTES), content_type=_WEBM), _PLAY)
    body += films.nothing(LONG_UNSAID_BYTES)
    pieces = tuple(body[at : at + _PIECE_BYTES] for at in range(0, len(body), _PIECE_BYTES))
    return fetching(places, Answer(pieces=pieces, content_type=_WEBM), _PLAY)


def endless(picture: Picture, places: Places) -> Delivery:
    """In a file that goes on and on."""
    webp = picture.encoded("webp")
    beginning = films.beginning(*picture.drawn().size)
    pieces = (beginning, *(films.frames(webp, number) for number in range(_ENDLESS)))
    answer = Answer(pieces=pieces, content_type=_WEBM, pause_seconds=_ENDLESS_SECONDS)
    return fetching(places, answer, _PLAY)


def in_ranges(picture: Picture, places: Places) -> Delivery:
    """In the range that a film element asks for, or in one that comes all the same."""
    body = whole(picture)
    if picture.turn % 2:
        return fetching(places, Answer(body=body, content_type=_WEBM, ranges=True), _PLAY)
    said = (("Content-Range", f"bytes 0-{len(body) - 1}/{len(body)}"),)
    return fetching(places, Answer(body=body, content_type=_WEBM, status=206, headers=said), _PLAY)


def inside(picture: Picture, places: Places) -> Delivery:
    """In an address, in a message of a WebSocket, in an event."""
    body = whole(picture)
    address = f"data:{_WEBM};base64,{b64encode(body).decode()}"
    if picture.turn % 3 == 0:
        return Delivery(html=slot(places), script=scoped(places, f"await play(slot, '{address}');"))
    if picture.turn % 3 == 1:
        return fetching(places, Answer(messages=(body,)), _FROM_SOCKET)
    event = f"data: {address}\n\n".encode()
    return fetching(places, Answer(pieces=(event,), content_type="text/event-stream"), _FROM_EVENT)


_FROM_SOCKET: Final = (
    "const got = await heard('{0}');"
    f"if (got) await play(slot, URL.createObjectURL(new Blob([got], {{type: '{_WEBM}'}})));"
)
_FROM_EVENT: Final = "const told = await event('{0}'); if (told) await play(slot, told);"


def in_segments(picture: Picture, places: Places) -> Delivery:
    """Put together by a script from a beginning and a segment (media source)."""
    name = (_WEBM, "application/octet-stream")[picture.turn % 2]
    script = (
        "const source = new MediaSource(); const playing = play(slot, URL.createObjectURL(source));"
        "await new Promise(end => source.onsourceopen = end);"
        "const buffer = source.addSourceBuffer('video/webm; codecs=\"vp8\"');"
        "for (const path of ['{0}', '{0}-1']) { buffer.appendBuffer(await fetched(path));"
        " await new Promise(end => buffer.onupdateend = end); } await playing;"
    )
    beginning = Answer(body=films.beginning(*picture.drawn().size), content_type=name)
    made = fetching(places, beginning, script)
    segment = Answer(body=films.frames(picture.encoded("webp")), content_type=name)
    answers = {**made.answers, f"{places.path}/file-1": segment}
    return Delivery(html=made.html, script=made.script, answers=answers)
