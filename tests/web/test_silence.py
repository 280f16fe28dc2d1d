from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.hotline.people import making
from tests.hotline.takedown.making import START, a_clock, a_notice
from tutela.hotline.alerts.actions import give_back, say_looked, take_words
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST
from tutela.web.silence import silence

SAID = "Letters have not gone out since 2026-05-04 03:02 UTC"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that may write to hosts."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.mark.django_db
def test_every_page_of_the_desk_says_first_that_letters_do_not_go_out() -> None:
    a_notice(a_clock())
    client = making.signed_in(making.person(ANALYST))
    for path in ("/", "/items/", "/review/"):
        page = client.get(path).content.decode()
        assert SAID in page and page.index(SAID) < page.index("<h1")
        assert "No alert" not in page and "reached nobody" not in page


@pytest.mark.django_db
def test_it_says_so_of_alerts_and_nothing_where_all_gets_out() -> None:
    client = making.signed_in(making.person(ADMINISTRATOR))
    assert 'class="reason" role="status"' not in client.get("/").content.decode()
    say_looked(START)
    give_back(take_words({"job_parked": 2}, now=START), now=START)
    page = client.get("/").content.decode()
    assert "No alert has left the desk since 2026-05-04 03:02 UTC" in page and "reached nobody" in page


@pytest.mark.django_db
def test_who_sees_no_desk_is_told_nothing_and_asks_the_database_nothing() -> None:
    a_notice(a_clock())
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert silence(request) == {}
    request.user = making.person()
    assert silence(request) == {}
