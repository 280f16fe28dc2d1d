"""The visitor's side over written pages: what is sealed, what is told, and when a visit is over."""

from __future__ import annotations

import base64
import json
import threading

import pytest

from tests.kernel.visiting.visiting import FRAME, GATE, INSIDE, PAGES, PICTURE, VISIT, service
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.urls import Url
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.visiting.browsers import VisitRules
from tutela.kernel.visiting.orders import parse_named, render_order
from tutela.kernel.visiting.outline import parse_outline
from tutela.kernel.visiting.scripted import ScriptedBrowser


def test_a_gate_is_opened_and_passed_and_each_step_stands_sealed() -> None:
    made = service()
    first = made.service.step(made.order("open", referrer=FRAME))
    assert (first.step, first.outline.title) == (1, "Are you old enough?")
    assert made.browsers[0].referrers == [FRAME]
    second = made.service.step(made.order("press", step=1, keys=(1,)))
    assert (second.step, second.left, second.outline.title) == (2, VisitRules().steps_max - 2, "Inside")
    assert set(made.blobs.blobs()) >= {first.blob, second.blob} and first.blob != second.blob
    assert second.taken is not None
    assert open_text(second.taken.url_sealed, made.keys) == INSIDE
    assert open_text(second.taken.host_sealed, made.keys) == "gate.test"
    kept = json.loads(open_text(second.taken.outline_sealed, made.keys))
    assert parse_outline(kept["outline"]) == second.outline
    assert kept["browser"] == second.taken.browser == "scripted/1"


def test_what_is_sealed_is_the_picture_of_the_page() -> None:
    made = service()
    shown = made.service.step(made.order("open"))
    got = bytearray()

    class Target:
        def write(self, data: bytes, /) -> int:
            got.extend(data)
            return len(data)

    Opener(made.blobs, made.keys).open(shown.blob, Target(), record=lambda _contents: None)
    assert bytes(got).startswith(b"\x89PNG Are you")


def test_a_look_tells_the_last_step_again_and_takes_none() -> None:
    made = service()
    with pytest.raises(Conflict, match="no such visit"):
        made.service.look(made.order("look"))
    shown = made.service.step(made.order("open"))
    looked = made.service.look(made.order("look"))
    assert (looked.step, looked.outline, looked.blob, looked.taken) == (1, shown.outline, shown.blob, None)


def test_who_read_another_step_is_told_that_the_page_went_on() -> None:
    made = service()
    made.service.step(made.order("open"))
    made.service.step(made.order("again", step=1))
    for order in (made.order("press", step=1, keys=(1,)), made.order("name", step=1, keys=(2,))):
        with pytest.raises(Conflict, match="went on"):
            made.service.step(order) if order.act == "press" else made.service.name(order)


@pytest.mark.parametrize("key", [1, 2, 3, 400])  # a picture, a link, and nothing
def test_a_number_that_names_nothing_is_not_pressed(key: int) -> None:
    made = service()
    made.service.step(made.order("open", url=INSIDE))
    if key == 2:  # a link, which may be
        assert made.service.step(made.order("press", step=1, keys=(key,))).step == 2
        return
    with pytest.raises(Conflict, match="number"):
        made.service.step(made.order("press", step=1, keys=(key,)))


def test_a_frame_that_is_pressed_opens_in_the_place_of_the_page_with_it_as_referrer() -> None:
    made = service()
    made.service.step(made.order("open"))
    assert made.service.step(made.order("press", step=1, keys=(2,))).outline.title == "Framed"
    assert made.browsers[0].referrers == ["", GATE]


def test_addresses_are_named_once_and_only_those_that_may_be_fetched() -> None:
    made = service()
    made.service.step(made.order("open", url=INSIDE))
    named = made.service.name(made.order("name", step=1, keys=(1, 2, 1)))
    assert [(one.found_as, one.url_sealed) for one in named] == [
        ("picture", PICTURE.encode()),
        ("link", GATE.encode()),
    ]
    assert {one.referrer_for_fetch for one in named} == {INSIDE.encode()}
    with pytest.raises(Conflict, match="fetched"):
        made.service.name(made.order("name", step=1, keys=(1, 9)))
    made.service.step(made.order("open"))
    with pytest.raises(Conflict, match="fetched"):
        made.service.name(made.order("name", step=1, keys=(1,)))  # a button


def test_addresses_are_named_to_whoever_asks_by_a_message() -> None:
    made = service()
    made.service.step(made.order("open", url=INSIDE))
    answer = made.service.answer(render_order(made.order("name", step=1, keys=(1,))), ())
    (named,) = parse_named(answer)
    assert named.url_sealed == PICTURE.encode()


