from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.portals import TAKEN, build_portals, hosts_of
from tutela.hotline.settings import PortalSettings
from tutela.kernel.errors import Invalid
from tutela.kernel.help import countries
from tutela.web.urls.public import urlpatterns

pytestmark = pytest.mark.django_db
COUNTRIES = [code for code, _ in countries("en")]


def a_portal(key: str, **more: Any) -> PortalSettings:
    return PortalSettings(key=key, **more)


@pytest.fixture
def portals(public: Client, settings: Any) -> Client:
    """Forty portals: by path, and every second by a host of its own too."""
    wanted = [
        a_portal(
            f"p-{code.lower()}",
            country=code,
            name=f"Hotline of {code}",
            look="green",
            hosts=(f"{code.lower()}.house.test",) if place % 2 else (),
            languages=("nl", "fr") if code == "BE" else (),
            help=({"name": "Our own line", "phone": "0800 1"},) if code == "BE" else (),
        )
        for place, code in enumerate(COUNTRIES)
    ]
    settings.TUTELA_PORTALS = build_portals(wanted)
    settings.ALLOWED_HOSTS = ["testserver", *hosts_of(settings.TUTELA_PORTALS)]
    return Client(headers={"accept-language": "en"})


def test_one_installation_has_more_than_thirty_faces(portals: Client) -> None:
    assert len(COUNTRIES) > 30
    for place, code in enumerate(COUNTRIES):
        by_path = portals.get(f"/p-{code.lower()}/report").content.decode()
        assert f"Hotline of {code}" in by_path and 'class="look-green"' in by_path
        assert f'action="/p-{code.lower()}/report"' in by_path and f'value="{code}" selected' in by_path
        if place % 2:
            by_host = portals.get("/report", headers={"host": f"{code.lower()}.house.test"}).content.decode()
            assert f"Hotline of {code}" in by_host and 'action="/report"' in by_host


def test_a_portal_keeps_its_languages_and_shows_its_own_help_first(portals: Client) -> None:
    text = portals.get("/p-be/me").content.decode()
    assert '<html lang="nl"' in text and "Français" in text and "Deutsch" not in text
    assert text.index("Our own line") < text.index("116 111")


def test_a_report_says_by_which_portal_it_came(portals: Client, places: Places) -> None:
    assert portals.post("/p-nl/report", a_form()).status_code == 200
    assert Report.objects.get().portal == "p-nl"


def test_styles_and_every_page_are_below_the_portal_too(portals: Client) -> None:
    text = portals.get("/p-nl/").content.decode()
    style = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert style.startswith("/p-nl/assets/") and portals.get(style).status_code == 200
    for path in ("help", "button", "receipt", "threat", "else"):
        assert portals.get(f"/p-nl/{path}").status_code == 200
    assert 'href="/report' in portals.get("/").content.decode()


def test_a_foreign_host_is_none_of_ours(portals: Client) -> None:
    assert portals.get("/", headers={"host": "evil.test"}).status_code == 400


@pytest.mark.parametrize(
    "wanted",
    [
        [a_portal("nl"), a_portal("nl")],
        [a_portal("nl", hosts=("a.test",)), a_portal("be", hosts=("A.test",))],
        [a_portal("report")],
        [a_portal("nl", country="XX")],
    ],
    ids=["key", "host", "page", "country"],
)
def test_what_would_hide_something_is_refused(wanted: list[PortalSettings]) -> None:
    with pytest.raises(Invalid):
        build_portals(wanted)


def test_no_portal_can_hide_a_page() -> None:
    def firsts(patterns: Any) -> set[str]:
        found: set[str] = set()
        for one in patterns:
            path = str(one.pattern)
            found |= firsts(one.url_patterns) if hasattr(one, "url_patterns") else {path.partition("/")[0]}
        return found

    assert firsts(urlpatterns) - {""} <= TAKEN
