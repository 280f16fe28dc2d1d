"""Frames in, veils out: no screen, no judge, a clock that the test turns."""

from __future__ import annotations

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import PLACE, covers_it, figure, page, picture, plain, put, rect
from tutela.prevent.guard.screen import watching
from tutela.prevent.guard.screen.fakes import with_veils
from tutela.prevent.guard.screen.familiar import differ, greys
from tutela.prevent.guard.screen.questions import Question
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle, part
from tutela.prevent.guard.screen.watching import Watch
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided

NEAR = Ruling(tier="near", why="listed")
KNOWN = picture(1)


class Desk:
    """A watch and its screen. Pictures of ``KNOWN`` are held, or what ``ruling`` says of all."""

    def __init__(self, first: Pixels | None = None) -> None:
        self.now, self.blocked = 100.0, list[tuple[str, str]]()
        self.watch = Watch(lambda path, tier: self.blocked.append((path, tier)))
        self.open: list[Question] = []
        self.ruling: Ruling | None = None
        if first is not None:
            self.see(first)
            self.answer()

    def see(self, pixels: Pixels, seconds: float = 0.1) -> tuple[Rectangle, ...]:
        """What is veiled after a look, and after one more where the watch asks for it."""
        self.now += seconds
        self.watch.look(with_veils(pixels, self.watch.veiled), self.now)
        if self.watch.look_again:
            self.watch.look(with_veils(pixels, self.watch.veiled), self.now)
        self.open += self.watch.take_questions()
        return self.watch.veiled

    def answer(self) -> tuple[Rectangle, ...]:
        """What is veiled once every open question is answered."""
        asked, self.open = self.open, []
        for question in asked:
            self.watch.rule(question, self.ruling or self.judge(question), self.now)
        return self.watch.veiled

    @staticmethod
    def judge(question: Question) -> Ruling:
        known = greys(KNOWN)
        shown = (greys(part(question.pixels, one)) for one in question.readings)
        return NEAR if any(differ(known, one) < 6 for one in shown) else SHOWN


def test_something_large_and_new_is_veiled_first_and_lifted_when_it_was_ruled_shown() -> None:
    desk = Desk(page())
    shown = figure(page(), picture(2))
    (veil,) = desk.see(shown)
    assert covers_it(veil) and desk.watch.first_veils == 1
    assert desk.answer() == () and desk.see(shown) == () and desk.open == []
    assert desk.watch.held_veils == 0 and desk.blocked == []


def test_a_known_picture_stays_veiled_and_is_counted_once() -> None:
    desk = Desk(page())
    shown = figure(page(), KNOWN)
    desk.see(shown)
    for _ in range(20):
        desk.answer()
        (veil,) = desk.see(shown)
        assert covers_it(veil)
    assert desk.blocked == [("screen", "near")] and desk.watch.held_veils == 1


def test_a_veil_goes_when_its_picture_goes() -> None:
    desk = Desk(page())
    desk.see(figure(page(), KNOWN))
    desk.answer()
    assert desk.see(page()) != ()  # not before it was there for a while
    assert desk.see(page(), 0.5) == ()
    assert desk.see(page()) == () and desk.open == []


def test_a_picture_that_scrolls_is_veiled_where_it_is_now() -> None:
    desk = Desk(page())
    desk.see(figure(page(), KNOWN))
    desk.answer()
    up = figure(page(first=9), KNOWN, PLACE.left, PLACE.top - 90)
    (veil,) = desk.see(up, 0.5)
    assert covers_it(veil, PLACE.moved(0, -90))
    assert desk.answer() == (veil,) and desk.watch.held_veils == 2


def test_a_veil_grows_with_a_picture_that_comes_bit_by_bit() -> None:
    desk = Desk(page())
    desk.see(figure(page(), KNOWN[:190]))
    desk.ruling = NEAR
    desk.answer()
    assert covers_it(*desk.see(figure(page(), KNOWN))) and desk.watch.held_veils == 1


def test_another_picture_in_its_place_is_veiled_and_judged_again() -> None:
    desk = Desk(page())
    desk.see(figure(page(), KNOWN))
    desk.answer()
    other = figure(page(), picture(2))
    (veil,) = desk.see(other, 0.5)
    assert covers_it(veil) and desk.open
    assert desk.answer() == ()


def test_a_film_under_a_veil_is_looked_at_less_and_less_often() -> None:
    desk = Desk(page())
    desk.ruling = NEAR
    lifted = []
    for number in range(200):
        shown = figure(page(), picture(50 + number % 7))
        desk.now += 0.1
        desk.watch.look(with_veils(shown, desk.watch.veiled), desk.now)
        if desk.watch.look_again:
            lifted.append(desk.now)
            desk.watch.look(with_veils(shown, desk.watch.veiled), desk.now)
        desk.open += desk.watch.take_questions()
        desk.answer()
    assert 3 <= len(lifted) <= 8
    assert lifted[-1] - lifted[-2] > 2 * (lifted[1] - lifted[0])