def test_a_page_that_is_still_to_come_is_not_looked_at() -> None:
    made = service()
    page_asked, page_comes = threading.Event(), threading.Event()

    class Slow(ScriptedBrowser):
        def open(self, url: Url, referrer: Url | None) -> None:
            page_asked.set()
            page_comes.wait(5)
            super().open(url, referrer)

    made.service._start = lambda: Slow(PAGES)
    opening = threading.Thread(target=made.service.step, args=(made.order("open"),))
    opening.start()
    assert page_asked.wait(5)
    with pytest.raises(Conflict, match="still to come"):
        made.service.look(made.order("look"))
    page_comes.set()
    opening.join(5)
    assert made.service.look(made.order("look")).step == 1


def test_a_browser_that_does_not_start_takes_no_place() -> None:
    def fails() -> None:
        raise Unavailable("no memory")

    made = service(VisitRules(at_once=1))
    made.before.append(fails)
    with pytest.raises(Unavailable, match="no memory"):
        made.service.step(made.order("open"))
    assert made.service.step(made.order("open")).step == 1


def test_of_two_windows_that_begin_one_visit_the_later_one_is_told() -> None:
    made = service(VisitRules(at_once=2))
    made.before.append(lambda: made.service.step(made.order("open")))
    with pytest.raises(Conflict, match="another window"):
        made.service.step(made.order("open"))
    assert [one.closed for one in made.browsers] == [False, True]
    assert made.service.look(made.order("look")).step == 1
    made.service.step(made.order("open", visit=new_id("trn_")))  # the place of the later one is free again


def test_a_referrer_that_nobody_would_fetch_is_said_to_no_host() -> None:
    made = service()
    made.service.step(made.order("open", referrer="file:///etc/passwd"))
    assert made.browsers[0].referrers == [""]


def test_a_visit_belongs_to_one_item() -> None:
    made = service()
    made.service.step(made.order("open"))
    with pytest.raises(Conflict, match="no such visit"):
        made.service.look(made.order("look", item=new_id("itm_")))


def test_where_no_page_comes_no_browser_is_left() -> None:
    made = service()
    for url in ("https://elsewhere.test/", "file:///etc/passwd"):
        with pytest.raises(Refused):
            made.service.step(made.order("open", url=url))
    assert [one.closed for one in made.browsers] == [True, True]
    with pytest.raises(Conflict):
        made.service.look(made.order("look"))


def test_a_visit_that_was_begun_anew_outlives_the_one_that_it_ended() -> None:
    made = service()

    class Overtaken(ScriptedBrowser):
        def open(self, url: Url, referrer: Url | None) -> None:
            made.service._start = lambda: ScriptedBrowser(PAGES)
            made.service.step(made.order("open"))
            raise Unavailable("the browser has ended")

    made.service._start = lambda: Overtaken(PAGES)
    with pytest.raises(Unavailable, match="ended"):
        made.service.step(made.order("open"))
    assert made.service.look(made.order("look")).step == 1


def test_an_end_leaves_no_browser_and_may_be_said_twice() -> None:
    made = service()
    made.service.step(made.order("open"))
    for _ in range(2):
        assert made.service.answer(render_order(made.order("end")), ())["ended"] is True
    assert made.browsers[0].closed


def test_to_begin_anew_ends_what_was() -> None:
    made = service()
    made.service.step(made.order("open"))
    assert made.service.step(made.order("open")).step == 1
    assert [one.closed for one in made.browsers] == [True, False]


def test_a_visit_ends_with_its_time_and_its_steps() -> None:
    made = service(VisitRules(minutes=5, steps_max=2))
    made.service.step(made.order("open"))
    made.service.step(made.order("again", step=1))
    with pytest.raises(Refused, match="2 steps"):
        made.service.step(made.order("again", step=2))
    made.clock.advance(299)
    made.service.end_late()
    assert not made.browsers[0].closed
    made.clock.advance(1)
    with pytest.raises(Conflict, match="no such visit"):
        made.service.look(made.order("look"))
    assert made.browsers[0].closed


def test_there_are_no_more_browsers_than_the_house_has_room_for() -> None:
    made = service(VisitRules(at_once=1))
    made.service.step(made.order("open"))
    with pytest.raises(Unavailable, match="taken"):
        made.service.step(made.order("open", visit=new_id("trn_")))
    made.service.end(VISIT)
    made.service.step(made.order("open", visit=new_id("trn_")))
    made.service.close()
    assert all(one.closed for one in made.browsers)


def test_nothing_but_words_goes_out() -> None:
    made = service()
    with pytest.raises(Refused, match="words"):
        made.service.answer(render_order(made.order("open")), (7,))
    answer = json.dumps(made.service.answer(render_order(made.order("open")), ()))
    picture = base64.b64encode(b"\x89PNG A")  # three letters alone come up by chance in what is sealed
    assert not any(one in answer for one in ("PNG Are", picture.decode(), "gate.test"))


def test_two_windows_of_one_visit_take_turns() -> None:
    made = service()
    made.service.step(made.order("open"))
    done: list[object] = []

    def go() -> None:
        try:
            done.append(made.service.step(made.order("press", step=1, keys=(1,))).step)
        except Conflict:
            done.append("late")

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(map(str, done)) == ["2", "late"]
