"""Bad answers of a site (issue 6, "bad input"): each brings a known picture, or what nobody can decide
about.

``Told`` says which bytes must not come through. Every answer is given to a client without a guard too:
where the secret does not come through then, the fault is named as one that only the guard can be asked
about.
"""

from __future__ import annotations

import base64
import gzip
import io
import secrets
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from proofs.guard_origin import head
from tests.pictures import animation, encoded, moving, png_chunk
from tutela.demo.films import FilmPlan, write_frames
from tutela.demo.pictures import landscape

#: Bytes at which windows of a secret begin, and of one window: no two pictures share so many.
WINDOW_STEP, WINDOW_BYTES = 400, 24
#: An answer without an end is broken off here, above what the guard keeps together.
ENDLESS_BYTES = 20 << 20
#: Sides of the bomb: 400 million pixels in some 50 kB.
BOMB_SIDE: Final = 20_000

Pieces = Iterator[bytes | float]


@dataclass(frozen=True, kw_only=True)
class Bad:
    """One kind of bad answer. ``secret``: what must not come through, in any spelling."""

    answer: Callable[[], Pieces]
    secret: bytes


def windows(secret: bytes) -> list[bytes]:
    """Runs of the secret as it is and in base64: one of them in a body, and the picture came through."""
    runs = [secret[at : at + WINDOW_BYTES] for at in range(0, len(secret) - WINDOW_BYTES, WINDOW_STEP)]
    # a run that fills whole groups of base64 wherever the secret begins: 24 = 8 groups
    return runs + [base64.b64encode(secret[at : at + WINDOW_BYTES]) for at in range(0, len(secret) - 24, 399)]


def came_through(secret: bytes, body: bytes) -> bool:
    """Whether a part of the secret stands in what came."""
    return any(one in body for one in windows(secret))


def whole(body: bytes, content_type: str, **fields: str) -> Callable[[], Pieces]:
    """An answer in one piece; ``fields`` by their names with ``_`` for ``-``."""
    more = {name.replace("_", "-"): value for name, value in fields.items()}
    status = more.pop("status", "200 OK")

    def answer() -> Pieces:
        yield head(content_type, len(body), status=status, more=more) + body

    return answer


def raw(*pieces: bytes | float) -> Callable[[], Pieces]:
    """An answer of exactly these pieces."""
    return lambda: iter(pieces)


def chunk(body: bytes, said: bytes | None = None) -> bytes:
    """One chunk, with the size that it says, or another."""
    return (b"%x" % len(body) if said is None else said) + b"\r\n" + body + b"\r\n"


def bad_answers(known: bytes) -> Mapping[str, Bad]:
    """Each kind by its name; ``known`` is a listed JPEG."""
    return {
        name: one if isinstance(one, Bad) else Bad(answer=one, secret=known)
        for name, one in {
            **_broken(known),
            **_mislabelled(known),
            **_transfer(known),
            **_carried(known),
            **_films(known),
            **_undecidable(),
        }.items()
    }


_Made = dict[str, "Callable[[], Pieces] | Bad"]


