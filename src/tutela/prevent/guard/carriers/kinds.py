"""What a body is: by its declared type, and before that by its own first bytes."""

from __future__ import annotations

import re
from typing import Final, Literal

from tutela.detect.media import sniff
from tutela.prevent.guard.carriers.segments import CLUSTER, PIECE_BOXES, moving_kind

#: ``picture`` a raster; ``vector`` an SVG; ``film`` one that is played as it is; ``segment`` a piece of a
#: stream, or a list of them: several together make a film; ``text`` may have pictures inside it; ``parts`` a
#: multipart body; ``sealed`` a whole site in one signed file; ``other`` is nothing that a browser draws.
Kind = Literal["picture", "vector", "film", "segment", "sound", "text", "parts", "sealed", "other"]

#: Bytes of the head on which ``kind_of`` decides.
HEAD_BYTES: Final = 4096
#: Kinds of ``sniff`` that no browser draws: they are pictures only where the server says so.
_NOT_DRAWN: Final = frozenset({"psd", "eps"})
#: ICO and CUR: reserved 0, type 1 or 2, at least one entry (Windows icon format).
_ICON: Final = re.compile(rb"\0\0[\1\2]\0(?!\0\0)")
#: Types that lists of segments and segments come under (RFC 8216; ISO/IEC 23009-1).
_SEGMENT_TYPES: Final = frozenset(
    {
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "application/dash+xml",
        "application/vnd.ms-sstr+xml",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "video/iso.segment",
        "video/mp2t",
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
#: Types under which browsers go by the bytes themselves (WHATWG MIME Sniffing, section 7), pages among them.
_GUESSED: Final = frozenset({"", "application/unknown", "unknown/unknown", "*/*"})
_NO_WORD: Final = _GUESSED | {"application/octet-stream", "binary/octet-stream"}
#: What a page begins with; browsers take it for one by its first tag, whatever bytes come behind that.
_MARKUP: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?[\t\n\x0c\r ]*+<[!?a-z]", re.IGNORECASE)
_SVG_AHEAD: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?[^>]{0,500}\?>|<!--(?:[^-]|-(?!->)){0,2000}-->|<!DOCTYPE\s+svg[^>\[]{0,500}"
    rb"(?:\[[^\]]{0,2000}\]\s*)?>){0,20}<(?:[a-z]{1,20}:)?svg[\s/>]",
    re.IGNORECASE,
)
#: What an SVG may be declared as, besides its own type, and still be drawn by somebody.
_SVG_WEARS: Final = _NO_WORD | {"text/xml", "application/xml", "text/plain"}
#: A parameter's value, which may have a comma in it.
_QUOTED: Final = re.compile(r'"[^"]*"')
#: Bytes that no text has (WHATWG MIME Sniffing, "binary data byte").
_BINARY: Final = re.compile(rb"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def media_type(content_type: str) -> str:
    """The bare type, in lower case, of a Content-Type header; empty where there is none.

    Where it names several, browsers do not choose alike: one of a text counts, which may have pictures inside
    it, or else the last (WHATWG Fetch, "extract a MIME type").
    """
    named = [bare for one in _QUOTED.sub("", content_type).split(",") if "/" in (bare := _bare(one))]
    texts = [one for one in named if _declared(one) == "text"]
    return [_bare(content_type), *named[-1:], *texts[:1]][-1]


def _bare(one_type: str) -> str:
    return one_type.partition(";")[0].strip().lower()


def kind_of(content_type: str, untrusted_head: bytes = b"") -> Kind:
    """What a body is. ``untrusted_head``: its first ``HEAD_BYTES``; none, where only the header is known."""
    declared = media_type(content_type)
    if _vector(declared, untrusted_head):
        return "vector"
    drawn = _drawn(declared, untrusted_head)
    if drawn is not None:
        return drawn
    return _declared(declared) or _undeclared(untrusted_head)


def guessed_page(content_type: str, untrusted_head: bytes) -> bool:
    """Whether a browser takes these bytes for a page although nobody says that they are one."""
    return media_type(content_type) in _GUESSED and _MARKUP.match(untrusted_head) is not None


def kind_of_whole(content_type: str, untrusted_body: bytes) -> Kind:
    """What a body is of which every byte is here: films and their pieces are told apart."""
    kind = kind_of(content_type, untrusted_body[:HEAD_BYTES])
    if kind in {"film", "segment"} and _sniffed(untrusted_body[:HEAD_BYTES]) is not None:
        return moving_kind(untrusted_body)
    return kind


def _vector(declared: str, head: bytes) -> bool:
    if declared == "image/svg+xml":
        return _sniffed(head) is None
    return (declared in _SVG_WEARS or declared.startswith("image/")) and _SVG_AHEAD.match(head) is not None


def _drawn(declared: str, head: bytes) -> Kind | None:
    """What the bytes say, where they are a picture or a film whatever was declared."""
    sniffed = _sniffed(head)
    if sniffed in {"film", "segment"} and declared.startswith("audio/") and declared not in _SEGMENT_TYPES:
        return "sound"
    return sniffed


def _sniffed(head: bytes) -> Kind | None:
    kind = sniff.sniff(head)
    if sniff.family(kind) == "picture" or kind == "other_picture" or _ICON.match(head):
        return "picture"
    if kind in {"playlist", "mpegts"} or head[4:8] in PIECE_BOXES or head.startswith(CLUSTER):
        return "segment"
    return "film" if sniff.family(kind) == "film" else None


def _declared(declared: str) -> Kind | None:
    """What the header says; None where it says nothing that decides: scripts run, and are handed texts, under
    types that nobody knows (WHATWG HTML, "fetch a classic script").
    """
    if declared in _SEGMENT_TYPES:
        return "segment"
    if declared == "application/mp4":
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
        "font": "other",
    }
    return kinds.get(family)


def _undeclared(head: bytes) -> Kind:
    """Text where nothing in the head forbids it: a picture may be written inside it."""
    if _MARKUP.match(head):
        return "text"
    known = sniff.sniff(head) not in {"unknown", "mail"}
    return "other" if known or _BINARY.search(head) else "text"
