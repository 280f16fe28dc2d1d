"""A gallery of 500 pictures and 20 films, and one behind it."""

from __future__ import annotations

from collections import Counter

from tests.demo.world.worlds import START
from tutela.demo.world.album import (
    FILMS,
    GALLERY,
    LINKED,
    MISSING_PATHS,
    MORE,
    PICTURES,
    Gallery,
    gallery_items,
    is_broken,
)
from tutela.demo.world.answers import Answer, Request
from tutela.demo.world.cast import place_of


def a_gallery() -> Gallery:
    return Gallery(place_of("gallery.test", 28, "LU"), tuple(gallery_items("gallery.test", 1_000)))


def get(gallery: Gallery, path: str) -> Answer:
    request = Request(method="GET", path=path, host="gallery.test", source="127.78.0.1")
    return gallery.answer(request, START)


def test_it_holds_what_the_bar_asks_for() -> None:
    gallery = a_gallery()
    listed = gallery.listed(GALLERY)
    assert len([item for item in listed if item.path.endswith(".mp4")]) == FILMS == 20
    assert len(listed) - FILMS == PICTURES == 500
    assert len(gallery.listed(MORE)) == LINKED
    kinds = Counter(item.kind for item in gallery.items)
    assert (kinds["known"], kinds["altered"]) == (12, 4)
    broken = [item for item in gallery.items if is_broken(item)]
    assert len({item.making for item in broken}) == 4
    assert len(gallery.broken) == len(broken) + len(MISSING_PATHS)
    assert len({item.path for item in gallery.items}) == len(gallery.items)


def test_its_page_embeds_everything_and_links_one_level_deeper() -> None:
    gallery = a_gallery()
    assert f'href="{GALLERY}"'.encode() in get(gallery, "/").body
    body = get(gallery, GALLERY).body
    assert body.count(b"<img ") == PICTURES + len(MISSING_PATHS)
    assert body.count(b"<video ") == FILMS
    assert f'href="{MORE}"'.encode() in body
    assert get(gallery, MORE).body.count(b"<img ") == LINKED
    assert get(gallery, MISSING_PATHS[0]).status == 404
    assert get(gallery, "/other").status == 404


def test_told_of_the_page_it_removes_everything_on_it() -> None:
    gallery = a_gallery()
    for item in gallery.items_at(GALLERY):
        gallery.tell(item, START.replace(year=2025))
    assert get(gallery, GALLERY).status == 404
    assert get(gallery, MORE).status == 200
    assert get(gallery, gallery.listed(GALLERY)[0].path).status == 404
