"""Only forms of this page, under names of this page."""

from __future__ import annotations

import pytest

from tutela.prevent.guard.page.origins import form_token, hosts, is_form_token, is_own_form

HOST = "127.0.0.1:8705"


def test_the_page_has_two_names() -> None:
    assert hosts(8705) == {"127.0.0.1:8705", "localhost:8705"}


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null"}, False),
        ({"Origin": "http://127.0.0.1:9000"}, False),
        ({"Origin": f"https://{HOST}"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": f"http://{HOST}", "Sec-Fetch-Site": "none"}, False),
    ],
)
def test_a_form_of_another_site_is_told(headers: dict[str, str], own: bool) -> None:
    assert is_own_form(headers, HOST) == own


def test_a_token_is_of_one_visit_and_one_run() -> None:
    token = form_token(b"run", "a" * 32)
    assert is_form_token(token, b"run", "a" * 32)
    assert not is_form_token(token, b"run", "b" * 32)
    assert not is_form_token(token, b"next", "a" * 32)
    assert not is_form_token("", b"run", "a" * 32) and not is_form_token("é\ud800", b"run", "a" * 32)
