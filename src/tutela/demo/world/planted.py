"""What is planted in the benign internet: items, and the truth about each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

#: What an item is to the hotline. *known*: byte for byte what the demonstration declares known; *altered*: a
#: copy of that in other bytes; *unknown*: on no list, and declared illegal by whoever plays the analyst;
#: *harmless*: on no list, and declared harmless; *moved*: where another host hides what it should remove.
Kind = Literal["known", "altered", "unknown", "harmless", "moved"]
#: What is true of an item's place in the end, four weeks after whoever answers for it was told.
End = Literal[
    "left_alone",   # nobody was told, since there is nothing to tell
    "removed",      # gone, from everywhere
    "altered",      # the same picture in other bytes
    "soft_404",     # a page with status 200 says that it is gone
    "geo_blocked",  # one vantage point is refused, the others see it
    "bot_wall",     # a challenge stands before it
    "parked",       # the whole domain shows advertisements
    "moved",        # a redirect leads to where it is now
    "reappeared",   # it was gone and came back
    "present",      # it is there as before
    "by_hand",      # it is there until a person fills in the host's form
]  # fmt: skip
ENDS: tuple[End, ...] = get_args(End)
#: How many people's looks an item of each kind needs before anybody is told (decisions.md section 2).
LOOKS: dict[Kind, int] = {"known": 0, "altered": 1, "unknown": 1, "harmless": 1, "moved": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One picture or film at one address. ``making`` says how its bytes come from ``seed`` (``contents``).

    ``referrer`` is the address of the page that must be named as referrer for it to be shown, else empty;
    ``name`` is unique in a world and the same in every run.
    """

    name: str
    host: str
    path: str
    kind: Kind
    seed: int
    making: str = "original"
    referrer: str = ""

    @property
    def content_type(self) -> str:
        """Its media type, by the ending of its path."""
        return _TYPES[self.path.rpartition(".")[2]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """The truth about one item: how its place ends, how many people look at it, whether somebody is told."""

    end: End
    looks: int
    told: bool


_TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "mp4": "video/mp4",
}  # fmt: skip


def expected_of(kind: Kind, end: End) -> Expected:
    """The truth about an item of this kind at a host where what is told of ends so."""
    told = kind != "harmless"
    return Expected(end=end if told else "left_alone", looks=LOOKS[kind], told=told)
