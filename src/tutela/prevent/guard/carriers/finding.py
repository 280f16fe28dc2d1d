"""Every picture inside a body, nested ones too, and the body with some of them replaced.

A body whose pictures cannot all be looked at raises ``TooMuch``: it is held as a whole.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from tutela.prevent.guard.carriers import blanks, vectors
from tutela.prevent.guard.carriers.addresses import addresses
from tutela.prevent.guard.carriers.kinds import Kind, kind_of_whole, media_type
from tutela.prevent.guard.carriers.parts import boundary_of, parts

#: Pictures, films and texts with some inside, in one body with everything nested. A page that a person
#: reads has a few hundred at most.
EMBEDDED_MAX: Final = 2_000
#: Addresses of any kind in one body: fonts, sounds, scripts.
ADDRESSES_MAX: Final = 20_000
#: How deep texts may stand inside one another: an SVG in a style sheet in a page in an address is three.
NESTING_MAX: Final = 4
#: Bytes that all addresses of a body may stand for together, every nesting counted.
DECODED_BYTES_MAX: Final = 64 * 1024 * 1024
#: ``data:`` in two-byte letters, which the pass over bytes does not read.
_WIDE: Final = re.compile(rb"\0[aA]\0[tT]\0[aA]\0:")

Spelling = Literal["address", "bare", "part"]


class TooMuch(ValueError):  # noqa: N818 - says what the body is, as the four families do
    """A body beyond a limit, or written so that its pictures cannot all be found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """Bytes ``start`` to ``end`` of a body, which stand for ``content``: a picture, a film, or a text or SVG
    with such ``inner`` ones (places in ``content``). ``refused``: it may not pass whatever is ruled.
    """

    start: int
    end: int
    kind: Kind
    content: bytes
    spelling: Spelling
    inner: tuple[Embedded, ...] = ()
    refused: bool = False


@dataclass(slots=True)
class _Left:
    """What is left of the limits while one body is looked through."""

    depth: int = NESTING_MAX
    embedded: int = EMBEDDED_MAX
    addresses: int = ADDRESSES_MAX
    decoded_bytes: int = DECODED_BYTES_MAX

    def count(self, content: bytes) -> None:
        self.addresses -= 1
        self.decoded_bytes -= len(content)
        if self.addresses < 0 or self.decoded_bytes < 0:
            raise TooMuch("more inside one body than is looked at")

    def keep(self) -> None:
        self.embedded -= 1
        if self.embedded < 0:
            raise TooMuch("more pictures inside one body than are ruled on")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One text further inside, while the block runs."""
        if not self.depth:
            raise TooMuch("texts inside texts beyond the depth that is looked into")
        self.depth -= 1
        yield
        self.depth += 1


def find(untrusted_body: bytes, content_type: str = "text/html") -> tuple[Embedded, ...]:
    """What is inside a text, an SVG or a multipart body, from the left. Raises ``TooMuch``."""
    return _inside(untrusted_body, content_type, _Left())


def pictures(found: Collection[Embedded]) -> tuple[bytes, ...]:
    """The rasters among and inside ``found``, each content once."""
    return tuple(dict.fromkeys(one.content for one in _flat(found) if one.kind == "picture"))


def stopped(
    found: Collection[Embedded], shown: Callable[[bytes], bool], *, segments_pass: bool = False
) -> tuple[Embedded, ...]:
    """Those of ``found`` that may not pass: not shown, refused, a film, or with such a one inside."""
    return tuple(one for one in found if _stops(one, shown, segments_pass=segments_pass))


def mended(untrusted_body: bytes, held: Collection[Embedded]) -> bytes:
    """The body with a neutral picture in the place of each of ``held``; every other byte as it was."""
    pieces, at = [], 0
    for one in sorted(held, key=lambda each: each.start):
        pieces += [untrusted_body[at : one.start], _neutral(one)]
        at = one.end
    return b"".join([*pieces, untrusted_body[at:]])


def _inside(body: bytes, content_type: str, left: _Left) -> tuple[Embedded, ...]:
    if media_type(content_type).startswith("multipart/"):
        return tuple(_kept(_in_parts(body, content_type, left), left))
    if _WIDE.search(body):
        raise TooMuch("addresses in two-byte letters")
    return tuple(_kept(_in_text(body, left), left))


def _kept(found: Iterator[Embedded | None], left: _Left) -> Iterator[Embedded]:
    for one in found:
        if one is not None:
            left.keep()
            yield one


def _in_text(body: bytes, left: _Left) -> Iterator[Embedded | None]:
    for one in addresses(body):
        left.count(one.content)
        spelling: Spelling = "bare" if one.bare else "address"
        yield _embedded((one.start, one.end), one.declared, one.content, spelling, left)


def _in_parts(body: bytes, content_type: str, left: _Left) -> Iterator[Embedded | None]:
    try:
        boundary = boundary_of(content_type)
    except ValueError as reason:
        raise TooMuch(str(reason)) from reason
    for one in parts(body, boundary):
        left.count(one.content)
        yield _embedded((one.start, one.end), one.declared, one.content, "part", left)


def _embedded(
    place: tuple[int, int], declared: str, content: bytes, spelling: Spelling, left: _Left
) -> Embedded | None:
    """What stands in one place; None where no picture, film or refusal is in it."""
    kind = kind_of_whole(declared, content)
    if kind in {"other", "sound"} or not content:
        return None
    if kind in {"picture", "film", "segment", "sealed"}:
        return _leaf(place, kind, content, spelling)
    with left.deeper():
        inner = _inside(content, declared, left)
    refused = kind == "vector" and vectors.refused(content)
    if not inner and not refused:
        return None
    return Embedded(
        start=place[0],
        end=place[1],
        kind=kind,
        content=content,
        spelling=spelling,
        inner=inner,
        refused=refused,
    )


def _leaf(place: tuple[int, int], kind: Kind, content: bytes, spelling: Spelling) -> Embedded:
    return Embedded(
        start=place[0],
        end=place[1],
        kind=kind,
        content=content,
        spelling=spelling,
        refused=kind == "sealed",
    )


def _flat(found: Collection[Embedded]) -> Iterator[Embedded]:
    for one in found:
        yield one
        yield from _flat(one.inner)


def _stops(one: Embedded, shown: Callable[[bytes], bool], *, segments_pass: bool) -> bool:
    if one.refused or one.kind == "film" or (one.kind == "segment" and not segments_pass):
        return True
    if one.kind == "picture":
        return not shown(one.content)
    return any(_stops(each, shown, segments_pass=segments_pass) for each in one.inner)


def _neutral(one: Embedded) -> bytes:
    """What stands in the place of one that is held, spelt as it was."""
    if one.spelling == "bare":
        return blanks.RASTER_BASE64
    if one.spelling == "part":
        return _neutral_part()
    if one.kind == "vector":
        return b"data:" + blanks.VECTOR_TYPE.encode() + b";base64," + base64.b64encode(blanks.VECTOR)
    return blanks.RASTER_ADDRESS


def _neutral_part() -> bytes:
    fields = f"Content-Type: {blanks.RASTER_TYPE}\r\nContent-Length: {len(blanks.RASTER)}\r\n\r\n"
    return fields.encode() + blanks.RASTER
