from __future__ import annotations

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import PLACE, picture, plain, put, rect
from tutela.prevent.guard.screen import familiar, tiles
from tutela.prevent.guard.screen.familiar import MOVING_GREYS, Familiar, differ, greys

SHOWN = put(plain(), picture())
ALL = np.ones(tiles.grid_size(960, 704), np.bool_)


def test_what_was_ruled_shown_is_known_also_elsewhere() -> None:
    known = Familiar()
    assert not known.knows(SHOWN, PLACE)
    known.keep(SHOWN, PLACE)
    assert known.knows(SHOWN, PLACE)
    assert known.knows(put(plain(), picture(), 11, 33), PLACE.moved(11 - PLACE.left, 33 - PLACE.top))
    assert not known.knows(put(plain(), picture(2)), PLACE)


def test_a_part_of_what_was_ruled_shown_is_not_new() -> None:
    known = Familiar()
    assert known.new_share(SHOWN, PLACE, ALL) > 0.9  # but for a corner that is mostly ground
    known.keep(SHOWN, PLACE)
    assert known.new_share(SHOWN, PLACE, ALL) == 0
    assert known.new_share(SHOWN, rect(330, 210, 200, 200), ALL) == 0
    assert known.new_share(put(SHOWN, picture(3, 64, 64), 384, 256), PLACE, ALL) == pytest.approx(
        64 * 64 / PLACE.area
    )
    assert known.new_share(put(plain(), picture(4)), PLACE, ~ALL) == 0


def test_what_moves_a_little_moved_on_and_another_scene_did_not() -> None:
    known, seen = Familiar(), put(plain(), picture(5))
    assert not known.moved_on(seen, PLACE)
    known.keep(seen, PLACE)
    for shift in range(0, 30, 3):  # each a little further: compared with how it was last
        seen = put(plain(), np.roll(picture(5), shift, axis=1))
        known.look()
        assert known.moved_on(seen, PLACE)
    known.look()
    assert not known.moved_on(put(plain(), 255 - picture(5)), PLACE)
    assert not known.moved_on(seen, rect(0, 0, 200, 200))


def test_what_moves_is_not_new_in_something_larger_but_a_picture_over_it_is() -> None:
    known, wall = Familiar(), picture(9, 960, 704)
    known.keep(wall, rect(0, 0, 960, 704))
    known.keep(put(wall, picture()), PLACE)
    moved = put(wall, np.roll(picture(), 2, axis=1))
    assert known.new_share(moved, PLACE, ALL) < 0.1
    assert known.new_share(put(wall, picture(3)), PLACE, ALL) > 0.5
    assert known.new_share(put(wall, picture(3), 10, 30), PLACE.moved(-291, -173), ALL) > 0.4
    assert known.new_share(put(wall, plain(320, 240), 10, 30), PLACE.moved(-291, -173), ALL) < 0.4


def test_everything_can_be_forgotten_and_little_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Familiar()
    known.keep(SHOWN, PLACE)
    known.forget()
    assert not known.knows(SHOWN, PLACE) and not known.moved_on(SHOWN, PLACE)
    monkeypatch.setattr(familiar, "DIGESTS_MAX", 5)
    monkeypatch.setattr(familiar, "MOVING_MAX", 2)
    for number in range(4):
        known.keep(picture(9, 960, 704), rect(200 * number, 0, 190, 190))
    assert len(known._digests) == 5 and len(known._moving) == 2
    for number in range(20):
        known.keep(picture(9, 960, 704), rect(40 * (number // 2), 0, 30, 30))
    assert len(known._digests._again) == 5 and len(known._digests) <= 10


def test_a_film_pushes_no_wallpaper_out_that_was_met_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(familiar, "DIGESTS_MAX", 100)
    for times, is_known in ((1, False), (2, True)):
        known, wall = Familiar(), picture(9, 480, 352)
        for _ in range(times):
            known.keep(wall, rect(0, 0, 480, 352))
        for number in range(60):
            known.keep(picture(20 + number, 96, 96), rect(0, 0, 96, 96))
        assert known.knows(wall, rect(0, 0, 480, 352)) is is_known


def test_greys_are_means() -> None:
    assert greys(plain(320, 240, 7)).shape == (16, 16) and (greys(plain(320, 240, 7)) == 7).all()
    assert greys(plain(10, 6)).shape == (3, 5)
    assert differ(greys(plain(64, 64, 10)), greys(plain(64, 64, 40))) == 30 > MOVING_GREYS
    assert differ(greys(plain(64, 64)), greys(plain(10, 6))) == 255
