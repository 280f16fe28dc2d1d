"""A page as an outline: its text, and what stands on it by number. No picture, and no address. Pure.

What a page says is untrusted: it is cut, and what would steer a terminal or turn a line round is left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

#: What a part may be. ``box`` is a check box or a radio button, ``frame`` another page inside this one.
KINDS: Final = ("heading", "text", "link", "button", "box", "picture", "film", "frame")
#: Those that a person may press: pressing a frame opens its page in the place of this one.
PRESSED: Final = frozenset({"link", "button", "box", "film", "frame"})
#: Those whose address may be fetched as an item of its own.
FETCHED: Final = frozenset({"link", "picture", "film", "frame"})
#: Parts of one outline, characters of one part and of all (our own: a message of 1 MiB holds them).
PARTS_MAX, PART_CHARACTERS, TEXT_CHARACTERS = 400, 1_000, 40_000
#: Pixels of a side that are believed (decisions.md section 1, side_max).
SIDE_MAX: Final = 65_535
#: Categories of Unicode that nobody sees: controls, formats such as those of direction, surrogates, unnamed.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a page. ``key`` is its number, 0 for what is only read; sides in pixels, 0 where none.

    ``level`` is that of a heading, ``is_ticked`` of a box; ``has_address``: it leads to an address that could
    be fetched.
    """

    kind: str
    text: str = ""
    key: int = 0
    level: int = 0
    width: int = 0
    height: int = 0
    is_ticked: bool = False
    has_address: bool = False

    @property
    def may_press(self) -> bool:
        """Whether its number may be pressed; a frame without an address leads nowhere."""
        return bool(self.key) and self.kind in PRESSED and (self.kind != "frame" or self.has_address)

    @property
    def may_fetch(self) -> bool:
        """Whether what stands at its address may be fetched."""
        return bool(self.key) and self.kind in FETCHED and self.has_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A page as it was read. ``left_out`` counts the parts beyond the bounds."""

    title: str
    parts: tuple[Part, ...]
    left_out: int = 0


def clean(untrusted_text: str, characters: int = PART_CHARACTERS) -> str:
    """The text on one line, without what nobody sees, cut."""
    head = untrusted_text[: 4 * characters]
    seen = (" " if unicodedata.category(sign) in _UNSEEN else sign for sign in head)
    return " ".join("".join(seen).split())[:characters]


def bounded(title: str, parts: Iterable[Part], *, left_out: int = 0) -> Outline:
    """The outline within its bounds: parts beyond them are left out and counted."""
    kept: list[Part] = []
    characters = 0
    for part in parts:
        characters += len(part.text)
        if len(kept) < PARTS_MAX and characters <= TEXT_CHARACTERS:
            kept.append(part)
        else:
            left_out += 1
    return Outline(title=clean(title, 200), parts=tuple(kept), left_out=left_out)


def render_outline(outline: Outline) -> dict[str, Any]:
    """The outline as part of a message."""
    return asdict(outline)


def parse_outline(untrusted: Any) -> Outline:
    """The outline of a message, cleaned and bounded once more. Raises ValueError."""
    if not isinstance(untrusted, Mapping) or not isinstance(untrusted.get("parts"), list):
        raise ValueError("an outline has a title and parts")
    title, rows = untrusted.get("title"), untrusted["parts"]
    if not isinstance(title, str) or len(rows) > PARTS_MAX:
        raise ValueError("an outline has a title and so many parts")
    return bounded(title, [part_of(row) for row in rows], left_out=number(untrusted.get("left_out")))


def part_of(untrusted_row: Any) -> Part:
    """The part of a row, as a message or the page's reader tells it. Raises ValueError."""
    if not isinstance(untrusted_row, Mapping) or untrusted_row.get("kind") not in KINDS:
        raise ValueError("a part of a page is of a known kind")
    text, row = untrusted_row.get("text", ""), untrusted_row
    if not isinstance(text, str):
        raise ValueError("a part of a page has a text")
    return Part(
        kind=row["kind"],
        text=clean(text),
        key=number(row.get("key", 0)),
        level=min(number(row.get("level", 0)), 6),
        width=min(number(row.get("width", 0)), SIDE_MAX),
        height=min(number(row.get("height", 0)), SIDE_MAX),
        is_ticked=row.get("is_ticked") is True,
        has_address=row.get("has_address") is True,
    )


def number(untrusted: Any) -> int:
    """A whole number, 0 or more. Raises ValueError."""
    if type(untrusted) is not int or untrusted < 0:
        raise ValueError("a count is a whole number, 0 or more")
    return untrusted
