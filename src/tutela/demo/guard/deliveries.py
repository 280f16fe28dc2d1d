"""What a site answers, and how one picture gets onto a page by an element alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tutela.demo.guard.pictures import LAYOUTS, Picture

#: What is put behind a picture to make it larger than the guard keeps together (12 MiB).
PADDING_BYTES: Final = 13 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer. ``pieces``: sent in chunks, ``pause_seconds`` apart. ``ends``: without a length, to the
    connection's end. ``ranges``: a range that is asked for is given. ``messages``: what a WebSocket says.
    """

    body: bytes = b""
    content_type: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] | None = None
    pause_seconds: float = 0.0
    ends: bool = False
    ranges: bool = False
    messages: tuple[bytes | str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where things are on the site: ``path`` of this picture's files, and the site's other origins."""

    path: str
    other_host: str = ""
    http2: str = ""
    http3: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """How a picture gets onto a page: HTML, a script that may wait, answers by path, style, head."""

    html: str = ""
    script: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    head: str = ""


#: Makes a picture's delivery.
Deliver = Callable[[Picture, Places], Delivery]


def image(source: str) -> str:
    """The element that shows a picture."""
    return f'<img src="{source}">'


def plain(layout: str, *more: str) -> Deliver:
    """An ``img`` of a file in this layout, or in one of several, turn by turn."""
    layouts = (layout, *more)

    def deliver(picture: Picture, places: Places) -> Delivery:
        chosen = layouts[picture.turn % len(layouts)]
        return answered(places, Answer(body=picture.encoded(chosen), content_type=LAYOUTS[chosen]))

    return deliver


def answered(places: Places, answer: Answer, origin: str = "") -> Delivery:
    """An ``img`` whose file is this answer."""
    path = f"{places.path}/file"
    return Delivery(html=image(origin + path), answers={path: answer})


def cursor(picture: Picture, places: Places) -> Delivery:
    """An icon file, every second time as the pointer's."""
    icon = bytearray(picture.encoded("ico"))
    icon[2] = 1 + picture.turn % 2
    return answered(places, Answer(body=bytes(icon), content_type="image/x-icon"))


def misnamed(picture: Picture, places: Places) -> Delivery:
    """Declared as text, as a download, as another picture, or as nothing."""
    names = ("text/plain", "application/octet-stream", "image/gif", "", "text/css")
    body = picture.encoded(("jpeg", "png", "webp")[picture.turn % 3])
    return answered(places, Answer(body=body, content_type=names[picture.turn % len(names)]))


def under_status(picture: Picture, places: Places) -> Delivery:
    """Sent with a status of failure."""
    status = (404, 403, 500, 203)[picture.turn % 4]
    return answered(places, Answer(body=picture.encoded("jpeg"), content_type="image/jpeg", status=status))


def announced(picture: Picture, places: Places) -> Delivery:
    """Preloaded, prefetched and as the page's icon, before an element shows it."""
    path = f"{places.path}/file"
    head = "".join(f'<link rel="{one}" href="{path}">' for one in ('preload" as="image', "prefetch", "icon"))
    made = answered(places, Answer(body=picture.encoded("png"), content_type="image/png"))
    return Delivery(html=made.html, answers=made.answers, head=head)


def in_pieces(picture: Picture, places: Places) -> Delivery:
    """In chunks, or without any length to the connection's end."""
    body = picture.encoded("jpeg")
    if picture.turn % 2:
        return answered(places, Answer(body=body, content_type="image/jpeg", ends=True))
    pieces = tuple(body[at : at + 3_000] for at in range(0, len(body), 3_000))
    return answered(places, Answer(content_type="image/jpeg", pieces=pieces, pause_seconds=0.002))


def over_http2(picture: Picture, places: Places) -> Delivery:
    """From a site that speaks HTTP/2."""
    answer = Answer(body=picture.encoded("jpeg"), content_type="image/jpeg")
    return answered(places, answer, origin=places.http2)


def elsewhere(picture: Picture, places: Places) -> Delivery:
    """From another host over TLS."""
    answer = Answer(body=picture.encoded("png"), content_type="image/png")
    return answered(places, answer, origin=places.other_host)


def over_http3(picture: Picture, places: Places) -> Delivery:
    """From a site that also answers over UDP, and says so."""
    port = places.http3.rpartition(":")[2]
    offer = (("Alt-Svc", f'h3=":{port}"; ma=3600'),)
    body = picture.encoded("jpeg")
    answer = Answer(body=body, content_type="image/jpeg", headers=offer)
    return answered(places, answer, origin=places.http3)


def too_large(picture: Picture, places: Places) -> Delivery:
    """A picture larger than the guard keeps together."""
    body = picture.encoded("png") + bytes(PADDING_BYTES)
    return answered(places, Answer(body=body, content_type="image/png"))


def large_download(picture: Picture, places: Places) -> Delivery:
    """The same, declared as a download."""
    body = picture.encoded("jpeg") + bytes(PADDING_BYTES)
    return answered(places, Answer(body=body, content_type="application/octet-stream"))


def sealed(picture: Picture, places: Places) -> Delivery:
    """A picture declared as a site in one file. A real one needs a certificate that no test has."""
    body = picture.encoded("jpeg")
    return answered(places, Answer(body=body, content_type="application/webbundle"))


def unasked_range(picture: Picture, places: Places) -> Delivery:
    """All of it, as the answer to a range that nobody asked for."""
    body = picture.encoded("jpeg")
    said = (("Content-Range", f"bytes 0-{len(body) - 1}/{len(body)}"),)
    return answered(places, Answer(body=body, content_type="image/jpeg", status=206, headers=said))
