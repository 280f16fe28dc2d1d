"""Who is told about what a country hosts."""

from __future__ import annotations

import re

import pytest

from tests.shared_folder import shared
from tutela.kernel.help import contacts
from tutela.share.notices import routing
from tutela.share.notices.routing import delisting_services, route_for, routed_countries


def test_at_least_the_countries_of_the_routing_table_are_known() -> None:
    assert len(routed_countries()) >= 43
    assert all(re.fullmatch(r"[A-Z]{2}", code) for code in routed_countries())


def test_a_confirmed_hotline_has_its_own_form() -> None:
    route = route_for("NL")
    assert (route.web, route.known, route.confirmed) == ("https://meldpunt.offlimits.nl/", True, True)
    assert (route.grade, route.iccam) == ("A", 43)


def test_a_hotline_known_by_name_only_leads_over_the_directory() -> None:
    route, directory = route_for("DK"), route_for("AQ")
    assert (route.name, route.known, route.confirmed) == ("Red Barnet", True, False)
    assert route.web == directory.web


def test_a_country_without_a_hotline_leads_to_the_directory() -> None:
    route = route_for("AQ")
    assert (route.known, route.confirmed, route.grade, route.iccam) == (False, False, None, None)
    assert route.web.startswith("https://www.inhope.org/")


def test_nothing_from_memory_has_an_address() -> None:
    """Standards 14.4: what nobody confirmed is not shipped, so its country leads over the directory."""
    for code, row in routing._hotlines().items():
        assert row["grade"] in {"A", "B", "C"}
        if row["grade"] == "C":
            assert not route_for(code).confirmed, code


def test_every_report_point_of_the_help_directory_has_a_country_in_the_table() -> None:
    places = {place for one in contacts() if one.kind == "report" for place in one.places if place != "*"}
    assert places <= set(routed_countries())


def test_every_address_is_a_page_behind_https() -> None:
    addresses = [route_for(code).web for code in routed_countries()]
    addresses += [service.web for service in delisting_services()]
    assert all(address.startswith("https://") for address in addresses)


def test_two_hotlines_do_not_share_a_number() -> None:
    numbers = [number for code in routed_countries() if (number := route_for(code).iccam)]
    assert len(set(numbers)) == len(numbers) == 32


@pytest.mark.needs("shared")
def test_the_table_is_that_of_the_standards() -> None:
    text = shared("standards", "14-deterrence-helplines-hotlines.md").read_text(encoding="utf-8")
    table = text.partition("## 14.6")[2].partition("## 14.7")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| (?!Country)\S", line)]
    assert len(rows) == len(routed_countries())