def test_what_cannot_be_decided_stays_veiled_and_is_asked_again() -> None:
    desk = Desk(page())
    shown = figure(page(), picture(2))
    desk.ruling = undecided("too_slow")
    desk.see(shown)
    assert desk.answer() != () and desk.blocked == [("screen", "undecided")]
    for _ in range(10):
        assert desk.see(shown) != () and not desk.open
    desk.see(shown, 2)
    assert desk.open
    assert desk.answer() != ()
    desk.see(shown, 2)
    assert not desk.open  # each time in vain it waits longer
    desk.see(shown, 2)
    desk.ruling = None
    assert desk.answer() == () and desk.blocked == [("screen", "undecided")]


def edges_of(desk: Desk) -> list[tuple[Rectangle, ...]]:
    return [one.readings for one in desk.open]


def test_what_was_undecided_is_asked_again_by_every_reading_of_its_edges() -> None:
    desk = Desk(page())
    shown = put(page(), picture(2))  # its edges lie in the text: more than one reading
    desk.ruling = undecided("too_slow")
    desk.see(shown)
    (readings,) = edges_of(desk)
    assert len(readings) > 1
    desk.answer()
    desk.see(shown, 3)
    (again,) = edges_of(desk)
    assert set(readings) <= set(again)


def test_what_has_to_wait_is_asked_by_every_reading_of_its_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, shown = Desk(page()), put(page(), picture(2))
    with monkeypatch.context() as patch:
        patch.setattr(watching, "QUESTIONS_MAX", 0)
        desk.see(shown)
        assert desk.open == []
    desk.see(shown)
    assert [len(one) > 1 for one in edges_of(desk)] == [True]


def test_what_goes_on_changing_is_asked_about_by_every_reading_of_its_edges() -> None:
    desk = Desk(page())
    desk.see(put(page(), picture(3, 150, 120)))
    desk.answer()
    desk.see(put(page(), KNOWN[:120, :150]))
    assert desk.open == []
    desk.see(put(page(), KNOWN[:120, :150]), 0.6)
    assert [len(one) > 1 for one in edges_of(desk)] == [True]


def test_a_veil_that_nobody_answers_for_stays() -> None:
    desk = Desk(page())
    shown = figure(page(), picture(2))
    desk.see(shown)
    for _ in range(50):
        assert desk.see(shown) != ()


def test_small_pictures_are_judged_before_they_are_veiled() -> None:
    desk = Desk(page())
    shown = figure(page(), picture(3, 150, 120))
    assert desk.see(shown) == () and desk.open
    desk.ruling = NEAR
    (veil,) = desk.answer()
    assert covers_it(veil, rect(PLACE.left, PLACE.top, 150, 120))


def test_an_answer_about_what_is_gone_veils_nothing() -> None:
    desk = Desk(page())
    desk.see(figure(page(), picture(3, 150, 120)))
    desk.ruling = NEAR
    desk.see(page())
    assert desk.answer() == () and desk.blocked == []


def test_a_window_that_moves_is_not_veiled_again() -> None:
    wallpaper = picture(9, 960, 704)
    desk = Desk(wallpaper)
    window = put(plain(460, 330), picture(4), 70, 40)
    for step in range(25):
        desk.see(put(wallpaper, window, 10 + 17 * step, 20 + 11 * step))
        if step == 0:
            desk.answer()
            continue
        assert desk.watch.veiled == (), step
        desk.answer()
    assert desk.watch.held_veils == 0


def test_a_call_is_veiled_once_at_most_and_judged_all_along() -> None:
    desk, judged = Desk(page()), 0
    still = picture(6)
    for step in range(100):
        moving = np.roll(still, round(4 * np.sin(step / 5)), axis=1)
        desk.see(figure(page(), moving))
        judged += len(desk.open)
        desk.answer()
    assert desk.watch.first_veils == 1 and desk.watch.held_veils == 0
    assert 15 <= judged <= 25  # every half second


def test_a_picture_over_a_photograph_is_veiled_first_and_nothing_else() -> None:
    desk = Desk(picture(9, 960, 704))
    (veil,) = desk.see(put(picture(9, 960, 704), KNOWN))
    assert covers_it(veil)
    assert desk.answer() == (veil,)


