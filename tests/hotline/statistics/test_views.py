from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.hotline.people import making
from tests.hotline.statistics.making import build_house
from tutela.hotline.people.roles import ANALYST, AUDITOR, LIST_APPROVER, TAKEDOWN_OFFICER
from tutela.hotline.statistics.queries import desk

pytestmark = pytest.mark.django_db


def page(*roles: str, language: str = "en") -> str:
    client = making.signed_in(making.person(*roles))
    client.cookies["django_language"] = language
    answer = client.get("/statistics/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_house_has_a_page() -> None:
    shown = page(TAKEDOWN_OFFICER)
    assert "Nothing waits." in shown and "Nothing yet." in shown


def test_the_page_shows_tables_first_and_bars_beside_them_without_script_or_style() -> None:
    build_house(200)
    main = re.search(r"<main.*?</main>", page(AUDITOR), re.DOTALL)
    assert main
    assert main[0].count("<table>") >= 5 and 'aria-hidden="true"' in main[0] and "<rect" in main[0]
    assert "<script" not in main[0] and "style=" not in main[0] and "hidden" in main[0]


def test_the_page_shows_no_id_digest_or_address() -> None:
    build_house(60)
    shown = page(TAKEDOWN_OFFICER)
    assert not re.search(r"(itm|ntc|rep|sgt|rcp)_[0-9a-z]{8}|[0-9a-f]{32}|abuse@", shown)


def test_the_menu_leads_to_it_for_who_may() -> None:
    assert 'href="/statistics/"' in page(AUDITOR)
    client = making.signed_in(making.person(ANALYST))
    assert client.get("/statistics/").status_code == 403
    assert 'href="/statistics/"' not in client.get("/").content.decode()
    assert making.signed_in(making.person(LIST_APPROVER)).get("/statistics/").status_code == 403
    assert Client().get("/statistics/").status_code == 302


def test_the_threshold_is_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.TUTELA_SMALL_COUNT == 5
    monkeypatch.setattr(settings, "TUTELA_SMALL_COUNT", 77)
    assert "below 77" in page(AUDITOR)


def test_it_can_be_read_in_german() -> None:
    assert "Was wartet" in page(AUDITOR, language="de")


def test_the_page_names_the_number_of_notices_that_it_reads() -> None:
    build_house(60)
    assert f"newest {desk.NOTICES_MAX:,} notices" in page(AUDITOR)
