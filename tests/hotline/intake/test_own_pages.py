from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tutela.hotline.intake.portals import build_portals
from tutela.hotline.operator_settings import OperatorSettings
from tutela.hotline.settings import PortalSettings

pytestmark = pytest.mark.django_db
HOUSE = OperatorSettings(
    name="Meldpunt e.V.",
    address="Street 1\nTown",
    mail="post@house.test",
    authority="Authority of Town",
    legal_basis="GDPR, Article 6(1)(e)",
    kept_for={"nl": "Twee jaar.", "de": "Zwei Jahre."},
    more={"de": "Noch <b>etwas</b>."},
)


def shown(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, {"language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_settings_the_pages_say_that_nobody_has_said_who_runs_them(public: Client) -> None:
    for path in ("/imprint", "/privacy"):
        assert "has not yet said here who they are" in shown(public, path)


def test_the_imprint_says_who_runs_the_page_and_leaves_out_what_is_empty(
    public: Client, settings: Any
) -> None:
    settings.TUTELA_OPERATOR = HOUSE
    page = shown(public, "/imprint")
    assert "Meldpunt e.V." in page and "Street 1<br>Town" in page and "post@house.test" in page
    assert "Phone" not in page and "Register" not in page


def test_the_privacy_notice_says_how_long_in_the_reader_s_language_or_the_first_one(
    public: Client, settings: Any
) -> None:
    settings.TUTELA_OPERATOR = HOUSE
    german, english = shown(public, "/privacy", "de"), shown(public, "/privacy", "en")
    assert "Zwei Jahre." in german and "Twee jaar." in english and "Ask us" not in english
    assert "Authority of Town" in german and "Article 6(1)(e)" in german
    assert "Noch &lt;b&gt;etwas&lt;/b&gt;." in german


def test_a_portal_may_be_run_by_somebody_else(public: Client, settings: Any) -> None:
    settings.TUTELA_OPERATOR = HOUSE
    other = OperatorSettings(name="Another house")
    settings.TUTELA_PORTALS = build_portals(
        [PortalSettings(key="one", operator=other), PortalSettings(key="two")]
    )
    assert "Another house" in shown(public, "/one/imprint") and "Meldpunt" not in shown(
        public, "/one/imprint"
    )
    assert "Meldpunt" in shown(public, "/two/privacy")


def test_every_page_leads_to_both(public: Client) -> None:
    page = shown(public, "/report", "nl")
    assert 'href="/privacy?language=nl"' in page and 'href="/imprint?language=nl"' in page
