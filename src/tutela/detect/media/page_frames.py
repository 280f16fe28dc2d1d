"""What a page worker and its parent say to each other: one frame for each part of a page.

Numbers stand for the words of ``page_shapes``; texts are UTF-8 and bounded. ``parse_*`` raise ValueError for
anything that the layout does not allow; addresses are judged in ``pages``.
"""

from __future__ import annotations

import struct
from typing import Final

from tutela.detect.media.page_encodings import CODECS
from tutela.detect.media.page_reading import RawEmbedded, RawInline, RawLink, RawPage
from tutela.detect.media.page_shapes import DROPPED, EMBEDDED_KINDS, RELATIONS, WHERES, Dropped
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX

#: First frame type of the page worker, above those of the container worker.
PAGE_FRAMES: Final = 32
HEAD, EMBEDDED, INLINE, LINK, DROP = (PAGE_FRAMES + number for number in range(5))
#: Beside the request: bytes of the address and of the character set that follow.
ASKED: Final = struct.Struct("<HH")
#: Bytes of an address: canonical ones are ASCII.
ADDRESS_BYTES_MAX: Final = URL_CHARACTERS_MAX
#: Bytes of a label of a character set.
CHARSET_BYTES_MAX: Final = 40
#: Bytes of one frame: title and address with their numbers.
PAYLOAD_MAX: Final = 16_384
_HEAD: Final = struct.Struct("<Q32sQ?BHHH")
_EMBEDDED: Final = struct.Struct("<BB?")
_INLINE: Final = struct.Struct("<BQ32s")
_LINK: Final = struct.Struct("<?B")
_DROP: Final = struct.Struct("<BI")
_ENCODINGS: Final = tuple(sorted(CODECS))


def render_asked(address: str, charset: str) -> bytes:
    """What follows a request: where the page was met, and the declared character set."""
    where = address.encode("utf-8")[:ADDRESS_BYTES_MAX]
    said = charset.encode("ascii", "ignore")[:CHARSET_BYTES_MAX]
    return ASKED.pack(len(where), len(said)) + where + said


def render_head(page: RawPage) -> bytes:
    """Payload of ``HEAD``."""
    texts = [part.encode("utf-8", "replace") for part in (page.title, page.language, page.refresh)]
    numbers = (page.text_bytes, page.text_digest, page.text_simhash, page.password_field)
    sizes = [len(text) for text in texts]
    return _HEAD.pack(*numbers, _ENCODINGS.index(page.encoding), *sizes) + b"".join(texts)


def parse_head(untrusted_payload: bytes) -> RawPage:
    """A page without its parts."""
    if len(untrusted_payload) < _HEAD.size:
        raise ValueError("the head of a page is too short")
    text_bytes, digest, simhash, password, encoding, *sizes = _HEAD.unpack_from(untrusted_payload)
    rest, texts = untrusted_payload[_HEAD.size :], []
    if sum(sizes) != len(rest) or encoding >= len(_ENCODINGS):
        raise ValueError("the head of a page has another length")
    for size in sizes:
        texts.append(rest[:size].decode("utf-8"))
        rest = rest[size:]
    title, language, refresh = texts
    return RawPage(
        title=title, text_bytes=text_bytes, text_digest=digest, text_simhash=simhash, language=language,
        encoding=_ENCODINGS[encoding], password_field=password, refresh=refresh,
    )  # fmt: skip


def render_embedded(one: RawEmbedded) -> bytes:
    """Payload of ``EMBEDDED``."""
    numbers = (EMBEDDED_KINDS.index(one.kind), WHERES.index(one.where), one.linked)
    return _EMBEDDED.pack(*numbers) + one.address.encode("utf-8")


def parse_embedded(untrusted_payload: bytes) -> RawEmbedded:
    """A medium of the page."""
    (kind, where, linked), address = _with_address(_EMBEDDED, untrusted_payload)
    if kind >= len(EMBEDDED_KINDS) or where >= len(WHERES):
        raise ValueError("a medium of a kind that is none")
    return RawEmbedded(address=address, kind=EMBEDDED_KINDS[kind], where=WHERES[where], linked=bool(linked))


def render_inline(one: RawInline) -> bytes:
    """Payload of ``INLINE``."""
    return _INLINE.pack(EMBEDDED_KINDS.index(one.kind), one.size_bytes, one.sha256)


def parse_inline(untrusted_payload: bytes) -> RawInline:
    """Bytes that stood in the page."""
    _check_length(_INLINE, untrusted_payload)
    kind, size, digest = _INLINE.unpack(untrusted_payload)
    if kind >= len(EMBEDDED_KINDS):
        raise ValueError("a medium of a kind that is none")
    return RawInline(kind=EMBEDDED_KINDS[kind], size_bytes=size, sha256=digest)


def render_link(one: RawLink) -> bytes:
    """Payload of ``LINK``."""
    bits = sum(1 << number for number, word in enumerate(RELATIONS) if word in one.rel)
    return _LINK.pack(one.has_thumbnail, bits) + one.address.encode("utf-8")


def parse_link(untrusted_payload: bytes) -> RawLink:
    """A link of the page."""
    (has_thumbnail, bits), address = _with_address(_LINK, untrusted_payload)
    rel = tuple(word for number, word in enumerate(RELATIONS) if bits >> number & 1)
    return RawLink(address=address, has_thumbnail=bool(has_thumbnail), rel=rel)


def render_drop(reason: Dropped, count: int) -> bytes:
    """Payload of ``DROP``: how much was left out for one reason."""
    return _DROP.pack(DROPPED.index(reason), min(count, (1 << 32) - 1))


def parse_drop(untrusted_payload: bytes) -> tuple[Dropped, int]:
    """A reason and how often it was met."""
    _check_length(_DROP, untrusted_payload)
    reason, count = _DROP.unpack(untrusted_payload)
    if reason >= len(DROPPED):
        raise ValueError("left out for a reason that is none")
    return DROPPED[reason], count


def frames_of(page: RawPage) -> list[tuple[int, bytes]]:
    """(frame type, payload) of every part, the head first."""
    return [
        (HEAD, render_head(page)),
        *((EMBEDDED, render_embedded(one)) for one in page.embedded.values()),
        *((INLINE, render_inline(one)) for one in page.inline.values()),
        *((LINK, render_link(one)) for one in page.links.values()),
        *((DROP, render_drop(reason, count)) for reason, count in page.dropped.items() if count),
    ]


def _with_address(layout: struct.Struct, untrusted_payload: bytes) -> tuple[tuple[int, ...], str]:
    if not layout.size < len(untrusted_payload) <= layout.size + ADDRESS_BYTES_MAX:
        raise ValueError("a part of a page of a wrong length")
    return layout.unpack_from(untrusted_payload), untrusted_payload[layout.size :].decode("ascii")


def _check_length(layout: struct.Struct, untrusted_payload: bytes) -> None:
    if len(untrusted_payload) != layout.size:
        raise ValueError("a part of a page of a wrong length")
