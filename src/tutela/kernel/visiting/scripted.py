"""The fake beside the protocol: a browser whose pages are written down, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.kernel.egress.urls import Url, parse_url
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.visiting.browsers import Reading
from tutela.kernel.visiting.outline import Part, bounded


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptedPage:
    """One page: what stands on it, where its numbers lead when they are pressed, their own addresses."""

    title: str
    parts: tuple[Part, ...] = ()
    leads: Mapping[int, str] = field(default_factory=dict)
    addresses: Mapping[int, str] = field(default_factory=dict)


class ScriptedBrowser:
    """Shows ``pages`` by address. ``referrers`` keeps what each opened page was told, ``closed`` whether it
    was ended.
    """

    name = "scripted/1"

    def __init__(self, pages: Mapping[str, ScriptedPage]) -> None:
        self._pages = dict(pages)
        self._here = ""
        self.referrers: list[str] = []
        self.closed = False

    def open(self, url: Url, referrer: Url | None) -> None:
        """Return where there is such a page. Raises Refused."""
        self._go(url.canonical)
        self.referrers.append(referrer.canonical if referrer else "")

    def press(self, key: int) -> None:
        """Return where the number leads somewhere. Raises Conflict."""
        leads = self._pages[self._here].leads
        if key not in leads:
            raise Conflict("this is no longer on the page")
        self._go(leads[key])

    def read(self) -> Reading:
        """The page that is open. Raises Refused where none is."""
        if not self._here:
            raise Refused("no page is open")
        page = self._pages[self._here]
        return Reading(
            here=parse_url(self._here),
            outline=bounded(page.title, page.parts),
            addresses={key: parse_url(url) for key, url in page.addresses.items()},
            picture=b"\x89PNG " + page.title.encode("utf-8"),
        )

    def close(self) -> None:
        """Note that it was ended."""
        self.closed = True

    def _go(self, address: str) -> None:
        if address not in self._pages:
            raise Refused("no page came from there")
        self._here = address
