"""In which language somebody is written to."""

from __future__ import annotations

import pytest

from tutela.share.notices.languages import BY_COUNTRY, languages_for
from tutela.share.notices.texts import LANGUAGES


@pytest.mark.parametrize(
    ("country", "asked_for", "languages"),
    [
        ("NL", (), ("nl", "en")),
        ("BE", (), ("nl", "fr", "de", "en")),
        ("US", (), ("en",)),
        ("", (), ("en",)),
        ("CN", ("zh",), ("en",)),
        ("DE", ("fr", "xx"), ("fr", "de", "en")),
        ("GB", ("en", "de"), ("en", "de")),
    ],
)
def test_their_wish_goes_before_their_country_and_english_is_last(
    country: str, asked_for: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    assert languages_for(country, asked_for) == languages


def test_only_languages_that_are_written_stand_in_the_table() -> None:
    assert {language for row in BY_COUNTRY.values() for language in row} < set(LANGUAGES)
