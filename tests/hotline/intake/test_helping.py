from __future__ import annotations

import pytest
from django.test import RequestFactory

from tutela.hotline.intake.helping import ELSEWHERE, chosen_country, help_of
from tutela.hotline.intake.portals import Portal


@pytest.mark.parametrize(
    ("query", "sent", "portal", "country"),
    [
        ("", {}, "", ""),
        ("", {}, "NL", "NL"),
        ("?country=BE", {}, "NL", "BE"),
        ("?country=BE", {"country": "GB"}, "NL", "GB"),
        ("?country=XX", {"country": "<b>"}, "NL", "NL"),
        ("", {"country": ELSEWHERE}, "NL", ELSEWHERE),
    ],
)
def test_the_last_choice_counts_and_nothing_is_guessed(
    query: str, sent: dict[str, str], portal: str, country: str
) -> None:
    headers = {"accept-language": "fr-FR"}
    request = RequestFactory().post(f"/report{query}", sent, headers=headers, REMOTE_ADDR="192.0.2.7")
    request.portal = Portal(country=portal)  # type: ignore[attr-defined]  # as Portals does
    assert chosen_country(request) == country


def test_help_is_grouped_with_its_headings_and_notes() -> None:
    groups = help_of(RequestFactory().get("/"), "NG", ("children", "emergency"))
    assert [(one.kind, str(one.heading)) for one in groups] == [
        ("emergency", "Emergency number"),
        ("children", "Somebody to talk to, for children and young people"),
    ]
    contact, notes = groups[0].contacts[0]
    assert contact.phones == ("112",) and [str(note) for note in notes] == [
        "works in parts of the country only"
    ]