def _broken(known: bytes) -> _Made:
    middle = len(known) // 2
    spoilt = known[:middle] + bytes(64) + known[middle + 64 :]
    wrong_sum = bytearray(encoded(landscape(77, 320, 240), "PNG"))
    wrong_sum[-20] ^= 1
    return {
        "cut off": whole(known[: len(known) * 2 // 3], "image/jpeg"),
        "corrupt in the middle": Bad(answer=whole(spoilt, "image/jpeg"), secret=spoilt),
        "check sum wrong": Bad(answer=whole(bytes(wrong_sum), "image/png"), secret=bytes(wrong_sum)),
        "shorter than it says": raw(head("image/jpeg", len(known) + 9_000) + known),
        "longer than it says": raw(head("image/jpeg", len(known) - 2_000) + known),
        "two pictures one behind the other": whole(known + known, "image/jpeg"),
    }


def _mislabelled(known: bytes) -> _Made:
    types = (
        "text/plain", "application/octet-stream", "", "text/css", "application/json", "audio/mpeg",
        "application/pdf", "font/woff2", "nonsense", "image/svg+xml", "video/mp4",
    )  # fmt: skip
    made: _Made = {f"mislabelled as {one or 'nothing'}": whole(known, one) for one in types}
    return made | {
        "in an error page": whole(known, "image/jpeg", status="404 Not Found"),
        "as a download": whole(known, "image/jpeg", Content_Disposition="attachment"),
    }


def _transfer(known: bytes) -> _Made:
    chunked = head("image/jpeg", None, more={"Transfer-Encoding": "chunked"})
    ranges = {"Content-Range": f"bytes 0-{len(known) - 1}/{len(known)}"}
    other = encoded(landscape(78, 64, 64), "PNG")
    return {
        "chunks of nonsense": raw(chunked + chunk(known, b"zz;") + b"0\r\n\r\n"),
        "chunk sizes that lie": raw(chunked + chunk(known, b"10") + b"0\r\n\r\n"),
        "length and chunks at once": raw(
            head("image/jpeg", 10, more={"Transfer-Encoding": "chunked"}) + chunk(known) + b"0\r\n\r\n"
        ),
        "two lengths": raw(
            head("image/jpeg", len(known), more={"content-length": str(len(known) - 1)}) + known
        ),
        "header fields of nonsense": raw(
            b"HTTP/1.1 200 OK\r\n\0\xff: \x01\r\nContent-Type: image/jpeg\r\n\r\n" + known
        ),
        "no header at all": raw(known),
        "a piece of it": raw(
            head("image/jpeg", len(known), status="206 Partial Content", more=ranges) + known
        ),
        "encoding that nobody knows": whole(known, "image/jpeg", Content_Encoding="aes128gcm"),
        "five encodings": whole(known, "image/jpeg", Content_Encoding="gzip, gzip, gzip, gzip, gzip"),
        "encoded otherwise than it says": whole(known, "image/jpeg", Content_Encoding="br"),
        "compressed bomb": Bad(
            answer=whole(gzip.compress(bytes(200 << 20), 6) + other, "image/png", Content_Encoding="gzip"),
            secret=gzip.compress(bytes(200 << 20), 6)[100_000:101_000],
        ),
        "endless": lambda: _endless(chunked, known),
        "a byte at a time": lambda: _slow(known),
        "never a byte": raw(head("image/jpeg", len(known)), 2.5),
    }


def _endless(chunked: bytes, known: bytes) -> Pieces:
    yield chunked + chunk(known)
    block = secrets.token_bytes(1 << 20)
    for _ in range(ENDLESS_BYTES >> 20):
        yield chunk(block)


def _slow(known: bytes) -> Pieces:
    yield head("image/jpeg", len(known)) + known[:-40]
    for at in range(len(known) - 40, len(known)):
        yield 0.1
        yield known[at : at + 1]


def _carried(known: bytes) -> _Made:
    address = b"data:image/jpeg;base64," + base64.b64encode(known)
    percent = b"data:image/jpeg," + b"".join(b"%%%02x" % one for one in known[:4_000])
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="' + address + b'"/></svg>'
    boundary = {"Content-Type": "multipart/x-mixed-replace; boundary=b"}
    part = b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + known + b"\r\n"
    return {
        "in a page": whole(b"<p>x</p><img src=" + address + b">", "text/html"),
        "in a page, byte by byte": Bad(
            answer=whole(b"<img src=" + percent + b">", "text/html"), secret=percent[200:3_000]
        ),
        "in JSON": whole(b'{"a": "' + address + b'"}', "application/json"),
        "in a drawing": whole(svg, "image/svg+xml"),
        "in a compressed drawing": whole(gzip.compress(svg), "image/svg+xml", Content_Encoding="gzip"),
        "in a page in a page": whole(
            b"<iframe src='data:text/html;base64," + base64.b64encode(b"<img src=" + address + b">") + b"'>",
            "text/html",
        ),
        "pictures without an end": raw(head("", None, more=boundary) + part + part),
        "in a stream of events": raw(head("text/event-stream", None) + b"data: " + address + b"\n\n"),
        "captive portal: a page in place of a picture": whole(
            b"<form>sign in</form><img src=" + address + b">", "text/html", status="511 Authentication"
        ),
        "captive portal: its own picture": whole(known, "image/jpeg", status="302 Found", Location="/known"),
    }


def _films(known: bytes) -> _Made:
    film = film_of(known)
    spoilt = film[: len(film) // 2] + bytes(400) + film[len(film) // 2 + 400 :]
    nonsense = film[:64] + secrets.token_bytes(60_000)
    chunked = head("video/mp4", None, more={"Transfer-Encoding": "chunked"})
    return {
        "film of a known picture": Bad(answer=whole(film, "video/mp4"), secret=film),
        "film as a picture": Bad(answer=whole(film, "image/jpeg"), secret=film),
        "film as a download": Bad(answer=whole(film, "application/octet-stream"), secret=film),
        "film cut off": Bad(answer=whole(film[: len(film) * 2 // 3], "video/mp4"), secret=film),
        "film corrupt in the middle": Bad(answer=whole(spoilt, "video/mp4"), secret=film),
        "film that does not end": Bad(answer=raw(chunked + chunk(film), 2.0), secret=film),
        "film of nonsense": Bad(answer=whole(nonsense, "video/mp4"), secret=nonsense),
    }


def film_of(known: bytes) -> bytes:
    """A film of two seconds that shows this picture all the while."""
    with Image.open(io.BytesIO(known)) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    plan = FilmPlan(seconds=2, width=pixels.shape[1], height=pixels.shape[0], rate_hz=5, cut_seconds=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        write_frames(path, (pixels for _ in range(10)), plan)
        return path.read_bytes()


def _undecidable() -> _Made:
    noise = secrets.token_bytes(60_000)
    frames = moving(landscape(79, 64, 48), 330)
    film = animation("GIF", frames, duration=20)
    big = encoded(landscape(80, 2_600, 2_000), "BMP")
    kinds = {
        "encrypted": (noise, "image/jpeg"),
        "a kind that nobody reads": (b"\xff\x0a" + noise, "image/jxl"),
        "HEIC of nonsense": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + noise, "image/heic"),
        "bomb": (bomb(), "image/png"),
        "more frames than are looked at": (film, "image/gif"),
        "larger than is kept together": (big, "image/bmp"),
        "a picture of no pixels": (struct.pack("<6sHHBBB", b"GIF89a", 0, 0, 0, 0, 0) + noise, "image/gif"),
        "empty boxes": (b"\0\0\0\x14ftypavif\0\0\0\0avif" + noise, "image/avif"),
    }
    return {name: Bad(answer=whole(body, kind), secret=body) for name, (body, kind) in kinds.items()}


def bomb() -> bytes:
    """A PNG of ``BOMB_SIDE`` squared, one bit a pixel."""
    header = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    squeezer = zlib.compressobj(9)
    row = bytes(1 + BOMB_SIDE // 8)
    data = b"".join(squeezer.compress(row) for _ in range(BOMB_SIDE)) + squeezer.flush()
    noted = png_chunk(b"tEXt", b"n\0" + secrets.token_bytes(2_000))
    chunks = png_chunk(b"IHDR", header) + noted + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks
