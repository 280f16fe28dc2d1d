"""The page of a visit: by forms alone, without JavaScript; words of the page are words and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.hotline.people import making
from tests.hotline.review.visited import InHouse
from tests.kernel.visiting.test_chromium import a_chromium, gate
from tests.kernel.visiting.visiting import GATE, PAGES
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.roles import ANALYST, TAKEDOWN_OFFICER
from tutela.hotline.review import visit_pages
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.visiting.asking import SOCKET
from tutela.kernel.visiting.orders import VisitOrder
from tutela.kernel.visiting.outline import Part
from tutela.kernel.visiting.scripted import ScriptedPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InHouse:
    """Pages ask the clock of the machine: this house is founded now; its visitor shows written pages."""
    rehearse(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    made = InHouse(FixedClock(SystemClock().now()))
    monkeypatch.setattr(visit_pages, "visitor", lambda: made)
    return made


@pytest.fixture
def desk() -> Client:
    return making.signed_in(making.person(ANALYST, name="Anna"))


@pytest.fixture
def item(visitor: InHouse, desk: Client) -> Item:
    """A page with an age gate, before the analyst."""
    made = visitor.a_gate()
    desk.post("/review/")
    return made


def sent(client: Client, item: Item, **typed: object) -> str:
    answer = client.post(f"/review/visit/{item.public_id}/", typed, follow=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return answer.content.decode()


def test_a_gate_is_passed_by_forms_alone(desk: Client, item: Item) -> None:
    mine = desk.get("/review/mine/").content.decode()
    assert f'href="/review/visit/{item.public_id}/"' in mine
    assert "Open the page" in desk.get(f"/review/visit/{item.public_id}/").content.decode()
    gate = sent(desk, item, do="open")
    assert "Age gate" in gate and "Step 1" in gate and 'name="fetch" value="2"' in gate
    inside = sent(desk, item, do="press", step=1, key=1)
    assert "a thread" in inside and "640 × 480" in inside and "<img" not in inside
    assert "are being fetched" in sent(desk, item, do="fetch", step=2, fetch=[1, 2])
    assert item.page_series.get().memberships.count() == 2
    assert "Step 3" in sent(desk, item, do="again", step=2)
    over = sent(desk, item, do="end", step=3)
    assert "visit is over" in over and "Open the page" in over
    assert Sighting.objects.filter(how="visited").count() == 3


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_an_analyst_passes_a_gate_in_a_real_browser(
    visitor: InHouse, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gate() as port:
        real = InHouse(visitor.clock, start=lambda: a_chromium(port))
        monkeypatch.setattr(visit_pages, "visitor", lambda: real)
        item = real.a_gate(f"http://gate.test:{port}/")
        desk.post("/review/")
        try:
            first = sent(desk, item, do="open")
            assert "I am over 18" in first
            sent(desk, item, do="press", step=1, key=1)
            inside = sent(desk, item, do="press", step=2, key=2)
            assert "a shape" in inside and "gate.test" not in inside and "<img" not in inside
            assert "is being fetched" in sent(desk, item, do="fetch", step=3, fetch=[2])
        finally:
            real.service.close()
    (picked,) = item.page_series.get().items.all()
    seen = picked.sightings.get()
    assert open_text(bytes(seen.url_for_fetch), real.fetch) == f"http://gate.test:{port}/a.png"
    assert open_text(bytes(seen.referrer_for_fetch), real.fetch) == f"http://gate.test:{port}/inside"
    assert Sighting.objects.filter(how="visited").count() == 3


def test_words_of_the_page_are_escaped_and_lead_nowhere(
    desk: Client, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = '<script>alert(1)</script> https://gate.test/x "onload="'
    parts = tuple(
        Part(kind=kind, text=hostile, key=key, has_address=True)
        for key, kind in enumerate(("text", "link", "button", "box", "picture", "film", "frame"))
    )
    monkeypatch.setitem(PAGES, GATE, ScriptedPage(title=hostile, parts=parts))
    shown = sent(desk, item, do="open")
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown
    assert 'href="https://gate.test' not in shown and '"onload="' not in shown
    assert shown.count("<bdi>") == 1 + len(parts)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"do": "press", "step": 1}, "number"),
        ({"do": "press", "step": 1, "key": 55}, "number names nothing"),
        ({"do": "press", "step": 1, "key": "x"}, "choose a number"),
        ({"do": "fetch", "step": 1}, "choose a number"),
        ({"do": "fetch", "step": 1, "fetch": [0]}, "choose a number"),
        ({"do": "again", "step": 7}, "went on meanwhile"),
        ({"do": "run"}, "choose a number"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said_and_the_page_stays(
    desk: Client, item: Item, typed: dict[str, object], said: str
) -> None:
    sent(desk, item, do="open")
    answer = sent(desk, item, **typed)
    assert said in answer and "Age gate" in answer
    assert Sighting.objects.filter(how="visited").count() == 1


def test_where_no_visitor_runs_the_desk_says_why(desk: Client, item: Item, visitor: InHouse) -> None:
    visitor.away = True
    answer = desk.get(f"/review/visit/{item.public_id}/", follow=True)
    assert "visits.enabled" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/review/mine/"
    assert "visits.enabled" in sent(desk, item, do="open")


def test_who_does_not_have_it_before_them_sees_nothing_of_it(item: Item, desk: Client) -> None:
    sent(desk, item, do="open")
    berta = making.signed_in(making.person(ANALYST, name="Berta"))
    answer = berta.get(f"/review/visit/{item.public_id}/", follow=True)
    assert "Age gate" not in answer.content.decode()
    officer = making.signed_in(making.person(TAKEDOWN_OFFICER, name="Carla"))
    assert officer.get(f"/review/visit/{item.public_id}/").status_code == 403


def test_the_desk_asks_the_socket_of_its_house(settings: Any, tmp_path: Path) -> None:
    settings.TUTELA_SOCKETS = str(tmp_path)
    order = VisitOrder(act="look", visit=new_id("trn_"), item=new_id("itm_"))
    with pytest.raises(Unavailable, match=r"visits\.enabled"):
        visit_pages.visitor().show(order)
    (tmp_path / SOCKET).touch()
    with pytest.raises(Unavailable, match=r"visitor\.sock"):
        visit_pages.visitor().show(order)
