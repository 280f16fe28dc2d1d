"""Pictures inside other bodies: encodings, several parts, drawings, addresses in pages and styles."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64encode
from collections.abc import Callable
from typing import Final

from tutela.demo.guard.deliveries import Answer, Delivery, Places, answered, image
from tutela.demo.guard.pictures import HEIGHT, LAYOUTS, WIDTH, Picture

_BOUNDARY: Final = "part"
_PARTS: Final = f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
#: Pictures that a camera sends, and seconds between them.
_SHOTS, _SHOT_SECONDS = 8, 0.06


def address(picture: Picture, layout: str = "jpeg") -> str:
    """The picture as a ``data:`` address."""
    return f"data:{LAYOUTS[layout]};base64,{b64encode(picture.encoded(layout)).decode()}"


def in_page(picture: Picture, _: Places) -> Delivery:
    """In an element of the page."""
    return Delivery(html=image(address(picture, ("jpeg", "png", "webp")[picture.turn % 3])))


def in_source_set(picture: Picture, _: Places) -> Delivery:
    """In a set of sources."""
    told = address(picture)
    if picture.turn % 2:
        return Delivery(html=f'<picture><source srcset="{told} 1x"><img></picture>')
    return Delivery(html=f'<img srcset="{told} 1x, {told} 2x">')


def in_style(picture: Picture, places: Places) -> Delivery:
    """As a background, as a border's picture or as content, in a style sheet or in the page."""
    rule = (
        "background:url({0}) 0 0/100% 100%",
        "border:90px solid;box-sizing:border-box;border-image:url({0}) 49% fill",
        "content:url({0})",
    )[picture.turn % 3]
    name = "s" + places.path.strip("/").replace("/", "-")
    style = f"#{name} {{width:{WIDTH}px;height:{HEIGHT}px;display:inline-block;{rule}}}"
    style = style.replace("{0}", f'"{address(picture)}"')
    html = f'<div id="{name}"></div>'
    if picture.turn % 2:
        return Delivery(html=html, head=f"<style>{style}</style>")
    path = f"{places.path}/style.css"
    answer = Answer(body=style.encode(), content_type="text/css")
    return Delivery(html=html, head=f'<link rel="stylesheet" href="{path}">', answers={path: answer})


def in_drawing(picture: Picture, places: Places) -> Delivery:
    """In an SVG: a file, or an address in the page."""
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<image width="{WIDTH}" height="{HEIGHT}" href="{address(picture)}"/></svg>'
    ).encode()
    if picture.turn % 2:
        return Delivery(html=image(f"data:image/svg+xml;base64,{b64encode(drawing).decode()}"))
    return answered(places, Answer(body=drawing, content_type="image/svg+xml"))


def in_parts(picture: Picture, places: Places) -> Delivery:
    """In a body of two parts whose length is given."""
    body = part(picture) * 2 + f"--{_BOUNDARY}--\r\n".encode()
    return answered(places, Answer(body=body, content_type=_PARTS))


def from_camera(picture: Picture, places: Places) -> Delivery:
    """In a body of ever more parts."""
    pieces = (part(picture),) * _SHOTS
    return answered(places, Answer(content_type=_PARTS, pieces=pieces, pause_seconds=_SHOT_SECONDS))


def part(picture: Picture) -> bytes:
    """The picture as one part."""
    body = picture.encoded("jpeg")
    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def encoded(picture: Picture, places: Places) -> Delivery:
    """In one of the encodings that browsers take."""
    name = ("gzip", "deflate", "br", "zstd")[picture.turn % 4]
    body = ENCODERS[name](picture.encoded("bmp"))
    told = (("Content-Encoding", name),)
    return answered(places, Answer(body=body, content_type="image/bmp", headers=told))


def in_unknown_encoding(picture: Picture, places: Places) -> Delivery:
    """In an encoding that nobody knows: browsers take the bytes as they are."""
    told = (("Content-Encoding", ("x-own", "aes128gcm")[picture.turn % 2]),)
    body = picture.encoded("jpeg")
    return answered(places, Answer(body=body, content_type="image/jpeg", headers=told))


def _br(body: bytes) -> bytes:
    import brotli

    packed: bytes = brotli.compress(body, quality=3)
    return packed


def _zstd(body: bytes) -> bytes:
    import zstandard

    packed: bytes = zstandard.ZstdCompressor(level=1).compress(body)
    return packed


#: Content encodings by name; the last two are packages of the guard's environment.
ENCODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda body: gzip.compress(body, 1),
    "deflate": lambda body: zlib.compress(body, 1),
    "br": _br,
    "zstd": _zstd,
}
