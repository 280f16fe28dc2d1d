"""A page read inside the sealed worker: the tree walked once, addresses resolved, everything bounded.

What comes out is what a person would see with scripts off: pictures, films, frames, links, text. Nothing of
it is trusted by the parent, which reads every address again (``pages``).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import ada_url

from tutela.detect.media.page_shapes import (
    EMBEDDED_MAX,
    INLINE_MAX,
    LANGUAGE_CHARACTERS_MAX,
    LINKS_MAX,
    RELATIONS,
    TITLE_CHARACTERS_MAX,
    Dropped,
    EmbeddedKind,
    Where,
)
from tutela.detect.media.page_sources import css_addresses, largest_of_srcset, refresh_address
from tutela.detect.media.page_text import folded, printable, simhash
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX

#: Elements whose text nobody reads.
_SILENT: Final = frozenset({"script", "style", "template", "noembed", "noframes", "iframe", "title", "head"})
#: Attributes in which pages keep a picture until one scrolls to it.
_LAZY: Final = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-full", "data-image")
_META_PICTURES: Final = frozenset({"og:image", "og:image:url", "og:image:secure_url", "twitter:image"})
_META_FILMS: Final = frozenset({"og:video", "og:video:url", "og:video:secure_url", "twitter:player:stream"})
#: Side in pixels up to which a picture shows nothing and only tells its host that somebody looks.
_PIXEL_SIDE_MAX: Final = 2
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_EDGES: Final = "".join(map(chr, range(0x21)))


@dataclass(frozen=True, kw_only=True, slots=True)
class RawEmbedded:
    """A medium, its address absolute and nothing more; ``linked``: inside a link."""

    address: str
    kind: EmbeddedKind
    where: Where
    linked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RawInline:
    """Bytes that stood in the page."""

    kind: EmbeddedKind
    size_bytes: int
    sha256: bytes


@dataclass(kw_only=True, slots=True)
class RawLink:
    """A link, its address absolute and nothing more."""

    address: str
    has_thumbnail: bool
    rel: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class RawPage:
    """What the worker found. Lists are bounded; ``dropped`` counts what is not in them."""

    title: str = ""
    text_bytes: int = 0
    text_digest: bytes = b""
    text_simhash: int = 0
    language: str = ""
    encoding: str = ""
    password_field: bool = False
    refresh: str = ""
    embedded: dict[str, RawEmbedded] = field(default_factory=dict)
    inline: dict[bytes, RawInline] = field(default_factory=dict)
    links: dict[str, RawLink] = field(default_factory=dict)
    dropped: Counter[Dropped] = field(default_factory=Counter)


def read_tree(root: Any, address: str) -> RawPage:
    """What the page of this tree (selectolax) holds; ``address`` is where it was met."""
    reader = _Reader(address)
    for node, is_end in _steps(root):
        if is_end:
            reader.leave(node.tag)
        elif node.is_text_node:
            reader.text(node)
        elif node.is_element_node:
            reader.enter(node.tag, node)
    return reader.page()


def _steps(root: Any) -> Iterator[tuple[Any, bool]]:
    """(node, whether it ends here) in the order of the page, without recursion: pages nest without end."""
    node = root
    while node is not None:
        yield node, False
        child = node.first_child
        if child is not None:
            node = child
            continue
        while node is not None:
            yield node, True
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent


class _Reader:
    """Takes the nodes in their order and keeps what they say."""

    def __init__(self, address: str) -> None:
        self._base = address
        self._page = RawPage()
        self._has_base = False
        self._silent = 0
        self._link: RawLink | None = None
        self._media: list[str] = []
        self._words: list[str] = []

    def page(self) -> RawPage:
        """The page, its signs of text made."""
        text = folded(" ".join(self._words))
        data = text.encode("utf-8", "replace")
        self._page.text_bytes, self._page.text_digest = len(data), hashlib.sha256(data).digest()
        self._page.text_simhash = simhash(text)
        return self._page

    def text(self, node: Any) -> None:
        """Takes a piece of text that somebody sees."""
        if not self._silent:
            self._words.append(node.text_content or "")

    def enter(self, tag: str, node: Any) -> None:
        """Takes the beginning of an element."""
        if tag in _SILENT:
            self._silent += 1
        if tag in ("video", "audio", "picture"):
            self._media.append(tag)
        taker = _TAKERS.get(tag)
        attributes: dict[str, str | None] = node.attributes
        if taker is not None:
            taker(self, {name: value or "" for name, value in attributes.items()}, node)
        if attributes:
            self._painted(attributes)

    def leave(self, tag: str) -> None:
        """Takes the end of an element."""
        if tag in _SILENT:
            self._silent -= 1
        elif tag in ("a", "area"):
            self._link = None
        elif self._media and self._media[-1] == tag:
            self._media.pop()

    def _painted(self, attributes: dict[str, str | None]) -> None:
        style = attributes.get("style")
        for address in css_addresses(style) if style else ():
            self._embed(address, "style", "style")
        if background := attributes.get("background"):
            self._embed(background, "style", "background")

    def take_html(self, attributes: dict[str, str], _node: Any) -> None:
        """The language of the page."""
        said = attributes.get("lang") or attributes.get("xml:lang") or ""
        if len(said) <= LANGUAGE_CHARACTERS_MAX and _LANGUAGE.fullmatch(said):
            self._page.language = said.lower()

    def take_base(self, attributes: dict[str, str], _node: Any) -> None:
        """The first ``base`` with an address counts (HTML standard, section 4.2.3)."""
        if not self._has_base and "href" in attributes:
            self._has_base = True
            self._base = self._absolute(attributes["href"]) or self._base

    def take_title(self, _attributes: dict[str, str], node: Any) -> None:
        """The first title."""
        if not self._page.title:
            self._page.title = printable(node.text(deep=True) or "", TITLE_CHARACTERS_MAX)

    def take_style(self, _attributes: dict[str, str], node: Any) -> None:
        """Pictures that a style sheet paints."""
        for address in css_addresses(node.text(deep=True) or ""):
            self._embed(address, "style", "style")

    def take_meta(self, attributes: dict[str, str], _node: Any) -> None:
        """Pictures for previews, and where the page leads by itself."""
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        content = attributes.get("content", "")
        if name in _META_PICTURES:
            self._embed(content, "picture", "meta")
        elif name in _META_FILMS:
            self._embed(content, "film", "meta")
        elif attributes.get("http-equiv", "").lower() == "refresh" and not self._page.refresh:
            address = refresh_address(content)
            self._page.refresh = (self._absolute(address) or "") if address else ""

    def take_link(self, attributes: dict[str, str], _node: Any) -> None:
        """The picture that stands for the page."""
        if "image_src" in attributes.get("rel", "").lower().split():
            self._embed(attributes.get("href", ""), "picture", "link")

    def take_img(self, attributes: dict[str, str], _node: Any) -> None:
        """A picture in each form that is offered: as it is, the largest, and before one scrolls to it."""
        if _is_pixel(attributes):
            self._page.dropped["pixel"] += 1
            return
        if self._link is not None:
            self._link.has_thumbnail = True
        self._embed(attributes.get("src", ""), "picture", "img")
        self._embed(largest_of_srcset(attributes.get("srcset", "")), "picture", "srcset")
        self._embed(largest_of_srcset(attributes.get("data-srcset", "")), "picture", "lazy")
        for name in _LAZY:
            self._embed(attributes.get(name, ""), "picture", "lazy")

    def take_source(self, attributes: dict[str, str], _node: Any) -> None:
        """One of several forms of the picture or film around it; of sound nothing is taken."""
        around = self._media[-1] if self._media else ""
        if around == "picture":
            self._embed(largest_of_srcset(attributes.get("srcset", "")), "picture", "source")
        elif around == "video":
            self._embed(attributes.get("src", ""), "film", "source")

    def take_video(self, attributes: dict[str, str], _node: Any) -> None:
        """A film, and the picture that stands for it."""
        self._embed(attributes.get("src", ""), "film", "video")
        self._embed(attributes.get("poster", ""), "picture", "poster")
        self._embed(attributes.get("data-src", ""), "film", "lazy")

    def take_object(self, attributes: dict[str, str], _node: Any) -> None:
        """What is embedded as an object, of the kind that it says."""
        declared = attributes.get("type", "").lower()
        kind: EmbeddedKind = (
            "picture"
            if declared.startswith("image/")
            else "film"
            if declared.startswith("video/")
            else "frame"
        )
        self._embed(attributes.get("data") or attributes.get("src") or "", kind, "object")

    def take_frame(self, attributes: dict[str, str], _node: Any) -> None:
        """A page inside the page; one that is written out in an attribute is counted and not read."""
        if "srcdoc" in attributes:
            self._page.dropped["srcdoc"] += 1
            return
        self._embed(attributes.get("src") or attributes.get("data-src") or "", "frame", "frame")

    def take_input(self, attributes: dict[str, str], _node: Any) -> None:
        """A field for a password, or a button that is a picture."""
        kind = attributes.get("type", "").strip().lower()
        self._page.password_field |= kind == "password"
        if kind == "image":
            self._embed(attributes.get("src", ""), "picture", "button")

    def take_svg_image(self, attributes: dict[str, str], _node: Any) -> None:
        """A picture inside a drawing."""
        self._embed(attributes.get("href") or attributes.get("xlink:href") or "", "picture", "img")

    def take_a(self, attributes: dict[str, str], _node: Any) -> None:
        """A link; one to a place in the same page is none."""
        written = attributes.get("href", "").strip(_EDGES)
        address = self._absolute(written) if written and not written.startswith("#") else None
        if not address or not address.startswith(("http:", "https:")):
            self._link = None
            if address and not address.startswith(("javascript:", "mailto:", "tel:")):
                self._page.dropped["url_scheme"] += 1
            return
        said = attributes.get("rel", "").lower().split()
        rel = tuple(word for word in RELATIONS if word in said)
        made = RawLink(address=address, has_thumbnail=False, rel=rel)
        if address in self._page.links:
            made = self._page.links[address]
        elif len(self._page.links) < LINKS_MAX:
            self._page.links[address] = made
        else:
            self._page.dropped["too_many"] += 1
        self._link = made

    def _embed(self, untrusted_written: str, kind: EmbeddedKind, where: Where) -> None:
        written = untrusted_written.strip(_EDGES)
        if not written:
            return
        if written[:5].lower() == "data:":
            self._inline(written, kind)
            return
        address = self._absolute(written)
        if address is None:
            return
        if not address.startswith(("http:", "https:")):
            self._page.dropped["url_scheme"] += 1
        elif address not in self._page.embedded:
            if len(self._page.embedded) >= EMBEDDED_MAX:
                self._page.dropped["too_many"] += 1
                return
            linked = self._link is not None
            self._page.embedded[address] = RawEmbedded(address=address, kind=kind, where=where, linked=linked)

    def _inline(self, written: str, kind: EmbeddedKind) -> None:
        data = _inline_bytes(written)
        if data is None:
            self._page.dropped["url_unreadable"] += 1
        elif len(self._page.inline) >= INLINE_MAX:
            self._page.dropped["too_many"] += 1
        else:
            digest = hashlib.sha256(data).digest()
            self._page.inline[digest] = RawInline(kind=kind, size_bytes=len(data), sha256=digest)

    def _absolute(self, written: str) -> str | None:
        """The absolute address without fragment, or None, which is counted."""
        if len(written) <= URL_CHARACTERS_MAX:
            try:
                address: str = ada_url.URL(written, base=self._base).href.partition("#")[0]
            except (ValueError, UnicodeError):
                address = ""
            if 0 < len(address) <= URL_CHARACTERS_MAX:
                return address
        self._page.dropped["url_unreadable"] += 1
        return None


_TAKERS: Final = {
    "html": _Reader.take_html, "base": _Reader.take_base, "title": _Reader.take_title, "style":
    _Reader.take_style, "meta": _Reader.take_meta, "link": _Reader.take_link, "img": _Reader.take_img,
    "source": _Reader.take_source, "video": _Reader.take_video, "object": _Reader.take_object, "embed":
    _Reader.take_object, "iframe": _Reader.take_frame, "frame": _Reader.take_frame, "input":
    _Reader.take_input, "image": _Reader.take_svg_image, "a": _Reader.take_a, "area": _Reader.take_a,
}  # fmt: skip


def _is_pixel(attributes: dict[str, str]) -> bool:
    sides = [attributes.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    return all(side.isascii() and side.isdigit() and int(side[:9]) <= _PIXEL_SIDE_MAX for side in sides)


def _inline_bytes(written: str) -> bytes | None:
    """The bytes of a ``data:`` address (RFC 2397), or None where it is none."""
    head, comma, body = written.partition(",")
    if not comma:
        return None
    data = unquote_to_bytes(body)
    if not head.rstrip().lower().endswith(";base64"):
        return data
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), validate=False)
    except ValueError:
        return None