def test_a_known_picture_that_fills_much_of_a_photograph_is_judged_by_itself() -> None:
    desk, wall = Desk(picture(9, 500, 380)), picture(9, 500, 380)
    shown = put(wall, KNOWN, 90, 70)
    assert any(covers_it(veil, rect(90, 70, 320, 240)) for veil in desk.see(shown))
    desk.answer()
    (veil,) = desk.see(shown)
    assert covers_it(veil, rect(90, 70, 320, 240)) and desk.watch.held_veils == 1


def test_a_window_of_text_over_a_photograph_is_not_veiled() -> None:
    desk = Desk(picture(9, 960, 704))
    assert desk.see(put(picture(9, 960, 704), page()[:400, :500], 100, 90)) == ()


def test_another_scene_in_a_film_is_new() -> None:
    desk = Desk(page())
    for seed in (2, 3, 4):
        assert desk.see(figure(page(), picture(seed))) != ()
        assert desk.answer() == ()
    assert desk.watch.first_veils == 3


def test_what_changed_last_is_judged_though_it_was_asked_about_a_moment_ago() -> None:
    desk = Desk(page())
    desk.see(figure(page(), picture(3, 150, 120)))
    desk.answer()
    desk.see(figure(page(), KNOWN[:120, :150]))
    assert not desk.open
    desk.see(figure(page(), KNOWN[:120, :150]), 0.6)
    (last,) = desk.open
    assert np.array_equal(last.pixels[PLACE.top + 60, PLACE.left + 60], KNOWN[60, 60])


def test_everything_is_judged_anew_once_lists_have_changed() -> None:
    desk = Desk(page())
    shown = figure(page(), picture(2))
    desk.see(shown)
    desk.answer()
    assert desk.see(shown) == ()
    desk.watch.forget()
    desk.ruling = NEAR
    desk.see(shown)
    assert desk.answer() != ()
    desk.watch.forget()
    desk.ruling = None
    desk.see(shown)
    assert desk.answer() == ()  # also what was veiled


def test_what_was_asked_before_lists_changed_lifts_nothing_and_is_not_remembered() -> None:
    desk, shown = Desk(page()), figure(page(), picture(2))
    desk.see(shown)
    (before,) = desk.open
    desk.open = []
    desk.watch.forget()
    desk.watch.rule(before, SHOWN, desk.now)
    (veil,) = desk.see(shown)
    assert covers_it(veil) and desk.open


def test_what_was_asked_before_lists_changed_is_asked_again_though_nothing_lies_on_it() -> None:
    desk, shown = Desk(page()), figure(page(), picture(3, 150, 120))
    assert desk.see(shown) == ()
    (before,) = desk.open
    desk.open = []
    desk.watch.forget()
    desk.watch.rule(before, SHOWN, desk.now)
    desk.see(shown, 0.6)
    assert desk.open, "it is not known as shown"


def test_what_was_asked_before_lists_changed_is_held_all_the_same() -> None:
    desk = Desk(page())
    desk.see(figure(page(), picture(3, 150, 120)))
    (before,) = desk.open
    desk.watch.forget()
    desk.watch.rule(before, NEAR, desk.now)
    (veil,) = desk.watch.veiled
    assert covers_it(veil, rect(PLACE.left, PLACE.top, 150, 120))


def test_what_is_shown_around_a_veil_does_not_make_what_is_under_it_known() -> None:
    desk, shown = Desk(page()), figure(page(), KNOWN)
    desk.see(shown)
    (question,) = desk.open
    desk.answer()
    around = Question(pixels=question.pixels, area=rect(0, 0, 960, 704), readings=())
    desk.watch._open.append(around)
    desk.watch.rule(around, SHOWN, desk.now)
    assert desk.see(page(), 0.5) == ()
    assert covers_it(*desk.see(shown)) and desk.watch.first_veils == 2


def test_no_more_questions_are_open_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "QUESTIONS_MAX", 2)
    desk, shown = Desk(plain()), plain()
    for number in range(4):
        shown = put(shown, picture(20 + number, 200, 170), 20 + 230 * number, 40)
    assert len(desk.see(shown)) == 4 and len(desk.open) == 2
    assert len(desk.answer()) == 2
    desk.see(shown)
    assert len(desk.open) == 2 and desk.answer() == ()


def test_a_screen_of_another_size_is_looked_at_anew() -> None:
    desk = Desk(page())
    desk.see(figure(page(), KNOWN))
    desk.answer()
    smaller = put(plain(700, 500), KNOWN, 100, 100)
    for _ in range(9):  # at first the old veil is still there
        desk.see(smaller)
        desk.answer()
    assert len(desk.watch.veiled) == 1 and covers_it(desk.watch.veiled[0], rect(100, 100, 320, 240))


def test_nothing_changes_while_nothing_changes() -> None:
    desk = Desk(page())
    desk.now += 1
    assert not desk.watch.look(page(), desk.now)
    assert desk.watch.look(page(first=1), desk.now)
