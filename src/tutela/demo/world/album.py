"""A host with a gallery of 500 pictures and 20 films, some of them broken, and another gallery behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from tutela.demo.world.answers import Answer, Request, not_found, page
from tutela.demo.world.characters import Obedient
from tutela.demo.world.contents import suffix_of
from tutela.demo.world.planted import Item, Kind
from tutela.demo.world.sites import Place, Site, embedded

#: Pictures and films of the gallery (bar 8 of issue 5), and pictures of the one that it links to.
PICTURES, FILMS, LINKED = 500, 20, 12
#: Each so-many-th picture is declared known, an altered copy of a known one, cut off, or no picture at all.
KNOWN_EVERY, ALTERED_EVERY, CUT_EVERY, NONE_EVERY = 50, 125, 83, 166
#: Films that are cut off in the middle, and that are none.
CUT_FILMS, NO_FILMS = frozenset({3, 11}), frozenset({17})
GALLERY, MORE = "/gallery/", "/gallery/more/"
#: Status of a picture whose file was lost: it is in the page and not there.
MISSING_PATHS = ("/gallery/lost-1.jpg", "/gallery/lost-2.jpg")


class GalleryKeeper(Obedient):
    """An obedient host."""

    about: ClassVar[str] = (
        f"a gallery of {PICTURES} pictures and {FILMS} films, some cut off or no pictures, and another "
        "gallery that it links to; removes what it is told of"
    )


def gallery_items(
    host: str, seed: int, *, pictures: int = PICTURES, films: int = FILMS, linked: int = LINKED
) -> Iterator[Item]:
    """Everything that both galleries show. Numbers are drawn from ``seed`` upwards.

    ``pictures``, ``films`` and ``linked`` bound how many there are.
    """
    for number in range(min(pictures, PICTURES)):
        kind, making = _picture(number)
        yield _item(host, "picture", number, seed + number, (kind, making))
    for number in range(min(films, FILMS)):
        film: Kind = "known" if number == 0 else "unknown"
        yield _item(host, "film", number, seed + number, (film, _film_making(number)))
    for number in range(min(linked, LINKED)):
        kind = "known" if number == 0 else "unknown"
        yield _item(host, "more/picture", number, seed + PICTURES + number, (kind, "original"))


class Gallery(Site):
    """The host. Its front page links to the gallery, the gallery to the one behind it."""

    def __init__(self, place: Place, items: Sequence[Item]) -> None:
        super().__init__(place, GalleryKeeper(), items)

    @property
    def broken(self) -> tuple[str, ...]:
        """The paths of what is in the page and cannot be opened, lost ones included."""
        return (*(item.path for item in self.items if is_broken(item)), *MISSING_PATHS)

    def items_at(self, path: str) -> tuple[Item, ...]:
        """The items that an address names; that of a gallery names all about which one may tell."""
        if path not in {GALLERY, MORE}:
            return super().items_at(path)
        return tuple(item for item in self.listed(path) if item.kind != "harmless")

    def listed(self, path: str) -> tuple[Item, ...]:
        """What the page of one of the two galleries embeds, lost files apart."""
        return tuple(item for item in self.items if item.path.startswith(MORE) == (path == MORE))

    def _plain(self, request: Request, now: datetime) -> Answer:
        if request.path == "/":
            return page("Albums", f'<a href="{GALLERY}">The album</a>')
        if request.path not in {GALLERY, MORE}:
            return not_found()
        if not any(self._is_there(item, request, now) for item in self.items_at(request.path)):
            return not_found()
        there = (item for item in self.listed(request.path) if self._is_there(item, request, now))
        shows = [embedded(item.path, item.name) for item in there]
        if request.path == GALLERY:
            shows += [embedded(path, "lost") for path in MISSING_PATHS]
            shows.append(f'<a href="{MORE}">More of this</a>')
        return page("Album", *shows)

    def _is_there(self, item: Item, request: Request, now: datetime) -> bool:
        """Whether its place still has it; nothing is drawn for that."""
        return not self.character.has_acted(self._look(item, request, now))


def is_broken(item: Item) -> bool:
    """Whether the item's file is cut off or none at all."""
    return item.making.startswith("no ") or "cut off" in item.making


def _picture(number: int) -> tuple[Kind, str]:
    if number % KNOWN_EVERY == 0:
        return "known", "original"
    if number % ALTERED_EVERY == 1:
        return "altered", "WebP"
    if number % NONE_EVERY == 2:
        return "harmless", "no picture"
    return "unknown", "cut off" if number % CUT_EVERY == 3 else "original"


def _film_making(number: int) -> str:
    if number in NO_FILMS:
        return "no film"
    return "film cut off" if number in CUT_FILMS else "film"


def _item(host: str, what: str, number: int, seed: int, kind_and_making: tuple[Kind, str]) -> Item:
    kind, making = kind_and_making
    name = f"{host}/{what}-{number:03d}"
    return Item(
        name=name,
        host=host,
        path=f"{GALLERY}{what}-{number:03d}{suffix_of(making)}",
        kind=kind,
        seed=seed,
        making=making,
    )
