from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.onions import HEADER, clear_of, is_onion, onion_of
from tutela.hotline.intake.portals import Portal, build_portals, hosts_of
from tutela.hotline.settings import PortalSettings

pytestmark = pytest.mark.django_db
NAME = "a" * 56
ONION, OTHER = f"{NAME}.onion", f"{'b' * 56}.onion"


@pytest.fixture
def house(public: Client, settings: Any) -> Client:
    """A house with an onion service: a portal by path, one by a host, and one with an onion of its own."""
    settings.TUTELA_PUBLIC_URL = "https://house.test"
    settings.TUTELA_ONION_URL = f"http://{ONION}"
    settings.TUTELA_PORTALS = build_portals(
        [
            PortalSettings(key="by-path"),
            PortalSettings(key="by-host", hosts=("portal.test",)),
            PortalSettings(key="own", hosts=(OTHER, "own.test")),
        ]
    )
    settings.ALLOWED_HOSTS = ["house.test", ONION, *hosts_of(settings.TUTELA_PORTALS)]
    return public


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (ONION, True),
        (f"{ONION.upper()}.:8780", True),
        (f"nl.{ONION}", True),
        ("onion.test", False),
        (f"{NAME}onion", False),
        ("[::1]:80", False),
        ("", False),
    ],
)
def test_a_host_is_an_onion_by_its_last_label(host: str, expected: bool) -> None:
    assert is_onion(host) is expected


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("house.test", "/", f"http://{ONION}/"),
        ("house.test", "/help?country=NL&language=nl", f"http://{ONION}/help?country=NL&language=nl"),
        ("house.test", "/by-path/me", f"http://{ONION}/by-path/me"),
        ("portal.test", "/report", f"http://{ONION}/by-host/report"),
        ("own.test:443", "/report", f"http://{OTHER}/report"),
        ("house.test", "/own/report", f"http://{OTHER}/report"),
    ],
)
def test_a_page_names_itself_as_an_onion_service(house: Client, host: str, path: str, expected: str) -> None:
    answer = house.get(path, headers={"host": host})
    assert (answer.status_code, answer.headers[HEADER]) == (200, expected)
    onion, _, below = expected.removeprefix("http://").partition("/")
    again = house.get(f"/{below}", headers={"host": onion})
    assert again.status_code == 200 and HEADER not in again.headers  # there already


@pytest.mark.parametrize("path", ["/leave", "/nowhere", "/assets/0/tutela.css"])
def test_what_is_no_page_names_none(house: Client, path: str) -> None:
    assert HEADER not in house.get(path, headers={"host": "house.test"}).headers


def test_a_stylesheet_names_none(house: Client) -> None:
    page = house.get("/", headers={"host": "house.test"}).content.decode()
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = house.get(style, headers={"host": "house.test"})
    assert answer.status_code == 200 and HEADER not in answer.headers


def test_the_answer_to_a_form_names_none(house: Client, places: Places) -> None:
    answer = house.post("/report", a_form(), headers={"host": "house.test"})
    assert answer.status_code == 200 and HEADER not in answer.headers


def test_a_report_comes_in_by_the_onion_service(house: Client, places: Places) -> None:
    page = house.get("/by-host/report", headers={"host": ONION}).content.decode()
    assert 'action="/by-host/report"' in page and "house.test" not in page
    answer = house.post("/by-host/report", a_form(), headers={"host": ONION})
    assert answer.status_code == 200 and answer.content.count(b'<li lang="en">') == 7


def test_a_house_without_an_onion_service_names_none(public: Client) -> None:
    assert HEADER not in public.get("/").headers


def test_addresses_of_portals_by_both_kinds_of_name(settings: Any) -> None:
    settings.TUTELA_PUBLIC_URL, settings.TUTELA_ONION_URL = "https://house.test/", ""
    own = Portal(key="own", hosts=(OTHER, "own.test"))
    assert (onion_of(own), clear_of(own)) == (f"http://{OTHER}", "https://own.test")
    assert (onion_of(Portal(key="nl")), clear_of(Portal(key="nl"))) == ("", "https://house.test/nl")
    settings.TUTELA_ONION_URL = f"http://{ONION}"
    assert (onion_of(Portal()), clear_of(Portal())) == (f"http://{ONION}", "https://house.test")
    assert onion_of(Portal(key="nl", hosts=("nl.test",))) == f"http://{ONION}/nl"
    assert clear_of(Portal(key="hid", hosts=(OTHER,))) == "https://house.test/hid"
