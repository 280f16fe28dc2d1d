"""What a page is, as the sandbox tells it: media, links, and signs of its text. Plain data, no parser.

The home of ``Page``: ``hotline.cases`` opens what is embedded, re-checks compare the signs of the text.
docs/explanation/pages.md says what each field is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from tutela.detect.media.shapes import WEB, Limits
from tutela.kernel.egress.urls import Url

#: What an embedded medium is by its tag: ``style`` is a picture that a style sheet paints.
EmbeddedKind = Literal["picture", "film", "frame", "style"]
#: Where in the page its address stood.
Where = Literal[
    "img", "srcset", "source", "video", "poster", "style", "meta", "link", "object", "frame", "lazy",
    "background", "button",
]  # fmt: skip
#: Why an address was not taken: words of the network door, and our own.
Dropped = Literal[
    "url_unreadable", "url_scheme", "url_credentials", "url_disputed", "url_host", "too_many", "pixel",
    "srcdoc",
]  # fmt: skip
EMBEDDED_KINDS: Final[tuple[EmbeddedKind, ...]] = get_args(EmbeddedKind)
WHERES: Final[tuple[Where, ...]] = get_args(Where)
DROPPED: Final[tuple[Dropped, ...]] = get_args(Dropped)
#: Relations of a link that are told (HTML standard, section 4.6.7); others are left out.
RELATIONS: Final = ("next", "prev", "nofollow", "sponsored", "ugc", "noreferrer", "license", "tag")

#: Media, links and inline pictures of one page that cross the border; our own: more than any page that people
#: look at. What is beyond is counted.
EMBEDDED_MAX: Final = 3_000
LINKS_MAX: Final = 3_000
INLINE_MAX: Final = 1_000
#: Characters of a title.
TITLE_CHARACTERS_MAX: Final = 200
#: Characters of a language tag (RFC 5646 section 4.4.1 asks for room for 35).
LANGUAGE_CHARACTERS_MAX: Final = 35


@dataclass(frozen=True, kw_only=True, slots=True)
class PageAsk:
    """Where a page was met (after redirects), and the character set that its host declared, or empty."""

    address: Url
    charset: str = ""
    limits: Limits = WEB


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedded:
    """A medium that the page shows. ``linked``: it stands inside a link, as thumbnails do."""

    url: Url
    kind: EmbeddedKind
    where: Where
    linked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Inline:
    """A medium whose bytes stand in the page itself (``data:``): only their number and SHA-256."""

    kind: EmbeddedKind
    size_bytes: int
    sha256: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Where the page leads; ``has_thumbnail``: a picture is what one clicks on."""

    url: Url
    has_thumbnail: bool
    rel: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page as it was read. Every address in it has passed both parsers of ``kernel.egress.urls``.

    ``title`` is printable, without direction marks. ``text_bytes`` counts the visible text in UTF-8,
    blanks folded; ``text_digest`` is the SHA-256 of it, ``text_simhash`` 64 bits in which similar texts
    differ in few (``simhash_distance_bits``). ``language`` is what the page says of itself. ``dropped``
    counts what was left out, by reason.
    """

    title: str = field(repr=False)
    text_bytes: int
    text_digest: bytes = field(repr=False)
    text_simhash: int = field(repr=False)
    language: str
    encoding: str
    password_field: bool
    refresh: Url | None
    embedded: tuple[Embedded, ...] = ()
    inline: tuple[Inline, ...] = ()
    links: tuple[Link, ...] = ()
    dropped: Mapping[Dropped, int] = field(default_factory=dict)


def simhash_distance_bits(one: int, other: int) -> int:
    """Bits in which two texts differ, 0-64; below 8 they are much the same (Manku et al. 2007: 3 of 64)."""
    return (one ^ other).bit_count()
