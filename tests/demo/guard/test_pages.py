"""Pages: a picture that should not be seen beside a harmless one, in every form in turn."""

from __future__ import annotations

from collections import Counter

from tutela.demo.guard.deliveries import Places
from tutela.demo.guard.pages import BENIGN_FIRST, KNOWN_NUMBERS, Load, loads, page
from tutela.demo.guard.pictures import FORMS
from tutela.demo.guard.ways import WAYS

PLACES = Places(path="", other_host="https://o.test", http2="https://h.test")


def test_each_way_has_its_turns_and_each_load_its_number() -> None:
    chosen = loads(3)
    assert Counter(one.way for one in chosen) == dict.fromkeys(WAYS, 3)
    assert [one.number for one in chosen] == list(range(3 * len(WAYS)))
    assert [one.turn for one in loads(2, ("PNG",))] == [0, 1]


def test_five_turns_have_every_form_and_the_class() -> None:
    stopped = [Load(way="PNG", number=turn, turn=turn).stopped for turn in range(5)]
    assert [(one.kind, one.form) for one in stopped[:4]] == [("known", form) for form in FORMS]
    assert stopped[4].kind == "class"
    numbers = {Load(way="PNG", number=1, turn=turn).stopped.number for turn in range(0, 30, 5)}
    assert numbers == set(KNOWN_NUMBERS)


def test_no_two_loads_have_the_same_harmless_picture() -> None:
    assert len({one.neighbour for one in loads(4)}) == 4 * len(WAYS)
    assert min(one.neighbour.number for one in loads(1)) == BENIGN_FIRST > max(KNOWN_NUMBERS)


def test_a_page_and_all_that_it_asks_for_are_answered() -> None:
    for load in loads(1):
        answers = page(load, PLACES)
        html = answers[load.path].body.decode()
        assert f"<title>{load.number}</title>" in html and "const finished" in html
        assert all(path.startswith(load.path) for path in answers)


def test_the_harmless_one_comes_the_same_way_where_it_may() -> None:
    ruled = page(Load(way="data: in JSON", number=7, turn=0), PLACES)
    assert {"/7/a/file", "/7/b/file"} <= ruled.keys()
    assert {ruled[path].content_type for path in ("/7/a/file", "/7/b/file")} == {"application/json"}
    held = page(Load(way="film that never ends", number=7, turn=0), PLACES)
    assert (held["/7/a/file"].content_type, held["/7/b/file"].content_type) == ("video/webm", "image/png")


def test_deliveries_of_one_way_take_turns() -> None:
    name = "favicon, manifest, preload, prefetch, service worker"
    first, second = (page(Load(way=name, number=turn, turn=turn), PLACES) for turn in (0, 1))
    assert b"preload" in first["/0"].body and "/1/a/worker.js" in second
