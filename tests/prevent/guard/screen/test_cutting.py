from __future__ import annotations

from tests.prevent.guard.screen.desktops import PLACE, near, page, picture, plain, put, rect
from tutela.prevent.guard.screen.cutting import cut
from tutela.prevent.guard.screen.looks import is_picture
from tutela.prevent.guard.screen.shapes import whole


def test_a_picture_on_plain_ground_is_cut_out_to_two_pixels() -> None:
    shown = put(plain(), picture())
    (found,) = cut(shown, whole(shown))
    assert near(found, PLACE)


def test_a_gallery_with_narrow_gaps_falls_into_its_pictures() -> None:
    shown = plain()
    places = [rect(20 + 208 * across, 30 + 158 * down, 200, 150) for across in range(4) for down in range(3)]
    for number, place in enumerate(places):
        shown = put(shown, picture(number, 200, 150), place.left, place.top)
    found = cut(shown, whole(shown))
    assert len(found) == 12 and all(any(near(one, place) for one in found) for place in places)


def test_a_picture_between_columns_of_text_is_cut_out() -> None:
    shown = put(plain(), page()[:600, :270], 10, 40)
    shown = put(put(shown, picture(), 320, 100), page()[:200, :320], 320, 360)
    pictures = [one for one in cut(shown, whole(shown)) if is_picture(shown, one)]
    assert len(pictures) == 1 and near(pictures[0], rect(320, 100, 320, 240))


def test_a_scroll_bar_does_not_hide_the_gaps() -> None:
    shown = put(plain(), plain(14, 704, 90), 946, 0)
    shown = put(shown, picture())
    assert any(near(one, PLACE) for one in cut(shown, whole(shown)))


def test_plain_ground_and_what_is_small_give_nothing() -> None:
    assert cut(plain(), rect(0, 0, 400, 400)) == []
    shown = put(plain(), picture(1, 48, 48))
    assert cut(shown, whole(shown)) == []
