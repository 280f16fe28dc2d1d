"""A host of the benign internet: a name at an address, what is planted on it, and its character."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Protocol
from urllib.parse import parse_qs

from tutela.demo.world.answers import Answer, Request, not_found, page
from tutela.demo.world.characters import Character, FormOnly, Look
from tutela.demo.world.planted import Expected, Item, expected_of

#: Where a host that takes notices by form only has its form (its desk's answer names it).
FORM_PATH = "/report-abuse"
#: Where a site says whom to tell about faults in it (RFC 9116 section 3).
SECURITY_PATH = "/.well-known/security.txt"


class Answerer(Protocol):
    """What stands behind a name."""

    def answer(self, request: Request, now: datetime) -> Answer:
        """What the request gets."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a host stands in the world: its address, its country (ISO 3166-1), whom its registry names.

    ``abuse`` is the address that its network's entry in the registry names; ``hoster`` the one that can
    remove something there; they differ where the entry lies or names a proxy. ``owner`` stands in its
    security.txt. ``findable`` says whether what the registry names leads to the hoster at all.
    """

    host: str
    address: str
    country: str = "NL"
    abuse: str = ""
    hoster: str = ""
    owner: str = ""
    network: int = 64_512
    findable: bool = True
    headers: tuple[tuple[str, str], ...] = ()


class Site:
    """One host. ``told`` notes what its desk is told; what it shows follows from that and from the time."""

    def __init__(self, place: Place, character: Character, items: Sequence[Item]) -> None:
        self.place, self.character = place, character
        self.name = place.host
        self._by_path: Mapping[str, Item] = {item.path: item for item in items}
        self._told: dict[str, list[datetime]] = {}
        self._filed: set[str] = set()
        self._lock = threading.Lock()

    @property
    def items(self) -> tuple[Item, ...]:
        """What is planted here, in order."""
        return tuple(self._by_path.values())

    def items_at(self, path: str) -> tuple[Item, ...]:
        """The items that an address names: one picture, or all on the front page about which one may tell."""
        if path in {"", "/"}:
            return tuple(item for item in self.items if item.kind != "harmless")
        return tuple(filter(None, (self._by_path.get(path),)))

    def tell(self, item: Item, at: datetime) -> None:
        """Note that whoever can remove it was told about the item; ``at`` may lie ahead."""
        with self._lock:
            self._told.setdefault(item.name, []).append(at)

    def take_back(self, item: Item) -> None:
        """Forget that anybody was told about the item: it is shown again."""
        with self._lock:
            self._told.pop(item.name, None)

    def told(self, item: Item) -> tuple[datetime, ...]:
        """When it was told about the item, in order."""
        with self._lock:
            return tuple(sorted(self._told.get(item.name, ())))

    def expected(self, item: Item) -> Expected:
        """The truth about an item here; where a person finds the hoster or fills in the form, it changes."""
        if item.name in self._filed:
            return expected_of(item.kind, "removed")
        misled = not self.place.findable and not self.told(item)
        return expected_of(item.kind, "present" if misled else self.character.end)

    def answer(self, request: Request, now: datetime) -> Answer:
        """What a request gets at this moment."""
        if request.path == FORM_PATH and isinstance(self.character, FormOnly):
            return self._form(request, now)
        item = self._by_path.get(request.path)
        if item is not None:
            answer = replace(self.answer_for(item, request, now), item=item.name)
        else:
            answer = self._front(request, now) or self._plain(request, now)
        return replace(answer, headers=(*answer.headers, *self.place.headers))

    def answer_for(self, item: Item, request: Request, now: datetime) -> Answer:
        """What a request for one of the items gets. A form that was filled in makes any host obedient."""
        character = Character() if item.name in self._filed else self.character
        return character.answer(self._look(item, request, now))

    def _look(self, item: Item, request: Request, now: datetime) -> Look:
        return Look(item=item, request=request, now=now, told=self.told(item))

    def _front(self, request: Request, now: datetime) -> Answer | None:
        """What stands before every page by now: parked, walled off."""
        fronts = (self.character.front(self._look(item, request, now)) for item in self.items)
        return next((front for front in fronts if front is not None), None)

    def _plain(self, request: Request, now: datetime) -> Answer:
        if request.path == "/":
            return page(self.name, *self._album(request, now))
        if request.path == SECURITY_PATH and self.place.owner:
            text = f"Contact: mailto:{self.place.owner}\nExpires: 2099-12-31T23:00:00.000Z\n"
            return Answer(body=text.encode(), content_type="text/plain; charset=utf-8")
        return not_found()

    def _album(self, request: Request, now: datetime) -> Iterator[str]:
        """What the front page shows: each item that is there, as pages embed pictures and films."""
        for item in self.items:
            if self.answer_for(item, request, now).showed:
                yield embedded(item.path, item.name)

    def _form(self, request: Request, now: datetime) -> Answer:
        if request.method != "POST":
            form = '<form method="post"><input name="url"><textarea name="reason"></textarea><button></form>'
            return page("Report abuse", form)
        sent = parse_qs(request.body.decode("utf-8", "replace"))
        paths = [address.partition(self.name)[2].lstrip(":0123456789") for address in sent.get("url", [])]
        items = [item for path in paths for item in self.items_at(path)]
        if not items:
            return page("Report abuse", "We could not find this address.", status=400)
        for item in items:
            self.tell(item, now)
            self._filed.add(item.name)
        return page("Thank you", f"Your reference is F-{len(self._filed):04d}.")


def embedded(path: str, name: str) -> str:
    """The HTML by which a page shows a picture or a film."""
    told = escape(name)
    if path.endswith(".mp4"):
        return f'<video controls src="{escape(path)}" title="{told}"></video>'
    return f'<a href="{escape(path)}"><img src="{escape(path)}" alt="{told}"></a>'
