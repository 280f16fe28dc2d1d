"""What a body is: by its declared type, and before that by its own first bytes."""

from __future__ import annotations

import re
from typing import Final, Literal

from tutela.detect.media import sniff

#: ``picture`` a raster; ``vector`` an SVG; ``text`` may have pictures inside it; ``parts`` a multipart body;
#: ``sealed`` a whole site in one signed file; ``other`` is nothing that a browser draws.
Kind = Literal["picture", "vector", "film", "sound", "text", "parts", "sealed", "other"]

#: Bytes of the head on which ``kind_of`` decides.
HEAD_BYTES: Final = 4096
#: Kinds of ``sniff`` that no browser draws: they are pictures only where the server says so.
_NOT_DRAWN: Final = frozenset({"psd", "eps"})
#: ICO and CUR: reserved 0, type 1 or 2, at least one entry (Windows icon format).
_ICON: Final = re.compile(rb"\0\0[\1\2]\0(?!\0\0)")
#: Boxes with which a segment of a film begins (ISO/IEC 14496-12), and a cluster or a lone head of WebM.
_SEGMENT_BOXES: Final = frozenset({b"styp", b"moof", b"sidx", b"emsg", b"prft"})
_CLUSTER: Final = b"\x1f\x43\xb6\x75"
#: Types that lists of segments and segments come under (RFC 8216; ISO/IEC 23009-1).
_FILM_TYPES: Final = frozenset(
    {
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "application/dash+xml",
        "application/mp4",
        "application/vnd.ms-sstr+xml",
        "audio/mpegurl",
        "audio/x-mpegurl",
    }
)
#: Signed exchanges and bundles: pages and pictures in a coat that is not opened here.
_SEALED_TYPES: Final = frozenset({"application/signed-exchange", "application/webbundle"})
_PARTS_TYPES: Final = frozenset({"message/rfc822", "application/x-mimearchive"})
_TEXT_TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/ecmascript",
        "application/x-javascript",
        "application/json",
        "application/ld+json",
        "application/xml",
        "application/x-ndjson",
        "application/manifest+json",
        "application/graphql",
    }
)
_NO_WORD: Final = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/unknown", "*/*"}
)
_SVG_AHEAD: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?[^>]{0,500}\?>|<!--(?:[^-]|-(?!->)){0,2000}-->|<!DOCTYPE\s+svg[^>\[]{0,500}"
    rb"(?:\[[^\]]{0,2000}\]\s*)?>){0,20}<(?:[a-z]{1,20}:)?svg[\s/>]",
    re.IGNORECASE,
)
#: What an SVG may be declared as, besides its own type, and still be drawn by somebody.
_SVG_WEARS: Final = _NO_WORD | {"text/xml", "application/xml", "text/plain"}
#: Bytes that no text has (WHATWG MIME Sniffing, "binary data byte").
_BINARY: Final = re.compile(rb"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def media_type(content_type: str) -> str:
    """The bare type, in lower case, of a Content-Type header; empty where there is none."""
    return content_type.partition(";")[0].strip().lower()


def kind_of(content_type: str, untrusted_head: bytes = b"") -> Kind:
    """What a body is. ``untrusted_head``: its first ``HEAD_BYTES``; none, where only the header is known."""
    declared = media_type(content_type)
    if _vector(declared, untrusted_head):
        return "vector"
    drawn = _drawn(declared, untrusted_head)
    if drawn is not None:
        return drawn
    return _declared(declared) or _undeclared(untrusted_head)


def _vector(declared: str, head: bytes) -> bool:
    if declared == "image/svg+xml":
        return _sniffed(head) is None
    return (declared in _SVG_WEARS or declared.startswith("image/")) and _SVG_AHEAD.match(head) is not None


def _drawn(declared: str, head: bytes) -> Kind | None:
    """What the bytes say, where they are a picture or a film whatever was declared."""
    sniffed = _sniffed(head)
    if sniffed == "film" and declared.startswith("audio/") and declared not in _FILM_TYPES:
        return "sound"
    return sniffed


def _sniffed(head: bytes) -> Kind | None:
    kind = sniff.sniff(head)
    if sniff.family(kind) == "picture" or kind == "other_picture" or _ICON.match(head):
        return "picture"
    if sniff.family(kind) == "film" or kind == "playlist" or _segment(head):
        return "film"
    return None


def _segment(head: bytes) -> bool:
    return head[4:8] in _SEGMENT_BOXES or head.startswith(_CLUSTER)


def _declared(declared: str) -> Kind | None:
    """What the header says; None where it says nothing that decides."""
    if declared in _FILM_TYPES:
        return "film"
    if declared in _SEALED_TYPES:
        return "sealed"
    if declared in _PARTS_TYPES:
        return "parts"
    if declared in _TEXT_TYPES or declared.endswith(("+json", "+xml")):
        return "text"
    family = declared.partition("/")[0]
    kinds: dict[str, Kind] = {
        "image": "picture",
        "video": "film",
        "audio": "sound",
        "text": "text",
        "multipart": "parts",
    }
    return kinds.get(family) or (None if declared in _NO_WORD else "other")


def _undeclared(head: bytes) -> Kind:
    """Text where nothing in the head forbids it: a picture may be written inside it."""
    known = sniff.sniff(head) not in {"unknown", "mail"}
    return "other" if known or _BINARY.search(head) else "text"
